# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Hosts that are not as one expects, on machines `remote` and `local` that machine_pair has made.
#
#   odd NAME EXPECTED [HOST 'SET' 'UNDO']   what the unit makes of it, in one line. HOST: remote,
#                                           local or both; SET and UNDO are a shell's, there
#   odd_unit EXPECTED LINE…                 the same of a drop-in with these lines for [Service]
#
# EXPECTED: `up`, or `CODE PATTERN`: the exit status, and what the sentence matches. Whether the unit
# goes on trying follows from the status, and nothing may be left of either.
readonly ODD_DEADLINE=100
readonly ODD_DROP_IN=/etc/systemd/system/vpn-connect@.service.d/odd.conf
# Not the user's own systemd, which stays for some seconds.
readonly ODD_PROCESSES='ppptun|sshroute|vpn-agent|sshd'
ODD_UNIT=vpn-connect@office.service
# What the peers reach each other by.
ODD_PINGS='10.9.0.2 fd00:9::2'

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

# odd_fails CODE PATTERN
odd_fails()
{
	local before said state=activating
	before=$(machine_cursor local)
	! machine_on local timeout "$ODD_DEADLINE" systemctl start "$ODD_UNIT" || return
	said=$(machine_journal local --after-cursor="$before")
	echo "$said"
	echo "exit status $(odd_show ExecMainStatus), $(odd_show ActiveState)"
	# RestartPreventExitStatus of the unit.
	case $1 in
	64 | 69 | 77 | 78) state=failed ;;
	esac
	[ "$(odd_show ExecMainStatus)" = "$1" ] && [ "$(odd_show ActiveState)" = "$state" ] &&
		grep -Eq " vpn-connect\[[0-9]+\]: vpn-connect: .*$2" <<<"$said"
}

odd_nothing_left()
{
	# shellcheck disable=SC2016 # expanded by that shell
	machine_on local sh -c 'test ! -e /sys/class/net/sp-office && ! pgrep -u alice >/dev/null &&
		[ -z "$(find /run/sallyport/connect -mindepth 2)" ]' &&
		machine_on remote sh -c "test ! -e /sys/class/net/sp-alice && ! pgrep -u slave '$ODD_PROCESSES' >/dev/null"
}

# odd_outcome NAME EXPECTED
odd_outcome()
{
	if [ "$2" = up ]; then
		check "$1: it comes up" odd_is_up
	else
		check "$1: ${2%% *}" odd_fails "${2%% *}" "${2#* }"
	fi
	machine_on local systemctl stop "$ODD_UNIT"
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
