# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian's own kernels: their packages, fetched once; the sources prepared by klp-build; the
# differences between two versions of the source; and their images, booted with modules.
#
# Who reads this sets cache (the folder for all that), work (one of its own below it), here (this
# folder), top, KLP, XDG_CACHE_HOME and suite, the word for the lines of what failed.
flavour=cloud-amd64
passed=0 failed=0

ok() {
	passed=$((passed + 1))
	echo "ok $*"
}

bad() {
	failed=$((failed + 1))
	echo "failed $suite/$*"
}

# stop KERNEL REASON: what comes after it cannot be tried
stop() {
	bad "$1: $2"
	echo "$passed passed, $failed failed"
	exit 1
}

# ---- what the archive has ----

install_tools() {
	local missing=() sudo=()

	while [ $# -gt 0 ]; do
		compgen -G "$1" >/dev/null || missing+=("$2")
		shift 2
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" -eq 0 ] || sudo=(sudo)
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "${missing[@]}" >&2
}

# versions PACKAGE: those that the archive has, the newest first
versions() {
	apt-cache madison "$1" | awk -F ' *[|] *' '$3 ~ /Packages$/ { print $2 }' | sort -Vru
}

# The package of the image that was made of version $2 of the kernels $1, if it is there.
image_of() {
	local package

	apt-cache search --names-only "^linux-image-${1//./\\.}[.+0-9a-z-]*-$flavour\$" | cut -d ' ' -f 1 |
		while read -r package; do
			if grep -qxF -- "$2" < <(versions "$package"); then
				echo "$package"
			fi
		done
}

# 6.1.190 of 6.1.190-1, 6.12.115 of 6.12.115-2~deb12u1
upstream() {
	echo "${1%%-*}"
}

# choose KERNEL [oldest]: newest, the version with the fixes; version and release of the kernel to
# patch, which is the newest one before it, or the oldest
choose() {
	local image candidates

	mapfile -t candidates < <(versions "linux-source-$1")
	[ ${#candidates[@]} -gt 0 ] || stop "$1" "the archive has no linux-source-$1"
	newest=${candidates[0]}
	[ "${2:-}" != oldest ] || mapfile -t candidates < <(printf '%s\n' "${candidates[@]}" | tac)
	for version in "${candidates[@]}"; do
		[ "$(upstream "$version")" != "$(upstream "$newest")" ] || continue
		image=$(image_of "$1" "$version")
		[ -n "$image" ] || continue
		release=${image#linux-image-}
		return
	done
	stop "$1" "the archive has no older kernel with its source"
}

# fetch PACKAGE VERSION: its file, once
fetch() {
	local file

	file=$(compgen -G "$cache/packages/$1_*${2#*:}_*.deb" | sed -n 1p || true)
	if [ -z "$file" ]; then
		(cd "$cache/packages" && apt-get -q download "$1=$2" >"$cache/log" 2>&1) ||
			{ cat "$cache/log" >&2; stop "$1" "cannot be downloaded"; }
		file=$(compgen -G "$cache/packages/$1_*${2#*:}_*.deb" | sed -n 1p)
	fi
	echo "$file"
}

# The programs that the headers' links lead to, ../../lib/linux-kbuild-6.1/scripts, of that version
# or of a later one: the archive drops these first.
install_programs() {
	local package found

	package=$(readlink "$root/usr/src/linux-headers-$release/scripts")
	package=${package%/scripts}
	package=${package##*/}
	found=$(versions "$package" | grep -xF -- "$version" || versions "$package")
	dpkg -x "$(fetch "$package" "${found%%$'\n'*}")" "$root"
}

# What the packages of the kernel install, below $root.
install_kernel() {
	local kernel=$1 common=linux-headers-${release%-"$flavour"}-common package packages

	root=$cache/$release
	[ ! -f "$root/.complete" ] || return 0
	rm -rf "$root"
	mkdir -p "$root/etc"
	packages=("linux-image-$release" "linux-headers-$release" "$common" "linux-source-$kernel")
	[ -z "${KLP_DISTRO_DBG:-}" ] || packages+=("linux-image-$release-dbg")
	for package in "${packages[@]}"; do
		dpkg -x "$(fetch "$package" "$version")" "$root"
	done
	install_programs
	sed -i "s,/usr/src/,$root&," "$root/usr/src/linux-headers-$release/Makefile"
	cp /etc/os-release "$root/etc/"
	depmod -b "$root" "$release"
	touch "$root/.complete"
}

# ---- the fixes ----

# build KERNEL-RELEASE ARGUMENT...
build() {
	"$top/scripts/klp-build" --root "$root" --release "$release" "$@"
}

# A patch of nothing that is compiled prepares the kernel, and is refused.
prepare() {
	local status=0 from=$SECONDS

	printf -- '--- a/README\n+++ b/README\n@@ -1,1 +1,2 @@\n Linux kernel\n+text\n' >"$work/text.patch"
	build "$work/text.patch" >"$work/log" 2>&1 || status=$?
	if [ $status != 1 ] || ! grep -q 'nothing in this kernel is made of what the patches' "$work/log"; then
		cat "$work/log"
		stop "$release" "cannot be prepared"
	fi
	prepared=$(compgen -G "$XDG_CACHE_HOME/klp/$release-*/prepared" | sed -n 1p)
	prepared=${prepared%/prepared}
	[ -f "$prepared/index" ] || stop "$release" "has no index"
	echo "prepared in $((SECONDS - from)) s"
}

# spread [SEED]: lines in an order that has nothing to do with what they say, and is the same each time
spread() {
	local line

	while IFS= read -r line; do
		printf '%s %s\n' "$(cksum <<<"${1:-}$line" | cut -d ' ' -f 1)" "$line"
	done | sort -n | cut -d ' ' -f 2-
}

# unpack_newest KERNEL: C files of the version with the fixes, in $cache/sources-$newest
unpack_newest() {
	[ ! -d "$cache/sources-$newest" ] || return 0
	rm -rf "$cache/sources.new"
	mkdir "$cache/sources.new"
	dpkg --fsys-tarfile "$(fetch "linux-source-$1" "$newest")" |
		tar -xO "./usr/src/linux-source-$1.tar.xz" |
		tar -xJ -C "$cache/sources.new" --strip-components=1 --wildcards '*.[ch]'
	mv "$cache/sources.new" "$cache/sources-$newest"
}

# The files that differ, of those that become part of an object, in an order that spreads them.
# A small change is seldom part of a larger one, without whose headers it does not compile.
list_fixes() {
	local kernel=$1 file lines

	unpack_newest "$kernel"
	"$KLP" kbuild --index "$prepared/index" linked | sed -n 's/\.o\t.*/.c/p' | sort -u |
		while IFS= read -r file; do
			[[ -f $cache/sources-$newest/$file && -f $prepared/source/$file ]] || continue
			lines=$(diff "$prepared/source/$file" "$cache/sources-$newest/$file" | grep -c '^[<>]' || true)
			if ((lines > 0 && (lines <= 30 || fixes > 10))); then
				echo "$file"
			fi
		done | spread
}

# Which modules have to be there, and which functions are redirected; a file each for the guest.
describe() {
	local nr=$1 object path
	local lp=$work/guest/lp/fix_$nr

	echo "$2" >"$lp.file"
	: >"$lp.mods"
	sed -n 's/^  changed  \([^ ]*\).*/\1/p' "$work/log" | sort -u >"$lp.functions"
	! grep -q 'the module stays in memory' "$work/log" || touch "$lp.stays"
	while read -r object; do
		[ "$object" != vmlinux ] || continue
		path=$(sed 's/:.*//' "$root/lib/modules/$release/modules.dep" | awk -v name="$object" '{
			base = $0; sub(/.*\//, "", base); sub(/\.ko.*/, "", base); gsub(/-/, "_", base)
			if (base == name) print }')
		for path in $(sed -n "s,^$path: *,,p" "$root/lib/modules/$release/modules.dep" | tr ' ' '\n' | tac) $path; do
			add_module "$path" >>"$lp.mods"
		done
	done < <(sed -n 's/^\([^ ]*\) (--object): .*/\1/p' "$work/log"
		# … and those on which the livepatch itself depends: insmod loads none
		modinfo -F depends "$lp.ko" | tr ',' '\n' | grep .)
}

# add_module PATH: the module, unpacked, among the guest's; prints its name
add_module() {
	local file=$root/lib/modules/$release/$1 name

	name=$(basename "$1" | sed 's/\.ko.*/.ko/')
	case $1 in
	*.xz)	xz -dc "$file" >"$work/guest/mods/$name" ;;
	*)	cp "$file" "$work/guest/mods/$name" ;;
	esac
	echo "$name"
}

# ---- the distribution's image ----

boot() {
	mkdir -p "$work/guest"/{bin,proc,sys,dev}
	cp /bin/busybox "$work/guest/bin/"
	cp "$here/init" "$work/guest/init"
	(cd "$work/guest" && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1) >"$work/initrd.gz"
	timeout 900 qemu-system-x86_64 -accel tcg,thread=single -m 1024 -smp 2 -nographic -no-reboot \
		-kernel "$root/boot/vmlinuz-$release" -initrd "$work/initrd.gz" \
		-append "console=ttyS0 panic=-1 oops=panic" </dev/null 2>&1 | tr -d '\r' >"$work/console" || true
}

install_all() {
	command -v apt-get >/dev/null || stop "$flavour" "not on a Debian"
	install_tools /usr/bin/flex flex /usr/bin/bison bison /usr/bin/bc bc /usr/bin/cpio cpio \
		/usr/bin/xz xz-utils /usr/bin/perl perl /usr/include/gelf.h libelf-dev \
		/usr/include/openssl/evp.h libssl-dev /usr/bin/openssl openssl /usr/bin/pahole pahole \
		/sbin/depmod kmod \
		/usr/bin/gcc-12 gcc-12 /usr/bin/qemu-system-x86_64 qemu-system-x86 /bin/busybox busybox-static
}
