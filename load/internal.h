/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations that the files of load/ share.
 */
#ifndef LOAD_INTERNAL_H
#define LOAD_INTERNAL_H

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/load.h>

#define PATCHES "/sys/kernel/livepatch"

#define load_refuse(m, what, code, ...) \
	diag_error((m)->diag, &(struct diag_where){ .object = (what) }, code, __VA_ARGS__)

/* The first line of a small file below the root, or all of it; NULL: it cannot be read. */
const char *load_read_line(const struct machine *m, const char *path);
const char *load_read_all(const struct machine *m, const char *path, size_t *size);
/* Write text to a file below the root: 0, or errno. */
int load_write(const struct machine *m, const char *path, const char *text);
/* Is there such a file below the root? */
bool load_exists(const struct machine *m, const char *path);
/* The names in a directory below the root, sorted, without those that begin with a dot. */
const char **load_names(const struct machine *m, const char *path, size_t *nr);
/* A path below PATCHES, or of a module. */
const char *load_path(const struct machine *m, const char *format, const char *a, const char *b);

/* Wait until the patch is where it should be (enabled, or gone).  False after the time. */
bool load_wait(const struct machine *m, const char *name, bool gone);
/* Lines behind an error: the tasks that hold up its transition, and the functions that they run. */
void load_tell_tasks(const struct machine *m, const char *name);

#endif
