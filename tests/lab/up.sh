#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-connect against a real sshd, with real pppd on a real kernel PPP on both sides: up, traffic,
# status, down, a link that comes back, and nothing left on either host.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
host_account local alice
host_trust local remote
vpn_peer remote alice <<-END
	Key      $(host_key local alice | cut -d' ' -f1,2)
	Allow    pppd sshroute status
	Address  10.9.0.2 10.9.0.1
	Address6 fd00:9::2 fd00:9::1
	Route    192.0.2.0/24
	Offer    10.2.0.0/16 10.3.0.0/16
END
vpn_authorize remote
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address 10.2.0.0/16
	Ppp      pppd
END
before_remote=$(vpn_state remote)
before_local=$(vpn_state local)

check 'up' on local vpn-connect up office
matches 'sp-office: <.*,UP,' "$(on local ip link show dev sp-office)" 'the local interface is up'
matches 'inet 10.9.0.1 peer 10.9.0.2/32' "$(on local ip addr show dev sp-office)" \
	'the local end has the pair of addresses'
matches 'inet 10.9.0.2 peer 10.9.0.1/32' "$(on remote ip addr show dev sp-alice)" \
	'the remote end has them mirrored'
check 'the other end answers over IPv4' on local ping -c 1 -W "$HOST_DEADLINE" 10.9.0.2
check 'the other end answers over IPv6' on local ping -c 1 -W "$HOST_DEADLINE" fd00:9::2
matches '^10.2.0.0/16 dev sp-office' "$(on local ip route)" 'the accepted offer is a route here'
lacks '^10.3.0.0/16' "$(on local ip route)" 'an offer that is not accepted is none'
matches '^192.0.2.0/24 dev sp-alice' "$(on remote ip route)" 'the route of policy is one there'
check 'two requests were allowed' wait_for "$HOST_DEADLINE" 'their records' vpn_allowed remote 2
same 1 "$(grep -c 'Accepted publickey for slave' "$(host_root remote)/var/log/messages")" \
	'by one ssh login: the second came over the same connection'

# --- a remote that says that it is a router (RFC 4861 4.2) is not believed
routers()
{
	on local ip -6 route show dev sp-office | grep -E 'proto ra|^default'
}
advertise()
{
	# shellcheck disable=SC2016 # perl's
	on remote perl -MSocket=:all -e '
		socket my $s, AF_INET6, SOCK_RAW, 58 or die $!;
		setsockopt $s, IPPROTO_IPV6, 18, pack("i", 255) or die $!;
		open my $f, "<", "/sys/class/net/sp-alice/ifindex" or die $!;
		chomp(my $index = <$f>);
		setsockopt $s, IPPROTO_IPV6, 17, pack("i", $index) or die $!;
		send $s, pack("CCnCCnNN", 134, 0, 0, 64, 0, 1800, 0, 0), 0,
			pack_sockaddr_in6(0, inet_pton(AF_INET6, "ff02::1"), $index) or die $!;'
}
check 'an advertisement is sent' advertise
check 'and what comes after it' on local ping -c 1 -W "$HOST_DEADLINE" fd00:9::2
check_not 'the remote is no router for this host' routers

for name in remote local; do
	pid=$(vpn_launched "$name")
	# shellcheck disable=SC2016 # expanded in the host
	status=$(on "$name" grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp)' "/proc/$pid/status" |
		tr '\t' ' ')
	note "$name: /proc/$pid/status of pppd"
	note "$status"
	same 5 "$(grep -c '^Cap.*: 0000000000001000$' <<<"$status")" \
		"$name: pppd has CAP_NET_ADMIN and nothing else in all five sets"
	matches '^NoNewPrivs: 1$' "$status" "$name: pppd has no new privileges"
	matches '^Seccomp: 2$' "$status" "$name: pppd is under a filter"
done
matches 'confinement=in-force id=.* program=/usr/libexec/sallyport/sshroute .* uid=[1-9][0-9]* .*landlock=[1-9]' \
	"$(vpn_log remote)" 'sshroute ran as the account, under Landlock'
lacks "Can't execute|pass-filter" "$(cat "$(host_root remote)/var/log/messages")" \
	'pppd does not complain of hooks and filters'

matches '^office is up since' "$(on local vpn-connect status office)" 'status says so'
same up "$(on local vpn-connect status --json office | python3 -c 'import json, sys; print(json.load(sys.stdin)["state"])')" \
	'status has JSON'
check_exit 75 'a second link is refused while it is up' on local vpn-connect up --once office

check 'down' on local vpn-connect down office
check_exit 3 'status says that it is down' on local vpn-connect status office
check 'the remote session ends' wait_for 20 'its end' vpn_idle remote
same "$before_local" "$(vpn_state local)" 'the local host is as it was'
check 'the remote host is as it was' wait_for "$HOST_DEADLINE" 'the former state' vpn_state_is remote "$before_remote"
check 'down again is no error' on local vpn-connect down office

