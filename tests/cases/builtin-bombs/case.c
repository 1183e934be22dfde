// SPDX-License-Identifier: GPL-2.0-or-later
/* Small files that unpack to large ones: klp has 300 MB, which these would not fit in. */
#include "kernel.h"

int changed(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

asm(".pushsection .bss.nameless,\"aw\",%nobits\n.zero 64\n.popsection");
