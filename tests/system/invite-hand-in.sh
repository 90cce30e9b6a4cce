#!/bin/bash
# SPDX-License-Identifier: ISC
#
# An invitation with a one-time key: import hands in the key that it made, over a real sshd, and the link
# comes up with nothing passed back by hand. Then what that key can do beside it, which is nothing; who
# else could use it, and when; and all that can be in its way: a clear message, and the policy as it was.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/hand_in.sh
. "$SRC/tests/lib/hand_in.sh"

# --- what add-peer makes
said=$(on remote vpn-policy add-peer laptop --invite --hand-in --host remote --from 198.51.100.0/24 2>&1)
same 0 $? 'add-peer --invite --hand-in'
matches 'nobody can read or change it' "$said" 'it says that the line is a secret'
line=$(tail -n 1 <<<"$said")
file=$(on remote cat "$PEERS/laptop.conf")
matches '^Key       none$' "$file" 'the peer has no key yet'
matches '^HandInKey ssh-ed25519 [A-Za-z0-9+/]{68}$' "$file" 'but one to hand it in with'
until=$(sed -n 's/^HandInUntil //p' <<<"$file")
seconds=$(($(date -d "$until" +%s) - $(date +%s)))
check 'for three days' test "$seconds" -gt $((3 * 86400 - 600)) -a "$seconds" -le $((3 * 86400))
matches "^command=\"/usr/libexec/sallyport/vpn-agent laptop\",restrict,expiry-time=\"$(tr -d ':T-' <<<"$until")\" ssh-ed25519 .* laptop\$" \
	"$(on remote cat "$AUTHORIZED")" 'sshd is told its end as well'
check 'no private half is left on the remote' on remote sh -c \
	'! grep -rl "PRIVATE KEY" /run /tmp /etc/sallyport /root 2>/dev/null | grep .'
matches "note: whoever has the invitation of laptop can hand in a key until $until" "$(on remote vpn-policy check 2>&1)" 'check tells of it'
matches '^laptop: "hand-in.*": allow \(0\)' "$(on remote vpn-policy explain laptop "hand-in key=$(fresh_key a)" 2>&1)" 'explain explains it'
check_exit 64 'no longer than thirty days' on remote vpn-policy add-peer far --invite --hand-in --until 2099-01-01
check_exit 64 'not into the past' on remote vpn-policy add-peer far --invite --hand-in --until 2020-01-01
check_exit 64 'not with a key' on remote vpn-policy add-peer far --key /etc/ssh/ssh_host_ed25519_key.pub --hand-in
matches 'HandInUntil '"$(date -u -d '+2 days' +%F)T00:00:00Z" \
	"$(invite short --until "$(date -u -d '+2 days' +%F)" >/dev/null; on remote cat "$PEERS/short.conf")" 'until a day that is said'
check 'set-peer --drop takes it back' on remote vpn-policy set-peer short --drop HandInKey
lacks 'HandIn' "$(on remote cat "$PEERS/short.conf")" 'both lines'
lacks 'short' "$(on remote cat "$AUTHORIZED")" 'and that for sshd'
check 'remove-peer' on remote vpn-policy remove-peer short

# --- the line is a secret, and everybody sees arguments
said=$(on local vpn-connect import --run-as alice --name office "$line" 2>&1)
same 64 $? 'import of the line as an argument'
matches 'give it on standard input or in a file' "$said" 'says how else'
check 'and makes nothing' on local sh -c '! find /etc/sallyport /home/alice -name "*office*" | grep .'

# --- the service does not run: said, and the key can be sent, or handed in later
before=$(policy_state)
said=$(import --run-as alice --name office "$line" 2>&1)
same 76 $? 'import while no service runs'
matches 'office: its key was not handed in: what takes keys on remote does not run' "$said" 'it says so'
matches 'sallyport-hand-in.socket' "$said" 'and what the administrator can do'
matches '^ssh-ed25519 [A-Za-z0-9+/]{68} laptop$' "$(tail -n 1 <<<"$said")" 'the public key is the last line'
check 'profile and key are made' on local test -e /etc/sallyport/connect/office.conf -a -e /home/alice/.ssh/id_sallyport_office
unchanged "$before" 'no service'
tried hand-in-no-service

hand_in_service

# --- the one-time key can do nothing else
one_time "$line"
LEDGER_STATE=$(vpn_state remote)
before=$(policy_state)
for request in pppd "pppd ready=0123456789abcdef link=ppptun" sshroute status; do
	attack_as hand-in-other "$request" 'the peer has no key yet' with_one_time -T slave@remote "$request"
