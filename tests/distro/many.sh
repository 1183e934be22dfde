# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# Many fixes at once: one patch, one run of the compilers, an object of klp diff's for each that
# compiles, all of it in one module.  tests/fixes/judge says from outside which functions differ.
#
# Not all compile without the headers of their version.  The others are a livepatch, need none, or
# are refused for a reason that no livepatch can help.
inherent=" changed-data changed-init changed-layout changed-constant not-traceable new-registration \
new-init-data per-cpu thread-local refers-to-init weak boot-code boot-const split-name module-key "

# module_of INTO: its file, unpacked
module_of() {
	local file=$root/lib/modules/$release/kernel/$1.ko out=$work/modules/${1##*/}.ko

	mkdir -p "$work/modules"
	if [ -f "$file.xz" ]; then
		xz -dc "$file.xz" >"$out"
		file=$out
	fi
	echo "$file"
}

# diff_one OBJECT INTO: as klp-build has it, with its status in OBJECT.status
diff_one() {
	local name=${2##*/} status=0 options keep=$work/keep
	local out=$keep/out/$1

	options=(--symvers "$prepared/build/Module.symvers" --kernel "$root/boot/vmlinuz-$release"
		--object "${name//-/_}")
	[ "$2" = vmlinux ] || options+=(--kernel "$(module_of "$2")")
	mkdir -p "$(dirname "$out")"
	{
		"$KLP" diff --exit-code --json "$out.json" "${options[@]}" "$keep/orig/$1" "$keep/patched/$1" \
			"$out" || status=$?
		[ $status != 0 ] || "$KLP" check --quiet "${options[@]}" --orig "$keep/orig/$1" \
			--patched "$keep/patched/$1" "$out" || status=check
	} >"$out.log" 2>&1
	echo "$status" >"$out.status"
}

# The codes of what is said against it.
codes_of() {
	sed -n '/^   "severity": "error",$/ { n; s/^   "code": "\(.*\)",$/\1/p }' "$1" | sort -u
}

# count_one OBJECT INTO: what became of it
count_one() {
	local out=$work/keep/out/$1 code

	case $(cat "$out.status") in
	0)	outs+=("$out")
		[ "$2" != vmlinux ] || cat "$out.log" >>"$work/many.log"
		ok "$release: $1: an object of a livepatch" ;;
	3)	ok "$release: $1: nothing changed" ;;
	1)	for code in $(codes_of "$out.json"); do
			[[ $inherent != *" $code "* ]] || continue
			cat "$out.log"
			bad "$release: $1: refused ($code)"
			return
		done
		if [ -z "${code:-}" ]; then
			cat "$out.log"
			bad "$release: $1: refused without a reason"
		else
			ok "$release: $1: refused ($code)"
		fi ;;
	*)	cat "$out.log"
		bad "$release: $1: klp check, or klp diff failed" ;;
	esac
}

# Those that compile, with what they are linked into.
list_compiled() {
	"$KLP" kbuild --index "$prepared/index" linked | while IFS=$'\t' read -r object into; do
		[[ ! -f $work/keep/patched/$object || $into == *', '* ]] || printf '%s\t%s\n' "$object" "$into"
	done | sed -n "1,${many}p"
}

link_many() {
	local missing

	missing=$("$top/tests/fixes/judge" "$work" | grep -oE '"missing": \[[^]]*\]' || true)
	if [ "$missing" = '"missing": []' ]; then
		ok "$release: no function that differs is missing"
	else
		bad "$release: judged from outside: $missing"
	fi
	if KLP_MAKE="CC=gcc-12 KERNELRELEASE=$release" "$top/scripts/klp-module" -k "$prepared/build" \
		-n fix_many -o "$work/guest/lp/fix_many.ko" "${outs[@]}" >"$work/log" 2>&1; then
		cp "$work/many.log" "$work/log"
		describe many "${#outs[@]} objects in one module"
	else
		cat "$work/log"
		bad "$release: ${#outs[@]} objects cannot be linked"
	fi
}

# make_many: of the files in the input
make_many() {
	local file object into status=0 from=$SECONDS
	outs=()

	: >"$work/fix.patch"
	: >"$work/many.log"
	while IFS= read -r file; do
		diff -u --label "a/$file" "$prepared/source/$file" --label "b/$file" \
			"$cache/sources-$newest/$file" >>"$work/fix.patch" || true
	done
	build --no-link --keep "$work/keep" "$work/fix.patch" >"$work/log" 2>&1 || status=$?
	[[ $status = [013] && -d $work/keep/patched ]] || { cat "$work/log"; bad "$release: many: status $status"; return; }
	list_compiled >"$work/compiled"
	while IFS=$'\t' read -r object into; do
		while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
			wait -n || true
		done
		diff_one "$object" "$into" </dev/null &
	done <"$work/compiled"
	wait
	while IFS=$'\t' read -r object into; do
		count_one "$object" "$into"
	done <"$work/compiled"
	[ ${#outs[@]} -gt 0 ] || { bad "$release: none of many is a livepatch"; return; }
	link_many
	echo "$(wc -l <"$work/compiled") fixes at once in $((SECONDS - from)) s"
}
