# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Module: klp-24-other-build n 01-string
# What was made for another build of the kernel is refused, and changes nothing.
refused() { ! insmod "$1.ko" && has "$2" dmesg; }
run_case() {
	do_step refused refused klp-24-other-build "made for the kernel with the build ID feedfeed"
	do_step nothing hasnot klp ls /sys/kernel/livepatch
	do_step unpatched hasnot klp cat /proc/devices
}
