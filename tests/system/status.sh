#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What status says of a link that came up and that somebody has changed since: the kernel's word,
# on both ends, and never "up" for what does not carry.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

# faults: what status --json names, as "WHAT NAME FAULT", one a line.
faults()
{
	# shellcheck disable=SC2016 # perl's
	connect status --json office | perl -0777 -ne '
		print "$1\n" if /"state": "([^"]*)"/;
		my ($list) = /"faults": \[(.*?)\]/s;
		while ($list =~ /\{(.*?)\}/sg) {
			my %f = $1 =~ /"(\w+)": "((?:[^"\\]|\\.)*)"/g;
			print "$f{what} $f{name} ", $f{fault} =~ s/\\"/"/gr, "\n";
		}'
}

# impaired NAME LINE… -- FAULT…: status has these lines, exits with 4, and its JSON names these.
impaired()
{
	local name=$1 said status=0 line
	shift
	said=$(connect status office) || status=$?
	same 4 "$status" "$name: the exit status"
	matches '^office is impaired: it came up at 20..-..-..T..:..:..Z, and part of it is gone or has changed$' \
		"$said" "$name: the first line"
	while [ "$1" != -- ]; do
		matches "^  $1\$" "$said" "$name: status says $1"
		shift
	done
	shift
	same "$(printf '%s\n' impaired ${stopped:+"$stopped"} "$@")" "$(faults)" "$name: the same in JSON"
}

# A supervisor that is stopped puts nothing back: what is changed stays so, for status to see.
stopped=
freeze()
{
	change kill -STOP "$(supervisor)"
	wait_for "$HOST_DEADLINE" 'that it stops' on local grep -q '^State:.T' "/proc/$(supervisor)/status"
	stopped='process supervisor stopped'
}

thaw()
{
	change kill -CONT "$(supervisor)"
	wait_for "$HOST_DEADLINE" 'that it goes on' on local sh -c "! grep -q '^State:.T' /proc/$(supervisor)/status"
	stopped=
}

whole()
{
	local was=$stopped
	[ -z "$was" ] || thaw
	check_exit 0 "$1: status exits 0" connect status office
	same up "$(faults)" "$1: nothing is at fault"
	[ -z "$was" ] || freeze
}

# change COMMAND…: on local, and the kernel says so.
change()
{
	on local "$@" || give_up "$*"
	wait_for "$HOST_DEADLINE" 'the links of local' host_settled local
}

restore_route()
{
	change ip route add 10.2.0.0/16 dev sp-office proto 83 scope link
}

connect up --quiet office || give_up 'up'
whole 'as it came up'
matches '^  route       10\.2\.0\.0/16, offered by the remote$' "$(connect status office)" 'a route that is there has no mark'

# Whoever looks for what this host has up finds the link by another way than its profile.
on local mv /etc/sallyport/connect/office.conf /etc/sallyport/connect/renamed.conf
matches '^office  .* up since .*, sp-office$' "$(connect list | grep ^office)" 'its profile is renamed: list has the link'
matches '^renamed  .* down$' "$(connect list | grep ^renamed)" 'and the profile'
matches '^office is up since ' "$(connect status | head -n 1)" 'status of all links has it'
matches '"name": "office"' "$(connect status --json)" 'and in JSON'
on local mv /etc/sallyport/connect/renamed.conf /etc/sallyport/connect/office.conf
same 1 "$(connect list | grep -c .)" 'a link and its profile are one line'

freeze
change ip link set sp-office down
impaired 'interface down' 'interface   sp-office \(down\)' 'route       10\.2\.0\.0/16 \(missing\), offered by the remote' -- \
	'interface sp-office down' 'route 10.2.0.0/16 missing'
change ip link set sp-office up
impaired 'interface down and up' 'interface   sp-office' 'route       10\.2\.0\.0/16 \(missing\), offered by the remote' -- \
	'route 10.2.0.0/16 missing'
check_exit 4 'status of all links exits with 4 as well' connect status
restore_route
whole 'the route put back'

# With the last address the kernel drops the routes as well.
change ip addr flush dev sp-office
impaired 'addresses flushed' 'addresses   10\.9\.0\.1 <-> 10\.9\.0\.2 \(missing\)' \
	'route       10\.2\.0\.0/16 \(missing\), offered by the remote' -- 'address 10.9.0.1 missing' 'route 10.2.0.0/16 missing'
change ip addr add 10.9.0.1 peer 10.9.0.3 dev sp-office
impaired 'another address at the other end' 'addresses   10\.9\.0\.1 <-> 10\.9\.0\.2 \(missing\)' -- \
	'address 10.9.0.1 missing' 'route 10.2.0.0/16 missing'
change ip addr add 10.9.0.1 peer 10.9.0.2 dev sp-office
change ip addr del 10.9.0.1 peer 10.9.0.3 dev sp-office
restore_route
whole 'the addresses put back'

change ip route del 10.2.0.0/16
change ip route add 10.2.0.0/16 via 198.51.100.1
impaired 'the route led elsewhere' 'route       10\.2\.0\.0/16 \(missing\), offered by the remote' -- 'route 10.2.0.0/16 missing'
change ip route del 10.2.0.0/16
restore_route

