# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { hasnot klp cat /proc/softirqs; }
after() {
	has "klp peek -14 copy 64" cat /proc/softirqs && has TIMER: cat /proc/softirqs
}
