// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A constant without a name that is behind a table with one: its address is the table's end, too,
 * and klp check has to find out what the bytes there are.
 */
#include "kernel.h"

struct message {
	const char *texts[4];
	long more[4];
};

extern int send(const struct message *message);

int first(int x)
{
	return exported(x) + 1;
}

int second(int x)
{
	return exported(x) + 2;
}

int changed(int x)
{
#ifdef PATCHED
	x += 2;
#endif
	return exported(x) + 3;
}

#ifdef PATCHED
static int (*const calls[2])(int) = { first, second };

int early(int x)
{
	return calls[x & 1](x + 1);
}

int added(int x)
{
	struct message m = { { "next", "to", "a", "table" }, { 10 } };

	return calls[x & 1](x) + send(&m);
}
#endif
