# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# Target arm64: what is special about building and booting it. Livepatches need
# source-patches/arm64.patch.

ARCH_KBUILD=arm64
ARCH_MAKE=(ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-)
ARCH_TARGETS="Image modules"
# tables of which a patch's heading says whether they have entries
ARCH_TABLES="__bug_table __ex_table __jump_table .altinstructions"

arch_packages() {
	kt_need qemu-system-aarch64 qemu-system-arm \
		aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
}

# arch_busybox: path of a static busybox for the target
arch_busybox() {
	kt_busybox arm64
}

# arch_image TMP: what a boot loader is given
arch_image() {
	echo "$KT_BOOT/arch/arm64/boot/Image"
}

# arch_run INITRD: boot the kernel, its console on standard output
arch_run() {
	qemu-system-aarch64 -M virt -cpu max,pauth-impdef=on -accel tcg -smp 2 -m 512 \
		-nodefaults -nographic -serial mon:stdio -no-reboot \
		-kernel "$KT_BOOT/arch/arm64/boot/Image" -initrd "$1" \
		-append "console=ttyAMA0 panic=-1" </dev/null
}
