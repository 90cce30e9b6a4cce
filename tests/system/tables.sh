#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The routing tables of both hosts, byte for byte: whatever ends a link, afterwards they are what they were.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

on remote rm -f /dev/ppp
allow()
{
	peer <<-END
		Allow    pppd sshroute
		Route    192.0.2.0/24
		Route    2001:db8:77::/48
		Address  10.9.0.2 10.9.0.1
		Address6 fd00:9::2 fd00:9::1
		Offer    10.2.0.0/16
		Offer    fd00:2::/48
	END
}
allow
readonly LINES=('Ppp ppptun' 'RemoteRoutes yes' 'Accept address 10.2.0.0/16 fd00:2::/48' 'Route 10.7.0.0/16')
profile "${LINES[@]}"
on local ip route add default via 198.51.100.1
on local ip route add 10.6.0.0/15 via 198.51.100.1 metric 50
on local ip -6 addr add 2001:db8::7/64 dev to-remote nodad
on local ip -6 route add default via 2001:db8::1
on local ip -6 route add fd00:2::/32 via 2001:db8::1
on remote ip route add 192.0.0.0/16 via 198.51.100.7

tables()
{
	on "$1" sh -c 'ip -4 route show table all; ip -6 route show table all; ip rule; ip -6 rule' | sort
}

as_before()
{
	diff "$WORLD/table.local" <(tables local) && diff "$WORLD/table.remote" <(tables remote)
}
tables local >"$WORLD/table.local"
tables remote >"$WORLD/table.remote"
readonly REMOTE_ROUTES=2

up()
{
	check "$1: up" connect up --quiet office
	same "$REMOTE_ROUTES" "$(tables remote | grep -c 'dev sp-alice proto 83')" "$1: with the routes of the remote"
	same 3 "$(tables local | grep -c 'dev sp-office proto 83')" "$1: with the routes of this host"
	same 3 "$(tables local | grep -c '^unreachable .* proto 85')" "$1: and what holds packets back"
}

# after NAME: what was done is done.
after()
{
	check "$1: nothing is left" wait_for "$HOST_DEADLINE" 'the end' vpn_is_down
	check "$1: the tables are what they were" wait_for "$HOST_DEADLINE" 'that' as_before
}

up down
connect down --quiet office
after down
for signal in TERM INT HUP; do
	up "SIG$signal"
	on local kill "-$signal" "$(supervisor)"
	after "SIG$signal"
done

kill_supervisor()
{
	local pid
	pid=$(supervisor)
	on local kill -KILL "$pid"
	check "$1: the supervisor has ended" wait_for "$HOST_DEADLINE" 'its end' has_ended "$pid"
}
up 'SIGKILL, then down'
kill_supervisor 'SIGKILL, then down'
connect down --quiet office
after 'SIGKILL, then down'

up 'SIGKILL, up and down'
kill_supervisor 'SIGKILL, up and down'
up 'SIGKILL, up and down'
connect down --quiet office
after 'SIGKILL, up and down'

for part in ssh ppptun; do
	up "$part killed"
	before=$(vpn_pid ssh)
	on local kill -KILL "$(vpn_pid "$part")"
	again()
	{
		[ "$(vpn_pid ssh)" != "$before" ] && connect status --quiet office
	}
	check "$part killed: up again" wait_for "$HOST_DEADLINE" 'the link' again
	connect down --quiet office
	after "$part killed"
done

up 'the program of the remote killed'
on remote kill -KILL "$(vpn_launched remote /usr/libexec/sallyport/ppptun)"
connect down --quiet office
after 'the program of the remote killed'

up 'denied'
peer <<<$'Allow status\nAddress 10.9.0.2 10.9.0.1'
on local kill -KILL "$(vpn_pid ssh)"
check 'denied: it waits' wait_for "$HOST_DEADLINE" 'the pause' is_waiting
check 'denied: the remote has what it had' wait_for "$HOST_DEADLINE" 'that' diff "$WORLD/table.remote" <(tables remote)
connect down --quiet office
after 'denied'
allow

profile "${LINES[@]}" 'Port 9'
for attempt in first second; do
	connect up --quiet office >/dev/null || :
	check "the $attempt attempt fails: it waits" wait_for "$HOST_DEADLINE" 'the pause' is_waiting
done
connect down --quiet office
after 'attempts that fail'
check_exit 68 'one attempt that fails' connect up --once --quiet office
after 'one attempt that fails'

# Undone by up and down of a host whose route another one has taken meanwhile.
profile "${LINES[@]}"
up "another's route"
on local ip route replace 10.2.0.0/16 via 198.51.100.1
check "another's route: down" connect down --quiet office
matches '^10\.2\.0\.0/16 via 198\.51\.100\.1' "$(on local ip route)" 'it is not taken away'
on local ip route del 10.2.0.0/16 via 198.51.100.1
after "another's route"
