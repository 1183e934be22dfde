// SPDX-License-Identifier: GPL-2.0-or-later
/* Another file of the module; see case.c. */
#include "kernel.h"

__attribute__((section(".init.text"), used)) static int helper(int x)
{
	return exported(x) + 2;
}

__attribute__((section(".gnu.linkonce.this_module"))) char __this_module[64];
