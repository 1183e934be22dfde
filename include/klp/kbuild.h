/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is needed to compile a few files of a kernel that somebody else built: where its parts
 * are, which commands make its objects, and which objects a source file goes into.
 */
#ifndef KLP_KBUILD_H
#define KLP_KBUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <klp/hash.h>

struct arena;
struct diag;

/* ---- shell words: what kbuild saves and prints is commands for a shell ---- */

struct kbuild_words {
	const char *at;		/* what is still to be read */
	bool is_operator;	/* the last word was one of ; | & < > ( ) */
	char *scratch;		/* NULL at first */
	struct arena *arena;
};

/* The next word without its quotes, or an operator's sign; NULL at the end. */
const char *kbuild_word(struct kbuild_words *words);

/* a/b/../c/./d without the dots, absolute; from: an absolute folder. */
const char *kbuild_clean_path(struct arena *arena, const char *from, const char *path);

/* ---- FILE.cmd: the command that made a file ---- */

/* In files of make, $ is written twice, and # as $(pound) or with a backslash. */
const char *kbuild_unescape(struct arena *arena, const char *s);

/* "savedcmd_fs/nfsd/built-in.a := rm -f ...", as scripts/Kbuild.include of the kernel saves it. */
bool kbuild_saved_command(const char *line, const char **target, const char **command,
			  struct arena *arena);

/*
 * The target, and a program for bash, run in the build's folder, that makes the target of the
 * FILE.cmd at path as $KLP_MADE, with its dependencies in $KLP_DEPS and the arguments added to the
 * compiler's; if it moves, from the copy of the source in $KLP_TREE. source: the folder of the
 * source as the command names it; up: the way there from the build's folder, or NULL. 0, or a
 * negative code with an error in diag.
 */
int kbuild_replay(const char *path, const char *source, const char *up, bool moves,
		  const char **target, const char **program, struct arena *arena,
		  struct diag *diag);

/* The saved command of what is named, below the build's folder; NULL: it was not made. */
const char *kbuild_command(const char *folder, const char *name, struct arena *arena);

/* The same of a target of the index, whose source moves; it is not moved from elsewhere. */
struct kbuild_index;
int kbuild_replay_index(const struct kbuild_index *index, const char *name, const char **program,
			struct arena *arena, struct diag *diag);

/* ---- the index: each file that the kernel's build makes ---- */

struct kbuild_target {
	const char *name;	/* below the folder of the build */
	const char *path;	/* as its command has it: for modules outside, with `below` */
	const char *command;	/* as the shell runs it there */
	const char **sources;	/* what the command names of the source, below its folder */
	size_t nr_sources, cap_sources;
	const char **members;	/* of an archive or of a module's list */
	size_t nr_members, cap_members;
	const char *into;	/* "vmlinux", or the path of the module without .ko; NULL: neither */
	bool is_shared;		/* in several modules; `into` names them all */
	bool is_seen;
};

struct kbuild_index {
	struct arena *arena;
	struct diag *diag;
	const char *source;	/* the source's folder, as the commands name it */
	const char *below;	/* names have this folder before them in commands; NULL: none */
	struct kbuild_target *targets;
	size_t nr, cap;
	struct map by_name;
};

void kbuild_index_init(struct kbuild_index *index, struct arena *arena, struct diag *diag);

/* Is it an archive, or a module's list of objects? */
bool kbuild_is_list(const char *name);

/* A name of the build's as it is in the index. */
const char *kbuild_index_name(const struct kbuild_index *index, const char *name);

/* By that name, or NULL. */
struct kbuild_target *kbuild_index_find(const struct kbuild_index *index, const char *name);

/* One target more, if there is none of that name; both texts live as long as the index. */
void kbuild_index_add(struct kbuild_index *index, const char *name, const char *command);

/* When all are there: what is linked into what. */
void kbuild_index_link(struct kbuild_index *index);

/*
 * Read what "make -n vmlinux modules" printed in a prepared folder.  0, or a negative code with
 * an error in diag.
 */
int kbuild_index_dry_run(struct kbuild_index *index, const char *path, const char *source,
			 struct arena *arena, struct diag *diag);

/* The same of what it printed for one folder, or for modules outside of the kernel (below). */
int kbuild_index_part(struct kbuild_index *index, const char *path, const char *source,
		      const char *below, struct arena *arena, struct diag *diag);

/* Write it to a file, and read it again. */
int kbuild_index_write(struct kbuild_index *index, const char *path);
int kbuild_index_read(struct kbuild_index *index, const char *path, struct arena *arena,
		      struct diag *diag);

/*
 * Mark (is_seen) the targets that may be made of one of the files, whose paths are below the
 * source's folder: a compiler reads it on some path through #include lines, whatever #if says.
 */
int kbuild_index_users(struct kbuild_index *index, const char *build, char **files, size_t nr);

/* ---- what a change of Makefiles does ---- */

