// SPDX-License-Identifier: GPL-2.0-or-later
/* Another file of the module; see case.c. */
int in_module(int x)
{
	return x + 2;
}

__attribute__((section(".gnu.linkonce.this_module"))) char __this_module[64];
