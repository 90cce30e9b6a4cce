# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# The part of tests/bench/tunnel.sh over lines that are far, of any rate: how much goes through, and how
# much of one stream after the tunnel had nothing to do for a while.
#
#   far_measure WHO    of one contestant, each line by itself
#   far_table          the rows of BENCHMARKS.md

# Milliseconds there and back; seconds of a stream, in which TCP has found its rate; and of nothing, after
# which TCP finds it anew (RFC 5681 4.1).
readonly FAR_TRIPS='100 300' FAR_SECONDS=8 FAR_IDLE=3

for trip in $FAR_TRIPS; do
	line_make "far$trip" $((trip / 2)) 0
done

# far_raw: without the login
far_raw()
{
	on local sh -c "ssh -p $PORT -o BatchMode=yes root@remote 'timeout $FAR_SECONDS cat | wc -c' </dev/zero"
}

# far_stream ADDRESS [OPTION…]: Mbit/s of TCP
far_stream()
{
	SECONDS_OF_STREAM=$FAR_SECONDS megabits "$@"
}

far_measure()
{
	local trip address bytes
	address=$(address_of "$1")
	for trip in $FAR_TRIPS; do
		line_use "far$trip"
		if [ "$1" = raw ]; then
			bytes=$(far_raw)
			record raw "up-$trip" "$(compute "$bytes * 8 / 1000000 / $FAR_SECONDS")"
		elif "up_$1"; then
			record "$1" "up-$trip" "$(far_stream "$address")"
			record "$1" "down-$trip" "$(far_stream "$address" -R)"
			pass_time "$FAR_IDLE"
			record "$1" "again-$trip" "$(far_stream "$address")"
			"down_$1"
		fi
		line_use wire
	done
}

# far_row NAME CONTESTANT
far_row()
{
	local cells=() trip what
	for trip in $FAR_TRIPS; do
		for what in up again down; do
			cells+=("$(rounded "$2" "$what-$trip")")
		done
	done
	row "$1" "${cells[@]}"
}

far_table()
{
	local heads=() trip
	for trip in $FAR_TRIPS; do
		heads+=("up, $trip ms" "after $FAR_IDLE s of nothing" "down, $trip ms")
	done
	row '' "${heads[@]}"
	row --- "${heads[@]//*/---}"
	far_row 'the line without ssh' wire
	# shellcheck disable=SC2016 # the marks of Markdown
	far_row 'what ssh itself moves: `ssh HOST '"'cat >/dev/null'\`" raw
	# shellcheck disable=SC2016
	far_row 'Sallyport with `ppptun` at both ends' ppptun
	# shellcheck disable=SC2016
	far_row '`ssh -w`' ssh-w
	far_row 'sshuttle' sshuttle
}
