# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { hasnot klp_alt cat /proc/cpuinfo && has "BogoMIPS" cat /proc/cpuinfo; }
after() {
	has "klp_alt		: 1 0" cat /proc/cpuinfo && has "loongarch64" cat /proc/cpuinfo
}
