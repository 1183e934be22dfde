# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For cases whose source has many changes of types, each behind a -D: their file "kinds" has lines
# of the -D, what klp diff says (error, warning, note, or none), and a pattern for the text.
# KIND@gcc is only for that compiler.  FINDING is what klp check calls them.

# one_kind KIND FLAG...: what is said of it is what the file says, and nothing else
one_kind()
{
	local kind=$1 name what text line want=0
	shift
	build "$@" "-D$kind"
	UNCHECKED='' run_diff --object vmlinux --kernel none
	grep -vF 'only --kernel FILE' err | grep -E ': (error|warning|note): ' >said || :
	while read -r name what text; do
		[[ $name == "$kind" && $what != none ]] || continue
		want=$((want + 1))
		# shellcheck disable=SC2053 # a pattern
		while IFS= read -r line; do
			[[ ${line#*: } != *": $what: "$text && ${line#*: } != "$what: "$text ]] || continue 2
		done <said
		cat said
		fail "$kind $*: no $what: $text"
	done <kinds
	if (( want != $(wc -l <said) )); then
		cat said
		fail "$kind $*: says something else, too"
	fi
	if grep -qE "^$kind error" kinds; then
		[[ $STATUS == 1 && ! -e out.o ]] || fail "$kind $*: not refused"
		allowed "$kind" "$@"
	else
		[[ $STATUS == 0 && -e out.o ]] || fail "$kind $*: refused"
	fi
}

# allowed KIND FLAG...: what was refused is written if the user says so; klp check finds it, unless
# it is told, too, or unless "# unseen KIND..." in the file names it
allowed()
{
	local options
	mapfile -t options < <(sed -n 's/.* pass \(--allow-layout\) \([^ ]*\)$/\1=\2/p' err)
	run_diff --object vmlinux --kernel none "${options[@]}"
	[[ $STATUS == 0 && -e out.o ]] || { cat err; fail "$*: refused, although allowed"; }
	grep -q ': note: .*: --allow-layout says that this is right' err || { cat err; fail "$*: not told"; }
	klp_run check --orig orig.o --patched patched.o out.o
	if grep -q "^# unseen.* $1\( \|$\)" "$CASE/kinds"; then
		return
	fi
	if (( STATUS != 1 )) || ! grep -q "$FINDING" err; then
		cat err out
		fail "$*: klp check finds nothing"
	fi
}

# What there is for this compiler
kinds()
{
	sed "s/^\([^ ]*\)@${COMPILER%%-*} /\1 /; /^[^ ]*@/d; /^#/d" "$CASE/kinds" >kinds
	cut -d ' ' -f 1 kinds | uniq
}

each_kind()
{
	local kind form
	while read -r kind; do
		one_kind "$kind" -gdwarf-5
		one_kind "$kind" -gdwarf-4
	done < <(kinds)
	read -r kind _ <kinds
	for form in "-gdwarf-5 -gz=zlib" "-gdwarf-4 -gz=zlib" -gdwarf-2 -gdwarf-3; do
		# shellcheck disable=SC2086 # words
		one_kind "$kind" $form
	done
}
