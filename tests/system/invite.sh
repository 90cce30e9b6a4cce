#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A peer that is added by one command on each side, from the invitation to the first ping, and what
# becomes of one that is removed. Then all that can go wrong on the way: a clear message, and both
# hosts as they were.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/invite.sh
. "$SRC/tests/lib/invite.sh"

# --- from nothing to the first ping
pool 10.9.0.0/24 fd00:9::/112
on remote install -m 644 /dev/null "$AUTHORIZED"
said=$(add laptop --invite --from 198.51.100.0/24 --offer 10.2.0.0/16 --route 192.0.2.0/24 --expires 2099-01-01)
same 0 $? 'add-peer --invite'
matches '^laptop: "pppd": deny \(77\)' "$said" 'it says what the agent would answer'
matches 'the peer has no key yet' "$said" 'and why'
line=$(tail -n 1 <<<"$said")
matches '^sallyport1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{11}$' "$line" 'the invitation is one word'
matches '^Address   10\.9\.0\.2 10\.9\.0\.3$' "$(on remote cat /etc/sallyport/peers/laptop.conf)" 'with addresses of IPv4'
matches '^Address6  fd00:9::2 fd00:9::3$' "$(on remote cat /etc/sallyport/peers/laptop.conf)" 'and of IPv6'
same '640 root slave' "$(on remote stat -c '%a %U %G' /etc/sallyport/peers/laptop.conf)" 'the account may read it'
check 'nothing is left beside it' on remote sh -c '! find /etc/sallyport -name "*sallyport-*" | grep .'

same "$line" "$(on remote vpn-policy invite laptop --host remote 2>/dev/null)" 'invite prints it once more'
on remote rm -f /usr/bin/qrencode
matches 'no QR code: install qrencode' "$(on remote vpn-policy invite laptop --host remote --qr 2>&1)" 'a QR code needs qrencode'
# As it were: bash -t UTF8, a script there. Its arguments anybody can see.
on remote install -m 755 /bin/bash /usr/bin/qrencode
on remote sh -c 'echo "cat; echo \" \$# more\"" >/UTF8'
same "$line 0 more" "$(on remote vpn-policy invite laptop --host remote --qr 2>/dev/null | head -n 1)" 'which reads the line, and has it in no argument'
on remote rm /UTF8
on remote rm /usr/bin/qrencode
check_exit 78 'nobody is invited who is no peer' on remote vpn-policy invite nobody
check_exit 64 'nor by a name that leads elsewhere' on remote vpn-policy invite ../laptop

# Nobody can be that peer before it has a key, even where sshd does not tell which it was.
key=$(host_key local alice | cut -d' ' -f1,2)
echo "command=\"/usr/libexec/sallyport/vpn-agent laptop\",restrict $key laptop" | host_file remote "$AUTHORIZED"
host_trust local remote
for info in required optional; do
	printf 'AuthInfo %s\nPool 10.9.0.0/24 fd00:9::/112\nEnd\n' "$info" | host_file remote /etc/sallyport/agent.conf
	vpn_settle "$remote/etc/sallyport/peers/laptop.conf"
	said=$(vpn_ask status 2>&1)
	same 77 $? "AuthInfo $info: a line that was written by hand lets nobody in"
done
tried invite-no-key
check 'and the log says why' wait_for "$HOST_DEADLINE" 'a record' \
	grep -q 'the peer has no key yet (Key none)' "$remote/var/log/messages"
pool 10.9.0.0/24 fd00:9::/112
on remote install -m 644 /dev/null "$AUTHORIZED"
rm "$local/etc/ssh/ssh_known_hosts"

