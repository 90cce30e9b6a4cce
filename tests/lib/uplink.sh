# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# A laptop whose default route is its router, behind which are a gateway and everything else; and a
# second laptop behind the first one.
#
#   behind ── local ──── router ──── remote
#   192.0.2.5  192.168.7.7   │     203.0.113.2, fd00:3::2
#   fd00:2::5  fd00:7::7    out
#                     198.51.100.9, fd00:5::9
#
# Both families everywhere. sniff and leaks count what leaves local beside the link, on each interface
# that it has: what is not ssh to the gateway, a neighbour that is looked for, or DHCP.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck disable=SC2034,SC2119,SC2120 # variables and arguments are for the scripts
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly GATEWAY=203.0.113.2 GATEWAY6=fd00:3::2 OUT=198.51.100.9 OUT6=fd00:5::9 BEHIND=192.0.2.5 BEHIND6=fd00:2::5

uplink_create()
{
	# Who forwards looks for neighbours by a link-local address.
	host_create behind local router remote out
	host_wire local 192.168.7.7/24,fd00:7::7/64,fe80::7/64 router 192.168.7.1/24,fd00:7::1/64,fe80::1/64
	host_wire router 203.0.113.1/24,fd00:3::1/64,fe80::1/64 remote $GATEWAY/24,$GATEWAY6/64,fe80::2/64
	host_wire router 198.51.100.1/24,fd00:5::1/64,fe80::1/64 out $OUT/24,$OUT6/64,fe80::9/64
	host_wire behind 192.0.2.5/24,fd00:2::5/64,fe80::5/64 local 192.0.2.1/24,fd00:2::1/64,fe80::1/64
	local host
	for host in local router remote; do
		on $host sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	done
	# Each of many datagrams gets its answer.
	on out sysctl -q net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	uplink_default local 192.168.7.1 fd00:7::1
	uplink_default remote 203.0.113.1 fd00:3::1
	uplink_default out 198.51.100.1 fd00:5::1
	uplink_default behind 192.0.2.1 fd00:2::1
	# What is behind the gateway, whoever has it.
	for host in 10.9.0.0/24 192.0.2.0/24; do
		on router ip route add $host via $GATEWAY
	done
	for host in fd00:9::/64 fd00:2::/64; do
		on router ip -6 route add $host via $GATEWAY6
	done
	# How a name server would know it.
	on local sh -c "grep -v remote /etc/hosts >/tmp/h; cat /tmp/h >/etc/hosts; rm /tmp/h
		echo '$GATEWAY remote' >>/etc/hosts"
}

# The kernel sets the link-local addresses up in its own time, so that a route could be too early.
uplink_default()
{
	on "$1" ip route add default via "$2"
	on "$1" ip -6 route add default via "$3"
}

# peer LINE…: alice, who may go anywhere
peer()
{
	printf '%s\n' "Key $key" 'Allow pppd sshroute' 'Reach any' 'Route 192.0.2.0/24 fd00:2::/64' "$@" |
		vpn_peer remote alice
	vpn_authorize remote
}

uplink_install()
{
	vpn_remote remote
	vpn_local local
	on remote rm -f /dev/ppp
	on local rm -f /dev/ppp
	host_account local alice
	host_account local bob
	host_trust local remote
	on local sh -c 'for f in /home/*/.ssh/known_hosts /etc/ssh/ssh_known_hosts; do
		[ ! -e "$f" ] || sed -i "s/^remote[^ ]* /remote,'"$GATEWAY,$GATEWAY6"' /" "$f"; done'
	key=$(host_key local alice | cut -d' ' -f1,2)
}

# profile LINE…
profile()
{
	{
		[[ " $*" == *' Host '* || "$*" == 'Host '* ]] || echo 'Host remote'
		printf '%s\n' "$@" 'RunAs alice' 'Accept address' 'RemoteRoutes yes' 'Ppp ppptun' 'Timeout 20' 'Keepalive 5'
	} | vpn_profile local office
}

connect()
{
	on local vpn-connect "$@" 2>&1
}

is_waiting()
{
	[[ $(connect status office) = 'office is waiting'* ]]
}

is_up()
{
	[[ $(connect status office) = 'office is up'* ]]
}

supervisor()
{
	vpn_pid supervisor
}

has_ended()
{
	! on local test -e "/proc/$1"
}

log_has()
{
	wait_for "$HOST_DEADLINE" "a record like: $1" log_holds "$1"
}

log_holds()
{
	grep -Eq -e "$1" "$(host_root local)/var/log/messages"
}

# The whole of what a link with a default route could change.
net_of_local()
{
	on local sh -c '{ ip rule; ip -6 rule; ip -4 route show table all; ip -6 route show table all; } | sort; nft list ruleset' |
		grep -v ' expires '
}

same_net()
{
	diff "$WORLD/net" <(net_of_local)
}

# way ADDRESS [WORD…]: the device that a packet of local's to it leaves by, or why not.
way()
{
	local said
	said=$(on local ip route get "$@" 2>&1 | head -n 1)
	if [[ $said =~ \ dev\ ([^ ]+) ]]; then
		echo "${BASH_REMATCH[1]}"
	else
		echo "$said"
	fi
}

