#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What a remote offers, on a host that has other VPNs, routers and name servers: their packets stay
# theirs, the rest comes up, and whoever brings the link up is told.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

ours()
{
	on local ip "$@" route show proto 83 | cut -d' ' -f1 | sort | paste -sd' '
}

# goes ADDRESS: through which interface packets to it leave.
goes()
{
	on local ip route get "$1" | sed -n 's/.* dev \([^ ]*\).*/\1/p'
}

on local sh -c 'ip link add other-vpn type veth peer name other-far &&
	ip link set other-vpn up && ip link set other-far up &&
	ip route add default via 198.51.100.1' || give_up 'another VPN'

# --- a route that is there already, and one that is not
peer <<-END
	Allow    pppd sshroute
	Route    192.0.2.0/24
	Address  10.9.0.2 10.9.0.1
	Offer    10.2.0.0/16
	Offer    10.3.0.0/16
	Offer    10.4.0.0/16
END
on local ip route add 10.2.0.0/16 dev other-vpn metric 50
state_of_local >"$WORLD/before"
profile 'Accept address 10.2.0.0/16 10.3.0.0/16'
said=$(connect up --once office)
same 0 $? 'an offer that is a route already does not keep the link down'
matches '^office: offer 10\.2\.0\.0/16 is not taken: it is a route of this host \(10\.2\.0\.0/16 dev other-vpn\) already$' \
	"$said" 'up says which, and whose route it is'
lacks '10\.4\.0\.0' "$said" 'up does not talk of what the profile does not want'
check 'the log has both' log_has 'offer 10\.2\.0\.0/16 is not taken: it is a route of this host'
check 'with their reasons' log_has 'offer 10\.4\.0\.0/16 is not taken: the profile does not accept it'
same '10.3.0.0/16' "$(ours)" 'the rest comes up'
same 'other-vpn sp-office' "$(goes 10.2.0.1) $(goes 10.3.0.1)" 'and each goes its way'
check 'down' connect down office
check 'the other route stays' wait_for "$HOST_DEADLINE" 'the end' nothing_left
same '' "$(connect up --once --quiet office)" 'quiet, up says nothing'
check 'and down' connect down --quiet office
profile 'Route 10.2.0.0/16'
fails 71 'office\.conf:[0-9]+: cannot add the route to 10\.2\.0\.0/16: it is a route of this host \(10\.2\.0\.0/16 dev other-vpn\) already' \
	'a Route of the profile that is a route already'
on local ip route delete 10.2.0.0/16

# --- a hostile remote, and Accept any
answers()
{
	host_authorize remote fake '' # the directory
	printf '%s\n' 'nonce=${SSH_ORIGINAL_COMMAND#pppd ready=}' 'nonce=${nonce%% *}' "$1" |
		host_file remote /home/fake/answer 755
}
host_authorize remote fake "command=\"sh /home/fake/answer\",restrict $key"
start='sallyport/1 ready $nonce link=pppd mru=1500'
pairs='address=10.9.0.2 peer-address=10.9.0.1 address6=fd00:9::2 peer-address6=fd00:9::1'

# offered PREFIX,…
offered()
{
	answers "echo \"$start $pairs offer=$1\"; cat"
}

refused()
{
	check "$1: $2" log_has "offer $1 is not taken: .*$2"
}

on local sh -c 'ip route add 10.50.0.0/16 dev other-vpn metric 50 &&
	ip -6 route add fd00:50::/32 dev other-vpn &&
	ip route add 10.60.0.0/16 dev other-vpn table 100 && ip route add default dev other-vpn table 200 &&
	ip rule add pref 40000 lookup 100 && ip rule add pref 40001 to 10.70.0.0/16 lookup 200 &&
	ip route add 10.80.0.0/16 via 198.51.100.44 && ip route add unreachable 10.90.0.0/16' ||
	give_up 'routes and rules of others'
printf '%s\n' 'search example.org' 'nameserver 172.20.0.53' 'nameserver fe80::1%eth0' |
	host_file local /etc/resolv.conf
on local mkdir -p /run/systemd/resolve
printf '%s\n' '# the stub asks' 'nameserver 172.21.0.53' | host_file local /run/systemd/resolve/resolv.conf
state_of_local >"$WORLD/before"
offered '10.50.1.0/24,10.50.0.0/16,fd00:50:1::/48,10.60.1.0/24,10.60.0.0/14,10.70.1.0/24,10.80.1.0/24,10.90.1.0/24,172.20.0.0/16,172.21.0.53/32,10.48.0.0/13,10.4.0.0/16,fd00:60::/32'
profile 'Account fake' 'Accept address any'
check 'up with a remote that offers what others have' connect up --once --quiet office
same '10.4.0.0/16 10.48.0.0/13' "$(ours)" 'what nobody has is taken, and what is around a route'
same 'fd00:60::/32' "$(ours -6)" 'of IPv6 as well'
same 'other-vpn other-vpn sp-office' "$(goes 10.50.1.1) $(goes 10.50.2.1) $(goes 10.51.0.1)" \
	'the longer prefix keeps its packets'
