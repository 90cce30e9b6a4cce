#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make bench-connect`: how long a VPN takes from nothing to the first answer through it, beside
# `ssh HOST true`, `ssh -w` with the commands that it needs, sshuttle (whose first answer is a TCP
# connection's) and the HOWTO's script. At no delay, and over a line whose round trip is 100 ms
# (50 ms each way). One after the other in each round; prints the rows of BENCHMARKS.md, in medians.
# Argument: ROUNDS; the HOWTO's script, which sleeps for 15 s, runs in the first three alone.
# shellcheck disable=SC2016 # the marks of Markdown
# shellcheck source=tests/bench/vpns.sh
. "$SRC/tests/bench/vpns.sh"
# shellcheck source=tests/bench/lines.sh
. "$SRC/tests/bench/lines.sh"
# shellcheck source=tests/bench/howto.sh
. "$SRC/tests/bench/howto.sh"

readonly ROUNDS=${1-20} HOWTO_ROUNDS=3
readonly CONTESTANTS='true ppptun ppptun-behind ssh-w sshuttle howto'
readonly ECHO_PORT=7
readonly ROUND_TRIP=100
# What is asked of ppptun: so much more than `ssh HOST true`, in milliseconds.
readonly GOAL_NEAR=50 GOAL_FAR=$((4 * ROUND_TRIP))

up_true()
{
	ssh_root root@remote true
}
down_true() { :; }

up_ppptun-behind()
{
	up_ppptun
}
down_ppptun-behind()
{
	down_ppptun
}

# Until there is a tunnel, pings to its other end go nowhere; without a route, ping would end.
on local ip route add "$(address_of ppptun)" dev lo metric 9999

# first_answer CONTESTANT: the one that the clock stops at. A ping is sent every 20 ms until then:
# the other end may not be ready for the first.
first_answer()
{
	local address
	address=$(address_of "$1")
	case $1 in
	true) ;;
	sshuttle) on local busybox nc -w 5 "$address" "$ECHO_PORT" </dev/null >/dev/null ;;
	*) on local ping -c 1 -w 5 -i 0.02 "$address" >/dev/null ;;
	esac
}

# clock CONTESTANT LINE: so long it has taken since begin.
clock()
{
	record "$1" "$2" "$((${EPOCHREALTIME/[.,]/} - begin))"
}

# try CONTESTANT LINE
try()
{
	local begin=${EPOCHREALTIME/[.,]/} who=$1
	if "up_$who" && first_answer "$who"; then
		clock "$who" "$2"
	else
		note "$who does not come up in round $round ($2)"
	fi
	"down_$who"
}

# try_ppptun LINE: the first answer may come before vpn-connect is done with the routes.
try_ppptun()
{
	local begin=${EPOCHREALTIME/[.,]/} up
	up_ppptun &
	up=$!
	if first_answer ppptun; then
		clock ppptun "$1"
	else
		note "no answer in round $round ($1)"
	fi
	if wait "$up"; then
		clock ppptun-done "$1"
	else
		note "ppptun does not come up in round $round ($1)"
	fi
	down_ppptun
}

# milliseconds CONTESTANT LINE: the median
milliseconds()
{
	local took
	took=$(median "$1" "$2")
	[ -n "$took" ] && compute "int($took / 1000 + 0.5)"
}

# table_row NAME CONTESTANT
table_row()
{
	local near far
	near=$(milliseconds "$2" near) far=$(milliseconds "$2" far)
	row "$1" "${near:--} ms" "${far:--} ms"
}

# goal CONTESTANT LINE LIMIT TEXT
goal()
{
	local more
	more=$(compute "$(milliseconds "$1" "$2") - $(milliseconds true "$2")")
	printf '%s: `ssh HOST true` plus %d ms (asked for: %d): %s\n' "$4" "$more" "$3" \
		"$([ "$more" -le "$3" ] && echo reached || echo NOT reached)"
}

host_daemon remote /run/echo.pid busybox nc -ll -p "$ECHO_PORT" -e true
wait_for 5 'a listener' host_listens remote "$ECHO_PORT" || give_up 'a listener'
line_make near 0 0
line_make far $((ROUND_TRIP / 2)) 0
for ((round = 1; round <= ROUNDS; round++)); do
	for who in $CONTESTANTS; do
		if [ "$who" = howto ] && [ "$round" -gt "$HOWTO_ROUNDS" ]; then
			continue
		fi
		for line in near far; do
			line_use "$line"
			case $who in
			ppptun) try_ppptun "$line" ;;
			*) try "$who" "$line" ;;
			esac
		done
	done
done

row "to the first answer, medians of $ROUNDS" 'no delay' "round trip of $ROUND_TRIP ms"
row --- --- ---
table_row '`ssh HOST true`' true
table_row '`vpn-connect up`, `ppptun` at both ends' ppptun
table_row 'the same, until it has returned: routes on both sides' ppptun-done
table_row 'the same, to the first answer of a host behind the remote' ppptun-behind
table_row '`ssh -w`, with its commands' ssh-w
table_row 'sshuttle' sshuttle
table_row "the HOWTO's script, of which 15 s asleep" howto
goal ppptun near "$GOAL_NEAR" 'no delay'
goal ppptun far "$GOAL_FAR" "a round trip of $ROUND_TRIP ms"
check 'ppptun has come up over each line' test "$(grep -c '^ppptun ' "$results")" = $((2 * ROUNDS))
