# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# Target loongarch64: what is special about building and booting it. Debian 12 has
# neither a gcc nor a libc for it: the kernel is built with clang, init is
# guest-init.c.

ARCH_KBUILD=loongarch
ARCH_MAKE=(ARCH=loongarch LLVM=-19)
ARCH_TARGETS="vmlinux modules"
# tables of which a patch's heading says whether they have entries
ARCH_TABLES="__bug_table __ex_table __jump_table .altinstructions"

# what both the init and the boot code are compiled with; QEMU 7.2 has no LSX
ARCH_CC=(clang-19 --target=loongarch64-linux-gnu -fuse-ld=lld-19 -nostdlib -static
	-mno-lsx -mno-lasx)

arch_packages() {
	kt_need clang-19 clang-19 ld.lld-19 lld-19 llvm-objcopy-19 llvm-19 \
		dtc device-tree-compiler rsync rsync qemu-system-loongarch64 qemu-system-misc
}

# arch_init ROOT: put init and what it needs into the folder
arch_init() {
	if [ ! -d "$KT_OUT/headers" ]; then
		rm -rf "$KT_OUT/headers.tmp"
		kt_make -s O="$KT_BOOT" headers_install INSTALL_HDR_PATH="$KT_OUT/headers.tmp"
		mv "$KT_OUT/headers.tmp" "$KT_OUT/headers"
	fi
	"${ARCH_CC[@]}" -Os -Wall -Wextra -Werror -ffreestanding -fno-stack-protector \
		-nostdinc -isystem "$KT_SRC/tools/include/nolibc" \
		-isystem "$KT_OUT/headers/include" -include nolibc.h \
		"$KT_DIR"/guest-*.c -o "$1/init"
}

# arch_image TMP: boot loaders take vmlinux, which distributions strip
arch_image() {
	llvm-objcopy-19 -S "$KT_BOOT/vmlinux" "$1/vmlinux.stripped"
	echo "$1/vmlinux.stripped"
}

# arch_run INITRD: boot the kernel, its console on standard output.
# QEMU 7.2 hands a kernel nothing and there is no firmware, so loongarch-shim.S
# starts the kernel with what EFI firmware would give it.
arch_run() {
	local initrd=0x98000000 ram_pages=0x30000 entry boot=$KT_OUT/work/boot

	mkdir -p "$boot"
	entry=$(llvm-readelf-19 -h "$KT_BOOT/vmlinux" | sed -n 's/.*Entry point address: *//p')
	dtc -q -O dtb -o "$boot/loongarch-virt.dtb" "$KT_DIR/loongarch-virt.dts"
	llvm-objcopy-19 -O binary "$KT_BOOT/vmlinux" "$boot/vmlinux.bin"
	"${ARCH_CC[@]}" -Wl,-Ttext=0x10000,-Tdata=0x20000,-n -Wa,-I"$boot" \
		-DKENTRY="$((entry & 0xffffffffffff))" -DINITRD_BASE=$initrd \
		-DINITRD_SIZE="$(stat -Lc %s "$1")" -DRAM_HI_PAGES=$ram_pages \
		'-DCMDLINE="console=ttyS0,115200 earlycon=uart8250,mmio,0x1fe001e0 panic=-1"' \
		"$KT_DIR/loongarch-shim.S" -o "$boot/shim.elf"
	qemu-system-loongarch64 -M virt -cpu la464-loongarch-cpu -accel tcg -m 1G -smp 1 \
		-nodefaults -nographic -serial mon:stdio -no-reboot -kernel "$boot/shim.elf" \
		-device loader,file="$boot/vmlinux.bin",addr=0x200000,force-raw=on \
		-device loader,file="$1",addr=$initrd,force-raw=on </dev/null
}
