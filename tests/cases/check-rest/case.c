// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Constants without names that stand side by side are copied as one range, and with it strings that
 * only those name to which no copy refers.  klp check finds whose they are by these, not by what is
 * beside them in the patched object, and knows that a place where an address will be is not empty.
 */
#include "kernel.h"

struct message {
	const char *texts[4];
	long more[4];
};

extern int send(const struct message *message);

/* Of its table the output has nothing, and what is behind that is aligned anew. */
int jumps(const u8 *op, int x)
{
	static const void *const labels[] = { &&one, &&two, &&three };

	goto *labels[*op];
one:	x = exported(x + 1);
two:	x = exported(x + 2);
three:	return x * 3;
}

int first(int x)
{
	struct message m = { { "much", "error in file", "alphabeta", "gamma" } };

	return send(&m) + x;
}

int between(int x)
{
	return printk("one string\n") + printk("and another one\n") + x;
}

int changed(int x)
{
	struct message m = { { "many", "texts", "of", "another" }, { 7, 8 } };

#ifdef PATCHED
	x += 2;
#endif
	return send(&m) + x;
}

int last(int x)
{
	struct message m = { { "these", "are", "the", "rest" }, { 9 } };

	return send(&m) + printk("the last string\n") + x;
}
