#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What tests/bench/latency runs in a world: measures each cell, which is a line, a congestion control
# and a load, with each contestant in turn. Prints a line of tabs for each of them, "cell" and then what
# tests/bench/latency_report names; the rest is for the reader of standard error.
# Arguments: NAME=VALUE, of the variables below.
# shellcheck source=tests/bench/vpns.sh
. "$SRC/tests/bench/vpns.sh"
# shellcheck source=tests/bench/lines.sh
. "$SRC/tests/bench/lines.sh"
# shellcheck source=tests/bench/vpns_udp.sh
. "$SRC/tests/bench/vpns_udp.sh"

# In bit/s, as tests/bench/line has them; milliseconds there and back; milliseconds of the FIFO; percent of
# the packets each way that the line loses.
RATES='512k 2M 20M 200M' RTTS=10 QUEUES=50 LOSSES=0
LOADS='up down both flood beside alone alone-both' CONGESTION=cubic WHO='wire ppptun ssh-w openvpn wireguard'
SECONDS_EACH=6 ROUNDS=1
for argument; do
	case $argument in
	RATES=* | RTTS=* | QUEUES=* | LOSSES=* | LOADS=* | CONGESTION=* | WHO=* | SECONDS_EACH=* | ROUNDS=*)
		declare "$argument"
		;;
	*) give_up "no such variable: $argument" ;;
	esac
done

readonly CALL_PORT=7 LOAD_PORT=9 STREAMS_EACH_WAY=4
# A flood is so many times what the line carries; where it has no limit, so many Mbit/s.
readonly FLOOD_TIMES=2 FLOOD_UNLIMITED=500
readonly PING_INTERVAL=0.05 PINGS_IDLE=10 PINGS_PER_SECOND=20
# Seconds: until a tunnel is there, and until nothing waits anywhere after a load.
readonly UP_DEADLINE=60 DRAIN_DEADLINE=60
# The longest that a probe waits for its last answers, as tests/bench/call does.
readonly LINGER=10

progress()
{
	printf '%s\n' "$*" >&2
}

# --- what a cell has of the kernel

# A connection must know nothing of the one before: the kernel would remember its path.
for name in local remote; do
	on "$name" sysctl -q net.ipv4.tcp_no_metrics_save=1
done

# use_congestion CONGESTION: for the streams; what carries a tunnel has it from its route (line_use), for
# a network namespace may not have any that the machine has.
use_congestion()
{
	[ ! -e "$(host_root remote)/run/load.pid" ] || host_stop remote /run/load.pid
	host_daemon remote /run/load.pid /src/build/tests/bench/load serve "$LOAD_PORT" "$1"
	wait_for "$HOST_DEADLINE" 'a server' host_listens remote "$LOAD_PORT" || give_up "no congestion control $1"
}

# megabits_of RATE: of a line; nothing when it has no limit.
megabits_of()
{
	case $1 in
	*k) compute "${1%k} / 1000" ;;
	*M) compute "${1%M} + 0" ;;
	*G) compute "${1%G} * 1000" ;;
	esac
}

# --- probes: each into a file of its own, in the order of the columns

# ping_summary <PING: "MEDIAN P99 MAX LOST-PERCENT" of what ping prints
ping_summary()
{
	sed -n -e 's/.*time=\([0-9.]*\) ms.*/time \1/p' \
		-e 's/^\([0-9]*\) packets transmitted, \([0-9]*\) .*received.*/lost \1 \2/p' |
		sort -k1,1 -k2,2g | awk '
		function at(q) { i = int(n * q + 0.9999999); return v[i < 1 ? 1 : i] }
		$1 == "time" { v[++n] = $2 }
		$1 == "lost" { lost = $2 ? 100 * ($2 - $3) / $2 : 100 }
		END { if (n) print at(0.5), at(0.99), v[n], lost; else print "- - -", 100 }'
}

# ping_for SECONDS ADDRESS. It waits for the last ones twice as long as the longest has taken; with "-w" it
# would send others in their place.
ping_for()
{
	on local timeout -s INT "$(($1 + LINGER))" \
		ping -c "$(($1 * PINGS_PER_SECOND))" -i "$PING_INTERVAL" "$2" |
		ping_summary
}

# round_trip ADDRESS COUNT: the median of so many pings, in milliseconds
round_trip()
{
	on local ping -c "$2" -i "$PING_INTERVAL" -w 2 "$1" | ping_summary | cut -d ' ' -f 1
}

# is_quiet ADDRESS IDLE: its ping is what it was, but for a processor's noise
is_quiet()
{
	local now
	now=$(round_trip "$1" 3)
	[ "$now" != - ] && [ "$(compute "$now <= $2 * 1.5 + 5")" = 1 ]
}

# --- loads. Each prints "UP DOWN BESIDE", Mbit/s

# streams ADDRESS UP DOWN
streams()
{
	on local /src/build/tests/bench/load streams "$1" "$LOAD_PORT" "$SECONDS_EACH" "$2" "$3" "$congestion"
}

load_idle()
{
	echo '- - -'
}
load_up()
{
	streams "$1" 1 0 | sed 's/ .*/ - -/'
}
load_down()
{
	streams "$1" 0 1 | sed 's/.* \(.*\)/- \1 -/'
}
load_both()
{
	streams "$1" "$STREAMS_EACH_WAY" "$STREAMS_EACH_WAY" | sed 's/$/ -/'
}
# The same without pings, calls and connections beside it: they are a part of what is carried, and where
# they wait for seconds, less of them are.
load_alone()
{
	load_up "$@"
}
load_alone-both()
{
	load_both "$@"
}
load_flood()
{
	local limit
	limit=$(megabits_of "$2")
	on local /src/build/tests/bench/load flood "$1" "$LOAD_PORT" "$SECONDS_EACH" \
		"$(compute "${limit:+$FLOOD_TIMES * }${limit:-$FLOOD_UNLIMITED}")"
	echo "$(on remote /src/build/tests/bench/load received "$LOAD_PORT") - -"
}
# One stream in the tunnel, and one outside.
load_beside()
{
	local outside inside
	streams "$(address_of wire)" 1 0 >"$WORLD/outside" &
	inside=$(streams "$1" 1 0)
	wait $!
	read -r outside _ <"$WORLD/outside"
	echo "${inside% *} - $outside"
}

