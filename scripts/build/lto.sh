# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Kernels with link-time optimisation (CONFIG_LTO_CLANG): objects are LLVM's bitcode, and become
# code when vmlinux.o or a module is linked of them.  That link is done twice, by the command that
# kbuild saved, in trees of links to the build's folder in which nothing differs but what the
# patches change; klp diff compares what comes out.

# ---- compiling: the same text for all that a patch does not change ----

# The hash behind names that ThinLTO makes global (f.llvm.123), its cache, and what is imported
# into other files depend on all of the bitcode, the path of its source among it.  So clang sees
# the patched files in the place of the source's, and not in the tree.
#
# sees_in_place FILE.cmd: is that made so?
sees_in_place() {
	local cmd

	is_on LTO_CLANG && [[ $1 == /*.o.cmd ]] || return 1
	cmd=$(kb_command "$1")
	[[ ${cmd%% -*} == *clang* ]]
}

# yaml_string TEXT
yaml_string() {
	local text=${1//\\/\\\\}

	printf '"%s"' "${text//\"/\\\"}"
}

# What clang is told of the patched files (-ivfsoverlay): places.yaml
list_places() {
	local file real gone=$work/gone.h

	echo '#error "the patches remove this file"' >"$gone"
	{
		echo '{ "version": 0, "use-external-names": false, "roots": ['
		while IFS= read -r file; do
			real=$work/tree/$file
			[ -f "$real" ] || real=$gone
			printf '{ "type": "file", "name": %s, "external-contents": %s },\n' \
				"$(yaml_string "$source/$file")" "$(yaml_string "$real")"
		done <"$work/files"
		echo ']}'
	} >"$work/places.yaml"
}

# ---- what is linked of it ----

# saved_link TARGET: the command that linked it
saved_link() {
	local file=$built/$1

	kb_command "${file%/*}/.${file##*/}.cmd" 2>/dev/null
}

# member_of MADE: what it is called in the folder of the build; nothing if it is new
member_of() {
	local cmd name

	cmd=$(awk -F '\t' -v made="$1" '$2 == made { print $5 == "" ? $1 : $5 }' "$work/affected")
	[[ $cmd == /* ]] || return 0
	name=${cmd#"$built/"}
	name=${name%.cmd}
	sed -E 's,(^|/)\.([^/]*)$,\1\2,' <<<"$name"
}

# The objects that changed, in lines of members: what one is, what it is linked into, and what it is
# in the folder of the build.  That takes their place in changed.  A module of one object
# is linked by the command that makes this.
list_members() {
	local made of

	while IFS=$'\t' read -r made of; do
		[ "$made" = "$of.o" ] || printf '%s\t%s\t%s\n' "$made" "$of.o" "$(member_of "$made")"
	done <"$work/changed" >"$work/members"
	awk -F '\t' -v OFS='\t' '{ print $2 ".o", $2 }' "$work/changed" | sort -u >"$work/linked"
	mv "$work/linked" "$work/changed"
}

# What klp-build compiled first has to be what the kernel's build linked.
check_members() {
	local made member

	while IFS=$'\t' read -r made _ member; do
		[ -z "$member" ] || cmp -s "$work/orig/$made" "$built/$member" ||
			refuse "$made: made once more, it is another one than $built/$member: the source" \
				"or the compiler is not that of the kernel's build any more"
	done <"$work/members"
	stop_if_refused
}

# ---- the links ----

# link_tree WHICH: the folder of the build, in links; that of patched has its objects.  What is
# linked there replaces no file of the build.
link_tree() {
	local tree=$work/link/$1 made member target paths

	mapfile -t paths < <(cut -f 2,3 "$work/members" | tr '\t' '\n' | sed '/^$/d' | sort -u)
	kb_tree "$built" "$tree" "${paths[@]}"
	[ ! -f "$built/.tmp_initcalls.lds" ] || ln -s "$built/.tmp_initcalls.lds" "$tree/"
	while IFS=$'\t' read -r made target member; do
		rm -f "$tree/$target" "$tree/$target.map"
		[ "$1" != patched ] || [ -z "$member" ] || ln -sf "$work/patched/$made" "$tree/$member"
		[ "$target" = vmlinux.o ] || list_module "$1" "${target%.o}.mod"
	done <"$work/members"
}

# new_objects TARGET: those that the patches add to it
new_objects() {
	awk -F '\t' -v target="$1" '$2 == target && $3 == "" { print $1 }' "$work/members"
}

# list_module WHICH LIST: the objects of a module, which have whole paths outside of the kernel.
# The linker takes such a list apart as a shell does words.
list_module() {
	local tree=$work/link/$1 name

	rm -f "$tree/$2"
	{
		while IFS= read -r name || [ -n "$name" ]; do
			[[ $name != "$built/"* ]] || name=$tree/${name#"$built/"}
			printf '%s\n' "$name"
		done <"$built/$2"
		[ "$1" = orig ] || while IFS= read -r name; do
			printf '%s\n' "$work/patched/$name"
		done < <(new_objects "${2%.mod}.o")
	} | sed 's/[\\"'\'' ]/\\&/g' >"$tree/$2"
}

# in_folder FOLDER COMMAND [OBJECT...]
in_folder() {
	local cmd=$2

	cd "$1" || return 1
	shift 2
	NM=$nm objtree=. KLP_TREE=$tree KLP_SOURCE=$source KLP_THIN=$thin exec bash -ec "$cmd" klp-build "$@"
}

# run_link TREE TARGET COMMAND [OBJECT...]: what the kernel's build did.  No path of this run becomes
# a part of the command: it may have spaces, or be one itself.
# shellcheck disable=SC2016 # expanded where it runs
run_link() {
	local up tree=$1 target=$2 cmd=$3 where=$1
	shift 3

	if [[ -n $module && $cmd == *" $built/"* ]]; then
		cmd=${cmd//"$built/"/'"$KLP_TREE"/'}
		where=$kdir
	fi
	up=$(realpath --relative-to="$built" "$source")
	cmd=${cmd//" $up/scripts/"/' "$KLP_SOURCE"/scripts/'}
	job_wait in_folder "$where" "$cmd" "$@" >"$work/link/log" 2>&1 ||
		{ cat "$work/link/log" >&2; die "$target: cannot be made once more by the command of $built"; }
}

# Sections of initcalls are named after lines of their sources; a linker script has their order.
order_initcalls() {
	local lds=.tmp_initcalls.lds

	[ -L "$1/$lds" ] || return 0
	rm "$1/$lds"
	run_link "$1" "$lds" "$(saved_link "$lds")"
}

# link_state TARGET COMMAND: all that comes into it, with its linker and objtool
link_state() {
	{
		echo "$built $1 $2"
		stat -L -c '%n %s %y' "$(command -v "${2%% *}" || echo /)"
		(cd "$built" && find . -type f \( -name '*.[oa]' -o -name '*.mod' -o -name '*.lds' -o \
			-path './tools/objtool*' \) -printf '%p %s %T@\n' | LC_ALL=C sort)
	} | sha256sum | cut -d ' ' -f 1
}

# link_as_is TARGET COMMAND: what comes out has to be what the kernel's build made.  What was linked
# for another patch, of the same files, and was that, is not linked again.
link_as_is() {
	local seen

	seen=${thin%/*}/linked/$(link_state "$1" "$2")
	[ ! -f "$seen" ] || return 0
	run_link "$work/link/orig" "$1" "$2"
	cmp -s "$work/link/orig/$1" "$built/$1" ||
		die "$1: linked once more, it is another one than $built/$1: the linker or objtool is" \
			"not that of the kernel's build any more"
	mkdir -p "${seen%/*}"
	: >"$seen"
}

# link_target TARGET: as it is and as patched
# shellcheck disable=SC2016 # likewise
link_target() {
	local cmd nm options new=()

	cmd=$(saved_link "$1" || true)
	[[ $cmd == *ld.lld*' -r -o '* ]] ||
		die "$1: the kernel's build did not save how ld.lld linked it (before Linux 6.1," \
			"none does): klp-build cannot do it once more"
	nm=${cmd%% *}
	nm=${nm/ld.lld/llvm-nm}
	options="--thinlto-jobs=$jobs "'--thinlto-cache-dir="$KLP_THIN"'
	cmd=${cmd/ -r -o / $options -r -o }
	note "linking $1 as it is and as patched"
	link_as_is "$1" "$cmd"
	if [ "$1" = vmlinux.o ]; then
		order_initcalls "$work/link/patched"
		mapfile -t new < <(new_objects "$1")
		cmd=${cmd/ --no-whole-archive /' --no-whole-archive "$@" '}
	fi
	run_link "$work/link/patched" "$1" "$cmd" "${new[@]/#/"$work/patched/"}"
	mkdir -p "$work"/{orig,patched}/"$(dirname "$1")"
	cp "$built/$1" "$work/orig/$1"
	mv "$work/link/patched/$1" "$work/patched/$1"
}

# In place of the objects that changed, what is linked of them.
link_all() {
	local target thin=${XDG_CACHE_HOME:-$HOME/.cache}/klp/thinlto

	[ -s "$work/changed" ] || return 0
	list_members
	check_members
	[ -s "$work/members" ] || return 0
	mkdir -p "$thin" "$work/link"
	link_tree orig
	link_tree patched
	while IFS= read -r target; do
		link_target "$target"
	done < <(cut -f 2 "$work/members" | sort -u)
	rm -rf "$work/link"
}