done
attack_as hand-in-shell 'a shell' 'a shell was asked for' with_one_time -T slave@remote
said=$(with_one_time -tt slave@remote 2>&1 </dev/null)
matches 'PTY allocation request failed' "$said" 'no terminal'
session_over
attack_as hand-in-command 'a command' 'verb "id"' with_one_time -T slave@remote id
attack_as hand-in-command 'a subsystem' 'verb|sftp' with_one_time -T -s slave@remote sftp
key=$(fresh_key a)
for text in 'hand-in' 'hand-in ' 'hand-in key=' "hand-in key=${key%?}" "hand-in key=${key}A" "hand-in key=$key " "hand-in  key=$key" \
	"hand-in key=$key key=$key" "hand-in key=$key;id" "hand-in key=AAAAC3NzaC1lZDI1NTE5AAAAI$(printf 'A%.0s' {1..43})x" \
	"hand-in key=$(printf '\377%.0s' {1..68})" "hand-in key=$(printf 'A%.0s' {1..68})" "hand-in peer=bob key=$key" \
	"hand-in key=$(printf 'A%.0s' {1..4000})"; do
	attack_as hand-in-garbage "${text:0:60}" 'expected key=|key:|expected printable|too long' with_one_time -T slave@remote "$text"
done
on -u mallory local ssh -N -o BatchMode=yes -o IdentitiesOnly=yes -i /home/mallory/one-time \
	-L 127.0.0.1:7777:127.0.0.1:22 slave@remote 2>/dev/null &
forwarder=$!
wait_for "$HOST_DEADLINE" 'a port that is listened at' host_listens local 7777
said=$(on local timeout "$HOST_DEADLINE" bash -c 'exec 5<>/dev/tcp/127.0.0.1/7777; head -c 4 <&5')
on local kill "$(on local pgrep -u mallory -x ssh)"
wait "$forwarder"
same '' "$said" 'nothing comes through a forwarded port'
said=$(with_one_time -o ExitOnForwardFailure=yes -R 7778:127.0.0.1:22 -T slave@remote status 2>&1)
same 255 $? 'no port is listened at there'
session_over
said=$(with_one_time -W 127.0.0.1:22 slave@remote 2>&1 </dev/null)
matches 'administratively prohibited|open failed' "$said" 'nothing is connected to there'
tried hand-in-forward
unchanged "$before" 'all of that'

# --- who else could: not with another key, nor past the agent, nor another user of the remote
host_key local alice >/dev/null
on remote install -m 644 /dev/null /root/bob.pub
fresh_key bob >/dev/null
cp "$local/root/bob.pub" "$remote/root/bob.pub"
bob=$(cut -d' ' -f2 "$local/root/bob.pub")
check 'a peer with a key' on remote vpn-policy add-peer bob --key /root/bob.pub --host remote
before=$(policy_state)
LEDGER_STATE=$(vpn_state remote)
cp "$local/root/bob" "$local/home/mallory/bob"
on local chown mallory /home/mallory/bob
attack hand-in-own-key 'no key is awaited' on -u mallory local ssh -T -o BatchMode=yes -o IdentitiesOnly=yes -i /home/mallory/bob \
	slave@remote "hand-in key=$key"
host_account remote eve
on remote chmod 666 "$SOCKET"
matches '^(|refused.*)$' "$(pass_on eve laptop "$key")" 'another user of the remote gets no answer'
matches '^(|refused.*)$' "$(pass_on root laptop "$key")" 'nor does root'
on remote chmod 660 "$SOCKET"
matches 'Permission denied' "$(pass_on eve laptop "$key")" 'and cannot even connect'
matches 'uid [0-9]+ was refused: only the account slave passes on keys' "$(cat "$remote/var/log/take-key")" 'which the log of the service has'
unchanged "$before" 'another user'
tried hand-in-other-user

# --- the account, taken over: only what is awaited, and only a key that is nobody's
same "$KNOWN" "$(pass_on slave laptop "$bob")" "the key of another peer is not taken"
same "$KNOWN" "$(pass_on slave laptop "$(sed -n 's/^HandInKey ssh-ed25519 //p' "$remote$PEERS/laptop.conf")")" 'nor the one-time key itself'
same "$OVER" "$(on -u slave remote python3 "$SEND" send "$SOCKET" bob "$key" "$(digest_of laptop)")" 'nor one for a peer that has a key'
same "$OVER" "$(on -u slave remote python3 "$SEND" send "$SOCKET" nobody "$key" "$(digest_of laptop)")" 'nor for one that is none'
same "$OVER" "$(on -u slave remote python3 "$SEND" send "$SOCKET" laptop "$key" "$(ssh-keygen -lf "$local/root/bob.pub" | cut -d' ' -f2)")" \
	'nor with another one-time key'
