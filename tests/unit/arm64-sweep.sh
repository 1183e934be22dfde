#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# arm64-sweep.sh SWEEP [FILE...]: disassemble each arm64 object, and one with many
# encodings, with objdump, and compare with klp's decoder.  SWEEP is the program
# made from arm64-sweep.c.  OBJDUMP and OBJCOPY name other ones; LLVM's
# objdump will do.

sweep=$1
shift
objdump=${OBJDUMP:-aarch64-linux-gnu-objdump}
objcopy=${OBJCOPY:-aarch64-linux-gnu-objcopy}
failed=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

if ! command -v "$objdump" >/dev/null || ! command -v "$objcopy" >/dev/null; then
	echo "arm64-sweep: no $objdump or $objcopy, skipped"
	exit 0
fi
"$sweep" --gen >"$dir/encodings.bin"
"$objcopy" -I binary -O elf64-littleaarch64 --rename-section .data=.text,alloc,load,readonly,code,contents \
	--strip-all "$dir/encodings.bin" "$dir/encodings.o" || exit 1

case $objdump in
*llvm*) options='-d --mattr=+all' ;;
*) options='-d -z' ;;
esac
for file in "$dir/encodings.o" "$@"; do
	# Several options are meant.
	# shellcheck disable=SC2086
	"$objdump" $options "$file" >"$dir/listing" 2>/dev/null
	if ! result=$("$sweep" <"$dir/listing"); then
		printf '%s:\n%s\n' "$file" "$result"
		failed=1
	elif [ -n "$VERBOSE" ]; then
		printf '%s: %s\n' "$file" "$result"
	fi
done
exit $failed
