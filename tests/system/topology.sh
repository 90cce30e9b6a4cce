#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The four hosts that the tunnel is tried between: that nothing but a tunnel can join the two
# inner ones. Otherwise every test of a tunnel would pass without one.
# shellcheck source=tests/lib/topology.sh
. "$SRC/tests/lib/topology.sh"

topology_create
check 'the two gateways reach each other' on local ping -c 1 -W "$HOST_DEADLINE" 198.51.100.1
check 'an inner host reaches its gateway' on inner-local ping -c 1 -W "$HOST_DEADLINE" 192.0.2.1
check 'an inner host reaches the public side of its gateway' \
	on inner-remote ping -c 1 -W "$HOST_DEADLINE" 198.51.100.1
check_not 'the inner hosts do not reach each other' on inner-local ping -c 1 -W 1 10.2.0.5
check_not 'a gateway does not reach the other network' on local ping -c 1 -W 1 10.2.0.5

# A plain route in place of the tunnel: forwarding itself works.
on local ip route add 10.2.0.0/16 via 198.51.100.1
on remote ip route add 192.0.2.0/24 via 198.51.100.7
check 'with routes, the inner hosts reach each other through the gateways' \
	on inner-local ping -c 1 -W "$HOST_DEADLINE" 10.2.0.5
