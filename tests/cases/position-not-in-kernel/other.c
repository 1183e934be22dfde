// SPDX-License-Identifier: GPL-2.0-or-later
/* Another kernel. */
int something(int x)
{
	return x;
}
