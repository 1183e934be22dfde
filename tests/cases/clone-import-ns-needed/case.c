// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Namespaces of exports: built-in code writes its module's name before import_ns=, and what
 * an ordinary reference needs is imported though the object does not say so.
 */
#include "kernel.h"

static const char built_in[] __section(".modinfo") __used __aligned(1) = "my_driver.import_ns=NS_SAID";
static const char about[] __section(".modinfo") __used __aligned(1) = "description=no.import_ns=NS_NOT";

extern int in_space(int x);
extern int also_in_space(int x);

int changed(int x)
{
#ifdef PATCHED
	return in_space(x) + also_in_space(x);
#endif
	return exported(x);
}
