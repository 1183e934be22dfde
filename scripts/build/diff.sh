# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# From the changed objects to the module: klp diff and klp check of each, the link, the signature.

# The files of the modules of which something changed, by what they are called in $work/changed.
declare -A module_files=()

find_module_files() {
	local ko file

	while IFS= read -r ko; do
		if [ -n "${part[modules]:-}" ]; then
			file=$(module_file "$ko") || exit 1
		else
			file=$built/$ko.ko
		fi
		module_files[$ko]=$file
	done < <(cut -f 2 "$work/changed" | sort -u | grep -vx vmlinux)
}

# kernel_options KO...: for klp diff and klp check
kernel_options() {
	local ko

	printf '%s\n' --symvers "$kdir/Module.symvers" --kernel "${part[vmlinux]}"
	[ -z "$module" ] || printf '%s\n' --symvers "$source/Module.symvers"
	for ko; do
		[ "$ko" = vmlinux ] || printf '%s\n' --kernel "${module_files[$ko]}"
	done
}

# check_options OPTION...: those of klp diff that klp check has, too, and needs to judge
check_options() {
	local option

	for option; do
		case $option in
		--allow-layout=*|--entry-size=*|--ignore-section=*|--kernel=*|--no-objtool-tables|\
		--no-pair=*|--pair=*|--symvers=*)
			printf '%s\n' "$option" ;;
		esac
	done
}

# diff_object "OBJECT<tab>KO": out/OBJECT, what klp says in OBJECT.log and, for programs, in
# OBJECT.json and OBJECT.check.json, its status in OBJECT.status
diff_object() {
	local made=${1%%	*} ko=${1#*	} options more judged name option status=0 told=() found=()

	mapfile -t options < <(kernel_options "$ko")
	name=${ko##*/}
	options+=(--object "${name//-/_}")
	more=()
	for option in "${diff_options[@]}"; do
		case $option in
		-*)		more+=("$option") ;;
		"$made:"*)	more+=("${option#"$made:"}") ;;
		esac
	done
	mapfile -t judged < <(check_options "${more[@]}")
	mkdir -p "$work/out/$(dirname "$made")"
	if [ -n "$json$keep" ]; then
		told=(--json "$work/out/$made.json")
		found=(--json "$work/out/$made.check.json")
	fi
	{
		"$klp" diff --exit-code "${told[@]}" "${options[@]}" "${more[@]}" "$work/orig/$made" \
			"$work/patched/$made" "$work/out/$made" || status=$?
		[ $status -ne 0 ] || "$klp" check --quiet "${found[@]}" "${options[@]}" "${judged[@]}" \
			--orig "$work/orig/$made" --patched "$work/patched/$made" "$work/out/$made" || status=1
	} >"$work/out/$made.log" 2>&1
	[ $status -eq 0 ] || rm -f "$work/out/$made"
	echo $status >"$work/out/$made.status"
}

# explain_other_code OBJECT LOG: what a distribution's kernel differs by
explain_other_code() {
	[ -n "${part[release]:-}" ] && grep -q 'it is of another build of the kernel' "$2" || return 0
	refuse "$1: as it is made here, it is not what ${part[release]} runs: its source is of" \
		"another version than ${part[source]}, or was compiled by another compiler than" \
		"$compiler, or with other flags"
}

# note_functions LOG: "  changed  iterate_dir", "  new      more (new.c)"
note_functions() {
	[ -z "$json" ] || sed -n -E 's/^  (changed|new) +([^ ]+).*/function\t\1\t\2/p' "$1" >>"$work/notes"
}

# note_reasons OBJECT: the codes of what klp diff and klp check say against it
note_reasons() {
	[ -n "$json" ] || return 0
	sed -n '/^   "severity": "error",$/ { n; s/^   "code": "\(.*\)",$/reason\t\1/p }' \
		"$work/out/$1.json" >>"$work/notes"
	[ ! -f "$work/out/$1.check.json" ] ||
		sed -n -E 's/^   "(id|code)": "(.*)",$/reason\tcheck:\2/p' "$work/out/$1.check.json" >>"$work/notes"
}

# refuse_object OBJECT KO: as klp diff or klp check did
refuse_object() {
	local log=$work/out/$1.log

	noted object "$1" "$2" refused
	note_reasons "$1"
	say_log "$log"
	cat "$log" >&2
	refuse "$1: klp does not make a livepatch of it"
	explain_other_code "$1" "$log"
}

# only_boot OBJECT: what ran at boot, if klp diff refuses it since nothing else changed
only_boot() {
	[ "$(grep -c ': error: ' "$work/out/$1.log")" = 1 ] &&
		sed -n -E 's/^klp: .*: error: (only what runs or is read at boot, load or unload changed: [^;]*);.*/\1/p' \
			"$work/out/$1.log"
}

