/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of `klp diff`: its two inputs, what was decided, and what is told of it.  Pieces and
 * refs are of patched where nothing else is said; all memory is the arena's.
 */
#ifndef KLP_DIFF_H
#define KLP_DIFF_H

#include <klp/kernel.h>
#include <klp/object.h>

/* The options of a run. */
struct diff_options {
	const char *object_name;	/* --object, or NULL */
	const char **symvers;		/* --symvers … */
	size_t nr_symvers;
	const char **kernels;		/* --kernel …; "none": look for none */
	size_t nr_kernels;
	const char **depends;		/* --depends MODULE … */
	size_t nr_depends;
	const char **force;		/* --force FUNCTION … */
	size_t nr_force;
	const char **pairs;		/* --pair OLD=NEW … */
	size_t nr_pairs;
	const char **no_pairs;		/* --no-pair NAME … */
	size_t nr_no_pairs;
	const char **allow_layouts;	/* --allow-layout STRUCT … */
	size_t nr_allow_layouts;
	const char **writes;		/* --write OBJECT … */
	size_t nr_writes;
	struct load_options load;
	bool entry_symbols;		/* --entry-symbols */
	bool asks_names;		/* the report will be asked what is known of some names */
	bool no_objtool_tables;		/* --no-objtool-tables: objtool makes them later on */
	bool force_kernel;		/* --force-kernel: one that differs is a warning */
	void (*stage)(void *arg, const char *what);	/* told what a run does next; or NULL */
	void *stage_arg;
};

/* The numbers and names in the summary. */
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
	uint32_t of_name;		/* of a name's first symbol: how many have it, or 0 */
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

	/* The message on the references; NULL: none */
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

/* A name that is at one place with other ones in one object only. */
struct moved_name {
	uint32_t orig, patched;		/* pieces that have it, which are not twins by other names */
	uint32_t orig_sym, sym;
	bool same;			/* they mean the same */
	bool folded;			/* the kernel's is redirected to the copy of the other one */
	uint32_t out_sym;		/* folded: the name in the output */
};

/* A word of the kernel's data that is set while the livepatch is enabled. */
struct data_write {
	uint32_t piece;			/* of patched */
	uint64_t off;			/* in it */
	uint8_t size;
	uint64_t old_value, new_value;	/* without a reference */
	const struct ref *old, *new;	/* of orig, of patched; or NULL */
	bool leads;			/* new is a function that the livepatch has */
	struct decision *at, *old_to;	/* the object; what it pointed to */
};

/* The run's environment: the kernel object, its exports, the linked kernel. */
struct context {
	const char *object;		/* name of the kernel object: "vmlinux" or a module */
	struct exports *exports;
	const struct kernel_file *kernel;	/* its symbols of this object; NULL if unknown */
	const struct kernel_file *whole;	/* orig itself, if it is all of a module; or NULL */
	const struct kernel_file **kernels;	/* all that were given or found */
	const char **kernel_paths;
	size_t nr_kernels, cap_kernels;
	bool kernels_found;		/* by themselves */
	bool found_read;		/* see diff_read_found() */
};

/* One run of klp diff: what passes hand on to later ones, and to the report. */
struct diff {
	struct arena *arena;
	struct diag *diag;
	const struct diff_options *opts;
	const struct arch *arch;
	const struct object *orig, *patched;	/* of pieces, only twins, flags and copies change */
	bool same_file;		/* they are one: neither is cut */
	struct context ctx;
	struct moved_name *moved;
	size_t nr_moved, cap_moved;
	struct diff_types {
		const struct types *v; /* NULL: there are none that can be used */
		bool read;
	} types[2];		/* of orig, of patched: diff_types() */
	const char **kept_constants;	/* per piece: why one that changed is not copied, or NULL */
	struct data_write *writes;
	size_t nr_writes;
	bool knows_callbacks;
	unsigned int callbacks;	/* of the patch's own: 1 << klp_callback_kind() */
	struct decisions decisions;
	uint8_t *ways;		/* of each ref of patched, how it is written: enum diff_way */
	struct diff_stats stats;
	const char *out_path;
	struct outfile *file;	/* what is written of the output; its name is klp_diff_commit()'s */

	/* Memory of one file or folder, opaque to all others; NULL: not asked for yet. */
	struct freeze *freeze;		/* of what is the same in both */
	struct equal_memo *equal;	/* of comparing twins */
	struct candidate_index *candidates;	/* of what could be a twin */
	struct evidence_memo *evidence;	/* of positions */
	struct walk_memo *walk;		/* over the kernel's code */
	struct pads_memo *pads;		/* of what indirect calls may enter */
	struct loadable *loadable;	/* of what the kernel's loader does */
	struct output *out;		/* diff/clone/ */
};

/* Does ra, in a, lead to the same as rb, in b, which is compared with a? */
bool diff_ref_equal(struct diff *d, const struct piece *a, const struct ref *ra,
		    const struct piece *b, const struct ref *rb);

/* The first reference of a piece of patched to a place inside of another function, which is
 * replaced, or to a table of such places; NULL: there is none. */
const struct ref *diff_entering_ref(const struct diff *d, uint32_t piece);

/*
 * Make the livepatch object of two builds, and write it to a file that has no name yet.
 * *result lives in the arena, and tells of a run that refused, too.  Returns 0 (d->stats.out is
 * NULL if nothing changed), or a negative code with an error in diag.
 */
int klp_diff(const char *orig, const char *patched, const char *out, const struct diff_options *opts,
	     struct arena *arena, struct diag *diag, struct diff **result);

/*
 * After it returned 0: the output gets its name; if nothing changed, an old one is removed.
 * Returns 0, or a negative code with an error in d->diag: the old output is as it was.
 */
int klp_diff_commit(struct diff *d);

#endif
