// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp symid: options.
 */
#include <stdio.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/symid.h>

#include "builtin.h"

static void help(FILE *to)
{
	fputs("usage: klp symid VMLINUX.o\n"
	      "\n"
	      "Write ids of the symbols that share their names into the section .klp.symid,\n"
	      "in place: run it on vmlinux.o before the kernel is linked.  klp diff --kernel\n"
	      "then finds their positions in the linked vmlinux.\n"
	      "\n"
	      "  --color WHEN           auto (on a terminal), always, never\n"
	      "  -h, --help             this text\n"
	      "\n"
	      "Exit status: 0 done, 1 failed (the file is as it was), 2 usage.\n",
	      to);
}

int cmd_symid(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	int status;
	const char *path = only_file(argc, argv, help, diag, &status);

	if (!path)
		return status;
	return symid_write(path, arena, diag) ? KLP_FAILED : KLP_OK;
}
