# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Files of a kernel that was built, made once more by the commands that kbuild saved
# beside them (.NAME.cmd; scripts/Kbuild.include and scripts/basic/fixdep.c of the kernel).
#
# BUILD is the folder of the build, SRC the one of the source, or of a module outside of it.
# Both are one if the kernel was built in its source.  A TREE takes SRC's place: a copy of
# which only the folders are real, and links to the files of SRC until one is patched.

# Where this lies; functions may be called by shells that only got them by export -f.
kb_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export kb_here

# kb_command FILE.cmd: the command in it, as the shell ran it
kb_command() {
	sed -n -E '/^(saved)?cmd_[^ ]* := /{
		s/^[^ ]* := //; s/\$\(pound\)/#/g; s/\\#/#/g; s/\$\$/$/g; p; q; }' "$1"
}

# kb_targets < FILE.cmd...: lines of FILE.cmd and the path of what its command makes, as it is
# written there
kb_targets() {
	# shellcheck disable=SC2016 # awk's
	xargs -r -d '\n' awk '/^(saved)?cmd_[^ ]* := / {
		sub(/^(saved)?cmd_/, "", $1)
		print FILENAME "\t" $1
		nextfile
	}'
}

# kb_section_flags BUILD: what objects of a livepatch are compiled with in addition, in lines.
# On ppc64, calls may leave the module: a nop behind each, for the loader, and none that saves
# the caller's r2 in a frame that it has not.
kb_section_flags() {
	printf '%s\n' -ffunction-sections -fdata-sections
	grep -qsx 'CONFIG_PPC64=y' "$1/include/config/auto.conf" || return 0
	printf '%s\n' -B "$kb_here/ppc64-as" -fno-optimize-sibling-calls
	! grep -qsx 'CONFIG_CC_IS_CLANG=y' "$1/include/config/auto.conf" ||
		echo "-fno-integrated-as"
}

# kb_inputs BUILD SRC < FILE.cmd...: lines of FILE.cmd and a path below SRC that its target
# was made from
kb_inputs() {
	local up=

	[ "$1" = "$2" ] || up=$(realpath --relative-to="$1" "$2")
	# shellcheck disable=SC2016 # awk's
	xargs -r -d '\n' awk -v src="$2/" -v up="${up:+$up/}" -v inside="$([ "$1" != "$2" ] || echo 1)" '
		function input(path) {
			gsub(/\/\.\//, "/", path)
			while (match(path, /[^\/.][^\/]*\/\.\.\//))
				path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
			if (index(path, src) == 1)
				path = substr(path, length(src) + 1)
			else if (up != "" && index(path, up) == 1)
				path = substr(path, length(up) + 1)
			else if (!inside || path ~ /^\//)
				return
			sub(/^\.\//, "", path)
			print FILENAME "\t" path
		}
		/^source_/ { input($3) }
		/^deps_/ { deps = 1; next }
		deps && /^  [^ $]/ { input($1) }
		deps && !/\\$/ { deps = 0 }'
}

# kb_tree SRC TREE PATH...: make TREE, in which the folders of the PATHs are real
kb_tree() {
	local src=$1 tree=$2 path part dir

	mkdir -p "$tree"
	ln -s "$src"/* "$tree/"
	shift 2
	while IFS= read -r path; do
		dir=
		while [ -n "$path" ]; do
			part=${path%%/*}
			path=${path#"$part"}
			path=${path#/}
			dir=$dir/$part
			[ -L "$tree$dir" ] || [ ! -e "$tree$dir" ] || continue
			rm -f "$tree$dir"
			mkdir "$tree$dir"
			[ ! -d "$src$dir" ] || [ -z "$(ls "$src$dir")" ] || ln -s "$src$dir"/* "$tree$dir/"
		done
	done < <(printf '%s\n' "$@" | sed -n 's,/[^/]*$,,p' | sort -u)
}

# kb_own SRC TREE PATH...: the PATHs are no links any more, so that they can be written
kb_own() {
	local src=$1 tree=$2 path
	shift 2

	for path; do
		rm -f "$tree/$path"
		[ ! -f "$src/$path" ] || cp -p "$src/$path" "$tree/$path"
	done
}

# kb_replay KLP BUILD SRC TREE FILE.cmd OUT [FLAG...]: make the target in OUT, from TREE in place
# of SRC; if it is an object, with the FLAGs in addition.  KB_MADE is its path below OUT then.
kb_replay() {
	local klp=$1 build=$2 src=$3 tree=$4 file=$5 out=$6 target where=$2 program options=()
	shift 6

	target=$(kb_targets <<<"$file" | cut -f 2)
	KB_MADE=${target#"$src/"}
	mkdir -p "$out/$(dirname "$KB_MADE")"
	if [ "$tree" != "$src" ]; then
		options=(--moves)
		if [ "$build" = "$src" ]; then
			where=$tree
		else
			options+=(--build "$(realpath --relative-to="$build" "$src")")
		fi
	fi
	program=$("$klp" kbuild --source "$src" "${options[@]}" replay "$file") || return 1
	(cd "$where" && KLP_MADE=$out/$KB_MADE KLP_DEPS=$out/$KB_MADE.d KLP_TREE=$tree \
		bash -ec "$program" klp-build "$@") || return 1
	[ -f "$out/$KB_MADE" ] || { echo "$KB_MADE was not written"; return 1; }
}
