#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The control socket as it ships, under the systemd of Debian 12 and of Debian 13: alice, who is in Users,
# has the link brought up and taken down as herself; carol, of the group, looks on. The link lives in its
# unit, whoever asked. And what the units of the socket are confined to.
# shellcheck disable=SC2016 # what is in single quotes is expanded on a machine
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_unit.sh
. "$SRC/tests/lib/machine_unit.sh"

readonly CONTROL=vpn-connect-control@.service SOCKET=/run/sallyport/control

# says LOCAL USER CODE PATTERN NAME ARGUMENT…: vpn-connect of that user.
says()
{
	local local=$1 user=$2 code=$3 pattern=$4 name=$5 said status=0
	shift 5
	said=$(machine_on -u "$user" "$local" vpn-connect "$@" 2>&1) || status=$?
	same "$code" "$status" "$name: the exit status"
	matches "$pattern" "$said" "$name: what is said"
}

# in_unit LOCAL NAME: the supervisor is the unit's main process, in its cgroup.
in_unit()
{
	local pid
	pid=$(machine_on "$1" systemctl show --property=MainPID --value "$UNIT")
	same active "$(machine_on "$1" systemctl is-active "$UNIT")" "$2: the unit is active"
	same "$pid" "$(supervisor "$1")" "$2: the supervisor is its main process"
	matches "/$UNIT\$" "$(machine_on "$1" cat "/proc/$pid/cgroup")" "$2: in its cgroup"
}

supervisor()
{
	machine_on "$1" sed -n 's/^supervisor \([0-9]*\) .*/\1/p' /run/sallyport/connect/office/journal
}

# Nothing of a connection stays: no instance, running or failed.
no_instances()
{
	[ -z "$(machine_on "$1" systemctl list-units --all --plain --no-legend 'vpn-connect-control@*')" ]
}

control_begins()
{
	local name=$1 local=$2 said
	check "$name: systemd-sysusers makes the group" machine_on "$local" \
		systemd-sysusers /usr/lib/sysusers.d/sallyport-connect.conf
	machine_on "$local" sh -c 'useradd -m -G sallyport carol; useradd -m eve'
	says "$local" alice 77 'systemctl enable --now vpn-connect-control.socket$' "$name: without the socket" status office
	check "$name: the socket is enabled and started" machine_on "$local" systemctl -q enable --now vpn-connect-control.socket
	same '666 root root' "$(machine_on "$local" stat -c '%a %U %G' "$SOCKET")" "$name: everybody may connect"
	said=$(machine_on "$local" systemd-analyze verify --man=no /usr/lib/systemd/system/vpn-connect-control.socket \
		"/usr/lib/systemd/system/$CONTROL" 2>&1)
	same '' "$said" "$name: systemd-analyze verify has nothing to say of both units"
}

control_group()
{
	local name=$1 local=$2
	says "$local" eve 77 'you may not see that' "$name: an outsider sees nothing" list
	says "$local" eve 77 'you may not do that' "$name: and does nothing" up office
	says "$local" carol 0 '^office +down$' "$name: the group lists" list
	says "$local" carol 3 '^office is down$' "$name: the group asks for status" status office
	says "$local" carol 77 'you may not do that' "$name: the group brings nothing up" up office
}

