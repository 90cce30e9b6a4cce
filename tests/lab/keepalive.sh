#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: what tests/system/keepalive.sh says of ppptun, of pppd and the kernel's PPP: a client that
# stands still is noticed by both ends within Keepalive, and pppd's own six seconds.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

# Less than the echoes of before, 40 seconds.
readonly DEADLINE=30
vpn_one_peer
vpn_local local
vpn_profile local office <<-END
	Host          remote
	RunAs         alice
	Accept        address
	RemoteRoutes  no
	Ppp           pppd
	Keepalive     5
END
check 'up' on local vpn-connect up --once office
on local kill -STOP "$(on local sed -n 's/^process ssh \([0-9]*\) .*/\1/p' /run/sallyport/connect/office/journal)"
check "the remote's pppd is gone" wait_for "$DEADLINE" 'that' vpn_idle remote
check 'the local one is gone, and what belonged to it' wait_for "$DEADLINE" 'that' vpn_is_down
for name in remote local; do
	matches 'pppd\[[0-9]+\]: No response to 3 echo-requests$' "$(host_log "$name")" "$name: the log says why"
done
# pppd itself ends its say with "Modem hangup".
matches "office: the link is down: the remote's PPP no longer answers .*No response to 3 echo-requests" \
	"$(host_log local)" 'and vpn-connect says that it is'
check_not 'no interface is left' on local test -e /sys/class/net/sp-office
