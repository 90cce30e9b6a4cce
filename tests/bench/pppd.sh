#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make bench-tunnel LAB=1`: how fast pppd is over ssh with the options that a plan can choose: on
# standard input and output (notty, ssh -T) against a terminal of the remote's (ssh -tt), and the MRU.
# On Debian's own kernel, emulated: only ratios mean anything. One after the other in each round;
# prints rows of medians. Arguments: ROUNDS SECONDS.
# shellcheck disable=SC2016 # the marks of Markdown
# shellcheck source=tests/bench/vpns.sh
. "$SRC/tests/bench/vpns.sh"

readonly ROUNDS=${1-3} SECONDS_EACH=${2-3}
readonly MRUS='1500 9000 16384'
# The options of a plan but those that are compared.
readonly OPTIONS='nodetach local noauth nolock nocrtscts noccp novj nodefaultroute asyncmap 0 ifname bench'
readonly THERE=10.6.0.2 HERE=10.6.0.1

host_has_ppp || give_up 'the kernel has no PPP'

# up KIND MRU: KIND is notty or tty.
up()
{
	local options="$OPTIONS mru $2 mtu $2" there
	there="/usr/sbin/pppd $options $THERE:$HERE"
	case $1 in
	notty) there="ssh -T -p $PORT -o BatchMode=yes root@remote $there notty" ;;
	tty) there="ssh -tt -e none -p $PORT -o BatchMode=yes root@remote $there" ;;
	esac
	# shellcheck disable=SC2086 # a list of words
	host_daemon local /run/pppd.pid /usr/sbin/pppd $options $HERE:$THERE pty "$there"
	wait_for 60 "pppd, $1, MRU $2" link_is_up
}

link_is_up()
{
	on local ip -brief address show dev bench up | grep -q "$HERE peer" &&
		on remote ip -brief address show dev bench up | grep -q "$THERE peer"
}

link_is_gone()
{
	! on local ip link show dev bench && ! on remote ip link show dev bench
}

down()
{
	host_stop local /run/pppd.pid && wait_for 60 'the end of the link' link_is_gone
}

# measure NAME ADDRESS
measure()
{
	serve_iperf remote
	record "$1" up "$(megabits "$2")"
	record "$1" down "$(megabits "$2" -R)"
}

for ((round = 1; round <= ROUNDS; round++)); do
	for mru in $MRUS; do
		for kind in notty tty; do
			up "$kind" "$mru" && measure "$kind-$mru" "$THERE"
			down
		done
	done
	for who in ppptun ssh-w; do
		"up_$who" && measure "$who" "$(address_of "$who")"
		"down_$who"
	done
done

# table_row NAME CONTESTANT
table_row()
{
	row "$1" "$(median "$2" up)" "$(median "$2" down)"
}

note "Mbit/s of TCP, medians of $ROUNDS interleaved rounds of $SECONDS_EACH s each"
row '' up down
row --- --- ---
for mru in $MRUS; do
	table_row "pppd, \`notty\`, MRU $mru" "notty-$mru"
	table_row "pppd, a terminal, MRU $mru" "tty-$mru"
done
table_row '`ppptun` at both ends' ppptun
table_row '`ssh -w`, MTU 1500' ssh-w
check 'every kind was measured in every round' \
	test "$(wc -l <"$results")" = $((ROUNDS * 2 * 8))
