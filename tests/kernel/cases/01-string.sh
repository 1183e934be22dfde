# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { has "Character devices:" cat /proc/devices; }
after() { has "Character devices (klp):" cat /proc/devices; }
