#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-connect started by hostile or careless callers: by a program (tests/system/caller.c) that has
# put its process into every state that is inherited. The link comes up, and neither the supervisor
# nor ssh has anything of it.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

readonly CALLER=/src/build/tests/system/caller CONNECT=/usr/sbin/vpn-connect

# from STATE… -- ARGUMENT…: vpn-connect, as root, started in that state.
from()
{
	local states=()
	while [ "$1" != -- ]; do
		states+=("$1")
		shift
	done
	shift
	[ "$1" != up ] || await_slot >/dev/null
	on local env "${VARIABLES[@]}" "$CALLER" 0 0 "${states[@]}" -- "$CONNECT" "$@" 2>&1
}
VARIABLES=(EMPTY=)

# of PID: what a process has that it could have from a caller.
of()
{
	on local sh -c 'cd /proc/$1 && echo cwd $(readlink cwd) &&
		grep -E "^(Sig(Pnd|Blk|Ign)|ShdPnd):" status &&
		echo slack $(cat timerslack_ns) personality $(cat personality) &&
		sed -n -e "s/  */ /g" -e "/^Max \(cpu\|file size\|data\|address\|processes\|stack\|open\|core\|realtime t\)/p" limits' \
		of "$1"
}

# As a login shell of root starts it.
check 'up, by a decent caller' from -- up --once --quiet office
supervisor=$(of "$(supervisor)") ssh=$(of "$(vpn_pid ssh)")
note "$supervisor"
matches '^cwd /$' "$supervisor" 'the supervisor is in /'
matches '^Max core file size 0 0 bytes' "$supervisor" 'and leaves no core file'
session=$(on local ps -o sid=,tty= -p "$(supervisor)" | xargs)
same "$(supervisor) ?" "$session" 'it has a session of its own, and no terminal'
check 'down' connect down office

# same_as_ever NAME STATE…
same_as_ever()
{
	local name=$1 status=0 said
	shift
	said=$(from "$@" -- up --once --quiet office) || status=$?
	same 0 "$status" "$name: up"
	[ -z "$said" ] || note "$said"
	same "$supervisor" "$(of "$(supervisor)")" "$name: the supervisor is as ever"
	same "$ssh" "$(of "$(vpn_pid ssh)")" "$name: so is ssh"
	check_exit 0 "$name: status" from "$@" -- status office
	check "$name: down" from "$@" -- down --quiet office
}

for state in close=012 'open=1000 block pending=15' 'pending=1 umask=0' 'limit=CORE=unlimited pending=3' \
	'limit=+FSIZE=0 limit=+NOFILE=8 limit=+CPU=1 limit=+STACK=200000 limit=MEMLOCK=0 limit=SIGPENDING=0' \
	'limit=+AS=40000000 limit=+DATA=8000000 limit=+NPROC=0 limit=+RTTIME=1' \
	'timers umask=0777 deleted' 'personality=0040000 pdeathsig=15 subreaper slack=60000000000 inheritable' \
	'personality=0400000 umask=0 close=0'; do
	# shellcheck disable=SC2086 # states are words
	same_as_ever "$state" $state
done
# Hard limits go up where root has the right to raise them, which root of a container may lack.
if on local setpriv --dump | grep -q '^Capability bounding set:.*sys_resource'; then
	same_as_ever 'hard limits' limit=FSIZE=0 limit=NOFILE=8 limit=CPU=1 limit=NPROC=0 limit=RTTIME=1
	same_as_ever 'hard limits of memory' limit=AS=40000000 limit=DATA=8000000
fi
check 'nothing is left' nothing_left

# --- what stays as it is, because a service manager sets it in the same way
check 'the lowest priority: up' from nice=19 -- up --once --quiet office
same 19 "$(on local ps -o ni= -p "$(supervisor)" | xargs)" 'and it stays'
check 'and down' connect down --quiet office

