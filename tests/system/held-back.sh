#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Where packets for the networks behind the remote go while the link is away: nowhere, unless the profile
# says Fallback yes. And that the routes which vpn-connect(8) gives for before that hold them back, too.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

peer_of_both
profile 'Ppp ppptun' 'RemoteRoutes yes' 'Accept address 10.2.0.0/16 fd00:2::/48'
on local ip route add default via 198.51.100.1
on local ip -6 addr add 2001:db8::7/64 dev to-remote nodad
on local ip -6 route add default via 2001:db8::1
state_of_local >"$WORLD/before"

# way ADDRESS: the device that a packet to it leaves by, or the error.
way()
{
	local said
	said=$(on local ip route get "$1" 2>&1 | head -n 1)
	if [[ $said =~ \ dev\ ([^ ]+) ]]; then
		echo "${BASH_REMATCH[1]}"
	else
		echo "$said"
	fi
}

goes()
{
	same "$1" "$(way 10.2.0.9)" "$2: IPv4"
	same "$1" "$(way fd00:2::9)" "$2: IPv6"
	same to-remote "$(way 203.0.113.9)" "$2: what is for elsewhere goes there"
}

# same as the administrator sees it, or nothing
held()
{
	on local sh -c '{ ip route show proto 85; ip -6 route show proto 85; } | sed "s/ dev lo//;s/ pref medium//"' |
		xargs -n 4 | sort | paste -sd'|'
}
readonly HELD='No route to host' BOTH='unreachable 10.2.0.0/16 metric 4294967280|unreachable fd00:2::/48 metric 4294967280'
readonly OWN='unreachable 10.7.0.0/16 metric 4294967280'
tables()
{
	on "$1" sh -c 'ip -4 route show table all; ip -6 route show table all' | sort
}

goes to-remote 'before the first up: packets leave by the default route'
tables local >"$WORLD/local.before"
tables remote >"$WORLD/remote.before"
same_tables()
{
	diff "$WORLD/local.before" <(tables local) && diff "$WORLD/remote.before" <(tables remote)
}

# --- what the profile itself routes is held back from the beginning
profile 'Ppp ppptun' 'RemoteRoutes yes' 'Accept address 10.2.0.0/16 fd00:2::/48' 'Route 10.7.0.0/16' 'Port 9'
check_exit 68 'up, to a port that nobody listens on' connect up --quiet office
same "$OWN" "$(held)" 'what the profile routes is held back before the link was up at all'
goes to-remote 'what the remote may offer is not known yet: in the clear'
same "RTNETLINK answers: $HELD" "$(way 10.7.0.9)" 'a packet is refused'
check 'it waits' wait_for "$HOST_DEADLINE" 'the pause' is_waiting
matches '^  held back   10\.7\.0\.0/16$' "$(connect status office)" 'status says what is held back'
same '10.7.0.0/16' "$(connect status --json office | sed -n '/"held": \[/,/\]/s/^ *"\([0-9].*\)"$/\1/p')" 'and its JSON'
on local ip route del unreachable 10.7.0.0/16 proto 85
check 'one that somebody removes is put back' log_has 'holds back packets to 10\.7\.0\.0/16 was removed by somebody else: put back'
same "$OWN" "$(held)" 'it is there again'
check 'down' connect down --quiet office
same '' "$(held)" 'down lets it go'

# --- and what was taken of the offers, once the link was up
profile 'Ppp ppptun' 'RemoteRoutes yes' 'Accept address 10.2.0.0/16 fd00:2::/48'
check 'up' connect up --quiet office
goes sp-office 'up: they go through the link'
same "$BOTH" "$(held)" 'and would be held back without it'
lacks 'held back' "$(connect status office)" 'of which status does not tell then'
peer <<<$'Allow status\nAddress 10.9.0.2 10.9.0.1'
on local kill -KILL "$(vpn_pid ssh)"
check 'the link is lost, and denied' wait_for "$HOST_DEADLINE" 'the denial' is_waiting
goes "RTNETLINK answers: $HELD" 'lost: held back'
matches '^  held back   10\.2\.0\.0/16$' "$(connect status office)" 'status says so'
on local ping -c 1 -W 1 10.2.0.9 >"$WORLD/said" 2>&1 || :
matches 'No route to host|Destination Host Unreachable|unreachable' "$(cat "$WORLD/said")" 'who wants to go there is told'
more_said=$(connect up office 2>&1) || :
matches 'denies this' "$more_said" 'another attempt fails'
goes "RTNETLINK answers: $HELD" 'and they stay held back'

# --- the profile becomes wrong: the trying ends, and they stay held back
profile 'Ppp ppptun' 'RunAs bob' 'Accept address 10.2.0.0/16 fd00:2::/48'
pid=$(supervisor)
on local kill -USR1 "$pid"
check 'a profile whose user has no key ends the trying' wait_for "$HOST_DEADLINE" 'its end' has_ended "$pid"
goes "RTNETLINK answers: $HELD" 'ended: held back'
matches '^office is dead: it is not tried again; .vpn-connect up office. tries it' "$(connect status office)" 'status says so'
profile 'Ppp ppptun' 'RemoteRoutes yes' 'Accept address 10.2.0.0/16 fd00:2::/48'
check_exit 77 'up tries it again' connect up --quiet office
goes "RTNETLINK answers: $HELD" 'which takes over what is held back'

