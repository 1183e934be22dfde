/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The passes of klp-diff.c, and what they ask each other.
 *
 * Functions that return int return 0, or a negative code with errors in d->diag.  Pieces
 * and refs are of patched where nothing else is said; all memory is the arena's.
 */
#ifndef KLP_DIFF_PRIVATE_H
#define KLP_DIFF_PRIVATE_H

#include <klp/diff.h>

/* ---- the run's environment: object name, symvers, kernel files ---- */
int diff_find_context(struct diff *d);
/*
 * Read what of that nobody named, once: a linked kernel takes longer than an object that did not
 * change, of which nothing asks for it.
 */
int diff_read_found(struct diff *d);
/* Forget the kernel's files: they do not count as evidence. */
void diff_drop_kernel(struct diff *d);

/* ---- what is the same is set aside ---- */
/* Between object_open() and object_analyse() of both: which of their sections are frozen. */
void diff_freeze(struct diff *d, struct object *orig, struct object *patched);
/* Behind it: their pieces are twins, and equal. */
void diff_pair_frozen(struct diff *d);
/*
 * Was something copied that was not foreseen, or is it refused?  Then it is tried again with more
 * that is not frozen: nothing is refused but by what all of both objects says.
 */
bool diff_thaw(struct diff *d);
/* Two frozen pieces without identity are at one place of counterparts. */
bool diff_are_frozen_together(const struct diff *d, uint32_t orig, uint32_t patched);
/* The source file of orig that an STT_FILE symbol of patched is, if all of it is frozen; or 0. */
uint32_t diff_frozen_file(const struct diff *d, uint32_t file);

/* ---- which piece is which ---- */
/* Of each object, what diff_correlate() works with. */
struct matching *diff_new_matching(struct arena *arena);
/* Which piece of orig is which of patched; 0, or a negative code after errors. */
int diff_correlate(struct diff *d);
/* Are two STT_FILE symbols one source file? */
bool diff_same_file(const struct diff *d, uint32_t orig, uint32_t patched);
/* What to do about an allocation's tag (include/linux/alloc_tag.h) that the patch adds. */
#define DIFF_NO_TAG                                                                              \
	"write an allocation that the patch adds by the function that has no tag, kmalloc_noprof() " \
	"for kmalloc()"
/* A piece of patched has candidates for its twin, and is to be copied: an error. */
int diff_refuse_ambiguous(struct diff *d, uint32_t piece);

/* ---- are twins equal? ---- */
void diff_compare(struct diff *d);
/* Forget the results of comparisons. */
void diff_forget_equal(struct diff *d);
/* In what two pieces differ, for people; NULL: in nothing. */
const char *diff_difference(struct diff *d, uint32_t orig, uint32_t patched);
/* Do two pieces without identity hold the same? */
bool diff_content_equal(struct diff *d, uint32_t orig, uint32_t patched);

/* ---- aliases that are made and unmade ---- */
/* Fill d->moved, before twins are compared: what is the same nevertheless, and what changed. */
void diff_same_names(struct diff *d);
/* Is the name of nobody's but this object, before and after? */
bool diff_moved_is_local(const struct diff *d, const struct moved_name *m);

/* ---- constants that only copied functions read ---- */
/* Types of one of both, or NULL; they are read when they are asked for first. */
const struct types *diff_types(struct diff *d, bool patched);

/* They are twins no more; d->kept_constants has why others that changed are. */
void diff_copy_constants(struct diff *d);

/* ---- words of the kernel's data that are set ---- */
/* Fill d->writes with those that the user names; errors for what cannot be written. */
void diff_find_writes(struct diff *d);
/* How the changed object could be written; or why it cannot be. */
const char *diff_plan_write(struct diff *d, uint32_t piece, struct data_write *w);
bool diff_is_written(const struct diff *d, uint32_t piece);

/* ---- static keys and static calls of a module ---- */
void diff_judge_keys(struct diff *d);

/* ---- what an indirect call may enter ---- */
/* Which replaced functions have to be called by pointers to their copies: PIECE_POINT_COPY. */
void diff_find_pads(struct diff *d);
/* Is r, of piece from, a new pointer to a function of orig that no pointer may call?  An error. */
void diff_check_pad(struct diff *d, uint32_t from, const struct ref *r);
/* … a new pointer to a function of another file, of which only the kernel's file tells more? */
void diff_note_pointer_elsewhere(struct diff *d, uint32_t from, const struct ref *r);
/* The same where the kernel's file tells: r leads to what that has (to->kernel). */
void diff_check_kernel_pad(struct diff *d, uint32_t from, const struct ref *r,
			   const struct decision *to);
/* Indirect calls need something where they lead to, in the kernel that the object is for. */
bool diff_has_pads(const struct diff *d);
/* Warn of new pointers to what only the kernel's file shows to be sealed or not. */
void diff_warn_sealed(struct diff *d);

/* ---- what runs or is read only at boot, load or unload ---- */
/* Functions that the kernel has only at boot, and the patched object later, are no twins. */
void diff_part_from_freed(struct diff *d);
/* Take the mark PIECE_CHANGED from code and data that the kernel has only at boot. */
void diff_leave_out_boot(struct diff *d);
/* … from tables of sysctls in which some come or go. */
void diff_leave_out_sysctls(struct diff *d);
/* One warning that names all; if it is alone and nothing else changed, that is the error. */
int diff_tell_boot(struct diff *d, bool alone);

