# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Only: arm64 (28-assembly has x86_64's)
before() { hasnot klp cat /proc/version; }
after() { has "..klp. 4 01 12 3 lp. lp. 1" cat /proc/version; }
