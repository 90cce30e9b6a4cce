#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make bench-tunnel`: how fast a VPN over ssh is, over a veth pair between two hosts: ppptun at
# both ends, ssh -w, sshuttle, and what bounds them all, a raw pipe through ssh. One after the
# other in each round, so that a noisy machine is noisy for all; medians at the end.
# Arguments: ROUNDS SECONDS.
# shellcheck source=tests/bench/vpns.sh
. "$SRC/tests/bench/vpns.sh"

readonly ROUNDS=${1-5} SECONDS_EACH=${2-3}
readonly IPERF_PORT=5201
# The pings end a second before the stream that they share the link with.
[ "$SECONDS_EACH" -ge 2 ] || give_up 'SECONDS_EACH has to be 2 or more'
readonly CONTESTANTS='raw ppptun ssh-w sshuttle'

host_daemon remote /run/iperf.pid iperf3 -s -p "$IPERF_PORT"

# megabits CONTESTANT [OPTION…]: of iperf3, as the receiver counts them.
megabits()
{
	local address
	address=$(address_of "$1")
	shift
	# With several streams the last such line is their sum.
	on local iperf3 -c "$address" -p "$IPERF_PORT" -t "$SECONDS_EACH" -f m "$@" 2>"$WORLD/iperf" |
		sed -n 's/.* \([0-9.]*\) Mbits\/sec.*receiver$/\1/p' | tail -n 1
}

# The raw pipe: so many bytes through ssh, by the clock.
raw_megabits()
{
	local bytes=$((600 * 1000 * 1000)) begin=$EPOCHREALTIME end
	if [ "$1" = up ]; then
		on local sh -c "head -c $bytes /dev/zero | ssh -p $PORT -o BatchMode=yes root@remote 'cat >/dev/null'"
	else
		on local sh -c "ssh -p $PORT -o BatchMode=yes root@remote 'head -c $bytes /dev/zero' >/dev/null"
	fi
	end=$EPOCHREALTIME
	awk -v a="$begin" -v b="$end" -v n="$bytes" 'BEGIN { printf "%.0f\n", n * 8 / 1e6 / (b - a) }'
}

# The median of pings that share the link with a stream, in milliseconds.
loaded_ping()
{
	local address
	address=$(address_of "$1")
	on local iperf3 -c "$address" -p "$IPERF_PORT" -t "$SECONDS_EACH" >/dev/null 2>&1 &
	on local ping -i 0.05 -w "$((SECONDS_EACH - 1))" "$address" |
		sed -n 's/.*time=\([0-9.]*\) ms/\1/p' | sort -n |
		awk '{ v[NR] = $1 } END { if (NR > 0) print v[int((NR + 1) / 2)] }'
	wait $!
}

# The memory of an idle session at the remote: PSS in KiB.
idle_pss()
{
	on remote sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$(vpn_launched remote "$PPPTUN")/smaps_rollup"
}

for ((round = 1; round <= ROUNDS; round++)); do
	note "round $round of $ROUNDS"
	for who in $CONTESTANTS; do
		if ! "up_$who"; then
			note "$who does not come up"
			continue
		fi
		if [ "$who" = raw ]; then
			record raw up-1 "$(raw_megabits up)"
			record raw down-1 "$(raw_megabits down)"
		else
			record "$who" up-1 "$(megabits "$who")"
			record "$who" down-1 "$(megabits "$who" -R)"
			record "$who" up-4 "$(megabits "$who" -P 4)"
			record "$who" down-4 "$(megabits "$who" -P 4 -R)"
			[ "$who" = sshuttle ] || record "$who" ping "$(loaded_ping "$who")"
			[ "$who" != ppptun ] || record ppptun pss "$(idle_pss)"
		fi
		"down_$who"
	done
done

# The table: medians, and how they stand to ssh -w and the pipe.
awk -v contestants="$CONTESTANTS" '
	function median(key, n, i, j, t, list) {
		n = split(values[key], list, " ")
		if (n == 0) return "-"
		for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j - 1] + 0 > list[j] + 0; j--) {
			t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
		return list[int((n + 1) / 2)]
	}
	{ values[$1 " " $2] = values[$1 " " $2] " " $3 }
	END {
		printf "%-10s %9s %9s %9s %9s %10s\n", "Mbit/s", "up", "down", "4 up", "4 down", "ping ms"
		n = split(contestants, who, " ")
		for (i = 1; i <= n; i++)
			printf "%-10s %9s %9s %9s %9s %10s\n", who[i], median(who[i] " up-1"), median(who[i] " down-1"),
				median(who[i] " up-4"), median(who[i] " down-4"), median(who[i] " ping")
		split("up-1 down-1", m, " ")
		for (i = 1; i <= 2; i++) {
			p = median("ppptun " m[i]); w = median("ssh-w " m[i]); r = median("raw " m[i])
			if (p != "-" && w > 0 && r > 0)
				printf "ppptun, %s: %.1f times ssh -w, %.2f of the raw pipe\n", m[i], p / w, p / r
		}
		printf "ppptun idle at the remote: %s KiB (PSS)\n", median("ppptun pss")
	}' "$results"
pass 'every round has run'
