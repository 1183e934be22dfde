# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Only: x86_64 arm64 loongarch64 ppc64le (an architecture needs its own patch here, and some have no alternatives)
before() { hasnot klp_alt cat /proc/cpuinfo && has "bogomips" cat /proc/cpuinfo; }
after() {
	has "klp_alt		: 1 0" cat /proc/cpuinfo && has "hypervisor" cat /proc/cpuinfo
}
