# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Files of a kernel that was built, made once more by the commands that kbuild saved
# beside them (.NAME.cmd; scripts/Kbuild.include and scripts/basic/fixdep.c of the kernel).
#
# BUILD is the folder of the build, SRC the one of the source, or of a module outside of it.
# Both are one if the kernel was built in its source.  A TREE takes SRC's place: a copy of
# which only the folders are real, and links to the files of SRC until one is patched.

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

# kb_section_flags BUILD: what objects of a livepatch are compiled with in addition.  On
# ppc64, calls may leave the module: a nop behind each, for the loader, and none that saves
# the caller's r2 in a frame that it has not.
kb_section_flags() {
	echo "-ffunction-sections -fdata-sections"
	grep -qsx 'CONFIG_PPC64=y' "$1/include/config/auto.conf" || return 0
	echo "-B ${BASH_SOURCE[0]%/*}/ppc64-as -fno-optimize-sibling-calls"
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

# kb_replay BUILD SRC TREE FILE.cmd OUT [FLAGS]: make the target in OUT, from TREE in place
# of SRC; if it is an object, with FLAGS in addition.  KB_MADE is its path below OUT then.
kb_replay() {
	local build=$1 src=$2 tree=$3 file=$4 out=$5 flags=${6:-} cmd target where=$1 up

	cmd=" $(kb_command "$file") "
	target=$(kb_targets <<<"$file" | cut -f 2)
	KB_MADE=${target#"$src/"}
	mkdir -p "$out/$(dirname "$KB_MADE")"
	if [ "$tree" != "$src" ] && [ "$build" = "$src" ]; then
		where=$tree
	elif [ "$tree" != "$src" ]; then
		up=$(realpath --relative-to="$build" "$src")
		cmd=$(sed -E "s,([ =I])${up//./\\.}/,\1$tree/,g" <<<"$cmd")
	fi
	[[ $cmd == *" $target "* ]] ||
		{ echo "$file: its command does not name $target"; return 1; }
	cmd=${cmd//" $target "/" @TARGET@ "}
	cmd=$(sed -E 's/ (-Wp,-MM?D,|-MF )[^ ]*/ \1@DEPS@/' <<<"$cmd")
	[ "$tree" = "$src" ] || cmd=${cmd//"$src/"/"$tree/"}
	cmd=${cmd//@TARGET@/"$out/$KB_MADE"}
	cmd=${cmd//@DEPS@/"$out/$KB_MADE.d"}
	cmd=${cmd/" -c -o "/" $flags -c -o "}
	(cd "$where" && bash -c "set -e; $cmd") || return 1
	[ -f "$out/$KB_MADE" ] || { echo "$KB_MADE was not written"; return 1; }
}
