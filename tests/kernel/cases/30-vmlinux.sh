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

# /kt/positions: name, position and address in vmlinux of livepatch symbols. The kernel runs
# somewhere else, so distances to _text count.
positions() {
	awk '
	function hex(s,  i, n) {
		# the upper half is the same for all of the kernel
		for (i = length(s) - 7; i <= length(s); i++)
			n = 16 * n + index("0123456789abcdef", substr(s, i, 1)) - 1
		return n
	}
	NR == FNR {
		if (NF == 3) {
			if ($3 == "_text") here = hex($1)
			at[$3, ++nr[$3]] = hex($1)
		}
		next
	}
	FNR == 1 { text = hex($3); next }
	{
		n = $2 ? $2 : 1
		seen++
		if ($2 == 0 && nr[$1] != 1 || $2 && nr[$1] < 2 || at[$1, n] - here != hex($3) - text) {
			print $1 "," $2 " is not at " $3 " (" nr[$1] " of that name)"
			bad = 1
		}
	}
	END { if (seen < 10) print "only " seen " positions"; exit bad || seen < 10 }' \
		/proc/kallsyms /kt/positions
}
do_step positions positions
after() {
	has "Character devices (klp):" cat /proc/devices && has klp-node uname -n &&
	has "$upper" cat $ids/boot_id && hasnot klp-hide-me ls /tmp/dir &&
	expect "1.*" "$(cat /proc/loadavg)" && expect n "$(cat "$bool")" &&
	has "klp_alt		: 1 0" cat /proc/cpuinfo
}
