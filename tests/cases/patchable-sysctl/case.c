// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table of sysctls that the kernel has read when it was registered, in __init code: entries come or
 * go beside a change of code (-DKIND says how).  Where one that stays differs, or code that runs
 * later uses the table, it is changed data.
 */
#include "kernel.h"

#ifdef PATCHED
#define NEW(x...) x
#define OLD(x...)
#else
#define NEW(x...)
#define OLD(x...) x
#endif

#ifdef OTHER_TYPE
#define ctl_table other_table
#endif

struct ctl_table {
	const char *procname;
	void *data;
	int maxlen;
	int (*handler)(int);
};

int first, second, third;
#if defined(PATCHED) && (defined(ADDED) || defined(OTHER_TYPE) || defined(LATER))
static int added = 5;
#endif

static int handler(int x)
{
	return exported(x);
}

#ifdef GLOBAL
struct ctl_table table[] = {
#else
static struct ctl_table table[] = {
#endif
	{ "first", &first, sizeof(first), handler },
#if defined(ADDED) || defined(OTHER_TYPE) || defined(LATER)
	NEW({ "added", &added, sizeof(added), handler }, { "more", &added, 2, handler }, )
#endif
#if defined(GLOBAL)
	NEW({ "added", &first, sizeof(first), handler }, )
#endif
#if !defined(GONE) && !defined(ALONE) && !defined(SWAPPED)
	NEW({ "second", &second, sizeof(second), handler }, )
#endif
	OLD({ "second", &second, sizeof(second), handler }, )
#ifdef CHANGED
	{ "third", &third, OLD(4) NEW(8), handler },
	NEW({ "added", &first, sizeof(first), handler }, )
#elif defined(OTHER_DATA)
	{ "third", OLD(&third) NEW(&first), sizeof(third), handler },
#else
	{ "third", &third, sizeof(third), handler },
#endif
#ifdef SWAPPED
	NEW({ "second", &second, sizeof(second), handler }, )
#endif
	{ NULL, NULL, 0, NULL },
};

extern void register_sysctl(void *table);

__init int boot(void)
{
	register_sysctl(table);
	return 0;
}

#ifdef LATER
int later(void)
{
	register_sysctl(table);
	return 0;
}
#endif

int changed(int x)
{
#if defined(PATCHED) && !defined(ALONE)
	x++;
#endif
#if defined(PATCHED) && (defined(ADDED) || defined(OTHER_TYPE) || defined(LATER))
	x += *(volatile int *)&added;
#endif
	return exported(x + *(volatile int *)&first + *(volatile int *)&second +
			*(volatile int *)&third);
}
