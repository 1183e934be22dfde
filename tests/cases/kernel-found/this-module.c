// SPDX-License-Identifier: GPL-2.0-or-later
/* What modpost adds to a module; see a.c. */
__attribute__((section(".gnu.linkonce.this_module"))) char __this_module[64];
