# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# A small x86_64 kernel with ThinLTO, as clang compiles it: tests/kernel/lto makes its livepatches.

# shellcheck source=tests/kernel/arch-x86_64.sh
. "$KT_DIR/arch-x86_64.sh"

ARCH_MAKE=(ARCH=x86 LLVM=-19)
ARCH_TESTS=(lto)

arch_packages() {
	kt_need clang-19 clang-19 ld.lld-19 lld-19 llvm-objcopy-19 llvm-19 \
		qemu-system-x86_64 qemu-system-x86
	kt_need_file '/bin/busybox' busybox-static
}
