// SPDX-License-Identifier: GPL-2.0-or-later
/* Its pre_patch callback is another than that of one.c. */
#include "klp-entry.h"

static int hand_version_show(struct seq_file *m, void *v)
{
	return 0;
}

static int hand_other_pre_patch(struct klp_object *obj)
{
	return 0;
}

HAND_PATCH(version_proc_show, hand_version_show,
	   .pre_patch = hand_other_pre_patch);
