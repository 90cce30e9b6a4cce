#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's hostile callers: the agent is started as the account, as sshd would, by a program
# (tests/system/caller.c) that has put its process into every state that is inherited; and the
# agent's own file in every state that is no good.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
vpn_standin remote
root=$(host_root remote)
readonly AGENT=/usr/libexec/sallyport/vpn-agent
# RLIMIT_NPROC counts the processes of a uid on the whole machine: this one is nobody else's.
on remote usermod -u 54321 slave
uid=$(on remote id -u slave)
gid=$(on remote id -g slave)
# As sshd leaves it for SSH_USER_AUTH.
echo "publickey $(host_key local alice | cut -d' ' -f1,2)" >"$root/tmp/sshauth.test"
on remote chown slave: /tmp/sshauth.test
on remote chmod 600 /tmp/sshauth.test
ledger_begin remote

# from STATE… -- [ARGUMENT…]: the agent, started in that state, asked for a launch.
from()
{
	local states=()
	while [ "$1" != -- ]; do
		states+=("$1")
		shift
	done
	shift
	on remote env -i SSH_CONNECTION='198.51.100.7 1000 198.51.100.1 22' \
		SSH_ORIGINAL_COMMAND="${REQUEST-pppd}" SSH_USER_AUTH=/tmp/sshauth.test \
		/src/build/tests/system/caller "${CALLER_UID-$uid}" "${CALLER_GID-$gid}" \
		"${states[@]}" -- "${PROGRAM-$AGENT}" "$@"
}

# each ID PATTERN STATE…: one launch for each state.
each()
{
	local id=$1 pattern=$2 state
	shift 2
	for state; do
		# shellcheck disable=SC2086 # states are words
		attack_as "$id" "$state" "$pattern" from $state -- alice
	done
}

attack caller-plain 'pppd is in Allow' from -- alice
attack caller-argc 'no forced command' from argc0 -- alice
attack_as caller-arguments 'two' 'no forced command' from -- alice bob
attack_as caller-arguments '-c' 'no forced command' from -- -c
attack_as caller-arguments '-c with more' 'no forced command' from -- -c "$AGENT alice" more
mapfile -t long < <(for _ in {1..100}; do printf '%01000d\n' 0; done)
attack_as caller-arguments 'many and long' 'no forced command' from -- "${long[@]}"
each caller-closed 'pppd is in Allow' close=0 close=1 close=2 close=012
each caller-open 'pppd is in Allow' open=1000
each caller-nofile 'too few descriptors|standard descriptors' limit=NOFILE=2 limit=NOFILE=3 limit=NOFILE=4 \
	limit=NOFILE=64 limit=NOFILE=100 'close=012 limit=NOFILE=4'
each caller-nofile-soft 'pppd is in Allow' limit=+NOFILE=3 limit=+NOFILE=4 limit=+NOFILE=10
each caller-nofile-none . limit=NOFILE=0 'close=012 limit=NOFILE=2'
each caller-memory . limit=AS=1000000 limit=STACK=4096 limit=DATA=0
each caller-nproc 'cannot start the request parser' limit=NPROC=0
each caller-limits 'pppd is in Allow' limit=CPU=1 limit=FSIZE=0 limit=MEMLOCK=0 limit=SIGPENDING=0 \
	limit=+STACK=200000 limit=+CPU=1
each caller-core 'pppd is in Allow' limit=CORE=unlimited 'limit=CORE=unlimited pending=3' \
	'limit=CORE=unlimited pending=6'
each caller-blocked 'pppd is in Allow' block ignore 'block ignore'
each caller-pending 'pppd is in Allow' pending=10 pending=15 pending=14 pending=1 pending=13 pending=24
each caller-timers 'pppd is in Allow' timers
each caller-umask 'pppd is in Allow' umask=0 umask=0777
each caller-directory 'pppd is in Allow' deleted
each caller-personality 'pppd is in Allow' personality=0040000 personality=0400000 personality=0200000
each caller-pdeathsig 'pppd is in Allow' pdeathsig=9
each caller-slack 'pppd is in Allow' slack=60000000000 subreaper
each caller-nice 'pppd is in Allow' nice=19
each caller-inheritable 'pppd is in Allow' inheritable
each caller-ambient 'pppd is in Allow' ambient
each caller-securebits 'securebits' securebits=ff securebits=aa securebits=2f
each caller-bounding . bounding
each caller-nnp 'file capabilities' nnp
each caller-traced 'file capabilities' traced
each caller-memory-file 'pppd is in Allow' watched
CALLER_UID=0 CALLER_GID=0 attack_as caller-root root 'permitted capabilities|is not the account' \
	from -- alice
CALLER_UID=12345 CALLER_GID=$gid attack_as caller-root 'a stranger of its group' 'is not the account' \
	from -- alice
CALLER_GID=0 attack caller-group . from -- alice
on remote chmod 0755 "$AGENT"
CALLER_GID=0 attack_as caller-root 'another group, the agent executable by all' 'is not the account' \
	from -- alice
on remote chmod 0750 "$AGENT"

# --- the agent's file
on remote install -m 0755 "$AGENT" /usr/libexec/sallyport/copy
PROGRAM=/usr/libexec/sallyport/copy attack file-copied 'file capabilities' from -- alice
on remote rm /usr/libexec/sallyport/copy
on remote mount -t tmpfs -o nosuid,mode=755 nosuid /mnt
on remote cp --preserve=all "$AGENT" /mnt/vpn-agent
PROGRAM=/mnt/vpn-agent attack file-nosuid 'file capabilities' from -- alice
on remote umount /mnt
on remote ln "$AGENT" /usr/libexec/sallyport/link
attack file-link 'with one link' from -- alice
on remote rm /usr/libexec/sallyport/link

# mode MODE ID PATTERN: the agent's file with that mode. Writing a mode takes no capability away.
mode()
{
	on remote chmod "$1" "$AGENT"
	attack_as "$2" "mode $1" "$3" from -- alice
	on remote chmod 0750 "$AGENT"
}
mode 4750 file-setuid 'setuid'
mode 2750 file-setuid 'setuid or setgid'
mode 6755 file-setuid 'setuid'
mode 0770 file-writable 'writable by root alone'
mode 0757 file-writable 'writable by root alone'
on remote chown daemon "$AGENT"
on remote setcap cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p "$AGENT"
attack_as file-writable 'owner daemon' "must be root's" from -- alice
on remote chown root "$AGENT"
for capabilities in cap_net_admin=p cap_net_admin,cap_setuid,cap_setgid,cap_setpcap,cap_chown=p \
	cap_setuid,cap_setgid,cap_setpcap=p; do
	on remote setcap "$capabilities" "$AGENT"
	attack_as file-more "$capabilities" 'file capabilities' from -- alice
done
on remote setcap cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p "$AGENT"
attack_as caller-plain 'after all that' 'pppd is in Allow' from -- alice

# --- the log
on remote mv /dev/log /dev/log.away
attack_as log-none 'no socket' . from -- alice
on remote mv /dev/log.away /dev/log
ledger_end
