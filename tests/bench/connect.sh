#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make bench-connect`: how long a VPN takes from nothing to the first answer through it, beside
# `ssh HOST true`, `ssh -w` with the commands that it needs, and sshuttle (whose first answer is
# a TCP connection's). One after the other in each round; medians at the end. Argument: ROUNDS.
# shellcheck source=tests/bench/vpns.sh
. "$SRC/tests/bench/vpns.sh"

readonly ROUNDS=${1-20}
readonly CONTESTANTS='true ppptun ssh-w sshuttle'
readonly ECHO_PORT=7

up_true()
{
	ssh_root root@remote true
}
down_true() { :; }

# first_answer CONTESTANT: the one that the clock stops at.
first_answer()
{
	case $1 in
	true) ;;
	sshuttle) on local busybox nc -w 5 "$(address_of "$1")" "$ECHO_PORT" </dev/null >/dev/null ;;
	*) on local ping -c 1 -W 5 "$(address_of "$1")" >/dev/null ;;
	esac
}

host_daemon remote /run/echo.pid busybox nc -ll -p "$ECHO_PORT" -e true
wait_for 5 'a listener' host_listens remote "$ECHO_PORT" || give_up 'a listener'
for ((round = 1; round <= ROUNDS; round++)); do
	for who in $CONTESTANTS; do
		begin=${EPOCHREALTIME/[.,]/}
		if "up_$who" && first_answer "$who"; then
			record "$who" first "$((${EPOCHREALTIME/[.,]/} - begin))"
		else
			note "$who does not come up in round $round"
		fi
		"down_$who"
	done
done

awk -v contestants="$CONTESTANTS" '
	{ list[$1] = list[$1] " " $3 }
	function median(who, n, i, j, t, v) {
		n = split(list[who], v, " ")
		for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] + 0 > v[j] + 0; j--) {
			t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
		return n == 0 ? -1 : v[int((n + 1) / 2)] / 1000
	}
	END {
		n = split(contestants, who, " ")
		for (i = 1; i <= n; i++)
			printf "%-10s %7.0f ms to the first answer\n", who[i], median(who[i])
		more = median("ppptun") - median("true")
		printf "ppptun: ssh HOST true plus %.0f ms (asked for: 50): %s\n", more,
			more <= 50 ? "reached" : "NOT reached"
	}' "$results"
pass 'every round has run'
