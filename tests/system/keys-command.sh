#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy as sshd's AuthorizedKeysCommand in place of a file: a real sshd asks it for each
# key, as the account, with and without an index. What policy says counts at the next login.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
host_account local mallory
root=$(host_root remote)
peers=$root/etc/sallyport/peers
conf=$root/etc/ssh/sshd_config.d/sallyport.conf

# The lines for it stand in the installed file, as comments that only have to be taken out.
sed -i -e '/^\tAuthorizedKeysFile/d' -e '/^\tAuthorizedKeysCommand none/d' \
	-e 's/^\t#\(AuthorizedKeys\)/\t\1/' "$conf"
rm "$root/etc/sallyport/authorized_keys"
chmod 640 "$peers/alice.conf"
on remote chgrp slave /etc/sallyport/peers/alice.conf
host_stop remote /run/sshd.pid
host_sshd remote
settings=$(on remote sshd -T -C user=slave,host=local,addr=198.51.100.7)
matches '^authorizedkeyscommand /usr/sbin/vpn-policy authorized-keys --user %u --type %t --key %k$' \
	"$settings" 'sshd asks vpn-policy for keys'
matches '^authorizedkeysfile none$' "$settings" 'and no file'

# status USER: what the agent says to that user of the local host, or ssh's refusal.
status()
{
	on -u "$1" local ssh -T -o BatchMode=yes slave@remote status </dev/null 2>&1
}

# refused USER NAME
refused()
{
	matches 'Permission denied \(publickey\)' "$(status "$1")" "$2"
}

of_alice='sallyport/1 status peer=alice sessions=0/1'
same "$of_alice" "$(status alice)" 'a key of a peer logs in'
host_key local mallory >/dev/null
refused mallory 'a key of no peer does not'

# bob: alice's policy, for mallory's key and with addresses of its own.
bob()
{
	sed -e "s|^Key .*|Key $(host_key local mallory | cut -d' ' -f1,2)|" \
		-e 's|^Address .*|Address 10.9.1.2 10.9.1.1|' -e '/^Route/d' \
		"$peers/alice.conf" | host_file remote /etc/sallyport/peers/bob.conf 644
}
of_bob='sallyport/1 status peer=bob sessions=0/1'
bob
same "$of_bob" "$(status mallory)" 'a peer that is added can log in at once'

# --- by its fingerprint alone, of which authorized_keys can have no line
fingerprint=$(on -u mallory local ssh-keygen -lf .ssh/id_ed25519.pub | cut -d' ' -f2)
sed -i "s|^Key .*|Key $fingerprint|" "$peers/bob.conf"
same "$of_bob" "$(status mallory)" 'a peer whose key is known by its fingerprint can log in'

# --- with an index
check 'the index is made' on remote vpn-policy authorized-keys --index
same '640 root slave' "$(on remote stat -c '%a %U %G' /etc/sallyport/keys.index)" \
	'the index is for the readers of the peers alone'
same "$of_alice" "$(status alice)" 'a key of a peer logs in by the index'
# Who may not list the directory cannot read all files: it is the index that answers.
chmod 710 "$peers"
on remote vpn-policy authorized-keys --index
chmod 640 "$root/etc/sallyport/keys.index"
same "$of_alice" "$(status alice)" 'by the index and nothing else'
chmod 750 "$peers"
rm "$peers/bob.conf"
refused mallory 'a peer that is removed is out at once, whatever the index says'
bob
same "$of_bob" "$(status mallory)" 'and in again'
check 'the index is made anew' on remote vpn-policy authorized-keys --index
sed -i '/^Expires/d; $i Expires 2001-01-01T00:00:00Z' "$peers/bob.conf"
check_exit 77 'what the agent refuses it refuses' status mallory
bob

# An edit in place leaves the directory as it was. Both files lose their keys to each other.
alice_key=$(grep '^Key' "$peers/alice.conf") bob_key=$(grep '^Key' "$peers/bob.conf")
check 'the index is made once more' on remote vpn-policy authorized-keys --index
sed "s|^Key.*|$bob_key|" "$peers/alice.conf" >"$WORLD/alice"
sed "s|^Key.*|$alice_key|" "$peers/bob.conf" >"$WORLD/bob"
cat "$WORLD/alice" >"$peers/alice.conf"
cat "$WORLD/bob" >"$peers/bob.conf"
same "$of_bob" "$(status alice)" 'keys that changed places in place are found where they are'
same "$of_alice" "$(status mallory)" 'both of them'

# What kept a file out when the index was made may have been above it.
chmod o+w "$root/etc/sallyport"
check_exit 78 'an index is made where nothing can be trusted' on remote vpn-policy authorized-keys --index
chmod o-w "$root/etc/sallyport"
on remote mkdir -m 0777 /root/open
for option in --write '--index --index-file'; do
	# shellcheck disable=SC2086 # words of the command line
	check_exit 78 "authorized-keys ${option%% *}: not where others can write the directory" \
		on remote vpn-policy authorized-keys $option /root/open/keys
	check_not "authorized-keys ${option%% *}: nothing is written there" \
		on remote test -e /root/open/keys
done
check 'authorized-keys --write: where root alone can' \
	on remote vpn-policy authorized-keys --write /root/keys
same "root:root 644" "$(on remote stat -c '%U:%G %a' /root/keys)" 'and the account can read it'
touch "$peers/alice.conf"
while touch "$peers/alice.conf"; do sleep 0.1; done &
writer=$!
check_exit 78 'authorized-keys --write: not from a file that is being written' \
	on remote vpn-policy authorized-keys --write /root/others
kill "$writer"
wait "$writer"
check_not 'authorized-keys --write: then there is no file' on remote test -e /root/others
same "$of_bob" "$(status alice)" 'what can be trusted again is read again'

# --- what must end in nothing
vpn_add "$peers/bob.conf" "$bob_key"
rm "$root/etc/sallyport/keys.index"
refused mallory 'a key that two peers have is nobody'"'"'s'
sed -i "\|^$bob_key\$|d" "$peers/bob.conf"
same "$of_alice" "$(status mallory)" 'until one of them has lost it'
chmod 666 "$peers/alice.conf"
refused mallory 'a file that others can write has no key'
same "$of_bob" "$(status alice)" 'and keeps no other peer out'
chmod 644 "$peers/alice.conf"
vpn_add "$root/etc/sallyport/agent.conf" 'Shout yes'
refused mallory 'without a good agent.conf nobody comes in'
host_file remote /etc/sallyport/agent.conf <<<'Account other'
refused mallory 'an account that agent.conf does not name has no keys'

# --- by a user with no other role, who is in the account's group
host_file remote /etc/sallyport/agent.conf <<<'Account slave'
on remote useradd --system --no-user-group --gid slave --no-create-home --home-dir / \
	--shell /usr/sbin/nologin --password '*' keys 2>/dev/null
sed -i 's/^\(\tAuthorizedKeysCommandUser\) .*/\1 keys/' "$conf"
host_stop remote /run/sshd.pid
host_sshd remote
matches '^authorizedkeyscommanduser keys$' \
	"$(on remote sshd -T -C user=slave,host=local,addr=198.51.100.7)" 'another user asks'
same "$of_alice" "$(status mallory)" 'and it can read the peers'
