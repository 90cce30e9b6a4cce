#@@ shellcheck shell=bash
# SPDX-License-Identifier: ISC
# bash completion of @NAME@(8), made from its --help.

# The names of the files NAME.conf in a directory.
@FUNCTION@_names()
{
	local file
	for file in "$1"/*.conf; do
		file=${file##*/}
		[ "$file" = '*.conf' ] || echo "${file%.conf}"
	done
}

# What may stand in a place, by how the usage calls it; each on a line.
@FUNCTION@_words()
{
	local what=$1 cur=$2 root=$3
	case $what in
	*FILE* | OLD | NEW) compgen -f -- "$cur" ;;
	DIR) compgen -d -- "$cur" ;;
	USER) compgen -u -- "$cur" ;;
	PEER) compgen -W "$(@FUNCTION@_names "$root@SYSCONFDIR@/peers")" -- "$cur" ;;
	NAME) compgen -W "$(@FUNCTION@_names "$root@SYSCONFDIR@/connect")" -- "$cur" ;;
	*)
		# Words in capitals stand for what nobody can guess.
		compgen -W "$(tr '|' '\n' <<<"$what" | grep -v '[A-Z]')" -- "$cur"
		;;
	esac
}

@FUNCTION@()
{
	local -A options=(
@OPTIONS@
	)
	local -A values=(
@VALUES@
	)
	local -A arguments=(
@ARGUMENTS@
	)
	local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} root='' place=0 what='' word i
	local -a list

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "${!options[*]} --help --version" -- "$cur")
		return
	fi
	[ -n "${options[$command]+known}" ] || return
	# Which of the arguments it is: options and their values do not count.
	for ((i = 2; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [ -n "${values[$command $word]-}" ]; then
			i=$((i + 1))
			[ "$word" != --root ] || root=${COMP_WORDS[i]-}
		elif [[ $word != -* ]]; then
			place=$((place + 1))
		fi
	done
	if [ "$i" -gt "$COMP_CWORD" ]; then
		what=${values[$command ${COMP_WORDS[COMP_CWORD - 1]}]}
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "${options[$command]} --help" -- "$cur")
		return
	else
		read -r -a list <<<"${arguments[$command]}"
		[ "${#list[@]}" -gt 0 ] || return
		[ "$place" -lt "${#list[@]}" ] || place=$((${#list[@]} - 1))
		what=${list[place]}
	fi
	case $what in
	# Outside of a completion, as in a test, there is nothing to set.
	*FILE* | OLD | NEW | DIR) compopt -o filenames 2>/dev/null ;;
	esac
	mapfile -t COMPREPLY < <(@FUNCTION@_words "$what" "$cur" "$root")
}

complete -F @FUNCTION@ @NAME@
