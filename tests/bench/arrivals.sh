#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make record-lines`: what lines deliver to the far end of an ssh connection, millisecond by
# millisecond, for tests/unit/traces, where tests/unit/line_trace.c reads them: ssh between two
# hosts on a machine that is busy; the same through tbf at 2 and at 20 Mbit/s; and over a line that
# loses packets. Prints rows "trace NAME ROW", which make puts into files.
# shellcheck source=tests/bench/vpns.sh
. "$SRC/tests/bench/vpns.sh"
# shellcheck source=tests/bench/lines.sh
. "$SRC/tests/bench/lines.sh"

# What comes before, ssh's connection needs to start.
readonly SKIP_MS=1000
readonly LOSSY_DELAY_MS=20 LOSSY_PERCENT=1

# record_line NAME WINDOW-BYTES BURST SECONDS HOW
record_line()
{
	local rows
	rows=$(on local /src/build/tests/bench/arrivals write "$2" "$3" "$4" ssh -p "$PORT" -o BatchMode=yes \
		root@remote /src/build/tests/bench/arrivals read "$SKIP_MS" 2>&1) || {
		give_up "$1: $rows"
	}
	{
		echo "# $5"
		echo "# $(uname -s) $(uname -r | sed 's/-.*//'), $(date -u +%F), $(sysctl -n net.ipv4.tcp_congestion_control); tests/bench/arrivals.sh: ssh ended" \
			"in \"arrivals read $SKIP_MS\", \"arrivals write\" kept $2 bytes on their way, $3 frames in a millisecond at most"
		echo '# so many ms long so many bytes in each'
		printf '%s\n' "$rows"
	} | sed "s/^/trace $1 /"
	check "$1: there is a row every 20 ms" [ "$(printf '%s\n' "$rows" | wc -l)" -ge $((($4 * 1000 - SKIP_MS) / 20)) ]
	note "$1: $(printf '%s\n' "$rows" | wc -l) rows, $(printf '%s\n' "$rows" |
		awk '{ b += $1 * $2; t += $1 } END { printf "%.2f Mbit/s", b * 8 / t / 1000 }')"
}

# slow_record NAME RATE WINDOW-BYTES BURST SECONDS: the queue of the line is 50 ms.
slow_record()
{
	on local tc qdisc add dev to-remote root tbf rate "$2" burst 5k latency 50ms || give_up 'tbf'
	record_line "$1" "$3" "$4" "$5" "ssh through tbf rate $2 burst 5k latency 50ms"
	on local tc qdisc del dev to-remote root
}

busy_record()
{
	local busy=()
	for _ in $(seq "$(nproc)"); do
		sh -c 'while :; do :; done' &
		busy+=($!)
	done
	record_line busy 1000000 1000 2 'ssh over veth, every processor busy with something else'
	kill "${busy[@]}"
}

line_make lossy "$LOSSY_DELAY_MS" "$LOSSY_PERCENT"
busy_record
slow_record tbf-2m 2mbit 9000 1 5
slow_record tbf-20m 20mbit 60000 4 2
line_use lossy
record_line lossy 1000000 1000 4 \
	"ssh over tests/bench/line, $LOSSY_DELAY_MS ms each way, $LOSSY_PERCENT % lost"
line_use wire
