# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# Target x86_64: what is special about building and booting it.

# Not ARCH=x86_64: tinyconfig would then say no to what only 64 bits have, where
# the defaults are wanted (IBT among them).
ARCH_KBUILD=x86
ARCH_MAKE=(ARCH=x86)
ARCH_TARGETS="bzImage modules"
# tables of which a patch's heading says whether they have entries
ARCH_TABLES="__bug_table __ex_table __jump_table .altinstructions"

arch_packages() {
	kt_need qemu-system-x86_64 qemu-system-x86
	kt_need_file '/bin/busybox' busybox-static
}

# arch_busybox: path of a static busybox for the target
arch_busybox() {
	echo /bin/busybox
}

# arch_image TMP: what a boot loader is given
arch_image() {
	echo "$KT_BOOT/arch/x86/boot/bzImage"
}

# arch_klp ROOT: put klp there, which runs on this machine
arch_klp() {
	local lib

	mkdir -p "$1/lib" "$1/lib64"
	cp "$KLP" "$1/bin/klp"
	while read -r lib; do
		cp -L "$lib" "$1/lib/"
	done < <(ldd "$KLP" | grep -o '/[^ ]*')
	cp -L /lib64/ld-linux-x86-64.so.2 "$1/lib64/"
}

# arch_run INITRD: boot the kernel, its console on standard output. With a thread for
# each CPU, QEMU on a busy machine may run an int3 that the kernel has taken back
# (seen in the kernel's own jump labels): hence one for all.
arch_run() {
	qemu-system-x86_64 -accel tcg,thread=single -m 256 -smp 2 -nographic -no-reboot \
		-kernel "$KT_BOOT/arch/x86/boot/bzImage" -initrd "$1" \
		-append "console=ttyS0 panic=-1" </dev/null
}
