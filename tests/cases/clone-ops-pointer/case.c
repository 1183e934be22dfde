// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A named read-only object of the file, compared by its address and read: the
 * running kernel's is referenced; a copy would be another address (F6).
 */
#include "kernel.h"

struct ops {
	int (*open)(int x);
	int (*close)(int x);
};

struct file {
	const struct ops *ops;
	int x;
};

noinline static int my_open(int x)
{
	return exported(x);
}

noinline static int my_close(int x)
{
	return exported(x) - 1;
}

static const struct ops my_ops = { my_open, my_close };

void install(struct file *f)
{
	f->ops = &my_ops;
}

int changed(struct file *f)
{
#ifdef PATCHED
	if (!f->ops)
		return -1;
#endif
	if (f->ops != &my_ops)
		return -22;
	return f->x;
}
