// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp symid: its options.
 */
#include <getopt.h>

#include <klp/arena.h>
#include <klp/kernel.h>

#include "builtin.h"

static const struct usage usage = {
	.what = "symid VMLINUX.o\n"
		"\n"
		"Write ids of the symbols that share their names into the section .klp.symid,\n"
		"in place: run it on vmlinux.o before the kernel is linked.  klp diff --kernel\n"
		"then finds their positions in the linked vmlinux.\n",
	.status = "Exit status: 0 done, 1 failed (the file is as it was), 2 usage.\n",
	.min_files = 1,
	.max_files = 1,
};

int cmd_symid(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	int status;

	if (!builtin_parse_options(&usage, argc, argv, arena, diag, NULL, &status))
		return status;
	return symid_write(argv[optind], arena, diag) ? KLP_FAILED : KLP_OK;
}
