#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's hostile peers: real pppd on a real kernel PPP, under the real agent, and a peer
# that sends what no decent one does (tests/lab/frames.c).
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
sed -i 's/^Address .*/&\nAddress6 fd00:9::2 fd00:9::1/' "$(host_root remote)/etc/sallyport/peers/alice.conf"
vpn_share_connection local alice
ledger_begin remote

# hostile CASE: a session with it; HEARD is what frames tells.
hostile()
{
	HEARD=$(on -u alice local /src/build/tests/lab/frames "$1" \
		ssh -T -o BatchMode=yes slave@remote pppd 2>&1)
	note "$1: $(tr '\n' ',' <<<"$HEARD")"
	check "$1: nothing is left" wait_for 60 'that' ledger_clean
	lacks 'Fatal signal|segfault|buffer overflow|stack smashing' \
		"$(ledger_log | grep pppd)" "$1: pppd did not crash"
	lacks '^acked' "$HEARD" "$1: pppd agreed to nothing that it must not"
}

hostile before
tried peer-malformed
matches '^ipcp open' "$HEARD" 'before: after all that is malformed a decent link comes up'
hostile open
tried peer-demands
tried peer-floods
matches '^ipcp open' "$HEARD" 'open: the link was up'
lacks '10\.9\.0\.99|10\.9\.0\.98' "$(ledger_log | grep 'remote IP')" 'open: the peer never had another address'
hostile loopback
tried peer-loopback
matches 'looped back' "$(ledger_log)" 'loopback: pppd sees that the line echoes'
hostile silent
tried peer-silent
matches '^ipcp open' "$HEARD" 'silent: the link was up'
matches '^hung up' "$HEARD" 'silent: pppd gives up on a peer that is gone'
matches 'No response to [0-9]+ echo-requests' "$(ledger_log)" 'silent: and says why'
same 'sallyport/1 status peer=alice sessions=0/1' "$(vpn_ask status)" 'the slot is free'

# An interface of that name exists already: pppd cannot rename its own, and ends.
on remote ip link add sp-alice type veth peer name other
LEDGER_STATE=$(vpn_state remote)
HEARD=$(on -u alice local /src/build/tests/lab/frames open \
	ssh -T -o BatchMode=yes slave@remote pppd 2>&1)
tried interface-exists
check 'interface-exists: nothing is left, and what was there is' wait_for 60 'that' ledger_clean
lacks '^ipcp open' "$HEARD" 'interface-exists: there is no link under another name'
ledger_end