# sniff: begins to count; leaks: what was seen since, a line for each kind of packet.
sniff()
{
	host_daemon local /run/sniff.pid python3 /src/tests/system/sniff.py /tmp/leaks $GATEWAY $GATEWAY6 $BEHIND $BEHIND6
	wait_for "$HOST_DEADLINE" 'the sniffer' on local test -e /tmp/leaks
}

# What was sent before a mark has been written down once the mark is.
leaks()
{
	local mark=$((RANDOM + 1))
	on local python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(b'mark $mark', ('127.0.0.1', 9))"
	wait_for "$HOST_DEADLINE" 'the mark' on local grep -q "^mark $mark\$" /tmp/leaks >/dev/null
	on local sh -c 'grep -v ^mark /tmp/leaks | sort -u; : >/tmp/leaks'
}

# chatter: packets to out, of both families, from local, and from behind through it, all the time.
chatter()
{
	host_daemon local /run/chatter.pid python3 /src/tests/system/chatter.py $OUT $OUT6
	host_daemon behind /run/chatter.pid python3 /src/tests/system/chatter.py $OUT $OUT6
}

unchatter()
{
	host_stop local /run/chatter.pid
	host_stop behind /run/chatter.pid
}

# Another VPN's rules, as wg-quick makes them, and somebody's table of the packet filter.
uplink_others()
{
	on local sh -c 'ip rule add not fwmark 51820 lookup 51820 priority 32764
		ip rule add lookup main suppress_prefixlength 0 priority 32763
		ip route add unreachable 10.66.0.0/16 table 51820
		nft add table inet somebody
		nft add chain inet somebody c "{ type filter hook output priority 0; }"'
}

nobody_left()
{
	! on local sh -c 'pgrep -x vpn-connect || pgrep -x ssh || pgrep -x ppptun' >/dev/null
}

# ordeal LINE…: packets are sent all the time, and none leaves beside the link of a profile with these lines.
ordeal()
{
	local pid
	profile "$@" 'Port 9'
	check_exit 68 'up, to a port that nobody listens on' connect up --quiet office
	check 'it waits' wait_for "$HOST_DEADLINE" 'the pause' is_waiting
	leaks >/dev/null
	chatter
	check_exit 3 'not up' connect status --quiet office
	same '' "$(leaks)" 'before the link was up at all: nothing leaves'
	profile "$@"
	check 'coming up' connect up --quiet office
	check 'what is behind this host gets through' host_answers behind $OUT
	same '' "$(leaks)" 'coming up, and up: nothing leaves beside the link'
	on router ip link set to-remote down
	check 'the line is cut: the link is lost' wait_for "$HOST_DEADLINE" 'that' is_waiting
	same '' "$(leaks)" 'cut: nothing leaves'
	on router ip link set to-remote up
	on router ip -6 addr add fd00:3::1/64 dev to-remote nodad 2>/dev/null
	on router ip -6 addr add fe80::1/64 dev to-remote nodad 2>/dev/null
	on router ip route replace 10.9.0.0/24 via $GATEWAY
	on router ip route replace 192.0.2.0/24 via $GATEWAY
	on router ip -6 route replace fd00:9::/64 via $GATEWAY6
	on router ip -6 route replace fd00:2::/64 via $GATEWAY6
	connect up --quiet office >/dev/null || :
	check 'mended: up again' wait_for $((2 * HOST_DEADLINE)) 'that' is_up
	same '' "$(leaks)" 'mended: nothing leaves beside the link'
	killed=$(vpn_pid ssh)
	on local kill -KILL "$killed"
	check 'ssh is killed, and the link is up again' wait_for "$HOST_DEADLINE" 'another one' up_with_another ssh
	same '' "$(leaks)" 'killed, and up again: nothing leaves beside the link'
	pid=$(supervisor)
	on local sh -c 'kill -KILL $(pgrep -x vpn-connect) $(pgrep -x ssh) $(pgrep -x ppptun)'
	check 'all are killed' wait_for "$HOST_DEADLINE" 'their end' nobody_left
	matches 'No route to host|unreachable|not permitted|denied' "$(way $OUT)" 'all killed: a packet goes nowhere'
	same '' "$(leaks)" 'all killed: nothing leaves'
	await_slot
	check 'the next run takes over' connect up --quiet office
	check 'and gets through' host_answers local $OUT6
	same '' "$(leaks)" 'and meanwhile nothing left'
	check 'restart' connect restart --quiet office
	same '' "$(leaks)" 'a restart lets nothing out'
	on local sh -c 'kill -KILL $(pgrep -x vpn-connect) $(pgrep -x ssh) $(pgrep -x ppptun)'
	check 'all are killed again' wait_for "$HOST_DEADLINE" 'their end' nobody_left
	check 'down after that' connect down --quiet office
	check 'rules, routes and the packet filter are as they were' same_net
	check 'and packets leave by the router' wait_for "$HOST_DEADLINE" 'them' has_leaks
	unchatter
	leaks >/dev/null
}

up_with_another()
{
	is_up && ! on local test -e "/proc/$killed"
}

has_leaks()
{
	[ -n "$(leaks)" ]
}

await_slot()
{
	wait_for "$HOST_DEADLINE" 'the end of the session on remote' vpn_free remote
}
