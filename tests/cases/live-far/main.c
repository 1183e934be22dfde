// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

int *joined(int x);
int members(int x);

int main(void)
{
	for (int x = 0; x < 4; x++) {
		printk("joined(%d): %d\n", x, *joined(x));
		printk("members(%d): %d %d\n", x, members(x), members(x + 5));
	}
	return 0;
}
