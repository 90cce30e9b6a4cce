# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# The unit of the launcher, on machines of tests/lib/machine.sh that machine_pair has made.
#
#   unit_is_sound LOCAL                      systemd takes every line of it, and the figure is good
#   unit_carries NAME LOCAL REMOTE PROGRAM   it starts, and the link does all that its profile says
#   unit_is_hardened NAME LOCAL              what runs in it is confined as its lines say
#   unit_ends NAME LOCAL REMOTE              it stops, and nothing is left

# systemd's own figure, from 0 (best) to 10, must stay below it.
readonly UNIT_EXPOSURE_MAX=4.0
readonly UNIT=vpn-connect@office.service

unit_is_sound()
{
	local said exposure name="Debian ${MACHINE_RELEASE[$1]}"
	# Its manuals are asked for as well, and a machine may have no man.
	said=$(machine_on "$1" systemd-analyze verify --man=no "/usr/lib/systemd/system/vpn-connect@.service" 2>&1)
	same '' "$said" "$name: systemd-analyze verify has nothing to say of the unit"
	exposure=$(machine_on "$1" systemd-analyze security --no-pager "$UNIT" | tail -n 1)
	note "$name: $exposure"
	exposure=$(grep -o '[0-9][0-9.]*' <<<"${exposure##*: }")
	check "$name: systemd-analyze security says $exposure, below $UNIT_EXPOSURE_MAX" \
		awk "BEGIN { exit !($exposure > 0 && $exposure < $UNIT_EXPOSURE_MAX) }"
}

unit_pings()
{
	machine_on "$1" ping -q -c 1 -W 2 10.9.0.2 && machine_on "$1" ping -q -c 1 -W 2 fd00:9::2
}

unit_carries()
{
	local name=$1 local=$2 remote=$3 program=$4
	check "$name: the unit starts" machine_on "$local" systemctl start "$UNIT"
	check "$name: both families pass" wait_for 20 'an answer' unit_pings "$local"
	matches '^10\.2\.0\.0/16 dev sp-office' "$(machine_on "$local" ip route)" \
		"$name: the accepted offer is a route"
	matches '^192\.0\.2\.0/24 dev sp-alice' "$(machine_on "$remote" ip route)" \
		"$name: the remote has the route of policy"
	same 0 "$(machine_on "$local" cat /proc/sys/net/ipv6/conf/sp-office/accept_ra)" \
		"$name: nothing that comes through the link makes a router of the remote"
	matches "^  $program  *pid [0-9]" "$(machine_on "$local" vpn-connect status office)" \
		"$name: it is $program that speaks PPP"
	# pppd itself tells of files that its confinement keeps from it, and does without.
	lacks '(cannot|warning|denied|not permitted|[Rr]ead-only)' \
		"$(machine_log "$local" "$UNIT" | grep -v ' pppd\[')" "$name: the journal has no complaint"
}

# What the kernel says of the supervisor; the lines of the unit that it can tell of.
unit_is_hardened()
{
	local name=$1 local=$2 pid status
	pid=$(machine_on "$local" systemctl show --property=MainPID --value "$UNIT")
	status=$(machine_on "$local" cat "/proc/$pid/status")
	matches '^NoNewPrivs:	1$' "$status" "$name: no new privileges"
	matches '^Seccomp:	2$' "$status" "$name: a filter of system calls"
	# NET_ADMIN 12, SYS_PTRACE 19, SETUID 7, SETGID 6, SETPCAP 8, CHOWN 0, DAC_OVERRIDE 1, KILL 5.
	for set in CapPrm CapEff CapBnd; do
		matches "^$set:	00000000000811e3\$" "$status" "$name: eight capabilities in $set"
	done
	for set in CapInh CapAmb; do
		matches "^$set:	0000000000000000\$" "$status" "$name: none in $set"
	done
	unit_reader_is_confined "$name" "$local" "$pid"
	check_not "$name: / is read-only" unit_inside "$local" "$pid" test -w /usr
	check_not "$name: /etc is read-only" unit_inside "$local" "$pid" test -w /etc
	check_not "$name: homes are read-only" unit_inside "$local" "$pid" test -w /home/alice
	check_not "$name: kernel tunables are read-only" unit_inside "$local" "$pid" test -w /proc/sys/kernel/core_pattern
	check "$name: but for the network's" unit_inside "$local" "$pid" test -w /proc/sys/net/ipv4/conf/all/rp_filter
}

# unit_reader_is_confined NAME LOCAL PID: the supervisor's child that is the same program.
# shellcheck disable=SC2016 # expanded on the machine
unit_reader_is_confined()
{
	local status
	status=$(machine_on "$2" sh -c 'for child in $(ps -o pid= --ppid "$1"); do
		[ "$(readlink "/proc/$child/exe")" != "$(readlink "/proc/$1/exe")" ] || cat "/proc/$child/status"; done' \
		reader "$3")
	matches "^Uid:	$(machine_on "$2" id -u alice)	" "$status" "$1: the reader is RunAs"
	for set in CapPrm CapEff CapInh CapAmb; do
		matches "^$set:	0000000000000000\$" "$status" "$1: the reader has no capability in $set"
	done
	matches '^Seccomp:	2$' "$status" "$1: and a filter"
}

# unit_inside LOCAL PID COMMAND…: in the mounts that the unit has.
unit_inside()
{
	machine_on "$1" nsenter -t "$2" --mount "${@:3}"
}

unit_is_over()
{
	! machine_on "$1" test -e /sys/class/net/sp-office && ! machine_on "$2" test -e /sys/class/net/sp-alice
}

unit_ends()
{
	check "$1: the unit stops" machine_on "$2" systemctl stop "$UNIT"
	check "$1: both interfaces are gone" wait_for 30 'their end' unit_is_over "$2" "$3"
	lacks '10\.2\.0\.0' "$(machine_on "$2" ip route)" "$1: and the route"
	same inactive "$(machine_on "$2" systemctl is-active "$UNIT")" "$1: the unit has not failed"
	same '' "$(machine_on "$2" find /run/sallyport/connect -mindepth 2)" "$1: no state is left"
}
