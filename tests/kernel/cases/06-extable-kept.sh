# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2012,SC2034,SC2154
mkdir -p /tmp/dir
touch /tmp/dir/klp-hide-me /tmp/dir/seen
before() { expect "klp-hide-me seen " "$(cd /tmp/dir && ls | tr "\n" " ")"; }
after() { expect "seen " "$(cd /tmp/dir && ls | tr "\n" " ")"; }
