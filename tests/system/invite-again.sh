#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A second invitation with a one-time key, for a peer that has lost the first: that one is void, at once and for
# everybody, and what cannot be renewed is as good as before.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/hand_in.sh
. "$SRC/tests/lib/hand_in.sh"

hand_in_service

invite_again()
{
	on remote vpn-policy invite --hand-in --host remote "$@" 2>/dev/null | tail -n 1
}
first=$(invite lost --route 192.0.2.0/25)
one_time "$first"
file=$(on remote cat "$PEERS/lost.conf")
said=$(on remote vpn-policy invite lost --hand-in --host remote 2>&1)
same 0 $? 'invite --hand-in of a peer that has one'
matches '^lost: the invitation before this one lets nobody hand in a key any more$' "$said" 'it says what becomes of that'
matches 'nobody can read or change it' "$said" 'and that the line is a secret'
second=$(tail -n 1 <<<"$said")
same "$(grep -v '^HandIn' <<<"$file")" "$(on remote grep -v '^HandIn' "$PEERS/lost.conf")" 'nothing else of its file changes'
check_not 'it is another key' test "$(grep '^HandInKey' <<<"$file")" = "$(on remote grep '^HandInKey' "$PEERS/lost.conf")"
same 1 "$(on remote grep -c '^HandInKey' "$PEERS/lost.conf")" 'and one'
same 1 "$(on remote grep -c ' lost$' "$AUTHORIZED")" 'sshd knows one'
before=$(policy_state)
LEDGER_STATE=$(vpn_state remote)
key=$(fresh_key lost)
attack hand-in-renewed 'nothing' with_one_time -T slave@remote "hand-in key=$key"
same "$OVER" "$(on -u slave remote python3 "$SEND" send "$SOCKET" lost "$key" "$(ssh-keygen -lf "$local/home/mallory/one-time" | cut -d' ' -f2)")" \
	'nor does the service take it by the first'
said=$(import --run-as mallory --name stolen "$first" 2>&1)
same 77 $? 'import of the first'
matches 'remote does not know the one-time key: it was used already, was taken back or has ended' "$said" 'it says what it knows'
unchanged "$before" 'the first invitation'
said=$(import --run-as alice --name lost "$second" 2>&1)
same 0 $? 'import of the second'
matches '^lost: remote has its key$' "$said" 'it hands in the key'
before=$(policy_state)
said=$(on remote vpn-policy invite lost --hand-in --host remote 2>&1)
same 78 $? 'invite --hand-in of a peer that has a key'
matches 'the peer has a key, and needs to hand in none: vpn-policy set-peer lost Key none takes that away first' "$said" 'says so'
unchanged "$before" 'a peer that has a key'
check 'its key is taken away' on remote vpn-policy set-peer lost Key none
third=$(invite_again lost --until "$(date -u -d '+9 days' +%F)")
matches "^HandInUntil $(date -u -d '+9 days' +%F)T00:00:00Z\$" "$(on remote cat "$PEERS/lost.conf")" 'then it can be invited, until a day that is said'
said=$(import --run-as mallory --name again "$third" 2>&1)
same 0 $? 'and hands in another'
check 'a peer that was invited without a one-time key' on remote vpn-policy add-peer plain --invite --host remote
said=$(import --run-as mallory --name plain "$(invite_again plain)" 2>&1)
same 0 $? 'is given one'
before=$(policy_state)
check_exit 64 'no longer than thirty days' on remote vpn-policy invite plain --hand-in --until 2099-01-01
check_exit 64 '--until alone' on remote vpn-policy invite plain --until "$(date -u -d '+2 days' +%F)"
check_exit 78 'a peer that is not there' on remote vpn-policy invite nobody --hand-in
unchanged "$before" 'what is refused'
line=$(invite held)
before=$(policy_state)
vpn_lock_peers remote
check_exit 78 'while somebody changes the policy' on remote vpn-policy invite held --hand-in --host remote
vpn_unlock_peers
unchanged "$before" 'somebody at work'
on remote sh -c "mv $AUTHORIZED /root/kept && cp /root/kept /root/list && ln -s /root/list $AUTHORIZED"
said=$(on remote vpn-policy invite held --hand-in --host remote 2>&1)
check_not 'authorized_keys that cannot be written: it fails' test $? = 0
matches 'the invitation is not renewed' "$said" 'authorized_keys that cannot be written: it says so'
on remote sh -c "rm $AUTHORIZED && mv /root/kept $AUTHORIZED"
unchanged "$before" 'authorized_keys that cannot be written'
said=$(import --run-as mallory --name held "$line" 2>&1)
same 0 $? 'and the first invitation is as good as before'
ledger_end
