#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A link that comes back by itself, under the unit: from a Debian 13 to a Debian 12, after each of its
# parts has died, and when this host's address, the line, the remote, its policy, a key or the profile
# have changed. How long packets did not pass is printed: a reader's figures, which nothing is held to.
# What ends a link in other ways is in odd-live.sh.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_odd.sh
. "$SRC/tests/lib/machine_odd.sh"

# Seconds: how long the line is cut, and what a link has to come back.
readonly CUT=20 BACK=60
readonly PROFILE=/etc/sallyport/connect/office.conf PEER=/etc/sallyport/peers/alice.conf
readonly KEYS=/etc/sallyport/authorized_keys KEY=/home/alice/.ssh/id_vpn

machine_create remote 12 198.51.100.1/24
machine_create local 13 198.51.100.7/24
machine_boot remote local
machine_pair remote local '/^Timeout/s|30|5|' '/^Keepalive/s|15|5|'
machine_on remote sed -i '/^From/s|198|203.0.113.0/24 198|' "$PEER"
machine_authorize remote

# back NAME HOST COMMAND
back()
{
	odd_comes_back "$1" "$BACK" odd_on "$2" "$3"
}

waits_for()
{
	odd_is waiting && [ "$(odd_said code) $(odd_said fault_of)" = "$1" ]
}

# waits NAME CODE WHOSE: there is no link, for that reason, and the unit goes on.
waits()
{
	check "$1: it waits, $2, by the $3" wait_for "$BACK" 'that' waits_for "$2 $3"
	same active "$(odd_show ActiveState)" "$1: the unit is active"
	check_not "$1: and there is no link" machine_on local test -e /sys/class/net/sp-office
}

# mended NAME COMMAND…: what it waited for is there again.
mended()
{
	local name=$1 begin=${EPOCHREALTIME/[.,]/}
	shift
	check "$name: it can be undone" "$@"
	check "$name: the link comes back" wait_for "$BACK" 'an answer' odd_answers
	note "$name: packets passed $(odd_seconds_since "$begin") s after the end of it"
	check "$name: status says so" wait_for 20 'status' machine_on local vpn-connect status office
	same "$self" "$(odd_supervisor)" "$name: it is the same supervisor"
}

check 'the unit starts' odd_is_up
self=$(odd_supervisor)
# In the unit as well ppptun may tell it.
check 'status tells the round trip' wait_for 20 'an echo' \
	machine_on local sh -c "vpn-connect status office | grep -q '^  round trip '"

# --- each part of it dies
kill_part()
{
	echo "kill -KILL \$(sed -n 's/^process $1 //p' /run/sallyport/connect/office/journal | cut -d' ' -f1)"
}
back 'ssh is killed' local "$(kill_part ssh)"
back 'ppptun is killed here' local "$(kill_part ppptun)"
back 'ppptun is killed there' remote 'pkill -KILL -u slave -x ppptun'
back 'the session there is killed' remote 'pkill -KILL -u slave -x sshd'

# --- this host's address
back 'another address' local 'ip addr add 198.51.100.8/24 dev eth0 && ip addr del 198.51.100.7/24 dev eth0'
# By then eth0 has one address only, and with it goes its network.
check 'the remote is in another network as well' machine_on remote ip addr add 203.0.113.1/24 dev eth0
back 'another network, and a route' local 'ip addr add 203.0.113.7/24 dev eth0 && ip addr flush dev eth0 to 198.51.100.0/24 &&
	ip route replace 198.51.100.1 via 203.0.113.1'
matches '^198\.51\.100\.1 via 203\.0\.113\.1' "$(machine_on local ip route)" 'which is the way of the link'
back 'the first address' local 'ip addr add 198.51.100.7/24 dev eth0 && ip addr flush dev eth0 to 203.0.113.0/24'

# --- the line
outage()
{
	[ "${EPOCHREALTIME/[.,]/}" -ge "$1" ]
}
for_a_while()
{
	wait_for $((2 * CUT)) 'the end of the outage' outage $((${EPOCHREALTIME/[.,]/} + CUT * 1000000))
}
check 'packets are dropped: the link has been up for a while' wait_for 40 'that' odd_is_good
check 'packets are dropped on both: it can be done' odd_on both "printf '%s\\n' 'table inet cut {' \\
	'chain in { type filter hook input priority 0; iifname eth0 drop; }' \\
	'chain out { type filter hook output priority 0; oifname eth0 drop; }' '}' | nft -f -"
