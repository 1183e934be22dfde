/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of `klp diff`: its two inputs, what the passes of klp-diff.c hand on to each
 * other, and the passes.
 *
 * Functions that return int return 0, or a negative code with errors in d->diag.  Pieces
 * and refs are of patched where nothing else is said; all memory is the arena's.
 */
#ifndef KLP_DIFF_H
#define KLP_DIFF_H

#include <klp/kernel.h>
#include <klp/object.h>

/* What the user asked for. */
struct options {
	const char *object_name;	/* --object, or NULL */
	const char **symvers;		/* --symvers … */
	size_t nr_symvers;
	const char **kernels;		/* --kernel …; "none": look for none */
	size_t nr_kernels;
	const char **depends;		/* --depends MODULE … */
	size_t nr_depends;
	const char **force;		/* --force FUNCTION … */
	size_t nr_force;
	const char **ignore_sections;	/* --ignore-section … */
	size_t nr_ignore_sections;
	const char **entry_sizes;	/* --entry-size SECTION=BYTES … */
	size_t nr_entry_sizes;
	const char **pairs;		/* --pair OLD=NEW … */
	size_t nr_pairs;
	const char **no_pairs;		/* --no-pair NAME … */
	size_t nr_no_pairs;
	bool keep_line_changes;		/* --no-ignore-line-changes */
	bool entry_symbols;		/* --entry-symbols */
	bool no_objtool_tables;		/* --no-objtool-tables: objtool makes them later on */
	bool force_kernel;		/* --force-kernel: one that differs is a warning */
	void (*stage)(void *arg, const char *what);	/* told what a run does next; or NULL */
	void *stage_arg;
};

/* What the summary tells. */
struct diff_stats {
	const char *object_name, *object_name_from;
	const char *out;		/* the file written; NULL if nothing changed */
	const char *symvers;		/* found by itself, or NULL */
	uint32_t strings, constants, anon, statics, data;	/* pieces copied */
	uint32_t livepatch_refs, livepatch_syms;
	uint32_t line_changes;		/* functions whose only difference is a line number */
	size_t nr_changed, nr_carried, nr_new;	/* functions */
	bool compared, included;	/* how far the run came: these passes are done */
};

/* Where the running kernel has a symbol of orig. */
struct position {
	bool asked, refused;
	bool unsure;			/* right only if the kernel has no other of that name */
	unsigned long nr;		/* among those of its name */
	const struct kernel_sym *kernel;	/* in diff.kernel; NULL: there is no file */
};

/*
 * What becomes of a symbol to which copies refer and that stays outside of the livepatch: an
 * ordinary reference, a livepatch reference, or a refusal.
 */
struct decision {
	uint32_t nr;			/* index in decisions.v */
	const char *name;		/* as the source has it */
	const char *symbol;		/* as the output has it; NULL: refused */
	const char *why;		/* the reason for what it becomes */

	/* An ordinary reference */
	uint8_t bind;
	bool own;			/* every module has its own: it does not lead out */
	const struct export *export;	/* NULL: it is none, as far as known */
	struct decision *key;		/* of a static call: the symbol that objtool wants, or NULL */

	/* A livepatch reference */
	const char *object;		/* what defines the symbol; NULL: it is ordinary */
	unsigned long sympos;
	const char *with;		/* it is applied when that is loaded: "vmlinux" or diff.object */
	struct decision *first_of_name;	/* which has the tombstone of all of that name */

	const struct kernel_file *file;	/* the file that has the symbol, if there is one */
	const struct kernel_sym *kernel;	/* the symbol there */

	/* References: their number, and the first one, in the section of piece from of patched */
	uint32_t refs, from;
	uint64_t place;
	uint32_t piece;			/* of patched whose twin it is; NO_PIECE: undefined there */

	/* What is to be said of the references; NULL: nothing */
	const char *code, *text;
	enum diag_severity severity;

	uint32_t sym, tombstone;	/* symbols of the output; 0: not yet written */
};

/* All of them. */
struct decisions {
	struct decision **v;		/* in the order of the first reference */
	size_t nr, cap;
	struct decision **of_orig;	/* of each symbol of orig, or NULL */
	struct map by_name;		/* decision.nr by the name in patched where it is undefined
					 * there, and by the name in the output */
	struct position *positions;	/* of each symbol of orig */
};

