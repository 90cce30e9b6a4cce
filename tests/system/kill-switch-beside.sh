#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: KillSwitch against what is beside it on this host: rules that send a packet another way once its
# way was chosen, another's table of the same name, datagrams that only look like DHCP, and a packet filter
# that is flushed while a link comes up.
# shellcheck source=tests/lib/uplink.sh
. "$SRC/tests/lib/uplink.sh"

uplink_create
uplink_install
peer 'Address 10.9.0.2 10.9.0.1' 'Address6 fd00:9::2 fd00:9::1'
net_of_local >"$WORLD/net"
sniff
readonly TABLE=(table inet sallyport-office)

# says FAMILY PORT ADDRESS PORT: root sends a datagram
says()
{
	on local python3 -c "
import socket, sys
s = socket.socket(getattr(socket, sys.argv[1]), socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.bind(('', int(sys.argv[2])))
try:
    s.sendto(b'x', (sys.argv[3], int(sys.argv[4])) + (() if len(sys.argv) < 6 else (0, socket.if_nametoindex(sys.argv[5]))))
except OSError:
    pass" "$@"
}

has_table()
{
	on local nft list "${TABLE[@]}" >/dev/null 2>&1
}

# --- what fails before ssh is started, again and again
profile 'Route default' 'KillSwitch yes' 'Host nosuch.invalid'
check_exit 68 'up: the name is not known' connect up --quiet office
check 'it waits' wait_for "$HOST_DEADLINE" 'the pause' is_waiting
pid=$(supervisor)
check_exit 68 'nor when it is tried again' connect up --quiet office
check 'it waits on' wait_for "$HOST_DEADLINE" 'the pause' is_waiting
same "$pid" "$(supervisor)" 'the same supervisor'
check 'down' connect down --quiet office

# --- another's table of that name, which attempts are made beside
profile 'Route default' 'KillSwitch yes'
on local nft -f - <<'END'
table inet sallyport-office {
	chain theirs { }
}
END
check_exit 71 'a table of that name is there' connect up --quiet office
check 'it waits' wait_for "$HOST_DEADLINE" 'the pause' is_waiting
check_exit 71 'nor when it is tried again' connect up --quiet office
matches 'chain theirs' "$(on local nft list "${TABLE[@]}")" 'their table is as it was'
check 'down' connect down --quiet office
matches 'chain theirs' "$(on local nft list "${TABLE[@]}" 2>&1)" 'nor is it removed'
on local nft delete "${TABLE[@]}"
check 'nothing else is left' same_net

# --- flushed while a link comes up, which takes its time where the gateway takes connections and says nothing
profile 'Route default' 'KillSwitch yes' 'Port 9'
host_daemon remote /run/mute.pid python3 -c '
import socket
s = socket.create_server(("", 9))
kept = []
while True:
    kept.append(s.accept())'
check 'somebody listens' wait_for "$HOST_DEADLINE" 'it' host_listens remote 9
check 'up, in the background' connect up --quiet --wait=0 office
has_ssh()
{
	[ -n "$(vpn_pid ssh)" ] && has_table
}
check 'ssh has begun' wait_for "$HOST_DEADLINE" 'it' has_ssh
pid=$(vpn_pid ssh)
on local nft flush ruleset
check 'flushed: the table is put back' wait_for "$HOST_DEADLINE" 'it' has_table
same "$pid" "$(vpn_pid ssh)" 'in the same attempt'
check_exit 1 'and closed' host_answers local 192.168.7.1 3
check 'down' connect down --quiet office
host_stop remote /run/mute.pid
check 'rules, routes and the packet filter are as they were' same_net
profile 'Route default' 'KillSwitch yes'

# --- what passes
check 'up' connect up --quiet office
leaks >/dev/null
# As a network can give it to this host by DHCP.
on local ip route add 198.51.100.0/24 via 192.168.7.1
on local ip -6 route add fd00:5::/64 via fd00:7::1
says AF_INET 68 $OUT 67
says AF_INET6 546 $OUT6 547
says AF_INET6 546 fd00:7::1 547
same '' "$(leaks)" 'what only looks like DHCP does not leave'
says AF_INET 68 192.168.7.1 67
says AF_INET6 546 ff02::1:2 547 to-router
same $'to-router 17 to 192.168.7.1\nto-router 17 to ff02::1:2' "$(leaks)" 'DHCP does'
on local ip route del 198.51.100.0/24
on local ip -6 route del fd00:5::/64

# --- a packet whose way is chosen anew
on local nft -f - <<END
table inet rerouted {
	chain marked {
		type route hook output priority mangle
		ip daddr $OUT meta mark set 7
		ip6 daddr $OUT6 meta mark set 7
	}
	chain moved {
		type nat hook output priority -100
		ip daddr 198.51.100.77 dnat to 192.168.7.1
	}
}
END
on local ip rule add fwmark 7 lookup main priority 100
on local ip -6 rule add fwmark 7 lookup main priority 100
says AF_INET 0 $OUT 7
says AF_INET6 0 $OUT6 7
says AF_INET 0 198.51.100.77 7
same '' "$(leaks)" 'nor does a packet that was on its way into the link when its way was changed'
on local nft delete table inet rerouted
on local ip rule del fwmark 7
on local ip -6 rule del fwmark 7
check 'what goes into the link still does' host_answers local $OUT
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net
