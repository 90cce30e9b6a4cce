#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's hostile peers, against ppptun: through a real sshd and the real agent, a peer that
# sends what no decent one does (tests/lab/frames.c), and a decent one beside it.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

readonly PPPTUN=/usr/libexec/sallyport/ppptun
# What a session may take, whatever its peer does: its buffers are fixed, of half a megabyte.
readonly MEMORY_KB=6000
readonly LOG_LINES=200

vpn_one_peer
vpn_local local
host_account local bob
vpn_peer remote bob <<-END
	Key      $(host_key local bob | cut -d' ' -f1,2)
	From     198.51.100.0/24
	Allow    pppd sshroute status
	Address  10.9.1.2 10.9.1.1
END
vpn_authorize remote
vpn_profile local bobs <<-END
	Host     remote
	RunAs    bob
	Address  10.9.1.1 10.9.1.2
END
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
ledger_begin remote

# hostile CASE [COMMAND…]: a session with it, and what must hold whatever it does. The command is run
# while the session lasts.
mkfifo "$WORLD/hold"
hostile()
{
	local lines
	lines=$(ledger_log | wc -l)
	on -u alice local /src/build/tests/lab/frames "$1" \
		ssh -T -o BatchMode=yes slave@remote pppd >"$WORLD/heard" 2>&1 <"$WORLD/hold" &
	exec 5>"$WORLD/hold"
	[ $# -eq 1 ] || "${@:2}"
	exec 5>&-
	wait $!
	HEARD=$(cat "$WORLD/heard")
	note "$1: $(tr '\n' ',' <<<"$HEARD")"
	check "$1: nothing is left" wait_for 60 'that' "$LEFT"
	lacks '^acked' "$HEARD" "$1: ppptun agreed to nothing that it must not"
	check "$1: the log is bounded" test $(($(ledger_log | wc -l) - lines)) -lt $LOG_LINES
	same '' "$(ledger_log | grep -E 'verdict=failed|signal|segfault')" "$1: nothing crashed"
}
LEFT=ledger_clean

# received: packets that came from the peer, as the host's network sees it.
received()
{
	cat "$(host_root remote)/sys/class/net/sp-alice/statistics/rx_packets" 2>/dev/null
}

received_own()
{
	[ "$(received)" -ge 10 ]
}

# idle PID: whether it took no time at all between two moments.
idle()
{
	local before after
	before=$(on remote cut -d' ' -f14,15 "/proc/$1/stat")
	pause
	after=$(on remote cut -d' ' -f14,15 "/proc/$1/stat")
	[ "$before" = "$after" ]
}

# The peer's own packets come behind all that it sends before them.
own_alone()
{
	check 'what it sends is all taken' wait_for 60 'its own packets' received_own
	same 10 "$(received)" 'and no packet but those from its own address passes'
}

in_the_flood()
{
	check 'the other peer is heard in the flood' host_answers local 10.9.1.2
	own_alone
	pid=$(alices)
	# shellcheck disable=SC2016 # awk's
	memory=$(on remote awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status")
	note "at most $memory KB"
	check 'and takes no more memory than it may' test "$memory" -le $MEMORY_KB
	check 'and is idle when the flood is over' wait_for "$HOST_DEADLINE" 'that' idle "$pid"
}

alices()
{
	# shellcheck disable=SC2016 # expanded in the host
	on remote sh -c 'grep -lz "^sp-alice$" /proc/[0-9]*/cmdline | sed "s,/proc/\([0-9]*\)/.*,\1,;q"'
}

hostile gentle
tried ppptun-malformed
matches '^ipcp open' "$HEARD" 'gentle: after all that is malformed a decent link comes up'
hostile before
matches 'cannot do without' "$(ledger_log)" 'before: a Code-Reject of LCP ends it, and it says so'

hostile open
tried ppptun-demands
tried ppptun-floods
matches '^ipcp open' "$HEARD" 'open: the link was up'
lacks '10\.9\.0\.99|10\.9\.0\.98' "$(ledger_log | grep 'remote IP')" 'open: the peer never had another address'

hostile loopback
tried ppptun-loopback
matches 'looped back' "$(ledger_log)" 'loopback: ppptun sees that the line echoes'

hostile spoof own_alone
tried ppptun-source

# What this host would make of them, if it saw them: it would take some, and send others on.
on remote sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
	echo 1 >/proc/sys/net/ipv4/conf/all/accept_source_route
	echo 1 >/proc/sys/net/ipv4/ip_forward'
hostile stray own_alone
tried ppptun-reach
matches 'dropped a packet from the other end, as later ones will be: 10.9.0.1 to 127.0.0.1$' \
	"$(host_log remote)" 'stray: the first is told'
same 1 "$(host_log remote | grep -c 'dropped a packet from the other end.*10.9.0.1 to')" \
	'stray: and no other'

check 'another peer comes up' on local vpn-connect up --once bobs
before=$(vpn_launched remote "$PPPTUN")
state=$(vpn_state remote)
quiet()
{
	vpn_state_is remote "$state"
}
LEFT=quiet
hostile deaf in_the_flood
tried ppptun-deaf
same "$before" "$(vpn_launched remote "$PPPTUN")" 'deaf: the other session is the same'
check 'deaf: and is answered' host_answers local 10.9.1.2
check 'and goes down' on local vpn-connect down bobs
ledger_end
