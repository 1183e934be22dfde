/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Livepatch modules: the last step of one that klp diff made, the conversion of one that is
 * written by hand, and the rules that the kernel has for the result.
 */
#ifndef KLP_LIVEPATCH_H
#define KLP_LIVEPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <klp/hash.h>
#include <klp/klp-name.h>

struct arch;
struct arena;
struct diag;
struct elf;
struct elf_reloc;
struct elf_sec;
struct klp_places;

#define KLP_RELA_PREFIX	     ".klp.rela."
#define KLP_RELOCS_PREFIX    "__klp_relocs"	/* + "." + object */
#define KLP_TOMBSTONE_PREFIX ".klp.tombstone."
#define KLP_ENTRY_PREFIX     ".klp.entry."	/* symbols on the entries of special sections */

#define KLP_RELOC_SIZE	 24	/* an entry of __klp_relocs.<object>: */
#define KLP_RELOC_OFFSET 0	/* the place, as a relocation of 64 bits */
#define KLP_RELOC_SYM	 8	/* the livepatch symbol and addend, likewise */
#define KLP_RELOC_TYPE	 16	/* u32, then 4 bytes of zero */

/*
 * Check a module in the kernel's form: livepatch symbols and relocation sections
 * are as klp_resolve_symbols() of kernel/livepatch/core.c demands, and no ordinary
 * relocation leads to a livepatch symbol or to one that is dropped.  0 and the number
 * of livepatch relocations, or a negative code with an error in diag for everything
 * that is wrong, whose code is an identifier of klp check's findings.
 */
int klp_form_check(const struct elf *elf, const struct arch *arch, struct diag *diag,
		   size_t *nr_livepatch);

/*
 * What is asked of a module for every place of a livepatch relocation.  elf
 * is to stay as it is while it is asked, but for rela sections that have been.
 */
struct klp_places *klp_places_new(const struct elf *elf, const struct arch *arch,
				  struct arena *arena);

/*
 * Whether the place of a relocation to a symbol of object can do what is asked of it,
 * beyond what klp_form_check() knows; rela: where it stands, or stood; patched: with
 * which object it is applied.  0, or a negative code with an error in diag, whose code
 * is an identifier of klp check's findings.
 */
int klp_place_check(struct klp_places *places, const struct elf_sec *rela,
		    const struct elf_reloc *r, const char *object, const char *patched,
		    struct diag *diag);

/* True for a section that is read-only once the module is live (STRICT_MODULE_RWX). */
bool klp_read_only(const struct elf_sec *sec);

/*
 * Turn the linked module at path from the intermediate form that klp diff
 * writes into the one that the kernel loads, in place: __klp_relocs.<object>
 * sections become .klp.rela.<object>.<section> sections, livepatch symbols
 * SHN_LIVEPATCH, tombstones and entry symbols vanish.  The result is checked
 * against the kernel's rules before it is written.
 *
 * A module that needs nothing is left alone, with a note.  0, or a negative
 * code with errors in diag; the file is then as it was.
 */
int klp_post_link(const char *path, struct arena *arena, struct diag *diag);

/* ---- modules on the way into that form ---- */

struct klp_module {
	struct elf *elf;
	const struct arch *arch;
	struct arena *arena;
	struct diag *diag;
	uint32_t nr_secs;   /* of the input */
	struct map objects; /* name → a number for it */
	uint32_t nr_objects;
	struct map relas; /* object's number << 32 | section → its .klp.rela section */
};

/* Read the module at path, with the livepatch relocations that it has.  0, or an error in diag. */
int klp_module_open(struct klp_module *m, const char *path, struct arena *arena,
		    struct diag *diag);

/* .klp.rela.<object>.<section> for relocations of sec, made if it is missing. */
struct elf_sec *klp_module_rela(struct klp_module *m, const char *object, struct elf_sec *sec);

/* Signing comes after: a signature would be lost without a word.  -EINVAL with an error if so. */
int klp_module_refuse_signed(const struct klp_module *m, const char *command);

/* A warning if .modinfo does not say livepatch. */
void klp_module_warn_unmarked(const struct klp_module *m);

/*
 * Bring what klp diff wrote into the kernel's form, in memory.  0, or a
 * negative code with an error in m->diag, whose code is an identifier of klp check's findings.
 */
int klp_post_link_model(struct klp_module *m);

/* ---- modules written by hand ---- */

struct convert_options {
	const char **symbols; /* as symlist_add() takes them */
	size_t nr_symbols;
	const char **symvers; /* none: the nearest one to the input, if there is one */
	size_t nr_symvers;
};

struct convert_stats {
	size_t nr_relocs, nr_syms; /* converted */
};

/*
 * Convert the linked module at in, and write it to out (which may be in): of
 * each livepatch symbol only name and section change, its relocations move to
 * .klp.rela.<object>.<section>.  The result is checked against the kernel's
 * rules before it is written.  0, or a negative code with errors in diag; out is
 * then as it was.
 */
int klp_convert(const char *in, const char *out, const struct convert_options *opts,
		struct arena *arena, struct diag *diag, struct convert_stats *stats);

#endif