# The local side: files, in the order of what can fail.
# By the first program of Sallyport that runs there.
on local rm -rf /run/sallyport/connect
said=$(import --name office "$line" 2>&1)
same 0 $? 'import'
same 755 "$(on local stat -c %a /run/sallyport/connect)" 'the way to the control sockets of RunAs stays open'
matches '^office: host key ssh-ed25519 SHA256:' "$said" 'it says which host key it pins'
matches '^office: takes packets for 10\.2\.0\.0/16$' "$said" 'and what is routed'
matches '^office: ' "$said" 'check says how it looks'
public=$(tail -n 1 <<<"$said")
matches '^ssh-ed25519 [A-Za-z0-9+/=]+ laptop$' "$public" 'the public key is the last line'
same '600 alice' "$(on local stat -c '%a %U' /home/alice/.ssh/id_sallyport_office)" 'the key is the account alone'
same '640 root' "$(on local stat -c '%a %U' /etc/sallyport/connect/office.conf)" 'the profile is root alone'
same '644 root' "$(on local stat -c '%a %U' /etc/sallyport/ssh/office.known_hosts)" 'anybody may read the host key'
matches "^sallyport-office $(cut -d' ' -f1,2 "$remote/etc/ssh/ssh_host_ed25519_key.pub" | sed 's/[+]/[+]/g')\$" \
	"$(on local cat /etc/sallyport/ssh/office.known_hosts)" 'which is that of the remote'
lacks 'alice' "$(on local sh -c 'cat /home/alice/.ssh/known_hosts 2>/dev/null')" 'the file of the account is not touched'

before=$(local_state)
said=$(import --name office "$line" 2>&1)
same 0 $? 'imported twice'
same "$public" "$(tail -n 1 <<<"$said")" 'imported twice: the same key'
same "$before" "$(local_state)" 'imported twice: nothing changes'
same "$public" "$(printf '%s\r\n' "${line:0:60}" "  ${line:60}" | on local vpn-connect import --run-as alice --name office - 2>/dev/null | tail -n 1)" \
	'a line that was broken on its way, from standard input'
on local sh -c "echo '$line' >/root/line"
same "$public" "$(import --name office /root/line 2>/dev/null | tail -n 1)" 'a file with the line'

# What is said, so that it can be compared.
said=$(import --name office "$line" 2>/dev/null)
matches '^office: slave@remote, as the peer laptop; ssh runs as alice$' "$said" 'import says whose account and peer'
matches '^office: link 10\.9\.0\.3 here, 10\.9\.0\.2 there$' "$said" 'and the addresses'
matches '^office: link fd00:9::3 here, fd00:9::2 there$' "$said" 'of both families'

# The remote is told the key: the only thing that passes back.
said=$(on remote vpn-policy set-peer laptop --key - <<<"$public" 2>&1)
same 0 $? 'set-peer --key'
matches '^\+ gains the key SHA256:' "$said" 'it says what changes'
matches '^laptop: "pppd": allow \(0\)' "$said" 'and what the agent would answer'
matches " ${public//+/[+]}\$" "$(on remote cat "$AUTHORIZED")" 'authorized_keys has the line'
check 'up' on local vpn-connect up office
check 'the other end answers over IPv4' host_answers local 10.9.0.2
check 'the other end answers over IPv6' host_answers local fd00:9::2
matches '^10.2.0.0/16 dev sp-office' "$(on local ip route)" 'the offer is a route here'
matches '^192.0.2.0/24 dev sp-laptop' "$(on remote ip route)" 'the route is one there'

# Another host in its place, with another key, is not the one.
check 'down' on local vpn-connect down office
wait_for "$HOST_DEADLINE" 'the end of the session' vpn_free remote
on local cp /etc/sallyport/ssh/office.known_hosts /root/known
host_key local alice >/dev/null
on local sh -c "echo 'sallyport-office $key' >/etc/sallyport/ssh/office.known_hosts"
said=$(on local vpn-connect up --once office 2>&1)
same 77 $? 'another host key: no link'
tried invite-host
matches '[Hh]ost key' "$said" 'another host key: it is said'
on local cp /root/known /etc/sallyport/ssh/office.known_hosts
check 'up again' on local vpn-connect up office

