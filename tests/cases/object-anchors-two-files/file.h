/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each of two files has tables of the same names, which are numbered alike, with other contents. */
#include "kernel.h"

struct settings {
	int limit, step;
};

static const struct settings settings[] = { { FIRST, 5 }, { 6, 7 } };

int PREFIX(set)(int i)
{
	return exported(settings[i].limit) * settings[i].step;
}

int PREFIX(jump)(const u8 *op, int x)
{
	static const void *const labels[] = { &&LABEL, &&other };

	goto *labels[*op];
one:
	return exported(x + FIRST) * 3;
other:
	return exported(x + 2) - 5;
}

int PREFIX(name)(int i)
{
	static const char *const names[] = { "same", NAME };

	return exported(names[i][0]);
}
