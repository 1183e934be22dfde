// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A static SRCU structure of a module is set up since its address stands in ___srcu_struct_ptrs,
 * which nothing refers to (include/linux/srcutree.h): a new one's is copied with it, for the
 * loader to find it in the livepatch.
 */
#include "kernel.h"

struct srcu_struct { int *sda; };

#define DEFINE_STATIC_SRCU(name)                                                       \
	static struct srcu_struct name;                                                \
	extern struct srcu_struct *const __srcu_struct_##name;                         \
	struct srcu_struct *const __srcu_struct_##name                                 \
		__section("___srcu_struct_ptrs") = &name

DEFINE_STATIC_SRCU(known);
#ifdef PATCHED
DEFINE_STATIC_SRCU(added);
#endif

int changed(int x)
{
#ifdef PATCHED
	use(added.sda);
#endif
	return exported(x);
}