refused 10.50.1.0/24 'overlaps a route of this host \(10\.50\.0\.0/16 dev other-vpn\), and no Accept names it'
refused 10.50.0.0/16 'is a route of this host \(10\.50\.0\.0/16 dev other-vpn\) already'
refused fd00:50:1::/48 'overlaps a route of this host \(fd00:50::/32 dev other-vpn\)'
refused 10.60.1.0/24 'overlaps a route of this host \(10\.60\.0\.0/16 dev other-vpn table 100\)'
refused 10.60.0.0/14 'overlaps a route of this host \(10\.60\.0\.0/16 dev other-vpn table 100\)'
refused 10.70.1.0/24 'overlaps a routing rule of this host \(10\.70\.0\.0/16\)'
refused 10.80.1.0/24 'overlaps a route of this host \(10\.80\.0\.0/16 dev to-remote\)'
refused 10.90.1.0/24 'overlaps a route of this host \(10\.90\.0\.0/16\)'
refused 172.20.0.0/16 'contains a name server of this host \(172\.20\.0\.53\)'
refused 172.21.0.53/32 'contains a name server of this host \(172\.21\.0\.53\)'
check 'down' connect down --quiet office
check 'what others have is as it was' wait_for "$HOST_DEADLINE" 'the end' nothing_left
profile 'Account fake' 'Accept address any 10.50.1.0/24 172.20.0.0/15'
check 'up where the administrator has named them' connect up --once --quiet office
same '10.4.0.0/16 10.48.0.0/13 10.50.1.0/24 172.20.0.0/16 172.21.0.53' "$(ours)" 'takes those, and no others'
check 'and down' connect down --quiet office

# The other end of a link is a route, to a single host.
profile 'Account fake' 'Accept address'
for pair in '10.50.0.9 in a route' '10.60.0.9 in a route' '10.70.0.9 in a routing rule' '172.21.0.53 a name server' \
	'198.51.100.44 in a network'; do
	answers "echo \"$start address=${pair%% *} peer-address=10.9.0.1\"; cat"
	fails 76 "addresses that a link cannot have, .*: one is ${pair#* } of this host" "the address ${pair%% *}"
done
on local sh -c 'ip route del 10.50.0.0/16; ip -6 route del fd00:50::/32; ip route flush table 100
	ip route flush table 200; ip rule del pref 40000; ip rule del pref 40001; ip route del 10.80.0.0/16
	ip route del unreachable 10.90.0.0/16'
rm "$(host_root local)/etc/resolv.conf" "$(host_root local)/run/systemd/resolve/resolv.conf"
on local rmdir /run/systemd/resolve /run/systemd
state_of_local >"$WORLD/before"

# A name server that nobody can tell may be in any offer.
on local mkdir -p /run/systemd/resolve/resolv.conf
fails 71 'cannot read /run/systemd/resolve/resolv\.conf: not a file' 'a resolv.conf that cannot be read'
on local rm -r /run/systemd

# --- a default route in pieces
profile 'Account fake' 'Accept address any'
for row in '-4 40.0.0.0/8 40.%d.0.0/16 %d.0.0.0/8 41' '-6 2a00::/16 2a00:%x::/32 %x::/16 8193'; do
	read -r family first within form from <<<"$row"
	# shellcheck disable=SC2059 # the formats are the rows'
	offers=$(printf "$first,$within" 1; for i in $(seq "$from" $((from + 61))); do printf ",$form" "$i"; done)
	offered "$offers"
	check "64 large offers, $family" connect up --once --quiet office
	# shellcheck disable=SC2059
	same "$(printf "$first\n$within\n$form\n" 1 "$from" | sort | paste -sd' ')" "$(ours "$family")" \
		"two of the largest, and what is in them"
	# shellcheck disable=SC2059
	refused "$(printf "$form" $((from + 61)))" 'covers more of IPv[46] than Accept any takes'
	check 'and down' connect down --quiet office
done
offered '0.0.0.0/1,128.0.0.0/1,0.0.0.0/2,64.0.0.0/2,128.0.0.0/3,2000::/3,2000::/4,3000::/4,fc00::/7'
check 'a default route in a few pieces' connect up --once --quiet office
same ' ' "$(ours) $(ours -6)" 'nothing of it is taken'
check 'and down' connect down --quiet office

# --- a host of many links
on local bash -c 'for i in {0..699}; do echo "address add 10.100.$((i / 250)).$((i % 250 + 1))/32 dev other-vpn"
	done | ip -batch -' || give_up '700 addresses'
