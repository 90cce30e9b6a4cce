#!/bin/bash
# SPDX-License-Identifier: ISC
#
# KillSwitch: that nothing leaves beside the link, neither to the own network, while it comes up, is cut,
# is lost or is killed; what does, exactly; that it comes back when somebody flushes it, and is gone after
# down. ClampMss; and jump hosts, which are then what ssh may go to.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/uplink.sh
. "$SRC/tests/lib/uplink.sh"

uplink_create
uplink_install
peer 'Address 10.9.0.2 10.9.0.1' 'Address6 fd00:9::2 fd00:9::1'
uplink_others
net_of_local >"$WORLD/net"
sniff
readonly TABLE=(table inet sallyport-office)

has_table()
{
	on local nft list "${TABLE[@]}" >/dev/null 2>&1
}

has_no_table()
{
	! has_table
}

# reaches ADDRESS [USER [PORT]]: whether that user's TCP gets an answer
reaches()
{
	on -u "${2-root}" local timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "${3-22}" 2>/dev/null
}

ordeal 'Route default' 'KillSwitch yes'

# --- what passes while the link is away
profile 'Route default' 'KillSwitch yes' 'Port 9'
check_exit 68 'up, to a port that nobody listens on' connect up --quiet office
check 'it waits' wait_for "$HOST_DEADLINE" 'the pause' is_waiting
matches '^ +198\.51\.100\.1|^ +.*(refused|port 9)' "$(on local vpn-connect diagnose office 2>&1 | sed -n '/^failed  link/,$p')" \
	'diagnose tells what its supervisor met'
matches '^  filter      nftables table inet sallyport-office$' "$(connect status office)" 'status has the table'
matches 'KillSwitch lets nothing else out meanwhile: where the network wants a login first, .vpn-connect down office., log in, and .vpn-connect up office.' \
	"$(connect status office)" 'and how to get to a captive portal'
check_exit 1 'the own network is closed' host_answers local 192.168.7.1 3
check_exit 1 'and what is behind this host' host_answers local $BEHIND 3
check_exit 1 'and is not forwarded' host_answers behind 192.168.7.1 3
check 'this host itself is not' host_answers local 127.0.0.1
leaks >/dev/null
check_exit 1 'not to another port of the gateway, by the user of ssh' reaches $GATEWAY alice 22
same '' "$(leaks)" 'none of which left'
refused=$(on local sh -c 'nft list counter inet sallyport-office refused' | sed -n 's/.*packets \([0-9]*\) .*/\1/p')
check 'what is refused is counted' test "$refused" -gt 0
on local python3 -c "
import socket
for family, port, to in ((socket.AF_INET, 68, ('192.168.7.1', 67)), (socket.AF_INET6, 546, ('ff02::1:2', 547, 0, socket.if_nametoindex('to-router')))):
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.bind(('', port))
    s.sendto(b'dhcp', to)"
same $'to-router 17 to 192.168.7.1\nto-router 17 to ff02::1:2' "$(leaks)" 'DHCP passes'
# The way that the manual says.
check 'down' connect down --quiet office
check 'the own network is open again' host_answers local 192.168.7.1
check 'rules, routes and the packet filter are as they were' same_net
leaks >/dev/null

# --- up
profile 'Route default' 'KillSwitch yes'
check 'up' connect up --quiet office
check 'out answers through it' host_answers local $OUT
check 'by IPv6 as well' host_answers local $OUT6
check 'what is behind this host gets through' host_answers behind $OUT
check_exit 1 'but not beside it' host_answers behind 192.168.7.1 3
check_exit 1 'the own network stays closed' host_answers local 192.168.7.1 3
check_exit 0 'status: up' connect status --quiet office
matches '"filter_table": "sallyport-office"' "$(connect status --json office)" 'its JSON'
leaks >/dev/null

# --- by whom ssh's way can be used, while nobody is there to put anything back
on local sh -c 'kill -KILL $(pgrep -x vpn-connect) $(pgrep -x ssh) $(pgrep -x ppptun)'
check 'all are killed' wait_for "$HOST_DEADLINE" 'their end' nobody_left
check 'the user of ssh gets to the gateway' reaches $GATEWAY alice
check_exit 1 'another user does not' reaches $GATEWAY bob
check_exit 1 'nor does root' reaches $GATEWAY root
check_exit 1 'nor that user to another of its ports' reaches $GATEWAY alice 23
await_slot
check 'up takes over' connect up --quiet office

