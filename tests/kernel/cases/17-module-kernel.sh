# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# the patch comes first: what it needs of the kernel is there, what it needs of
# the module is not
run_case() {
	do_step load load "$module"
	do_step target insmod klp-target.ko
	do_step after has "reads 1 console= (klp)" cat /proc/klp_target
	do_step disable disable "$module"
	do_step reverted has "reads 2 ticket 101 answer 42" cat /proc/klp_target
	do_step unload unload "$module"
	do_step target-unload rmmod klp_target
}
