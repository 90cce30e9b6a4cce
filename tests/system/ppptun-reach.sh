#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Where a peer's packets may go, with ppptun on a gateway that would forward them anywhere: to this
# end and to what is offered, or to what Reach says, and from nowhere else to the peer. And the same
# where nothing holds it but the packet filter that policy.conf(5) has for it.
# shellcheck source=tests/lib/topology.sh
. "$SRC/tests/lib/topology.sh"

# Another network of the remote's, of which the peer is told nothing.
readonly OTHER=10.77.0.5 OTHER6=fd00:77::5 INNER=10.2.0.5 INNER6=fd00:2::5
topology_create
host_create elsewhere
host_wire elsewhere "$OTHER/24" remote 10.77.0.1/24
on elsewhere ip route add default via 10.77.0.1

# add6 HOST DEVICE ADDRESS: of IPv6, with a link-local one, which neighbours ask each other from.
add6()
{
	on "$1" ip addr add "$3/64" dev "$2" nodad
	on "$1" ip addr add "fe80::${3##*::}/64" dev "$2" nodad
}
add6 inner-remote to-remote "$INNER6"
add6 remote to-inner-remote fd00:2::1
add6 elsewhere to-remote "$OTHER6"
add6 remote to-elsewhere fd00:77::1
on inner-remote ip -6 route add default via fd00:2::1
on elsewhere ip -6 route add default via fd00:77::1
on remote sysctl -q net.ipv6.conf.all.forwarding=1

vpn_remote remote
vpn_local local
host_account local alice
host_trust local remote
key=$(host_key local alice | cut -d' ' -f1,2)
on remote rm -f /dev/ppp
on local rm -f /dev/ppp

# policy LINE…: alice's, with these lines more.
policy()
{
	{
		echo "Key $key"
		printf '%s\n' 'From 198.51.100.0/24' 'Allow pppd sshroute status' \
			'Address 10.9.0.2 10.9.0.1' 'Address6 fd00:9::2 fd00:9::1' \
			'Offer 10.2.0.0/16 fd00:2::/64' "$@"
	} | vpn_peer remote alice
	vpn_authorize remote
}

# A peer that takes whatever comes, and sends what she likes.
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address 10.2.0.0/16 fd00:2::/64
	Strict   no
END

# up WHAT: the link, over which she routes by herself what she was not offered.
up()
{
	check "up, $1" on local vpn-connect up office
	on local ip route add 10.77.0.0/24 dev sp-office
	on local ip -6 route add fd00:77::/64 dev sp-office
}

down()
{
	check 'down' on local vpn-connect down office
	check 'and it is down there' wait_for 20 'that' sh -c "! test -e $(host_root remote)/sys/class/net/sp-alice"
}

# heard HOST: datagrams for ports that nobody has, of either version (RFC 4113).
heard()
{
	# shellcheck disable=SC2016 # awk's
	on "$1" awk '$1 == "Udp:" && $3 ~ /^[0-9]+$/ { n += $3 } $1 == "Udp6NoPorts" { n += $2 }
		END { print n }' /proc/net/snmp /proc/net/snmp6
}

# says FROM ADDRESS: a datagram, and no waiting.
says()
{
	# shellcheck disable=SC2016 # perl's
	on "$1" perl -MIO::Socket::IP -e '
		IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 9, Proto => "udp")->send("x")' "$2"
}

# unheard FROM ADDRESS HOST NAME: nothing of it gets to HOST, before what goes over the link after it.
unheard()
{
	local before from=local end=10.9.0.2
	[ "$1" = local ] || from=remote end=10.9.0.1
	before=$(heard "$3")
	says "$1" "$2"
	says "$1" "$2"
	check "$4: it is sent, and the link is up" on "$from" ping -c 1 -W "$HOST_DEADLINE" "$end"
	same "$before" "$(heard "$3")" "$4: nothing gets there"
}

