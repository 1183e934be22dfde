# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Only: x86_64 arm64 loongarch64 (on ppc64le such a call is a matter of its own)
# a page that is not there, and the begin of the shell's own image
start=$(sed -n '1s/-.*//p' /proc/$$/maps)
none() { dd if=/proc/$$/mem bs=1 count=1; }
elf() { dd if=/proc/$$/mem bs=4096 skip=$((0x$start / 4096)) count=1 | head -c 4; }
before() { has "Input/output error" none && hasnot "No data available" none && has ELF elf; }
after() { has "No data available" none && has ELF elf; }
