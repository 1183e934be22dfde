#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run-case.sh CASE TARGET COMPILER DIR [FLAG...]: run one case in DIR; what it has
# to say if it fails on stdout.  Called by tests/run.
set -euo pipefail

lib=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lib/targets.sh
. "$lib/targets.sh"
# shellcheck source=tests/lib/case.sh
. "$lib/case.sh"

CASE=$1 TARGET=$2 COMPILER=$3 dir=$4
shift 4
CASE_NAME=$(basename "$CASE")
SOURCES=() OPTIONS=() ENTRY_SIZES=() UNCHECKED='' TAGS=("$@")
CC=("$(compiler_command "$TARGET" "$COMPILER")")
read -ra words <<<"$(compiler_flags "$TARGET" "$COMPILER")"
CC+=("${words[@]}")
LD=$(target_ld "$TARGET" "$COMPILER")
traced=1 case_flags=()

# Whether "[TAG !TAG]" holds for this run.
tags_hold()
{
	local tag

	for tag in $1; do
		case " $TARGET $COMPILER ${COMPILER%%-*} ${TAGS[*]} " in
		*" ${tag#!} "*) [[ $tag != !* ]] || return 1 ;;
		*) [[ $tag == !* ]] || return 1 ;;
		esac
	done
}

while IFS= read -r line; do
	if [[ $line == \[* ]]; then
		tags=${line%%]*}
		tags_hold "${tags#[}" || continue
		line=${line#*] }
	fi
	read -ra words <<<"$line"
	case ${words[0]:-} in
	cflags) case_flags+=("${words[@]:1}") ;;
	options) OPTIONS+=("${words[@]:1}") ;;
	sources) SOURCES=("${words[@]:1}") ;;
	entry-size) ENTRY_SIZES+=("${words[@]:1}") ;;
	unchecked) UNCHECKED=${words[*]:1} ;;
	untraced) traced=0 ;;
	ordered:) SHUFFLE= ;;
	esac
done <"$CASE/expect"
if (( ${#SOURCES[@]} == 0 )); then
	SOURCES=(case.c)
fi

CFLAGS=(-std=gnu11 -O2 -g0 -w -I"$lib" "-fmacro-prefix-map=$CASE/=" -ffreestanding
	-ffunction-sections -fdata-sections -fno-common -fno-strict-aliasing
	-fno-asynchronous-unwind-tables -fno-unwind-tables -fno-stack-protector)
read -ra words <<<"$(target_cflags "$TARGET" "$COMPILER")"
CFLAGS+=("${words[@]}")
if (( traced )); then
	read -ra words <<<"$(target_trace_flags "$TARGET" "$COMPILER")"
	CFLAGS+=("${words[@]}")
fi
if (( ${SHUFFLE:-0} )); then
	CFLAGS+=(-g)
fi
CFLAGS+=("${case_flags[@]}" "$@")

mkdir -p "$dir"
cd "$dir"
if [[ -e $CASE/Module.symvers ]]; then
	cp "$CASE/Module.symvers" .
else
	cp "$lib/Module.symvers" .
fi
export LC_ALL=C

if [[ -e $CASE/run ]]; then
	# shellcheck source=/dev/null
	. "$CASE/run"
else
	build
	run_diff
	expect
	if (( STATUS == 0 )); then
		always
	fi
	if [[ -n ${SHUFFLE:-} ]]; then
		shuffled
	fi
fi