# Such an object is left out where another one of the patches changed more.
settle_boot() {
	local made ko text

	while IFS=$'\t' read -r made ko text; do
		if [[ ${#outs[@]} -eq 0 || -n $refused ]]; then
			refuse_object "$made" "$ko"
		else
			noted object "$made" "$ko" unchanged
			note "warning: $made: $text: it is left out"
		fi
	done
}

# take_object OBJECT KO: it is part of the livepatch
take_object() {
	local log=$work/out/$1.log

	noted object "$1" "$2" written
	note_functions "$log"
	say_log "$log"
	outs+=("$work/out/$1")
	kos+=("$2")
	kb_without "$work/" <"$log"
}

# replaces_some: an object of them replaces what the kernel has, or would if it were not refused, so that
# others may be for that
replaces_some() {
	local made rest

	while IFS=$'\t' read -r made rest; do
		case $(cat "$work/out/$made.status") in
		0)	grep -qE '^klp: .*: note: what it has is new, and nothing of [^ ]* is replaced by it' \
				"$work/out/$made.log" || return 0 ;;
		3)	;;
		*)	[ -n "$(only_boot "$made" || true)" ] || return 0 ;;
		esac
	done <"$work/changed"
	return 1
}

# leave_new OBJECT KO: what it has, nothing leads to
leave_new() {
	noted object "$1" "$2" unchanged
	rm "$work/out/$1"
	note "$1: what changed is new, and nothing that the kernel runs leads to it"
}

diff_all() {
	local made ko log text boot=() place=take_object

	touch "$work/changed"
	find_module_files
	at_once diff_object <"$work/changed"
	replaces_some || place=leave_new
	while IFS=$'\t' read -r made ko; do
		log=$work/out/$made.log
		case $(cat "$work/out/$made.status") in
		0)	$place "$made" "$ko" ;;
		3)	noted object "$made" "$ko" unchanged
			say_log "$log"
			[ -z "$verbose" ] || kb_without "$work/" <"$log" ;;
		*)	text=$(only_boot "$made" || true)
			if [ -n "$text" ]; then
				boot+=("$made"$'\t'"$ko"$'\t'"$text")
			else
				refuse_object "$made" "$ko"
			fi ;;
		esac
	done <"$work/changed"
	[ ${#boot[@]} -eq 0 ] || settle_boot < <(printf '%s\n' "${boot[@]}")
	stop_if_refused
	if [ ${#outs[@]} -eq 0 ]; then
		note "nothing changed that a kernel runs: no livepatch is needed"
		exit 3
	fi
}

# Constants that the patches change in headers: everything that the kernel makes of these was compiled.
note_macros() {
	local file name old new

	grep '\.h$' "$work/files" >"$work/headers" || return 0
	while IFS=$'\t' read -r file name old new; do
		note "$file: $name is $new, and was $old: what is stored, and code that is not in the" \
			"livepatch, has the old one"
	done < <(xargs -d '\n' "$klp" kbuild --source "$source" --tree "$work/tree" macros <"$work/headers")
}

sign_module() {
	local hash

	hash=$(sed -n 's/^CONFIG_MODULE_SIG_HASH="\?\([^"]*\)"\?$/\1/p' "$kdir/include/config/auto.conf")
	[ -x "$kdir/scripts/sign-file" ] || die "$kdir: has no scripts/sign-file: this kernel" \
		"takes no signed modules"
	"$kdir/scripts/sign-file" "${hash:-sha256}" "$sign" "$sign" "$1" || die "$sign: cannot sign with it"
}

link_and_check() {
	local made=$work/module options

	mkdir -p "$made"
	options=(-k "$kdir" -n "$name" -o "$made/$name.ko" --keep "$made/build" "${module_options[@]}")
	KLP=$klp job_wait "$here/klp-module" "${options[@]}" "${outs[@]}"
	mapfile -t options < <(kernel_options "${kos[@]}")
	"$klp" check --quiet "${options[@]}" "$made/$name.ko" >&2 ||
		die "klp check finds the module wrong: it is not written"
	[ -z "$sign" ] || sign_module "$made/$name.ko"
	cp "$made/$name.ko" "$output.tmp.$$"
	mv "$output.tmp.$$" "$output"
	summary "${outs[@]}"
}

# summary OBJECT...: what was done, and what is to be done with it
summary() {
	local functions

	functions=$(cat "${@/%/.log}" | grep -cE '^  (changed|new) ' || true)
	echo "$(count "$functions" function) in $(count $# object), in $SECONDS s"
	echo "wrote $output"
	echo "to load it, as root: klp load $output; to take it back: klp unload ${name//-/_}"
}