reaches_what_is_offered()
{
	check 'she reaches this end' host_answers local 10.9.0.2
	check 'and by IPv6' host_answers local fd00:9::2
	check 'and what is offered' host_answers local "$INNER"
	check 'and by IPv6' host_answers local "$INNER6"
	check 'and is reached from there' host_answers inner-remote 10.9.0.1
	check 'and by IPv6' host_answers inner-remote fd00:9::1
}

reaches_nothing_else()
{
	unheard local "$OTHER" elsewhere 'she does not reach another network'
	unheard local "$OTHER6" elsewhere 'nor one of IPv6'
	unheard local 10.77.0.1 remote "nor another address of this end's"
	unheard elsewhere 10.9.0.1 local 'and is not reached from there'
	unheard elsewhere fd00:9::1 local 'nor by IPv6'
}

# said PATTERN: whether the remote's ppptun said so.
said()
{
	grep -Eq "ppptun\\[[0-9]+\\]: .*$1" "$(host_root remote)/var/log/messages"
}

# --- what is offered, where nothing else is said
policy
up 'with Offer'
matches 'reach=10.9.0.2/32,fd00:9::2/128,10.2.0.0/16,fd00:2::/64$' "$(vpn_log remote)" \
	'the log says where packets may go'
reaches_what_is_offered
reaches_nothing_else
check 'the log has the first packet of hers that was dropped' wait_for "$HOST_DEADLINE" 'it' said \
	"dropped a packet from the other end, .*: 10.9.0.1 to $OTHER"
check 'and the first to her' wait_for "$HOST_DEADLINE" 'it' said "dropped a packet to the other end, .*: $OTHER to 10.9.0.1"

# A router on the way, whose address is in no offered network, says that a packet is too large.
on remote ip addr add 172.16.0.1/32 dev lo
on remote ip link set dev to-inner-remote mtu 1300
on remote ip route replace 10.9.0.1/32 dev sp-alice src 172.16.0.1
matches '^From 172\.16\.0\.1 .*mtu = 1300' "$(on local ping -c 1 -W 5 -M 'do' -s 1400 "$INNER")" \
	'a router on the way tells her of a packet that is too large'
on remote ip addr del 172.16.0.1/32 dev lo
on remote ip link set dev to-inner-remote mtu 1500
down

# --- Reach in its place
policy "Reach $OTHER/32 fd00:77::/64"
up 'with Reach'
check 'she reaches what Reach says' host_answers local "$OTHER"
check 'and by IPv6' host_answers local "$OTHER6"
check 'and is reached from there' host_answers elsewhere 10.9.0.1
unheard local "$INNER" inner-remote 'she does not reach what is offered alone'
unheard local 10.77.0.1 remote 'nor the rest of a network'
unheard inner-remote 10.9.0.1 local 'nor is she reached from there'
down

# --- no limit
policy 'Reach any'
up 'with Reach any'
matches 'reach=any$' "$(vpn_log remote)" 'the log says so'
reaches_what_is_offered
check 'she reaches another network' host_answers local "$OTHER"
check 'and by IPv6' host_answers local "$OTHER6"
check 'and is reached from there' host_answers elsewhere 10.9.0.1


# --- held by a packet filter, the manual's: to it the device is as good as one of the kernel's PPP
sed -n '/^table inet sallyport {$/,/^}$/p' "$BUILD/policy/language/policy.conf.5" | host_file remote /etc/nftables.conf
check 'the manual has rules, and the kernel takes them' on remote nft -f /etc/nftables.conf
check 'with them she reaches this end' host_answers local 10.9.0.2
check 'and by IPv6' host_answers local fd00:9::2
check 'and what is offered' host_answers local "$INNER"
check 'and is reached from there' host_answers inner-remote 10.9.0.1
reaches_nothing_else
on remote nft delete table inet sallyport
check 'without them she is back in another network' host_answers local "$OTHER"
down
