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

/* ---- FILE.cmd: the command that made a file ---- */

/* In files of make, $ is written twice, and # as $(pound) or with a backslash. */
const char *kbuild_unescape(struct arena *arena, const char *s);

/* "savedcmd_fs/nfsd/built-in.a := rm -f ...", as scripts/Kbuild.include of the kernel saves it. */
bool kbuild_saved_command(const char *line, const char **target, const char **command,
			  struct arena *arena);

/*
 * A program for bash, run in the build's folder, that makes the target of the FILE.cmd at path as
 * $KLP_MADE, with its dependencies in $KLP_DEPS and the arguments added to the compiler's; if it
 * moves, from the copy of the source in $KLP_TREE. source: the folder of the source as the
 * command names it; up: the way there from the build's folder, or NULL. 0, or a negative code
 * with an error in diag.
 */
int kbuild_replay(const char *path, const char *source, const char *up, bool moves,
		  const char **program, struct arena *arena, struct diag *diag);

/* ---- the index: each file that the kernel's build makes ---- */

struct kbuild_target {
	const char *name;	/* below the folder of the build */
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
	struct kbuild_target *targets;
	size_t nr, cap;
	struct map by_name;
};

/*
 * Read what "make -n vmlinux modules" printed in a prepared folder.  0, or a negative code with
 * an error in diag.
 */
int kbuild_index_dry_run(struct kbuild_index *index, const char *path, const char *source,
			 struct arena *arena, struct diag *diag);

/* Write it to a file, and read it again. */
int kbuild_index_write(struct kbuild_index *index, const char *path);
int kbuild_index_read(struct kbuild_index *index, const char *path, struct arena *arena,
		      struct diag *diag);

/*
 * Mark (is_seen) the targets that may be made of one of the files, whose paths are below the
 * source's folder: a compiler reads it on some path through #include lines, whatever #if says.
 */
int kbuild_index_users(struct kbuild_index *index, const char *build, char **files, size_t nr);

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
