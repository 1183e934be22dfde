# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# run_live, for the scripts of cases (tests/lib/case.sh) that have a main.c beside
# their case.c: run what klp diff wrote.  main.c and orig.o are linked with
# out.o so that the livepatch is in force (bind.c); that program must print what one
# of main.c and patched.o prints, which must not be what orig.o's prints.

# link_live NAME OBJECT...
link_live()
{
	local name=$1
	shift
	"$LD" -static -z noexecstack -o "$name" start.o main.o "$@" || fail "cannot link $name"
}

# start_live NAME: its output in NAME.out.
start_live()
{
	timeout 20 "${EMULATOR[@]}" "./$1" >"$1.out" 2>"$1.err" ||
		{ cat "$1.out" "$1.err"; fail "$1 ended with status $?"; }
}

run_live()
{
	local name

	read -ra EMULATOR <<<"$(target_emulator "$TARGET")"
	if (( ${#EMULATOR[@]} )) && ! command -v "${EMULATOR[0]}" >/dev/null; then
		echo "skipped $CASE_NAME/$TARGET/*: there is no ${EMULATOR[0]}" >>"$WORK/skips"
		return
	fi
	compile main.o main.c
	"${CC[@]}" "${CFLAGS[@]}" -c -o start.o "$HARNESS/start.c" || fail "cannot compile start.c"
	"$BIND" orig.o out.o orig-bound.o out-bound.o || fail "cannot bind out.o"
	link_live orig orig.o
	link_live patched patched.o
	link_live live orig-bound.o out-bound.o
	for name in orig patched live; do
		start_live $name
	done
	diff patched.out live.out || fail "the livepatch behaves otherwise than patched.o (<)"
	! cmp -s orig.out patched.out || fail "the program does not show the change"
}
