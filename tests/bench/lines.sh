# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Lines between the hosts "remote" and "local", beside the wire of host_wire: tests/bench/line.c.
#
#   line_make NAME DELAY-MS LOSS-PERCENT   makes one; the delay is one way's
#   line_use NAME                          traffic between the two goes over that one from now on
#   line_use wire                          and over the wire again

# Packets that an end keeps for the line, as a network card does.
readonly LINE_QUEUE=10000

line_make()
{
	local name
	"$BUILD/tests/bench/line" "${HOST_PID[remote]}" "${HOST_PID[local]}" "$1" "$2" "$3" &
	for name in remote local; do
		wait_for "$HOST_DEADLINE" "the line $1" test -e "$(host_root "$name")/sys/class/net/$1" ||
			give_up "the line $1"
		on "$name" ip link set "$1" txqueuelen "$LINE_QUEUE" up
	done
}

# The addresses stay those of the wire, so that nobody has to be told.
line_use()
{
	if [ "$1" = wire ]; then
		on local ip route flush 198.51.100.1/32
		on remote ip route flush 198.51.100.7/32
	else
		on local ip route replace 198.51.100.1/32 dev "$1" src 198.51.100.7
		on remote ip route replace 198.51.100.7/32 dev "$1" src 198.51.100.1
	fi
}
