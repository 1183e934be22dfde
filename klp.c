// SPDX-License-Identifier: GPL-2.0-or-later
#include "builtin/builtin.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

int main(int argc, char **argv)
{
	/*
	 * What is given back is the system's again: glibc would keep it from the first large block
	 * on that is (mallopt(3)).
	 */
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 256 << 10);
#endif
	return cmd_klp(argc, argv);
}
