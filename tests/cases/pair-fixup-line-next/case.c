// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each of several objects that a macro names by the line it stands in has the name of the one
 * before it when all moved down a line: none of them has moved to another's place.
 */
#include "kernel.h"

struct fixup {
	unsigned short vendor, device;
	void (*hook)(int x);
};

#define PASTE_(a, b) a##b
#define PASTE(a, b)  PASTE_(a, b)
/* Not const: on ppc64, what holds an address is in a section that may be written to. */
#define DECLARE(vendor, device, hook)                           \
	static struct fixup PASTE(__pci_fixup_##hook, __LINE__) \
		__used __section(".pci_fixup_early") = { vendor, device, hook }

static void quirk_440(int x)
{
	use(x);
}

#ifdef PATCHED
#line 102 /* #else and the next #line are lines, too: one more than without it */
#else
#line 103
#endif
DECLARE(1, 2, quirk_440);
DECLARE(1, 3, quirk_440);
DECLARE(1, 4, quirk_440);

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
