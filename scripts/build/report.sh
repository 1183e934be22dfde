# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What is told of a run: messages, and the report for programs (--json).

# say SEVERITY TEXT: for --json
say() {
	[[ -z $json || -z $work ]] || noted message "$1" "$2"
}

die() {
	kb_plain "klp-build: error: $*" >&2
	say error "$*"
	exit 1
}

note() {
	kb_plain "klp-build: $*" >&2
	case $* in
	'warning: '*)	say warning "${*#warning: }" ;;
	*)	say note "$*" ;;
	esac
}

# count NUMBER WORD: "1 object", "2 objects"
count() {
	local plural=s

	[ "$1" != 1 ] || plural=
	echo "$1 $2$plural"
}

# Every reason is reported, then the run stops once.
refuse() {
	kb_plain "klp-build: error: $*" >&2
	say error "$*"
	refused=1
}

stop_if_refused() {
	[ -z "$refused" ] || exit 1
}

# noted WORD...: a line of the report, whatever is in the words
noted() {
	[ -z "$json" ] || (set -- "${@//[$'\t\n']/?}"; IFS=$'\t'; printf '%s\n' "$*") >>"$work/notes"
}

# What klp says is said in the report, too.
say_log() {
	local line

	[ -n "$json" ] || return 0
	while IFS= read -r line; do
		case $line in
		klp:*": error: "*)	say error "${line#klp: }" ;;
		klp:*": warning: "*)	say warning "${line#klp: }" ;;
		klp:*": note: "*)	say note "${line#klp: }" ;;
		esac
	done <"$1"
}

write_json() {
	local outcome=failed

	case $1 in
	0)	outcome=written ;;
	3)	outcome=unchanged ;;
	esac
	noted outcome $outcome
	noted seconds $SECONDS
	[ -z "$kdir" ] || noted build "$kdir"
	[ -z "$source" ] || noted source "$source"
	[ -z "${part[release]:-}" ] || noted release "${part[release]}"
	[[ $1 != 0 || -z $link ]] || noted output "$output"
	"$klp" kbuild report "$work/notes" "$json" >&3
}