# --- somebody takes it away, or changes it
noted=$(on local grep -c ^filter /run/sallyport/connect/office/journal)
on local nft flush ruleset
check 'flushed: it is put back' log_has "link's table of the packet filter was changed by somebody else: put back"
check 'whole' wait_for "$HOST_DEADLINE" 'it' has_table
check_exit 1 'and closed' host_answers local 192.168.7.1 3
same "$noted" "$(on local grep -c ^filter /run/sallyport/connect/office/journal)" 'a journal does not grow with what is put back'
before=$(on local nft list "${TABLE[@]}" | grep -v packets)
on local nft insert rule inet sallyport-office output accept
is_whole()
{
	[ "$(on local nft list "${TABLE[@]}" | grep -v packets)" = "$before" ]
}
check 'a rule that somebody adds goes' wait_for "$HOST_DEADLINE" 'its end' is_whole
on local nft add table inet sallyport-office '{ flags dormant; }'
check 'it is not put to sleep' wait_for "$HOST_DEADLINE" 'that' is_whole
# What comes between the rules and the first look at them is not taken for ours.
on local mv /usr/sbin/nft /usr/sbin/nft.real
host_file local /usr/sbin/nft 755 <<-'END'
	#!/bin/sh
	/usr/sbin/nft.real "$@" || exit
	[ "$1" = -f ] && mkdir /run/meddled || exit 0
	exec /usr/sbin/nft.real add table inet sallyport-office '{ flags dormant; }'
END
on local nft insert rule inet sallyport-office output accept
check 'somebody meddles while it is put back' wait_for "$HOST_DEADLINE" 'that' on local test -d /run/meddled
check 'it is whole nevertheless' wait_for "$HOST_DEADLINE" 'that' is_whole
check 'down' connect down --quiet office
on local rmdir /run/meddled
check 'up, while somebody meddles' connect up --quiet office
check 'who did' on local test -d /run/meddled
lacks 'flags' "$(on local nft list "${TABLE[@]}")" 'and it is awake'
on local mv /usr/sbin/nft.real /usr/sbin/nft
before=$(on local nft list "${TABLE[@]}" | grep -v packets)
pid=$(supervisor)
on local kill -STOP "$pid"
on local nft flush chain inet sallyport-office output
check_exit 4 'status finds what was changed' connect status --quiet office
matches '^  filter .* \(changed\)$' "$(connect status office)" 'and says so'
on local nft delete "${TABLE[@]}"
matches '^  filter .* \(missing\)$' "$(connect status office)" 'or that it is missing'
on local kill -CONT "$pid"
check 'and it is put back when it can be' wait_for "$HOST_DEADLINE" 'it' is_whole
check 'down' connect down --quiet office
on local sh -c 'nft add table inet somebody
	nft add chain inet somebody c "{ type filter hook output priority 0; }"'
check 'rules, routes and the packet filter are as they were' same_net

# --- another's table of that name is not touched
on local nft add "${TABLE[@]}"
status=0
said=$(connect up --once --quiet office) || status=$?
same 71 "$status" 'a table of that name is there: exit status'
matches 'the packet filter has a table inet sallyport-office already' "$said" 'which is said'
on local nft delete "${TABLE[@]}"
check 'and nothing else is left' same_net

# --- without nft
on local mv /usr/sbin/nft /usr/sbin/nft.away
status=0
said=$(connect up --quiet office) || status=$?
same 71 "$status" 'nft is missing: exit status'
matches 'office is not up: /usr/sbin/nft is not there, .*: install the package nftables$' "$said" 'which is said'
said=$(connect check office) || :
matches '/usr/sbin/nft is not there' "$said" 'check says so as well'
status=0
said=$(connect up --dry-run office) || status=$?
same 71 "$status" '--dry-run fails with what up would'
matches '/usr/sbin/nft is not there' "$said" 'and says so'
said=$(on local vpn-connect diagnose office 2>&1) || :
same 0 "$(grep -c 'could not be begun' <<<"$said")" 'diagnose has no second, vague word for it'
matches '^failed +state' "$said" 'it says that the link could not be begun'
same 2 "$(grep -c '/usr/sbin/nft is not there' <<<"$said")" 'and why'
profile 'Route 198.51.100.0/24' 'ClampMss auto'
said=$(connect check office) || :
matches 'office\.conf:[0-9]+: error: /usr/sbin/nft is not there' "$said" 'of ClampMss alone it names the line'
on local mv /usr/sbin/nft.away /usr/sbin/nft
check 'and nothing was changed' same_net
check_exit 3 'it is not tried again' connect status --quiet office

