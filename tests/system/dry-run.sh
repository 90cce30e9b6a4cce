#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-connect up --dry-run: it changes nothing, and what it prints is what `up` then does: the command
# lines and identities of what runs, the routes, the settings, the journal's order, and what is undone.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host, or not at all
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

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
		-e 's/^route [0-9]* \([^ ]*\) .*/\1/p' /run/sallyport/connect/office/journal
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
	ssh=$(journal_pid ssh) ppp=$(journal_pid "${program##*/}")
	[ -n "$ppp" ] || ppp=$(journal_pid pppd)
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

# --- pppd (a stand-in), whose words and ids are all settled but for the remote's
profile 'Address 10.9.0.1 10.9.0.2' 'Route 10.77.0.0/16' 'Accept 10.2.0.0/16'
agrees 'pppd' /usr/local/sbin/link_standin
check 'pppd: down' connect down office
check 'and nothing is left' nothing_left
profile 'Strict no' 'Keepalive 40' 'Timeout 30' 'Port 22' 'IdentityFile /home/alice/.ssh/id_ed25519' 'Account slave'
agrees 'pppd, its addresses the remote'"'"'s' /usr/local/sbin/link_standin
check 'pppd, its addresses: down' connect down office

# --- ppptun on both sides, and the second request
peer <<-END
	Allow    pppd sshroute
	Route    192.0.2.0/24
	Address  10.9.0.2 10.9.0.1
	Address6 fd00:9::2 fd00:9::1
	Offer    10.2.0.0/16
	Offer    fd00:2::/48
END
OFFERED=fd00:2::/48
profile 'Ppp ppptun' 'Address 10.9.0.1 10.9.0.2' 'Address6 fd00:9::1 fd00:9::2' 'Route 10.77.0.0/16' \
	'Route fd00:77::/32' 'Accept fd00:2::/48' 'RemoteRoutes yes'
agrees 'ppptun' /usr/libexec/sallyport/ppptun "source $OFFERED"
matches '^           and `source PREFIX` for each offer that is taken$' "$(<"$PRINTED")" 'ppptun: what an offer adds is told'
dry
matches '^office: a supervisor is at work already' "$(<"$PRINTED")" 'of a link that is up it says so'
check 'ppptun: down' connect down office

# --- what is in the way is told, and so is what up would fail with before it connects
profile 'Route 198.51.100.0/24' 'Accept address 198.51.100.0/24'
changes_nothing 'a route that is there'
matches "^  fail     .*/office.conf:1: cannot add the route to 198\\.51\\.100\\.0/24: it is a route of this host" \
	"$(<"$PRINTED")" 'a route that is there: told'
matches "^  refuse   an offer of 198\\.51\\.100\\.0/24 .*: it is a route of this host" "$(<"$PRINTED")" \
	'an offer that would not be taken: told'
fails_dry()
{
	local status=0
	dry || status=$?
	same "$1" "$status" "$3: the exit status"
	matches "$2" "$(<"$PRINTED")" "$3: told"
}
profile 'RunAs nobodyhere'
fails_dry 78 'RunAs: there is no user nobodyhere' 'a user that does not exist'
profile 'Route 10.0.0.0'
fails_dry 78 'office.conf:1:' 'a profile that is wrong'
profile 'Pppd /usr/local/sbin/not-here'
fails_dry 71 '/usr/local/sbin/not-here' 'a pppd that is not there'
