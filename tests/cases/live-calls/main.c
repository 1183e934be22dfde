// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

extern int (*hook)(int);
int unchanged(int x);
int choose(int x, int y);
int depth(int n);

int main(void)
{
	for (int x = -1; x < 12; x++)
		printk("choose(%d): %d %d\n", x, choose(x, 4), choose(x, 7));
	printk("hook: %d\n", hook(3));
	choose(8, 0);
	printk("hook: %d\n", hook(3));
	printk("choose(5): %d\n", choose(5, 6));
	printk("unchanged: %d\n", unchanged(9));
	printk("depth: %d\n", depth(12));
	return 0;
}
