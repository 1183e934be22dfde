# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# Target ppc64le: what is special about building and booting it.

ARCH_KBUILD=powerpc
ARCH_MAKE=(ARCH=powerpc CROSS_COMPILE=powerpc64le-linux-gnu-)
ARCH_TARGETS="vmlinux modules"
ARCH_OBJCOPY=powerpc64le-linux-gnu-objcopy
# tables of which a patch's heading says whether they have entries
ARCH_TABLES="__bug_table __ex_table __jump_table .altinstructions
	__ftr_fixup __mmu_ftr_fixup __lwsync_fixup __barrier_nospec_fixup"

arch_packages() {
	kt_need qemu-system-ppc64 qemu-system-ppc \
		powerpc64le-linux-gnu-gcc gcc-powerpc64le-linux-gnu
}

# arch_busybox: path of a static busybox for the target
arch_busybox() {
	kt_busybox ppc64el
}

# arch_image TMP: boot loaders take vmlinux, which distributions strip
arch_image() {
	llvm-objcopy-19 -S "$KT_BOOT/vmlinux" "$1/vmlinux.stripped"
	echo "$1/vmlinux.stripped"
}

# arch_run INITRD: boot the kernel, its console on standard output
arch_run() {
	qemu-system-ppc64 -M pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off \
		-cpu power9 -accel tcg -m 512 -smp 2 -nodefaults -nographic \
		-serial mon:stdio -no-reboot -kernel "$KT_BOOT/vmlinux" -initrd "$1" \
		-append "console=hvc0 panic=-1" </dev/null
}
