#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A link that comes back by itself: after each of its parts has died, and when the remote, its policy or
# the line comes back; and what is said meanwhile.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

# is STATE: what status says.
is()
{
	[ "$(connect status --json office | sed -n 's/^ *"state": "\(.*\)",$/\1/p')" = "$1" ]
}

# blames WHOM: whose fault the last failure was.
blames()
{
	[ "$(connect status --json office | sed -n 's/^ *"fault_of": "\(.*\)",$/\1/p')" = "$1" ]
}

# Another connection than the one of before: first that this one is gone, which may still be up otherwise.
up_again()
{
	[ "$(vpn_pid ssh)" != "$1" ] && is up
}

# comes_back NAME COMMAND…: what is done to the link, after which it is up again by the same supervisor.
comes_back()
{
	local name=$1 before self
	shift
	before=$(vpn_pid ssh) self=$(supervisor)
	"$@" || fail "$name: it is done"
	check "$name: up again" wait_for "$HOST_DEADLINE" 'the link' up_again "$before"
	same "$self" "$(supervisor)" "$name: by the same supervisor"
	matches '10\.2\.0\.0/16 dev sp-office proto 83' "$(on local ip route)" "$name: with its route"
}

check 'up' connect up --quiet office
kill_part()
{
	on local kill -KILL "$(vpn_pid "$1")"
}
end_session()
{
	on remote pkill -u slave sshd
}
end_remote_ppp()
{
	on remote kill "$(vpn_launched remote)"
}
comes_back 'ssh is killed' kill_part ssh
comes_back 'the remote ends the session' end_session
comes_back 'the PPP program of the remote ends' end_remote_ppp
matches '^  last error  .*, by the line: ' "$(connect status office)" 'status tells the last error, and whose it was'

# --- the profile is read again
profile 'Route 10.7.0.0/16'
before=$(vpn_pid ssh)
on local kill -USR1 "$(supervisor)"
check 'a changed profile is taken' wait_for "$HOST_DEADLINE" 'the link' up_again "$before"
matches '10\.7\.0\.0/16 dev sp-office' "$(on local ip route)" 'with the route that is new'
profile 'Nonsense yes'
on local kill -USR1 "$(supervisor)"
check 'one that cannot be read is not' log_has 'the profile is not read again, the old one stays: '
check 'and the link stays' is up
check_exit 78 'nor does restart take it' connect restart office
check 'and the link stays' is up
profile

# --- the remote says no, and then yes
peer <<<$'Allow status\nAddress 10.9.0.2 10.9.0.1'
end_session
check 'a remote that denies is known by that' wait_for "$HOST_DEADLINE" 'the denial' blames remote
# The next attempt may begin at any time: one look has to tell all.
says_waiting()
{
	exited=0
	said=$(connect status office) || exited=$?
	[[ $said = 'office is waiting'* ]]
}
check 'it waits' wait_for "$HOST_DEADLINE" 'the pause' says_waiting
same 3 "$exited" 'waiting is not up'
matches '^office is waiting: next try in [0-9]+ s$' "$said" 'status says until when'
matches '^  last error  .*, by the remote: the policy of remote denies this' "$said" 'and what for'
same 'remote 77' "$(connect status --json office | sed -n 's/^ *"fault_of": "\(.*\)",$/\1/p;s/^ *"code": \(.*\),$/\1/p' |
	sort -r | paste -sd' ')" 'and status --json the same'
lacks 'sp-office' "$(on local ip -brief link)" 'nothing of the link is there while it waits'
peer <<-END
	Allow    pppd sshroute
	Route    192.0.2.0/24
	Address  10.9.0.2 10.9.0.1
	Offer    10.2.0.0/16
END
on local kill -USR1 "$(supervisor)"
check 'a remote that allows it again: up' wait_for "$HOST_DEADLINE" 'the link' is up

# --- no network, and a change of it ends the pause
on local ip link set to-remote down
before=$(vpn_pid ssh)
kill_part ssh
check 'without a network it waits' wait_for "$HOST_DEADLINE" 'the pause' is waiting
on local sh -c 'ip link set to-remote up'
check 'when it is back: up' wait_for "$HOST_DEADLINE" 'the link' up_again "$before"
check 'down' connect down office
check 'and nothing is left' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- what up says where the link does not come up at once
profile 'Port 9'
status=0
said=$(connect up office) || status=$?
same 68 "$status" 'a link that does not come up: the exit status is that of the first failure'
matches '^vpn-connect: office is not up: .*refuses the connection' "$said" 'what is wrong is said'
matches '^office: trying again in the background' "$said" 'and that it goes on'
check 'it waits' wait_for "$HOST_DEADLINE" 'the pause' is waiting
held()
{
	on local sh -c 'ls "/proc/$1/fd" | wc -l' - "$(supervisor)"
}
# After some attempts the pauses are long, and nothing goes on while they are looked at.
more_attempts()
{
	local i
	for ((i = 0; i < $1; i++)); do
		connect up --quiet office >/dev/null
	done
}
more_attempts 5
before=$(held)
more_attempts 10
same "$before" "$(held)" 'ten more attempts leave no descriptor'
for round in first second; do
	status=0
	said=$(connect up office) || status=$?
	same 68 "$status" "the $round further up: the exit status of the attempt that it makes"
	matches '^vpn-connect: office is not up: .*refuses the connection' "$said" 'and what failed'
