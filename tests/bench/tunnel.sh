#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make bench-tunnel`: how fast a VPN over ssh is, over a veth pair between two hosts: ppptun at
# both ends, ssh -w, sshuttle, and what bounds them all, a raw pipe through ssh. To the remote, to a
# host behind it, and over a line that loses packets. One after the other in each round, so that a
# noisy machine is noisy for all. Prints the rows of BENCHMARKS.md, in medians.
# Arguments: ROUNDS SECONDS FAR-ROUNDS.
# shellcheck disable=SC2016 # the marks of Markdown
# shellcheck source=tests/bench/vpns.sh
. "$SRC/tests/bench/vpns.sh"
# shellcheck source=tests/bench/lines.sh
. "$SRC/tests/bench/lines.sh"
# shellcheck source=tests/bench/idle.sh
. "$SRC/tests/bench/idle.sh"

readonly ROUNDS=${1-3} SECONDS_EACH=${2-2} FAR_ROUNDS=${3-3}
# Of the packets each way, as the line counts them: those of TCP that ssh's connection is made of.
readonly LOSS_PERCENT=1
# The pings end a second before the stream that they share the link with.
[ "$SECONDS_EACH" -ge 2 ] || give_up 'SECONDS_EACH has to be 2 or more'
readonly CONTESTANTS='wire raw ppptun ssh-w sshuttle'
# The wire is so much faster than the rest that once is enough.
readonly WIRE_ROUNDS=1
readonly TUNNELS=(ppptun ssh-w sshuttle)
# What the raw pipe moves: a second or so of it, of either kind of line.
readonly RAW_BYTES=$((400 * 1000 * 1000)) RAW_BYTES_LOSSY=$((100 * 1000 * 1000))

line_make lossy 0 "$LOSS_PERCENT"
# shellcheck source=tests/bench/far.sh
. "$SRC/tests/bench/far.sh"

# No tunnel at all.
up_wire()
{
	on local ip route replace "$BEHIND_NET" via 198.51.100.1
}
down_wire()
{
	on local ip route del "$BEHIND_NET"
}

# raw_megabits up|down BYTES: through ssh, by the clock.
raw_megabits()
{
	local begin=$EPOCHREALTIME
	if [ "$1" = up ]; then
		on local sh -c "head -c $2 /dev/zero | ssh -p $PORT -o BatchMode=yes root@remote 'cat >/dev/null'"
	else
		on local sh -c "ssh -p $PORT -o BatchMode=yes root@remote 'head -c $2 /dev/zero' >/dev/null"
	fi
	compute "$2 * 8 / 1000000 / ($EPOCHREALTIME - $begin)"
}

# The median of pings that share the link with a stream, in milliseconds.
loaded_ping()
{
	wait_for 10 "iperf3 to $1" run_iperf "$1" >&2 &
	on local ping -i 0.05 -w "$((SECONDS_EACH - 1))" "$1" |
		sed -n 's/.*time=\([0-9.]*\) ms/\1/p' | middle
	wait $!
}

measure_raw()
{
	record raw up "$(raw_megabits up "$RAW_BYTES")"
	record raw down "$(raw_megabits down "$RAW_BYTES")"
	line_use lossy
	record raw up-lossy "$(raw_megabits up "$RAW_BYTES_LOSSY")"
	record raw down-lossy "$(raw_megabits down "$RAW_BYTES_LOSSY")"
	line_use wire
}

# measure CONTESTANT: its tunnel is up, and stays while the line under it changes.
measure()
{
	local address
	address=$(address_of "$1")
	record "$1" up "$(megabits "$address")"
	record "$1" down "$(megabits "$address" -R)"
	record "$1" up-4 "$(megabits "$address" -P 4)"
	record "$1" down-4 "$(megabits "$address" -P 4 -R)"
	case $1 in
	wire | sshuttle) ;; # there is no load on the one, and no ping through the other
	*) record "$1" ping "$(loaded_ping "$address")" ;;
	esac
	record "$1" up-behind "$(megabits "$BEHIND")"
	record "$1" down-behind "$(megabits "$BEHIND" -R)"
	line_use lossy
	record "$1" up-lossy "$(megabits "$address")"
	record "$1" down-lossy "$(megabits "$address" -R)"
	line_use wire
}