control_link()
{
	local name=$1 local=$2 remote=$3 pid
	says "$local" alice 0 '^office is up$' "$name: alice brings her link up" up office
	check "$name: packets pass" wait_for 20 'an answer' unit_pings "$local"
	in_unit "$local" "$name: alice's up"
	says "$local" alice 0 '^office is up$' "$name: alice's second up joins" up office
	says "$local" carol 0 '^office is up since ' "$name: the group sees that it is up" status office
	says "$local" carol 0 '^office +up since 20.*Z, sp-office$' "$name: and lists it" list
	says "$local" alice 0 '^office: the supervisor reads its profile$' "$name: alice reloads" reload office
	pid=$(supervisor "$local")
	matches '^unreachable ' "$(machine_on "$local" ip route show proto 85)" "$name: packets would be held back"
	# systemd's own restart tells the supervisor, too.
	machine_on "$local" sh -c 'echo $$ >/run/monitor; exec ip monitor route' >"$WORLD/monitor-$name" &
	check "$name: the routes are watched" wait_for 20 'its number' machine_on "$local" test -s /run/monitor
	says "$local" alice 0 '^office is up$' "$name: alice restarts" restart office
	machine_on "$local" sh -c 'kill "$(cat /run/monitor)"; rm /run/monitor'
	matches '^Deleted [0-9.]+(/[0-9]+)? dev sp-office' "$(cat "$WORLD/monitor-$name")" "$name: the link was away"
	lacks '^Deleted unreachable' "$(cat "$WORLD/monitor-$name")" "$name: and what is held back stayed so"
	check "$name: it is another supervisor" test "$pid" != "$(supervisor "$local")"
	in_unit "$local" "$name: alice's restart"
	pid=$(supervisor "$local")
	check "$name: root restarts" machine_on "$local" vpn-connect restart office
	check "$name: it is another supervisor" test "$pid" != "$(supervisor "$local")"
	in_unit "$local" "$name: root's restart"
	says "$local" alice 0 '^office is down$' "$name: alice takes it down" down office
	check "$name: both interfaces are gone" wait_for 30 'their end' unit_is_over "$local" "$remote"
	same inactive "$(machine_on "$local" systemctl is-active "$UNIT")" "$name: the unit has not failed"
	same '' "$(machine_on "$local" find /run/sallyport/connect -mindepth 2)" "$name: no state is left"
	# One that root started in a shell is joined, and ended, where it is.
	check "$name: root brings it up from a shell" machine_on "$local" vpn-connect up --quiet office
	says "$local" alice 0 '^office is up$' "$name: alice joins that" up office
	same inactive "$(machine_on "$local" systemctl is-active "$UNIT")" "$name: and no unit is started"
	says "$local" alice 0 '^office is down$' "$name: alice takes it down" down office
	check "$name: both interfaces are gone" wait_for 30 'their end' unit_is_over "$local" "$remote"
}

# A supervisor that died, outside of a unit, leaves everything: the service has the rights to undo it. On a machine
# that is a container it may see the host's boot id (Debian 12), where a shell saw another one.
control_dead()
{
	local name=$1 local=$2 remote=$3 said
	machine_on "$local" sh -c 'printf "#!/bin/sh\nexit \$((\$(id -u) %% 97 + 10))\n" >/usr/local/sbin/ends; chmod 0755 /usr/local/sbin/ends
		sed -i "s|^End|Down /usr/local/sbin/ends\n&|" /etc/sallyport/connect/office.conf'
	check "$name: root brings it up from a shell" machine_on "$local" vpn-connect up --quiet office
	machine_on "$local" kill -KILL "$(supervisor "$local")"
	# An exit status that tells who has run it.
	said="Down /usr/local/sbin/ends has failed: exit status $(($(machine_on "$local" id -u alice) % 97 + 10))\$"
	says "$local" alice 0 "$said" "$name: alice takes down what a run that died has left, and its Down runs as RunAs" down office
	check "$name: both interfaces are gone" wait_for 30 'their end' unit_is_over "$local" "$remote"
	same '' "$(machine_on "$local" find /run/sallyport/connect -mindepth 2)" "$name: no state is left"
	machine_on "$local" sed -i '/^Down/d' /etc/sallyport/connect/office.conf
}

control_failure()
{
	local name=$1 local=$2
	machine_on "$local" sed -i 's/^Account.*/Account nobody-here/' /etc/sallyport/connect/office.conf
	says "$local" alice 77 '^vpn-connect: office is not up: ' "$name: a login that is refused is said" up office
	in_unit "$local" "$name: it is tried again"
	says "$local" alice 0 '^office is down$' "$name: alice takes it down" down office
	machine_on "$local" sed -i 's/^Account.*/Account slave/' /etc/sallyport/connect/office.conf
}

follows()
{
	machine_on "$1" grep -q 'Started\|office is up' /tmp/followed
}