# --- set-peer changes one word
said=$(on remote vpn-policy set-peer laptop Sessions 2 2>&1)
same 0 $? 'set-peer'
matches '^\+ sessions at a time: 2, was 1' "$said" 'set-peer says what changes'
check 'the link stays up' host_answers local 10.9.0.2
refuses policy 78 'Mru 576 is less than IPv6 takes' 'a value that does not fit' on remote vpn-policy set-peer laptop Mru 576
refuses policy 78 'not a request' 'a value that is none' on remote vpn-policy set-peer laptop Allow shell
refuses policy 64 'is no keyword' 'a keyword that is none' on remote vpn-policy set-peer laptop Shell yes
refuses policy 64 'no value; --drop removes it' 'a keyword without a value' on remote vpn-policy set-peer laptop Reach
refuses policy 64 'not a value' 'a value with a line feed in it' on remote vpn-policy set-peer laptop Offer $'10.3.0.0/16\nReach any'
refuses policy 64 'not a value' 'a value that begins a comment' on remote vpn-policy set-peer laptop Reach '#any'
refuses policy 78 'there is no such peer' 'a peer that is none' on remote vpn-policy set-peer nobody Mru 1400
refuses policy 78 'Allow is missing' 'a keyword that has to be there' on remote vpn-policy set-peer laptop --drop Allow
check 'set-peer --drop' on remote vpn-policy set-peer laptop --drop Route
lacks '^Route' "$(on remote cat /etc/sallyport/peers/laptop.conf)" 'it is gone'

# --- nobody reads what is said of a change: it is made, and 71 says that the output was not written
peers=$remote/etc/sallyport/peers
unheard()
{
	check_exit 71 "$1, of which nobody hears" unread on remote vpn-policy "$@"
}
unheard set-peer laptop Sessions 1
matches '^Sessions  *1$' "$(<"$peers/laptop.conf")" 'the value is another'
unheard add-peer --host remote --invite --hand-in phone
matches '^HandInKey ' "$(<"$peers/phone.conf")" 'the peer is added'
before=$(<"$peers/phone.conf")
unheard invite --host remote --hand-in phone
check_not 'the invitation is another' test "$before" = "$(<"$peers/phone.conf")"
unheard remove-peer phone
check_not 'the peer is gone' test -e "$peers/phone.conf"
check 'nothing is left beside that' on remote sh -c '! find /etc/sallyport -name "*sallyport-*" | grep .'

# --- remove-peer ends what runs
pid=$(vpn_launched remote "$PPPTUN")
said=$(on remote vpn-policy remove-peer laptop 2>&1)
same 0 $? 'remove-peer'
matches '^laptop: 1 session was ended$' "$said" 'it says what it ended'
check 'the program has ended' wait_for "$HOST_DEADLINE" 'its end' test ! -e "$remote/proc/$pid"
check 'no session is held' vpn_free remote
lacks 'laptop' "$(on remote cat "$AUTHORIZED")" 'authorized_keys has no line of it'
same 0 "$(on remote find /etc/sallyport/peers -mindepth 1 | wc -l)" 'its file is gone'
tried invite-removed
said=$(on -u alice local ssh -T -o BatchMode=yes -i /home/alice/.ssh/id_sallyport_office -o IdentitiesOnly=yes \
	-F /etc/sallyport/ssh/office.conf slave@remote status 2>&1)
same 255 $? 'it cannot log in again'
matches 'Permission denied \(publickey\)' "$said" 'as sshd does not know its key'
refuses policy 78 'there is no such peer' 'removed twice' on remote vpn-policy remove-peer laptop
on local vpn-connect down office >/dev/null 2>&1

