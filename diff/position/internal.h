/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the position of a symbol and the evidence for it (which of the kernel's symbols of its
 * name it is) share.
 */
#ifndef KLP_POSITION_PRIVATE_H
#define KLP_POSITION_PRIVATE_H

#include <string.h>

#include <klp/facts.h>

#include "../internal.h"

/* One of the kernel's symbols that it may be. */
struct candidate {
	const struct kernel_sym *k;
	bool chosen;			/* the layer of evidence at hand tells that it is this one */
	uint32_t names;			/* of our file's, how many its file has */
	enum kernel_match match;	/* its file's contents, as far as they were asked */
};

/* Which of the kernel's symbols of one name is the original's? */
struct question {
	struct diff *d;
	uint32_t sym;			/* of orig */
	const struct piece *p;		/* the piece that begins there; NULL: none */
	const struct kernel_sym *all;	/* the kernel's of that name */
	size_t nr_all;
	struct candidate *c;		/* room for nr_all; those that are left come first */
	size_t nr;			/* the number of candidates */
	size_t nr_fit;			/* their number before names and contents were asked */
	bool contradiction;		/* references lead to several */
};

static inline struct diag_where symbol_where(const struct diff *d, uint32_t sym)
{
	return (struct diag_where){ .object = d->orig->elf->path,
				    .symbol = d->orig->elf->syms[sym].name };
}

/* Other compiler flags leave the size of data as it is. */
static inline bool has_other_size(const struct diff *d, uint32_t sym, const struct kernel_sym *k)
{
	uint64_t size = d->orig->elf->syms[sym].size;

	/*
	 * An empty object, as a lock of a kernel for one processor: without a section of its own, clang
	 * gives it a byte (LLVM's AsmPrinter::emitGlobalVariable(): ".comm Foo, 0 is undefined").
	 */
	if (!size && k->size == 1)
		return false;
	return !k->func && k->size && k->size != size;
}

/* Compilers number the others, and -f…-sections may make more or fewer of them. */
static inline bool tells_file(const struct elf_sym *sym)
{
	return (sym->type == STT_FUNC || sym->type == STT_OBJECT) && !strchr(sym->name, '.') &&
	       !starts_with(sym->name, "__UNIQUE_ID_") && !is_function_prefix(sym->name);
}

/* The locals of a source file: those behind its STT_FILE symbol. */
#define for_each_local(elf, file, i)                                            \
	for (uint32_t i = (file) + 1;                                           \
	     (file) && i < (elf)->nr_syms && (elf)->syms[i].type != STT_FILE && \
	     (elf)->syms[i].bind == STB_LOCAL;                                  \
	     i++)

/* ---- evidence ---- */
/* The kernel's symbol that it is, or NULL; q->c is what could be it. */
const struct kernel_sym *diff_answer_question(struct question *q);

#endif
