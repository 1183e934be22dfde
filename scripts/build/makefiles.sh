# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What patched Makefiles change: make is asked what it would do, before and after.

# The folders of these Makefiles of which the kernel's build made something, or of one above them.
list_folders() {
	local dir above=

	sed 's,/*[^/]*$,,' "$work/makefiles" | sort -u | while IFS= read -r dir; do
		[ -z "$above" ] || [[ $dir/ != "$above"/* ]] || continue
		if [ -n "$cache" ]; then
			grep -q "^$dir/[^/]*	" "$cache/index" || continue
		else
			[ -n "$(find "$built/$dir" -maxdepth 1 -name '.*.cmd' -print -quit 2>/dev/null)" ] ||
				continue
		fi
		above=$dir
		echo "$dir"
	done
}

# A build folder in which nothing of these folders was made, for make -n: it starts a make of its
# own for tools/, which would write, and makes include/config/ anew if that looks old.
probe_folder() {
	local dir dirs=() out=$room/probe-out

	mapfile -t dirs
	kb_tree "$kdir" "$out" include/config/. "${dirs[@]/%//.}"
	for dir in "${dirs[@]}"; do
		find "$out/$dir" -mindepth 1 -delete
	done
	rm -rf "$out/source" "$out/include/config"/auto.conf*
	ln -s "$kdir/.config" "$out/.config"
	cp "$kdir/include/config/auto.conf" "$out/include/config/"
	: >"$out/include/config/auto.conf.cmd"
}

# probe WHEN: what make would do in the folders
probe() {
	local status=0 dirs words=("${make_words[@]}")

	[ -n "$cache" ] || read -r -a words <<<"${KLP_MAKE:-}"
	if [ -n "$module" ]; then
		job_wait make -s -C "$kdir" M="$room/probe" "${words[@]}" -n modules || status=$?
	else
		mapfile -t dirs <"$work/folders"
		job_wait make -s -C "$room/probe" O="$room/probe-out" "${words[@]}" -n "${dirs[@]/%//}" ||
			status=$?
	fi >"$work/probe-$1" 2>"$work/probe-$1.err"
	[ "$status" -eq 0 ] || { tail -n 5 "$work/probe-$1.err" >&2
		die "$(paste -sd ' ' "$work/makefiles"): make ends with an error there ($1 the patches)"; }
}

# Objects that are made in addition are affected: their original is empty.
ask_makefiles() {
	local options=(--build "$built" --source "$room/probe")

	[ -s "$work/makefiles" ] || return 0
	if [ -z "$module" ]; then
		list_folders >"$work/folders"
		[ -s "$work/folders" ] || return 0
		own_tree "$room/probe" tools/.
		rm -f "$room/probe/tools/Makefile"
		printf '%%:\n\t@:\n' >"$room/probe/tools/Makefile"
		probe_folder <"$work/folders"
	else
		own_tree "$room/probe"
		options+=(--external)
	fi
	[ -z "$cache" ] || options+=(--index "$cache/index")
	probe before
	apply_patches "$room/probe"
	probe after
	"$klp" kbuild "${options[@]}" makefiles "$work/probe-before" "$work/probe-after" \
		"$work/probe-index" >"$work/differences" || exit 1
	take_differences
}

# The object that was made of a file before it was renamed: its FILE.cmd
command_of_renamed() {
	local old new made=

	while IFS=$'\t' read -r old new; do
		[ "$new" != "$1" ] || made=${old%.*}.o
	done <"$work/renamed"
	[ -n "$made" ] && awk -F '\t' -v made="$made" '$2 == made { print $1 }' "$work/affected"
}

# The FILE.cmd of an object of the kernel's build, also of one of which no source is patched.  A
# prepared folder has only those that klp-build had made there.
command_of() {
	local cmd

	cmd=$(awk -F '\t' -v made="$1" '$2 == made { print $1 }' "$work/affected")
	[ -n "$cmd" ] || [ -n "$cache" ] || cmd=$built/$(dirname "$1")/.${1##*/}.cmd
	[ ! -f "$cmd" ] || echo "$cmd"
}

# An object that is made by another command is the kernel's before, and made anew after.
take_other_command() {
	local name=$1 into=$2 file=$3 cmd=''

	[ -z "$into" ] || cmd=$(command_of "$name")
	if [ -z "$cmd" ]; then
		refuse "$name: the patches change by which command it is made: what the kernel has was" \
			"made by another one: leave that out of the patch"
		return
	fi
	awk -F '\t' -v made="$name" '$2 != made' "$work/affected" >"$work/affected.new"
	printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$name" "$into" "$file" "$cmd" >>"$work/affected.new"
	mv "$work/affected.new" "$work/affected"
}

take_differences() {
	local what name more file cmd new=() moved=()

	while IFS=$'\t' read -r what name more file; do
		case $what in
		new)	cmd=$(command_of_renamed "$file" || true)
			[ -z "$cmd" ] || moved+=("$cmd")
			new+=("$name"$'\t'"$name"$'\t'"$more"$'\t'"$file"$'\t'"$cmd") ;;
		apart)	refuse "$name: is new, but would be in neither vmlinux nor a module: a livepatch" \
				"cannot have it" ;;
		unlike)	refuse "$name: kbuild makes it otherwise here than the kernel's build did ($more):" \
				"pass what make was given then in KLP_MAKE" ;;
		other)	take_other_command "$name" "$more" "$file" ;;
		moved)	refuse "$name: the patches change what it is linked into, and it stays where it" \
				"is in the running kernel" ;;
		module)	refuse "${name%.mod}.ko: is a new module, which needs no livepatch: build it with" \
				"make M=, and leave its files out of the patch" ;;
		no-module)
			refuse "${name%.mod}.ko: the patches remove a module: unload it" ;;
		esac
	done <"$work/differences"
	printf '%s\n' "${moved[@]}" >"$work/moved"
	while IFS=$'\t' read -r what name more file; do
		[ "$what" != gone ] || drop_object "$name"
	done <"$work/differences"
	[ ${#new[@]} -eq 0 ] || printf '%s\n' "${new[@]}" >>"$work/affected"
	cut -f 4 "$work/affected" | sed '/^$/d' >"$work/new"
}

# drop_object NAME: it is not made any more; its code stays.
drop_object() {
	if ! grep -qxF -f "$work/moved" < <(awk -F '\t' -v made="$1" '$2 == made { print $1 }' "$work/affected"); then
		is_left "$1" || refuse "$1: the patches remove it, but its code stays in the running kernel, and" \
				"what refers to it finds it there; if that is right, pass --leave $1"
	fi
	awk -F '\t' -v made="$1" '$2 != made' "$work/affected" >"$work/affected.new"
	mv "$work/affected.new" "$work/affected"
}

# The source before there was anything of new objects.
empty_tree() {
	local file files

	[ -s "$work/new" ] || return 0
	mapfile -t files <"$work/new"
	kb_tree "$work/tree" "$work/empty" "${files[@]}"
	for file in "${files[@]}"; do
		rm -f "$work/empty/$file"
		: >"$work/empty/$file"
	done
}
