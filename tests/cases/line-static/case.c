// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A static function that reports a line, of which the file is known, too: no change (L1).  In
 * any other file it is some other function.
 */
#include "kernel.h"

#ifdef PATCHED
#define LINE 203
#else
#define LINE 201
#endif

/* fs/ext4/namei.c */
noinline static int __ext4_read_dirblock(void *p, int block, int type, const char *f, int line)
{
	asm volatile("" : : "r"(p), "r"(block), "r"(type), "r"(f), "r"(line));
	return exported(block);
}

int reads(void *p, int x)
{
	return __ext4_read_dirblock(p, x, x + 1, "reads", LINE) + 1;
}

int reads_otherwise(void *p, int x)
{
	return __ext4_read_dirblock(p, x, x + 2, (char *)p, x);
}
