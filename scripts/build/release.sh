# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A distribution's kernel: its parts, and its source prepared once, in the user's cache.

# The parts of the kernel, by what klp kbuild calls them.
declare -A part=()

# find_parts [OPTION]...: fills part
find_parts() {
	local key value lines

	part_options+=("$@")

	lines=$("$klp" kbuild "${part_options[@]}" parts) || exit 1
	while IFS=$'\t' read -r key value; do
		part[$key]=$value
	done <<<"$lines"
}

# The compiler that the kernel was made with, by the name that it had then.  Another packaging
# of the same version is taken: whether it makes the same code is seen later.
find_compiler() {
	local theirs=${part[compiler]} ours version

	compiler=${CC:-${theirs%% *}}
	version=$(grep -oE '[0-9]+(\.[0-9]+)+[^ ]*$' <<<"$theirs" || true)
	case $theirs in
	gcc\ *)	[ -n "${CC:-}" ] || ! command -v "gcc-${version%%.*}" >/dev/null ||
			compiler=gcc-${version%%.*} ;;
	*clang*)	compiler=${CC:-clang}
		[ -n "${CC:-}" ] || ! command -v "clang-${version%%.*}" >/dev/null ||
			compiler=clang-${version%%.*} ;;
	esac
	command -v "$compiler" >/dev/null ||
		die "the kernel was compiled by $theirs: $compiler not found: install ${compiler##*/}"
	ours=$(LC_ALL=C "$compiler" --version | sed -n 1p)
	[ "${ours#* }" != "${theirs#* }" ] || return 0
	[[ -n $version && $ours == *" $version" ]] ||
		die "the kernel was compiled by $theirs, but $compiler is $ours: install that" \
			"compiler, and name it in CC"
	note "warning: the kernel was compiled by $theirs, but $compiler is $ours"
}

