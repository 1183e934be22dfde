# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# The x86_64 kernel with link-time optimisation of all files as one, by another clang.

# shellcheck source=tests/kernel/arch-x86_64-lto.sh
. "$KT_DIR/arch-x86_64-lto.sh"

KT_ARCH=x86_64-lto
ARCH_MAKE=(ARCH=x86 LLVM=-22)
# Built where it is named alone: each livepatch takes two links of all code.
ARCH_LONG=1

arch_packages() {
	kt_need clang-22 clang-22 ld.lld-22 lld-22 llvm-objcopy-22 llvm-22 \
		qemu-system-x86_64 qemu-system-x86
	kt_need_file '/bin/busybox' busybox-static
}
