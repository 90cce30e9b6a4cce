#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Hosts with IPv6 switched off, in each way that a running kernel knows, and links of sizes that
# IPv6 is too large for: what carries IPv4 alone comes up, and what asks for IPv6 is told. A kernel
# without any is in tests/lab/no-ipv6.sh.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
vpn_local local
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
office()
{
	{
		printf '%s\n' 'Host remote' 'RunAs alice' 'Accept address 10.2.0.0/16' 'Timeout 20'
		printf '%s\n' "$@"
	} | vpn_profile local office
}
peer=$(host_root remote)/etc/sallyport/peers/alice.conf
plain=$(grep -vx End "$peer")
# also LINE…: the peer's file with these as well.
also()
{
	printf '%s\n' "$plain" "$@" | host_file remote /etc/sallyport/peers/alice.conf
}

# switch HOST WHICH VALUE: "all" goes for what is there too, "default" for what is to come.
switch()
{
	on "$1" sysctl -q "net.ipv6.conf.$2.disable_ipv6=$3"
}

# comes_up NAME MTU: with its routes, on both ends.
comes_up()
{
	check "$1: up" on local vpn-connect up --once office
	check "$1: the other end answers" host_answers local 10.9.0.2
	matches '^10.2.0.0/16 dev sp-office' "$(on local ip route)" "$1: an accepted offer is a route here"
	matches '^192.0.2.0/24 dev sp-alice' "$(on remote ip route)" "$1: the route of policy is one there"
	same "$2" "$(on local cat /sys/class/net/sp-office/mtu)" "$1: the MTU here"
	same "$2" "$(on remote cat /sys/class/net/sp-alice/mtu)" "$1: the MTU there"
	same '' "$(on local ip -6 address show dev sp-office; on remote ip -6 address show dev sp-alice)" \
		"$1: no IPv6 address on either"
	check "$1: down" on local vpn-connect down office
	check "$1: its end" wait_for 20 'the end of ppptun' vpn_idle remote /usr/libexec/sallyport/ppptun
}

# refused CODE PATTERN NAME
refused()
{
	local said status=0
	said=$(on local vpn-connect up --once --quiet office 2>&1) || status=$?
	same "$1" "$status" "$3: exit status"
	matches "$2" "$said" "$3: what is said"
	lacks 'Permission denied|not supported' "$said" "$3: no errno"
	check "$3: its end" wait_for 20 'the end of ppptun' vpn_idle remote /usr/libexec/sallyport/ppptun
}

# --- IPv6 switched off
office
for which in default all; do
	for hosts in local remote 'local remote'; do
		for host in $hosts; do
			switch "$host" "$which" 1
		done
		comes_up "$which off on $hosts" 1500
		for host in $hosts; do
			switch "$host" "$which" 0
		done
	done
done

# --- and asked for
also 'Address6 fd00:9::2 fd00:9::1'
switch local default 1
refused 71 'this host has no IPv6, which Address6 asks for: it is switched off' 'Address6, off here'
switch local default 0
switch remote default 1
refused 76 'the agent on remote could not do what was asked; its log says more' 'Address6, off there'
log_says()
{
	vpn_log remote | grep -q 'reason="this host has no IPv6, which Address6 asks for: it is switched off'
}
check 'Address6, off there: the log says why' wait_for "$HOST_DEADLINE" 'the record' log_says
# Without a plan to stop at: ppptun says it by itself.
check_exit 1 'Address6, off there: ppptun by itself fails' on remote timeout 20 /usr/libexec/sallyport/ppptun \
	notty ifname sp-bare +ipv6 ipv6 ::1,::2 10.8.0.1:10.8.0.2 </dev/null
matches 'ppptun.*: sp-bare has no IPv6, but needs an IPv6 address: it is switched off on this host' \
	"$(host_log remote)" 'Address6, off there: and says why'
switch remote default 0
check 'Address6, off nowhere: up' on local vpn-connect up --once office
check 'Address6, off nowhere: the other end answers' host_answers local fd00:9::2
check 'Address6, off nowhere: down' on local vpn-connect down office
check 'Address6, off nowhere: its end' wait_for 20 'the end of ppptun' vpn_idle remote /usr/libexec/sallyport/ppptun

# --- smaller than IPv6 takes
for mru in 296 1000 1279; do
	also "Mru $mru"
	comes_up "Mru $mru there" "$mru"
done
also
office 'Mru 1000'
check 'Mru 1000 here: up' on local vpn-connect up --once office
same 1000 "$(on local cat /sys/class/net/sp-office/mtu)" 'Mru 1000 here: the MTU here'
check 'Mru 1000 here: the other end answers' host_answers local 10.9.0.2
check 'Mru 1000 here: down' on local vpn-connect down office
check 'Mru 1000 here: its end' wait_for 20 'the end of ppptun' vpn_idle remote /usr/libexec/sallyport/ppptun
