/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbols of a kernel and its modules (kernel/symlist.c), from linked objects,
 * directories of them, or the list that klp symbols makes of them:
 *
 *	klp-convert-symbol-data.0.1
 *	*vmlinux
 *	startup_64
 *	…
 *	*ext4
 *	…
 *
 * An object's symbols stand in the order in which livepatch counts positions.
 * A symbol of a module that vanishes with the module's init sections is left
 * out; if the same name stays elsewhere in that module, which changes its
 * position, the one that vanishes has " init" behind its name.
 */
#ifndef KLP_SYMLIST_H
#define KLP_SYMLIST_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct diag;
struct kernel_file;

#define SYMLIST_MAGIC "klp-convert-symbol-data.0.1"

struct symlist;

/* An empty collection in the arena. */
struct symlist *symlist_new(struct arena *arena, struct diag *diag);

/*
 * Add the objects of path: a list (plain or gzip), a linked kernel or module, a
 * System.map, or a directory, of which all vmlinux, *.ko and lists (*.klp,
 * *.list, with .gz too) are taken, those of its subdirectories too.  A file that
 * was read already is passed over; an object that two files define is an error,
 * and so is a compressed module in a directory.
 * 0, or a negative code with one error in diag.
 */
int symlist_add(struct symlist *l, const char *path);

/* The objects, in the order in which they came. */
size_t symlist_count(const struct symlist *l);
const struct kernel_file *symlist_at(const struct symlist *l, size_t i);

/* The object of that name, NULL if it is not known. */
const struct kernel_file *symlist_find(const struct symlist *l, const char *object);

/* The object that has EXPORT_SYMBOL of name (its __ksymtab_ entry), NULL if there is none. */
const struct kernel_file *symlist_exporter(const struct symlist *l, const char *name);

/* True if some object exports something at all: then the lists tell what is exported. */
bool symlist_has_exports(const struct symlist *l);

/*
 * Write the list to path, gzip if its name ends in .gz; NULL: to standard output.
 * 0, or a negative code with one error in diag; the file is then as it was.
 */
int symlist_write(const struct symlist *l, const char *path);

#endif