# --- killed: they stay, and are the next one's
on local kill -KILL "$(supervisor)"
check 'the supervisor is killed' wait_for "$HOST_DEADLINE" 'its end' on local sh -c '! pgrep -x vpn-connect'
goes "RTNETLINK answers: $HELD" 'killed: held back'
matches '^office is dead' "$(connect status office)" 'status knows'
check_exit 77 'up that fails for good: it is denied' connect up --once --quiet office
same '' "$(held)" '--once leaves nothing when it ends'
peer_of_both
check 'up' connect up --quiet office
on local sh -c 'echo $$ >/tmp/monitor; exec ip monitor route' >"$WORLD/monitor" &
on local kill -KILL "$(supervisor)"
check 'killed again, while it is up' wait_for "$HOST_DEADLINE" 'its end' on local sh -c '! pgrep -x vpn-connect'
check 'up takes over' connect up --quiet office
goes sp-office 'up once more'
same "$BOTH" "$(held)" 'what is held back is the same'
on local sh -c 'kill "$(cat /tmp/monitor)"; rm /tmp/monitor'
lacks '^Deleted unreachable' "$(cat "$WORLD/monitor")" 'and never was not'

# --- a restart lets nothing go
on local sh -c 'echo $$ >/tmp/monitor; exec ip monitor route' >"$WORLD/monitor" &
check 'the monitor begins' wait_for "$HOST_DEADLINE" 'its number' on local test -s /tmp/monitor
pid=$(supervisor)
said=$(connect restart office 2>&1) || said="failed: $said"
lacks 'failed|a run that died' "$said" 'restart'
check 'it is another supervisor' test "$pid" != "$(supervisor)"
goes sp-office 'up again'
same "$BOTH" "$(held)" 'what is held back is the same'
on local sh -c 'kill "$(cat /tmp/monitor)"; rm /tmp/monitor'
matches '^Deleted 10\.2\.0\.0/16 dev sp-office' "$(cat "$WORLD/monitor")" 'the link was away'
lacks '^Deleted unreachable' "$(cat "$WORLD/monitor")" 'and meanwhile it was held back'
on local kill -KILL "$(supervisor)"
check 'killed once more' wait_for "$HOST_DEADLINE" 'its end' on local sh -c '! pgrep -x vpn-connect'
check 'down after that' connect down --quiet office
same '' "$(held)" 'undoes it as well'
check 'and leaves nothing' wait_for "$HOST_DEADLINE" 'the end' nothing_left
await_slot
check 'the tables of both hosts are as they were' wait_for "$HOST_DEADLINE" 'that' same_tables

# --- killed, and the unit starts it again when it cannot come up for good: nobody looks
check 'up' connect up --quiet office
on local kill -KILL "$(supervisor)"
check 'killed once more' wait_for "$HOST_DEADLINE" 'its end' on local sh -c '! pgrep -x vpn-connect'
profile 'Ppp ppptun' 'RunAs bob' 'Accept address 10.2.0.0/16 fd00:2::/48'
status=0
said=$(connect up --foreground office 2>&1) || status=$?
same 78 "$status" 'started again, with a user who has no key'
matches 'packets to its networks stay held back: .vpn-connect down office. ends that$' "$said" 'it says what it leaves'
goes "RTNETLINK answers: $HELD" 'what the one before held back stays so'
matches '^office is dead' "$(connect status office)" 'status says how it stands'
check 'down' connect down --quiet office
same '' "$(held)" 'lets it go'

