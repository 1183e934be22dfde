# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The targets of tests/run: their compilers, flags and linkers.  To add one, put
# its name into TARGETS and a branch into each function.

# Several files read it.
# shellcheck disable=SC2034
TARGETS=(x86_64 arm64 ppc64le loongarch64)

# The compilers that a target's cases run with, by the names that cases know.
target_compilers()
{
	case $1 in
	x86_64) echo gcc clang-14 clang-19 ;;
	arm64) echo gcc clang-19 ;;
	# … everything through .toc, as in modules; data straight from r2, as in the kernel
	ppc64le) echo gcc gcc-medium clang-19 clang-19-medium ;;
	# … section symbols and an offset, labels, labels with everything left to the linker
	loongarch64) echo clang-19 clang-22 clang-22-relax ;;
	esac
}

# The command behind such a name: TARGET COMPILER.
compiler_command()
{
	case $1/$2 in
	x86_64/gcc)
		if [[ $(uname -m) == x86_64 ]]; then echo gcc; else echo x86_64-linux-gnu-gcc; fi ;;
	arm64/gcc)
		if [[ $(uname -m) == aarch64 ]]; then echo gcc; else echo aarch64-linux-gnu-gcc; fi ;;
	ppc64le/gcc*)
		if [[ $(uname -m) == ppc64le ]]; then echo gcc; else echo powerpc64le-linux-gnu-gcc; fi ;;
	ppc64le/clang*) echo "${2%-medium}" ;;
	*) echo "${2%-relax}" ;;
	esac
}

# Flags that tell a compiler of several targets which one is meant: TARGET COMPILER.
compiler_flags()
{
	case $1/$2 in
	x86_64/clang*) echo --target=x86_64-linux-gnu ;;
	arm64/clang*) echo --target=aarch64-linux-gnu ;;
	ppc64le/clang*) echo --target=powerpc64le-linux-gnu -fno-integrated-as ;;
	loongarch64/*-relax) echo --target=loongarch64-linux-gnusf -mrelax ;;
	loongarch64/clang*) echo --target=loongarch64-linux-gnusf -mno-relax ;;
	esac
}

# How the kernel's build compiles for it: TARGET COMPILER.
target_cflags()
{
	case $1 in
	x86_64) echo -m64 -fno-pic -mcmodel=kernel -mno-red-zone -fcf-protection=none ;;
	arm64)
		# Jump tables, usually for many cases only, are for as few as tests have.
		local more='-mbranch-protection=pac-ret+bti -mllvm -aarch64-min-jump-table-entries=4'
		# The kernel has BTI with Clang only: GCC leaves it out of local functions.
		if [[ $2 == gcc ]]; then
			more='-mbranch-protection=pac-ret --param=case-values-threshold=4'
		fi
		echo "-fno-pic -mgeneral-regs-only $more" ;;
	ppc64le)
		local model=large own=-mtraceback=no filter
		filter=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../scripts/ppc64-as" && pwd)
		if [[ $2 == *-medium ]]; then model=medium; fi
		# Clang puts all strings of a file into one object, so that one changes with another.
		if [[ $2 == clang* ]]; then own='-mllvm -ppc-merge-string-pool=false'; fi
		echo "-fno-pic -mabi=elfv2 -mcpu=power8 -mcmodel=$model $own" \
			"-fno-optimize-sibling-calls -B$filter" ;;
	loongarch64) echo -mabi=lp64s -fno-pic -mcmodel=normal -fno-direct-access-external-data ;;
	esac
}

# … so that ftrace can reach the functions.
target_trace_flags()
{
	case $1/$2 in
	x86_64/gcc) echo -pg -mfentry -mrecord-mcount ;;
	x86_64/*) echo -pg -mfentry ;;
	arm64/*) echo -fpatchable-function-entry=4,2 ;;
	ppc64le/gcc*) echo -pg -mprofile-kernel ;;
	ppc64le/*) echo -pg ;;
	loongarch64/*) echo -fpatchable-function-entry=2 ;;
	esac
}

# A linker for it: TARGET COMPILER.
target_ld()
{
	local ld

	case $1/$2 in
	x86_64/gcc)
		if [[ $(uname -m) == x86_64 ]]; then echo ld; else echo x86_64-linux-gnu-ld; fi ;;
	x86_64/clang*)
		if [[ $(uname -m) == x86_64 ]]; then echo ld; else echo "ld.lld-${2#clang-}"; fi ;;
	arm64/gcc)
		if [[ $(uname -m) == aarch64 ]]; then echo ld; else echo aarch64-linux-gnu-ld; fi ;;
	arm64/clang*) echo "ld.lld-${2#clang-}" ;;
	ppc64le/*)
		if [[ $(uname -m) == ppc64le ]]; then echo ld; else echo powerpc64le-linux-gnu-ld; fi ;;
	loongarch64/clang-*) ld=${2#clang-}; echo "ld.lld-${ld%-relax}" ;;
	esac
}

# What runs its programs on this machine, if it is another one: TARGET.
target_emulator()
{
	case $1/$(uname -m) in
	x86_64/x86_64 | arm64/aarch64 | ppc64le/ppc64le | loongarch64/loongarch64) ;;
	x86_64/*) echo qemu-x86_64-static ;;
	arm64/*) echo qemu-aarch64-static ;;
	ppc64le/*) echo qemu-ppc64le-static ;;
	loongarch64/*) echo qemu-loongarch64-static ;;
	esac
}
