#!/bin/bash
# SPDX-License-Identifier: ISC
#
# packaging/fleet: policy delivered from git, whole or not at all, while peers log in all the time; and peers' keys
# signed by an authority.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
root=$(host_root remote)
POLICY=$root/etc/sallyport
readonly of_alice='sallyport/1 status peer=alice sessions=0/1'
git_at()
{
	on remote git -C /root/policy -c user.name=admin -c user.email=admin@example.org -c commit.gpgsign=false "$@"
}
deliver()
{
	on remote /src/packaging/fleet/deliver /root/policy "$1" 2>&1
}
commit()
{
	git_at add -A && git_at commit -q -m "$1" && git_at rev-parse HEAD
}

mkdir -p "$root/root/policy/peers"
git_at init -q || give_up 'a repository'
sed '1i # from the repository' "$POLICY/peers/alice.conf" >"$root/root/policy/peers/alice.conf"
first=$(commit 'alice')
said=$(deliver HEAD)
same 0 $? 'a commit is delivered'
matches "^deliver: $first is in force\$" "$said" 'and it says so'
same "$first" "$(<"$POLICY/.delivered")" 'and which one it was'
same "$of_alice" "$(vpn_ask status)" 'a peer logs in by it'
same '' "$(on remote vpn-policy audit 2>&1 | grep -E '^(error|.*: error):|not-looked-at')" 'audit trusts it'
same "750 root:slave 640 root:slave" \
	"$(on remote stat -c '%a %U:%G' /etc/sallyport/peers /etc/sallyport/peers/alice.conf | xargs)" \
	'it is for the account to read, and nobody else'

# --- another peer, by the same key set
host_account local bob
cat >"$root/root/policy/peers/bob.conf" <<-END
	Key      $(host_key local bob | cut -d' ' -f1,2)
	Allow    status
	End
END
second=$(commit 'bob')
said=$(deliver "$second")
matches '^peer bob' "$said" 'what changes is told'
same 'sallyport/1 status peer=bob sessions=0/1' \
	"$(on -u bob local ssh -T -o BatchMode=yes slave@remote status 2>&1)" 'a peer that was delivered can log in'
same 2 "$(wc -l <"$POLICY/authorized_keys")" 'authorized_keys was written anew'

matches 'is what is in force already$' "$(deliver "$second")" 'the same once more changes nothing'

# --- what must not come into force
in_force()
{
	same "$second" "$(<"$POLICY/.delivered")" "$1: the old policy is in force"
	same 'alice.conf bob.conf' "$(cd "$POLICY/peers" && echo *)" "$1: with its peers"
	same '' "$(find "$POLICY" -name 'peers.delivered' -o -name '.deliver.??????')" "$1: nothing is left"
	[ "$1" = 'while vpn-policy changes a peer' ] ||
		same '' "$(find "$POLICY" -name '.peers.sallyport-lock')" "$1: no lock is left"
}
refused()
{
	local code=0
	said=$(deliver "$3") || code=$?
	same "$2" "$code" "$1: refused"
	in_force "$1"
}
refused 'no such commit' 65 nosuch
refused 'an option for a commit' 65 --all
echo 'Shell /bin/sh' >>"$root/root/policy/peers/bob.conf"
refused 'a file with an error' 78 "$(commit 'broken')"
git_at revert --no-edit HEAD >/dev/null
sed "s|^Key .*|$(grep '^Key' "$root/root/policy/peers/alice.conf")|" "$root/root/policy/peers/bob.conf" >"$WORLD/bob"
cp "$WORLD/bob" "$root/root/policy/peers/bob.conf"
refused 'two peers with one key' 78 "$(commit 'shared')"
git_at revert --no-edit HEAD >/dev/null
ln -s /etc/shadow "$root/root/policy/peers/carol.conf"
refused 'a link' 65 "$(commit 'link')"
git_at revert --no-edit HEAD >/dev/null
# shellcheck disable=SC2016 # of that shell
on remote sh -c 'echo $$ >/run/holder; exec flock -o /etc/sallyport/.deliver.lock sleep 60' &
wait_for "$HOST_DEADLINE" 'the lock' on remote sh -c '! flock -n /etc/sallyport/.deliver.lock true' >/dev/null
refused 'while another is at work' 75 "$second"
host_stop remote /run/holder

# The same lock as vpn-policy's: held by deliver, add-peer is refused; and deliver while vpn-policy has it.
# shellcheck disable=SC2016 # of that shell
on remote sh -c 'echo $$ >/run/holder; exec flock -o /etc/sallyport/.peers.sallyport-lock sleep 60' &
wait_for "$HOST_DEADLINE" 'the lock' on remote sh -c '! flock -n /etc/sallyport/.peers.sallyport-lock true' >/dev/null
refused 'while vpn-policy changes a peer' 75 "$second"
said=$(on remote vpn-policy remove-peer bob 2>&1)
check 'remove-peer while that lock is held by flock(1): nothing' test -e "$POLICY/peers/bob.conf"
matches 'is being edited by' "$said" 'it says so'
host_stop remote /run/holder
on remote rm -f /etc/sallyport/.peers.sallyport-lock

# --- what is handed in on the gateway is no matter of the repository, until it is committed
one_time=$(ssh-keygen -q -t ed25519 -N '' -f "$WORLD/one-time" && awk '{ print $1, $2 }' "$WORLD/one-time.pub")
printf '%s\n' 'Key none' "  handinkey $one_time" "HandInUntil $(date -u -d '+2 days' +%F)T00:00:00Z" 'Allow status' End \
	>"$root/root/policy/peers/dave.conf"
