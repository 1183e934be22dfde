# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { hasnot klp cat /proc/1/stat; }
after() { has " klp" cat /proc/1/stat; }
