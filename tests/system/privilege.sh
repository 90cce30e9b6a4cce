#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What the supervisor and its reader are left with while a link is up, seen in /proc, started from a
# shell and in the foreground; and what RunAs can do to the reader, which has its uid.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

# The unit's: NET_ADMIN 12, SYS_PTRACE 19, SETUID 7, SETGID 6, SETPCAP 8, CHOWN 0, DAC_OVERRIDE 1, KILL 5.
readonly KEPT=00000000000811e3 NONE=0000000000000000

# field PID NAME…: of /proc/PID/status, on one line each.
field()
{
	on local sh -c 'for name in $2; do sed -n "s/^$name:[[:space:]]*//p" "/proc/$1/status" | tr "\t" " "; done' \
		field "$1" "${*:2}"
}

# The child of the supervisor that is still the same program.
reader()
{
	on local sh -c 'for child in $(ps -o pid= --ppid "$1"); do
			[ "$(readlink "/proc/$child/exe")" != "$(readlink "/proc/$1/exe")" ] || echo "$child"
		done' reader "$(supervisor)"
}

# holds_little NAME PID: the supervisor.
holds_little()
{
	for set in CapPrm CapEff CapBnd; do
		same "$KEPT" "$(field "$2" "$set")" "$1: eight capabilities in $set"
	done
	for set in CapInh CapAmb; do
		same "$NONE" "$(field "$2" "$set")" "$1: none in $set"
	done
	same '0 0 0 0' "$(field "$2" Uid)" "$1: it is root"
	# A ProxyCommand may need a setuid program.
	same 0 "$(field "$2" NoNewPrivs)" "$1: it keeps no setuid program from RunAs"
}

# holds_nothing NAME PID: the reader.
holds_nothing()
{
	local uid gid
	uid=$(on local id -u alice) gid=$(on local id -g alice)
	same "$uid $uid $uid $uid" "$(field "$2" Uid)" "$1: the reader is RunAs"
	same "$gid $gid $gid $gid" "$(field "$2" Gid)" "$1: and its group"
	same '' "$(field "$2" Groups | xargs)" "$1: and no other"
	for set in CapPrm CapEff CapInh CapAmb; do
		same "$NONE" "$(field "$2" "$set")" "$1: the reader has no capability in $set"
	done
	same '1 2' "$(field "$2" NoNewPrivs Seccomp | paste -sd' ')" "$1: it has no_new_privs and a filter"
	same 'pipe pipe pipe socket' "$(on local sh -c 'for fd in $(ls /proc/$1/fd); do
		readlink /proc/$1/fd/$fd; done' fd "$2" | cut -d: -f1 | paste -sd' ')" "$1: three pipes and a socket"
	check_not "$1: RunAs cannot look into it" on -u alice local cat "/proc/$2/environ"
	check_not "$1: nor at what it has open" on -u alice local ls "/proc/$2/fd/"
}

# --- from a shell, by a caller with all that root has, and in the foreground
check 'up' connect up --quiet office
same 1 "$(reader | wc -w)" 'there is one reader'
holds_little 'from a shell' "$(supervisor)"
holds_nothing 'from a shell' "$(reader)"
same "$KEPT" "$(field "$(vpn_pid ssh)" CapBnd)" 'what ssh starts cannot gain another'

# --- RunAs kills it: the link ends, and comes back with another
up_with_another()
{
	[ -n "$(reader)" ] && [ "$(reader)" != "$1" ] && connect status --quiet office
}
before=$(reader)
check 'RunAs kills its reader' on -u alice local kill -KILL "$before"
check 'the link comes back with another' wait_for "$HOST_DEADLINE" 'the link' up_with_another "$before"
check 'and the log says why it was down' \
	log_has 'the link is down: the process that reads what ssh and pppd print ended \(signal 9\), while the link was up'

# --- RunAs stops it, and ends ssh: nobody waits for the answer for long
before=$(reader)
check 'RunAs stops its reader' on -u alice local kill -STOP "$before"
check 'and ends ssh' on -u alice local kill -KILL "$(vpn_pid ssh)"
check 'the link comes back all the same' wait_for "$HOST_DEADLINE" 'the link' up_with_another "$before"
check 'and the log says that it does not know' \
	log_has 'ssh ended, and why is not known: the process that reads what it prints did not answer: is it stopped\?'
check 'that reader is gone' wait_for "$HOST_DEADLINE" 'its end' has_ended "$before"
check 'RunAs stops its reader' on -u alice local kill -STOP "$(reader)"
check 'down' connect down --quiet office
check 'nothing is left' nothing_left

# --- the supervisor is killed: the reader sees that by itself
check 'up' connect up --quiet office
before=$(reader)
on local kill -KILL "$(supervisor)"
check 'the supervisor is killed: the reader ends' wait_for "$HOST_DEADLINE" 'its end' has_ended "$before"
check 'down tidies up' connect down --quiet office
check 'nothing is left' nothing_left

# --- in the foreground, as the unit does it
on local vpn-connect up --foreground --quiet office >"$WORLD/said" 2>&1 &
foreground=$!
is_up()
{
	connect status --quiet office
}
check 'up in the foreground' wait_for "$HOST_DEADLINE" 'the link' is_up
holds_little 'in the foreground' "$(supervisor)"
holds_nothing 'in the foreground' "$(reader)"
check 'down' connect down --quiet office
wait "$foreground"
check 'nothing is left' nothing_left
