# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { hasnot "intr 1000000??????" cat /proc/stat; }
after() { has "intr 1000000??????" cat /proc/stat && has "btime" cat /proc/stat; }
