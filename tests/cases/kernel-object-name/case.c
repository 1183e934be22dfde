// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the kernel object is named: --object, .modinfo name=, vmlinux.o, kbuild's
 * command file, else vmlinux with a warning; the first that says something wins.
 */
#include "kernel.h"

#ifdef MODINFO
static const char modinfo[] __section(".modinfo") __used __aligned(1) = "license=GPL\0name=from_modinfo";
#endif

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
