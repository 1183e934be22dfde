// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names that a build numbers anew: ThinLTO's suffix, __UNIQUE_ID_ counters,
 * initcalls' lines.  Nothing changed (L9).
 */
#include "kernel.h"

#ifdef PATCHED
#define NR     "4567"
#define SUFFIX ""
#else
#define NR     "123"
#define SUFFIX ".llvm.123"
#endif

noinline static int promoted(int x) asm("promoted.llvm." NR);
static int unique asm("__UNIQUE_ID_something" NR) = 3;
noinline static int kept_apart(int x) asm("kept_apart" SUFFIX);
static int (*initcall)(int) asm("__initcall__kmod_case__" NR "_77_set_up6") __used;

noinline static int promoted(int x)
{
	return exported(x) + unique++;
}

noinline static int kept_apart(int x)
{
	return exported(x) - unique--;
}

static int (*initcall)(int) = promoted;

int caller(int x)
{
	return promoted(x) + initcall(x) + kept_apart(x);
}
