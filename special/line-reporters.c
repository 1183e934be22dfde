// SPDX-License-Identifier: GPL-2.0-or-later
#include <klp/special.h>

/*
 * Who reports a line, and which argument that is: the prototypes of Linux 6.12.  A
 * number may be reported and nothing else; the argument must be the same in every
 * kernel that has a function of that name, or what else a kernel has there must be no number,
 * or one that is less than min.
 */
const struct line_reporter special_line_reporters[] = {
	/* include/linux/kernel.h: (file, line, …); with three underscores before 5.17 */
	{ "__might_sleep", .arg = 2 },
	{ "__might_resched", .arg = 2 },
	{ "___might_sleep", .arg = 2 },
	{ "__might_fault", .arg = 2 },
	{ "__cant_sleep", .arg = 2 },
	{ "__cant_migrate", .arg = 2 },
	/* include/asm-generic/bug.h: (file, line, taint, fmt, …); earlier without taint */
	{ "warn_slowpath_fmt", .arg = 2 },
	{ "warn_slowpath_null", .arg = 2 },
	/* include/linux/lockdep.h: (file, line, s) */
	{ "lockdep_rcu_suspicious", .arg = 2 },
	/* include/net/xdp.h: (msg, func, line) */
	{ "xdp_warn", .arg = 3 },
	/* include/linux/jbd2.h: (level, file, func, line, fmt, …) */
	{ "__jbd2_debug", .arg = 4 },
	/* include/acpi/acpixf.h: (module_name, line_number, …) */
	{ "acpi_error", .arg = 2 },
	{ "acpi_exception", .arg = 2 },
	{ "acpi_warning", .arg = 2 },
	{ "acpi_bios_error", .arg = 2 },
	{ "acpi_bios_exception", .arg = 2 },
	{ "acpi_bios_warning", .arg = 2 },
	/* fs/btrfs/transaction.h, messages.h: (trans or fs_info, function, line, error, …) */
	{ "__btrfs_abort_transaction", .arg = 3 },
	{ "__btrfs_handle_fs_error", .arg = 3 },
	{ "__btrfs_panic", .arg = 3 },
	/* fs/ext4/ext4.h: (sb, inode or file, function, line, …) */
	{ "__ext4_error", .arg = 3 },
	{ "__ext4_error_inode", .arg = 3 },
	{ "__ext4_error_file", .arg = 3 },
	{ "__ext4_std_error", .arg = 3 },
	{ "__ext4_warning", .arg = 3 },
	{ "__ext4_warning_inode", .arg = 3 },
	/* … (handle, inode, func, line); (sb, ino, flags, function, line) */
	{ "__ext4_mark_inode_dirty", .arg = 4 },
	{ "__ext4_iget", .arg = 5 },
	/* … (function, line, …) */
	{ "__ext4_grp_locked_error", .arg = 2 },
	{ "__ext4_check_dir_entry", .arg = 2 },
	/* fs/ext4/ext4_jbd2.h: (where, line, …) */
	{ "__ext4_journal_stop", .arg = 2 },
	{ "__ext4_journal_get_write_access", .arg = 2 },
	{ "__ext4_journal_get_create_access", .arg = 2 },
	{ "__ext4_forget", .arg = 2 },
	{ "__ext4_handle_dirty_metadata", .arg = 2 },
	/* … (inode, sb, line, type, …); before 6.3 (sb, line, type, …), types are up to 12 */
	{ "__ext4_journal_start_sb", .arg = 3, .min = 64 },
	{ "__ext4_journal_start_reserved", .arg = 2 },
	/* … (idmap, handle, dir, mode, qstr, goal, owner, i_flags, type, line, …) from 5.12 on */
	{ "__ext4_new_inode", .arg = 10, .min = 64, .inserted = 9 },
	/* fs/ext4/namei.c: (inode, block, type, func, line) */
	{ "__ext4_read_dirblock", .arg = 5, .file = "namei.c" },
	/* (inode, func, line); others of fs/ext4: (…, function, line, …) */
	{ "__warn_no_space_for_csum", .arg = 3, .file = "namei.c" },
	{ "__ext4_ext_dirty", .arg = 2, .file = "extents.c" },
	{ "__ext4_ext_check", .arg = 2, .file = "extents.c" },
	{ "__read_extent_tree_block", .arg = 2, .file = "extents.c" },
	{ "__check_block_validity", .arg = 3, .file = "inode.c" },
	{ "check_igot_inode", .arg = 4, .file = "inode.c" },
	{ "check_xattrs", .arg = 7, .file = "xattr.c" },
	{ "__xattr_check_inode", .arg = 5 },
	{ "__xattr_check_inode", .arg = 5, .file = "xattr.c" }, /* before 6.13 */
	{ "__ext4_xattr_check_block", .arg = 4, .file = "xattr.c" },
	{ "ext4_handle_error", .arg = 7, .file = "super.c" },
	{ "ext4_journal_abort_handle", .arg = 2, .file = "ext4_jbd2.c" },
	{ "ext4_check_blockref", .arg = 2 },
	/* fs/xfs/xfs_error.h: (tag, level, mp, filename, linenum, …), (…, mp, buf, bufsize, …) */
	{ "xfs_error_report", .arg = 5 },
	{ "xfs_corruption_error", .arg = 7 },
	/* fs/xfs/xfs_message.h: (mp, expr, f, l) */
	{ "assfail", .arg = 4 },
	{ "asswarn", .arg = 4 },
	/* fs/xfs/xfs_mount.h: (mp, flags, fname, lnnum) */
	{ "xfs_do_force_shutdown", .arg = 4 },
	/* fs/ocfs2/cluster/masklog.h: (mask, func, line, fmt, …) */
	{ "__mlog_printk", .arg = 3 },
	/* fs/gfs2/util.h: (…, function, file, line, …) */
	{ "gfs2_assert_withdraw_i", .arg = 5 },
	{ "gfs2_assert_warn_i", .arg = 5 },
	{ "gfs2_consist_i", .arg = 4 },
	{ "gfs2_consist_inode_i", .arg = 4 },
	{ "gfs2_consist_rgrpd_i", .arg = 4 },
	{ "gfs2_meta_check_ii", .arg = 5 },
	{ "gfs2_metatype_check_ii", .arg = 7 },
	{ "gfs2_io_error_i", .arg = 4 },
	{ "gfs2_io_error_bh_i", .arg = 5 },
	/* fs/ubifs/debug.h: (c, expr, file, line) */
	{ "ubifs_assert_failed", .arg = 4 },
	/* drivers/scsi/qedi/qedi_dbg.h, qedf/qedf_dbg.h: (context, func, line, …) */
	{ "qedi_dbg_err", .arg = 3 },
	{ "qedi_dbg_warn", .arg = 3 },
	{ "qedi_dbg_notice", .arg = 3 },
	{ "qedi_dbg_info", .arg = 3 },
	{ "qedf_dbg_err", .arg = 3 },
	{ "qedf_dbg_warn", .arg = 3 },
	{ "qedf_dbg_notice", .arg = 3 },
	{ "qedf_dbg_info", .arg = 3 },
	/* drivers/md/dm-vdo/permassert.h: (expression, file, line, …) */
	{ "vdo_assertion_failed", .arg = 3 },
	/* These print a format of the caller's: a number there may be anything. */
	{ "__warn_printk", .format = 1 },
	{ "_printk", .format = 1 },
	{ "printk", .format = 1 },
	{ "panic", .format = 1 },
	{ "_dev_err", .format = 2 },
	{ "_dev_warn", .format = 2 },
	{ "_dev_info", .format = 2 },
	{ "__ext4_msg", .format = 3 },
	/* arch/x86/include/asm/bug.h from 6.19 on: (bug, …), as itself and as a static call */
	{ "__WARN_trap", .format = 1, .of_bug = true },
	{ "__SCT__WARN_trap", .format = 1, .of_bug = true },
};

const size_t special_nr_line_reporters =
	sizeof(special_line_reporters) / sizeof(*special_line_reporters);