done
profile
on local kill -USR1 "$(supervisor)"
check 'and comes up when that is mended' wait_for "$HOST_DEADLINE" 'the link' is up
check 'down' connect down office
profile 'Port 9'
status=0
said=$(connect up --wait 10 office) || status=$?
same 68 "$status" '--wait: for so long'
matches 'refuses the connection' "$said" 'and then the last error is said'
check 'down while it waits' connect down office
check 'leaves nothing' wait_for "$HOST_DEADLINE" 'the end' nothing_left
on local sh -c 'vpn-connect up --wait 600 office >/tmp/said 2>&1; echo $? >>/tmp/said' &
check 'up --wait' wait_for "$HOST_DEADLINE" 'the pause' is waiting
before=$(supervisor)
on local pkill -USR1 -x vpn-connect
check_exit 68 'SIGUSR1 to it as well: a further attempt' connect up office
same "$before" "$(supervisor)" 'and not the end'
check 'down, while that waits' connect down office
wait $!
matches '^vpn-connect: office is not up: ended by a signal \(TERM\) while waiting to try again: .*refuses' \
	"$(on local cat /tmp/said)" 'which says so, and why it waited'
matches '^143$' "$(on local cat /tmp/said)" 'its exit status'
on local rm /tmp/said
profile
check '--no-wait' connect up --no-wait office
check 'down finds that at once' connect down office
check 'and leaves nothing' wait_for "$HOST_DEADLINE" 'the end' nothing_left
check '--no-wait does not' connect up --no-wait office
check 'but comes up' wait_for "$HOST_DEADLINE" 'the link' is up
check 'down' connect down office

# --- what only a person can mend ends it
profile 'RunAs bob'
status=0
said=$(connect up office) || status=$?
same 78 "$status" 'a user without a key: the exit status'
lacks 'trying again' "$said" 'it is not tried again'
check 'and nothing is left' wait_for "$HOST_DEADLINE" 'the end' nothing_left
check_exit 64 '--wait with what is no number' connect up --wait soon office

# --- a full disk: what was there is gone, and status does not tell of it as if it were there
says_full()
{
	[[ $(connect status office) = 'office is waiting'*'No space left on device'* ]]
}
profile
on local mount -t tmpfs -o size=64k,mode=755 tmpfs /run/sallyport
check 'up' connect up --quiet office
before=$(vpn_pid ssh)
on local sh -c 'dd if=/dev/zero of=/run/sallyport/filler bs=4k 2>/dev/null'
kill_part ssh
check 'a full disk: it waits, and status says why' wait_for "$HOST_DEADLINE" 'that' says_full
same '' "$(on local ip route show proto 83)" 'nothing is left of the link'
on local rm /run/sallyport/filler
check 'once there is room: up' wait_for "$HOST_DEADLINE" 'the link' up_again "$before"
check 'down' connect down office
on local umount /run/sallyport
check 'and nothing is left' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- who asks for a link that is just coming up does not set it back
host_file remote /home/fake/answer 755 <<<'sleep 1000'
host_authorize remote fake "command=\"sh /home/fake/answer\",restrict $key"
profile 'Account fake' 'Timeout 300'
check 'a remote that does not answer' connect up --no-wait office
has_ssh()
{
	[ -n "$(vpn_pid ssh)" ]
}
check 'is asked' wait_for "$HOST_DEADLINE" 'ssh' has_ssh
before=$(vpn_pid ssh)
status=0
said=$(connect up --wait 2 office) || status=$?
same 3 "$status" 'a second up: not up'
matches '^vpn-connect: office is not up yet$' "$said" 'which is all that it says'
same "$before" "$(vpn_pid ssh)" 'the attempt goes on'
profile
check 'a changed profile ends it' connect reload --quiet office
check 'and brings up the link' wait_for "$HOST_DEADLINE" 'the link' is up
lacks 'last error' "$(connect status office)" 'nothing has failed'
check 'down' connect down office

# --- an ssh that does not end: on a line that is silent it waits to say goodbye
check 'up' connect up --quiet office
journal=$(host_root local)/run/sallyport/connect/office/journal
before=$(supervisor)
on local kill -KILL "$before"
check 'the supervisor is killed' wait_for "$HOST_DEADLINE" 'its end' has_ended "$before"
host_daemon local /run/stays.pid sh -c 'trap "" TERM; exec tail -f /dev/null'
stays=$(<"$(host_root local)/run/stays.pid")
begin=$(on local sh -c "sed 's/.*) //' /proc/$stays/stat" | cut -d' ' -f20)
sed -i "s/^process ssh .*/process ssh $stays $begin/" "$journal"
begin=${EPOCHREALTIME/[.,]/}
check 'down ends one that does not heed SIGTERM' connect down office
check 'sooner than a PPP program, which has something to say' test $((${EPOCHREALTIME/[.,]/} - begin)) -lt 4500000
check 'it has ended' wait_for "$HOST_DEADLINE" 'its end' has_ended "$stays"
on local rm /run/stays.pid
