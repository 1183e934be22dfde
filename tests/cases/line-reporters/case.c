// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every function that reports a line, with its arguments in the order of its prototype in
 * Linux: only the line differs, and nothing changed (L1).  The seventh argument is on the
 * stack on x86.
 */
#include "kernel.h"

#ifdef PATCHED
#define L 203
#else
#define L 201
#endif
#define P p
#define S "string"

#define REPORTS(name, ...)                       \
	extern int name();                       \
	int of_##name(void *p, int x)            \
	{                                        \
		if (x > 3)                       \
			name(__VA_ARGS__);       \
		return x;                        \
	}

REPORTS(__might_sleep, S, L)
REPORTS(__might_resched, S, L, 0)
REPORTS(___might_sleep, S, L, 0)
REPORTS(__might_fault, S, L)
REPORTS(__cant_sleep, S, L, 0)
REPORTS(__cant_migrate, S, L)
REPORTS(warn_slowpath_fmt, S, L, 9, S)
REPORTS(warn_slowpath_null, S, L)
REPORTS(lockdep_rcu_suspicious, S, L, S)
REPORTS(xdp_warn, S, S, L)
REPORTS(__jbd2_debug, 1, S, S, L, S)
REPORTS(acpi_error, S, L, S)
REPORTS(acpi_exception, S, L, 5, S)
REPORTS(acpi_warning, S, L, S)
REPORTS(acpi_bios_error, S, L, S)
REPORTS(acpi_bios_exception, S, L, 5, S)
REPORTS(acpi_bios_warning, S, L, S)
REPORTS(__btrfs_abort_transaction, P, S, L, 5, 1)
REPORTS(__btrfs_handle_fs_error, P, S, L, 5, S)
REPORTS(__btrfs_panic, P, S, L, 5, S)
REPORTS(__ext4_error, P, S, L, 1, 5, 6, S)
REPORTS(__ext4_error_inode, P, S, L, 5, 6, S)
REPORTS(__ext4_error_file, P, S, L, 5, S)
REPORTS(__ext4_std_error, P, S, L, 5)
REPORTS(__ext4_warning, P, S, L, S)
REPORTS(__ext4_warning_inode, P, S, L, S)
REPORTS(__ext4_mark_inode_dirty, P, P, S, L)
REPORTS(__ext4_iget, P, 2, 3, S, L)
REPORTS(__ext4_journal_start_sb, P, P, L, 4, 5, 6, 7)
REPORTS(__ext4_journal_start_reserved, P, L, 3)
REPORTS(__ext4_grp_locked_error, S, L, P, 4, 5, 6, S)
REPORTS(__ext4_check_dir_entry, S, L, P, P, P, P, P, 8, 9)
REPORTS(__ext4_journal_stop, S, L, P)
REPORTS(__ext4_journal_get_write_access, S, L, P, P, P, 1)
REPORTS(__ext4_journal_get_create_access, S, L, P, P, P, 1)
REPORTS(__ext4_forget, S, L, P, 1, P, P, 5)
REPORTS(__ext4_handle_dirty_metadata, S, L, P, P, P)
REPORTS(xfs_error_report, S, 1, P, S, L, P)
REPORTS(xfs_corruption_error, S, 1, P, P, 6, S, L, P)
REPORTS(assfail, P, S, S, L)
REPORTS(asswarn, P, S, S, L)
REPORTS(xfs_do_force_shutdown, P, 2, S, L)
REPORTS(__mlog_printk, P, S, L, S)
REPORTS(gfs2_assert_withdraw_i, P, S, S, S, L, 1)
REPORTS(gfs2_assert_warn_i, P, S, S, S, L)
REPORTS(gfs2_consist_i, P, S, S, L)
REPORTS(gfs2_consist_inode_i, P, S, S, L)
REPORTS(gfs2_consist_rgrpd_i, P, S, S, L)
REPORTS(gfs2_meta_check_ii, P, P, S, S, L)
REPORTS(gfs2_metatype_check_ii, P, P, 4, 5, S, S, L)
REPORTS(gfs2_io_error_i, P, S, S, L)
REPORTS(gfs2_io_error_bh_i, P, P, S, S, L, 1)
REPORTS(ubifs_assert_failed, P, S, S, L)
REPORTS(qedi_dbg_err, P, S, L, S)
REPORTS(qedi_dbg_warn, P, S, L, S)
REPORTS(qedi_dbg_notice, P, S, L, S)
REPORTS(qedi_dbg_info, P, S, L, 4, S)
REPORTS(qedf_dbg_err, P, S, L, S)
REPORTS(qedf_dbg_warn, P, S, L, S)
REPORTS(qedf_dbg_notice, P, S, L, S)
REPORTS(qedf_dbg_info, P, S, L, 4, S)
REPORTS(vdo_assertion_failed, S, S, L, S)
