// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch is the first to take the address of functions with an ENDBR64, of this file or of
 * another one, and nothing tells what the kernel seals: neither objtool's table nor the kernel's
 * file (F18).  Not of an export, nor of what the original points to, nor of what objtool has seen.
 * klp diff and klp check both warn.
 */
#include "kernel.h"

noinline int target(int x)
{
	return exported(x);
}

noinline int pointed(int x)
{
	return exported(x) + 1;
}

noinline int also_exported(int x)
{
	return exported(x) + 2;
}

noinline int called(int x)
{
	return exported(x) + 4;
}

/* replaced itself: the pointer leads to the original */
noinline int replaced(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x) + 3;
}

/* Of another file: what nobody calls may be data. */
extern int elsewhere(int x), pointed_elsewhere(int x), not_called[];

int changed(int x)
{
	use(&pointed);
	use(&pointed_elsewhere);
#ifdef PATCHED
	use(&pointed);
	use(&target);
	use(&target);
	use(&also_exported);
	use(&replaced);
	use(&pointed_elsewhere);
	use(&elsewhere);
	use(&exported);
	use(not_called);
#endif
	x += elsewhere(x) + pointed_elsewhere(x);
	return called(x) + target(x) + also_exported(x) + replaced(x);
}

#ifdef SEEN
/* objtool's, which it makes of all that it passes over */
asm(".pushsection .orc_unwind_ip, \"a\"\n"
    ".popsection\n"
    ".pushsection .ibt_endbr_seal, \"a\"\n"
    ".long called - .\n"
    ".popsection\n");
#endif
