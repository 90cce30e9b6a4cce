#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The clock is set while a link is up, and while it waits: in the lab, whose machine has a clock of its
# own. What other faults do to a link is in tests/machines/faults.sh, whose table this prints rows of.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

[ -n "$LAB_GUEST" ] || give_up 'this sets the clock: it runs in the lab alone'
vpn_one_peer
vpn_local local
vpn_profile local office <<-END
	Host          remote
	RunAs         alice
	Accept        address 10.2.0.0/16
	Ppp           ppptun
END
readonly DAY=86400 STREAM=/src/build/tests/machines/stream
# Seconds that an emulated processor may take to come up.
readonly BACK=60

# The time that no setting changes, in hundredths of a second.
uptime_now()
{
	local now
	read -r now _ </proc/uptime
	echo "${now/./}"
}
seconds_since()
{
	awk "BEGIN { printf \"%.1f\", ($(uptime_now) - $1) / 100 }"
}
# set_clock SECONDS: so much later or earlier. A wait that goes by the clock must not be under way.
set_clock()
{
	date --set="@$(($(date +%s) + $1))"
}
passes()
{
	[ "$(vpn_pid ssh)" != "$1" ] && on local ping -c 1 -W 1 10.9.0.2
}
# What the link has made on both hosts.
made()
{
	local host
	for host in local remote; do
		wait_for "$HOST_DEADLINE" "the links of $host" host_settled "$host" >/dev/null
		on "$host" sh -c '{ ip -brief link; ip -brief address; ip route show table all; find /run/sallyport; } | sort'
	done
}
is_as_before()
{
	[ "$(made)" = "$before_state" ]
}
# row NAME NOTICED UP TRANSFER LEFT SAID
row()
{
	printf '| %s | %s | %s | %s | %s | %s |\n' "$@" >>"$WORLD/rows"
}
transfer_goes_on()
{
	[[ $(grep -E ' (opened|rests|goes-on)' "$WORLD/events" | tail -n 1) =~ (opened|goes-on)$ ]]
}

# What a change of the clock brings about is over by then: SETTLE_MS, and the time for an answer.
long_enough()
{
	[ "$(uptime_now)" -ge "$1" ]
}

on remote "$STREAM" serve 7007 &
check 'up' on local vpn-connect up --quiet office
on local "$STREAM" watch 10.9.0.2 7007 sp-office >"$WORLD/events" &
watcher=$!
check 'a transfer' wait_for "$HOST_DEADLINE" 'that' grep -q ' opened' "$WORLD/events"
before_state=$(made)

# stays NAME SECONDS
stays()
{
	local before
	before="$(vpn_pid supervisor), $(vpn_pid ssh)"
	check "$1: it can be done" set_clock "$2"
	check "$1: for some seconds" wait_for 60 'that' long_enough $(($(uptime_now) + 400))
	check "$1: packets pass" on local ping -c 1 -W "$HOST_DEADLINE" 10.9.0.2
	same "$before" "$(vpn_pid supervisor), $(vpn_pid ssh)" "$1: the link has been up all the time"
	check "$1: and status says so" on local vpn-connect status --quiet office
	same "$before_state" "$(made)" "$1: nothing else has changed"
	lacks ' (broken|wrong)' "$(cat "$WORLD/events")" "$1: the transfer goes on"
	row "$1" - 'the link stays' 'not interrupted' nothing -
}

# returns NAME SECONDS: policy seems to be written in the future, or long ago.
returns()
{
	local before begin
	before=$(vpn_pid ssh) begin=$(uptime_now)
	check "$1: it can be done" set_clock "$2"
	on local kill -KILL "$before"
	check "$1: the link comes back" wait_for "$BACK" 'an answer' passes "$before"
	begin=$(seconds_since "$begin")
	check "$1: all is as before" wait_for "$HOST_DEADLINE" 'that' is_as_before
	row "$1" - "$begin s" 'goes on' nothing 'the ssh process to remote was killed'
}
stays 'the clock is set a day ahead' "$DAY"
stays 'the clock is set back' "-$DAY"
returns 'the clock is set a day back, and ssh is killed' "-$DAY"
returns 'the clock is set ahead again, and ssh is killed' "$DAY"
check 'the transfer goes on' wait_for "$BACK" 'that' transfer_goes_on
lacks ' (broken|wrong)' "$(cat "$WORLD/events")" 'and nothing of it is lost'
kill "$watcher"
check 'down' on local vpn-connect down --quiet office

# --- while it waits: a host that wakes has its clock set, so it tries again at once
is_waiting()
{
	on local vpn-connect status office | grep -Eq '^office is waiting: next try in ([2-9][0-9]|1[0-9]{2,})'
}
# Connections that local has begun.
begun()
{
	awk '/^Tcp:/ { n = $6 } END { print n }' "/proc/${HOST_PID[local]}/net/snmp"
}
has_tried()
{
	[ "$(begun)" -gt "$1" ]
}
sed -i 's/^Host .*/&\nPort 9/' "$(host_root local)/etc/sallyport/connect/office.conf"
check_exit 68 'a remote that is not there' on local vpn-connect up --quiet office
check 'it waits longer and longer' wait_for 200 'a long pause' is_waiting
before=$(begun)
begin=$(uptime_now)
check 'the clock is set while it waits: it can be done' set_clock "$DAY"
check 'the clock is set while it waits: it tries again' wait_for 15 'that' has_tried "$before"
row 'the clock is set while it waits' "$(seconds_since "$begin") s" - - - -
check 'the clock is set back: it can be done' set_clock "-$DAY"
check 'down' on local vpn-connect down --quiet office
echo
echo "On $(uname -sr), emulated:"
echo
echo '| what happens | noticed after | packets pass again after | the transfer | left behind | what is said |'
echo '| --- | --- | --- | --- | --- | --- |'
cat "$WORLD/rows"
