// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A new object in a section of the source's choice, to which nothing refers: between the section's
 * ends, the kernel looks for such ones when it boots (IRQCHIP_DECLARE(), EARLYCON_DECLARE()), and
 * a livepatch's copy would be in another place.
 */
#include "kernel.h"

struct entry { int (*setup)(int); const char *name; };

#ifdef GLOBAL
#define LINKAGE
#else
#define LINKAGE static
#endif

static int setup(int x)
{
	return exported(x) + 1;
}

#define DECLARE(name) \
	LINKAGE const struct entry name __used __section("__irqchip_of_table") = { setup, #name }

DECLARE(known);
#ifdef PATCHED
DECLARE(added);
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