/* Code behind a copy that does what one of its instructions cannot (diff/clone/reach.c). */
struct detour_at {
	uint32_t piece;
	uint64_t place;			/* of the instruction, in the input's section */
	uint64_t out_off;		/* in the section of the copy */
	uint8_t size;
};

/* A name that is at one place with other ones in one object only (diff/same-names.c). */
struct moved_name {
	uint32_t orig, patched;		/* pieces that have it, which are not twins by other names */
	uint32_t orig_sym, sym;
	bool same;			/* they mean the same */
	bool folded;			/* the kernel's is redirected to the copy of the other one */
	uint32_t out_sym;		/* folded: the name in the output */
};

/* One run of klp diff. */
struct diff {
	struct arena *arena;
	struct diag *diag;
	const struct options *opts;
	const struct arch *arch;
	struct object orig, patched;
	struct elf *out;
	const char *out_path;
	struct outfile *file;	/* what is written of out; its name is klp_diff_commit()'s */

	struct moved_name *moved;
	size_t nr_moved, cap_moved;
	const char *object;		/* name of the kernel object: "vmlinux" or a module */
	struct exports *exports;
	const struct kernel_file *kernel;	/* its symbols of this object; NULL if unknown */
	const struct kernel_file **kernels;	/* all that were given or found */
	const char **kernel_paths;
	size_t nr_kernels, cap_kernels;
	bool kernels_found;		/* by themselves */
	const struct symid *symids;	/* of orig's symbols; NULL: not asked for yet */
	struct map kernel_locals;	/* diff/position/evidence.c; arena NULL: not asked for yet */
	struct candidate_index *candidates;	/* diff/correlate/ambiguous.c; NULL: not asked for yet */
	struct piece_reach *reach;	/* diff/clone/reach.c; likewise */
	struct loadable *loadable;	/* diff/clone/loadable.c; likewise */
	struct map equal_memo;		/* pair of content pieces → equal_state */
	uint8_t *equal_state;
	size_t nr_equal, cap_equal;
	struct elf_sec **out_secs;	/* section of patched → section of out */
	struct elf_sec *klp_relocs[2];	/* __klp_relocs.<object> of out: vmlinux, the module */
	struct map slots;		/* what a slot holds → its number in slot_sec */
	struct elf_sec *slot_sec;	/* … of out; NULL if it has none yet */
	struct detour_at *detours;
	size_t nr_detours, cap_detours;
	struct decisions decisions;
	unsigned int pads;		/* diff/pads.c: what indirect calls need (enum pads) */
	bool seal_unknown;		/* … and which pads the kernel takes away */
	struct map maybe_sealed;	/* pieces of orig to which the first pointer leads */
	uint32_t nr_maybe_sealed;
	struct diag_where first_maybe_sealed;
	struct diff_stats stats;
};

/* ---- diff/context.c: object name, symvers, kernel file ---- */
int diff_find_context(struct diff *d);

/* ---- diff/correlate/correlate.c ---- */
/* Which piece of orig is which of patched; 0, or a negative code after errors. */
int diff_correlate(struct diff *d);
/* A piece of patched has candidates for its twin, and is to be copied: an error. */
int diff_refuse_ambiguous(struct diff *d, uint32_t piece);

/* ---- object/lines.c ---- */
/* Twins have line numbers in the same places; *differ: one differs. */
bool object_lines_match(const struct diff *d, const struct piece *a, const struct piece *b,
			bool *differ);

/* ---- diff/compare.c: are twins equal? ---- */
void diff_compare(struct diff *d);
/* In what two pieces differ, for people; NULL: in nothing. */
const char *diff_difference(struct diff *d, uint32_t orig, uint32_t patched);
/* Do two pieces without identity hold the same? */
bool diff_content_equal(struct diff *d, uint32_t orig, uint32_t patched);
/* Does ra, in a, lead to the same as rb, in b, which is compared with a? */
bool diff_ref_equal(struct diff *d, const struct piece *a, const struct ref *ra,
		    const struct piece *b, const struct ref *rb);

/* ---- diff/same-names.c: aliases that are made and unmade ---- */
/* Fill d->moved, before twins are compared: what is the same nevertheless, and what changed. */
void diff_same_names(struct diff *d);

