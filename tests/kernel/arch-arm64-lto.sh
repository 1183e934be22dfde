# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# The arm64 kernel with ThinLTO.

# shellcheck source=tests/kernel/arch-arm64-clang.sh
. "$KT_DIR/arch-arm64-clang.sh"

ARCH_TESTS=(lto)
# Built where it is named alone: it takes as long as the other arm64 kernels.
ARCH_LONG=1
