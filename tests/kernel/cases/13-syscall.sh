# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
before() { hasnot klp-node uname -n; }
after() { expect klp-node "$(uname -n)" && has Linux uname -s; }
