# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# What vpn-connect up --dry-run prints of "office" on local, compared with what `up` then does.
#
#   dry                             runs it; what it prints is in $PRINTED
#   changes_nothing NAME            runs it: it succeeds, and all is as it was
#   agrees NAME PROGRAM [MORE]      `up` does what was printed; the link is up then
#
# Of tests/lib/connect.sh it needs what a host has of a link, and what its journal tells; a script
# that has not that says so by its own functions of the same names.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host

PRINTED=$WORLD/printed
# What is offered and accepted.
OFFERED=10.2.0.0/16
# dry: what it prints of office, and its exit status.
dry()
{
	on local vpn-connect up --dry-run office >"$PRINTED" 2>&1
}

# changes_nothing NAME: and exits 0.
changes_nothing()
{
	local status=0
	whole_state_of_local >"$WORLD/state.before"
	dry || status=$?
	same 0 "$status" "$1: --dry-run succeeds"
	whole_state_of_local >"$WORLD/state.after"
	check "$1: nothing is changed, and nothing sent" diff "$WORLD/state.before" "$WORLD/state.after"
}

# printed_words PATTERN: the command line that it prints whose first words match, a word a line.
printed_words()
{
	local line
	line=$(sed -n "s/^  run      \\($1.*\\)/\\1/p" "$PRINTED" | head -n 1)
	eval "printf '%s\\n' $line"
}

# real_words PID: those of a process.
real_words()
{
	on local sh -c "tr '\\0' '\\n' </proc/$1/cmdline"
}

# same_words NAME PATTERN PID [MORE]: apart from what is told to be new, or the remote's; MORE: what an
# offer adds.
same_words()
{
	local name=$1
	printed_words "$2" >"$WORLD/words.printed"
	real_words "$3" | sed -E 's/ready=[A-Za-z0-9]{24}/ready=<new each time>/' >"$WORLD/words.real"
	check "$name: it has words" test -s "$WORLD/words.real"
	same "$(<"$WORLD/words.printed")" "$(while IFS= read -r -u 3 printed; do
		IFS= read -r -u 4 real
		case $printed in
		'<from the remote>' | '<new terminal>' | '<new file>') [ -z "$real" ] || real=$printed ;;
		esac
		printf '%s\n' "$real"
	done 3<"$WORLD/words.printed" 4<"$WORLD/words.real")" "$name: the command line is the one that was printed"
	same "${4-}" "$(tail -n "+$(($(wc -l <"$WORLD/words.printed") + 1))" "$WORLD/words.real" | paste -sd' ')" \
		"$name: and has no other word"
}

# printed_ids PATTERN: what stands below that command line: uid and gid.
printed_ids()
{
	sed -n "/^  run      $1/{n;s/^.*uid \\([0-9]*\\), gid \\([0-9]*\\).*/\\1 \\2/p}" "$PRINTED" | head -n 1
}

# same_ids NAME PATTERN PID CAPABILITIES
same_ids()
{
	same "$(printed_ids "$2")" "$(on local sh -c "stat -c '%u %g' /proc/$3")" "$1: it runs as was printed"
	same "$4" "$(on local sed -n 's/^CapPrm:[[:space:]]*//p' "/proc/$3/status")" "$1: its capabilities"
}

# printed_routes: those that it says for sure, and what is accepted.
printed_routes()
{
	sed -nE 's/^  (add|offer) +route ([^,(]*[^,( ]).*/\2/p' "$PRINTED" | sed 's/ proto 83//' | sort
}

real_routes()
{
	on local sh -c 'ip route show proto 83; ip -6 route show proto 83' |
		sed -E 's/ scope link//; s/ metric [0-9]+//; s/ pref .*//; s/ *$/ scope link/; s/ linkdown//' | sort
}

# journal_kinds: what the real journal tells, of what is undone.
journal_kinds()
{
	on local sed -n -e 's/^control$/control/p' -e 's/^process \([^ ]*\) .*/\1/p' -e 's/^link \(.*\)/\1/p' \
		-e 's/^route [0-9]* \([^ ]*\) .*/\1/p' -e 's/^held [0-9]* \(.*\)/\1/p' /run/sallyport/connect/office/journal
}

# printed_kinds: the same of what it prints, in the order in which it is made.
printed_kinds()
{
	sed -nE 's/^  undo     (.*): .*/\1/p' "$PRINTED" | tac | sed -e 1d -e 's,.*/control$,control,' \
		-e "s,^each offer that is taken\$,$OFFERED,"
}

# agrees NAME PROGRAM [MORE]: `up` does what was printed.
agrees()
{
	local name=$1 program=$2 ssh ppp
	changes_nothing "$name"
	check "$name: up" connect up office
	ssh=$(vpn_pid ssh) ppp=$(vpn_pid "${program##*/}")
	[ -n "$ppp" ] || ppp=$(vpn_pid pppd)
	same_words "$name: ssh" 'ssh ' "$ssh"
	same_ids "$name: ssh" 'ssh ' "$ssh" 0000000000000000
	same "$(sed -n '/^  run      ssh /{n;s/^.*the environment: //p}' "$PRINTED" | head -n 1 | tr ' ' '\n' | sort)" \
		"$(environment "$ssh" | sort)" "$name: ssh's environment"
	same_words "$name: PPP" "${program//\//\\/} " "$ppp" "${3-}"
	same "$(printed_kinds)" "$(journal_kinds)" "$name: what is written down, in its order"
	same "$(printed_routes)" "$(real_routes)" "$name: the routes that the kernel has"
	while read -r setting value; do
		same "$value" "$(on local cat "/proc/sys/${setting//.//}")" "$name: $setting"
	done < <(sed -n 's/^  set      \(.*\) = \(.*\)/\1 \2/p' "$PRINTED")
}
