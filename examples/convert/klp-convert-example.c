// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A livepatch written by hand, for klp convert.  It replaces a function of the
 * kernel (/proc/cmdline) and one of a module that may be loaded later, and reads
 * what neither exports:
 *
 *  - linux_proc_banner, saved_command_line: unique in the kernel, so nothing is
 *    said about them;
 *  - trace_module_nb: kernel/trace/ has two of that name, so each use says which;
 *  - reads and limit of the module klp_target (tests/kernel/target).
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/seq_file.h>

#include <klp-annotations.h>

/* Form A: that of kernel/trace/trace_events.c, the second one by address. */
extern struct notifier_block trace_module_nb;

static struct KLP_MODULE_RELOC(vmlinux) vmlinux_relocs[] = {
	KLP_SYMPOS(trace_module_nb, 2),
};

/* Form B: that of kernel/trace/trace.c, under a name of our own. */
extern struct notifier_block trace_nb
	KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, trace_module_nb, 1);

/* Nothing else is called so: klp convert finds it by itself, in the module. */
extern int reads;
/* A name that others might have, too. */
extern int target_limit KLP_RELOC_SYMBOL(klp_target, klp_target, limit);

static int new_cmdline_proc_show(struct seq_file *m, void *v)
{
	seq_puts(m, saved_command_line);
	seq_printf(m, "\nbanner '%.10s' priorities %d %d\n", linux_proc_banner,
		   trace_nb.priority, trace_module_nb.priority);
	return 0;
}

static int new_klp_target_show(struct seq_file *m, void *v)
{
	reads += 10;
	seq_printf(m, "reads %d limit %d (converted)\n", reads, target_limit);
	return 0;
}

static struct klp_func vmlinux_funcs[] = {
	{
		.old_name = "cmdline_proc_show",
		.new_func = new_cmdline_proc_show,
	}, { }
};

static struct klp_func target_funcs[] = {
	{
		.old_name = "klp_target_show",
		.new_func = new_klp_target_show,
	}, { }
};

/* What refers to klp_target is resolved because it stands here. */
static struct klp_object objects[] = {
	{
		.funcs = vmlinux_funcs,
	}, {
		.name = "klp_target",
		.funcs = target_funcs,
	}, { }
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init example_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit example_exit(void)
{
}

module_init(example_init);
module_exit(example_exit);
MODULE_DESCRIPTION("Example of a livepatch for klp convert");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