/*
 * new: an object more (more: what it is linked into; source: what it is made of); apart: one more
 * that is linked into nothing; gone: one less; other: it is made by another command; moved: it is
 * linked into something else (more); module, no-module: one more, one less; absent: made before and
 * after, but not part of this kernel; unlike: the kernel's build made it with other words (more)
 * than make does here.
 */
struct kbuild_difference {
	const char *what, *name, *more, *source;
};

struct kbuild_compare {
	const char *build;		   /* where the kernel's build left its commands */
	const struct kbuild_index *kernel; /* or those of a prepared folder; NULL */
	const char *below;		   /* the tree, for modules outside of the kernel; NULL */
	struct kbuild_index before, after;
	struct kbuild_difference *found;
	size_t nr, cap;
};

/* Compare what "make -n" printed.  0, or a negative code with an error in diag. */
int kbuild_compare(struct kbuild_compare *c, const char *before, const char *after,
		   const char *source, struct arena *arena, struct diag *diag);

/* ---- what a build left of itself ---- */

/* Something that was made: its FILE.cmd, and its name below the folder of the build or module. */
struct kbuild_made {
	const char *cmd, *name;
};

struct kbuild_paths {
	const char **paths;
	size_t nr, cap;
};

void kbuild_add_path(struct kbuild_paths *list, const char *path, struct arena *arena);

struct kbuild_made_of {
	const char *build, *source; /* absolute */
	bool is_external;	    /* the source and build of modules outside of the kernel */
	struct kbuild_index *index; /* of a prepared folder; else an empty one, which is filled */
	struct kbuild_made *made;
	size_t nr_made, cap_made;
	bool *is_read;		     /* of each file: something was made of it */
	struct kbuild_paths folders; /* which no copy of the source may have as links */
	struct kbuild_paths newer;   /* inputs of `made` that are newer than the build */
	struct kbuild_paths generated; /* what a command made that names a file, and that file */
};

/*
 * What a build made of the files, whose paths are below the source's folder.  0, or a negative
 * code with an error in diag.
 */
int kbuild_made_of(struct kbuild_made_of *m, char **files, size_t nr, struct arena *arena,
		   struct diag *diag);

/* ---- what compilers read when they made it once more ---- */

struct kbuild_reads {
	const char *from;	     /* where they ran, absolute */
	const char *source, *tree;   /* absolute: the source, and the patched one in its place */
	bool in_place;		     /* the tree's files were seen as those of the source */
	bool *is_read;		     /* of each file: it was read as it is in the tree */
	struct kbuild_paths strays;  /* for which one was read as it is in the source */
	struct kbuild_paths folders; /* through which paths led, below source or tree */
};

/*
 * What NAME.d below the folder say, of the files, whose paths are below the source's.  0, or a
 * negative code with an error in diag.
 */
int kbuild_reads(struct kbuild_reads *r, const char *folder, char **files, size_t nr,
		 struct arena *arena, struct diag *diag);

/* ---- constants of patched headers ---- */

struct kbuild_macro {
	const char *file, *name;
	const char *old, *new;	/* what it stands for */
};

struct kbuild_macros {
	struct kbuild_macro *v;
	size_t nr, cap;
};

/* Add those of the file, whose path is below both, that stand for another constant in tree. */
void kbuild_changed_macros(const char *source, const char *tree, const char *file,
			   struct kbuild_macros *found, struct arena *arena);

/* ---- the report of a run ---- */

/*
 * Write what the lines of a run say as doc/klp-build.schema.json describes, to path, or to standard
 * output for "-".  0, or a negative code with an error in diag.
 */
int kbuild_report(const char *lines, const char *path, const char *version, struct arena *arena,
		  struct diag *diag);

/* ---- the parts of an installed kernel ---- */

struct kbuild_parts {
	const char *root;	/* "" or the folder below which everything is looked for */
	const char *release;	/* as of uname -r */
	const char *headers;	/* the folder that modules are built with */
	const char *config;
	const char *symvers;
	const char *source;	/* a folder, or a tar file of one */
	const char *vmlinux;	/* with debugging information, or the image */
	const char *modules;	/* /lib/modules/RELEASE */
	bool is_external;	/* for modules outside of the kernel: without its source */
};

/*
 * Fill in what is NULL.  0, or a negative code with one error in diag for each part that is not
 * there, which names the package that has it.
 */
int kbuild_parts_find(struct kbuild_parts *parts, struct arena *arena, struct diag *diag);

/* ---- its configuration ---- */

/*
 * Compare two files of CONFIG_... lines, of which theirs is the kernel's.  0, or a negative code
 * with one error in diag for each option that differs.
 */
int kbuild_config_compare(const char *ours, const char *theirs, struct arena *arena,
			  struct diag *diag);

/* The value of an option, without quotes; NULL: it is not set.  CONFIG_ is part of the name. */
const char *kbuild_config_value(const char *path, const char *name, struct arena *arena,
				struct diag *diag);

#endif
