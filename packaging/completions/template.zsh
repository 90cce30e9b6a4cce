#compdef @NAME@
# SPDX-License-Identifier: ISC
# zsh completion of @NAME@, made from its --help.

# The names of the files NAME.conf in directories, of those that can be names. One that may not be read has none.
@FUNCTION@_names()
{
	local dir
	local -a names
	for dir; do
		names=($dir/*.conf(N:t:r))
		print -rl -- ${(M)names:#[A-Za-z0-9][A-Za-z0-9_-]#}
	done
}

# Profiles, of vpn-connect: root's, if they may be read, or what root lets this user see; and the user's own.
@FUNCTION@_profiles()
{
	@FUNCTION@_names $1@SYSCONFDIR@/connect ~/.config/sallyport/connect
	if [[ -z $1 ]] && ((EUID != 0)) && [[ ! -r @SYSCONFDIR@/connect ]]; then
		vpn-connect list 2>/dev/null | sed -n 's/^\([A-Za-z0-9_-]\{1,\}\)  .*/\1/p'
	fi
}

# What may stand in a place, by how the usage calls it.
@FUNCTION@_words()
{
	local what=$1 root=$2
	local -a found
	case $what in
	(*FILE* | OLD | NEW | ARGUMENT)
		[[ $what != *PEER* ]] || @FUNCTION@_words PEER $root
		_files
		return
		;;
	(DIR) _files -/; return ;;
	(USER) _users; return ;;
	(COMMAND) _command_names -e; return ;;
	(PEER) found=(${(f)"$(@FUNCTION@_names $root@SYSCONFDIR@/peers)"}) ;;
	(NAME)
		[[ @NAME@ == vpn-connect ]] || return 0 # it is a new one
		found=(${(fu)"$(@FUNCTION@_profiles $root)"})
		;;
	# Words in capitals stand for what nobody can guess.
	(*) found=(${${(s:|:)what}:#*[A-Z]*}) ;;
	esac
	compadd -- $found
}

@FUNCTION@()
{
	emulate -L zsh
	setopt extended_glob
	local -A options=(
		@OPTIONS 'KEY' 'WORDS'
	)
	local -A values=(
		@VALUES 'KEY' 'WORDS'
	)
	local -A arguments=(
		@ARGUMENTS 'KEY' 'WORDS'
	)
	local -a summaries=(
		@SUMMARIES 'KEY:WORDS'
	)
	local cur=$words[CURRENT] command=- root= what= word
	local -i place=0 i first=2
	local -a list

	# "-" stands for the program itself, where it has no commands.
	if ((! ${+options[-]})); then
		command=$words[2] first=3
		if ((CURRENT == 2)); then
			[[ $cur == -* ]] || _describe command summaries
			compadd -- --help --version
			return
		fi
	fi
	((${+options[$command]})) || return 1
	# Which of the arguments it is: options and their values do not count.
	for ((i = first; i < CURRENT; i++)); do
		word=$words[i]
		if [[ -n ${values[$command $word]-} ]]; then
			((i += 1))
			[[ $word != --root ]] || root=${(Q)words[i]}
		elif [[ $word != -* ]]; then
			((place += 1))
		fi
	done
	if ((i > CURRENT)); then
		what=${values[$command $words[CURRENT-1]]}
	elif [[ $cur == -* && ($command != - || $place -eq 0) ]]; then
		list=(${=options[$command]} --help)
		compadd -- ${(u)list}
		return
	else
		list=(${=arguments[$command]})
		(($#list)) || return 1
		((place < $#list)) || place=$(($#list - 1))
		what=$list[place+1]
	fi
	@FUNCTION@_words $what $root
}

@FUNCTION@ "$@"
