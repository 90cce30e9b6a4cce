#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A desktop: a real NetworkManager, with the drop-in that ships, leaves a link alone that comes up, is up and
# goes down. Debian 12. What it makes of one without the drop-in is what the file is for.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_odd.sh
. "$SRC/tests/lib/machine_odd.sh"

readonly DEADLINE=100 DROP_IN=/usr/lib/NetworkManager/conf.d/05-sallyport.conf

machine_create remote 12 198.51.100.1/24
machine_create local 12 198.51.100.7/24
machine_boot remote local
machine_pair remote local
check 'NetworkManager can be installed' machine_on local apt-get install -q -y network-manager

# managed: what NetworkManager makes of the link's interface.
managed()
{
	machine_on local nmcli -g GENERAL.STATE device show sp-office
}

# settled PATTERN: it has looked at the interface, and says so.
settled()
{
	managed | grep -Eq "$1"
}

manager()
{
	machine_on local systemctl restart NetworkManager && machine_on local nm-online -q -s -t "$DEADLINE"
}

# leaves_alone NAME: it has nothing of the link, and the link has all that it is made of.
leaves_alone()
{
	check "$1: the interface is not NetworkManager's" wait_for "$DEADLINE" 'its word' settled '^10 '
	check "$1: packets pass" odd_answers
	check "$1: the link is up, and lacks nothing" machine_on local vpn-connect status office
}

check 'NetworkManager runs' manager
matches '^\[device-sallyport\]$' "$(machine_on local NetworkManager --print-config)" 'it has read the drop-in'
check 'the link comes up beside it' odd_is_up
leaves_alone 'a link that comes up'
before="$(odd_supervisor), ssh $(odd_connection)"
check 'NetworkManager is started anew' manager
leaves_alone 'a link that is up'
same "$before" "$(odd_supervisor), ssh $(odd_connection)" 'it has been up all the time'
lacks 'sp-office' "$(machine_on local nmcli -g NAME connection show)" 'there is no connection of that name'
check_not 'nobody can have NetworkManager take it down' machine_on local nmcli device disconnect sp-office
leaves_alone 'a link that somebody tried to take down'

machine_on local mv "$DROP_IN" /root/
check 'NetworkManager is started without the drop-in' manager
check 'without it the interface would be its' wait_for "$DEADLINE" 'its word' settled '^([2-9]0|1[0-9]+) '
machine_on local mv "/root/${DROP_IN##*/}" "$DROP_IN"
check 'and with it' manager
# It remembers, by the number of an interface, what was its; the next interface has another.
check 'the next link comes up' machine_on local systemctl restart vpn-connect@office
leaves_alone 'the next link'
check 'the link goes down' machine_on local systemctl stop vpn-connect@office
check_not 'and its interface is gone' machine_on local test -e /sys/class/net/sp-office
same '' "$(machine_on local sh -c 'ls /etc/NetworkManager/system-connections')" 'NetworkManager has kept nothing of it'
