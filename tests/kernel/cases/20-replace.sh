# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Module: klp-20-replace y 12-two-files
# Module: klp-20-add n 01-string
# A patch that adds to what is there, then one that replaces it.
run_case() {
	do_step load-add load klp-20-add
	do_step after-add has "(klp)" cat /proc/devices
	do_step load-replace load klp-20-replace
	do_step after-replace has "klp version" cat /proc/version
	do_step replaced hasnot "(klp)" cat /proc/devices
	do_step unload-add unload klp-20-add
	do_step disable disable klp-20-replace
	do_step reverted hasnot "klp" cat /proc/version
	do_step unload unload klp-20-replace
}