need_tools() {
	local program missing=()

	for program in make flex bison bc; do
		command -v "$program" >/dev/null || missing+=("$program")
	done
	[ ${#missing[@]} -eq 0 ] || die "not found, to prepare the kernel's source: ${missing[*]}"
}

# kernel_make ARGUMENT...: the kernel's own build system, in the prepared folder
kernel_make() {
	job_wait make -s -C "$source" O="$kdir" "${make_words[@]}" "$@"
}

unpack_source() {
	source=${part[source]}
	[ -f "$source" ] || { source=$(cd "$source" && pwd -P); return; }
	note "unpacking ${part[source]}"
	rm -rf "$cache/unpack"
	mkdir "$cache/unpack"
	job_wait tar -C "$cache/unpack" -xf "${part[source]}" || die "${part[source]}: tar cannot unpack it"
	set -- "$cache/unpack"/*
	[[ $# == 1 && -f $1/Kbuild ]] || die "${part[source]}: has no kernel's source"
	rm -rf "$cache/source"
	mv "$1" "$cache/source"
	rmdir "$cache/unpack"
	source=$cache/source
}

# step_log NAME COMMAND...: what it prints is shown only if it fails
step_log() {
	local log=$cache/$1.log

	shift
	"$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "${part[source]}: cannot be prepared"; }
}

# The layouts of CONFIG_RANDSTRUCT are made of a seed, which a build makes up: here it has to be the
# kernel's, as for all modules.  Before Linux 5.19, it is with the plugins of gcc.
take_seed() {
	local theirs=${part[headers]} seed=scripts/basic/randstruct.seed hash=include/generated/randstruct_hash.h

	grep -qE '^CONFIG_(GCC_PLUGIN_)?RANDSTRUCT=y$' "$kdir/.config" || return 0
	[ -f "$theirs/$seed" ] || {
		seed=scripts/gcc-plugins/randomize_layout_seed.h
		hash=include/generated/randomize_layout_hash.h
	}
	[[ -f $theirs/$seed && -f $theirs/$hash ]] ||
		die "${part[release]}: the layouts of its structures are made of a seed" \
			"(CONFIG_RANDSTRUCT), and $theirs has no scripts/basic/randstruct.seed: who built" \
			"the kernel has it: pass the folder of that build as -k"
	step_log prepare kernel_make scripts_basic
	mkdir -p "$kdir/${seed%/*}" "$kdir/${hash%/*}"
	cp "$theirs/$seed" "$kdir/$seed"
	cp "$theirs/$hash" "$kdir/$hash"
}

prepare() {
	local auto=include/config/auto.conf

	need_tools
	# Whatever klp cannot read in the image, or unpack it without, is better said now.
	"$klp" symbols -o "$cache/symbols" "${part[vmlinux]}" || exit 1
	rm "$cache/symbols"
	unpack_source
	kdir=$cache/build
	rm -rf "$kdir" "$cache/index"
	mkdir "$kdir"
	cp "${part[config]}" "$kdir/.config"
	note "preparing it for ${part[release]}"
	step_log prepare kernel_make olddefconfig
	take_seed
	step_log prepare kernel_make -j"$jobs" prepare modules_prepare
	"$klp" kbuild config "$kdir/$auto" "${part[headers]}/$auto" ||
		die "${part[source]}: is not what ${part[release]} was made of"
	cp "${part[symvers]}" "$kdir/Module.symvers"
	note "indexing it"
	# It ends where vmlinux is linked, of what is not there; what is before that counts.
	kernel_make -j1 -n vmlinux modules >"$cache/dry-run" 2>"$cache/dry-run.err" || true
	"$klp" kbuild --source "$source" --index "$cache/index" index "$cache/dry-run" ||
		{ tail -n 5 "$cache/dry-run.err" >&2; die "${part[source]}: cannot be indexed"; }
	rm -f "$cache/dry-run" "$cache/dry-run.err" "$cache/prepare.log"
	printf '%s\n' "$source" >"$cache/prepared.new"
	mv "$cache/prepared.new" "$cache/prepared"
}

# Once for each kernel, source and compiler; others wait until it is done.  The distribution's
# keys nobody else has; they are part of no patch.  resolve_btfids, of which half the time of
# preparing would go into, is for linking vmlinux only.
find_prepared() {
	local id

	llvm=()
	[[ ${part[compiler]} != *clang* ]] || llvm=(LLVM=1)
	make_words=(CC="$compiler" KERNELRELEASE="${part[release]}"
		CONFIG_MODULE_SIG_KEY=certs/signing_key.pem CONFIG_SYSTEM_TRUSTED_KEYS=
		CONFIG_SYSTEM_REVOCATION_KEYS= CONFIG_DEBUG_INFO_BTF= CONFIG_DEBUG_INFO_BTF_MODULES=
		"${llvm[@]}")
	id=$({ cat "${part[config]}" "${part[symvers]}"; stat -L -c '%n %s %Y' "${part[source]}"
		echo "${part[release]}"; "$compiler" --version; } | cksum)
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/klp/${part[release]}-${id%% *}
	kb_takes "$cache" || die "$cache: the kernel's build system takes no path with spaces," \
		"colons, or what means something to make or a shell: set XDG_CACHE_HOME to" \
		"another folder"
	mkdir -p "$cache"
	exec {lock}>"$cache/lock"
	flock "$lock"
	if [ ! -f "$cache/prepared" ]; then
		prepare
	fi
	kdir=$cache/build
	source=$(cat "$cache/prepared")
	built=$kdir
	is_on LIVEPATCH || die "${part[release]}: takes no livepatches (CONFIG_LIVEPATCH is not set)"
	! is_on LTO_CLANG || die "${part[release]}: with CONFIG_LTO_CLANG, code is made in the link of" \
		"all of vmlinux: build the kernel of this source and configuration, and pass its" \
		"folder as -k"
	KLP_MAKE="CC=$compiler KERNELRELEASE=${part[release]} ${llvm[*]} ${KLP_MAKE:-}"
	export KLP_MAKE
}

# What may be made of the patched files is made, as the kernel's build did: its command is
# saved beside it then.
make_users() {
	local objects

	xargs -d '\n' "$klp" kbuild --index "$cache/index" --build "$kdir" users \
		<"$work/files" >"$work/users" || exit 1
	mapfile -t objects < <(cut -f 1 "$work/users" | grep -E '\.o$')
	[ ${#objects[@]} -gt 0 ] || return 0
	note "compiling $(count ${#objects[@]} file) without the patches"
	kernel_make -j"$jobs" "${objects[@]}" >"$work/make.log" 2>&1 ||
		{ cat "$work/make.log" >&2; die "cannot be made of ${part[source]}"; }
}

# From here on, another klp-build may write to the prepared folder.
keep_commands() {
	mkdir "$work/commands"
	cut -f 1 "$work/affected" | xargs -r -d '\n' cp --parents -t "$work/commands"
	mv "$work/affected" "$work/affected.there"
	where=$work/commands awk '{ print ENVIRON["where"] $0 }' "$work/affected.there" >"$work/affected"
	flock -u "$lock"
}

# A module that is no part of the kernel is built with the headers alone.  DKMS removes what it
# built: it is built again here, and klp diff holds it against what is installed.
find_outside() {
	kdir=$(cd "${part[headers]}" && pwd -P)
	is_on LIVEPATCH || die "${part[release]}: takes no livepatches (CONFIG_LIVEPATCH is not set)"
	KLP_MAKE="CC=$compiler ${KLP_MAKE:-}"
	# Debian's objtool of 6.12 chooses its architecture's by what the kernel's Makefile exports.
	case $(sed -n 's/^CONFIG_\(X86\|ARM64\|PPC\|LOONGARCH\)=y$/\1/p' "$kdir/include/config/auto.conf") in
	X86)	SRCARCH=x86 ;;
	ARM64)	SRCARCH=arm64 ;;
	PPC)	SRCARCH=powerpc ;;
	*)	SRCARCH=loongarch ;;
	esac
	export KLP_MAKE SRCARCH
	[ -d "$module" ] || die "$module: no such folder"
	part[source]=$module
	if [ ! -f "$module/Module.symvers" ]; then
		note "building $module for ${part[release]}"
		cp -RL "$module" "$room/module"
		module=$room/module
		read -r -a make_words <<<"$KLP_MAKE"
		job_wait make -s -C "$kdir" M="$module" "${make_words[@]}" modules >"$work/make.log" 2>&1 ||
			{ cat "$work/make.log" >&2; die "$module: cannot be built"; }
	fi
	find_source
}

# installed_module NAME: the path of NAME.ko, or of that compressed, as depmod found it
installed_module() {
	local file

	file=$(cd "${part[modules]}" && find -L . \( -path ./build -o -path ./source \) -prune -o \
		-name "$1.ko*" -print | sed -n 's,\.ko\(\.[gx]z\|\.zst\)\?$,.ko,p' | sort -u)
	[ -n "$file" ] || die "$1.ko: is not installed in ${part[modules]}: a livepatch is for the" \
		"module that runs"
	[[ $file != *$'\n'* ]] || die "$1.ko: is installed several times: ${file//$'\n'/, }"
	echo "${part[modules]}/${file#./}"
}

# module_file PATH: a module's file, unpacked if need be; PATH is below the kernel's folder, or
# that of a module outside of it, and without .ko
module_file() {
	local file=${part[modules]}/kernel/$1.ko out=$work/modules/${1##*/}.ko

	[ -z "$module" ] || file=$(installed_module "${1##*/}") || exit 1
	if [ -f "$file" ]; then
		echo "$file"
		return
	fi
	mkdir -p "$work/modules"
	if [ -f "$file.xz" ]; then
		xz -dc "$file.xz" >"$out"
	elif [ -f "$file.zst" ]; then
		zstd -qdc "$file.zst" >"$out"
	elif [ -f "$file.gz" ]; then
		gzip -dc "$file.gz" >"$out"
	else
		die "$file: no such module"
	fi
	echo "$out"
}
