#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What ppptun says while a link comes up, in pppd's words, and what it ends with in every case: each
# of the exit codes of ppptun(8).
# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"

readonly PPPTUN=/src/build/ppptun
host_create there here
host_syslog here
# Two pipes that stay open, as this shell holds both ends of each: nothing hangs up by itself.
mkfifo "$WORLD/to-there" "$WORLD/to-here"
exec {TO_THERE}<>"$WORLD/to-there" {TO_HERE}<>"$WORLD/to-here"

# other OPTION…: the other end, in the background; its process id is in OTHER, as the host has it.
other()
{
	# shellcheck disable=SC2016 # expanded in the host
	on there sh -c 'echo $$ >/run/other; exec "$@"' x $PPPTUN nodetach ifname tun-exit \
		10.9.0.1:10.9.0.2 lcp-restart 1 "$@" <&"$TO_THERE" >&"$TO_HERE" &
	OTHER_JOB=$!
	wait_for "$HOST_DEADLINE" 'the other end' test -e "$(host_root there)/sys/class/net/tun-exit" || fail 'the other end starts'
	OTHER=$(cat "$(host_root there)/run/other")
}

# Nothing of one link is left for the next. Opened anew, a pipe says at once that it has no more.
empty()
{
	local pipe
	for pipe in "$WORLD/to-there" "$WORLD/to-here"; do
		dd if="$pipe" of=/dev/null bs=64k iflag=nonblock 2>/dev/null
	done
	return 0
}

# Whatever state it is in.
other_ends()
{
	on there kill -KILL "$OTHER" 2>/dev/null
	wait "$OTHER_JOB" 2>/dev/null
	empty
}

# this OPTION…: this end, on the pipes; its exit code. What it says is in $SAID.
readonly SAID=$WORLD/said
this()
{
	local status=0
	# shellcheck disable=SC2016 # expanded in the host
	on here timeout -s KILL 60 sh -c 'echo $$ >/run/this; exec "$@"' x $PPPTUN nodetach unit 7 \
		10.9.0.2:10.9.0.1 lcp-restart 1 logfd 2 "$@" \
		<&"$TO_HERE" >&"$TO_THERE" 2>"$SAID" || status=$?
	echo "$status"
}

this_is_up()
{
	[ "$(cat "$(host_root here)/sys/class/net/ppp7/carrier" 2>/dev/null)" = 1 ]
}

# when_up COMMAND…: as soon as this end is up.
when_up()
{
	wait_for "$HOST_DEADLINE" 'a carrier' this_is_up && "$@"
}

# fails CODE SAYS NAME COMMAND…: before there is a link, where nobody asked for a log, the command
# says on standard error, and in the log, why there is none.
fails()
{
	local code=$1 says=$2 name=$3 status=0 log
	log=$(host_root here)/var/log/messages
	shift 3
	: >"$log"
	on here timeout -s KILL 20 "$@" <&"$TO_HERE" >&"$TO_THERE" 2>"$SAID" || status=$?
	same "$code" "$status" "$name: $code"
	matches "^ppptun: $says" "$(cat "$SAID")" "$name: says so"
	same 1 "$(wc -l <"$SAID")" "$name: once"
	check "$name: the log says so" wait_for "$HOST_DEADLINE" 'it' grep -Eq "ppptun\\[[0-9]+\\]: $says" "$log"
}

