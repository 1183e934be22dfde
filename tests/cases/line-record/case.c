// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Line numbers in records that code refers to: those of debug messages (struct _ddebug), of
 * which each copy has its own, and of allocations (struct alloc_tag), which stay.  They are
 * no change (L1); what else such a record says is one, and so is a number in another.
 */
#include "kernel.h"

#ifdef PATCHED
#define LINE 0x2fffe
#define FLAG 1
#else
#define LINE 0x10001
#define FLAG 0
#endif

/* __verbose in kernels before 5.9 */
#ifndef MESSAGES
#define MESSAGES "__dyndbg"
#endif

struct debug {
	const char *module, *function, *file, *format;
	unsigned int line : 18, class : 6, flags : 8;
	struct static_key key;
};

/* like the kernel's: a static of the function */
#define pr_debug(flag)                                                                     \
({                                                                                         \
	static struct debug __section(MESSAGES) __aligned(8) __UNIQUE_ID_ddebug12 =        \
		{ "my_mod", "function", "case.c", "text", LINE, 0, flag };                 \
	if (static_branch(&__UNIQUE_ID_ddebug12.key))                                      \
		use(&__UNIQUE_ID_ddebug12);                                                \
})

struct alloc_tag {
	unsigned int flags, line;
	const char *module, *function, *file;
	void *counters;
};

struct alloc_tag allocation __section("alloc_tags") __aligned(8) = {
	0, LINE, "my_mod", "function", "case.c"
};

/* what is built in names no module */
struct alloc_tag builtin_allocation __section("alloc_tags") __aligned(8) = {
	0, LINE, NULL, "function", "case.c"
};

int debug(int x)
{
	pr_debug(0);
	return x;
}

int debug_flag(int x)
{
	pr_debug(FLAG);
	return x;
}

void *allocate(void)
{
	return &allocation;
}

/* … and stay when what refers to them is replaced */
void *allocate_and_count(int x)
{
#ifdef PATCHED
	x++;
#endif
	use(x);
	return x ? &allocation : &builtin_allocation;
}

/* of which each copy has its own, too, but which is no descriptor */
void *not_a_record(void)
{
	static struct debug __section(".data.once") other = {
		"my_mod", "function", "case.c", "text", LINE
	};

	return &other;
}

__init int debug_init(int x)
{
	pr_debug(0);
	return x;
}
