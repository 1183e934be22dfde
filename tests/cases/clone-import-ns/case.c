// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The namespaces that the patched object imports are copied, the rest of
 * .modinfo is not.
 */
#include "kernel.h"

static const char license[] __section(".modinfo") __used __aligned(1) = "license=GPL";
static const char import_a[] __section(".modinfo") __used __aligned(1) = "import_ns=NS_A";
#ifdef PATCHED
static const char import_b[] __section(".modinfo") __used __aligned(1) = "import_ns=NS_B";
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