# --- signals: nohup(1) is meant, all others that are ignored are not
check 'every signal ignored: up' from ignore -- up --once --quiet office
# Without 32 and 33, which are the C library's own, and stay as they were found.
ignored=$(on local sed -n 's/^SigIgn:\t//p' "/proc/$(supervisor)/status")
same 1001001 "$(printf '%x' $((16#$ignored & ~0x180000000)))" \
	'the supervisor ignores HUP, as it was told to, beside PIPE and XFSZ'
blocked=$(on local sed -n 's/^SigBlk:\t//p' "/proc/$(supervisor)/status")
same 4a02 "$(printf '%x' $((16#$blocked & ~0x180000000)))" \
	'and does not block it, or it would get it all the same: it waits for TERM, INT, USR1 and USR2'
on local kill -HUP "$(supervisor)"
check 'so that it stays' connect status --quiet office
check 'and SIGTERM, which down sends, arrives' connect down --quiet office
check 'nothing is left of that' wait_for "$HOST_DEADLINE" 'that' nothing_left

# --- the directory that it was started in can be unmounted
on local mount -t tmpfs none /mnt
await_slot >/dev/null
check 'up from a mount' on local sh -c 'cd /mnt && exec vpn-connect up --once --quiet office'
check 'which can be unmounted' on local umount /mnt
check 'and down' connect down --quiet office

# --- the environment: two variables are read
await_slot >/dev/null
check 'up with an environment that means something to libraries' \
	on local env POSIXLY_CORRECT=1 TZ=/no/such RES_OPTIONS=debug HOSTALIASES=/etc/passwd LD_BIND_NOW=1 \
	MALLOC_CHECK_=3 LC_ALL=de_DE.UTF-8 vpn-connect up --once office --quiet
check 'and down' connect down --quiet office

# --- a deadline holds, however much slack timers were given
host_authorize remote fake ''
host_file remote /home/fake/answer 755 <<<'sleep 1000'
host_authorize remote fake "command=\"sh /home/fake/answer\",restrict $key"
profile 'Account fake' 'Timeout 3'
begin=${EPOCHREALTIME/[.,]/}
said=$(from slack=60000000000 -- up --once --quiet office)
matches 'nothing happened in 3 seconds' "$said" 'a timer slack of a minute: the deadline passes'
check 'at once' test $((${EPOCHREALTIME/[.,]/} - begin)) -lt 20000000
profile

# --- without the right to raise a hard limit, it is this host that is said to be short of something
limited()
{
	await_slot >/dev/null
	on local setpriv --bounding-set -sys_resource --inh-caps -all --ambient-caps -all \
		"$CALLER" 0 0 "$@" -- "$CONNECT" up --once --quiet office 2>&1
}

short()
{
	local name=$1 pattern=$2 said status=0
	shift 2
	said=$(limited "$@") || status=$?
	same 71 "$status" "$name: the exit status is this system's"
	matches "$pattern" "$said" "$name: what is said"
	lacks 'remote|policy|profile|no user' "$said" "$name: nobody else is blamed"
	check "$name: nothing is left" wait_for "$HOST_DEADLINE" 'that' nothing_left
}
short 'files that may not grow' 'cannot write the journal: File too large' limit=FSIZE=0
for files in 8 100; do
	short "$files descriptors" 'too few descriptors are allowed \(RLIMIT_NOFILE\)' "limit=NOFILE=$files"
done

# What is said is never that it is another's fault. Where the loader itself has too little, it may crash
# before main() has begun: that is none of ours.
# blamed NAME STATUS SAID: it came up, or it is this host's or the connection's fault.
blamed()
{
	matches '^(0|71|74)$' "$2" "$1: the exit status"
	lacks 'policy|profile|no user|vpn-agent|\.conf' "$3" "$1: nobody else is blamed"
	[ "$2" -ne 0 ] || connect down --quiet office
}
for kilobytes in $(seq 9000 1000 16000); do
	on local prlimit --as="${kilobytes}000" "$CONNECT" --version >/dev/null 2>&1 || continue
	status=0
	said=$(limited "limit=AS=${kilobytes}000") || status=$?
	blamed "$kilobytes KB of memory" "$status" "$said"
