# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Module: klp-22-clash n hand/one hand/clash
# Module: klp-22-twice n hand/one hand/twice
# What init.c refuses, without a trace of it afterwards.
refused() { ! insmod "$1.ko" && has "$2" dmesg; }
run_case() {
	do_step clash refused klp-22-clash "two different pre_patch callbacks"
	do_step twice refused klp-22-twice "cmdline_proc_show,0 is patched twice"
	do_step nothing hasnot klp ls /sys/kernel/livepatch
	do_step unpatched hasnot klp cat /proc/cmdline
}
