# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2012,SC2034,SC2154
# Only: x86_64 (elsewhere one more kernel build would tell nothing that x86_64 does not)
# Module: klp-30-vmlinux n vmlinux
# Seven functions, from the pair of whole vmlinux.o (only with --vmlinux).
ids=/proc/sys/kernel/random
bool=$(ls /sys/module/*/parameters/* | while read -r f; do
	[ "$(cat "$f" 2>/dev/null)" = N ] && echo "$f" && break
done)
upper=$(tr a-f A-F <$ids/boot_id)
mkdir -p /tmp/dir
touch /tmp/dir/klp-hide-me
before() {
	has "Character devices:" cat /proc/devices && hasnot klp-node uname -n &&
	hasnot "$upper" cat $ids/boot_id && has klp-hide-me ls /tmp/dir &&
	expect "0.*" "$(cat /proc/loadavg)" && expect N "$(cat "$bool")" &&
	hasnot klp_alt cat /proc/cpuinfo
}
after() {
	has "Character devices (klp):" cat /proc/devices && has klp-node uname -n &&
	has "$upper" cat $ids/boot_id && hasnot klp-hide-me ls /tmp/dir &&
	expect "1.*" "$(cat /proc/loadavg)" && expect n "$(cat "$bool")" &&
	has "klp_alt		: 1 0" cat /proc/cpuinfo
}
