# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For the scripts of cases (tests/lib/case.sh) whose sources are Rust's: crates compiled as the
# kernel's build compiles them, for its targets and with a core of its own, of which nothing but
# what is inlined is needed.

RUST_CORE=$WORK/rust-$TARGET

# The compiler that has its library's source, or nothing.
find_rustc()
{
	local rustc

	for rustc in rustc /usr/bin/rustc; do
		RUST_LIB=$("$rustc" --print sysroot 2>/dev/null)/lib/rustlib/src/rust/library || continue
		if [[ -e $RUST_LIB/core/src/lib.rs ]]; then
			RUSTC=$rustc
			return 0
		fi
	done
	return 1
}

# rustc with what all crates are compiled with; the kernel's build allows itself unstable options, too.
run_rustc()
{
	local target=x86_64-unknown-none

	if [[ $TARGET == arm64 ]]; then target=aarch64-unknown-none-softfloat; fi
	RUSTC_BOOTSTRAP=1 "$RUSTC" --sysroot=/dev/null -L "$RUST_CORE" --target "$target" --cap-lints allow \
		-Cpanic=abort -Copt-level=2 -Cforce-unwind-tables=n "$@"
}

# core and compiler_builtins, once for a run of the tests.
make_rust_core()
{
	mkdir -p "$RUST_CORE"
	(
		flock 9
		[[ ! -e $RUST_CORE/done ]] || exit 0
		run_rustc --edition=2024 --crate-type rlib --crate-name core --emit=metadata \
			-Zalways-encode-mir -o "$RUST_CORE/libcore.rmeta" "$RUST_LIB/core/src/lib.rs" &&
			run_rustc --edition=2024 --crate-type rlib --crate-name compiler_builtins \
				--emit=metadata -o "$RUST_CORE/libcompiler_builtins.rmeta" - \
				<<<'#![feature(compiler_builtins)] #![compiler_builtins] #![no_std]' &&
			touch "$RUST_CORE/done"
	) 9>"$RUST_CORE/lock" || fail "cannot compile core"
}

# What a compiler that knows ftrace's entry would have made of it; Rust's has no -mfentry.
add_fentry()
{
	awk '/^\t\.type\t.*,@function/ { functions[substr($2, 1, index($2, ",") - 1)] = 1 }
		{ print }
		/^[A-Za-z_$.0-9]+:/ && substr($1, 1, length($1) - 1) in functions {
			print "1:\tcall __fentry__\n.pushsection __mcount_loc,\"a\"\n.quad 1b\n.popsection"
		}'
}

# compile_crate OUT.o CRATE.rs [FLAG...]
compile_crate()
{
	local out=$1 crate=$2 name
	shift 2
	name=$(basename "$crate" .rs)
	local flags=(--edition=2021 --crate-type lib --crate-name "$name" "-Ccodegen-units=1"
		-Zfunction-sections=y -Cdebug-assertions=n -Coverflow-checks=y -Crelocation-model=static
		-Zcrate-attr=no_std --check-cfg 'cfg(patched, further)' --remap-path-prefix "$CASE=."
		-Zunstable-options "$@")

	if [[ $TARGET == x86_64 ]]; then
		run_rustc "${flags[@]}" --emit=asm -o "$name.s" "$CASE/$crate" || fail "cannot compile $crate"
		add_fentry <"$name.s" >"$name-traced.s"
		"${CC[@]}" -c -o "$out" "$name-traced.s" || fail "cannot assemble $crate"
	else
		run_rustc "${flags[@]}" -Zpatchable-function-entry=4,2 --emit=obj -o "$out" "$CASE/$crate" ||
			fail "cannot compile $crate"
	fi
}

# Rust's names as the source has them, in what klp diff said and wrote: a word each.
demangle_run()
{
	local file

	for file in out err dump; do
		if [[ -e $file ]]; then
			c++filt <$file | sed -E 's/\[[0-9a-f]+\]//g; s/ as /@/g' >demangled
			mv demangled $file
		fi
	done
}
