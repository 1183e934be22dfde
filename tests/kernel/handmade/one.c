// SPDX-License-Identifier: GPL-2.0-or-later
#include "klp-entry.h"

static int hand_cmdline_show(struct seq_file *m, void *v)
{
	seq_puts(m, "klp hand one\n");
	return 0;
}

static int hand_pre_patch(struct klp_object *obj)
{
	pr_info("klp-test: hand pre_patch\n");
	return 0;
}

HAND_PATCH(cmdline_proc_show, hand_cmdline_show, .pre_patch = hand_pre_patch);