refused 'a peer whose key is awaited' 78 "$(commit 'dave')"
matches 'dave\.conf.*invite on the gateway' "$said" 'and it says what to do'
git_at revert --no-edit HEAD >/dev/null
vpn_add "$POLICY/agent.conf" 'Pool 10.9.9.0/24'
check 'a peer that the gateway alone has' on remote vpn-policy add-peer eve --invite --hand-in --host remote
said=$(deliver "$second")
same 0 $? 'delivered over it'
matches 'what was handed in here, or is awaited, is lost unless it is committed' "$said" 'and it says that something is lost'
check 'which is not: it lies beside' test -e "$POLICY/peers.previous/eve.conf"
in_force 'after that'

# --- as often as it likes: no login sees half of it
back_and_forth()
{
	local commit
	for commit in "$first" "$second" "$first" "$second" "$first" "$second" "$first" "$second"; do
		deliver "$commit" >/dev/null || echo "delivering $commit failed"
	done
	touch "$WORLD/done"
}
back_and_forth >"$WORLD/deliveries" &
logins=0 bad=
while [ ! -e "$WORLD/done" ]; do
	said=$(vpn_ask status 2>&1)
	logins=$((logins + 1))
	[ "$said" = "$of_alice" ] || bad+="$said; "
done
wait $!
same '' "$(<"$WORLD/deliveries")" 'eight deliveries succeed'
same '' "$bad" "every one of the logins meanwhile is let in"
check "there were some: $logins" test "$logins" -gt 3
same 'alice.conf' "$(ls "$POLICY/peers.previous")" 'what was in force before stays beside it'

# --- signing
ssh-keygen -q -t ed25519 -N '' -f "$WORLD/ca"
ssh-keygen -q -t ed25519 -N '' -f "$WORLD/laptop"
sign()
{
	"$SRC/packaging/fleet/sign-peer" "$@" 2>&1
}
same "$WORLD/laptop-cert.pub" "$(sign "$WORLD/ca" alice "$WORLD/laptop.pub")" 'a key is signed'
shown=$(ssh-keygen -L -f "$WORLD/laptop-cert.pub")
matches '^ *alice$' "$shown" 'its principal is the peer'
matches 'Critical Options: \(none\)' "$shown" 'without critical options'
matches 'Extensions: \(none\)' "$shown" 'and with nothing that it gives back'
matches '^[^ ]* serial [0-9]+ peer alice hours 24 from anywhere key SHA256:' "$(<"$WORLD/ca.log")" 'and it is written down'
sign "$WORLD/ca" alice "$WORLD/laptop.pub" 8 198.51.100.0/24,2001:db8::/32 >/dev/null
matches 'source-address 198.51.100.0/24,2001:db8::/32' "$(ssh-keygen -L -f "$WORLD/laptop-cert.pub")" 'for some addresses'
# A peer that can write beside its key leads nobody to another file.
mkdir "$WORLD/dropped"
cp "$WORLD/laptop.pub" "$WORLD/dropped/laptop.pub"
echo mine >"$WORLD/victim"
for led in victim dropped nowhere; do
	rm -rf "$WORLD/dropped/laptop-cert.pub"
	ln -s "$WORLD/$led" "$WORLD/dropped/laptop-cert.pub"
	same "$WORLD/dropped/laptop-cert.pub" "$(sign "$WORLD/ca" alice "$WORLD/dropped/laptop.pub")" "a link to $led in its place: signed"
	check "a link to $led in its place: no more" test -f "$WORLD/dropped/laptop-cert.pub" -a ! -L "$WORLD/dropped/laptop-cert.pub"
done
same mine "$(<"$WORLD/victim")" 'what it led to is as it was'
same 'laptop-cert.pub laptop.pub' "$(cd "$WORLD/dropped" && echo *)" 'and nothing else is there'
check_not 'nor where it led to' test -e "$WORLD/nowhere"
for words in "../x $WORLD/laptop.pub" "a,b $WORLD/laptop.pub" "-x $WORLD/laptop.pub" "alice $WORLD/laptop" \
	"alice $WORLD/laptop-cert.pub" "alice $WORLD/laptop.pub 08" "alice $WORLD/laptop.pub 1x"; do
	# shellcheck disable=SC2086 # words
	check_exit 64 "not signed: ${words//$WORLD\//}" sign "$WORLD/ca" $words
done
# In an agent, by its public key.
eval "$(ssh-agent -s -a "$WORLD/agent")" >/dev/null
ssh-add -q "$WORLD/ca" 2>/dev/null
mv "$WORLD/ca" "$WORLD/ca.away"
same "$WORLD/laptop-cert.pub" "$(sign "$WORLD/ca.pub" alice "$WORLD/laptop.pub")" 'by an agent that has the key'
ssh-agent -k >/dev/null

# By the line of an authority, with what was signed.
vpn_add "$POLICY/agent.conf" "Authority $(cut -d' ' -f1,2 "$WORLD/ca.pub")"
printf '%s\n' 'Key none' 'Certificate yes' 'From 198.51.100.0/24' 'Allow status' End >"$root/root/policy/peers/alice.conf"
git_at rm -q --cached peers/carol.conf 2>/dev/null
rm -f "$root/root/policy/peers/carol.conf"
deliver "$(commit 'alice by certificate')" >/dev/null
cp "$WORLD"/laptop "$(host_root local)/home/alice/.ssh/id_ed25519"
cp "$WORLD"/laptop.pub "$(host_root local)/home/alice/.ssh/id_ed25519.pub"
cp "$WORLD"/laptop-cert.pub "$(host_root local)/home/alice/.ssh/id_ed25519-cert.pub"
on local chown -R alice: /home/alice/.ssh
same "$of_alice" "$(vpn_ask status)" 'a peer comes in by what was signed, under policy that was delivered'
