#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The four hosts that the tunnel is tried between: that nothing but a tunnel can join the two
# inner ones. Otherwise every test of a tunnel would pass without one.
# shellcheck source=tests/lib/topology.sh
. "$SRC/tests/lib/topology.sh"

topology_four
check 'the two gateways reach each other' on local ping -c 1 -W 5 "$REMOTE"
check 'an inner host reaches its gateway' on inner-local ping -c 1 -W 5 "$LOCAL_INNER"
check 'an inner host reaches the public side of its gateway' on inner-remote ping -c 1 -W 5 "$REMOTE"
check_not 'the inner hosts do not reach each other' on inner-local ping -c 1 -W 1 "$INNER_REMOTE"
check_not 'a gateway does not reach the other network' on local ping -c 1 -W 1 "$INNER_REMOTE"

# A plain route in place of the tunnel: forwarding itself works.
on local ip route add "$TARGETNET" via "$REMOTE"
on remote ip route add "$MYNET" via "$LOCAL"
check 'with routes, the inner hosts reach each other through the gateways' \
	on inner-local ping -c 1 -W 5 "$INNER_REMOTE"
