#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: the record of a client that went away says that, whatever step it left at, and there is
# one; and what else may be wrong with sshd's record of the key is called what it is.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
vpn_standin remote
# A login without that word goes on, so that the steps after it are reached as well.
sed -i 's/^AuthInfo.*/AuthInfo optional/' "$(host_root remote)/etc/sallyport/agent.conf"

# leaves CASE STATUS REASON: one record, or two where the login had been allowed; the last has REASON.
leaves()
{
	local before said
	before=$(vpn_log remote | wc -l)
	said=$(on remote /usr/bin/python3 /src/tests/system/leaving_client.py "$1" alice 2>&1)
	same "status $2" "$said" "$1: how the agent ends"
	wait_for "$HOST_DEADLINE" 'a record' vpn_log_beyond remote "$before" >/dev/null
	matches "reason=\"$3" "$(vpn_log remote | tail -n 1)" "$1: the record says what was so"
}
leaves gone 77 'the client went away, and sshd.s record of the key with it"'
leaves gone-terminal 77 'the client went away, and sshd.s record of the key with it"'
leaves no-file 77 'sshd.s record of the key is missing"'
leaves odd-file 77 'sshd.s record of the key must be a file of the account, readable by it alone"'
leaves empty-file 77 'sshd.s record of the key is empty"'
leaves status-untaken 71 'the client went away before it read the answer"'
leaves ready-untaken 71 'the client went away before it read the ready line"'

# --- as people have it: a terminal is asked for, and the client is killed at once
before=$(vpn_log remote | wc -l)
for _ in 1 2 3 4 5; do
	on -u alice local timeout -s KILL 0.3 ssh -tt -o BatchMode=yes slave@remote pppd \
		</dev/null >/dev/null 2>&1
done
# One may still be on its way in: it would have the session that the next one asks for.
login_free()
{
	vpn_idle remote && [ "$(on remote pgrep -c '^sshd')" = 1 ]
}
check 'nothing runs on' wait_for "$HOST_DEADLINE" 'that' login_free
lacks 'cannot be read' "$(vpn_log remote | tail -n "+$((before + 1))")" \
	'no record blames sshd for a client that went away'

# --- what is launched heeds these signals again
mkfifo "$WORLD/input"
vpn_ask pppd >"$WORLD/output" 2>&1 <"$WORLD/input" &
client=$!
exec 5>"$WORLD/input"
check 'a session' wait_for 20 'its line' grep -q '^launched' "$WORLD/output"
# 32 and 33 are glibc's own, and ignored where make(1), or whoever uses posix_spawn(3), began all this.
matches '^SigIgn: 0000000[01][08]0000000$' \
	"$(on remote grep SigIgn "/proc/$(vpn_launched remote)/status" | tr '\t' ' ')" 'it ignores no signal'
exec 5>&-
wait "$client"

# --- last, for it takes the log: keys of a terminal, and its hanging up
said=$(on remote /usr/bin/python3 /src/tests/system/leaving_client.py keys alice 2>&1)
matches '^status 0$' "$said" 'keys: they end no agent'
matches 'verdict=allow .*peer=alice verb=status' "$said" 'keys: and no login is without its record'