# --- what ends it without anybody's asking
check 'up again' on local vpn-connect up --once office
on remote kill -KILL "$(vpn_launched remote)"
check 'a killed remote pppd takes the local side down' wait_for 30 'its end' \
	sh -c "! test -e $(host_root local)/sys/class/net/sp-office"
check 'and nothing is left here' wait_for 20 'the former state' vpn_state_is local "$before_local"
check 'nor there' wait_for 20 'the former state' vpn_state_is remote "$before_remote"

# --- and without --once it comes back, whoever's pppd or ssh it was
is_back()
{
	[ "$(vpn_pid ssh)" != "$1" ] && on local vpn-connect status --quiet office && on local ping -c 1 -W 5 10.9.0.2
}
comes_back()
{
	local name=$1 before self
	shift
	before=$(vpn_pid ssh) self=$(vpn_pid supervisor)
	check "$name: it can be done" "$@"
	check "$name: the link is back" wait_for 60 'an answer' is_back "$before"
	same "$self" "$(vpn_pid supervisor)" "$name: by the same supervisor"
	matches '^10.2.0.0/16 dev sp-office' "$(on local ip route)" "$name: with its route"
	matches '^192.0.2.0/24 dev sp-alice' "$(on remote ip route)" "$name: and the remote's"
}
check 'up, to stay' on local vpn-connect up office
comes_back 'the remote pppd is killed' on remote kill -KILL "$(vpn_launched remote)"
comes_back 'the local pppd is killed' on local kill -KILL "$(vpn_pid pppd)"
comes_back 'ssh is killed' on local kill -KILL "$(vpn_pid ssh)"

# --- what somebody takes away from the kernel's PPP is put back, by the same connection
parts()
{
	on local sh -c '{ ip route show dev sp-office; ip -6 route show dev sp-office; ip -o addr show dev sp-office
		ip -o link show dev sp-office; } | sed "s/^[0-9]*: //;s/valid_lft.*//;s/ nodad//" | sort'
}
is_whole()
{
	[ "$(parts)" = "$1" ] && on local vpn-connect status --quiet office
}
put_back()
{
	local name=$1 ssh whole
	shift
	wait_for "$HOST_DEADLINE" 'the addresses' host_settled local
	ssh=$(vpn_pid ssh) whole=$(parts)
	check "$name: it can be done" on local "$@"
	check "$name: put back" wait_for 60 'all of it' is_whole "$whole"
	same "$ssh" "$(vpn_pid ssh)" "$name: the link has stayed"
	check "$name: the other end answers over IPv4" on local ping -c 1 -W "$HOST_DEADLINE" 10.9.0.2
	check "$name: and over IPv6" on local ping -c 1 -W "$HOST_DEADLINE" fd00:9::2
}
put_back 'a route' ip route del 10.2.0.0/16
put_back 'the addresses' ip addr flush dev sp-office
put_back 'the interface set down' ip link set sp-office down
put_back 'its MTU' ip link set sp-office mtu 1000
check 'down' on local vpn-connect down office
check 'and nothing is left here' wait_for 20 'the former state' vpn_state_is local "$before_local"
check 'nor there' wait_for 20 'the former state' vpn_state_is remote "$before_remote"

check 'up once more' on local vpn-connect up office
# shellcheck disable=SC2016 # expanded in the host
on local sh -c 'kill -KILL $(sed -n "s/.*supervisor *pid \([0-9]*\).*/\1/p")' \
	<<<"$(on local vpn-connect status office)"
check 'down cleans up after a killed supervisor' on local vpn-connect down office
check 'and nothing is left here' wait_for 20 'the former state' vpn_state_is local "$before_local"
check 'nor there' wait_for 20 'the former state' vpn_state_is remote "$before_remote"

# --- Up and Down, which vpn-connect runs, and not pppd
host_file local /usr/local/sbin/hook 755 <<-'END'
	#!/bin/sh
	echo "$SALLYPORT_EVENT $SALLYPORT_INTERFACE $SALLYPORT_LOCAL $SALLYPORT_REMOTE6 $SALLYPORT_ROUTES" >>/var/log/hook
	ip route show dev "$SALLYPORT_INTERFACE" proto 83 >>/var/log/hook
END
vpn_add "$(host_root local)/etc/sallyport/connect/office.conf" 'Up /usr/local/sbin/hook' 'Down /usr/local/sbin/hook' 'HookAs root'
check 'up with Up' on local vpn-connect up office
check 'down with Down' on local vpn-connect down office
same 'up sp-office 10.9.0.1 fd00:9::2 10.2.0.0/16
10.2.0.0/16 scope link 
down sp-office 10.9.0.1 fd00:9::2 10.2.0.0/16
10.2.0.0/16 scope link ' "$(on local cat /var/log/hook)" 'with pppd: both have run, while the routes were there'
check 'and nothing is left here' wait_for 20 'the former state' vpn_state_is local "$before_local"
