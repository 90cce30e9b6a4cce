#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What somebody else takes away from a link that is up is put back, or the link ends: routes, addresses,
# the interface's state, size and settings. With ppptun, which has no capability by then.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

on remote rm -f /dev/ppp
peer_of_both
profile 'Ppp ppptun' 'Accept address 10.2.0.0/16 fd00:2::/48' 'Route 10.7.0.0/16'

# What the link is made of, as the kernel has it; without what changes by itself.
parts()
{
	on local sh -c '{ ip route show dev sp-office; ip -6 route show dev sp-office; } | sort
		ip -o addr show dev sp-office | sed "s/^[0-9]*: //;s/valid_lft.*//" | sort
		ip -o link show dev sp-office | sed "s/^[0-9]*: //"
		cat /proc/sys/net/ipv6/conf/sp-office/accept_ra'
}

# see_whole: what the link has now is all of it.
see_whole()
{
	wait_for "$HOST_DEADLINE" 'the addresses' host_settled local
	parts >"$WORLD/whole"
}

is_whole()
{
	diff "$WORLD/whole" <(parts) && connect status --quiet office
}

says_times()
{
	[ "$(log_times "$1")" = "$2" ]
}

# put_back NAME PATTERN COMMAND…: what the command does on local is undone, by the same connection, and the
# log says so once.
put_back()
{
	local name=$1 pattern=$2 ssh before
	shift 2
	ssh=$(vpn_pid ssh) before=$(log_times "$pattern")
	on local "$@" || fail "$name: it is done"
	check "$name: put back" wait_for "$HOST_DEADLINE" 'all of it' is_whole
	same "$ssh" "$(vpn_pid ssh)" "$name: the link has stayed"
	check "$name: the log says so, once" wait_for "$HOST_DEADLINE" 'the record' says_times "$pattern" $((before + 1))
}

check 'up' connect up --quiet office
see_whole
journal=$(on local cat /run/sallyport/connect/office/journal)
check 'as it came up' is_whole

put_back 'a route' 'the route to 10\.2\.0\.0/16 was removed by somebody else: put back' ip route del 10.2.0.0/16
put_back "the profile's own route" 'the route to 10\.7\.0\.0/16 was removed by' ip route del 10.7.0.0/16
put_back 'an IPv6 route' 'the route to fd00:2::/48 was removed by' ip -6 route del fd00:2::/48 dev sp-office
put_back 'addresses, with which the routes go' 'the address 10\.9\.0\.1 of sp-office was removed by' \
	ip addr flush dev sp-office
put_back 'an IPv6 address' 'the address fd00:9::1 of sp-office was removed by' \
	ip addr del fd00:9::1/128 peer fd00:9::2 dev sp-office
put_back 'the interface set down' 'sp-office was set down by somebody else: put back' ip link set sp-office down
put_back 'its size' 'the MTU of sp-office was changed from [0-9]+ to 1400 by' ip link set sp-office mtu 1400
put_back 'so small that IPv6 is gone' 'the MTU of sp-office was changed from [0-9]+ to 600 by' \
	ip link set sp-office mtu 600
put_back 'router advertisements' 'accept_ra of sp-office was changed to 1 by' \
	sh -c 'echo 1 >/proc/sys/net/ipv6/conf/sp-office/accept_ra; ip route del 10.7.0.0/16'
same "$journal" "$(on local cat /run/sallyport/connect/office/journal)" 'nothing was written down twice'

# --- another route in the place of ours
ssh=$(vpn_pid ssh)
on local ip route replace 10.2.0.0/16 via 198.51.100.1
check "another's route: told" log_has "the link's route is gone .* 10\\.2\\.0\\.0/16 exists already, dev to-remote"
check_exit 4 'status: impaired' connect status --quiet office
same 'via 198.51.100.1 dev to-remote' "$(on local ip route show 10.2.0.0/16 proto boot | cut -d' ' -f2- | xargs)" 'it is left alone'
on local ip route del 10.2.0.0/16 via 198.51.100.1
check 'once it is gone, ours is put back' wait_for "$HOST_DEADLINE" 'all of it' is_whole
same "$ssh" "$(vpn_pid ssh)" 'and the link has stayed'

