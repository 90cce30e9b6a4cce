#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make seccomp-trace`: a whole life of the remote's pppd and of sshroute, in the lab, seen by
# strace from the outside, which changes nothing of their confinement: negotiation, traffic over
# both families, routes, echo, a killed peer, a peer that hangs up, a terminal with the HOWTO's
# string, and a peer that never speaks.
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
	Legacy   yes
END
vpn_authorize remote
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address
	Ppp      pppd
	Timeout  120
END

host_daemon remote /run/strace.pid strace -f -X raw -s 64 -o /tmp/trace -p "$(<"$(host_root remote)/run/sshd.pid")"
check 'strace is attached' wait_for 30 'that' grep -q '^TracerPid:[[:space:]]*[1-9]' \
	"$(host_root remote)/proc/$(<"$(host_root remote)/run/sshd.pid")/status"

check 'up' on local vpn-connect up office
check 'IPv4' on local ping -c 2 -W 20 10.9.0.2
check 'IPv6' on local ping -c 2 -W 20 fd00:9::2
# Two of pppd's echoes (lcp-echo-interval 3).
read -r -t 8 -u 19 _
check 'down' on local vpn-connect down office
check 'up again' on local vpn-connect up office
check 'the local pppd is killed' on local kill -KILL "$(vpn_launched local)"
check 'the remote one ends' wait_for 90 'that' vpn_idle remote
on local vpn-connect down office >/dev/null 2>&1

# On a terminal, with nobody who answers.
on -u alice local timeout 20 script -qec 'ssh -tt -o BatchMode=yes slave@remote /usr/sbin/pppd' /dev/null \
	<>"$WORLD/silence" >/dev/null 2>&1
check 'the terminal one ends' wait_for 90 'that' vpn_idle remote
host_stop remote /run/strace.pid INT

note 'what the lists say, and what was seen'
on remote /src/build/tests/trace/lists >"$WORLD/tmp/lists"
# The numbers' names stand in the source, in the same order.
paste -d' ' <(sed -n 's/^pppd ioctl //p' "$WORLD/tmp/lists") \
	<(sed -n '/filter_pppd_ioctls\[\] = {/,/FILTER_VALUES_END/p' "$SRC/agent/confine/filter_lists.c" |
		grep -oE '^\s+(TC|TIOC|FIO|PPPIO|SIOC)[A-Z0-9]+,' | tr -d ' \t,') >"$WORLD/tmp/names"
/bin/sh "$SRC/tests/trace/compare" "$WORLD/tmp/lists" "$WORLD/tmp/names" "$SRC/tests/trace/meant.txt" \
	"$(host_root remote)/tmp/trace" >"$WORLD/tmp/compared"
status=$?
cat "$WORLD/tmp/compared"
same 0 "$status" 'nothing was used that is neither allowed nor meant to be denied'