# --- the account may lock any byte of the sessions' file: what it names there is not believed
# hold_as OFFSET-NAME PID: as the account, the bytes of a session of that peer, naming that process.
cat >"$remote/usr/local/bin/hold" <<'EOF'
use Digest::SHA 'sha256';
use Fcntl;
my ($peer, $pid) = @ARGV;
sub at { (unpack('Q>', sha256($_[0]))) >> 2 }
open(my $file, '+<', '/run/sallyport/sessions') or die "open: $!";
for my $byte (at("slot $peer 0"), at("pid $peer 0") + $pid) {
	# F_OFD_SETLK of F_WRLCK
	fcntl($file, 37, pack('ssx4qqix4', 1, 0, $byte, 1, 0)) or die "lock: $!";
}
print "held\n";
close(STDOUT);
sleep;
EOF
add ghost --invite >/dev/null
on remote sh -c 'sleep infinity & echo $! >/root/victim'
victim=$(on remote cat /root/victim)
on -u slave remote perl /usr/local/bin/hold ghost "$victim" >"$WORLD/held" &
holder=$!
wait_for "$HOST_DEADLINE" 'the lock' grep -q held "$WORLD/held"
said=$(on remote vpn-policy remove-peer ghost 2>&1)
same 71 $? 'a session that names another process is not ended'
matches "names process $victim, which does not hold it" "$said" 'and that is said'
check "root's process lives" on remote kill -0 "$victim"
on remote kill "$victim"
tried invite-names-another
on remote sh -c 'for dir in /proc/[0-9]*; do case $(tr "\0" " " 2>/dev/null <$dir/cmdline) in "perl /usr/local/bin/hold "*) kill "${dir#/proc/}" ;; esac; done'
wait "$holder" 2>/dev/null
check_not 'it is no peer any more' on remote test -e /etc/sallyport/peers/ghost.conf

# --- one whose file somebody removed by hand
on local vpn-connect import --run-as alice --name office "$line" >/dev/null 2>&1
printf '%s\n' "Key $(cut -d' ' -f1,2 <<<"$public")" 'Allow pppd sshroute' 'Address 10.9.0.2 10.9.0.3' 'Address6 fd00:9::2 fd00:9::3' |
	vpn_peer remote laptop
vpn_authorize remote
check 'up once more' on local vpn-connect up office
on remote rm /etc/sallyport/peers/laptop.conf
matches '^laptop: 1 session was ended$' "$(on remote vpn-policy remove-peer laptop 2>&1)" 'its session is ended as well'
check 'no session is held any more' vpn_free remote
on local vpn-connect down office >/dev/null 2>&1

# --- a key that is there already
host_account local bob
host_key local bob | host_file remote /root/bob.pub
host_key local alice | host_file remote /root/alice.pub
check 'add-peer --key' add bob --key /root/bob.pub --from 198.51.100.0/24
matches ' bob$' "$(on remote cat "$AUTHORIZED")" 'it may log in at once'
refuses policy 78 'there is a peer of that name already' 'the name is taken' add bob --key /root/alice.pub
refuses policy 78 'Key is another peer.s as well' 'the key of another peer' add amy --key /root/bob.pub
refuses policy 64 'is not a peer.s name' 'a name that leads elsewhere' add ../amy --invite
refuses policy 64 'is not a peer.s name' 'a name with an option in it' add -- --invite --invite
refuses policy 64 'needs the peer.s public key' 'neither key nor invitation' add amy
refuses policy 64 'needs the peer.s public key' 'both' add amy --invite --key /root/alice.pub
refuses policy 78 'cannot open it' 'a key that is not there' add amy --key /root/none.pub
refuses policy 78 'is a private key' 'a private key' add amy --key /etc/ssh/ssh_host_ed25519_key
refuses policy 78 'has no public key' 'a file without a key' add amy --key /etc/hostname
refuses policy 64 'in the past' 'a day that is over' add amy --invite --expires 2020-01-01
refuses policy 64 'expected a day' 'a day that is none' add amy --invite --expires tomorrow
refuses policy 78 'default route' 'a default route' add amy --invite --route 0.0.0.0/0
refuses policy 78 'covers a link address of' "a route that covers another's link" add amy --invite --route 10.9.0.2/32
refuses policy 78 'covers this host.s own address' "a route that covers this host" add amy --invite --route 198.51.100.0/24
refuses policy 64 'expected a network' 'a network with more in it' add amy --invite --offer $'10.3.0.0/16\nReach any'
refuses policy 64 '\-\-host' 'a host that is an option' on remote vpn-policy add-peer amy --invite --host -oProxyCommand=id
refuses policy 78 'no host key in /etc/ssh' 'no host key' on remote sh -c \
	'mount -t tmpfs none /etc/ssh; vpn-policy add-peer amy --invite; code=$?; umount /etc/ssh; exit $code'