for ((round = 1; round <= ROUNDS; round++)); do
	note "round $round of $ROUNDS"
	for who in $CONTESTANTS; do
		[ "$who" != wire ] || [ "$round" -le "$WIRE_ROUNDS" ] || continue
		if ! "up_$who"; then
			note "$who does not come up"
			continue
		fi
		case $who in
		raw) measure_raw ;;
		*) serve_iperf remote behind && measure "$who" ;;
		esac
		"down_$who"
	done
done

for ((round = 1; round <= FAR_ROUNDS; round++)); do
	note "far, round $round of $FAR_ROUNDS"
	for who in $CONTESTANTS; do
		serve_iperf remote && far_measure "$who"
	done
done

# rounded CONTESTANT MEASURE
rounded()
{
	local number
	number=$(median "$1" "$2")
	[ -z "$number" ] || printf '%.0f\n' "$number"
}

# table_row NAME CONTESTANT
table_row()
{
	local cells=() what
	for what in up down up-4 down-4; do
		cells+=("$(rounded "$2" "$what")")
	done
	what=$(median "$2" ping)
	cells+=("${what:+$(printf '%.1f ms' "$what")}")
	for what in up-behind down-behind up-lossy down-lossy; do
		cells+=("$(rounded "$2" "$what")")
	done
	row "$1" "${cells[@]}"
}

note "Mbit/s of TCP, medians of $ROUNDS interleaved rounds of $SECONDS_EACH s each"
row '' up down '4 streams up' '4 streams down' 'ping under load' 'to a host behind' 'from a host behind' \
	"up, $LOSS_PERCENT % lost" "down, $LOSS_PERCENT % lost"
row --- --- --- --- --- --- --- --- --- ---
table_row 'the wire, and the line that loses, without ssh' wire
table_row 'what ssh itself moves: `ssh HOST '"'cat >/dev/null'\`" raw
table_row 'Sallyport with `ppptun` at both ends' ppptun
table_row '`ssh -w`' ssh-w
table_row 'sshuttle' sshuttle
echo
far_table
echo
# some_traffic CONTESTANT
some_traffic()
{
	wait_for 10 'some traffic' run_iperf "$(address_of "$1")" --bidir
}
for who in "${TUNNELS[@]}"; do
	serve_iperf remote
	idle_measure "$who" some_traffic "$who" || note "$who does not come up"
done
idle_table "${TUNNELS[@]}"
echo

# goal TEXT IS LIMIT: at least that
goal()
{
	printf '%s: %.2f (asked for: %s): %s\n' "$1" "$2" "$3" \
		"$(compute "$2 >= $3 ? \"reached\" : \"NOT reached\"")"
}

# ratio MEASURE CONTESTANT CONTESTANT
ratio()
{
	compute "$(median "$2" "$1") / $(median "$3" "$1")"
}

check 'ppptun, ssh -w and the pipe were measured in every round' test \
	"$(grep -cE '^(ppptun|ssh-w|raw) (up|down) ' "$results")" = $((6 * ROUNDS))
for way in up down; do
	goal "ppptun, $way: as fast as ssh -w, times" "$(ratio "$way" ppptun ssh-w)" 4
	goal "ppptun, $way: as fast as the raw pipe, times" "$(ratio "$way" ppptun raw)" 0.5
done
goal 'ping under load: as short as that of ssh -w, times' "$(ratio ping ssh-w ppptun)" 1
goal 'idle ppptun: 1.5 MB hold it, times' "$(compute "1500000 / 1024 / $(median ppptun pss)")" 1
