# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Only: x86_64 (klp runs on the machine that builds it, so that the guests of others have none)
# Module: klp-24-load n 01-string
# Module: klp-24-next n 12-two-files
# klp load, status and unload.
other_build() {
	sed 's/klp_build_id=vmlinux:./klp_build_id=vmlinux:g/' klp-24-load.ko >/tmp/other.ko
	! klp load /tmp/other.ko 2>/tmp/err || { echo "it was loaded"; return 1; }
	has "it was made for the build g" cat /tmp/err
}
run_case() {
	do_step other-build other_build
	do_step load klp load klp-24-load.ko
	do_step after has "(klp)" cat /proc/devices
	do_step status has "klp_24_load: enabled" klp status
	do_step functions has "devinfo_show" klp status --json klp_24_load
	do_step second klp load klp-24-next.ko
	do_step second-status has "klp_24_next: enabled" klp status
	do_step unload-second klp unload klp_24_next
	do_step unload klp unload klp-24-load
	do_step reverted hasnot "(klp)" cat /proc/devices
	do_step gone has "no livepatches" klp status
}
