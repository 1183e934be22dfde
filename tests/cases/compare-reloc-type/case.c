// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same bytes, place and target, but another relocation type: a change (F21).
 */
#include "kernel.h"

ulong changed(void)
{
	ulong v;

	/* mov $…, %rax, once with the address and once with the distance from the end. */
#ifdef PATCHED
	asm(".byte 0x48, 0xc7, 0xc0\n"
	    ".long exported_data" : "=a"(v));
#else
	asm(".byte 0x48, 0xc7, 0xc0\n"
	    ".long exported_data - . - 4" : "=a"(v));
#endif
	return v;
}
