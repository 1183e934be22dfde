# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
read_pair() { cat /proc/klp_pair; }

run_case() {
	do_step target insmod klp-pair.ko
	do_step before expect "count 101 step 102" "$(read_pair)"
	do_step load load "$module"
	do_step after expect "count 102 step 112" "$(read_pair)"
	do_step disable disable "$module"
	do_step reverted expect "count 103 step 104" "$(read_pair)"
	do_step unload unload "$module"
	do_step target-unload rmmod klp_pair
}
