#!/bin/bash
# SPDX-License-Identifier: ISC
#
# "Doing it by hand": `ssh -t slave@HOST pppd` throws PPP frames at the terminal, and ends by itself
# when nobody answers them.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
host_account local alice
host_trust local remote
vpn_peer remote hand <<-END
	Key      $(host_key local alice | cut -d' ' -f1,2)
	Allow    pppd
	Address  10.9.0.2 10.9.0.1
	Legacy   yes
END
vpn_authorize remote
before=$(vpn_state remote)

# script(1) is the terminal that a person would sit at.
on -u alice local script -qec 'ssh -t -o BatchMode=yes slave@remote pppd' /dev/null \
	</dev/null >"$WORLD/screen" 2>&1 &
client=$!
check 'pppd is launched' wait_for 30 'pppd' vpn_launched remote
# "~", then FF 03 escaped, then the protocol number of LCP: RFC 1662 3.1, RFC 1661 5.
frame=$(printf '~\377}#\300!')
frames()
{
	LC_ALL=C grep -ao -F "$frame" "$WORLD/screen" | wc -l
}
several_frames()
{
	[ "$(frames)" -ge 2 ]
}
check 'PPP frames come to the terminal' wait_for 20 'two frames' several_frames
same 1 "$(vpn_log remote | grep -c verdict=allow)" 'the log has one verdict'
check 'it ends by itself' wait_for 90 'the end' sh -c "! kill -0 $client"
wait "$client"
same 10 "$(frames)" 'after ten requests that nobody answered'
matches 'LCP: timeout sending Config-Requests' "$(cat "$(host_root remote)/var/log/messages")" \
	'with the reason in the log'
lacks 'sallyport/1' "$(LC_ALL=C tr -cd '[:print:]\n' <"$WORLD/screen")" \
	'no ready line comes unasked'
check 'nothing is left there' wait_for 20 'the former state' vpn_state_is remote "$before"
