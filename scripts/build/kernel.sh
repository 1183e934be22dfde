# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A kernel of one's own: the folder in which it was built, its tools and its source.

# is_on OPTION: is it in the kernel's configuration?
is_on() {
	grep -qsx "CONFIG_$1=y" "$kdir/include/config/auto.conf"
}

find_kernel() {
	local file

	[ -f "$kdir/include/config/auto.conf" ] ||
		die "$kdir: no kernel was built there (there is no include/config/auto.conf)"
	kdir=$(cd "$kdir" && pwd -P)
	is_on LIVEPATCH || die "$kdir: this kernel takes no livepatches (CONFIG_LIVEPATCH is not set)"
	for file in vmlinux Module.symvers; do
		[ -f "$kdir/$file" ] || die "$kdir: has no $file: it has to be the folder in which" \
			"the kernel was built, not what modules are built with"
	done
}

# The module is linked by the tools of the kernel's build, unless KLP_MAKE names others.
find_tools() {
	local words=" ${KLP_MAKE:-}" version=''

	is_on CC_IS_CLANG && [[ $words != *" LLVM="* && $words != *" CC="* ]] || return 0
	version=$(sed -n 's/^CONFIG_CC_VERSION_TEXT=.*clang version \([0-9]*\)\..*/\1/p' \
		"$kdir/include/config/auto.conf")
	command -v "clang-$version" >/dev/null || version=
	if is_on LD_IS_LLD; then
		KLP_MAKE="LLVM=${version:+-}${version:-1}$words"
	else
		KLP_MAKE="CC=clang${version:+-}$version$words"
	fi
	export KLP_MAKE
}

find_source() {
	if [ -n "$module" ]; then
		source=$module
	elif [ -z "$source" ]; then
		source=$kdir
		[ ! -d "$kdir/source" ] || source=$kdir/source
	fi
	[ -d "$source" ] || die "$source: no such folder"
	source=$(cd "$source" && pwd -P)
	if [ -n "$module" ]; then
		[ -f "$source/Module.symvers" ] || die "$source: no module was built there: build it" \
			"as that which runs was (make -C $kdir M=$source)"
	else
		[ -f "$source/Kbuild" ] || die "$source: not the source of a kernel: pass --source DIR"
	fi
	built=$kdir
	[ -z "$module" ] || built=$source
}