done
# The real ssh, which alone has less. Where it begins to fit depends on its libraries.
ssh_alone=0
on local mv /usr/bin/ssh /usr/bin/ssh.whole
for kilobytes in $(seq 2000 1000 10000); do
	host_file local /usr/bin/ssh 755 <<-END
		#!/bin/sh
		exec prlimit --as=${kilobytes}000 /usr/bin/ssh.whole "\$@"
	END
	status=0
	await_slot >/dev/null
	said=$(connect up --once --quiet office 2>&1) || status=$?
	blamed "$kilobytes KB of memory for ssh" "$status" "$said"
	[ "$status" -ne 71 ] || ssh_alone=$((ssh_alone + 1))
done
on local mv /usr/bin/ssh.whole /usr/bin/ssh
check 'with too little for ssh this host is said to be short of it' test "$ssh_alone" -gt 0
check 'nothing is left of that either' wait_for "$HOST_DEADLINE" 'that' nothing_left

# --- nor anybody else where /run cannot be written
# unwritable NAME PATTERN
unwritable()
{
	local said status=0
	said=$(connect up --once --quiet office) || status=$?
	same 71 "$status" "$1: the exit status is this system's"
	matches "$2" "$said" "$1: what is said"
	lacks 'remote|policy|profile|no user' "$said" "$1: nobody else is blamed"
	same '' "$(on local ls /run/sallyport/connect/office/journal 2>/dev/null)" "$1: no journal is left"
	on local umount /run/sallyport
}
on local mount -t tmpfs -o mode=755,ro none /run/sallyport
unwritable 'a file system that is read-only' 'Read-only file system'
on local mount -t tmpfs -o mode=755,nr_inodes=3 none /run/sallyport
unwritable 'a file system with no room for a file' 'No space left on device'
on local mount -t tmpfs -o mode=755,size=16k none /run/sallyport
on local sh -c 'cat /dev/zero >/run/sallyport/full' 2>/dev/null
unwritable 'a full file system' 'cannot write the journal: No space left on device'
check 'nothing is left of all that' wait_for "$HOST_DEADLINE" 'that' nothing_left

# --- no name of its own
check_exit 64 'argc 0: usage' from argc0 -- up --once office

# --- a command line that lacks something: what it is comes first, then the usage
# incomplete SENTENCE ARGUMENT…
incomplete()
{
	local sentence=$1
	shift
	check_exit 64 "incomplete: vpn-connect $*" on local vpn-connect "$@"
	same "vpn-connect: $sentence" "$(head -n 1 "$CHECK_OUTPUT")" "vpn-connect $*: what is missing comes first"
	matches '^usage: vpn-connect up ' "$(sed -n 2p "$CHECK_OUTPUT")" "vpn-connect $*: then the usage"
}
incomplete 'up needs NAME, the profile' up
incomplete 'down needs NAME, the profile' down --quiet
incomplete 'status takes one NAME' status one two
incomplete 'there is no such command' upp office
incomplete 'no command is given'
incomplete 'up does not take "--bogus"' up --bogus office
incomplete 'up does not take "-x"' up -x office
incomplete 'up does not take "--\x1b[2J"' up $'--\033[2J' office
incomplete 'up does not take "-\x1b"' up office $'-\033q'
incomplete 'up: "--wait" needs a value' up --wait
check_exit 64 'a name of a profile with other bytes' on local vpn-connect up $'a\033[2J'
matches '^vpn-connect: name "a.x1b.2J": expected ' "$(cat "$CHECK_OUTPUT")" 'it is told, escaped'
check 'nothing is left after all that' nothing_left
