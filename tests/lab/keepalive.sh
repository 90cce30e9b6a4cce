#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: what tests/system/keepalive.sh says of ppptun, of pppd and the kernel's PPP: a client that
# stands still is noticed by both ends within Keepalive, and pppd's own six seconds. pppd asks no more
# than it takes (lcp-echo-adaptive), for which it reads its device's counters under our filter.
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
# Said twice, each echo is logged.
for name in remote local; do
	on "$name" sh -c 'printf "debug\ndebug\n" >>/etc/ppp/options'
done
# echoes HOST: sent by its pppd so far
echoes()
{
	host_log "$1" | grep -c 'sent \[LCP EchoReq '
}
has_echoes()
{
	[ "$(echoes "$1")" -gt "$2" ]
}
check 'up' on local vpn-connect up --once office
for name in remote local; do
	# shellcheck disable=SC2016 # expanded in the host
	matches ' lcp-echo-interval 1 lcp-echo-failure 3 lcp-echo-adaptive ' \
		"$(on "$name" sh -c 'tr "\0" " " </proc/$0/cmdline' "$(vpn_launched "$name")")" "$name: it was told to save them"
	check "$name: it asks while nothing comes" wait_for "$HOST_DEADLINE" 'an echo' has_echoes "$name" 1
done
before=([0]=$(echoes remote) [1]=$(echoes local)) began=$SECONDS
check 'packets go both ways for ten seconds' on local ping -c 50 -i 0.2 -W "$HOST_DEADLINE" 10.9.0.2
during=([0]=$(($(echoes remote) - before[0])) [1]=$(($(echoes local) - before[1])))
# Ten without; where the machine stands still for a second there is one, and the pings take longer.
most=$((SECONDS - began > 10 ? SECONDS - began - 7 : 3))
note "echoes meanwhile: ${during[*]}, at most $most"
check 'meanwhile the remote saves its echoes' test "${during[0]}" -le "$most"
check 'and so does this end' test "${during[1]}" -le "$most"
lacks "statistics|get_ppp_stats|rtnetlink" "$(host_log remote)$(host_log local)" 'pppd can read what came'
for name in remote local; do
	check "$name: and asks again" wait_for "$HOST_DEADLINE" 'an echo' has_echoes "$name" "$(($(echoes "$name") + 1))"
done

on local kill -STOP "$(on local sed -n 's/^process ssh \([0-9]*\) .*/\1/p' /run/sallyport/connect/office/journal)"
check "the remote's pppd is gone" within "$DEADLINE" 'that' vpn_idle remote
check 'the local one is gone, and what belonged to it' within "$DEADLINE" 'that' vpn_is_down
for name in remote local; do
	matches 'pppd\[[0-9]+\]: No response to 3 echo-requests$' "$(host_log "$name")" "$name: the log says why"
done
# pppd itself ends its say with "Modem hangup".
matches "office: the link is down: the remote's PPP no longer answers .*No response to 3 echo-requests" \
	"$(host_log local)" 'and vpn-connect says that it is'
check_not 'no interface is left' on local test -e /sys/class/net/sp-office
