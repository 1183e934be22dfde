// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A global of vmlinux that the object defines: an ordinary reference if
 * it is exported, a livepatch reference if not.
 */
#include "kernel.h"

int exported_data;
int unexported_data;

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported_data + unexported_data + x;
}
