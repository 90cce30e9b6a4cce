#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's sessions: never more than policy says, and nothing left of one that ended, however
# it ended. A stand-in holds the sessions; interfaces and routes are looked at in the lab.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"
# shellcheck source=tests/lib/at_once.sh
. "$SRC/tests/lib/at_once.sh"

vpn_one_peer
vpn_standin remote
root=$(host_root remote)
vpn_another_peer
# sshd itself would turn some of many away that begin at once.
printf '%s\n' 'MaxStartups 100' 'Match User slave' ' ClientAliveInterval 1' \
	' ClientAliveCountMax 2' 'Match all' \
	>"$root/etc/ssh/sshd_config.d/00-test.conf"
host_stop remote /run/sshd.pid
rm "$root/run/sshd.pid"
host_sshd remote
at_once_prepare
ledger_begin remote

tried session-limit
LEDGER_BEFORE=$(ledger_log | wc -l)
same 1 "$(at_once 200 1)" 'session-limit: of 200 at once, one holds a session'
same '1 allow 0,199 deny 75' "$(verdicts)" 'session-limit: 200 verdicts, one of them allow'
check 'session-limit: nothing is left' wait_for 20 'that' ledger_clean
tried session-slots
vpn_add "$root/etc/sallyport/peers/alice.conf" 'Sessions 3'
LEDGER_BEFORE=$(ledger_log | wc -l)
same 3 "$(at_once 50 3)" 'session-slots: of 50 at once, three hold a session'
same '3 allow 0,47 deny 75' "$(verdicts)" 'session-slots: 50 verdicts, three of them allow'
check 'session-slots: nothing is left' wait_for 20 'that' ledger_clean
sed -i '/^Sessions/d' "$root/etc/sallyport/peers/alice.conf"

# begin: a session of alice's by ssh, which holds until input is closed: `end`.
mkfifo "$WORLD/input"
begin()
{
	LEDGER_BEFORE=$(ledger_log | wc -l)
	on -u alice local ssh -T -o BatchMode=yes slave@remote pppd >"$WORLD/output" 2>&1 <"$WORLD/input" &
	client=$!
	exec 5>"$WORLD/input"
	wait_for 20 'a session' grep -q '^launched' "$WORLD/output" || fail 'a session begins'
	pid=$(vpn_launched remote)
	# A control: that no lock is left means something only if a lock is seen.
	check "the lock of a session that runs is seen" ledger_locks
}
# gone ID HOW: whatever held the session has ended, its slot is free, the log has one verdict.
gone()
{
	check "$1: nothing is left $2" wait_for 20 'that' ledger_clean
	same 'sallyport/1 status peer=alice sessions=0/1' "$(vpn_ask status 2>&1)" "$1: the slot is free $2"
	exec 5>&-
	wait "$client" 2>/dev/null
}

begin
tried session-limit-ssh
for ((i = 0; i < 12; i++)); do
	vpn_ask pppd </dev/null >/dev/null 2>&1 &
	others[i]=$!
done
codes=()
for other in "${others[@]}"; do
	wait "$other"
	codes+=($?)
done
same '75 75 75 75 75 75 75 75 75 75 75 75' "${codes[*]}" 'session-limit-ssh: none gets a second'
same '1 allow 0,12 deny 75' "$(verdicts)" 'session-limit-ssh: 13 verdicts'

tried session-restart
host_stop remote /run/sshd.pid
rm "$root/run/sshd.pid"
host_sshd remote
check 'session-restart: the session goes on' on remote test -e "/proc/$pid"
same 'sallyport/1 status peer=alice sessions=1/1 interface=sp-alice state=missing' "$(vpn_ask status 2>&1)" \
	'session-restart: and still holds its slot'
tried session-killed
on local kill -KILL "$(on local pgrep -f 'slave@remote pppd$')"
gone session-killed 'of a killed client'

begin
tried session-sshd-dead
for victim in $(on remote pgrep -f '^sshd(-session)?: slave'); do
	on remote kill -KILL "$victim"
done
gone session-sshd-dead 'of a killed sshd'

begin
tried session-agent-dead
on remote kill -STOP "$pid"
on remote kill -KILL "$pid"
gone session-agent-dead 'of a killed program'

begin
tried session-cut
host_cut local remote
check 'session-cut: nothing is left' wait_for 20 'that' vpn_idle remote
host_mend local remote
check 'session-cut: the network is back' wait_for 20 'that' on local ping -c 1 -W 1 198.51.100.1
gone session-cut 'after a cut network'

# --- sshroute and sessions
attack sshroute-none 'alice has no session' vpn_ask sshroute
begin
LEDGER_BEFORE=$(ledger_log | wc -l)
tried sshroute-other
check_exit 75 "sshroute-other: another's session is not one's own" \
	on -u bob local ssh -T -o BatchMode=yes slave@remote sshroute
same 'bob has no session' "$(ledger_record reason)" 'sshroute-other: the log says so'
exec 5>&-
wait "$client"
check 'sshroute-other: nothing is left' wait_for 20 'that' ledger_clean

# --- the file
readonly FILE=/run/sallyport/sessions
for damage in "rm $FILE" "mv $FILE /run/x; ln -s /run/x $FILE" "chmod 666 $FILE" "chmod 600 $FILE" \
	"chown slave $FILE" "chgrp root $FILE" "ln $FILE /run/sallyport/second" "rm $FILE; mkfifo $FILE" \
	"rm $FILE; mkdir $FILE"; do
	on remote sh -c "$damage"
	LEDGER_STATE=$(vpn_state remote)
	attack_as session-file "$damage" . vpn_ask pppd
	on remote rm -rf "$FILE" /run/x /run/sallyport/second
	on remote install -m 660 -g slave /dev/null "$FILE"
done
ledger_end
