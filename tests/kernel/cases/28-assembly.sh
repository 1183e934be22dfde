# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Only: x86_64 arm64 (an architecture needs its own patch here)
before() { hasnot klp cat /proc/version; }
after() { has "klp 9 ===== 61 -1" cat /proc/version; }
