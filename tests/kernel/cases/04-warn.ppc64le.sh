# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# the test run writes down where the patch's WARN_ONCE is
splat="WARNING: CPU: [0-9]+ PID: [0-9]+ at fs/proc/uptime.c:$(cat lines/04-warn) uptime_proc_show"
before() { expect '[0-9]*.[0-9]* *' "$(cat /proc/uptime)"; }
after() {
	before && before || return 1
	dmesg >/tmp/warn
	has "klp-test warns about 1" cat /tmp/warn &&
	has "Modules linked in" cat /tmp/warn &&
	has "klp_04_warn" grep "uptime_proc_show+" /tmp/warn
}
reverted() {
	before && expect 1 "$(dmesg | grep -c 'klp-test warns about')"
}