# And so it is when the unit has been waiting, as then it has been started.
profile 'Ppp ppptun' 'Accept address' 'Route 10.7.0.0/16' 'Port 9'
on local sh -c 'exec python3 -c "
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(\"/run/notify\")
while not s.recv(4096).startswith(b\"READY=1\"): pass
"' &
manager=$!
check 'a service manager listens' wait_for "$HOST_DEADLINE" 'its socket' on local test -S /run/notify
on local env NOTIFY_SOCKET=/run/notify vpn-connect up --foreground office >/dev/null 2>&1 &
foreground=$!
check 'it is told that the unit has started' wait "$manager"
profile 'Ppp ppptun' 'RunAs bob' 'Accept address' 'Route 10.7.0.0/16'
on local kill -USR1 "$(supervisor)"
status=0
wait "$foreground" || status=$?
same 78 "$status" 'and then the profile is at fault'
same "$OWN" "$(held)" 'what it held back stays so'
on local rm /run/notify
check 'down' connect down --quiet office
same '' "$(held)" 'lets it go'
profile 'Ppp ppptun' 'RemoteRoutes yes' 'Accept address 10.2.0.0/16 fd00:2::/48'

# --- two links to the same network
on local sh -c 'sed "s/^Port .*//" /etc/sallyport/connect/office.conf >/etc/sallyport/connect/home.conf
	sed -i "s/^End/Interface sp-home\nRoute 10.7.0.0\/16\nPort 9\nEnd/" /etc/sallyport/connect/home.conf'
profile 'Ppp ppptun' 'Accept address 10.2.0.0/16 fd00:2::/48' 'Route 10.7.0.0/16' 'Port 9'
connect up --quiet office >/dev/null || :
on local vpn-connect up --quiet home >/dev/null 2>&1 || :
same "unreachable 10.7.0.0/16 metric 4294967279|$OWN" "$(held)" 'two links hold back the same network, each for itself'
profile 'Ppp ppptun' 'Accept address 10.2.0.0/16 fd00:2::/48' 'Route 10.7.0.0/16'
check 'one of them comes up beside that' connect up --quiet office
same sp-office "$(way 10.7.0.9)" 'and has its packets'
check 'and goes down' connect down --quiet office
same 'unreachable 10.7.0.0/16 metric 4294967279' "$(held)" 'the other holds them back'
on local vpn-connect down --quiet home
same '' "$(held)" 'until it is down as well'
on local rm /etc/sallyport/connect/home.conf

# --- the ssh server inside
profile 'Ppp ppptun' 'Host 203.0.113.1' 'Route 203.0.113.0/24' 'Timeout 5'
status=0
said=$(connect up --once office) || status=$?
same 68 "$status" 'a Route with the ssh server inside: the exit status'
matches '203\.0\.113\.1 cannot be reached, and Route 203\.0\.113\.0/24 contains it' "$said" 'the reason is said'
check 'and nothing is left' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- a host's own network is a better route
profile 'Ppp ppptun' 'Route 198.51.0.0/16' 'Port 9'
connect up --quiet office >/dev/null || :
same to-remote "$(way 198.51.100.9)" 'a network that this host is in stays reachable'
same "RTNETLINK answers: $HELD" "$(way 198.51.101.9)" 'the rest of the Route is held back'
connect down --quiet office

# --- reload, and Fallback
profile 'Ppp ppptun' 'Accept address' 'Route 10.7.0.0/16' 'Port 9'
connect up --quiet office >/dev/null || :
profile 'Ppp ppptun' 'Accept address' 'Route 10.8.0.0/16' 'Port 9'
connect reload --quiet office >/dev/null || :
holds()
{
	[ "$(held)" = "$1" ]
}
check 'reload: what the changed profile routes' wait_for "$HOST_DEADLINE" 'that' holds 'unreachable 10.8.0.0/16 metric 4294967280'
profile 'Ppp ppptun' 'Accept address' 'Route 10.8.0.0/16' 'Port 9' 'Fallback yes'
connect reload --quiet office >/dev/null || :
check 'with Fallback yes: nothing' wait_for "$HOST_DEADLINE" 'that' holds ''
connect down --quiet office
profile 'Ppp ppptun' 'RemoteRoutes yes' 'Accept address 10.2.0.0/16 fd00:2::/48' 'Fallback yes'
check 'up' connect up --quiet office
goes sp-office 'up with Fallback yes: through the link'
same '' "$(held)" 'nothing is held back'
peer <<<$'Allow status\nAddress 10.9.0.2 10.9.0.1'
on local kill -KILL "$(vpn_pid ssh)"
check 'the link is lost' wait_for "$HOST_DEADLINE" 'the denial' is_waiting
goes to-remote 'lost: in the clear, as the profile says'
check 'down' connect down --quiet office
peer_of_both

# The manual's own commands.
mapfile -t commands < <(grep '^ip route add unreachable' "$SRC/local/vpn-connect.8")
same 2 "${#commands[@]}" 'the manual has two commands'
for command in "${commands[@]}"; do
	# shellcheck disable=SC2086 # words
	check "$command" on local $command
done
state_of_local >"$WORLD/before"
goes 'RTNETLINK answers: No route to host' 'held back: down'
check 'up beside such routes' connect up --once office
goes sp-office 'held back: up, they go through the link'
same 2 "$(on local sh -c '{ ip route show proto 83; ip -6 route show proto 83; } | wc -l')" 'both routes are there'
check 'the route on the remote is there' on remote sh -c 'ip route | grep -q "^192.0.2.0/24 dev sp-alice"'
check_exit 0 'status finds nothing missing' connect status office
on local kill -KILL "$(vpn_pid ssh)"
check 'ssh is killed: down' wait_for "$HOST_DEADLINE" 'the end' vpn_is_down
goes 'RTNETLINK answers: No route to host' 'held back: the link is lost'
check 'and the routes that hold them stay' wait_for "$HOST_DEADLINE" 'that' nothing_left

# At no higher metric they are another's route.
for command in "${commands[@]}"; do
	# shellcheck disable=SC2086 # words
	on local ${command/add/del}
done
on local ip route add unreachable 10.2.0.0/16
connect up --quiet office
same 'unreachable 10.2.0.0/16' "$(on local ip route show 10.2.0.0/16 | xargs)" \
	'a route without a metric is neither gone before nor taken away'
connect down --quiet office
