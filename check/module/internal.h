/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klp check on a livepatch module: what the kernel will do with
 * it, whoever made it.  An object of klp diff is seen as the module that klp
 * post-link would make of it.
 */
#ifndef KLP_CHECK_PRIVATE_H
#define KLP_CHECK_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/check.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/hash.h>
#include <klp/kernel.h>
#include <klp/livepatch.h>

/* A function or object, and how far it and those before it in its section reach. */
struct placed {
	const struct elf_sym *sym;
	uint64_t reach;
};

/* A livepatch relocation whose names are well-formed. */
struct livepatch_ref {
	const struct elf_sec *sec, *rela;	/* where it stands; the livepatch section */
	const struct elf_reloc *reloc;
	struct klp_sym_name to;
	char patched[KLP_OBJECT_MAX + 1];	/* with which object it is applied */
};

/* A function that the patch replaces. */
struct patched_func {
	const char *object, *name;
	uint64_t pos;
	const struct elf_sec *sec;		/* of its entry, and where that stands */
	uint64_t at;
};

struct check {
	struct klp_module m;
	const struct elf *elf;
	const struct arch *arch;
	struct arena *arena;
	struct diag *diag;
	const struct check_options *opts;
	bool linked;				/* a module, not an object to be linked into one */

	struct symlist *kernels;
	const struct exports *exports;
	bool knows_exports;
	const struct elf *orig;			/* NULL: not given */

	uint8_t *sym_used;			/* per symbol: a relocation leads to it */
	struct placed *placed;			/* functions and objects, by place */
	size_t nr_placed;
	struct map lone_places; /* of livepatch relocations that are alone there */
	struct livepatch_ref *refs;
	size_t nr_refs, cap_refs;
	struct patched_func *funcs;
	size_t nr_funcs, cap_funcs;
	struct map funcs_by_name;		/* the name and position; the object differs */
	struct map used_slots;			/* by their offset; found when one is asked for */
	struct map objects;			/* that the patch has, by name */
	bool knows_funcs;			/* its tables were found */
	bool has_callbacks;
	unsigned int pads;			/* what its indirect calls need (enum pads) */
	struct map callbacks;			/* object and kind → its symbol */
};

/* ---- look at the module, record a finding ---- */

/* A finding at a place of the module; sec NULL: of the whole; sym NULL: what stands there. */
void check_finding(struct check *c, const struct elf_sec *sec, uint64_t off, const char *sym,
		   const char *id, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* List the functions and objects; before all that follows. */
void check_index(struct check *c);
/* The function or object that begins at the place (at: or holds it); NULL: there is none. */
const struct elf_sym *check_sym_at(const struct check *c, uint32_t sec, uint64_t off, bool at);
/* The ordinary relocation of that place that is no marker; NULL: there is none. */
const struct elf_reloc *check_reloc_at(const struct check *c, const struct elf_sec *sec,
				       uint64_t off);
/* Where the pointer at the place leads in the module; false: nowhere. */
bool check_pointer(const struct check *c, const struct elf_sec *sec, uint64_t off,
		   const struct elf_sec **to_sec, uint64_t *to);
/* The string that the pointer at the place leads to; NULL: none. */
const char *check_string(const struct check *c, const struct elf_sec *sec, uint64_t off);

/* ---- relocations and symbols ---- */
/* include/linux/livepatch.h: klp_enable_patch() looks for the mark in .modinfo. */
bool check_is_marked(const struct check *c);
/* Does anything in it show that it is a livepatch, the mark or a section or symbol? */
bool check_is_livepatch(const struct check *c);
void check_form(struct check *c);
/* ---- the patch's tables; they give c->funcs ---- */
void check_patch(struct check *c);
/* ---- what code at a place does with a reference ---- */
void check_places(struct check *c);
/* ---- which build of the kernel it is for ---- */
void check_build(struct check *c);
/* ---- what the kernel has ---- */
void check_target(struct check *c);
/* Is the field at the place the destination of a jump or call? */
bool check_is_branch(const struct check *c, const struct elf_sec *sec, const struct elf_reloc *r);
/* ---- may a pointer that the module holds be called? ---- */
/* What the module was compiled for: c->pads; before the other two. */
void check_find_pads(struct check *c);
/* A reference to s of the kernel file k. */
void check_pads(struct check *c, const struct elf_sec *sec, const struct elf_reloc *r,
		const struct kernel_file *k, const struct kernel_sym *s);
/* References to what vmlinux exports. */
void check_imported_pads(struct check *c);

#endif
