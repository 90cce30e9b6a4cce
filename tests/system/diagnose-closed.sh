#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: `vpn-connect diagnose` of a link that is this host's default route: nothing leaves beside the link
# that it tries, nothing is left of it wherever it is interrupted, and what a run that died has closed stays so.
# shellcheck source=tests/lib/uplink.sh
. "$SRC/tests/lib/uplink.sh"

uplink_create
uplink_install
peer 'Address 10.9.0.2 10.9.0.1' 'Address6 fd00:9::2 fd00:9::1'
net_of_local >"$WORLD/net"
sniff
profile 'Route default' 'KillSwitch yes'

nothing_left()
{
	same_net && vpn_is_down && nobody_left
}

# --- to its end
leaks >/dev/null
check_exit 0 'all is well' connect diagnose --to $OUT office
same '' "$(leaks)" 'nothing has left beside the link'
check 'and nothing is left' wait_for "$HOST_DEADLINE" 'nothing left' nothing_left

# --- interrupted
# interrupted SIGNAL STATUS: diagnose is told to end while it tries the way to a gateway that is silent
interrupted()
{
	local status=0 asked
	on local vpn-connect diagnose office >"$WORLD/said" 2>&1 &
	asked=$!
	wait_for "$HOST_DEADLINE" 'a connection' is_connecting
	on local sh -c "kill -$1 \$(pgrep -o -x vpn-connect)"
	wait $asked || status=$?
	same "$2" "$status" "SIG$1 on the way: exit status"
	check "SIG$1 on the way: nothing is left" wait_for "$HOST_DEADLINE" 'nothing left' nothing_left
}
is_connecting()
{
	on local grep -q ' 027100CB:0016 02 ' /proc/net/tcp
}
on router nft add table inet silent
on router nft add chain inet silent c '{ type filter hook forward priority 0; policy drop; }'
interrupted INT 130
interrupted TERM 143
interrupted HUP 129
on router nft delete table inet silent

# --- what a run that died has closed
check 'up' connect up --quiet office
# shellcheck disable=SC2016 # a host's
on local sh -c 'kill -KILL $(pgrep -x vpn-connect) $(pgrep -x ssh) $(pgrep -x ppptun)'
check 'all are killed' wait_for "$HOST_DEADLINE" 'their end' nobody_left
is_as_it_was()
{
	diff "$WORLD/closed" <(net_of_local | grep -v packets)
}
net_of_local | grep -v packets >"$WORLD/closed"
check_exit 71 'diagnose says so' connect diagnose office
check 'and leaves it as it is' is_as_it_was
check_exit 1 'closed' host_answers local 192.168.7.1 3
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net
