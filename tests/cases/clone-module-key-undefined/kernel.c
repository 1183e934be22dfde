// SPDX-License-Identifier: GPL-2.0-or-later
/* What vmlinux has, and with MODULE what the module has. */
#ifdef MODULE
int of_own[4];
__attribute__((section(".gnu.linkonce.this_module"))) char __this_module[64];
#else
int of_vmlinux[4], for_some[4];
#endif
