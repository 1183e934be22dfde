// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kpatch's macros ask for, klp diff does not do: each is refused by name, with what to do
 * (F40).  --ignore-section says that it does not matter.
 */
#include "kernel.h"

int ignored(int x)
{
#ifdef PATCHED
	x++;
#endif
	return exported(x);
}

int changed(int x)
{
#ifdef PATCHED
	x += 2;
#endif
	return exported(x);
}

#ifdef PATCHED
static int before(void *object)
{
	return 0;
}

void *__kpatch_ignore_func_ignored __section(".kpatch.ignore.functions") = ignored;
void *__kpatch_force_func_changed __section(".kpatch.force") = changed;
char *kpatch_ignore_section_1 __section(".kpatch.ignore.sections") = ".data.once";
void *__kpatch_pre_patch_before __section(".kpatch.callbacks.pre_patch") = before;
void *of_tomorrow __section(".kpatch.tomorrow") = changed;
#endif
