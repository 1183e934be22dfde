# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# The arm64 kernel as clang compiles it: with landing pads in the kernel (BTI, which 6.12
# does not take from gcc) and with type hashes before them (kCFI). Both trap in QEMU.

# shellcheck source=tests/kernel/arch-arm64.sh
. "$KT_DIR/arch-arm64.sh"

KT_ARCH=arm64
ARCH_MAKE=(ARCH=arm64 LLVM=-19)

arch_packages() {
	kt_need clang-19 clang-19 ld.lld-19 lld-19 llvm-objcopy-19 llvm-19 \
		qemu-system-aarch64 qemu-system-arm
}
