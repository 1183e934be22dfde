# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Compiling what the patches change, as it is and as patched.

# at_once FUNCTION: call it with each line of the input, some at once
at_once() {
	local line

	while IFS= read -r line; do
		while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
			wait -n || true
		done
		job_start "$1" "$line" </dev/null
	done
	wait
}

# compile "FILE.cmd<tab>MADE<tab>...": MADE, from both sources; what compilers say in logs/MADE.
# A new object has its name in place of the FILE.cmd, and behind what it is linked into its source,
# and the FILE.cmd of what was made of that under another name, or by another command.
compile() {
	local cmd made old log from=$source tree=$source

	IFS=$'\t' read -r cmd made _ _ old <<<"$1"
	log=$work/logs/$made
	mkdir -p "$log"
	if [[ $cmd != /* && -z $old ]]; then
		from=$room/probe tree=$work/empty
	fi
	kb_replay "$klp" "$kdir" "$from" "$tree" "${old:-$cmd}" "$work/orig" "${flags[@]}" >"$log/orig" 2>&1 ||
		{ touch "$log/failed-orig"; return; }
	[[ -z $old || $KB_MADE == "$made" ]] || mv "$work/orig/$KB_MADE" "$work/orig/$made"
	compile_patched "$1"
}

compile_patched() {
	local cmd made log from=$source

	IFS=$'\t' read -r cmd made _ <<<"$1"
	log=$work/logs/$made
	if sees_in_place "$cmd"; then
		compile_in_place "$cmd" "$made" >"$log/patched" 2>&1 || touch "$log/failed-patched"
		return
	fi
	[[ $cmd == /* ]] || from=$room/probe
	kb_replay "$klp" "$kdir" "$from" "$work/tree" "$cmd" "$work/patched" "${flags[@]}" >"$log/patched" 2>&1 ||
		touch "$log/failed-patched"
}

# What it reads is told by the paths of the source then.
compile_in_place() {
	local status=0

	kb_replay "$klp" "$kdir" "$source" "$source" "$1" "$work/patched" \
		-ivfsoverlay "$work/places.yaml" || status=1
	mkdir -p "$work/in-place/$(dirname "$2")"
	[ ! -f "$work/patched/$2.d" ] || mv "$work/patched/$2.d" "$work/in-place/$2.d"
	return $status
}

# reads WHICH: what the compilers read for the objects in orig or patched
reads() {
	local where=$kdir

	[ "$kdir" != "$source" ] || where=$work/tree
	mkdir -p "$work/$1"
	xargs -d '\n' "$klp" kbuild --build "$where" --source "$source" --tree "$work/tree" \
		reads "$work/$1" <"$work/files" >"$work/reads-$1" || exit 1
	[[ $1 == patched && -d $work/in-place ]] || return 0
	xargs -d '\n' "$klp" kbuild --build "$kdir" --source "$source" --tree "$work/tree" --in-place \
		reads "$work/in-place" <"$work/files" >>"$work/reads-$1" || exit 1
}

# The lines of affected whose compilers did not get on in the tree, or not with it alone.
list_astray() {
	local made

	reads patched
	while IFS=$'\t' read -r _ made _; do
		[ ! -f "$work/logs/$made/failed-patched" ] || echo "$made"
	done <"$work/affected" >"$work/failed"
	sed -n 's/^stray\t//p' "$work/reads-patched" >"$work/strays"
	awk -F '\t' 'FILENAME != ARGV[3] { is[$1] = 1; next } $2 in is' "$work/failed" "$work/strays" \
		"$work/affected" >"$work/astray"
}

# Only the folders of the patched files are no links in the tree.  Where the path to a file led
# through a link and back by "..", the folders that compilers go through are made real, too.
compile_astray() {
	local folders made

	list_astray
	[ -s "$work/astray" ] || return 0
	reads orig
	mapfile -t folders < <(sed -n 's/^folder\t\(.*\)/\1\/./p' "$work/reads-orig" "$work/reads-patched")
	kb_tree "$source" "$work/tree" "${folders[@]}"
	while IFS=$'\t' read -r _ made _; do
		rm -f "$work/logs/$made/failed-patched"
	done <"$work/astray"
	at_once compile_patched <"$work/astray"
	list_astray
}

# With debugging information, klp diff compares the types that copies use.  gcc makes the same code
# with -g.  clang does not: it writes call frame information then, over which it moves no
# instructions (needsFrameMoves() of LLVM).
debug_flags() {
	if is_on CC_IS_CLANG && ! is_on DEBUG_INFO; then
		note "clang makes other code with -g, with which this kernel was not built: layouts of" \
			"structures are not compared"
		return
	fi
	printf '%s\n' -g -gz=none -gno-split-dwarf "-fdebug-prefix-map=$work/tree=$source"
}

compile_all() {
	local made

	if is_on LTO_CLANG; then
		list_places
	else
		mapfile -t flags < <(kb_section_flags "$kdir"; debug_flags)
	fi
	KB_INDEX=$work/probe-index
	empty_tree
	at_once compile <"$work/affected"
	compile_astray
	while IFS=$'\t' read -r _ made _; do
		if [ -f "$work/logs/$made/failed-orig" ]; then
			cat "$work/logs/$made/orig" >&2
			refuse "$made: cannot be made once more as the kernel's build made it"
		elif [ -f "$work/logs/$made/failed-patched" ]; then
			cat "$work/logs/$made/patched" >&2
			refuse "$made: cannot be made of the patched source"
		fi
	done <"$work/affected"
	while IFS= read -r made; do
		refuse "$made: its compiler read one of the patched files from $source"
	done <"$work/strays"
	stop_if_refused
}

# ---- which of it is other code of the kernel ----

# strip FILE FILE.cmd: FILE.stripped, without what only people and debuggers read
strip() {
	local tool

	read -r tool _ <<<"$(kb_command "$2")"
	case $1 in
	*.s)	# constants for assembly sources (scripts/Makefile.lib of the kernel, sed-offsets)
		grep '\.ascii.*"->' "$1" >"$1.stripped" || true
		return ;;
	esac
	case $tool in
	*gcc*)	tool=${tool%gcc*}objcopy ;;
	*)	tool=${tool/clang/llvm-objcopy} ;;
	esac
	"$tool" -g "$1" "$1.stripped" 2>/dev/null || cp "$1" "$1.stripped"
}

# The vdso, boot code, constants for assembly sources, host programs: a livepatch does not
# reach them, nor what the build made with them.
check_apart() {
	is_left "$1" || refuse "$1: the patches change it, but it is in neither vmlinux nor a module, and stays" \
		"as it is in the running kernel; if that is right, pass --leave $1"
}

# same_object MADE FILE.cmd: but for debugging information, which tells of other folders and lines
same_object() {
	cmp -s "$work/orig/$1" "$work/patched/$1" && return
	[[ $2 == /* ]] || return 1	# a new object has no FILE.cmd
	strip "$work/orig/$1" "$2"
	strip "$work/patched/$1" "$2"
	cmp -s "$work/orig/$1.stripped" "$work/patched/$1.stripped"
}

# Counters of what runs are laid out for the code that they count, and the kernel has its own.
check_counts() {
	local cmd counts=' (-fprofile-(arcs|generate|instr-generate)|-fcs-profile-generate|--coverage)[ =]'

	[[ $2 == /* ]] || return 0
	cmd=$(kb_command "$2")
	[[ ! "$cmd " =~ $counts ]] ||
		refuse "$1: is compiled to count what of it runs (${BASH_REMATCH[1]}), by counters for the" \
			"code as it is, which the kernel has: a livepatch is for a kernel that does" \
			"not count there (GCOV_PROFILE := n in the Makefile)"
}

# into MODULES: without those that are left out
into() {
	local ko kos=''

	for ko in ${1//,/ }; do
		is_left "$ko.ko" || kos+=${kos:+, }$ko
	done
	echo "$kos"
}

# The objects that changed, with what they are linked into.
sort_out() {
	local cmd made of

	while IFS=$'\t' read -r cmd made of _; do
		if same_object "$made" "$cmd"; then
			[ -z "$verbose" ] || note "$made: is the same"
			noted object "$made" "$of" same
			continue
		fi
		check_counts "$made" "$cmd"
		case $of in
		*', '*)	of=$(into "$of") ;;
		esac
		case $of in
		'')	noted object "$made" '' left
			check_apart "$made" ;;
		*', '*)	refuse "$made: is in several modules, $of, and a livepatch is for one of them:" \
				"make one for each, with --no-replace and --leave MODULE.ko of the others" ;;
		*)	printf '%s\t%s\n' "$made" "$of" >>"$work/changed" ;;
		esac
	done <"$work/affected"
	stop_if_refused
}
