// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

int busy(int x);
int steady(int x);
int other(int x);

int main(void)
{
	for (int x = 0; x < 120; x += 5)
		printk("%d: %d %d %d\n", x, busy(x), steady(x), other(x));
	return 0;
}
