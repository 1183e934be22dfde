# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# a page that is not there, and the begin of init's own image (which lld puts at
# 0x10000); errors have numbers there: EIO, ENODATA
none() { dd if=/proc/$$/mem bs=1 count=1; }
elf() { dd if=/proc/$$/mem bs=4 skip=16384 count=1; }
before() { has errno=5 none && hasnot errno=61 none && has ELF elf; }
after() { has errno=61 none && has ELF elf; }
