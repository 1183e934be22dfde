# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { hasnot klp_alt cat /proc/cpuinfo && has POWER9 cat /proc/cpuinfo; }
after() { has "klp_alt 11 20 POWER9" cat /proc/cpuinfo; }
