# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { has "$console " cat /proc/consoles && hasnot klp cat /proc/consoles; }
after() { has "klp rare 0 klp rare 1 klp kind three five" cat /proc/consoles; }