# An authority's key would let in whom it signed as whoever they are; and whose key it is cannot be told of a file
# with an error.
cp "$remote/etc/sallyport/agent.conf" "$WORLD/agent.conf"
sed -i "s|^End|Authority ssh-ed25519 $key\nEnd|" "$remote/etc/sallyport/agent.conf"
vpn_settle "$remote/etc/sallyport/agent.conf"
same "$KNOWN" "$(pass_on slave laptop "$key")" "an authority's key is not taken"
cat "$WORLD/agent.conf" >"$remote/etc/sallyport/agent.conf"
vpn_settle "$remote/etc/sallyport/agent.conf"
printf 'Key ssh-ed25519 %s\nShell /bin/sh\n' "$key" | host_file remote "$PEERS/broken.conf"
same "$FAILED" "$(pass_on slave laptop "$key")" 'nor any while a peer has a file with an error'
matches 'broken\.conf:2:' "$(cat "$remote/var/log/take-key")" 'which the log of the service has'
rm "$remote$PEERS/broken.conf"
for each in ../laptop '' 'lap top' "$(printf 'a%.0s' {1..33})"; do
	matches '^(|refused.*)$' "$(on -u slave remote python3 "$SEND" send "$SOCKET" "$each" "$key" "$(digest_of laptop)" 2>&1)" "no name: '$each'"
done
matches '^(|refused.*)$' "$(on -u slave remote python3 "$SEND" send "$SOCKET" laptop "$(printf 'A%.0s' {1..69})" "$(digest_of laptop)" 2>&1)" 'no key'
for bytes in 0 1 133 135 100000; do
	matches '^([0-9]*|refused.*)$' "$(head -c "$bytes" /dev/urandom | on -u slave remote python3 "$SEND" raw "$SOCKET" 2>&1)" "$bytes bytes of anything"
done
tried hand-in-account

# take_keys: how many of the service run.
take_keys()
{
	on remote sh -c 'ps -eo args | grep -c "^/usr/sbin/vpn-policy take-ke[y]"'
}
# One that says nothing is not waited for.
on -u slave remote python3 "$SEND" wait "$SOCKET" &
slow=$!
check 'one that says nothing is left' wait "$slow"
same 0 "$(take_keys)" 'and nothing waits for it'
unchanged "$before" 'the account alone'
tried hand-in-slow

# --- what is in its way there
vpn_lock_peers remote
said=$(import --run-as alice --name office "$line" 2>&1)
same 75 $? 'import while somebody changes the policy'
matches 'somebody is changing the policy of remote at this moment: import again' "$said" 'it says so'
vpn_unlock_peers
unchanged "$before" 'somebody at work'
tried hand-in-busy

on remote sh -c 'cp -a /etc/sallyport/peers /root/peers; mount -t tmpfs -o size=16k,mode=750 none /etc/sallyport/peers
	chgrp slave /etc/sallyport/peers; cp -a /root/peers/. /etc/sallyport/peers/
	cat /dev/zero >/etc/sallyport/peers/.full.sallyport-x' 2>/dev/null
said=$(import --run-as alice --name office "$line" 2>&1)
same 76 $? 'import with a full disk there'
matches 'remote has no room on its disk for the key' "$said" 'it says so'
on remote sh -c 'cmp /root/peers/laptop.conf /etc/sallyport/peers/laptop.conf && umount /etc/sallyport/peers' || fail 'a full disk: the file is as it was'
unchanged "$before" 'a full disk'
tried hand-in-disk-full

on remote sh -c "mv $AUTHORIZED /root/kept && cp /root/kept /root/list && ln -s /root/list $AUTHORIZED"
same "$FAILED" "$(pass_on slave laptop "$key")" 'authorized_keys that cannot be written'
on remote sh -c "rm $AUTHORIZED && mv /root/kept $AUTHORIZED"
unchanged "$before" 'authorized_keys that cannot be written'

