# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
set_strict() { echo "$1" >/proc/sys/kernel/sysctl_writes_strict; }
get_strict() { cat /proc/sys/kernel/sysctl_writes_strict; }
before() {
	hasnot "(klp)" cat /proc/cpuinfo /proc/devices && set_strict 0 && set_strict 1 && expect 1 "$(get_strict)"
}
after() {
	has "processor (klp)" cat /proc/cpuinfo && has "devices (klp)" cat /proc/devices &&
		! set_strict 0 && expect 1 "$(get_strict)"
}
