// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addends of more than 32 bits, positive and negative, survive (F7).
 */
#include "kernel.h"

char kernel_data[16];

#ifdef PATCHED
char *new_pointers[] = {
	kernel_data + 0x123456789aL,
	kernel_data - 0x6789abcdefL,
};
#endif

char changed(int x)
{
#ifdef PATCHED
	return new_pointers[x][x];
#endif
	return kernel_data[x];
}
