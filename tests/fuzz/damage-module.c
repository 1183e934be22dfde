// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Damaged objects through klp check, klp convert and klp symbols: each is refused
 * with an error and without an output, or gives an output that can be read again,
 * and a converted module keeps the kernel's rules of form, and all symbols.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/check.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/kernel.h>
#include <klp/livepatch.h>

#include "damage.h"

static const char *const symvers[] = { "tests/lib/Module.symvers" };

/* What tests/cases/convert refers to. */
static const char known[] = "tests/cases/convert/kernel.klp";

static int complain(const struct diag *diag, const char *what)
{
	fprintf(stderr, "%s; %zu diagnostics\n", what, diag->nr_items);
	for (size_t i = 0; i < diag->nr_items; i++)
		fprintf(stderr, "\t%s: %s\n", diag->items[i].where.section ?: "",
			diag->items[i].text);
	return -1;
}

/* A file that cannot be checked says why; one with findings has errors. */
static int check(const char *path, const char *orig, const char *kernel, struct arena *arena)
{
	struct check_options opts = { .symvers = (const char **)symvers, .nr_symvers = 1,
				      .kernels = &kernel, .nr_kernels = kernel != NULL };
	struct diag diag;
	size_t nr = 0;
	int err;

	diag_init(&diag, arena);
	err = klp_check_module(path, orig, &opts, arena, &diag, &nr);
	if (err)
		return diag.nr_errors ? 1 : complain(&diag, "check: failed without an error");
	if (nr != diag.nr_errors)
		return complain(&diag, "check: an error is no finding");
	for (size_t i = 0; i < diag.nr_items; i++)
		if (diag.items[i].severity == DIAG_ERROR && !diag.items[i].effect)
			return complain(&diag, "check: a finding of no kind");
	return 0;
}

/* The next symbol, local or not, that is not of the annotations, which go. */
static const struct elf_sym *next_sym(const struct elf *elf, bool local, uint32_t *i)
{
	while (++*i < elf->nr_syms) {
		const struct elf_sym *sym = &elf->syms[*i];

		if ((sym->bind == STB_LOCAL) == local &&
		    (!elf_sym_in_sec(sym) ||
		     !strstr(elf->secs[sym->sec]->name, "klp.module_relocs.")))
			return sym;
	}
	return NULL;
}

/* Of each symbol only the name and the section may differ. */
static bool same_symbols(const struct elf *in, const struct elf *out, bool local)
{
	uint32_t i = 0, k = 0;

	for (;;) {
		const struct elf_sym *a = next_sym(in, local, &i), *b = next_sym(out, local, &k);

		if (!a || !b)
			return !a && !b;
		if (a->value != b->value || a->size != b->size || a->type != b->type ||
		    a->bind != b->bind || a->other != b->other)
			return false;
		if (b->sec == ELF_SEC_LIVEPATCH ? elf_sym_in_sec(a) : strcmp(a->name, b->name))
			return false;
	}
}

static int convert(const char *path, const char *list, const char *out, struct arena *arena)
{
	struct convert_options opts = { .symbols = &list, .nr_symbols = list != NULL,
					.symvers = (const char **)symvers, .nr_symvers = 1 };
	struct convert_stats stats = { 0 };
	struct elf *elf, *in;
	struct diag diag;

	unlink(out);
	diag_init(&diag, arena);
	if (klp_convert(path, out, &opts, arena, &diag, &stats)) {
		if (!access(out, F_OK))
			return complain(&diag, "convert: refused, but there is an output");
		return diag.nr_errors ? 1 : complain(&diag, "convert: refused without an error");
	}
	if (diag.nr_errors)
		return complain(&diag, "convert: accepted with errors");
	if (elf_open(&elf, out, ELF_WANT_REL, arena, &diag))
		return complain(&diag, "convert: the output cannot be read again");
	if (elf_open(&in, path, ELF_WANT_REL, arena, &diag) || !same_symbols(in, elf, true) ||
	    !same_symbols(in, elf, false))
		return complain(&diag, "convert: a symbol was changed");
	return check(out, NULL, NULL, arena) < 0 ? -1 : 0;
}

/* The list that is made of it, and read again. */
static int symbols(const char *path, const char *list, struct arena *arena)
{
	struct symlist *l;
	struct diag diag;

	diag_init(&diag, arena);
	l = symlist_new(arena, &diag);
	if (symlist_add(l, path))
		return diag.nr_errors ? 1 : complain(&diag, "symbols: refused without an error");
	if (symlist_write(l, list))
		return diag.nr_errors ? 1 : complain(&diag, "symbols: not written without an error");
	l = symlist_new(arena, &diag);
	return symlist_add(l, list) ? complain(&diag, "symbols: the list cannot be read again") : 0;
}

static int one(const char *damaged, const char *good, const char *dir, void *arg)
{
	char *list, *out;
	int result[5];
	struct arena arena;

	(void)arg;
	arena_init(&arena);
	if (setjmp(arena.oom)) {
		arena_free(&arena);
		fprintf(stderr, "memory is exhausted\n");
		return -1;
	}
	list = arena_printf(&arena, "%s/list.klp", dir);
	out = arena_printf(&arena, "%s/out.ko", dir);
	result[0] = symbols(damaged, list, &arena);
	/* What another object lacks, its own list has. */
	result[1] = convert(damaged, result[0] ? NULL : list, out, &arena);
	result[2] = check(damaged, NULL, result[0] ? NULL : list, &arena);
	result[3] = check(good, damaged, NULL, &arena);
	result[4] = convert(damaged, known, out, &arena);
	unlink(out);
	unlink(list);
	arena_free(&arena);
	for (int i = 0; i < 5; i++)
		if (result[i] < 0)
			return -1;
	return result[0] && result[1] && result[2] && result[4];
}

int main(int argc, char **argv)
{
	return damage_files(argc, argv, one, NULL);
}
