// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only a line number differs that is handed to those who report it, in the
 * argument that is the line in their prototype: no change (L1), unless it is asked
 * for.  A function that changed otherwise has its new lines.
 */
#include "kernel.h"

#ifndef BASE
#define BASE 200
#endif
#ifdef PATCHED
#define LINE (BASE + 3)
#else
#define LINE (BASE + 1)
#endif

void __might_sleep(const char *file, int line);
void warn_slowpath_fmt(const char *file, int line, unsigned int taint, const char *fmt, ...);
void lockdep_rcu_suspicious(const char *file, int line, const char *s);
void __btrfs_abort_transaction(void *trans, const char *function, unsigned int line, int error,
			       int first_hit);
void assfail(void *mp, char *expr, char *f, int l);
void xfs_error_report(const char *tag, int level, void *mp, const char *filename, int linenum,
		      void *failaddr);

int sleeps(int x)
{
	__might_sleep("case.c", LINE);
	return exported(x);
}

void sleeps_last(void)
{
	__might_sleep("case.c", LINE);
}

int warns(int x)
{
	if (x > 3)
		warn_slowpath_fmt("case.c", LINE, 9, "x is %d", x);
	return x;
}

int suspects(int x)
{
	if (x > 3)
		lockdep_rcu_suspicious("case.c", LINE, "x");
	return x;
}

int aborts(void *trans, int x)
{
	if (x < 0)
		__btrfs_abort_transaction(trans, __func__, LINE, x, 1);
	return x;
}

int asserts(void *mp, int x)
{
	if (x > 3)
		assfail(mp, "x <= 3", "case.c", LINE);
	return x;
}

void reports(void *mp, int x)
{
	if (x > 3)
		xfs_error_report("x", 1, mp, "case.c", LINE, mp);
}

int same(int x)
{
	__might_sleep("case.c", 100);
	return exported(x) + 3;
}

#ifdef CHANGED
int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	__might_sleep("case.c", LINE);
	return exported(x) + 1;
}
#endif
