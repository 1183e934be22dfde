# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# Common parts of the kernel tests: the cache folder, the kernel's source and
# build, and compiling objects of it once more.
#
# Layout of the cache folder:
#
#   src/                the kernel's source, with source-patches/ applied, and never
#                       changed after that
#   KERNEL/boot/        build of the kernel that is booted (no section flags)
#   KERNEL/target/      the out-of-tree module that some patches patch
#   KERNEL/work/        of the last run; pairs/CASE/ is what klp-build made on the way
#   KERNEL/flagged/     full build with per-function sections (vmlinux-pair)
#
# A kernel is called by its architecture, or, where there are several of one, by that and
# what is special about it: arch-arm64-clang.sh takes what arch-arm64.sh says, and sets
# KT_ARCH; its configuration is that of arm64.config with arm64-clang.config.

KT_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
KT_TOP=$(cd "$KT_DIR/../.." && pwd)
KT_CACHE=${KLP_KERNEL_CACHE:-$KT_TOP/build/kernel}
export KT_KLP=${KLP:-$KT_TOP/build/klp}
KT_JOBS=${KLP_KERNEL_JOBS:-$(nproc)}
# shellcheck source=scripts/kbuild.sh
. "$KT_TOP/scripts/kbuild.sh"

kt_die() {
	echo "kernel-test: $*" >&2
	exit 1
}

kt_say() {
	echo "kernel-test: $*" >&2
}

# kt_setup KERNEL: load its file, set the folders
kt_setup() {
	KT_KERNEL=$1
	KT_ARCH=$1
	[ -f "$KT_DIR/arch-$KT_KERNEL.sh" ] || kt_die "no such target: $KT_KERNEL"
	ARCH_TESTS=("run --vmlinux --arch" image self-diff lines module in-tree)
	# shellcheck source=tests/kernel/arch-x86_64.sh
	. "$KT_DIR/arch-$KT_KERNEL.sh"
	mkdir -p "$KT_CACHE"
	KT_CACHE=$(cd "$KT_CACHE" && pwd -P)
	KT_SRC=$KT_CACHE/src
	KT_OUT=$KT_CACHE/$KT_KERNEL
	KT_BOOT=$KT_OUT/boot
	KT_TARGET=$KT_OUT/target
	KT_PAIRS=$KT_OUT/work/pairs
	mkdir -p "$KT_OUT"
	# the source may be a link to a tree elsewhere
	[ ! -d "$KT_SRC" ] || KT_SRC=$(cd "$KT_SRC" && pwd -P)
	[ ! -d "$KT_BOOT" ] || KT_BOOT=$(cd "$KT_BOOT" && pwd -P)
}

# ---------------------------------------------------------------------------
# Cases and patches
#
# There is one of each for all architectures.  cases/NAME.ARCH.sh and
# patches/NAME.ARCH.patch take the place of NAME.sh and NAME.patch on one that needs
# its own; so does one with the kernel's name.  A case that does not exist everywhere
# says in cases/NAME.sh where it does, and why not elsewhere: "# Only: ARCH... (why)".

# kt_file FOLDER NAME SUFFIX: the file for this kernel
kt_file() {
	local of

	for of in ".$KT_KERNEL" ".$KT_ARCH" ''; do
		[ ! -f "$KT_DIR/$1/$2$of.$3" ] || break
	done
	echo "$KT_DIR/$1/$2$of.$3"
}

kt_patch() {
	kt_file patches "$1" patch
}

kt_case() {
	kt_file cases "$1" sh
}

# kt_only NAME: the architectures of a case, with the reason; empty: all
kt_only() {
	sed -n 's/^# Only: *//p' "$KT_DIR/cases/$1.sh"
}

# kt_cases: the names of this kernel's cases
kt_cases() {
	local file name only

	for file in "$KT_DIR"/cases/*.sh; do
		name=$(basename "$file" .sh)
		# what takes the place of another
		[[ $name != *.* ]] || continue
		only=$(kt_only "$name")
		if [ -n "$only" ] && [[ " ${only%%(*} " != *" $KT_ARCH "* &&
				" ${only%%(*} " != *" $KT_KERNEL "* ]]; then
			kt_say "$name: not on $KT_KERNEL, only: $only"
			continue
		fi
		echo "$name"
	done
}

# kt_field PATCH FIELD: a line "FIELD: words" of a patch's heading; "FIELD ARCH: words"
# takes its place where an architecture differs, or a kernel
kt_field() {
	awk -v any="$2:" -v arch="$2 $KT_ARCH:" -v kernel="$2 $KT_KERNEL:" '
		function take(field, rank) {
			if (index($0, field) != 1 || rank < has)
				return
			text = substr($0, length(field) + 1)
			has = rank
		}
		/^--- / { exit }
		{ take(any, 1); take(arch, 2); take(kernel, 3) }
		END { sub(/^ */, "", text); print text }' "$1"
}