on remote sh -c 'printf "Pool 10.9.0.0/24\nAccount\nEnd\n" >/root/agent.conf'
refuses policy 78 'agent\.conf:2:' 'a broken agent.conf' on remote sh -c \
	'mount --bind /root/agent.conf /etc/sallyport/agent.conf; vpn-policy add-peer amy --invite; code=$?; umount /etc/sallyport/agent.conf; exit $code'
echo nonsense | host_file remote /etc/sallyport/peers/broken.conf
refuses policy 78 'nothing is added to a policy with errors' 'a broken peer' add amy --invite
rm "$remote/etc/sallyport/peers/broken.conf"
on remote sh -c "mv $AUTHORIZED /root/authorized && ln -s /root/authorized $AUTHORIZED"
refuses policy 78 'the peer is not added' 'authorized_keys that cannot be written' add amy --key /root/alice.pub
on remote mv /root/authorized "$AUTHORIZED"
refuses policy 71 'No space left|cannot write' 'no room for the file' on remote sh -c \
	'mount -t tmpfs -o size=4k,mode=750 none /etc/sallyport/peers; cat /dev/zero >/etc/sallyport/peers/.full.sallyport-x
	vpn-policy add-peer amy --invite; code=$?
	rm /etc/sallyport/peers/.full.sallyport-x; find /etc/sallyport/peers -mindepth 1; umount /etc/sallyport/peers; exit $code' 2>/dev/null

# --- a change to one peer is none to what others wrote into authorized_keys
on remote cp "$AUTHORIZED" /root/authorized
hand="from=\"198.51.100.0/24\",command=\"/usr/libexec/sallyport/vpn-agent bob\",restrict $(on remote cut -d' ' -f1,2 /root/bob.pub) of bob's"
printf '%s\n' '# a note' "$hand" | host_file remote "$AUTHORIZED"
said=$(add amy --key /root/alice.pub --from 198.51.100.0/24)
same 0 $? 'add-peer beside a line that was written by hand'
same "# a note
$hand" "$(on remote head -n 2 "$AUTHORIZED")" 'which stays'
matches '^command=.*/vpn-agent amy",restrict .* amy$' "$(on remote tail -n 1 "$AUTHORIZED")" 'the new one follows'
said=$(on remote vpn-policy set-peer bob Sessions 2 2>&1)
same 0 $? "set-peer of that line's peer"
matches 'authorized_keys:2: was not written by vpn-policy, and stays' "$said" 'says that the line stays'
same 1 "$(on remote grep -c 'vpn-agent bob' "$AUTHORIZED")" 'and adds none that allows more'
tried invite-hand-line

# What could not be written is written by the same command again.
on remote sh -c "mv $AUTHORIZED /root/kept && ln -s /root/kept $AUTHORIZED"
check_exit 78 'set-peer when authorized_keys cannot be written' on remote vpn-policy set-peer amy --key /etc/ssh/ssh_host_ed25519_key.pub
on remote mv /root/kept "$AUTHORIZED"
matches ': unchanged' "$(on remote vpn-policy set-peer amy --key /etc/ssh/ssh_host_ed25519_key.pub 2>&1)" 'set-peer again'
matches "vpn-agent amy\",restrict $(cut -d' ' -f1,2 "$remote/etc/ssh/ssh_host_ed25519_key.pub" | sed 's/[+]/[+]/g') amy" \
	"$(on remote cat "$AUTHORIZED")" 'mends it'
