// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module to patch: /proc/klp_target shows numbers that depend on its private
 * data.  Its name has a dash, which the kernel turns into an underscore.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

int klp_target_answer(void);

static int reads;
static int limit = 1000;
module_param(limit, int, 0644);

/* exported: a patch must not make its module depend on this one */
noinline int klp_target_answer(void)
{
	return 42;
}
EXPORT_SYMBOL_GPL(klp_target_answer);

static noinline int next_ticket(int step)
{
	static int ticket = 100;

	ticket += step;
	if (ticket > limit)
		ticket = 100;
	return ticket;
}

static noinline const char *kind(int n)
{
	switch (n % 6) {
	case 0:
		return "zero";
	case 1:
		return "one";
	case 2:
		return "two";
	case 3:
		return "three";
	case 4:
		return "four";
	default:
		return "many";
	}
}

static int klp_target_show(struct seq_file *m, void *v)
{
	reads++;
	seq_printf(m, "reads %d ticket %d answer %d kind %s\n",
		   reads, next_ticket(1), klp_target_answer(), kind(reads));
	return 0;
}

static int __init klp_target_init(void)
{
	if (!proc_create_single("klp_target", 0, NULL, klp_target_show))
		return -ENOMEM;
	return 0;
}

static void __exit klp_target_exit(void)
{
	remove_proc_entry("klp_target", NULL);
}

module_init(klp_target_init);
module_exit(klp_target_exit);
MODULE_DESCRIPTION("a module to live-patch");
MODULE_LICENSE("GPL");