# One stream, while the rate falls to a hundredth and comes back.
load_fall()
{
	local limit
	limit=$(megabits_of "$2")
	streams "$1" 1 0 | sed 's/ .*/ - -/' &
	pass_time "$(compute "$SECONDS_EACH / 3")"
	line_rate measured "$(compute "$limit * 10")k"
	pass_time "$(compute "$SECONDS_EACH / 3")"
	line_rate measured "$2"
	wait $!
}

# load_and_probes ADDRESS RATE LOAD: prints the columns from the ping's to those of the load
load_and_probes()
{
	local children=() child
	"load_$3" "$1" "$2" >"$WORLD/load" &
	children+=($!)
	if [[ $3 = alone* ]]; then
		wait "${children[@]}"
		echo "- - - - - - - - - - - - $(cat "$WORLD/load")"
		return
	fi
	ping_for "$SECONDS_EACH" "$1" >"$WORLD/ping" &
	children+=($!)
	for child in call connect; do
		on local /src/build/tests/bench/call "$child" "$1" "$CALL_PORT" "$SECONDS_EACH" >"$WORLD/$child" &
		children+=($!)
	done
	wait "${children[@]}"
	paste -d ' ' "$WORLD"/{ping,call,connect,load}
}

# --- a cell of one contestant

# device_of ADDRESS: what leads there, and its number, which another one of that name has not
device_of()
{
	local device
	device=$(on local ip -o route get "$1" | sed 's/.* dev \([^ ]*\) .*/\1/')
	echo "$device $(cat "$(host_root local)/sys/class/net/$device/ifindex")"
}

# become_up WHO: it answers
become_up()
{
	"up_$1" >&2 && within "$UP_DEADLINE" "an answer through $1" answers "$(address_of "$1")" >&2
}

answers()
{
	[ "$(round_trip "$1" 1)" != - ]
}

# link_state ADDRESS IDLE DEVICE: "ok", or what has become of it
link_state()
{
	if within "$DRAIN_DEADLINE" "a ping as before the load to $1" is_quiet "$1" "$2" >&2; then
		[ "$(device_of "$1")" = "$3" ] && echo ok || echo lost
	elif [ "$(device_of "$1")" = "$3" ] && answers "$1"; then
		echo full
	else
		echo lost
	fi
}

# cell CONGESTION RATE RTT QUEUE LOSS LOAD WHO
cell()
{
	local who=$7 address idle device columns=('-' '-' '-' '-' '-' '-' '-' '-' '-' '-' '-' '-' '-' '-' '-') state=down
	address=$(address_of "$who") idle=-
	if become_up "$who"; then
		idle=$(round_trip "$address" "$PINGS_IDLE") device=$(device_of "$address")
		read -ra columns < <(load_and_probes "$address" "$2" "$6")
		state=$(link_state "$address" "$idle" "$device")
	fi
	(
		IFS=$'\t'
		echo "cell	$*	$idle	${columns[*]}	$state"
	)
	progress "$who: idle $idle; ping ${columns[0]}/${columns[1]}, call ${columns[4]}/${columns[5]}, connection ${columns[8]};" \
		"up ${columns[12]}, down ${columns[13]}, outside ${columns[14]}; $state"
	"down_$who" >&2
}

# measure_line CONGESTION RATE RTT QUEUE LOSS: on it all loads, and on each load all contestants
measure_line()
{
	local rtt=$3 rate=$2 load who idle
	line_make measured "$(compute "$rtt / 2")" "$5" "$rate" "${4}ms"
	line_use measured "$1"
	idle=$(round_trip "$(address_of wire)" "$PINGS_IDLE")
	for load in $LOADS; do
		[ "$rate $load" != 'none fall' ] || continue
		progress "--- $1, $rate, round trip $rtt ms, queue $4 ms, $5 % lost, $load"
		for who in $WHO; do
			cell "$1" "$rate" "$rtt" "$4" "$5" "$load" "$who"
			within "$DRAIN_DEADLINE" 'an empty line' is_quiet "$(address_of wire)" "$idle" >&2 ||
				give_up 'the line does not become empty'
		done
	done
	line_use wire
	line_end measured
}

host_daemon remote /run/call.pid /src/build/tests/bench/call serve "$CALL_PORT"
wait_for "$HOST_DEADLINE" 'a server' host_listens remote "$CALL_PORT" || give_up 'a server'
# lines: RATE RTT QUEUE LOSS of each, a line of text each
lines()
{
	local rate rtt queue loss
	for rate in $RATES; do
		for rtt in $RTTS; do
			for queue in $QUEUES; do
				# Without a rate nothing waits for it.
				[ "$rate" != none ] || [ "$queue" = "${QUEUES%% *}" ] || continue
				for loss in $LOSSES; do
					echo "$rate $rtt $queue $loss"
				done
			done
		done
	done
}
mapfile -t LINES_TO_MEASURE < <(lines)

for ((round = 1; round <= ROUNDS; round++)); do
	for congestion in $CONGESTION; do
		use_congestion "$congestion"
		for line in "${LINES_TO_MEASURE[@]}"; do
			read -ra words <<<"$line"
			measure_line "$congestion" "${words[@]}"
		done
	done
done
pass 'every cell was measured'
