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

# kb_klp: the program, as $KLP names it, else from beside the scripts, else from PATH
kb_klp() {
	local klp

	for klp in "$kb_here/klp" "$kb_here/../klp" "$kb_here/../build/klp" "$kb_here/../../../bin/klp" \
		klp; do
		if klp=$(command -v "${KLP:-$klp}") && [ ! -d "$klp" ]; then
			readlink -f "$klp"
			return
		fi
	done
	die "klp not found: set KLP"
}

# kb_plain TEXT: what is printed of names: no control character makes a line, or drives a terminal
kb_plain() {
	local LC_ALL=C text=$1

	text=${text//$'\xc2'[$'\x80'-$'\x9f']/?}
	printf '%s\n' "${text//[[:cntrl:]]/?}"
}

# kb_without TEXT: the input, but for that text.  It is no pattern, and no part of a program.
kb_without() {
	text=$1 awk '{
		out = ""
		while (at = index($0, ENVIRON["text"])) {
			out = out substr($0, 1, at - 1)
			$0 = substr($0, at + length(ENVIRON["text"]))
		}
		print out $0
	}'
}

# kb_takes FOLDER: can kbuild work in it?  Its Makefiles, and the shells that they start, take the
# path as a part of their own text.
kb_takes() {
	local odd=":\\\"'\`\$#&()*;<>?|{}!%^~,=[]"

	[[ $1 != *[[:space:][:cntrl:]]* && $1 != *["$odd"]* ]]
}

# kb_folder NAME: sets KB_FOLDER to a new temporary folder that kbuild takes, wherever TMPDIR is
kb_folder() {
	local where=${TMPDIR:-/tmp}

	kb_takes "$where" || where=/tmp
	job_removes+=("$(mktemp -d "$where/$1.XXXXXX")")
	KB_FOLDER=${job_removes[-1]}
}

# kb_command FILE.cmd: the command in it, as the shell ran it
kb_command() {
	sed -n -E '/^(saved)?cmd_[^ ]* := /{
		s/^[^ ]* := //; s/\$\(pound\)/#/g; s/\\#/#/g; s/\$\$/$/g; p; q; }' "$1"
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

# kb_tree SRC TREE PATH...: make TREE, in which the folders of the PATHs are real, if they are not
kb_tree() {
	local src=$1 tree=$2 path part dir
	shift 2

	if [ ! -d "$tree" ]; then
		mkdir -p "$tree"
		ln -s "$src"/* "$tree/"
	fi
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
# In place of the FILE.cmd, a name in the index KB_INDEX of commands that name SRC.
kb_replay() {
	local klp=$1 build=$2 src=$3 tree=$4 file=$5 out=$6 where=$2 program deps options=()
	shift 6

	if [[ $file != /* ]]; then
		options=(--index "$KB_INDEX")
	elif [ "$tree" != "$src" ]; then
		options=(--moves)
		if [ "$build" = "$src" ]; then
			where=$tree
		else
			options+=(--build "$(realpath --relative-to="$build" "$src")")
		fi
	fi
	program=$("$klp" kbuild --source "$src" "${options[@]}" replay "$file") || return 1
	KB_MADE=${program%%$'\n'*}
	KB_MADE=${KB_MADE#"$src/"}
	program=${program#*$'\n'}
	mkdir -p "$out/$(dirname "$KB_MADE")"
	deps=$out/$KB_MADE.d
	(
		# What -Wp, passes on is taken apart at its commas.
		[[ $deps != *,* ]] || { exec 9>"$deps"; deps=/dev/fd/9; }
		cd "$where" && KLP_MADE=$out/$KB_MADE KLP_DEPS=$deps KLP_TREE=$tree \
			exec bash -ec "$program" klp-build "$@"
	) || return 1
	[ -f "$out/$KB_MADE" ] || { echo "$KB_MADE was not written"; return 1; }
}