state_of_local >"$WORLD/before"
offered '10.4.0.0/16,10.100.2.200/32'
check 'up on a host of 700 addresses' connect up --once --quiet office
same '10.4.0.0/16' "$(ours)" 'takes what is not of them'
refused 10.100.2.200/32 'overlaps a network of this host \(10\.100\.2\.200/32 dev other-vpn\)'
check 'and down' connect down --quiet office
check 'leaves them' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- and of many profiles
on local sh -c 'cd /etc/sallyport/connect && for i in $(seq 300); do cp office.conf many-$i.conf; done'
same '301 301' "$(connect status | grep -c ' is down$') $(connect status --json | grep -c '"name": ')" \
	'status tells of all of them'
on local sh -c 'rm /etc/sallyport/connect/many-*.conf'

# --- what is made while the link comes up
# between NAME EXIT COMMAND…: up, and on local the command while the remote takes its time with sshroute
between()
{
	local name=$1 status=0 expected=$2 waiting
	shift 2
	# What the last one said is not to be taken for this one's word.
	: >"$WORLD/said"
	connect up --once office >"$WORLD/said" 2>&1 &
	waiting=$!
	check "$name: it waits for the remote's routes" wait_for 20 'the line' grep -q 'for its routes' "$WORLD/said"
	on local "$@" || give_up "$*"
	host_file remote /run/asked/go </dev/null
	wait "$waiting" || status=$?
	same "$expected" "$status" "$name: exit status"
	rm "$(host_root remote)/run/asked/go"
}
on remote install -d -o fake /run/asked
answers "[ \"\$SSH_ORIGINAL_COMMAND\" != sshroute ] || { until [ -e /run/asked/go ]; do sleep 0.1; done; exit; }; echo \"$start $pairs offer=10.4.0.0/16,10.5.0.0/16\"; cat"
profile 'Account fake' 'Accept address any' 'RemoteRoutes yes'
between 'a route that takes an offer' 0 ip route add 10.4.0.0/16 dev other-vpn
matches '^office: offer 10\.4\.0\.0/16 is not taken: a route to 10\.4\.0\.0/16 exists already, dev other-vpn$' \
	"$(<"$WORLD/said")" 'up says whose it is'
matches 'is up: .*, routes 10\.5\.0\.0/16, ' "$(<"$WORLD/said")" 'and does not count it as its own'
same '10.5.0.0/16' "$(connect status --json office | sed -n 's/^ *"prefix": "\(.*\)",$/\1/p')" \
	'nor does status'
check 'and down' connect down --quiet office
on local ip route del 10.4.0.0/16 dev other-vpn
profile 'Account fake' 'Accept address any' 'RemoteRoutes yes' 'Route 10.6.0.0/16'
between 'a route that takes a Route' 71 ip route add 10.6.0.0/16 dev other-vpn
matches 'is not up: cannot add the route to 10\.6\.0\.0/16: a route to 10\.6\.0\.0/16 exists already, dev other-vpn' \
	"$(<"$WORLD/said")" 'up says whose it is'
on local ip route del 10.6.0.0/16 dev other-vpn
check 'and nothing is left' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- a remote that does not add its routes
profile 'Account fake' 'Accept address any' 'RemoteRoutes yes'
for row in '71 76 sshroute on remote cannot add its routes' '70 76 the agent on remote failed' \
	'77 77 remote denies routes to this peer' '1 74 the session on remote ended with an error' \
	'255 74 the ssh connection to remote failed'; do
	read -r code expected sentence <<<"$row"
	answers "[ \"\$SSH_ORIGINAL_COMMAND\" != sshroute ] || exit $code; echo \"$start $pairs offer=10.4.0.0/16\"; cat"
	fails "$expected" "$sentence" "sshroute that exits with $code"
done
answers "until [ -e /run/asked/go ]; do sleep 0.1; done; echo \"$start $pairs offer=10.4.0.0/16\"; cat"
: >"$WORLD/said"
connect up --once office >"$WORLD/said" 2>&1 &
waiting=$!
check 'there is a control socket' wait_for 20 'it' on local test -S /run/sallyport/connect/office/control/mux
on local sh -c 'rm -r /run/sallyport/connect/office/control/*'
host_file remote /run/asked/go </dev/null
status=0
wait "$waiting" || status=$?
same 74 "$status" 'without the control socket up fails'
matches "is not up: remote cannot be asked for its routes: ssh's control socket, /run/.*, is gone$" \
	"$(<"$WORLD/said")" 'and says so'
check 'and nothing is left of that' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- more routes than a line holds
offered "$(for i in {1..64}; do printf '2a00:1111:2222:3333:4444:5555:6666:%x/128,' "$i"; done | sed 's/,$//')"
profile 'Account fake' 'Accept address any'
said=$(connect up --once office)
same 0 $? 'up with 64 long routes'
matches 'is up: .*, routes 2a00:1111:.* and [0-9]+ more, [0-9.]+ s$' "$said" 'says how many more there are'
same 64 "$(on local ip -6 route show proto 83 | wc -l)" 'and has all of them'
check 'and down' connect down --quiet office
