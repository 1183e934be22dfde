/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kernel/symlist.c and kernel/symlist-text.c share; everybody else uses klp/symlist.h. */
#ifndef KLP_SYMLIST_PRIVATE_H
#define KLP_SYMLIST_PRIVATE_H

#include <sys/types.h>

#include <klp/symlist.h>

#include "symbols.h"

struct symlist {
	struct arena *arena;
	struct diag *diag;
	struct kernel_file **objects;
	size_t nr, cap;
	struct map names; /* of objects */

	struct file_id {
		dev_t dev;
		ino_t ino;
	} *files; /* that were read */
	size_t nr_files, cap_files;
};

/* Add one object; an error if it is there already. */
int symlist_add_object(struct symlist *l, struct kernel_file *k);

/* True if the text calls itself such a list. */
bool symlist_is_list(const struct text *text);

/* Read the list: its objects, each by symlist_add_object(). */
int symlist_read(struct symlist *l, struct text *text);

#endif
