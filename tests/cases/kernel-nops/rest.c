// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel defines; see case.c.  The data is far from what r2 leads to. */
char before[0x20000] = { 1 };
int data[4] = { 1 };
char behind[0x20000] = { 1 };

int exported(int x)
{
	return x;
}
