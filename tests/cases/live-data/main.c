// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

extern int shared;
void count(int by);
void name_it(const char *name);
int next_ticket(void);
void tell(void);

int main(void)
{
	count(2);
	tell();
	name_it("harness");
	count(5);
	shared += 10;
	exported_data++;
	tell();
	printk("%d ", next_ticket());
	printk("%d ", next_ticket());
	printk("%d\n", next_ticket());
	return 0;
}
