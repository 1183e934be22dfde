# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
kills() { mkdir -p /tmp/proc && mount -t proc proc /tmp/proc && umount /tmp/proc && dmesg | grep -c "klp kills proc"; }
stays() { ! rmmod klp_31_lead && [ -d /sys/module/klp_31_lead ]; }

run_case() {
	do_step before expect 0 "$(kills)"
	do_step load load "$module"
	do_step after expect 1 "$(kills)"
	do_step after-second expect 2 "$(kills)"
	do_step disable disable "$module"
	do_step reverted expect 2 "$(kills)"
	do_step stays stays
}
