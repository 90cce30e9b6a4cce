# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Hosts that are not as one expects, on machines `remote` and `local` that machine_pair has made.
#
#   odd NAME EXPECTED [HOST 'SET' 'UNDO']   what the unit makes of it, in one line. HOST: remote,
#                                           local or both; SET and UNDO are a shell's, there
#   odd_unit EXPECTED LINE…                 the same of a drop-in with these lines for [Service]
#
#   odd_comes_back NAME SECONDS COMMAND…    what ends the link that is up: the same supervisor makes
#                                           another; it prints how long packets did not pass
#
# EXPECTED: `up`, or `CODE[/WHOSE] PATTERN`: the code, and what the sentence matches. WHOSE fault it is
# follows from the code where it is not said, and from that, what the unit does: for `profile` it fails
# and stays so; for `host`, `remote` and `line` it is active, and its supervisor waits to try again;
# for `begin` there is no supervisor that could, and systemd starts one again. Nothing may be left.
readonly ODD_DEADLINE=100
readonly ODD_DROP_IN=/etc/systemd/system/vpn-connect@.service.d/odd.conf
# Not the user's own systemd, which stays for some seconds.
readonly ODD_PROCESSES='ppptun|sshroute|vpn-agent|sshd'
ODD_UNIT=vpn-connect@office.service
# What the peers reach each other by.
ODD_PINGS='10.9.0.2 fd00:9::2'
ODD_STATUS=

odd_on()
{
	local host
	[ "$1" = both ] && set -- 'remote local' "$2"
	for host in $1; do
		machine_on "$host" sh -c "$2" || return
	done
}

odd_show()
{
	machine_on local systemctl show --property="$1" --value "$ODD_UNIT"
}

odd_answers()
{
	local address
	for address in $ODD_PINGS; do
		machine_on local ping -q -c 1 -W 5 "$address" || return
	done
}

odd_is_up()
{
	machine_on local timeout "$ODD_DEADLINE" systemctl start "$ODD_UNIT" && wait_for 30 'an answer' odd_answers &&
		machine_on local vpn-connect status office
}

# odd_whose CODE[/WHOSE]
odd_whose()
{
	case $1 in
	*/*) echo "${1#*/}" ;;
	64 | 69 | 78) echo profile ;;
	68 | 74) echo line ;;
	71) echo host ;;
	*) echo remote ;;
	esac
}

# odd_said KEY: of what status --json has said last, without the quotes; of last_error as well.
odd_said()
{
	sed -n "s/^ *\"$1\": //p" <<<"$ODD_STATUS" | sed -e 's/,$//' -e 's/^"//' -e 's/"$//' -e 's/\\"/"/g'
}

odd_is()
{
	ODD_STATUS=$(machine_on local vpn-connect status --json office)
	[ "$(odd_said state)" = "$1" ]
}

# odd_ends CODE PATTERN STATE: the start fails, and the journal tells why.
odd_ends()
{
	local before said
	before=$(machine_cursor local)
	! machine_on local timeout "$ODD_DEADLINE" systemctl start "$ODD_UNIT" || return
	said=$(machine_journal local --after-cursor="$before")
	echo "$said"
	echo "exit status $(odd_show ExecMainStatus), $(odd_show ActiveState)"
	[ "$(odd_show ExecMainStatus)" = "$1" ] && [ "$(odd_show ActiveState)" = "$3" ] &&
		grep -Eq " vpn-connect\[[0-9]+\]: vpn-connect: .*$2" <<<"$said"
}

# odd_waits CODE PATTERN WHOSE: it has started, and tries again; journal, status and systemd tell why.
odd_waits()
{
	local before said
	before=$(machine_cursor local)
	machine_on local timeout "$ODD_DEADLINE" systemctl start "$ODD_UNIT" || return
	wait_for "$ODD_DEADLINE" 'the pause' odd_is waiting || return
	said=$(machine_journal local --after-cursor="$before")
	echo "$said"
	echo "$ODD_STATUS"
	echo "$(odd_show ActiveState), $(odd_show NRestarts) restarts: $(odd_show StatusText)"
	[ "$(odd_show ActiveState) $(odd_show NRestarts)" = 'active 0' ] &&
		[ "$(odd_said code) $(odd_said fault_of)" = "$1 $3" ] &&
		grep -Eq "$2" <<<"$(odd_said text)" &&
		grep -Eq "^waiting: .*$2" <<<"$(odd_show StatusText)" &&
		grep -Eq " vpn-connect\[[0-9]+\]: office: not up: .*$2.*; trying again in [0-9.]+ s\$" <<<"$said"
}

