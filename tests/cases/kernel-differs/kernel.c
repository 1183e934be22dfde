// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel defines; see case.c. */
int exported(int x)
{
	return x;
}

int exported2(int x)
{
	return x + 1;
}
