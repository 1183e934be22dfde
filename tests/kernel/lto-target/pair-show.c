// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module of two objects to patch: /proc/klp_pair shows what the other one says.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "pair-count.h"

static int pair_show(struct seq_file *m, void *v)
{
	int count = pair_count();

	seq_printf(m, "count %d step %d\n", count, pair_step(count));
	return 0;
}

static int __init pair_init(void)
{
	return proc_create_single("klp_pair", 0, NULL, pair_show) ? 0 : -ENOMEM;
}

static void __exit pair_exit(void)
{
	remove_proc_entry("klp_pair", NULL);
}

module_init(pair_init);
module_exit(pair_exit);
MODULE_DESCRIPTION("a module of two objects to live-patch");
MODULE_LICENSE("GPL");
