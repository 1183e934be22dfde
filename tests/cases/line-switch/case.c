// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Line numbers behind a switch, of whose table no relocation tells where control goes on (offsets
 * of bytes on arm64, words in the code of ppc64): each way calls the reporter by itself.
 */
#include "kernel.h"

#ifdef PATCHED
#define LINE 29
#else
#define LINE 17
#endif

void __might_sleep(const char *file, int line);

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

void switches(int x)
{
	switch (x) {
	case 1:
		exported(1);
		break;
	case 2:
		exported_data++;
		break;
	case 3:
		printk("three");
		break;
	case 4:
		exported(x * 3);
		break;
	case 5:
		exported_data ^= 5;
		break;
	case 6:
		exported(6);
		break;
	case 7:
		printk("seven %d", x);
		break;
	}
	__might_sleep("case.c", LINE);
}
