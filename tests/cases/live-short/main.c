// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

int untouched(int x);
int changed(int x);

int main(void)
{
	for (int x = 0; x < 8; x++)
		printk("%d: %d %d\n", x, untouched(x), changed(x));
	return 0;
}
