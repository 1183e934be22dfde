// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A relocation that the kernel's module loader does not know: refused by name.
 */
#include "kernel.h"

ulong changed(void)
{
	ulong v = 0;

#ifdef PATCHED
	asm("mov exported_data@GOTPCREL(%%rip), %0" : "=r"(v));
#endif
	return v;
}