# --- before there is a link
readonly HERE='nodetach 10.9.0.2:10.9.0.1'
# shellcheck disable=SC2086 # words
{
	fails 2 'unknown option "plugin"' 'an option that it does not know' $PPPTUN $HERE plugin x
	fails 2 'mru: .* expected 128 to 65535' 'a value that is not good' $PPPTUN $HERE mru 5
	fails 2 'neither IP nor IPv6' 'options that leave nothing to carry' $PPPTUN $HERE noip
	fails 7 'cannot open /dev/pts/9: No such file' 'a terminal that is not there' $PPPTUN $HERE /dev/pts/9
	fails 7 'cannot open /dev/pts/9: No such file' 'and in the background' $PPPTUN 10.9.0.2:10.9.0.1 /dev/pts/9
	fails 1 '.*IPv6' 'what the system refuses, as IPv6 on so small a device' \
		$PPPTUN $HERE mtu 200 +ipv6 ipv6 ::2,::1
	fails 1 'there is no device none|none is not a persistent' 'a device that is not there beforehand' \
		$PPPTUN $HERE tun-persistent ifname none
	on here ip tuntap add dev taken mode tap
	fails 1 'taken is not a TUN device' 'a device of another kind' $PPPTUN $HERE ifname taken
	fails 3 'this user may neither make nor open the TUN device ' 'nobody who may make a device' \
		setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all $PPPTUN $HERE
	on here mv /dev/net/tun /dev/net/away
	fails 4 '.*/dev/net/tun' 'no TUN' $PPPTUN $HERE
	on here mv /dev/net/away /dev/net/tun
}
check_exit 1 'what it was asked for cannot be printed: 1' on here sh -c "$PPPTUN --help >/dev/full"
matches '^ppptun: .*No space left' "$(on here sh -c "$PPPTUN --version 2>&1 >/dev/full")" 'and it says so'
same 10 "$(this lcp-max-configure 1)" 'nobody answers: 10'
status=0
on here $PPPTUN nodetach 10.9.0.2:10.9.0.1 </dev/null >/dev/null || status=$?
same 16 "$status" 'a line that is hung up: 16'
empty
status=0
on here timeout -s KILL 20 $PPPTUN nodetach 10.9.0.2:10.9.0.1 <&"$TO_HERE" >&"$TO_HERE" || status=$?
same 17 "$status" 'a line that leads back: 17'
empty

# --- with a link
other
same 12 "$(this idle 1)" 'idle: 12'
same 'Using interface ppp7
Connect: ppp7 <--> stdin
local  IP address 10.9.0.2
remote IP address 10.9.0.1' "$(head -n 4 "$SAID")" 'what it says is what pppd says'
same 'Connection terminated.' "$(tail -n 1 "$SAID")" 'to the end'
other_ends

other +ipv6 ipv6 ::1,::2
same 13 "$(this maxconnect 1 +ipv6 ipv6 ::2,::1)" 'maxconnect: 13'
matches '^local  LL address fe80::0000:0000:0000:0002$' "$(cat "$SAID")" 'IPv6 is told of as well'
matches '^remote LL address fe80::0000:0000:0000:0001$' "$(cat "$SAID")" 'at both ends'
other_ends

other
# shellcheck disable=SC2016 # expanded in the host
when_up on here sh -c 'kill -TERM $(cat /run/this)' &
same 5 "$(this)" 'a signal: 5'
other_ends

other maxconnect 1
same 0 "$(this)" 'the other end ends it: 0'
other_ends

other
# The pipes stay: nothing tells of its end but that nothing comes.
when_up on there kill -KILL "$OTHER" &
same 15 "$(this lcp-echo-interval 1 lcp-echo-failure 1)" 'an end that is gone: 15'
other_ends

# --- a new login asks, all the time
# ask_until SECONDS: whether it has ended by then.
ask_until()
{
	local end=$((SECONDS + $1))
	while [ "$SECONDS" -le "$end" ]; do
		# shellcheck disable=SC2016 # expanded in the host
		on here sh -c 'kill -URG $(cat /run/this)' 2>/dev/null || return 0
		pause
	done
	return 1
}
on here rm -f /run/this
this silent >"$WORLD/status" &
THIS_JOB=$!
# What comes is no frame yet, and there is always some of it.
yes >"$WORLD/to-here" &
feeder=$!
check 'it runs' wait_for 10 'this end' test -s "$(host_root here)/run/this"
check_not 'an end of which something comes is there' ask_until 10
kill "$feeder"
wait "$feeder" 2>/dev/null
check 'one of which nothing comes is gone' ask_until 30
wait "$THIS_JOB"
same 15 "$(cat "$WORLD/status")" 'which is told by 15'
matches '^a new login of the same peer takes over: no sign of life' "$(cat "$SAID")" 'and said'
empty
