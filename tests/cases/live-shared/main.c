// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

int choose(int x);
int behind(int x);

int main(void)
{
	for (int x = 0; x < 8; x++)
		printk("choose(%d): %d, behind: %d\n", x, choose(x), behind(x));
	return 0;
}
