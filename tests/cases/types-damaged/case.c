// SPDX-License-Identifier: GPL-2.0-or-later
/* Debugging information that is damaged, or elsewhere: it is told, and nothing is taken from it. */
#include "kernel.h"

typedef struct s alias_t;
struct s {
	struct { int x : 3, y : 4; };
	alias_t *next;
	enum state { ONE, TWO } state;
	int (*call)(const alias_t *, int);
#ifdef PATCHED
	int new;
#endif
	long table[2][3];
};

noinline int changed(alias_t *s, int x)
{
#ifdef PATCHED
	s->new = x;
#endif
	return s->next->call(s, x);
}
