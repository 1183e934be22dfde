/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guest-init.c (cases), guest-commands.c (plain commands), guest-module.c
 * (modules and their livepatches) and guest-log.c (the kernel's log) share.
 */
#ifndef GUEST_INIT_H
#define GUEST_INIT_H

#include "guest-shell.h"

#define MS(n) poll(NULL, 0, n)

/* ---- guest-init.c ---- */
/* Print whether the step of the case was good, and if not, why (NULL: nothing to say). */
void report(const char *step, bool good, const struct text *why);

/* ---- guest-commands.c ---- */
/* Append what the file holds; 0, or 1 if it cannot be read (errno). */
int read_file(const char *path, struct text *out);
/* … alone; "" if it cannot be read. */
char *file_text(const char *path);
bool exists(const char *path);
/* Append a line of two parts. */
void complain(struct io *io, const char *what, const char *which);
/* A command's message with errno's text: 1. */
int failed_on(struct io *io, const char *command, const char *what);
int cmd_ls(struct words *args, struct io *io);
int cmd_expect(struct words *args, struct io *io);
int cmd_do_step(struct words *args, struct io *io);

/* ---- guest-module.c ---- */
/* The directory of the module, and of its livepatch, in sysfs, with suffix behind it. */
char *module_path(const char *module, const char *suffix);
char *patch_path(const char *module, const char *suffix);
int cmd_insmod(struct words *args, struct io *io);
int cmd_rmmod(struct words *args, struct io *io);
int cmd_load(struct words *args, struct io *io);
int cmd_disable(struct words *args, struct io *io);
int cmd_unload(struct words *args, struct io *io);

/* ---- guest-log.c ---- */
/* The kernel's messages without their levels; clear: they are not read again. */
char *read_log(bool clear);
/*
 * Report whether the log of the case has no splat but the one that it announces with
 * $splat, a regular expression for the block with WARNING.
 */
void no_splat(const char *allowed, char *log);
/* … and whether the kernel has no taint but that of tests, and of an announced warning. */
void no_taint(bool warned);

#endif
