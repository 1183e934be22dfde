// SPDX-License-Identifier: GPL-2.0-or-later
/* Of vmlinux; see case.c. */
int in_kernel(int x)
{
	return x + 1;
}
