/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Livepatches of the running kernel: load, look, unload (Documentation/livepatch/livepatch.rst and
 * Documentation/ABI/testing/sysfs-kernel-livepatch of Linux).
 */
#ifndef KLP_LOAD_H
#define KLP_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct diag;
struct json;

/* Where the kernel is, and how long to wait for it. */
struct machine {
	const char *root;	/* what stands before /sys and /proc; "": the running kernel */
	unsigned int timeout;	/* seconds for a transition */
	struct arena *arena;
	struct diag *diag;
};

struct live_func {
	const char *name;
	const char *pos;	/* as sysfs writes it */
};

struct live_object {
	const char *name;	/* "vmlinux" or the module's */
	bool patched;		/* before 6.1 the kernel does not tell: as the whole patch */
	struct live_func *funcs;
	size_t nr_funcs, cap_funcs;
};

enum live_state {
	LIVE_ENABLED,
	LIVE_ENABLING,
	LIVE_DISABLING,
	LIVE_DISABLED,
	LIVE_REPLACED,	/* the module is loaded, and another patch has taken its place */
};

struct live_patch {
	const char *name;
	enum live_state state;
	bool replaces;		/* it took the place of all before it (6.2; else not known) */
	struct live_object *objects;
	size_t nr_objects, cap_objects;
};

/* A task that still runs, or may run, old code (or new code that is being taken away). */
struct live_task {
	pid_t pid, tid;
	const char *name;
	const char *stack;	/* one function a line; NULL: not known */
};

/* "enabled" */
const char *load_state_name(enum live_state state);

/* All patches, by name: 0, or a negative code with one error. */
int load_list(const struct machine *m, struct live_patch **patches, size_t *nr);

/* The tasks that hold up the transition of a patch. */
struct live_task *load_stalled(const struct machine *m, const struct live_patch *patch, size_t *nr);

/*
 * Load the module at path if it is for the running kernel, and wait until it is enabled.  After
 * the time its transition is taken back, the module unloaded, and the tasks are in the error.
 */
int load_module(const struct machine *m, const char *path);

/* Disable the patch, wait, and unload its module.  After the time it is enabled again. */
int load_unload(const struct machine *m, const char *name);

#endif
