// SPDX-License-Identifier: GPL-2.0-or-later
/* Patches the function that one.c patches. */
#include "klp-entry.h"

static int hand_cmdline_again(struct seq_file *m, void *v)
{
	return 0;
}

HAND_PATCH(cmdline_proc_show, hand_cmdline_again);
