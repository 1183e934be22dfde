# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Completion of klp in bash: sourced from
# $PREFIX/share/bash-completion/completions/klp, or by hand.

_klp_commands='diff post-link convert symbols check checksum load status unload objtool symid kbuild help version'

# _klp_options COMMAND
_klp_options()
{
	case $1 in
	diff) echo '--object --symvers --kernel --force-kernel --depends --force --allow-layout --ignore-section
		--entry-size --entry-symbols --no-objtool-tables --klp-build --pair --no-pair --write --no-ignore-line-changes --exit-code --show-first-changed -f --explain --json
		--color --quiet -q --verbose -v --debug --help -h' ;;
	post-link) echo '--color --help -h' ;;
	symid) echo '--color --help -h' ;;
	kbuild)
		echo '--release --headers --source --vmlinux --modules --config --root --build --index --tree --moves --in-place --external' \
			'--color --help -h' ;;
	convert) echo '--symbols --symvers --quiet --debug --color --help -h' ;;
	symbols) echo '--output -o --color --help -h' ;;
	check)
		echo '--orig --patched --symvers --kernel --object --entry-size --ignore-section' \
			'--allow-layout --no-objtool-tables --pair --no-pair --json --quiet --color --help -h' ;;
	load | unload) echo '--timeout --root --color --help -h' ;;
	status) echo '--json --root --color --help -h' ;;
	checksum) echo '--dry-run --debug-checksum --klp-build --color --help -h' ;;
	objtool)
		echo '--checksum --debug-checksum --dry-run --klp-symids --link --module --color --help -h' ;;
	esac
}

# _klp_value COMMAND OPTION CURRENT: candidates for the option's value; fails if it has none.
_klp_value()
{
	case $2 in
	--symvers | --symbols | --kernel | --orig | --patched | --json | --output | -o) compgen -f -- "$3" ;;
	--headers | --source | --vmlinux | --modules | --config | --root | --build | --index)
		compgen -f -- "$3" ;;
	--release) compgen -W "$(ls /lib/modules 2>/dev/null)" -- "$3" ;;
	--object)
		compgen -W "vmlinux $(cut -d ' ' -f 1 /proc/modules 2>/dev/null)" -- "$3" ;;
	--color) compgen -W 'auto always never' -- "$3" ;;
	--force | --write | --ignore-section | --entry-size | --pair | --no-pair | --debug-checksum) ;;
	*) return 1 ;;
	esac
	return 0
}

_klp()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous='' at=1 command out

	COMPREPLY=()
	# "objtool klp" and "klp klp" mean klp objtool klp.
	if [[ ${COMP_WORDS[1]:-} == klp ]]; then
		at=2
	fi
	if (( COMP_CWORD == at )); then
		mapfile -t COMPREPLY < <(compgen -W "$_klp_commands" -- "$current")
		return
	fi
	command=${COMP_WORDS[at]}
	previous=${COMP_WORDS[COMP_CWORD - 1]}
	# Bash takes --option=value apart at the sign.
	if [[ $current == '=' ]]; then
		current=
	elif [[ $previous == '=' ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $command == help ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$_klp_commands" -- "$current")
	elif out=$(_klp_value "$command" "$previous" "$current"); then
		mapfile -t COMPREPLY < <(printf '%s' "$out")
	elif [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_klp_options "$command")" -- "$current")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
}

complete -o filenames -F _klp klp
