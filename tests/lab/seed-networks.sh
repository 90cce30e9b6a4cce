#!/bin/bash
# SPDX-License-Identifier: ISC
#
# TARGETNET and MYNET: hosts in the networks behind the two ends reach each other through the tunnel,
# and only while it is up. Then the same with the roles swapped, on the same two machines.
# shellcheck source=tests/lib/topology.sh
. "$SRC/tests/lib/topology.sh"

topology_create

# one_way LAUNCHER SERVER MYNET TARGETNET MY-ADDRESS ITS-ADDRESS: the launcher's profile and the server's peer
one_way()
{
	local launcher=$1 server=$2 mine=$3 target=$4 here=$5 there=$6
	host_account "$launcher" "at-$launcher"
	host_trust "$launcher" "$server"
	vpn_peer "$server" "$launcher" <<-END
		Key      $(host_key "$launcher" "at-$launcher" | cut -d' ' -f1,2)
		Allow    pppd sshroute status
		Address  $there $here
		Route    $mine
		Offer    $target
	END
	vpn_authorize "$server"
	vpn_profile "$launcher" "$server" <<-END
		Host     $server
		RunAs    at-$launcher
		Address  $here $there
		Accept   $target
		Ppp      pppd
	END
}

# Both machines are installed as both, once: make install-remote, make install-local.
vpn_remote remote
vpn_remote local
vpn_local remote
vpn_local local
one_way local remote 192.0.2.0/24 10.2.0.0/16 10.9.0.1 10.9.0.2
one_way remote local 10.2.0.0/16 192.0.2.0/24 10.9.0.2 10.9.0.1
before_remote=$(vpn_state remote)
before_local=$(vpn_state local)

# reach SECONDS: and each answer may take so long.
reach()
{
	on inner-local ping -c 1 -W "$1" 10.2.0.5 && on inner-remote ping -c 1 -W "$1" 192.0.2.5
}

# round NAME LAUNCHER SERVER LAST-BYTE-OF-THE-ADDRESS-AT-REMOTE
round()
{
	check_not "$1: before, the inner hosts do not reach each other" reach 2
	check "$1: up" on "$2" vpn-connect up "$3"
	check "$1: the inner hosts reach each other, both ways" reach "$HOST_DEADLINE"
	# The second hop of a packet that may make only two: the far end of the tunnel.
	matches "From 10\\.9\\.0\\.$4 .*Time to live exceeded" \
		"$(on inner-local ping -c 1 -W "$HOST_DEADLINE" -t 2 10.2.0.5)" "$1: through the tunnel, not around it"
	check "$1: down" on "$2" vpn-connect down "$3"
	check_not "$1: afterwards they do not" reach 2
	check "$1: the launching side is as it was" wait_for 20 'the former state' \
		vpn_state_is "$2" "$([ "$2" = local ] && echo "$before_local" || echo "$before_remote")"
	check "$1: the serving side is as it was" wait_for 20 'the former state' \
		vpn_state_is "$3" "$([ "$3" = local ] && echo "$before_local" || echo "$before_remote")"
}
round 'local to remote' local remote 2
round 'reciprocal' remote local 2
