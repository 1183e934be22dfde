// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls the crate's probe(), often enough that what it keeps shows. */
#include "kernel.h"

int probe(int n);

int main(void)
{
	for (int n = 0; n < 12; n++)
		printk("probe(%d): %d\n", n, probe(n));
	return 0;
}