control_logs()
{
	local name=$1 local=$2 said
	machine_on "$local" journalctl --sync
	said=$(machine_on -u carol "$local" vpn-connect logs --lines 1000 office)
	matches '^20..-..-..T..:..:..Z systemd: Started ' "$said" "$name: logs: what systemd says of the unit"
	matches '^20.*Z vpn-connect: office is up: ' "$said" "$name: logs: what was said in the unit"
	matches '^20.*Z vpn-connect: office: user [0-9]+ \("alice"\) asked for up$' "$said" "$name: logs: who asked for it"
	matches '^20.*Z vpn-connect: office: user [0-9]+ \("eve"\) was refused up$' "$said" "$name: logs: and who was refused"
	lacks '[^ -~]' "$said" "$name: logs: in printable characters"
	same 3 "$(machine_on -u carol "$local" vpn-connect logs --lines 3 office | wc -l)" "$name: logs: as many lines as were asked for"
	says "$local" eve 77 'you may not see that' "$name: logs: not for an outsider" logs office
	# A user can log under our name.
	machine_on -u eve "$local" logger --tag vpn-connect 'office: forged by eve'
	machine_on "$local" logger --tag vpn-connect "office: root's $(printf '\033')[31m"
	machine_on "$local" journalctl --sync
	said=$(machine_on "$local" vpn-connect logs office)
	lacks 'forged by eve' "$said" "$name: logs: only what root said"
	matches "office: root's .x1b\\[31m\$" "$said" "$name: logs: with escapes escaped"
	# --follow ends with its client.
	machine_on "$local" setsid --fork sh -c 'echo $$ >/tmp/follower; exec 2>/dev/null runuser -u carol -- vpn-connect logs --follow --lines 0 office >/tmp/followed'
	check "$name: logs --follow: there is a server" wait_for 20 'it' has_instance "$local"
	machine_on -u alice "$local" vpn-connect up --quiet office
	check "$name: logs --follow tells of what comes" wait_for 20 'a line' follows "$local"
	machine_on -u alice "$local" vpn-connect down --quiet office
	machine_on "$local" sh -c 'kill $(cat /tmp/follower)'
	check "$name: logs --follow: the server ends with its client" wait_for 20 'that' no_instances "$local"
}

has_instance()
{
	! no_instances "$1"
}

# A user who connects in a loop, and says nothing, shuts nobody out for long.
control_flood()
{
	local name=$1 local=$2
	machine_on -u eve "$local" perl -MIO::Socket::UNIX -e '
		my @all; for (1 .. 400) { push @all, IO::Socket::UNIX->new(Peer => $ARGV[0]); }
		sysread $_, my $said, 999 for grep { defined } @all;' "$SOCKET"
	same active "$(machine_on "$local" systemctl is-active vpn-connect-control.socket)" "$name: 400 connections: the socket is still there"
	check "$name: and answers" wait_for 30 'an answer' machine_on -u carol "$local" vpn-connect list
	check "$name: no instance is left" wait_for 30 'that' no_instances "$local"
}

# What the kernel says of the service; the client stops before it asks, so that there is one.
control_is_hardened()
{
	local name=$1 local=$2 pid state exposure
	check "$name: the servers of before have ended" wait_for 20 'that' no_instances "$local"
	machine_on "$local" setsid --fork perl -MIO::Socket::UNIX -e \
		'my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]); sysread $s, my $said, 999' "$SOCKET"
	# systemd confines it before it becomes vpn-connect.
	check "$name: a server waits for its request" wait_for 20 'it' machine_on "$local" pgrep -x vpn-connect
	pid=$(machine_on "$local" pgrep -x vpn-connect)
	state=$(machine_on "$local" cat "/proc/$pid/status")
	matches '^NoNewPrivs:	1$' "$state" "$name: no new privileges"
	matches '^Seccomp:	2$' "$state" "$name: a filter of system calls"
	# CHOWN 0, DAC_OVERRIDE 1, KILL 5, SETGID 6, SETUID 7, SETPCAP 8, NET_ADMIN 12.
	matches '^CapBnd:	00000000000011e3$' "$state" "$name: seven capabilities at most"
	check_not "$name: / is read-only" unit_inside "$local" "$pid" test -w /usr
	check_not "$name: /etc is read-only" unit_inside "$local" "$pid" test -w /etc
	check_not "$name: homes are read-only" unit_inside "$local" "$pid" test -w /home/alice
	check_not "$name: no device but the harmless ones" unit_inside "$local" "$pid" test -e /dev/net/tun
	check "$name: the server ends when no request comes" wait_for 20 'that' no_instances "$local"
	exposure=$(machine_on "$local" systemd-analyze security --no-pager vpn-connect-control@x.service | tail -n 1)
	note "$name: $exposure"
	exposure=$(grep -o '[0-9][0-9.]*' <<<"${exposure##*: }")
	check "$name: systemd-analyze security says $exposure, below $UNIT_EXPOSURE_MAX" \
		awk "BEGIN { exit !($exposure > 0 && $exposure < $UNIT_EXPOSURE_MAX) }"
}

for release in 12 13; do
	machine_couple "$release"
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	name="Debian $release" local=local$release remote=remote$release
	machine_pair "$remote" "$local" 's/^End$/Users alice\nEnd/'
	control_begins "$name" "$local"
	control_group "$name" "$local"
	control_is_hardened "$name" "$local"
	control_link "$name" "$local" "$remote"
	control_dead "$name" "$local" "$remote"
	control_failure "$name" "$local"
	control_logs "$name" "$local"
	control_flood "$name" "$local"
done