# --- what cannot be put back ends the link, which then comes back
# Each failure here makes the pauses longer: `up` ends them.
up_by_another()
{
	connect up --quiet --no-wait office
	[ "$(vpn_pid ssh)" != "$ssh" ] && connect status --quiet office
}
ends()
{
	local name=$1 pattern=$2
	shift 2
	ssh=$(vpn_pid ssh)
	on local "$@" || fail "$name: it is done"
	check "$name: told" log_has "office: the link is down: $pattern"
	check "$name: up again" wait_for "$HOST_DEADLINE" 'the link' up_by_another
	check "$name: with all its parts" wait_for "$HOST_DEADLINE" 'all of it' is_whole
}
ends 'the interface renamed' 'interface sp-office was renamed to "other" by somebody else' \
	sh -c 'ip link set sp-office down; ip link set sp-office name other'
ends 'no carrier' 'interface sp-office has lost its carrier' ip link set sp-office carrier off

# --- the remote, where nobody may put anything back: a device that takes no packet ends the link
asked_and_up_again()
{
	on local ping -c 1 -W 1 10.9.0.2 >/dev/null 2>&1 || :
	up_by_another
}
ssh=$(vpn_pid ssh)
on remote ip link set sp-alice down
check 'the interface of the remote is set down: up again' wait_for "$HOST_DEADLINE" 'the link' asked_and_up_again
check 'the remote says why' grep -q 'ppptun.*the device was set down' "$(host_root remote)/var/log/messages"
check 'with all its parts' wait_for "$HOST_DEADLINE" 'all of it' is_whole
check 'and packets pass' on local ping -c 1 -W 5 10.9.0.2
# Set up again in time, it stays.
ssh=$(vpn_pid ssh)
on remote ip link set sp-alice down
on local ping -c 1 -W 1 10.9.0.2 >/dev/null 2>&1 || :
on remote ip link set sp-alice up
check 'set down and up, and the link stays' on local ping -c 1 -W 5 10.9.0.2
same "$ssh" "$(vpn_pid ssh)" 'by the same connection'

# --- somebody who means it
removed_times=0
remove_again()
{
	local ssh
	ssh=$(vpn_pid ssh)
	while [ "$(vpn_pid ssh)" = "$ssh" ] && [ -n "$ssh" ]; do
		if on local ip route del 10.7.0.0/16 dev sp-office 2>/dev/null; then
			removed_times=$((removed_times + 1))
		fi
		on local timeout 1 ip monitor route >/dev/null 2>&1 || :
	done
}
before=$(log_times 'the route to 10\.7\.0\.0/16 was removed by somebody else')
remove_again
check 'a route that is removed again and again ends the link' \
	log_has 'the link is down: the route to 10\.7\.0\.0/16 was removed again and again, although it was put back 5 times'
same $((before + 5)) "$(log_times 'the route to 10\.7\.0\.0/16 was removed by somebody else')" \
	'after five repairs within a minute'
check 'it was removed once more than that' test "$removed_times" -ge 6
matches 'by the host: the route to 10\.7\.0\.0/16 was removed again and again' "$(connect status office)" \
	'status says whose fault it was'
check 'down' connect down office
check 'and nothing is left' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- held to its sources by the kernel, where pppd speaks PPP
profile 'Ppp pppd'
check 'up with a PPP program that checks no source' connect up --quiet office
see_whole
strict()
{
	[ "$(on local cat /proc/sys/net/ipv4/conf/sp-office/rp_filter)" = 1 ]
}
check 'the kernel checks them' strict
on local sh -c 'echo 0 >/proc/sys/net/ipv4/conf/sp-office/rp_filter'
put_back 'a route, with the setting' 'rp_filter of sp-office was changed by somebody else: put back' \
	ip route del 10.2.0.0/16
check 'the kernel checks them again' strict
ssh=$(vpn_pid ssh)
on local sh -c 'echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter; ip route del 10.2.0.0/16'
check 'where it would not, the link ends' log_has 'the link is down: .* Strict yes would have no effect'
on local sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter'
check 'down' connect down office
check 'nothing is left' wait_for "$HOST_DEADLINE" 'the end' nothing_left
