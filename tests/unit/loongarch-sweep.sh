#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# loongarch-sweep.sh SWEEP [FILE...]: have llvm-objdump disassemble random words, and
# each FILE, and compare with klp's decoder.  SWEEP is the program made from
# loongarch-sweep.c.  LLVM is the version of the tools.

sweep=$1
shift
llvm=${LLVM:-22}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

if ! command -v "llvm-objdump-$llvm" >/dev/null || ! command -v "clang-$llvm" >/dev/null; then
	echo "loongarch-sweep: no clang-$llvm and llvm-objdump-$llvm, skipped"
	exit 0
fi
failed=0
for seed in 1 88172645463325252; do
	"$sweep" --emit $seed >"$dir/random.s"
	"clang-$llvm" --target=loongarch64 -c -o "$dir/$seed.o" "$dir/random.s" || exit 1
done
for file in "$dir"/*.o "$@"; do
	"llvm-objdump-$llvm" -d "$file" >"$dir/listing" 2>/dev/null
	if ! result=$("$sweep" <"$dir/listing"); then
		printf '%s:\n%s\n' "$file" "$result"
		failed=1
	elif [ -n "$VERBOSE" ]; then
		printf '%s: %s\n' "$file" "$result"
	fi
done
exit $failed
