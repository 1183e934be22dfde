// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects that were static become global and the reverse: they are the kernel's own as
 * before, by the binding that the kernel's symbol has.  No copy of them is made, which one part
 * of the kernel would write and the other would not read.
 */
#include "kernel.h"

#ifdef PATCHED
#define was_static
#define was_global static
#else
#define was_static static
#define was_global
#endif

was_static int raised = 3;
was_static int raised_zero;
was_global int lowered = 4;
was_global int lowered_zero;
was_static const int raised_const[2] = { 1, 2 };

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	use(&raised_const);
	return raised++ + raised_zero++ + lowered++ + lowered_zero++ + exported(x);
}

int untouched(int x)
{
	use(&raised_const);
	return raised-- + raised_zero-- + lowered-- + lowered_zero-- + exported(x);
}
