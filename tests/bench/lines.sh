# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Lines between the hosts "remote" and "local", beside the wire of host_wire: tests/bench/line.c.
#
#   line_make NAME DELAY-MS LOSS-PERCENT [RATE[/RATE] [QUEUE]]
#                                          makes one; the delay is one way's. Of two rates, the first
#                                          is that of what "local" sends; "none" is as without
#   line_rate NAME RATE[/RATE]             changes the rate of one that was made with a rate
#   line_use NAME [CONGESTION]             traffic between the two goes over that one from now on, and TCP
#                                          has that congestion control there
#   line_use wire                          and over the wire again
#   line_end NAME                          ends one that is not in use
declare -A LINE_PID

# Packets that an end keeps for the line, as a network card does.
readonly LINE_QUEUE=10000

line_make()
{
	local name options=()
	if [ "${4-none}" != none ]; then
		mkfifo "$WORLD/line.$1"
		options=(-c "$WORLD/line.$1" -r "$4" ${5:+-q "$5"})
	fi
	"$BUILD/tests/bench/line" "${options[@]}" "${HOST_PID[local]}" "${HOST_PID[remote]}" "$1" "$2" "$3" &
	LINE_PID[$1]=$!
	for name in remote local; do
		wait_for "$HOST_DEADLINE" "the line $1" test -e "$(host_root "$name")/sys/class/net/$1" ||
			give_up "the line $1"
		on "$name" ip link set "$1" txqueuelen "$LINE_QUEUE" up
	done
}

line_rate()
{
	echo "$2" >"$WORLD/line.$1"
}

line_end()
{
	kill "${LINE_PID[$1]}"
	wait_for "$HOST_DEADLINE" "the end of the line $1" line_is_gone "$1" || return 1
	rm -f "$WORLD/line.$1"
	unset "LINE_PID[$1]"
}

line_is_gone()
{
	! test -e "$(host_root local)/sys/class/net/$1" && ! test -e "$(host_root remote)/sys/class/net/$1"
}

# The addresses stay those of the wire, so that nobody has to be told.
line_use()
{
	if [ "$1" = wire ]; then
		on local ip route flush 198.51.100.1/32
		on remote ip route flush 198.51.100.7/32
	else
		on local ip route replace 198.51.100.1/32 dev "$1" src 198.51.100.7 ${2:+congctl "$2"}
		on remote ip route replace 198.51.100.7/32 dev "$1" src 198.51.100.1 ${2:+congctl "$2"}
	fi
}
