#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A kernel that was booted without IPv6: the module is there, and answers to no address family.
# Links of IPv4 come up with ppptun and with pppd, on both sides; what asks for IPv6 is told.
#
# append: ipv6.disable=1
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
vpn_local local
check_not 'the kernel has no IPv6' on local test -e /proc/sys/net/ipv6
peer=$(host_root remote)/etc/sallyport/peers/alice.conf

# engines REMOTE LOCAL
engines()
{
	echo "Ppp $1" | host_file remote /etc/sallyport/agent.conf 644
	vpn_profile local office <<-END
		Host     remote
		RunAs    alice
		Accept   address 10.2.0.0/16
		Ppp      $2
	END
}

engines auto auto
before_remote=$(vpn_state remote)
before_local=$(vpn_state local)
ended()
{
	check "$1: nothing is left there" wait_for 20 'the former state' vpn_state_is remote "$before_remote"
	same "$before_local" "$(vpn_state local)" "$1: nothing is left here"
}

for row in 'ppptun ppptun 1500' 'pppd pppd 1500' 'ppptun pppd 1000' 'pppd ppptun 1000'; do
	read -r there here mru <<<"$row"
	name="$there there, $here here, Mru $mru"
	engines "$there" "$here"
	sed -i '/^Mru/d' "$peer"
	vpn_add "$peer" "Mru $mru"
	check "$name: up" on local vpn-connect up --once office
	check "$name: a packet as large as the link takes" on local ping -c 1 -W "$HOST_DEADLINE" -M "do" -s $((mru - 28)) 10.9.0.2
	matches '^10.2.0.0/16 dev sp-office' "$(on local ip route)" "$name: an accepted offer is a route here"
	matches '^192.0.2.0/24 dev sp-alice' "$(on remote ip route)" "$name: the route of policy is one there"
	check "$name: down" on local vpn-connect down office
	ended "$name"
done

# --- an address that no kernel like this one can have
sed -i '/^Mru/d' "$peer"
vpn_add "$peer" 'Address6 fd00:9::2 fd00:9::1'
for engine in ppptun pppd; do
	engines "$engine" "$engine"
	status=0
	said=$(on local vpn-connect up --once --quiet office 2>&1) || status=$?
	same 76 "$status" "$engine, Address6: up fails"
	matches 'the agent on remote could not do what was asked; its log says more' "$said" "$engine, Address6: and says where"
	ended "$engine, Address6"
done
same 2 "$(vpn_log remote | grep -c 'this host has no IPv6, which Address6 asks for: its kernel lacks it')" \
	'Address6: the log says why'

# --- a default route: what this host lacks is not what somebody took away
sed -i '/^Address6/d' "$peer"
vpn_add "$peer" 'Reach any'
printf '%s\n' 'Host remote' 'RunAs alice' 'Accept address 10.2.0.0/16' 'Route default' | vpn_profile local office
check 'Route default: up' on local vpn-connect up office
on local ip route del 10.2.0.0/16 dev sp-office
put_back()
{
	grep -q 'the route to 10.2.0.0/16 was removed by somebody else: put back' "$(host_root local)/var/log/messages"
}
check 'Route default: the link is looked at' wait_for "$HOST_DEADLINE" 'that' put_back
lacks 'default route were changed by somebody else' "$(host_log local)" 'Route default: nothing else was missing'
check 'Route default: down' on local vpn-connect down office
ended 'Route default'
