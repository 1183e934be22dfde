# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { has "nodev	proc" cat /proc/filesystems; }
after() {
	before && before || return 1
	expect 2 "$(dmesg | grep -c 'klp-test: filesystems read')" &&
	expect 1 "$(dmesg | grep -c 'klp-test: for the first time')" &&
	expect 2 "$(dmesg | grep -c 'klp-test: not too often')"
}
