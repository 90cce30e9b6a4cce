# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# The HOWTO's picture: a network behind each end.
#
#   inner-remote ── remote ══ local ── inner-local
#    10.2.0.5      gateways, joined      192.0.2.5
#     TARGETNET    by 198.51.100.0/24     MYNET
#
# topology_create makes the four hosts; only the gateways forward.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

topology_create()
{
	host_create inner-remote remote local inner-local
	host_wire inner-remote 10.2.0.5/16 remote 10.2.0.1/16
	host_wire remote 198.51.100.1/24 local 198.51.100.7/24
	host_wire local 192.0.2.1/24 inner-local 192.0.2.5/24
	on inner-remote ip route add default via 10.2.0.1
	on inner-local ip route add default via 192.0.2.1
	on remote sysctl -q net.ipv4.ip_forward=1
	on local sysctl -q net.ipv4.ip_forward=1
}
