# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { has "flags:" cat /proc/self/fdinfo/1; }
after() { hasnot "flags:" cat /proc/self/fdinfo/1 && has "flags:" cat /proc/self/fdinfo/2; }
