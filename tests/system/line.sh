#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The line that the benchmarks measure over (tests/bench/line.c): its rate, its FIFO, its delay and its
# losses are those that it was asked for, and what measures over it (call, load) tells them. By counts,
# where time can be left out: how full the processors are must not matter.
# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"
# shellcheck source=tests/bench/lines.sh
. "$SRC/tests/bench/lines.sh"

readonly BENCH=/src/build/tests/bench PORT=9 CALL_PORT=7

host_create remote local
# No packet that nobody has sent.
for name in remote local; do
	[ ! -e /proc/sys/net/ipv6 ] || on "$name" sysctl -q net.ipv6.conf.{all,default}.disable_ipv6=1
done
host_wire remote 198.51.100.1/24 local 198.51.100.7/24

# packets HOST rx|tx: that have gone over the line "measured", as the device of that host counts them
packets()
{
	cat "$(host_root "$1")/sys/class/net/measured/statistics/$2_packets"
}

# has_counted HOST rx|tx NUMBER
has_counted()
{
	[ "$(packets "$1" "$2")" = "$3" ]
}

# send_from HOST ADDRESS COUNT: datagrams of 1000 bytes with their headers, and waits until the line has
# taken them
send_from()
{
	local before
	before=$(packets "$1" tx)
	# shellcheck disable=SC2016 # perl's
	on "$1" perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 5000, Proto => "udp") or die $@;
		for (1 .. $ARGV[1]) { $s->send("x" x 972) }' "$2" "$3"
	check "the line takes $3 packets" wait_for "$HOST_DEADLINE" 'packets' has_counted "$1" tx "$((before + $3))"
}

# between LEAST MOST NUMBER
between()
{
	awk -v number="$3" "BEGIN { exit !(number ~ /^[0-9.]+\$/ && number >= $1 && number <= $2) }"
}

# new_line ARGUMENT… of line_make
new_line()
{
	line_make measured "$@"
	line_use measured
	# No answer that ICMP would give to those datagrams.
	for name in remote local; do
		on "$name" sysctl -q net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_ratemask=0
	done
}

on remote "$BENCH/call" serve "$CALL_PORT" &
on remote "$BENCH/load" serve "$PORT" reno &
# Something takes the datagrams, so that nobody answers that the port is closed.
for name in remote local; do
	# shellcheck disable=SC2016 # perl's
	on "$name" perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(LocalPort => 5000, LocalHost => "0.0.0.0", Proto => "udp") or die $@; sleep' &
done
for name in remote local; do
	check "$name listens" wait_for "$HOST_DEADLINE" 'a socket' \
		on "$name" grep -q ' 00000000:1388 ' /proc/net/udp
done

# --- the FIFO: at a bit each millisecond it stands still
new_line 0 0 1k 10000
send_from local 198.51.100.1 50
same 0 "$(packets remote rx)" 'at a kilobit per second none of them has come'
line_rate measured 100M
check 'of 50 at once, one is sent and ten wait in a FIFO of ten packets; a new rate lets them go' \
	wait_for "$HOST_DEADLINE" '11 packets' has_counted remote rx 11
send_from local 198.51.100.1 1
check 'and the rest was lost: the next one comes after those' \
	wait_for "$HOST_DEADLINE" 'another packet' has_counted remote rx 12

# --- each way has its own rate
line_rate measured 100M/1k
send_from local 198.51.100.1 3
check 'what local sends has the first rate' wait_for "$HOST_DEADLINE" '3 packets' has_counted remote rx 15
before=$(packets local rx)
send_from remote 198.51.100.7 3
same "$before" "$(packets local rx)" 'and what remote sends the second'
line_rate measured none
check 'without a limit all of them come' \
	wait_for "$HOST_DEADLINE" '3 packets' has_counted local rx "$((before + 3))"
line_use wire
check 'a line that is killed is gone' line_end measured

# --- the rate, and the time that there is
# flood_passes LEAST MOST: Mbit/s of twice as many. A processor that is taken away in between makes one
# try wrong, but not each.
flood_passes()
{
	on local "$BENCH/load" flood 198.51.100.1 "$PORT" 1 16 &&
		between "$1" "$2" "$(on remote "$BENCH/load" received "$PORT")"
}
new_line 10 0 8M 50ms
check 'a flood passes at 8 Mbit/s' wait_for "$HOST_DEADLINE" 'that rate' flood_passes 7.76 8.08
line_rate measured 4M
check 'and then at 4' wait_for "$HOST_DEADLINE" 'that rate' flood_passes 3.88 4.04
# stream_passes UP DOWN LEAST MOST: each way that is used
stream_passes()
{
	local up down
	read -r up down < <(on local "$BENCH/load" streams 198.51.100.1 "$PORT" 2 "$1" "$2" reno)
	if [ "$1" -gt 0 ]; then between "$3" "$4" "$up"; fi && if [ "$2" -gt 0 ]; then between "$3" "$4" "$down"; fi
}
check 'a stream of TCP uses it, up' wait_for "$HOST_DEADLINE" 'that rate' stream_passes 1 0 2.5 4
check 'and down' wait_for "$HOST_DEADLINE" 'that rate' stream_passes 0 1 2.5 4
check 'and so do two of them each way' wait_for "$HOST_DEADLINE" 'that rate' stream_passes 2 2 2 4

call=$(on local "$BENCH/call" call 198.51.100.1 "$CALL_PORT" 1)
check 'a call takes no less than the delay there and back' between 20 10000 "${call%% *}"
same 0.00 "${call##* }" 'and loses nothing'
connect=$(on local "$BENCH/call" connect 198.51.100.1 "$CALL_PORT" 1)
check 'a new connection takes two of these' between 40 10000 "${connect%% *}"
same 0.00 "${connect##* }" 'and none fails'
line_use wire
line_end measured

# --- losses
new_line 0 100
same '- - - 100.00' "$(on local "$BENCH/call" call 198.51.100.1 "$CALL_PORT" 1)" 'a call over a line that loses all'
line_use wire
line_end measured

# --- what is not understood
# refused ARGUMENT…
refused()
{
	check_not "no line: $*" timeout "$HOST_DEADLINE" "$BUILD/tests/bench/line" "$@"
}
refused -r fast "${HOST_PID[local]}" "${HOST_PID[remote]}" measured 0 0
refused -r 1M/ "${HOST_PID[local]}" "${HOST_PID[remote]}" measured 0 0
refused -r 0 "${HOST_PID[local]}" "${HOST_PID[remote]}" measured 0 0
refused -r 1M -q 50s "${HOST_PID[local]}" "${HOST_PID[remote]}" measured 0 0
refused "${HOST_PID[local]}" "${HOST_PID[remote]}" measured 0 101
refused "${HOST_PID[local]}" "${HOST_PID[remote]}" measured -1 0
new_line 0 0 1M
line_rate measured fast
check 'nor goes one on with a rate that is none' wait_for "$HOST_DEADLINE" 'its end' line_is_gone measured
