// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running: functions of which a profile puts parts into other sections (AutoFDO, Propeller):
 * f.cold in .text.split.f, f.__part.N beside it.  They jump to each other, back and forth, by
 * tables and from the entries of an asm goto.  A profile that changed makes other parts of the
 * same source.
 */
#include "kernel.h"

static struct static_key key = { 1, 0xa };
static int calls;

static noinline int get(int x)
{
	if (unlikely(x > 40)) {
		printk("get: %d\n", x);
		calls++;
	}
	return exported(x) + calls;
}

int busy(int x)
{
	int y = exported(x);

	while (y < x) {
		y += get(y) + 1;
		if (unlikely(y > 90)) {
			printk("busy: %d\n", y);
#ifdef PATCHED
			calls += 2;
#else
			calls++;
#endif
			y += x;
		}
	}
	return y;
}

/* The same in both. */
int steady(int x)
{
	switch (x & 7) {
	case 0: return get(x);
	case 1: printk("one\n"); return 1;
	case 2: x = exported(x); break;
	case 3: return get(x + 40) + 3;
	case 4: calls++; break;
	case 5: printk("five\n"); x = get(x); break;
	case 6: return x - calls;
	}
	if (static_branch(&key))
		x += calls;
	return x * 3;
}
