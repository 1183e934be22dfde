// SPDX-License-Identifier: GPL-2.0-or-later
#include "klp-entry.h"

static int hand_version_show(struct seq_file *m, void *v)
{
	seq_puts(m, "klp hand two\n");
	return 0;
}

static void hand_post_unpatch(struct klp_object *obj)
{
	pr_info("klp-test: hand post_unpatch\n");
}

HAND_PATCH(version_proc_show, hand_version_show,
	   .post_unpatch = hand_post_unpatch);