# late: while somebody was connected, or by sshd's own clock.
sed "s/^HandInUntil .*/HandInUntil 2020-01-01T00:00:00Z/" "$remote$PEERS/laptop.conf" >"$WORLD/late.conf"
cp "$remote$PEERS/laptop.conf" "$WORLD/laptop.conf"
on remote vpn-policy authorized-keys --write "$AUTHORIZED"
before=$(policy_state)
LEDGER_STATE=$(vpn_state remote)
cat "$WORLD/late.conf" >"$remote$PEERS/laptop.conf"
vpn_settle "$remote$PEERS/laptop.conf"
attack hand-in-late 'HandInKey ended at 2020-01-01T00:00:00Z' with_one_time -T slave@remote "hand-in key=$key"
same "$LATE" "$(pass_on slave laptop "$key")" 'late: the service looks at its own clock'
matches 'warning: laptop handed in no key, and cannot any more since 2020-01-01' "$(on remote vpn-policy check 2>&1)" 'late: check says so'
lacks '^error: ' "$(on remote vpn-policy audit 2>&1 | grep laptop)" 'late: which is no error of the host'
on remote vpn-policy authorized-keys --write "$AUTHORIZED"
lacks 'laptop' "$(on remote cat "$AUTHORIZED")" 'late: sshd knows it no more'
said=$(import --run-as alice --name office "$line" 2>&1)
same 77 $? 'late: import'
matches 'remote does not know the one-time key: it was used already, was taken back or has ended' "$said" 'late: it says what it knows'
matches '^ssh-ed25519 [A-Za-z0-9+/]{68} laptop$' "$(tail -n 1 <<<"$said")" 'late: the key can still be sent'
cat "$WORLD/laptop.conf" >"$remote$PEERS/laptop.conf"
vpn_settle "$remote$PEERS/laptop.conf"
on remote vpn-policy authorized-keys --write "$AUTHORIZED"
unchanged "$before" 'late'

# --- from the invitation to the link, with nothing passed back
said=$(import --run-as alice --name office "$line" 2>&1)
same 0 $? 'import hands in the key'
matches '^office: remote has its key$' "$said" 'and says so'
lacks 'set-peer' "$said" 'nothing is left to do for the administrator'
file=$(on remote cat "$PEERS/laptop.conf")
lacks 'HandIn|none' "$file" 'the peer has no one-time key any more'
own=$(cut -d' ' -f1,2 "$local/home/alice/.ssh/id_sallyport_office.pub")
matches "^Key       ${own//+/[+]}\$" "$file" 'but the key of the profile'
same '640 root slave' "$(on remote stat -c '%a %U %G' "$PEERS/laptop.conf")" 'its file is still for the account alone'
matches "^command=\"/usr/libexec/sallyport/vpn-agent laptop\",restrict ${own//+/[+]} laptop\$" "$(on remote cat "$AUTHORIZED")" 'sshd knows it'
lacks 'expiry-time' "$(on remote cat "$AUTHORIZED")" 'and no other'
matches 'laptop: its key is SHA256:.*, which it handed in' "$(cat "$remote/var/log/take-key")" 'the log of the service has it'
matches 'verdict=allow .*peer=laptop verb=hand-in .*reason="the key used is HandInKey"' "$(vpn_log remote)" 'and that of the agent'
secret=$(tail -n 3 "$local/home/mallory/one-time" | head -n 1)
check 'the one-time key was on no disk of the local host' on local sh -c \
	"! grep -rlF -e '$secret' /etc /run /tmp /root /var/log /home/alice 2>/dev/null | grep ."
check 'up' on local vpn-connect up office
check 'the other end answers' host_answers local 10.9.0.2

# --- once: by the same side again, by somebody else, and at the same moment
before=$(policy_state)
said=$(import --run-as alice --name office "$line" 2>&1)
same 0 $? 'imported again: the key is there'
matches '^office: remote has its key$' "$said" 'imported again: it says so'
said=$(import --run-as mallory --name other "$line" 2>&1)
same 77 $? 'imported by somebody else'
matches 'remote does not know the one-time key: it was used already' "$said" 'somebody else: it says so'
matches 'somebody else may have: tell the administrator' "$said" 'somebody else: and whom to tell'
check 'the link stays up' host_answers local 10.9.0.2
check 'down' on local vpn-connect down office
wait_for "$HOST_DEADLINE" 'the end of the session' vpn_free remote
LEDGER_STATE=$(vpn_state remote)
attack hand-in-twice 'nothing' with_one_time -T slave@remote "hand-in key=$key"
same "$OVER" "$(on -u slave remote python3 "$SEND" send "$SOCKET" laptop "$key" "$(ssh-keygen -lf "$local/home/mallory/one-time" | cut -d' ' -f2)")" \
	'the service does not take a second one'