/* ---- who enters a replaced function elsewhere than at its begin ---- */
/* Does r, of patched, lead there? */
bool diff_leads_inside(const struct diff *d, const struct ref *r);
/* Functions that do are changed, too.  Returns whether there are new ones. */
bool diff_change_who_enters(struct diff *d);

/* ---- what goes into the output ---- */
int diff_include(struct diff *d);
/* A function that the livepatch redirects to its copy. */
bool diff_piece_is_patched(const struct piece *p);
/* The variable whose value the kernel writes into its code where p says; NULL: p says nothing of that. */
const char *diff_piece_boot_const(const struct piece *p);
/* It is in the output: callbacks become fields of klp_object_ext, boot constants loads. */
bool diff_piece_is_cloned(const struct piece *p);
/* Whether a reference from an included piece leads to a copy, not to the running kernel. */
bool diff_ref_wants_copy(const struct diff *d, uint32_t from, const struct ref *r);

/* ---- may it go into a livepatch? ---- */
/* The weak symbol of orig, by which p is called, if the kernel may run another one: reported. */
void diff_check_weak(struct diff *d, const struct piece *p, uint32_t orig_sym);
/* The kernel's file shows that another file's definition has taken the weak symbol's place. */
bool diff_is_overridden(const struct diff *d, uint32_t orig_sym);
void diff_check_patchable(struct diff *d);
/* For diagnostics, the place of p in patched, and that of r in p: made when there is one. */
const struct diag_where *diff_at(const struct diff *d, const struct piece *p);
const struct diag_where *diff_at_ref(const struct diff *d, const struct piece *p,
				     const struct ref *r);
struct diag_where diff_ref_where(const struct diff *d, const struct piece *p, const struct ref *r);

/* ---- references that mean something only beside their target's neighbours ---- */
void diff_find_moved(struct diff *d);
void diff_check_unreferenced(struct diff *d);	/* before the other one */
void diff_check_layout(struct diff *d, const struct piece *p, const struct ref *r);

/* ---- what becomes of the symbols that stay outside ---- */
/* Fill d->decisions; refusals are recorded, each once. */
void diff_resolve(struct diff *d);
/* Record warnings and notes on decisions, if none is refused. */
void diff_note_decisions(struct diff *d);
/* The decision for r, which leads to no copy; NULL: it leads to no symbol, or an absolute one. */
struct decision *diff_decision(const struct diff *d, const struct ref *r);
/*
 * Is it to what neither an export nor a --kernel file has, so that another object of the livepatch
 * has to have it?
 */
bool diff_is_left_to_others(const struct diff *d, const struct ref *r);
/* How far behind that symbol r leads. */
int64_t diff_decision_off(const struct diff *d, const struct ref *r);
/* The decision for the variable whose value an entry of boot constants is about. */
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

/* ---- positions of the kernel's symbols ---- */
/* Where the running kernel has a symbol of orig; NULL: nothing tells, which is recorded. */
const struct position *diff_position(struct diff *d, uint32_t sym);
/* The one of d->ctx.kernel that it is, unless nothing tells: NULL. */
const struct kernel_sym *diff_likely_kernel_sym(struct diff *d, uint32_t sym);
/* A kernel's file that klp found itself is evidence only if it has what changed as orig has it. */
void diff_judge_found_kernel(struct diff *d);
/* Warn of positions that only the kernel's file could confirm. */
void diff_warn_unsure(struct diff *d);
/*
 * Of a function to be replaced: refuse one that the kernel's file has with other contents, or
 * that ftrace cannot redirect there.
 */
void diff_check_replaced(struct diff *d, const struct piece *p);

/* ---- pieces of orig beside the bytes of the kernel's file ---- */
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

/* ---- the output, before there is one ---- */
/* How a reference of a copy is written. */
enum diff_way {
	WAY_DROP,	/* not at all */
	WAY_RELOC,	/* by a relocation of its type */
	WAY_DISTANCE,	/* as a constant, to a place of the same section */
	WAY_DIFFERENCE, /* likewise, with the next one: of two places of one section */
	WAY_GOT,	/* from the GOT, with the next one */
	WAY_DETOUR,	/* by a branch to code behind the function */
	WAY_WITH_LAST,	/* the second one of such two */
};
/* Fill d->ways and the offsets of copies; references that no way serves are errors. */
void diff_plan(struct diff *d);
/* Errors for what the kernel would do wrong with the relocation that r, of a copy, becomes. */
void diff_check_loadable(struct diff *d, uint32_t from, const struct ref *r);
/* How far the copy begins behind a multiple of *align. */
uint64_t diff_copy_skew(const struct piece *p, uint64_t *align);
/* The next reference of p that is written, or NULL. */
const struct ref *diff_next_ref(const struct diff *d, const struct piece *p, const struct ref *r);
/*
 * The constant for r within one section of the output: the distance from r's place to its
 * target, or, if r adds and sub subtracts, the difference of their two targets.
 */
uint64_t diff_constant(const struct diff *d, const struct piece *p, const struct ref *r,
		       const struct ref *sub);

/* ---- the output ---- */
/* Copy what is included. */
int diff_clone(struct diff *d);
/* Unwind tables of copies: of the ORC kind, in the SFrame format. */
void diff_clone_ranges(struct diff *d);
void diff_clone_sframe(struct diff *d);
/* With --entry-symbols: a symbol for each entry of a table. */
void diff_name_entries(struct diff *d);
/* Note sections that are left out although copied functions have entries in them. */
void diff_note_left_out(struct diff *d);
/* .init.klp_objects, .init.klp_funcs, .modinfo */
void diff_emit(struct diff *d);
/* To a file that has no name yet. */
int diff_write(struct diff *d);

#endif
