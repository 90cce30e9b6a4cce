#@@ shellcheck shell=bash
# SPDX-License-Identifier: ISC
# bash completion of @NAME@, made from its --help.

# The names of the files NAME.conf in directories, of those that can be names: compgen -W expands its words, and
# whoever may write in a directory chooses what its files are called. One that may not be read has none.
@FUNCTION@_names()
{
	local LC_ALL=C dir file
	for dir; do
		for file in "$dir"/*.conf; do
			file=${file##*/} file=${file%.conf}
			case $file in
			'' | [!A-Za-z0-9]* | *[!A-Za-z0-9_-]*) ;;
			*) echo "$file" ;;
			esac
		done
	done
}

# Profiles, of vpn-connect: root's, if they may be read, or what root lets this user see; and the user's own.
@FUNCTION@_profiles()
{
	@FUNCTION@_names "$1@SYSCONFDIR@/connect" ~/.config/sallyport/connect
	if [ -z "$1" ] && [ "${EUID:-0}" -ne 0 ] && ! [ -r "@SYSCONFDIR@/connect" ]; then
		vpn-connect list 2>/dev/null | sed -n 's/^\([A-Za-z0-9_-]\{1,\}\)  .*/\1/p'
	fi
}

# What may stand in a place, by how the usage calls it; each on a line.
@FUNCTION@_words()
{
	local what=$1 cur=$2 root=$3
	case $what in
	*FILE* | OLD | NEW | ARGUMENT)
		compgen -f -- "$cur"
		[[ $what != *PEER* ]] || @FUNCTION@_words PEER "$cur" "$root"
		;;
	DIR) compgen -d -- "$cur" ;;
	USER) compgen -u -- "$cur" ;;
	COMMAND) compgen -c -- "$cur" ;;
	PEER) compgen -W "$(@FUNCTION@_names "$root@SYSCONFDIR@/peers")" -- "$cur" ;;
	NAME)
		[ @NAME@ = vpn-connect ] || return 0 # it is a new one
		compgen -W "$(@FUNCTION@_profiles "$root" | sort -u)" -- "$cur"
		;;
	*)
		# Words in capitals stand for what nobody can guess.
		compgen -W "$(tr '|' '\n' <<<"$what" | grep -v '[A-Z]')" -- "$cur"
		;;
	esac
}

@FUNCTION@()
{
	local -A options=(
		@OPTIONS ['KEY']='WORDS'
	)
	local -A values=(
		@VALUES ['KEY']='WORDS'
	)
	local -A arguments=(
		@ARGUMENTS ['KEY']='WORDS'
	)
	local cur=${COMP_WORDS[COMP_CWORD]} command=- root='' place=0 what='' word i first=1
	local -a list

	COMPREPLY=()
	# "-" stands for the program itself, where it has no commands.
	if [ -z "${options[-]+known}" ]; then
		command=${COMP_WORDS[1]} first=2
		if [ "$COMP_CWORD" -eq 1 ]; then
			mapfile -t COMPREPLY < <(compgen -W "${!options[*]} --help --version" -- "$cur")
			return
		fi
	fi
	[ -n "${options[$command]+known}" ] || return
	# Which of the arguments it is: options and their values do not count.
	for ((i = first; i < COMP_CWORD; i++)); do
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
	elif [[ $cur == -* && ($command != - || $place -eq 0) ]]; then
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
	*FILE* | OLD | NEW | DIR | ARGUMENT) compopt -o filenames 2>/dev/null ;;
	esac
	mapfile -t COMPREPLY < <(@FUNCTION@_words "$what" "$cur" "$root")
}

complete -F @FUNCTION@ @NAME@
