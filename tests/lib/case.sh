# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What a case's script can use (tests/cases/<name>/run); a case without one does
#
#	build; run_diff; expect
#
# It stands in a directory of its own, with a Module.symvers: the case's, or
# tests/lib/Module.symvers.  In the environment: KLP, CASE (the case's directory), TARGET,
# COMPILER, CC and CFLAGS (arrays), LD, OPTIONS (array).

# The first failure of a case ends it; its reasons are on stdout.
fail()
{
	echo "$CASE_NAME: $*"
	exit 1
}

# compile OUT.o SOURCE [FLAG...]
compile()
{
	local out=$1 source=$2
	shift 2
	"${CC[@]}" "${CFLAGS[@]}" "$@" -c -o "$out" "$CASE/$source" || fail "cannot compile $source"
}

# build_object OUT.o [FLAG...]: the case's sources as one object.
build_object()
{
	local out=$1 source parts=()
	shift
	if (( ${#SOURCES[@]} == 1 )); then
		compile "$out" "${SOURCES[0]}" "$@"
		return
	fi
	for source in "${SOURCES[@]}"; do
		compile "${out%.o}-${source%.*}.o" "$source" "$@"
		parts+=("${out%.o}-${source%.*}.o")
	done
	"$LD" -r -o "$out" "${parts[@]}" || fail "cannot link $out"
}

# build [FLAG...]: orig.o and patched.o
build()
{
	build_object orig.o "$@"
	build_object patched.o -DPATCHED "$@"
}

# link_module OUT.ko OBJECT...: with ftrace's table, where the compiler leaves it to the kernel's
# build: an entry for the begin of each function.
link_module()
{
	local out=$1 section number value
	shift
	"$LD" -r -o "$out" "$@" || fail "cannot link $out"
	readelf -SW "$out" >sections
	if grep -Eq '__mcount_loc|__patchable_function_entries' sections; then
		return
	fi
	sed -n 's/^ *\[ *\([0-9]*\)\] \(\.text[^ ]*\) .*/\1 \2/p' sections | while read -r number section; do
		readelf -sW "$out" | awk -v n="$number" '$4 == "FUNC" && $(NF - 1) == n { print $2 }' |
			while read -r value; do
				printf '.section %s,"ax"\n1:\n.section __mcount_loc,"a"\n.quad 1b + 0x%s\n' \
					"$section" "$value"
			done
	done >trace-table.s
	"${CC[@]}" -c -o trace-table.o trace-table.s || fail "cannot assemble ftrace's table"
	"$LD" -r -o "$out" trace-table.o "$@" || fail "cannot link $out"
}

# klp_run ARGUMENT...: run klp; its output in out and err, its exit status in STATUS.
klp_run()
{
	STATUS=0
	"$KLP" "$@" >out 2>err || STATUS=$?
	if (( STATUS > 3 )); then
		sed 's/^/	/' err
		fail "klp ${1:-} died with status $STATUS"
	fi
	if [[ ${1:-} == diff && $STATUS == 0 ]]; then
		check_diff "$@"
	fi
}

# check_diff diff ARGUMENT...: klp check of what klp diff has just written, with the options
# that say what the kernel is.  "unchecked REASON" in expect leaves it out,
# and so does UNCHECKED=REASON in a run.
check_diff()
{
	local args=("$@") nr=$# files option options=() status=0

	if [[ -n $UNCHECKED || $nr -lt 4 ]]; then
		return
	fi
	files=("${args[@]:nr - 3}")
	if [[ ! -f ${files[2]} ]]; then
		return
	fi
	for (( nr = 1; nr < $# - 3; nr++ )); do
		option=${args[nr]}
		case $option in
		--kernel=none) ;;
		--object=* | --symvers=* | --kernel=* | --entry-size=* | --ignore-section=* | \
			--pair=* | --no-pair=* | --no-objtool-tables | --allow-layout=*)
			options+=("$option") ;;
		--object | --symvers | --kernel | --entry-size | --ignore-section | --pair | --no-pair)
			nr=$((nr + 1))
			[[ ${args[nr]} == none ]] || options+=("$option" "${args[nr]}") ;;
		esac
	done
	# klp diff takes the nearest one
	if [[ "${options[*]}" != *--symvers* && -e Module.symvers ]]; then
		options+=(--symvers Module.symvers)
	fi
	"$KLP" check --quiet "${options[@]}" --orig "${files[0]}" --patched "${files[1]}" \
		"${files[2]}" >check.log 2>&1 || status=$?
	if (( status )); then
		sed 's/^/	/' check.log
		fail "klp check says $status after klp $*"
	fi
}

# run_diff [OPTION...]: klp diff of the two, and a dump of what it wrote.
run_diff()
{
	rm -f dump out.o
	klp_run diff "${OPTIONS[@]}" "$@" orig.o patched.o out.o
	dump_out
}

# dump_out: the dump of out.o, if there is one.
dump_out()
{
	rm -f dump
	if [[ -e out.o ]]; then
		"$DUMP" "${ENTRY_SIZES[@]}" out.o >dump || :
	fi
}

# expect [FILE]: judge the last run by the case's file.
expect()
{
	local file=$CASE/${1:-expect}

	"$EXPECT" "$file" . "$STATUS" "$TARGET" "$COMPILER" "${COMPILER%%-*}" "${TAGS[@]}" ||
		fail "${file##*/} does not hold"
}

# What is true for every pair that can be diffed: the same input gives the same output, and an
# object does not differ from itself.
always()
{
	local side

	if [[ -e out.o ]]; then
		cp out.o first.o
		klp_run diff "${OPTIONS[@]}" "$@" orig.o patched.o out.o
		cmp first.o out.o || fail "a second run's output differs"
	fi
	for side in orig patched; do
		rm -f out.o
		klp_run diff "${OPTIONS[@]}" --exit-code "$@" $side.o $side.o out.o
		if (( STATUS != 3 )) || [[ -e out.o ]]; then
			cat out err
			fail "$side.o differs from itself"
		fi
	done
}

# strip_debug FILE...: without debugging sections and, as objcopy does it, without the names of
# source files.
strip_debug()
{
	local file

	for file; do
		llvm-objcopy-19 -g "$file" || fail "cannot strip $file"
		[[ $(readelf -sW "$file") != *' FILE '* ]] || fail "$file names its source file"
	done
}

# shuffled [OPTION...]: the outcome is the same for inputs in another order (tests/shuffle), as often
# as SHUFFLE says, and every other time without debugging information.  "ordered: REASON" in expect
# leaves it out.
shuffled()
{
	local seed side status first lib=$CASE/../../shuffle

	run_diff "$@"
	status=$STATUS
	tell_out >first.told
	for (( seed = 1; seed <= ${SHUFFLE:-0}; seed++ )); do
		mkdir -p shuffled
		for side in orig patched; do
			"$lib/shuffle" $seed$((${#side})) $side.o shuffled/$side.o shuffled/$side.map ||
				fail "cannot shuffle $side.o"
		done
		# Of several files, names alone may not say which one it is.
		first=first.told
		if (( seed % 2 == 0 && ${#SOURCES[@]} == 1 )); then
			strip_debug shuffled/{orig,patched}.o
			sed '/^file /d' first.told >stripped.told
			first=stripped.told
		fi
		rm -f out.o
		klp_run diff "${OPTIONS[@]}" "$@" shuffled/orig.o shuffled/patched.o out.o
		(( STATUS == status )) || { cat err; fail "seed $seed: exit status $STATUS, not $status"; }
		dump_out
		tell_out >second.told
		"$lib/same" "$first" second.told shuffled/orig.map shuffled/patched.map ||
			fail "seed $seed: the inputs' order matters"
	done
}

# What the output means, for tests/shuffle/same.
tell_out()
{
	if [[ -e out.o ]]; then
		cat dump
		"$CASE/../../shuffle/shuffle" --tell out.o
	fi
}