/* ---- diff/keys.c: static keys and static calls of a module ---- */
void diff_judge_keys(struct diff *d);

/* ---- diff/pads.c: what an indirect call may enter ---- */
/* Which replaced functions have to be called by pointers to their copies: PIECE_POINT_COPY. */
void diff_find_pads(struct diff *d);
/* Is r, of piece from, a new pointer to a function of orig that no pointer may call?  An error. */
void diff_check_pad(struct diff *d, uint32_t from, const struct ref *r);
/* The same where the kernel's file tells: r leads to what that has (to->kernel). */
void diff_check_kernel_pad(struct diff *d, uint32_t from, const struct ref *r,
			   const struct decision *to);
/* Warn of new pointers to what only the kernel's file shows to be sealed or not. */
void diff_warn_sealed(struct diff *d);

/* ---- diff/include.c: what goes into the output ---- */
int diff_include(struct diff *d);
/* The function that a piece is part of: itself, a cold part's parent, an entry's owner. */
uint32_t piece_root(const struct object *obj, uint32_t piece);
/* A function that the livepatch redirects to its copy. */
bool diff_piece_is_patched(const struct piece *p);
/* The variable whose value the kernel writes into its code where p says; NULL: p says nothing of that. */
const char *diff_piece_boot_const(const struct piece *p);
/* Whether a reference from an included piece leads to a copy, not to the running kernel. */
bool diff_ref_wants_copy(const struct diff *d, uint32_t from, const struct ref *r);

/* ---- diff/patchable/patchable.c: whether it may ---- */
/* The weak symbol of orig, by which p is called, if the kernel may run another one: reported. */
void diff_check_weak(struct diff *d, const struct piece *p, uint32_t orig_sym);
/* The kernel's file shows that another file's definition has taken the weak symbol's place. */
bool diff_is_overridden(const struct diff *d, uint32_t orig_sym);
void diff_check_patchable(struct diff *d);
/* For diagnostics, the place of r in p of patched. */
struct diag_where diff_ref_where(const struct diff *d, const struct piece *p, const struct ref *r);

/* ---- diff/patchable/layout.c: references that mean something only beside their target's neighbours ---- */
void diff_find_moved(struct diff *d);	/* before the other one */
void diff_check_layout(struct diff *d, const struct piece *p, const struct ref *r);

/* ---- diff/resolve.c: what becomes of the symbols that stay outside ---- */
/* Fill d->decisions; refusals are recorded, each once. */
void diff_resolve(struct diff *d);
/* What else is to be said of them, if none is refused. */
void diff_note_decisions(struct diff *d);
/* What r becomes, which leads to no copy. */
struct decision *diff_decision(const struct diff *d, const struct ref *r);
/* What becomes of the variable that the entry of a boot constant is about. */
struct decision *diff_boot_const(const struct diff *d, const struct piece *entry);

/*
 * The global of that name in one of the kernel files, the object's own first, and the object
 * that it is of; or NULL, and *object stays as it is.
 */
const struct kernel_sym *diff_find_global(const struct diff *d, const char *name,
					  const char **object);
/* The same; *found is the file. */
const struct kernel_sym *diff_find_in_kernel(const struct diff *d, const char *name,
					     const struct kernel_file **found);
/* The weak symbol of orig by which r, at a twin, refers to whatever the kernel has; or 0. */
uint32_t diff_weak_original(const struct diff *d, const struct ref *r);

/* ---- diff/position/position.c ---- */
/* Where the running kernel has a symbol of orig; NULL: nothing tells, which is recorded. */
const struct position *diff_position(struct diff *d, uint32_t sym);
/* The one of d->kernel that it is, unless nothing tells: NULL. */
const struct kernel_sym *diff_likely_kernel_sym(struct diff *d, uint32_t sym);
/* A kernel's file that nobody named is evidence only if it has what changed as orig has it. */
void diff_judge_found_kernel(struct diff *d);
/* Warn of positions that only the kernel's file could confirm. */
void diff_warn_unsure(struct diff *d);
/*
 * Of a function to be replaced: refuse one that the kernel's file has with other contents, or
 * that ftrace cannot redirect there.
 */
void diff_check_replaced(struct diff *d, const struct piece *p);

