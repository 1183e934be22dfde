// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * x86 has the address of a text and that of the variable in which it is stored in one instruction:
 * "movq $text, said(%rip)".  Each is held against the kernel's own.
 */
#include "kernel.h"

const char *said = "nothing";

int changed(int x)
{
	said = "it is said";
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}
