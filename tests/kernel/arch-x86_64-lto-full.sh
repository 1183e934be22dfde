# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# The same kernel with full link-time optimisation: all of its code is one object for the compiler.

# shellcheck source=tests/kernel/arch-x86_64-lto.sh
. "$KT_DIR/arch-x86_64-lto.sh"

# Built where it is named alone: each of the links compiles the whole kernel.
ARCH_LONG=1