# ---------------------------------------------------------------------------
# Packages and source

# kt_need PROGRAM PACKAGE ...: install the packages of programs that are missing
kt_need() {
	local missing=()

	while [ $# -gt 0 ]; do
		command -v "$1" >/dev/null || missing+=("$2")
		shift 2
	done
	[ ${#missing[@]} -eq 0 ] || kt_apt "${missing[@]}"
}

# kt_need_file FILE PACKAGE ...: the same for headers and libraries
kt_need_file() {
	local missing=()

	while [ $# -gt 0 ]; do
		compgen -G "$1" >/dev/null || missing+=("$2")
		shift 2
	done
	[ ${#missing[@]} -eq 0 ] || kt_apt "${missing[@]}"
}

kt_apt() {
	local sudo=()

	[ "$(id -u)" -eq 0 ] || sudo=(sudo)
	kt_say "installing $*"
	"${sudo[@]}" apt-get update >&2
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "$@" >&2
}

kt_packages() {
	kt_need gcc gcc make make flex flex bison bison bc bc cpio cpio \
		patch patch perl perl xz xz-utils python3 python3
	kt_need_file '/usr/include/gelf.h' libelf-dev \
		'/usr/include/openssl/evp.h' libssl-dev \
		'/usr/include/*/sys/types.h' libc6-dev
	arch_packages
}

# kt_busybox DEBARCH: path of a static busybox of another architecture, from the
# package of the same distribution. Lists and package go into the cache folder: the
# system itself gets no foreign architecture, and root is not needed.
kt_busybox() {
	local dir=$KT_CACHE/busybox-$1 apt

	if [ ! -x "$dir/bin/busybox" ]; then
		rm -rf "$dir"
		mkdir -p "$dir"/{lists,cache/archives}/partial
		apt=(apt-get -q -o APT::Architecture="$1" -o APT::Architectures::="$1"
			-o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir/cache"
			-o Dir::State::status=/dev/null -o APT::Sandbox::User="$(id -un)")
		# a failure to update some list matters only if the package is not found
		"${apt[@]}" update >"$dir/log" 2>&1 || true
		(cd "$dir" && "${apt[@]}" download busybox-static >>log 2>&1 &&
			dpkg-deb -x busybox-static_*.deb . && rm -rf lists cache) ||
			{ cat "$dir/log" >&2; kt_die "no busybox-static for $1"; }
	fi
	echo "$dir/bin/busybox"
}

# kt_source: unpack the kernel's source once, and apply what a test kernel needs
kt_source() {
	local lock patch

	exec {lock}>"$KT_CACHE/.source-lock"
	flock "$lock"
	[ -f "$KT_SRC/Makefile" ] || kt_unpack
	for patch in "$KT_DIR"/source-patches/*.patch; do
		kt_source_patch "$patch"
	done
	exec {lock}>&-
}

kt_unpack() {
	local tarball

	kt_need_file '/usr/src/linux-source-6.12.tar.xz' linux-source-6.12
	tarball=/usr/src/linux-source-6.12.tar.xz
	[ -f "$tarball" ] || kt_die "no kernel source found in /usr/src"
	kt_say "unpacking $tarball"
	rm -rf "$KT_CACHE/src.tmp"
	mkdir -p "$KT_CACHE/src.tmp"
	tar -xf "$tarball" -C "$KT_CACHE/src.tmp" --strip-components=1
	mv "$KT_CACHE/src.tmp" "$KT_SRC"
}

# kt_source_patch PATCH: apply a patch that only touches one arch/ folder, unless it
# is; .kt-patches in the source holds what was applied, so that an older state of the
# patch can be taken back
kt_source_patch() {
	local applied=$KT_SRC/.kt-patches/${1##*/}

	! cmp -s "$1" "$applied" || return 0
	mkdir -p "$KT_SRC/.kt-patches"
	if [ -f "$applied" ]; then
		patch -s -f -R -p1 -d "$KT_SRC" --no-backup-if-mismatch <"$applied" ||
			kt_die "${1##*/}: the older one cannot be taken back"
		rm "$applied"
	fi
	patch -s -f -p1 -d "$KT_SRC" --no-backup-if-mismatch <"$1" ||
		kt_die "$1 does not apply to the kernel's source"
	cp "$1" "$applied"
}

# ---------------------------------------------------------------------------
# Kernel builds

kt_make() {
	make -C "$KT_SRC" -j"$KT_JOBS" "${ARCH_MAKE[@]}" "$@"
}

# kt_configs: files with the kernel's configuration
kt_configs() {
	echo "$KT_DIR/$KT_ARCH.config"
	[ "$KT_KERNEL" = "$KT_ARCH" ] || echo "$KT_DIR/$KT_KERNEL.config"
}

# kt_configure BUILD
kt_configure() {
	local build=$1 configs lost

	mapfile -t configs < <(kt_configs)
	mkdir -p "$build"
	kt_make -s O="$build" tinyconfig >/dev/null
	(cd "$KT_SRC" && ARCH=$ARCH_KBUILD scripts/kconfig/merge_config.sh \
		-O "$build" -m "$build/.config" "${configs[@]}") >/dev/null
	kt_make -s O="$build" olddefconfig >/dev/null
	# What the kernel's own rules say no to, they leave out without a word. Of several files, the
	# last one that names an option has it.
	lost=$(awk -F= '{ of[$1] = $0 } END { for (name in of) print of[name] }' "${configs[@]}" |
		grep '=[ym]$' | grep -vxF -f "$build/.config" || true)
	[ -z "$lost" ] || kt_die "$KT_KERNEL: the kernel does not take ${lost//$'\n'/ }"
}

# kt_boot_kernel: build the kernel that is booted and its modules
kt_boot_kernel() {
	local stamp state

	mapfile -t state < <(kt_configs)
	state+=("$KT_SRC/Makefile")
	! [ -f "$KT_DIR/source-patches/$KT_ARCH.patch" ] ||
		state+=("$KT_DIR/source-patches/$KT_ARCH.patch")
	stamp=$(cat "${state[@]}" | cksum)
	if [ "$(cat "$KT_BOOT/.kt-stamp" 2>/dev/null)" = "$stamp" ]; then
		return 0
	fi
	kt_say "building the $KT_KERNEL kernel in $KT_BOOT"
	kt_configure "$KT_BOOT"
	# shellcheck disable=SC2086 # a list of targets
	kt_make O="$KT_BOOT" $ARCH_TARGETS >"$KT_OUT/boot.log" 2>&1 ||
		{ tail -n 30 "$KT_OUT/boot.log" >&2; kt_die "the kernel does not build"; }
	KT_BOOT=$(cd "$KT_BOOT" && pwd -P)
	echo "$stamp" >"$KT_BOOT/.kt-stamp"
}

# kt_target_module: build the module that some patches patch
kt_target_module() {
	mkdir -p "$KT_TARGET"
	cp -u "$KT_DIR"/target/* "$KT_TARGET/"
	if ! make -C "$KT_BOOT" "${ARCH_MAKE[@]}" M="$KT_TARGET" modules \
			>"$KT_OUT/target.log" 2>&1; then
		tail -n 30 "$KT_OUT/target.log" >&2
		kt_die "the target module does not build"
	fi
}

# Objects of the kernel, compiled once more

# kt_tree TREE PATCH: the source with the patch, without touching the source itself
kt_tree() {
	local tree=$1 patch=$2 files

	mapfile -t files < <(kt_patched_files "$patch")
	rm -rf "$tree"
	kb_tree "$KT_SRC" "$tree" "${files[@]}"
	kb_own "$KT_SRC" "$tree" "${files[@]}"
	patch -s -f -p1 -d "$tree" --no-backup-if-mismatch -r - <"$patch" ||
		kt_die "$patch does not apply"
}

kt_patched_files() {
	sed -n 's,^+++ [^/]*/\([^	]*\).*,\1,p' "$1"
}

# kt_compile BUILD TREE PATH OUT: BUILD/PATH.o, as an object for livepatches, from TREE in
# place of the source, as OUT/PATH.o
kt_compile() {
	local cmd=$1/$3.o.cmd flags

	cmd=${cmd%/*}/.${cmd##*/}
	[ -f "$cmd" ] || kt_die "no command is saved for $3.o"
	mapfile -t flags < <(kb_section_flags "$1")
	kb_replay "$KT_KLP" "$1" "$KT_SRC" "$2" "$cmd" "$4" "${flags[@]}" ||
		kt_die "$3.o does not compile"
}