# odd_fails CODE[/WHOSE] PATTERN
odd_fails()
{
	local whose
	whose=$(odd_whose "$1")
	case $whose in
	profile) odd_ends "${1%/*}" "$2" failed ;;
	begin) odd_ends "${1%/*}" "$2" activating ;;
	*) odd_waits "${1%/*}" "$2" "$whose" ;;
	esac
}

no_link_left()
{
	machine_on local sh -c 'test ! -e /sys/class/net/sp-office && ! pgrep -u alice >/dev/null' &&
		machine_on remote sh -c "test ! -e /sys/class/net/sp-alice && ! pgrep -u slave '$ODD_PROCESSES' >/dev/null"
}

odd_nothing_left()
{
	# shellcheck disable=SC2016 # expanded by that shell
	no_link_left && machine_on local sh -c '[ -z "$(find /run/sallyport/connect -mindepth 2)" ]'
}

# odd_stop NAME: while the link is up or the supervisor waits, that is no failure.
odd_stop()
{
	local before
	before=$(odd_show ActiveState)
	machine_on local systemctl stop "$ODD_UNIT"
	[ "$before" != active ] || same inactive "$(odd_show ActiveState)" "$1: it can be stopped"
}

# odd_outcome NAME EXPECTED
odd_outcome()
{
	if [ "$2" = up ]; then
		check "$1: it comes up" odd_is_up
	else
		check "$1: ${2%% *}" odd_fails "${2%% *}" "${2#* }"
	fi
	odd_stop "$1"
	machine_on local systemctl reset-failed "$ODD_UNIT" 2>/dev/null
	check "$1: nothing is left" wait_for 20 'the end of all' odd_nothing_left
}

odd()
{
	[ $# -lt 4 ] || check "$1: it can be set" odd_on "$3" "$4"
	odd_outcome "$1" "$2"
	[ $# -lt 5 ] || check "$1: and undone" odd_on "$3" "$5"
}

odd_unit()
{
	local expected=$1
	shift
	printf '%s\n' '[Service]' "$@" | machine_file local "$ODD_DROP_IN"
	machine_on local systemctl daemon-reload
	odd_outcome "unit with $*" "$expected"
	machine_on local rm "$ODD_DROP_IN"
	machine_on local systemctl daemon-reload
}

# The connection of the link, and who keeps it.
odd_connection()
{
	machine_on local sed -n 's/^process ssh \([0-9]*\) .*/\1/p' /run/sallyport/connect/office/journal
}

odd_supervisor()
{
	echo "$(odd_show MainPID), $(odd_show NRestarts) restarts"
}

# odd_has_ended CONNECTION: the link that had it.
odd_has_ended()
{
	[ "$(odd_connection)" != "$1" ]
}

# A link that was up for so long is a good one: once it is lost, it is tried again at short intervals
# (RETRY_GOOD_MS). status tells whole seconds.
readonly ODD_GOOD=11
odd_is_good()
{
	odd_is up && [ $(($(date +%s) - $(date -d "$(odd_said since)" +%s))) -ge "$ODD_GOOD" ]
}

# What a user of the link sees, at once: odd_answers waits longer for an answer.
odd_passes()
{
	odd_has_ended "$1" && machine_on local ping -q -c 1 -W 1 10.9.0.2
}

# odd_seconds_since MICROSECONDS
odd_seconds_since()
{
	awk "BEGIN { printf \"%.1f\", (${EPOCHREALTIME/[.,]/} - $1) / 1000000 }"
}

odd_comes_back()
{
	local name=$1 seconds=$2 before self begin
	shift 2
	check "$name: the link has been up for a while" wait_for 40 'that' odd_is_good
	before=$(odd_connection) self=$(odd_supervisor)
	begin=${EPOCHREALTIME/[.,]/}
	check "$name: it can be done" "$@"
	check "$name: the link ends" wait_for "$seconds" 'its end' odd_has_ended "$before"
	check "$name: and comes back" wait_for "$seconds" 'an answer' odd_passes "$before"
	note "$name: packets passed again after $(odd_seconds_since "$begin") s"
	check "$name: with both families" wait_for 20 'an answer' odd_answers
	check "$name: status says so" wait_for 20 'status' machine_on local vpn-connect status office
	same "$self" "$(odd_supervisor)" "$name: by the same supervisor"
}
