// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a macro names by the line that it stands in (DECLARE_PCI_FIXUP_*) is not new because
 * that moved, also where one hook is declared for several devices.
 */
#include "kernel.h"

struct fixup {
	unsigned short vendor, device;
	void (*hook)(int x);
};

#define PASTE_(a, b) a##b
#define PASTE(a, b)  PASTE_(a, b)
#define DECLARE(vendor, device, hook)                                 \
	static const struct fixup PASTE(__pci_fixup_##hook, __LINE__) \
		__used __section(".pci_fixup_early") = { vendor, device, hook }

static void quirk_440(int x)
{
	use(x);
}

#ifdef PATCHED
#line 100
#endif
DECLARE(1, 2, quirk_440);
DECLARE(1, 3, quirk_440);

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

#ifdef ADDED
DECLARE(1, 4, quirk_440);
#endif
