// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The constants of an enum change, of which the kernel has stored values, or has not; -DKIND says
 * how.  The lines of "kinds" have what klp diff says of each.
 */
#include "kernel.h"

#ifdef PATCHED
#define NEW(x...) x
#define OLD(x...)
#else
#define NEW(x...)
#define OLD(x...) x
#endif

#if defined(LAST)
enum state { FREE, BUSY, DEAD NEW(, LOST) };
#elif defined(INSERTED) || defined(GLOBAL) || defined(UNSTORED) || defined(STORED_LATER)
enum state { FREE, NEW(LOST,) BUSY, DEAD };
#elif defined(SENTINEL)
enum state { FREE, BUSY, DEAD, NEW(LOST,) NR_STATES };
#elif defined(NUMBERED)
enum state { FREE = 1, BUSY = OLD(2) NEW(-2), DEAD = 100000 };
#elif defined(CONSTANT_NAME)
enum state { FREE, OLD(BUSY) NEW(TAKEN), DEAD };
#else
enum state { FREE, BUSY, DEAD };
#endif
#ifdef NAMELESS
enum { ONE, NEW(MORE,) TWO };
#else
enum { ONE, TWO };
#endif

struct s {
#if defined(UNSTORED) || defined(GLOBAL)
	int state;
#else
	enum state state;
#endif
	int a;
};

enum state now;

noinline int changed(enum state state, struct s *s, int x)
{
	s->state = state;
#ifdef GLOBAL
	s->a = now;
#endif
	s->a += x NEW(+ 7) + TWO;
	return exported(state == DEAD);
}
