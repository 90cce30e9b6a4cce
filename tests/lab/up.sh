#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-connect against a real sshd with real pppd on both sides: up, traffic, status, down, and
# nothing left on either host.
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
	Offer    10.2.0.0/16
END
vpn_authorize remote
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address 10.2.0.0/16
END
before_local=$(on local ip route show table all; on local ip -br link)
before_remote=$(on remote ip route show table all; on remote ip -br link)
time on local vpn-connect up office
echo "exit $?"
on local ip addr show dev sp-office
on remote ip addr show dev sp-alice
on remote ip route; on local ip route; on remote ip -6 route; on local ip -6 route
on local ping -c 2 -W 5 10.9.0.2
on local ping -c 2 -W 5 fd00:9::2
on local vpn-connect status office
pid=$(vpn_launched remote)
on remote grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp)' /proc/$pid/status
pid=$(vpn_launched local)
on local grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp)' /proc/$pid/status
on local ps -ef
time on local vpn-connect down office
check_context
fail x
