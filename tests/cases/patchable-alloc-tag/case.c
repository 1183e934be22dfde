// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each kmalloc() has a static tag with per-CPU counters (CONFIG_MEM_ALLOC_PROFILING), which a
 * livepatch cannot add: refused, with what the patch can do, and then it does.  A tag's address is
 * not the end of the one before it.
 */
#include "kernel.h"

struct alloc_tag {
	unsigned int flags, line;
	const char *module, *function, *file;
	void *counters;
};

extern void *kmalloc_noprof(unsigned long size);
extern struct alloc_tag *current_tag;

#define kmalloc(size)                                                                      \
({                                                                                         \
	static __section(".data..percpu") struct { u64 bytes, calls; } _alloc_tag_cntr;    \
	static struct alloc_tag _alloc_tag __used __aligned(8) __section("alloc_tags") = { \
		0, __LINE__, NULL, __FUNCTION__, "case.c", &_alloc_tag_cntr                \
	};                                                                                 \
	current_tag = &_alloc_tag;                                                         \
	kmalloc_noprof(size);                                                              \
})

int before(int x)
{
	return x + !!kmalloc(10);
}

/* One more in a function that has some: which of the others is which? */
int adds(int x)
{
	x += !!kmalloc(20);
	x += !!kmalloc(30);
#ifdef PATCHED
#ifdef NOPROF
	x += !!kmalloc_noprof(40);
#else
	x += !!kmalloc(40);
#endif
#endif
	return x + !!kmalloc(50);
}

/* … in one that has none */
int adds_first(int x)
{
#ifdef PATCHED
#ifdef NOPROF
	x += !!kmalloc_noprof(60);
#else
	x += !!kmalloc(60);
#endif
#endif
	return exported(x);
}

int behind(int x)
{
	return x + !!kmalloc(70);
}
