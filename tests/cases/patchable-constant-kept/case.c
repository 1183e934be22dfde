// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A constant that changed is refused where a copy of it would not do for certain: something
 * points to it; its address is stored, returned, or handed to a function that may keep it, or
 * copies it from another constant; other files may use it; it is used at boot.  Each is told with what becomes of the address.
 */
#include "kernel.h"

#ifdef PATCHED
#define VALUE 2
#else
#define VALUE 1
#endif

struct ops {
	int version, flags;
};

struct device {
	const struct ops *ops;
	int more;
};

extern void may_keep(const struct ops *ops);
extern int seven(int a, int b, int c, int d, int e, int f, const struct ops *ops);
extern void *memcpy(void *to, const void *from, size_t size);

static const struct ops stored = { 1, VALUE };
static const struct ops returned[3] = { { 1, VALUE }, { 3, 4 } };
static const struct ops handed[3] = { { 1, VALUE }, { 10, 4 } };
static const struct ops handed_on[3] = { { 1, VALUE }, { 11, 4 } };
static const struct ops pointed = { 2, VALUE };
static const struct ops at_boot[3] = { { 1, VALUE }, { 12, 4 } };
static const struct ops called[3] = { { 1, VALUE }, { 13, 4 } };
const struct ops global = { 1, VALUE };
/* What points to these is copied, with the address, or is on the stack that an argument is on. */
static const struct ops copied[3] = { { 1, VALUE }, { 15, 4 } };
static const struct ops pushed[3] = { { 1, VALUE }, { 16, 4 } };
static const struct device template = { copied, 1 };
static const struct device on_stack[2] = { { pushed, 1 }, { pushed + 1, 2 } };
/* What stored it is gone in the patched object, but has run. */
static const struct ops was_stored[3] = { { 1, VALUE }, { 14, 4 } };
struct device live = { &pointed, 1 };

void probe(struct device *dev)
{
	dev->ops = &stored;
	dev->more = pointed.flags;
}

const struct ops *find(unsigned int i)
{
	return &returned[i];
}

int register_it(int x)
{
	may_keep(handed);
	return x + 1;
}

static noinline void hand_on(const struct ops *ops, int x)
{
	exported(x);
	may_keep(ops);
}

int pass(int x)
{
	hand_on(handed_on, x);
	return x + 1;
}

int __init init(unsigned int x)
{
	return at_boot[x].flags;
}

int later(unsigned int x)
{
	return at_boot[x].flags + global.flags;
}

int by_pointer(int (*f)(const struct ops *ops))
{
	return f(called) + 1;
}

int copy(struct device *dev)
{
	memcpy(dev, &template, sizeof(template));
	return 1;
}

int push(unsigned int x)
{
	return seven(1, 2, 3, 4, 5, 6, on_stack[x].ops) + 1;
}

int was(struct device *dev, unsigned int x)
{
#ifndef PATCHED
	dev->ops = was_stored;
#endif
	return was_stored[x].flags;
}
