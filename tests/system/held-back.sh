#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Where packets for the networks behind the remote go while the link is down, and that the routes
# which vpn-connect(8) gives for it hold them back, and nothing else.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

peer <<-END
	Allow    pppd sshroute
	Route    192.0.2.0/24
	Address  10.9.0.2 10.9.0.1
	Address6 fd00:9::2 fd00:9::1
	Offer    10.2.0.0/16
	Offer    fd00:2::/48
END
profile 'Ppp ppptun' 'RemoteRoutes yes' 'Accept address 10.2.0.0/16 fd00:2::/48'
on local ip route add default via 198.51.100.1
on local ip -6 addr add 2001:db8::7/64 dev to-remote nodad
on local ip -6 route add default via 2001:db8::1
state_of_local >"$WORLD/before"

# way ADDRESS: the device that a packet to it leaves by, or the error.
way()
{
	local said
	said=$(on local ip route get "$1" 2>&1 | head -n 1)
	if [[ $said =~ \ dev\ ([^ ]+) ]]; then
		echo "${BASH_REMATCH[1]}"
	else
		echo "$said"
	fi
}

goes()
{
	same "$1" "$(way 10.2.0.9)" "$2: IPv4"
	same "$1" "$(way fd00:2::9)" "$2: IPv6"
	same to-remote "$(way 203.0.113.9)" "$2: what is for elsewhere goes there"
}

goes to-remote 'down, without more: packets leave by the default route'
check 'up' connect up --quiet office
goes sp-office 'up: they go through the link'
check 'down' connect down --quiet office
goes to-remote 'down again: in the clear again, as the manual says'

# The manual's own commands.
mapfile -t commands < <(grep '^ip route add unreachable' "$SRC/local/vpn-connect.8")
same 2 "${#commands[@]}" 'the manual has two commands'
for command in "${commands[@]}"; do
	# shellcheck disable=SC2086 # words
	check "$command" on local $command
done
state_of_local >"$WORLD/before"
goes 'RTNETLINK answers: No route to host' 'held back: down'
check 'up beside such routes' connect up --once office
goes sp-office 'held back: up, they go through the link'
same 2 "$(on local sh -c '{ ip route show proto 83; ip -6 route show proto 83; } | wc -l')" 'both routes are there'
check 'the route on the remote is there' on remote sh -c 'ip route | grep -q "^192.0.2.0/24 dev sp-alice"'
check_exit 0 'status finds nothing missing' connect status office
on local kill -KILL "$(journal_pid ssh)"
check 'ssh is killed: down' wait_for "$HOST_DEADLINE" 'the end' is_down
goes 'RTNETLINK answers: No route to host' 'held back: the link is lost'
check 'and the routes that hold them stay' wait_for "$HOST_DEADLINE" 'that' nothing_left

# At no higher metric they are another's route.
for command in "${commands[@]}"; do
	# shellcheck disable=SC2086 # words
	on local ${command/add/del}
done
on local ip route add unreachable 10.2.0.0/16
connect up --quiet office
same 'unreachable 10.2.0.0/16' "$(on local ip route show 10.2.0.0/16 | xargs)" \
	'a route without a metric is neither gone before nor taken away'
connect down --quiet office
