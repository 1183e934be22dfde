# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { hasnot klp cat /proc/version && hasnot klp=1 cat /proc/cmdline; }
after() {
	has "klp version" cat /proc/version && has panic=-1 cat /proc/cmdline &&
	has " klp=1" cat /proc/cmdline &&
	expect "cmdline_proc_show,1 version_proc_show,1" "$(
		cd /sys/kernel/livepatch/klp_12_two_files/vmlinux && echo *,*)"
}
