# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# the patch comes after the module, then before it
read_target() { cat /proc/klp_target; }

run_case() {
	do_step target insmod klp-target.ko
	do_step before expect "reads 1 ticket 101 answer 42 kind one" "$(read_target)"
	do_step load load "$module"
	do_step after expect "reads 2 ticket 111 answer 43 kind two (klp)" "$(read_target)"
	do_step after-2 expect "reads 3 ticket 121 answer 43 kind three (klp)" "$(read_target)"
	do_step after-3 expect "reads 4 ticket 131 answer 43 kind FOUR (klp)" "$(read_target)"
	do_step disable disable "$module"
	do_step reverted expect "reads 5 ticket 132 answer 42 kind many" "$(read_target)"
	do_step unload unload "$module"
	do_step target-unload rmmod klp_target

	do_step load-first load "$module"
	do_step target-second insmod klp-target.ko
	do_step after-second expect "reads 1 ticket 110 answer 43 kind one (klp)" "$(read_target)"
	# nothing of the patch may hold the module
	do_step target-unload-patched rmmod klp_target
	do_step target-again insmod klp-target.ko
	do_step after-again expect "reads 1 ticket 110 answer 43 kind one (klp)" "$(read_target)"
	do_step disable-second disable "$module"
	do_step reverted-second expect "reads 2 ticket 111 answer 42 kind two" "$(read_target)"
	do_step unload-second unload "$module"
	do_step target-unload-second rmmod klp_target
}
