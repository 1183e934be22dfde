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

#include <klp/object.h>
#include <klp/symbols.h>

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

/* A symbol of the output that something else defines, and why it is the one it is. */
struct decision {
	uint32_t sym;			/* of out */
	bool livepatch;			/* or ordinary */
	const char *why;
	uint32_t refs;			/* how often it is referred to */
	uint32_t from;			/* first by this piece of patched */
	uint64_t place;			/* … at this offset in its section */
	uint32_t piece;			/* of patched whose twin it is; NO_PIECE: undefined there */
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

	struct moved_name *moved;
	size_t nr_moved, cap_moved;
	const char *object;		/* name of the kernel object: "vmlinux" or a module */
	struct exports *exports;
	const struct kernel_file *kernel;	/* its symbols of this object; NULL if unknown */
	const struct kernel_file **kernels;	/* all that were given or found */
	const char **kernel_paths;
	size_t nr_kernels, cap_kernels;
	bool kernels_found;		/* by themselves */
	const struct kernel_sym **kernel_sym_of;	/* per symbol of orig: known already; or NULL */
	const struct symid *symids;	/* of orig's symbols; NULL: not asked for yet */
	struct map kernel_locals;	/* diff/position/evidence.c; arena NULL: not asked for yet */
	bool warned_symvers;
	struct map depends;		/* module → whether the original depends on it */
	struct map klp_syms;		/* name → symbol of out */
	struct map undef_syms;		/* name → symbol of out */
	struct map tombstones;		/* name → symbol of out */
	struct map no_position;		/* symbols of orig whose position cannot be told */
	struct map unsure;		/* … is 0 if the kernel has no other of that name */
	uint32_t nr_unsure;
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
	struct decision *decisions;	/* of each symbol that leads out of the output */
	size_t nr_decisions, cap_decisions;
	struct map decision_of;		/* symbol of out → its decision */
	struct said **said;		/* diff/clone/said.c */
	size_t nr_said, cap_said;
	struct map said_of;		/* name of a symbol → number in said */
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
bool diff_lines_match(const struct diff *d, const struct piece *a, const struct piece *b,
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
/* The same where the kernel's file tells: r leads to s there.  0, or a negative code. */
int diff_check_kernel_pad(struct diff *d, uint32_t from, const struct ref *r,
			  const struct kernel_file *file, const struct kernel_sym *s);
/* Warn of new pointers to what only the kernel's file shows to be sealed or not. */
void diff_warn_sealed(struct diff *d);

/* ---- diff/include.c: what goes into the output ---- */
int diff_include(struct diff *d);
/* The function that a piece is part of: itself, a cold part's parent, an entry's owner. */
uint32_t piece_root(const struct object *obj, uint32_t piece);
/* A function that the livepatch redirects to its copy. */
bool piece_is_patched(const struct piece *p);
/* Whether a reference from an included piece leads to a copy, not to the running kernel. */
bool ref_wants_copy(const struct diff *d, uint32_t from, const struct ref *r);

/* ---- diff/patchable/patchable.c: whether it may ---- */
/* The weak symbol of orig, by which p is called, if the kernel may run another one: reported. */
void diff_check_weak(struct diff *d, const struct piece *p, uint32_t orig_sym);
/* The kernel's file shows that another file's definition has taken the weak symbol's place. */
bool diff_is_overridden(const struct diff *d, uint32_t orig_sym);
void diff_check_patchable(struct diff *d);
/* For diagnostics, the place of r in p of patched. */
struct diag_where ref_where(const struct diff *d, const struct piece *p, const struct ref *r);

/* ---- diff/patchable/layout.c: references that mean something only beside their target's neighbours ---- */
void diff_find_moved(struct diff *d);	/* before the other one */
void diff_check_layout(struct diff *d, const struct piece *p, const struct ref *r);

/* ---- diff/clone/target.c: what a reference of the output becomes ---- */
struct target {
	uint32_t sym;		/* symbol of out */
	int64_t addend;		/* to which a ref's bias is still to be applied */
	const char *klp_object;	/* livepatch reference: section's object; NULL: ordinary */
	const char *why;	/* it is that; NULL: a copy, or nothing to tell */
	bool outside;		/* not in the livepatch's own module */
	const struct kernel_sym *kernel;	/* livepatch reference: what diff->kernel has, if known */
	struct said *said;		/* of a reference to it; NULL: nothing */
};
/* … r of piece from. */
int diff_target(struct diff *d, uint32_t from, const struct ref *r, struct target *t);
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
/* The kernel's variable of that name, which what is at where uses. */
int diff_target_name(struct diff *d, const struct diag_where *where, const char *name,
		     struct target *t);

/* ---- diff/clone/said.c: what is said once of each symbol, and not of each reference ---- */
/* Of a reference to name, which becomes t; -EINVAL if it is an error, else 0. */
int diff_say(struct diff *d, struct target *t, enum diag_severity severity, const char *code,
	     const char *name, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* The reference is at where: that is told, or counted if something has been said of the name. */
void diff_keep_said(struct diff *d, const struct diag_where *where, const struct target *t);
void diff_tell_said(struct diff *d);	/* once there are no more references */

/* ---- diff/position/position.c ---- */
/* The position of a symbol of orig among those of its name in the running kernel. */
int diff_position(struct diff *d, uint32_t sym, unsigned long *sympos);
/* A kernel's file that nobody named is evidence only if it has what changed as orig has it. */
void diff_judge_found_kernel(struct diff *d);
/* Warn of positions that only the kernel's file could confirm. */
void diff_warn_unsure(struct diff *d);
/*
 * Of functions to be replaced: refuse (-EINVAL) those that the kernel's file has with other
 * contents, and those that ftrace cannot redirect there.
 */
int diff_check_replaced(struct diff *d);

/* ---- diff/position/kernel-code.c: pieces of orig beside the bytes of the kernel's file ---- */
enum kernel_match {
	KERNEL_UNKNOWN,		/* no bytes, or the kernel's compiler flags may make the difference */
	KERNEL_SAME,
	KERNEL_DIFFERS,
};
/* Is p what the kernel has at s?  *off: up to where in p, from its symbol. */
enum kernel_match diff_kernel_match(struct diff *d, const struct piece *p,
				    const struct kernel_sym *s, uint64_t *off);
/* Where r of p leads in the kernel, where s is p: a number for kernel_leads_to(). */
bool diff_kernel_dest(struct diff *d, const struct piece *p, const struct kernel_sym *s,
		      const struct ref *r, uint64_t *dest);
/* Whether that is what r says, if r leads to s. */
bool kernel_leads_to(const struct diff *d, const struct kernel_sym *s, const struct ref *r,
		     uint64_t dest);

/* ---- report/explain.c ---- */
/* Piece from refers by r to what t says: remembered for those who ask why. */
void diff_note_target(struct diff *d, uint32_t from, const struct ref *r, const struct target *t);

/* ---- diff/clone/clone.c: copy what is included ---- */
int diff_clone(struct diff *d);
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
int klp_diff(const char *orig, const char *patched, const char *out, const struct options *opts,
	     struct arena *arena, struct diag *diag, struct diff **result);

#endif
