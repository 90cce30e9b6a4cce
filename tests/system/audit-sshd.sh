#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit and what sshd counts: the sessions of a connection, the logins that begin at
# the same time, and the failures of an address (OpenSSH 9.8 and later).
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
# shellcheck source=tests/lib/audit.sh
. "$SRC/tests/lib/audit.sh"

audit_host

PEERS=/etc/sallyport/peers EXTRA=/etc/ssh/sshd_config.d/00-test.conf
for_account="printf '%s\n' 'Match User slave'"
from_there="printf '%s\n' 'Match Address 198.51.100.0/24'"
readonly PEERS EXTRA for_account from_there

# neighbour NAME NUMBER [LINE…]: one more peer, with a link of that number.
neighbour()
{
	local name=$1 number=$2
	host_account local "$name"
	shift 2
	{
		echo "Key $(host_key local "$name" | cut -d' ' -f1,2)"
		printf '%s\n' 'Allow pppd' "Address 10.9.$number.2 10.9.$number.1" "$@"
	} | vpn_peer remote "$name"
}
neighbour bob 1 'From 198.51.100.9/32'
neighbour carol 2 'From 198.51.100.9/32'
neighbour dave 3 'From 198.51.100.10/32'
vpn_authorize remote
audit_begin

# --- the sessions of a connection
damage sshd-sessions 'one, so that none is left for the routes' \
	"$for_account 'MaxSessions 1' >$EXTRA" "rm $EXTRA"
damage sshd-sessions 'none' "$for_account 'MaxSessions 0' >$EXTRA" "rm $EXTRA"
damage sshd-sessions 'one where a peer comes from' "$from_there 'MaxSessions 1' >$EXTRA" "rm $EXTRA"
on remote sh -c "$for_account 'MaxSessions 2' >$EXTRA"
same "$AUDIT_CLEAN" "$(found)" 'two are enough'
on remote rm "$EXTRA"

# --- the logins that begin at once: four peers
damage sshd-startups 'less than there are peers' "echo 'MaxStartups 3:30:60' >$EXTRA" "rm $EXTRA"
on remote sh -c "echo 'MaxStartups 3:30:60' >$EXTRA"
matches '/sshd_config: warning: maxstartups is 3:30:60, and the peers may have 4 sessions \[sshd-startups\]' \
	"$(findings)" 'it says how many the peers may have'
on remote sh -c "echo 'MaxStartups 4' >$EXTRA"
same "$AUDIT_CLEAN" "$(found)" 'as many are enough'
on remote rm "$EXTRA"
damage sshd-startups 'more sessions than sshd has by itself' \
	"cp -p $PEERS/dave.conf /root/p; sed -i '/^End/i Sessions 8' $PEERS/dave.conf" \
	"cp -p /root/p $PEERS/dave.conf"
damage sshd-startups 'less than there are peers at one address' \
	"echo 'PerSourceMaxStartups 1' >$EXTRA" "rm $EXTRA"
on remote sh -c "echo 'PerSourceMaxStartups 1' >$EXTRA"
matches 'persourcemaxstartups is 1, and peers from 198.51.100.9/32 may have 2 sessions' "$(findings)" \
	'it says which address'
on remote sh -c "echo 'PerSourceMaxStartups 2' >$EXTRA"
same "$AUDIT_CLEAN" "$(found)" 'as many as at the fullest address are enough'
on remote rm "$EXTRA"
damage sshd-startups 'less than there are peers in one network, which sshd takes for an address' \
	"printf '%s\n' 'PerSourceMaxStartups 3' 'PerSourceNetBlockSize 24' >$EXTRA" "rm $EXTRA"

# --- the failures of an address. What sshd says of them is played, as Debian 12's says nothing.
# The one that runs goes on by its name, as after an update.
on remote sh -c 'cp -p /usr/sbin/sshd /usr/sbin/sshd.real
	install -m 0755 /src/build/tests/system/sshd_played /usr/sbin/sshd'
# penalties EXEMPT: a command that turns them on but for these.
penalties()
{
	printf '%s\n' "printf 'persourcepenalties crash:90 authfail:5 noauth:1\npersourcepenaltyexemptlist $1\n' >/etc/played"
}
no_penalties=': >/etc/played'
on remote sh -c "$no_penalties"
damage sshd-penalties 'where all peers come from' "$(penalties none)" "$no_penalties"
damage sshd-penalties 'where one of them comes from' "$(penalties 198.51.100.8/29,198.51.100.0/25)" "$no_penalties"
damage sshd-penalties 'a list with an exception' "$(penalties '198.51.100.0/24,!198.51.100.9')" "$no_penalties"
on remote sh -c "$(penalties none)"
matches '/sshd_config: note: persourcepenalties holds for 198.51.100.0/24 and 3 more networks that peers come from \[sshd-penalties\]' \
	"$(findings)" 'it says where'
check_exit 0 'it is a note' audit --strict
on remote sh -c "$(penalties 192.0.2.1,198.51.0.0/16)"
same "$AUDIT_CLEAN" "$(found)" 'networks that are exempt are good'
on remote sh -c 'echo "persourcepenalties no" >/etc/played'
same "$AUDIT_CLEAN" "$(found)" 'and so is an sshd without penalties'
on remote sh -c 'mv /usr/sbin/sshd.real /usr/sbin/sshd; rm /etc/played'

# --- where sshd has them: that it is so, and that the remedy is one
# with_penalties LINE…: sshd anew, with them and these lines.
with_penalties()
{
	printf '%s\n' 'PerSourcePenalties authfail:30' "$@" | host_file remote "$EXTRA"
	host_stop remote /run/sshd.pid
	rm "$(host_root remote)/run/sshd.pid"
	host_sshd remote
}

# refuses USER: that login does not get to the agent.
refuses()
{
	! ask "$1" | grep -q 'peer='
}

ask()
{
	on -u "$1" local ssh -T -o BatchMode=yes slave@remote status 2>&1
}

if grep -q persourcepenalties "$(host_root remote)/usr/sbin/sshd"; then
	damage sshd-penalties 'as sshd itself tells' "echo 'PerSourcePenalties yes' >$EXTRA" "rm $EXTRA"
	host_account local mallory
	host_key local mallory >/dev/null
	with_penalties
	matches 'peer=alice' "$(ask alice)" 'a peer logs in'
	matches 'Permission denied' "$(ask mallory)" 'another behind the same address fails'
	# sshd counts a failure when the login's process has ended, which its client need not wait for.
	wait_for "$HOST_DEADLINE" 'the penalty' refuses alice
	lacks 'peer=alice' "$(ask alice)" 'and then the peer is refused'
	with_penalties 'PerSourcePenaltyExemptList 198.51.100.0/24'
	same "$AUDIT_CLEAN" "$(found)" 'the list that the audit asks for'
	matches 'Permission denied' "$(ask mallory)" 'another fails again'
	matches 'peer=alice' "$(ask alice)" 'and the peer logs in all the same'
fi
