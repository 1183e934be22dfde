#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# x86-sweep.sh SWEEP [FILE...]: disassemble each x86_64 file (by default the
# program itself and libc) with objdump, and compare with klp's decoder.  SWEEP is
# the program made from x86-sweep.c.  OBJDUMP names another one; if its name
# holds "llvm", its known differences count.

sweep=$1
shift
objdump=${OBJDUMP:-objdump}
failed=0
listing=$(mktemp) || exit 1
trap 'rm -f "$listing"' EXIT

if ! command -v "$objdump" >/dev/null; then
	echo "x86-sweep: no $objdump, skipped"
	exit 0
fi
if [ $# -eq 0 ]; then
	set -- "$sweep" "$(ldd "$sweep" 2>/dev/null | awk '/libc\.so/ { print $3 }')"
fi
case $objdump in
*llvm*) mode='--llvm' options=-d ;;
*) mode='' options='-dw -M intel64' ;;
esac

for file; do
	"$objdump" -f "$file" 2>/dev/null | grep -qi 'x86[-_]64' || continue
	# Several options are meant.
	# shellcheck disable=SC2086
	"$objdump" $options "$file" >"$listing" 2>/dev/null
	if ! result=$("$sweep" $mode <"$listing"); then
		printf '%s:\n%s\n' "$file" "$result"
		failed=1
	elif [ -n "$VERBOSE" ]; then
		printf '%s: %s\n' "$file" "$result"
	fi
done
exit $failed