# --- nft goes away while the link is up
profile 'Route default' 'KillSwitch yes'
connect up --foreground office >"$WORLD/said" 2>&1 &
foreground=$!
check 'up once more' wait_for "$HOST_DEADLINE" 'the line' grep -q 'is up' "$WORLD/said"
on local mv /usr/sbin/nft /usr/sbin/nft.away
on local kill -TERM "$(supervisor)"
status=0
wait "$foreground" || status=$?
same 73 "$status" 'what is left has an exit status of its own'
status=0
said=$(connect down office) || status=$?
same 73 "$status" 'down says so as well'
matches 'office is not completely down: /usr/sbin/nft is not there' "$said" 'and why'
on local mv /usr/sbin/nft.away /usr/sbin/nft
check 'once nft is there, down undoes it' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net

# --- a profile that changes
profile 'Route default' 'KillSwitch yes'
check 'up' connect up --quiet office
profile 'Route default'
check 'reload' connect reload --quiet office
check 'the table is gone' wait_for "$HOST_DEADLINE" 'that' has_no_table
check 'without KillSwitch' wait_for "$HOST_DEADLINE" 'the link' is_up
same sp-office "$(way $OUT)" 'and the default route stays'
profile 'Route default' 'KillSwitch yes'
check 'reload' connect reload --quiet office
check 'the table is there' wait_for "$HOST_DEADLINE" 'it' has_table
check 'and the link with it' wait_for "$HOST_DEADLINE" 'the link' is_up
said=$(connect diagnose office 2>&1)
same 0 $? 'diagnose finds no fault with a link that is up'
matches 'its supervisor keeps the addresses' "$said" 'and does not look for the gateway through it'
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net

# --- what --dry-run says
said=$(connect up --dry-run office)
matches '^  look up +where remote is, as alice' "$said" '--dry-run: the names'
matches '^  run +/usr/sbin/nft -f -' "$said" 'the packet filter'
matches '^  add +rules 21083 to 21086 proto 86' "$said" 'the rules'
matches '^  undo +table inet sallyport-office: remove the table' "$said" 'and how it ends'
check 'and changes nothing' same_net

# --- ClampMss alone
profile 'Route 198.51.100.0/24' 'ClampMss auto' 'Mru 1400'
check 'up with ClampMss' connect up --quiet office
same '2' "$(on local nft list "${TABLE[@]}" | grep -c 'maxseg size set rt mtu')" 'both directions'
check 'the own network is open' host_answers local 192.168.7.1
host_daemon out /run/server.pid python3 -c "
import socket
s = socket.create_server(('', 7))
while True:
    c, _ = s.accept()
    c.sendall(str(c.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)).encode())
    c.close()"
check 'a server listens' wait_for "$HOST_DEADLINE" 'it' on out sh -c 'grep -q ":0007 .* 0A " /proc/net/tcp'
mss=$(on behind python3 -c "
import socket
print(socket.create_connection(('$OUT', 7), 20).makefile().read())")
check "what is forwarded is told the link's size: $mss" test "$mss" -le 1360 -a "$mss" -ge 1300
# What of it was on its way when the link goes would be sent again beside it.
has_no_connection()
{
	on behind sh -c '! grep : /proc/net/tcp'
}
check 'that connection has ended' wait_for "$HOST_DEADLINE" 'its end' has_no_connection
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net

# --- a jump host: it is what ssh may go to
host_account remote hop /bin/sh
host_authorize remote hop "$key"
on local sh -c 'printf "Host inside\nProxyJump hop@remote\nHostName 127.0.0.1\nHostKeyAlias remote\n" >/home/alice/.ssh/config
	chown alice /home/alice/.ssh/config'
leaks >/dev/null
profile 'Route default' 'KillSwitch yes' 'Host inside'
check 'up by a jump host' connect up --quiet office
check 'out answers through it' host_answers local $OUT
same '' "$(leaks)" 'and nothing left beside the link'
killed=$(vpn_pid ssh)
on local kill -KILL "$killed"
check 'and again' wait_for "$HOST_DEADLINE" 'another one' up_with_another ssh
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net
