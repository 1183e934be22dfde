# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Only: x86_64 arm64 loongarch64 (elsewhere a register for arguments still has the address)
before() { has "R (running)" cat /proc/self/status; }
after() { has "R (klp runs)" cat /proc/self/status && has ") R " cat /proc/self/stat; }
