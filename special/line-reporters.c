// SPDX-License-Identifier: GPL-2.0-or-later
#include <klp/lines.h>

/*
 * Who reports a line, and which argument that is: the prototypes of Linux 6.12.  A
 * number may be reported and nothing else; the argument must be the same in every
 * kernel that has a function of that name.  What prints a format of the caller's
 * (printk, __warn_printk) is not here: a number there may be anything
 */
const struct line_reporter line_reporters[] = {
	/* include/linux/kernel.h: (file, line, …); with three underscores before 5.17 */
	{ "__might_sleep", 2 },
	{ "__might_resched", 2 },
	{ "___might_sleep", 2 },
	{ "__might_fault", 2 },
	{ "__cant_sleep", 2 },
	{ "__cant_migrate", 2 },
	/* include/asm-generic/bug.h: (file, line, taint, fmt, …); earlier without taint */
	{ "warn_slowpath_fmt", 2 },
	{ "warn_slowpath_null", 2 },
	/* include/linux/lockdep.h: (file, line, s) */
	{ "lockdep_rcu_suspicious", 2 },
	/* include/net/xdp.h: (msg, func, line) */
	{ "xdp_warn", 3 },
	/* include/linux/jbd2.h: (level, file, func, line, fmt, …) */
	{ "__jbd2_debug", 4 },
	/* include/acpi/acpixf.h: (module_name, line_number, …) */
	{ "acpi_error", 2 },
	{ "acpi_exception", 2 },
	{ "acpi_warning", 2 },
	{ "acpi_bios_error", 2 },
	{ "acpi_bios_exception", 2 },
	{ "acpi_bios_warning", 2 },
	/* fs/btrfs/transaction.h, messages.h: (trans or fs_info, function, line, error, …) */
	{ "__btrfs_abort_transaction", 3 },
	{ "__btrfs_handle_fs_error", 3 },
	{ "__btrfs_panic", 3 },
	/* fs/ext4/ext4.h: (sb, inode or file, function, line, …) */
	{ "__ext4_error", 3 },
	{ "__ext4_error_inode", 3 },
	{ "__ext4_error_file", 3 },
	{ "__ext4_std_error", 3 },
	{ "__ext4_warning", 3 },
	{ "__ext4_warning_inode", 3 },
	/* … (function, line, …).  Not __ext4_journal_start_sb: line and type changed places */
	{ "__ext4_grp_locked_error", 2 },
	{ "__ext4_check_dir_entry", 2 },
	/* fs/ext4/ext4_jbd2.h: (where, line, …) */
	{ "__ext4_journal_stop", 2 },
	{ "__ext4_journal_get_write_access", 2 },
	{ "__ext4_journal_get_create_access", 2 },
	{ "__ext4_forget", 2 },
	{ "__ext4_handle_dirty_metadata", 2 },
	/* fs/xfs/xfs_error.h: (tag, level, mp, filename, linenum, …), (…, mp, buf, bufsize, …) */
	{ "xfs_error_report", 5 },
	{ "xfs_corruption_error", 7 },
	/* fs/xfs/xfs_message.h: (mp, expr, f, l) */
	{ "assfail", 4 },
	{ "asswarn", 4 },
	/* fs/gfs2/util.h: (…, function, file, line, …) */
	{ "gfs2_assert_withdraw_i", 5 },
	{ "gfs2_assert_warn_i", 5 },
	{ "gfs2_consist_i", 4 },
	{ "gfs2_consist_inode_i", 4 },
	{ "gfs2_consist_rgrpd_i", 4 },
	{ "gfs2_meta_check_ii", 5 },
	{ "gfs2_metatype_check_ii", 7 },
	{ "gfs2_io_error_i", 4 },
	{ "gfs2_io_error_bh_i", 5 },
	/* fs/ubifs/debug.h: (c, expr, file, line) */
	{ "ubifs_assert_failed", 4 },
	/* drivers/md/dm-vdo/permassert.h: (expression, file, line, …) */
	{ "vdo_assertion_failed", 3 },
};

const size_t nr_line_reporters = sizeof(line_reporters) / sizeof(*line_reporters);