on remote sh -c "mv $AUTHORIZED /root/kept && ln -s /root/kept $AUTHORIZED"
check_exit 78 'remove-peer when authorized_keys cannot be written' on remote vpn-policy remove-peer amy
on remote mv /root/kept "$AUTHORIZED"
matches "the peer's line was removed" "$(on remote vpn-policy remove-peer amy 2>&1)" 'remove-peer again'
lacks 'vpn-agent amy' "$(on remote cat "$AUTHORIZED")" 'mends it'
refuses policy 78 'there is no such peer' 'and a third time' on remote vpn-policy remove-peer amy

# Whoever reads what is said goes away: the change is whole.
add amy --key /root/alice.pub --from 198.51.100.0/24 >/dev/null
on remote bash -c 'vpn-policy remove-peer amy > >(exec true) 2>&1; exit 0'
check_not 'remove-peer into a closed pipe: no file' on remote test -e /etc/sallyport/peers/amy.conf
lacks 'vpn-agent amy' "$(on remote cat "$AUTHORIZED")" 'remove-peer into a closed pipe: no line'
check 'nothing is left beside it' on remote sh -c '! find /etc/sallyport -name "*sallyport-*" | grep .'

# --write waits for a change that is under way, and does not lose it.
on remote mv /root/authorized "$AUTHORIZED"
vpn_lock_peers remote
on remote vpn-policy authorized-keys --write "$AUTHORIZED" >"$WORLD/written" 2>&1 &
writer=$!
wait_for "$HOST_DEADLINE" 'that it waits' waits_for_lock
before=$(on remote cat "$AUTHORIZED")
printf '%s\n' "Key $(on remote cut -d' ' -f1,2 /root/alice.pub)" 'Allow pppd' 'Address 10.9.0.200 10.9.0.201' End |
	host_file remote /etc/sallyport/peers/late.conf
same "$before" "$(on remote cat "$AUTHORIZED")" '--write waits for a change'
vpn_unlock_peers
check 'and then writes' wait "$writer"
matches ' late$' "$(on remote cat "$AUTHORIZED")" 'what that has changed as well'
check 'remove-peer' on remote vpn-policy remove-peer late

# --- without authorized_keys nobody may log in, unless sshd asks: that is said
on remote mv "$AUTHORIZED" /root/authorized
said=$(add eve --key /root/alice.pub --from 198.51.100.0/24)
same 0 $? 'add-peer without authorized_keys'
matches 'unless sshd asks vpn-policy for each key' "$said" 'says what sshd needs'
check_not 'and makes no such file' on remote test -e "$AUTHORIZED"
on remote mv /root/authorized "$AUTHORIZED"
check 'remove-peer' on remote vpn-policy remove-peer eve

# --- a pool that is used up, and one that is not there
pool 10.8.0.0/29
add one --invite >/dev/null
add two --invite >/dev/null
refuses policy 78 'Pool 10\.8\.0\.0/29 is used up' 'a pool that is used up' add three --invite
check 'room again' on remote vpn-policy remove-peer one
said=$(add three --invite)
same 0 $? 'what is free again is taken again'
matches '^Address   10\.8\.0\.2 10\.8\.0\.3$' "$(on remote cat /etc/sallyport/peers/three.conf)" 'the first that is free'
echo End | host_file remote /etc/sallyport/agent.conf
refuses policy 78 'there is no Pool' 'no pool' add four --invite

# --- several at once: each is added or told who is at work, and no address is given twice
pool 10.7.0.0/24 fd00:7::/112
pids=()
for i in 1 2 3 4 5 6; do
	add "many$i" --invite >"$WORLD/many.$i" &
	pids+=($!)
done
wait "${pids[@]}"
added=$(on remote sh -c 'ls /etc/sallyport/peers/many*.conf' | wc -l)
told=$(cat "$WORLD"/many.? | grep -c 'is being edited by')
note "$added added, $told told"
same 6 $((added + told)) 'several at once: each one or the other'
check 'at least one' test "$added" -ge 1
same "$added" "$(on remote sh -c 'cat /etc/sallyport/peers/many*.conf' | grep '^Address ' | sort -u | wc -l)" 'no address twice'
check 'the policy has no error' on remote vpn-policy check
ledger_end
