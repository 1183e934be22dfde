// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp post-link: options.
 */
#include <stdio.h>
#include <string.h>

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
	      "  -h, --help             this text\n"
	      "\n"
	      "Exit status: 0 done (or nothing to do), 1 failed (the file is as it was), 2 usage.\n",
	      to);
}

int cmd_post_link(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		help(stdout);
		return KLP_OK;
	}
	if (argc != 2 || argv[1][0] == '-') {
		help(stderr);
		return KLP_USAGE;
	}
	return klp_post_link(argv[1], arena, diag) ? KLP_FAILED : KLP_OK;
}
