#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Each request has one verdict, however many come over one connection; what is allowed has its
# confinement under the same id, and one more verdict only if it then failed.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
vpn_standin remote
vpn_share_connection local alice

# The agent's and sshroute's.
records()
{
	host_log remote | grep -E ': (verdict|confinement)=' || true
}

# told PATTERN: how many records match it.
told()
{
	records | grep -cE -e "$1"
}

all_told()
{
	[ "$(told 'verdict=failed')" = 1 ]
}

same 0 "$(told .)" 'a login that asks for nothing has no record'
mkfifo "$WORLD/input"
vpn_ask pppd >"$WORLD/output" 2>&1 <"$WORLD/input" &
client=$!
exec 5>"$WORLD/input"
check 'a session' wait_for 20 'the line' grep -q '^launched' "$WORLD/output"
check_exit 0 'status' vpn_ask status
check_exit 0 'status again' vpn_ask status
check_exit 75 'a second session is refused' vpn_ask pppd
check_exit 65 'a request that is none is refused' vpn_ask rm -rf /
# The stand-in makes no interface, which sshroute waits for.
check_exit 75 'sshroute is allowed, and fails' vpn_ask sshroute
exec 5>&-
wait "$client"

# Six requests: four are allowed, one of which fails, and two are denied.
check 'the last record' wait_for 20 'it' all_told
note "$(records)"
same 4 "$(told 'verdict=allow')" 'each request that is allowed has one verdict'
same 2 "$(told 'verdict=deny')" 'each that is denied has one'
same 4 "$(told 'confinement=in-force')" 'each that is allowed has one confinement'
same 1 "$(told 'verdict=failed')" 'what failed after it was allowed has one more'
same 11 "$(told .)" 'and that is all'
same 6 "$(records | grep -oE ' id=[0-9a-f]{8} ' | sort -u | wc -l)" 'each request has an id of its own'
same 1 "$(records | grep -oE ' port=[0-9]+ ' | sort -u | wc -l)" 'all of them came over one connection'
failed=$(records | sed -n 's/.*verdict=failed id=\([0-9a-f]*\) .*/\1/p')
matches "verdict=allow id=$failed .* verb=sshroute" "$(records)" 'the failure has the id of what was allowed'
