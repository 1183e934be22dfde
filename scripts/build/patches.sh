# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the patches change: which files, what was made of them, and the tree with them applied.

# quilt's series lists patches, each with options of patch; what is behind a # is text.
list_series() {
	local file line dir given=("${patches[@]}") strip

	patches=()
	for file in "${given[@]}"; do
		[ ! -f "$file/series" ] || file=$file/series
		if [ "${file##*/}" != series ]; then
			patches+=("$file")
			continue
		fi
		[ -f "$file" ] || die "$file: no such file"
		dir=$(dirname "$file")
		while read -r line strip || [ -n "$line" ]; do
			[[ -n $line && $line != \#* ]] || continue
			strip=${strip%%#*}
			strip=${strip//[[:space:]]/}
			[[ -z $strip || $strip == -p1 ]] ||
				die "$file: $line has the option $strip: patches are applied with -p1," \
					"and quilt refresh -p1 makes it one of these"
			patches+=("$dir/$line")
		done <"$file"
		[ ${#patches[@]} -gt 0 ] || die "$file: lists no patch"
	done
	for file in "${patches[@]}"; do
		noted patch "$file"
	done
}

# The files that the patches name, below the source; of those that a patch in git's form renames,
# both names, and in renamed the old and the new one.  patch reads them: it knows all forms.
list_patched() {
	local file

	for file in "${patches[@]}"; do
		[ -f "$file" ] || die "$file: no such file"
		(LC_ALL=C patch -p1 --force --dry-run -d "$source" <"$file" || true) |
			sed -n -E "s/^checking file //; t file; b; :file; s/'//g; p"
	done >"$work/listed"
	sed -E 's/^(.*) \((already )?renamed from (.*)\)$/\1\n\3/' "$work/listed" | sort -u >"$work/files"
	sed -n -E 's/^(.*) \((already )?renamed from (.*)\)$/\3\t\1/p' "$work/listed" >"$work/renamed"
	[ -s "$work/files" ] || die "${patches[*]}: changes no file"
}

# What the build made of these, in lines of FILE.cmd, the path of what it makes below the folder of
# the build or module, and what that is linked into: affected.  Which of them it read: inputs.
list_affected() {
	local options=(--build "$kdir" --source "$source")

	[ -z "$module" ] || options+=(--external)
	[ -z "$cache" ] || options+=(--index "$cache/index")
	xargs -d '\n' "$klp" kbuild "${options[@]}" made <"$work/files" >"$work/made" || exit 1
	sed -n 's/^made\t//p' "$work/made" >"$work/affected"
	sed -n 's/^read\t//p' "$work/made" | sort >"$work/inputs"
}

# says_what_is_built FILE: of its folder only
says_what_is_built() {
	case $1 in
	scripts/*|arch/*/*/Makefile.*|*/Makefile.*|*.mk)	return 1 ;;
	arch/*/*/Makefile|arch/*/*/Kbuild)	return 0 ;;
	arch/*/Makefile|arch/*/Kbuild)		return 1 ;;
	*/Makefile|*/Kbuild)	return 0 ;;
	Makefile|Kbuild)	[ -n "$module" ] ;;
	*)	return 1 ;;
	esac
}

# is_left FILE: does the user not mind what becomes of it?
is_left() {
	local file

	for file in "${left[@]}"; do
		[ "$file" != "$1" ] || return 0
	done
	return 1
}

# What programs of the build make of the patched files, and of which
generated() {
	sed -n 's/^generated\t//p' "$work/made"
}

# What no livepatch can follow is refused before anything is compiled.
check_files() {
	local file made

	: >"$work/makefiles"
	: >"$work/kconfigs"
	while IFS= read -r file; do
		if says_what_is_built "$file"; then
			echo "$file" >>"$work/makefiles"
			continue
		fi
		case $file in
		*Kconfig*)
			echo "$file" >>"$work/kconfigs" ;;
		Makefile|Kbuild|*/Makefile|*/Kbuild|*/Makefile.*|*.mk)
			noted file "$file" refused
			refuse "$file: says how all of the kernel is built, and that is done: leave it" \
				"out of the patch" ;;
		esac
	done <"$work/files"
	while IFS=$'\t' read -r made file; do
		is_left "$made" || refuse "$file: the kernel's build makes $made of it by a program of" \
			"its own, which klp-build does not do anew: put the change into what is compiled," \
			"or, if it does not matter there, pass --leave $made"
	done < <(generated)
	stop_if_refused
}

# Every file of the patches is accounted for: it was read for something that was made of it, or
# it does not matter, or that is not known.
account_for() {
	local file

	[ -f "$work/reads-patched" ] || reads patched
	sed -n 's/^read\t//p' "$work/reads-patched" |
		sort -u - "$work/inputs" "$work/makefiles" "$work/kconfigs" <(generated | cut -f 2) >"$work/known"
	while IFS= read -r file; do
		noted file "$file" compiled
	done < <(comm -12 "$work/files" "$work/known" | comm -23 - <(sort "$work/makefiles" "$work/kconfigs"))
	while IFS= read -r file; do
		noted file "$file" makefile
	done <"$work/makefiles"
	while IFS= read -r file; do
		case $file in
		Documentation/*|LICENSES/*|tools/testing/*|README|COPYING|MAINTAINERS|CREDITS|*.rst|*.txt|*.md|*.gitignore|\
		arch/*/configs/*|kernel/configs/*)
			noted file "$file" text ;;
		*.c|*.h|*.S|*.rs|*.dts|*.dtsi|*.dtso)
			noted file "$file" unused
			note "$file: is no part of this kernel" ;;
		*)	is_left "$file" || {
				noted file "$file" refused
				refuse "$file: it is not known what the kernel's build makes of it: if" \
					"nothing that the patches need, pass --leave $file"
				continue
			}
			noted file "$file" unused ;;
		esac
	done < <(comm -23 "$work/files" "$work/known")
	stop_if_refused
	[ -s "$work/affected" ] || die "nothing in this kernel is made of what the patches change"
}

check_age() {
	local newer

	newer=$(sed -n 's/^newer\t//p' "$work/made" | sed -n 1,4p)
	[ -z "$newer" ] || note "warning: newer than what was built of it, but the source has to be" \
		"as it was then: ${newer//$'\n'/, }"
}

# own_tree TREE [FOLDER/.]...: the source, in which the patched files can be written to.  A path
# that leads through ".." to a patched file needs the folder before that, too.
own_tree() {
	local tree=$1 files folders
	shift

	mapfile -t files <"$work/files"
	mapfile -t folders < <(sed -n 's/^folder\t\(.*\)/\1\/./p' "$work/made")
	kb_tree "$source" "$tree" "${files[@]}" "${folders[@]}" "$@"
	kb_own "$source" "$tree" "${files[@]}"
}

apply_patches() {
	local file

	for file in "${patches[@]}"; do
		patch -p1 --force --no-backup-if-mismatch -r - -d "$1" <"$file" >"$work/log" 2>&1 ||
			{ cat "$work/log" >&2; die "$file: does not apply to $source"; }
	done
}

patch_tree() {
	own_tree "$work/tree"
	apply_patches "$work/tree"
}
