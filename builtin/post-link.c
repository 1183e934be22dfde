// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp post-link: its options.
 */
#include <getopt.h>

#include <klp/arena.h>
#include <klp/livepatch.h>

#include "builtin.h"

static const struct usage usage = {
	.what = "post-link MODULE.ko\n"
		"\n"
		"Turn a linked livepatch module into the form that the kernel loads, in place:\n"
		"run it on the .ko as the last step of the build, before signing.\n",
	.status = "Exit status: 0 done (or nothing to do), 1 failed (the file is as it was), 2 usage.\n",
	.min_files = 1,
	.max_files = 1,
};

int cmd_post_link(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	int status;

	if (!builtin_parse_options(&usage, argc, argv, arena, diag, NULL, &status))
		return status;
	return klp_post_link(argv[optind], arena, diag) ? KLP_FAILED : KLP_OK;
}
