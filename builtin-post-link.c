// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp post-link: options.
 */
#include <stdio.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/post-link.h>

#include "builtin.h"

static void help(FILE *to)
{
	fputs("usage: klp post-link MODULE.ko\n"
	      "\n"
	      "Turn a linked livepatch module into the form that the kernel loads, in place:\n"
	      "run it on the .ko as the last step of the build, before signing.\n"
	      "\n"
	      "  --color WHEN           auto (on a terminal), always, never\n"
	      "  -h, --help             this text\n"
	      "\n"
	      "Exit status: 0 done (or nothing to do), 1 failed (the file is as it was), 2 usage.\n",
	      to);
}

int cmd_post_link(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	int status;
	const char *path = only_file(argc, argv, help, diag, &status);

	if (!path)
		return status;
	return klp_post_link(path, arena, diag) ? KLP_FAILED : KLP_OK;
}
