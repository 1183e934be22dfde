#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Stands for klp in tests/thawed: what `klp diff` does, $THAWED has to do, too.
if [[ ${1:-} != diff ]]; then
	exec "$FROZEN" "$@"
fi
dir=$(mktemp -d) out=${*: -1}
trap 'rm -rf "$dir"' EXIT
"$THAWED" "${@:1:$#-1}" "$dir/out.o" >/dev/null 2>"$dir/err" </dev/null
want=$?
"$FROZEN" "$@"
got=$?
echo "$want" >>"$THAWED_RUNS"
if (( want != got )); then
	echo "thawed: exit status $got, but $want where nothing is frozen:"
	cat "$dir/err"
	exit 99
fi >&2
if [[ -e $dir/out.o && -f $out ]] && ! cmp "$out" "$dir/out.o" >&2; then
	echo "thawed: another output than where nothing is frozen" >&2
	exit 99
fi
if [[ -e $dir/out.o && ! -e $out ]]; then
	echo "thawed: no output, but there is one where nothing is frozen" >&2
	exit 99
fi
exit "$got"
