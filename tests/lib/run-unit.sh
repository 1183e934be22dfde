#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run-unit.sh unit|fuzz NAME DIR: compile tests/<kind>/NAME.c with the sanitizers
# and run it in DIR.  Called by tests/run.
set -euo pipefail

kind=$1 name=$2 dir=$3
tests=$(cd "$(dirname "$0")/.." && pwd)
sources=("$tests/$kind/$name.c") link=() arguments=()

# A file may say "Linked with -Wl,…." at its head.
mapfile -t link < <(sed -n 's/.*Linked with \(-Wl,[^ ]*\)\..*/\1/p' "${sources[0]}")

if [[ $name == guided ]]; then
	# What guided fuzzing found once, and was mended.
	sources+=("$tests/fuzz/guided-replay.c")
	arguments=("$tests"/fuzz/found/*)
	export KLP_FUZZ_JUDGE=1
elif [[ $kind == fuzz ]]; then
	sources+=("$tests/fuzz/damage.c")
	# fuzz_object NAME SOURCE [FLAG...]: $dir/NAME.o, which is one of the arguments
	fuzz_object()
	{
		local object=$dir/$1.o source=$tests/fuzz/$2
		shift 2

		# CC may hold a command with options.
		# shellcheck disable=SC2086
		${CC:-cc} -O2 -w -I"$tests/lib" -ffreestanding -ffunction-sections \
			-fno-asynchronous-unwind-tables "$@" -c -o "$object" "$source"
		arguments+=("$object")
	}

	fuzz_object sample sample.c
	fuzz_object sample-data sample.c -fdata-sections
	if [[ $name == damage-module ]]; then
		fuzz_object module ../cases/check-module/case.c -DBY_HAND -I"$tests/../include"
	fi
	if [[ $(uname -m) == x86_64 ]]; then
		traced=(-fno-pic -mcmodel=kernel -pg -mfentry)
		fuzz_object pair pair.c "${traced[@]}"
		fuzz_object pair.patched pair.c "${traced[@]}" -DPATCHED
		# Layouts of structures and lines are read from debugging information.
		for of in types-layout line-debug; do
			if [[ $name == damage-diff ]]; then
				fuzz_object $of ../cases/$of/case.c "${traced[@]}" -gdwarf-5
				fuzz_object $of.patched ../cases/$of/case.c "${traced[@]}" \
					-gdwarf-5 -DPATCHED
			fi
		done
		if [[ $name == damage-module ]]; then
			fuzz_object convert ../cases/convert/case.c -I"$tests/../include" "${traced[@]}"
		fi
	fi
fi
# CC may hold a command with options.
# shellcheck disable=SC2086
${CC:-cc} -std=gnu11 -Wall -Wextra -I"$tests/../include" -I"$tests/unit" -I"$tests/.." \
	-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-o "$dir/test" "${sources[@]}" "${link[@]}" "$ASAN_LIB" -lz -lxxhash -pthread
cd "$tests/.."
"$dir/test" "${arguments[@]}"
