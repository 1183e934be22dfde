# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Convert: klp-convert-example examples/convert
# A livepatch written by hand: it is there before the module it patches, then after.
module=klp-convert-example
in_kernel() { has "banner '%s version' priorities 0 1" cat /proc/cmdline; }

run_case() {
	do_step before hasnot priorities cat /proc/cmdline
	do_step load load "$module"
	do_step kernel in_kernel
	do_step target insmod klp-target.ko
	do_step after expect "reads 10 limit 1000 (converted)" "$(cat /proc/klp_target)"
	do_step after-2 expect "reads 20 limit 1000 (converted)" "$(cat /proc/klp_target)"
	# resolved anew, at another address
	do_step target-unload rmmod klp_target
	do_step target-again insmod klp-target.ko
	do_step after-again expect "reads 10 limit 1000 (converted)" "$(cat /proc/klp_target)"
	do_step disable disable "$module"
	do_step reverted hasnot priorities cat /proc/cmdline
	do_step reverted-target expect "reads 11 ticket 101 answer 42 kind *" \
		"$(cat /proc/klp_target)"
	do_step unload unload "$module"

	do_step load-second load "$module"
	do_step kernel-second in_kernel
	do_step after-second expect "reads 21 limit 1000 (converted)" "$(cat /proc/klp_target)"
	do_step disable-second disable "$module"
	do_step unload-second unload "$module"
	do_step target-unload-second rmmod klp_target
}