/* ---- diff/position/kernel-code.c: pieces of orig beside the bytes of the kernel's file ---- */
enum kernel_match {
	KERNEL_UNKNOWN,		/* no bytes, or the kernel's compiler flags may make the difference */
	KERNEL_SAME,
	KERNEL_DIFFERS,
};
/* Is p what the kernel has at s?  *off: up to where in p, from its symbol. */
enum kernel_match diff_kernel_match(struct diff *d, const struct piece *p,
				    const struct kernel_sym *s, uint64_t *off);
/* Where r of p leads in the kernel, where s is p: a number for diff_kernel_leads_to(). */
bool diff_kernel_dest(struct diff *d, const struct piece *p, const struct kernel_sym *s,
		      const struct ref *r, uint64_t *dest);
/* Whether that is what r says, if r leads to s. */
bool diff_kernel_leads_to(const struct diff *d, const struct kernel_sym *s, const struct ref *r,
			  uint64_t dest);

/* ---- diff/clone/clone.c: copy what is included ---- */
int diff_clone(struct diff *d);
/* ---- diff/clone/write.c: references of the output ---- */
struct target {
	uint32_t sym;			/* symbol of out */
	int64_t addend;			/* to which a ref's bias is still to be applied */
	const struct decision *to;	/* that is written so; NULL: a copy */
};
/* What r of piece from becomes; and what leads to what stays outside. */
struct target diff_target(struct diff *d, uint32_t from, const struct ref *r);
struct target diff_target_outside(struct diff *d, struct decision *to, int64_t addend);
/* Write a relocation of a copy, as a livepatch one if its target is. */
void diff_write_ref(struct diff *d, struct elf_sec *sec, uint64_t place, uint32_t type,
		    struct target t, int64_t addend);

/* ---- diff/clone/loadable.c: what the kernel would do wrong with a reference of a copy: errors ---- */
void diff_check_type(struct diff *d, const struct piece *p, const struct ref *r);
/* t: what r leads to. */
void diff_check_target(struct diff *d, const struct piece *p, const struct ref *r,
		       const struct target *t);

/* ---- object/slots.c ---- */
/* A relocation of that type, at place in the copy of piece from, to a slot for what r means. */
void diff_write_slot_ref(struct diff *d, uint32_t from, const struct ref *r, uint64_t place,
			 uint32_t type);

/* ---- object/marks.c ---- */
/* Mapping symbols for the copies, where the input has them. */
void diff_clone_marks(struct diff *d);

/* ---- diff/clone/entries.c: entries of special sections in the output ---- */
/* Entries of the input that copied code owns = entries in the output, or an internal error. */
void diff_count_entries(struct diff *d);
/* With --entry-symbols: a symbol for each of them … */
void diff_name_entries(struct diff *d);
/* … and for the nr-th one of sec, which has size bytes at off. */
void diff_name_entry(struct diff *d, const struct elf_sec *sec, uint64_t off, uint64_t size,
		     uint64_t nr);
/* ---- entries that are not copied ---- */
void diff_note_left_out(struct diff *d);
/* ---- diff/clone/reach.c: references that the loader's relocations do not express ---- */
/* How many refs from the piece's k-th on it did away with; 0: that one is an ordinary one. */
uint32_t diff_reach(struct diff *d, uint32_t piece, uint32_t k);
/* ---- diff/clone/orc.c: unwind tables ---- */
int diff_clone_ranges(struct diff *d);
/* ---- diff/clone/emit.c: .init.klp_objects, .init.klp_funcs, .modinfo ---- */
int diff_emit(struct diff *d);

/* ---- klp-diff.c: the pipeline ---- */
/*
 * Make the livepatch object of two builds, and write it to a file that has no name yet.
 * *result lives in the arena, and tells of a run that refused, too.  Returns 0 (d->stats.out is
 * NULL if nothing changed), or a negative code with an error in diag.
 */
int klp_diff(const char *orig, const char *patched, const char *out, const struct options *opts,
	     struct arena *arena, struct diag *diag, struct diff **result);

/*
 * After it returned 0: the output gets its name; if nothing changed, an old one is removed.
 * Returns 0, or a negative code with an error in d->diag: the old output is as it was.
 */
int klp_diff_commit(struct diff *d);

#endif
