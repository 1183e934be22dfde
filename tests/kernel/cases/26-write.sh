# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# the kernel says why
refused() { ! insmod klp-26-write.ko && has "not 0x3e8 as when it was compiled: not patched" dmesg; }
read_target() { cat /proc/klp_target; }
read_limit() { cat /sys/module/klp_target/parameters/limit; }
set_500() { echo 500 >/sys/module/klp_target/parameters/limit; }
set_600() { echo 600 >/sys/module/klp_target/parameters/limit; }
set_1000() { echo 1000 >/sys/module/klp_target/parameters/limit; }

run_case() {
	do_step target insmod klp-target.ko
	do_step before expect "reads 1 ticket 101 answer 42 kind one" "$(read_target)"
	do_step before-limit expect 1000 "$(read_limit)"
	do_step load load "$module"
	do_step after expect "reads 2 ticket 102 answer 42 kind two (klp)" "$(read_target)"
	do_step after-limit expect 103 "$(read_limit)"
	do_step after-2 expect "reads 3 ticket 103 answer 42 kind three (klp)" "$(read_target)"
	do_step after-3 expect "reads 4 ticket 100 answer 42 kind four (klp)" "$(read_target)"
	do_step disable disable "$module"
	do_step reverted expect 1000 "$(read_limit)"
	do_step unload unload "$module"

	# who has set it keeps it: the patch is refused, or takes nothing back
	do_step set set_500
	do_step refused refused
	do_step refused-limit expect 500 "$(read_limit)"
	do_step unset set_1000
	do_step load-second load "$module"
	do_step set-second set_600
	do_step disable-second disable "$module"
	do_step kept expect 600 "$(read_limit)"
	do_step unload-second unload "$module"
	do_step target-unload rmmod klp_target

	# a target that comes later
	do_step load-first load "$module"
	do_step target-second insmod klp-target.ko
	do_step after-second expect 103 "$(read_limit)"
	do_step disable-third disable "$module"
	do_step reverted-third expect 1000 "$(read_limit)"
	do_step unload-third unload "$module"
	do_step target-unload-second rmmod klp_target
}