check "packets are dropped for $CUT s" for_a_while
waits 'packets are dropped' 68 line
mended 'packets are dropped' odd_on both 'nft delete table inet cut'
# wire up|down: the switch's side of it, so that eth0 here has no carrier.
wire()
{
	ip -n switch link set local "$1"
}
check 'no carrier: the link has been up for a while' wait_for 40 'that' odd_is_good
check 'no carrier: it can be done' wire down
check "no carrier for $CUT s" for_a_while
waits 'no carrier' 68 line
mended 'no carrier' wire up

# --- the remote: sshd, policy, key
readonly END_SESSION='pkill -u slave -x sshd'
check 'sshd is away: it can be done' odd_on remote "systemctl stop ssh && $END_SESSION"
waits 'sshd is away' 68 line
mended 'sshd is away' odd_on remote 'systemctl start ssh'
check 'policy denies: it can be done' odd_on remote "cp -p $PEER /root/peer && sed -i '/^Allow/s/pppd sshroute//' $PEER && $END_SESSION"
waits 'policy denies' 77 remote
mended 'policy denies' odd_on remote "cp -p /root/peer $PEER"
check 'the key is not accepted: it can be done' odd_on remote "cp -p $KEYS /root/keys && : >$KEYS && $END_SESSION"
waits 'the key is not accepted' 77 remote
mended 'the key is not accepted' odd_on remote "cp -p /root/keys $KEYS"

# --- the profile
reloads()
{
	machine_on local systemctl reload "$ODD_UNIT"
}
before=$(odd_connection)
check 'systemctl reload, and nothing has changed' reloads
check 'the link has been up for a while' wait_for 40 'that' odd_is_good
same "$before" "$(odd_connection)" 'it is the same link'
machine_on local sed -i.whole 's|^End|Route 10.7.0.0/16\n&|' "$PROFILE"
odd_comes_back 'systemctl reload, and a new route' "$BACK" reloads
matches '^10\.7\.0\.0/16 dev sp-office' "$(machine_on local ip route)" 'the route is there'
before=$(odd_connection)
machine_on local sed -i 's|^End|Nonsense yes\n&|' "$PROFILE"
check_not 'systemctl reload, and an error in the profile: it says so' reloads
check 'the link stays' odd_answers
same "$before, $self" "$(odd_connection), $(odd_supervisor)" 'and is the same'
machine_on local mv "$PROFILE.whole" "$PROFILE"
odd_comes_back 'systemctl reload, and the profile of before' "$BACK" reloads
lacks '10\.7\.0\.0' "$(machine_on local ip route)" 'its route is gone'

# --- what only a person here can mend: the unit fails, and stays so
has_failed()
{
	[ "$(odd_show ActiveState) $(odd_show ExecMainStatus)" = 'failed 78' ]
}
check 'the key is gone: it can be done' odd_on local "mv $KEY $KEY.away && $(kill_part ssh)"
check 'the key is gone: the unit fails' wait_for "$BACK" 'that' has_failed
matches 'vpn-connect\[[0-9]+\]: office: is down, and stays so: the key that IdentityFile in the profile names does not exist' \
	"$(machine_log local "$ODD_UNIT")" 'and the log says why'
# But that packets for the profile's networks are held back, until somebody says `up` or `down`.
check 'nothing is left of the link' wait_for 20 'the end of all' no_link_left
same "$(machine_on local sed -n 's/^held [0-9]* //p' /run/sallyport/connect/office/journal)" \
	"$(machine_on local sh -c 'ip -4 route show type unreachable; ip -6 route show type unreachable' | cut -d' ' -f2)" \
	'packets are held back'
check 'the key is back' odd_on local "mv $KEY.away $KEY"
check 'the unit starts' odd_is_up
odd_stop 'at the end'
check 'nothing is left' wait_for 20 'the end of all' odd_nothing_left