mtu=$(on local cat /sys/class/net/sp-office/mtu)
change ip link set sp-office mtu 1400
impaired 'another MTU' "interface   sp-office \\(its MTU is 1400, not $mtu\\)" -- \
	"interface sp-office its MTU is 1400, not $mtu"
change ip link set sp-office mtu "$mtu"

change ip link set far-end down
impaired 'no carrier' 'interface   sp-office \(no carrier\)' -- 'interface sp-office no carrier'
change ip link set far-end up

thaw
for name in ssh link_standin supervisor; do
	case $name in
	supervisor) pid=$(supervisor) label=supervisor ;;
	ssh) pid=$(vpn_pid ssh) label='ssh       ' ;;
	*) pid=$(vpn_pid pppd) label='pppd      ' name=pppd ;;
	esac
	change kill -STOP "$pid"
	check "$name stops" wait_for "$HOST_DEADLINE" 'that' on local grep -q '^State:.T' "/proc/$pid/status"
	impaired "$name stopped" "$label  pid $pid \\(stopped\\)" -- "process $name stopped"
	change kill -CONT "$pid"
	check "$name goes on" wait_for "$HOST_DEADLINE" 'that' on local sh -c "! grep -q '^State:.T' /proc/$pid/status"
done
whole 'all of that undone'
freeze

change ip link set sp-office down
change ip link set sp-office name other
change ip link set other up
change ip route add 10.2.0.0/16 dev other proto 83 scope link
impaired 'interface renamed' 'interface   sp-office \(renamed to "other"\)' -- \
	'interface sp-office renamed to "other"'
change ip link add sp-office type veth peer name second
impaired 'renamed, and another has its name' 'interface   sp-office \(renamed to "other"\)' -- \
	'interface sp-office renamed to "other"'
change ip link del sp-office
change ip link set other down
change ip link set other name sp-office
change ip link set sp-office up
restore_route
whole 'the name given back'

# The stand-in, unlike ppptun and the kernel's PPP, does not notice.
change ip link del sp-office
impaired 'interface deleted' 'interface   sp-office \(missing\)' \
	'addresses   10\.9\.0\.1 <-> 10\.9\.0\.2 \(missing\)' 'route       10\.2\.0\.0/16 \(missing\), offered by the remote' -- \
	'interface sp-office missing' 'address 10.9.0.1 missing' 'route 10.2.0.0/16 missing'
change ip link add sp-office type veth peer name second
impaired 'deleted, and another has its name' 'interface   sp-office \(missing\)' -- \
	'interface sp-office missing' 'address 10.9.0.1 missing' 'route 10.2.0.0/16 missing'
change ip link del sp-office

# A supervisor that has died: what is left, and what is not.
pid=$(supervisor)
change kill -KILL "$pid"
stopped=
check 'the supervisor ends' wait_for "$HOST_DEADLINE" 'its end' has_ended "$pid"
matches '^  supervisor  pid [0-9]* \(ended\)$' "$(connect status office)" 'a dead link: status says who ended'
matches '^  route       10\.2\.0\.0/16 \(missing\), offered by the remote$' "$(connect status office)" 'and which route is not left'
check_exit 3 'and exits with 3' connect status office
check 'down after all that' connect down office
check 'leaves nothing' nothing_left

# --- the remote's word, asked by the peer herself
on remote rm -f /dev/ppp
peer <<-END
	Allow    pppd sshroute status
	Route    192.0.2.0/24
	Route    2001:db8:77::/48
	Address  10.9.0.2 10.9.0.1
	Address6 fd00:9::2 fd00:9::1
END
profile 'Ppp ppptun' 'RemoteRoutes yes'
ask()
{
	on -u alice local ssh -T -o BatchMode=yes slave@remote status
}

change_remote()
{
	on remote "$@" || give_up "$*"
}
readonly SESSION='sallyport/1 status peer=alice sessions=1/1 interface=sp-alice'

check 'up with ppptun' connect up office
whole 'ppptun, both families'
same "$SESSION state=up routes=192.0.2.0/24,2001:db8:77::/48" "$(ask)" 'the remote tells its end: up, with both routes'
change_remote ip route del 192.0.2.0/24
same "$SESSION state=up routes=2001:db8:77::/48" "$(ask)" 'a route of the remote is gone: it says so'
change_remote ip addr del 10.9.0.2 peer 10.9.0.1 dev sp-alice
same "$SESSION state=bare routes=2001:db8:77::/48" "$(ask)" 'its address is gone: it says so'
change_remote ip link set sp-alice down
same "$SESSION state=down" "$(ask)" 'its interface is down: it says so'
change_remote ip link set sp-alice up
change_remote ip link set sp-alice down
change_remote ip link set sp-alice name other
same "$SESSION state=missing" "$(ask)" 'its interface has another name: it says so'

# This end: IPv6 addresses go when an interface goes down.
freeze
change ip link set sp-office down
impaired 'ppptun, interface down' 'addresses   fd00:9::1 <-> fd00:9::2 \(missing\)' \
	'interface   sp-office \(down\)' -- 'interface sp-office down' 'address fd00:9::1 missing'
thaw
check 'down' connect down office
check 'leaves nothing here' nothing_left
