# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Module: klp-21-hand n hand/one hand/two
# Entries written by hand: two of one object are merged.
before() { hasnot klp cat /proc/version && hasnot klp cat /proc/cmdline; }
after() {
	has "klp hand one" cat /proc/cmdline && has "klp hand two" cat /proc/version &&
	has "hand pre_patch" dmesg
}
reverted() { before && has "hand post_unpatch" dmesg; }