unchanged "$before" 'twice'

# --- import --up: and the link with it
said=$(import --up --run-as alice --name phone "$(on remote vpn-policy add-peer phone --invite --host remote 2>/dev/null | tail -n 1)" 2>&1)
same 64 $? 'import --up without a one-time key'
matches 'the remote has to be told the public key first' "$said" 'says why not'
check_not 'and makes nothing' on local test -e /etc/sallyport/connect/phone.conf
on remote vpn-policy remove-peer phone 2>/dev/null
said=$(import --up --run-as alice --name phone "$(invite phone)" 2>&1)
same 0 $? 'import --up'
matches '^phone is up: ' "$said" 'says that it is up'
check 'it is' on local vpn-connect status --quiet phone
check 'and goes down' on local vpn-connect down phone
wait_for "$HOST_DEADLINE" 'the end of the session' vpn_free remote
on remote vpn-policy remove-peer phone 2>/dev/null

# Nobody reads what is said of it: all is done.
line=$(invite unread)
check_exit 0 'import --up that nobody reads' unread import --up --run-as alice --name unread "$line"
check 'it is up' on local vpn-connect status --quiet unread
on local vpn-connect down --quiet unread
wait_for "$HOST_DEADLINE" 'the end of the session' vpn_free remote
on remote vpn-policy remove-peer unread 2>/dev/null

# Many at the same moment: one of them is the peer.
line=$(invite many)
one_time "$line"
keys=() pids=()
for i in 1 2 3 4 5 6; do
	keys+=("$(fresh_key "many$i")")
done
for i in 1 2 3 4 5 6; do
	(with_one_time -T slave@remote "hand-in key=${keys[i - 1]}" >/dev/null 2>&1; echo $? >"$WORLD/many.$i") &
	pids+=($!)
done
wait "${pids[@]}"
same 1 "$(grep -lx 0 "$WORLD"/many.? | wc -l)" 'at the same moment: one of them is taken'
won=$(grep -lx 0 "$WORLD"/many.?)
same "Key       ssh-ed25519 ${keys[${won##*.} - 1]}" "$(grep '^Key ' "$remote$PEERS/many.conf")" 'the one that was told so'
tried hand-in-race

# set-peer ends it as well.
line=$(invite sent)
check 'the key is sent instead' on remote sh -c "echo ssh-ed25519 $(fresh_key sent) | vpn-policy set-peer sent --key -"
lacks 'HandIn' "$(on remote cat "$PEERS/sent.conf")" 'which ends the hand-in'
said=$(import --run-as mallory --name sent "$line" 2>&1)
same 77 $? 'and nobody can use the invitation'

# --- with AuthorizedKeysCommand, with and without an index
conf=$remote/etc/ssh/sshd_config.d/sallyport.conf
sed -i -e '/^\tAuthorizedKeysFile/d' -e '/^\tAuthorizedKeysCommand none/d' -e 's/^\t#\(AuthorizedKeys\)/\t\1/' "$conf"
rm "$remote$AUTHORIZED"
host_stop remote /run/sshd.pid
host_sshd remote
for index in '' index; do
	[ -z "$index" ] || on remote vpn-policy authorized-keys --index
	line=$(invite "asked$index")
	said=$(import --run-as alice --name "asked$index" "$line" 2>&1)
	same 0 $? "AuthorizedKeysCommand: import${index:+, with an index}"
	matches "^asked$index: remote has its key\$" "$said" 'it says so'
	matches "^sallyport/1 status peer=asked$index " "$(on -u alice local ssh -T -o BatchMode=yes -o IdentitiesOnly=yes \
		-i "/home/alice/.ssh/id_sallyport_asked$index" -F "/etc/sallyport/ssh/asked$index.conf" slave@remote status)" 'the key works'
done

# A host whose keys the invitation does not have gets no key, and nothing is handed in.
line=$(invite pinned)
on remote sh -c 'mv /etc/ssh/ssh_host_ed25519_key /root/key; mv /etc/ssh/ssh_host_ed25519_key.pub /root/key.pub'
host_stop remote /run/sshd.pid
host_sshd remote
before=$(on remote cat "$PEERS/pinned.conf")
said=$(import --run-as alice --name pinned "$line" 2>&1)
same 77 $? 'another host in its place'
matches '[Hh]ost key' "$said" 'it is said'
same "$before" "$(on remote cat "$PEERS/pinned.conf")" 'nothing was handed in'
tried hand-in-host
ledger_end
