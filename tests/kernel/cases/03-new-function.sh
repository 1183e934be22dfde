# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { hasnot klp cat /proc/uptime; }
after() {
	has "klp 101klp 111 2 gamma" cat /proc/uptime &&
	has "klp 112klp 127 4 beta" cat /proc/uptime
}
