# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
priority() { cut -d ' ' -f 18 /proc/1/stat; }
before() { expect 20 "$(priority)"; }
after() { expect 27 "$(priority)"; }
