// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An export of vmlinux that only modules of given names may use (its namespace is "module:kvm"):
 * no livepatch is one of them, so that a livepatch reference leads there, as to what is not exported
 * at all; also from a module's part, which refers to vmlinux.  Another namespace can be imported, and
 * a plain export is an ordinary reference.
 */
#include "kernel.h"

extern int plain(int x), in_namespace(int x), for_modules(int x);

#ifdef IMPORTS
static const char import[] __section(".modinfo") __used __aligned(1) = "import_ns=NS";
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return plain(x) + in_namespace(x) + for_modules(x);
}
