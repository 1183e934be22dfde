# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { hasnot klp cat /proc/version; }
after() {
	has "klp ready 2" cat /proc/version &&
	has "pre_patch vmlinux" dmesg && has "post_patch 1" dmesg &&
	hasnot "pre_unpatch" dmesg
}
reverted() { before && has "pre_unpatch 2" dmesg && has "post_unpatch 2" dmesg; }
