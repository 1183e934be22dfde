// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gcc reaches an object of .rodata from the address of a constant without a name: that one would be
 * copied, and what is behind the copy is something else.
 */
#include "kernel.h"

struct message {
	int words[6];
	const char *text;
	long more;
};

struct settings {
	int limit, step;
};

extern int send(const struct message *message);

int changed(int i)
{
	static const struct settings settings[] = { { 4, 5 }, { 6, 7 } };
	struct message m = { { 2, 100, 4096, 65536, 1, 1 }, "text", 16 };

#ifdef PATCHED
	i += 2;
#endif
	return send(&m) + exported(settings[i].limit) + exported(settings[i].step);
}
