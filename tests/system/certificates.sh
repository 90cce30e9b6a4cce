#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Certificates of ssh-keygen, shown to a real sshd: which of them let a peer in, by a line of
# authorized_keys and by AuthorizedKeysCommand, and which one of sshd, vpn-policy and the agent
# refuses the others.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
root=$(host_root remote)
peers=$root/etc/sallyport/peers
agent=$root/etc/sallyport/agent.conf
home=$(host_root local)/home/alice
sshd_conf=$root/etc/ssh/sshd_config.d/sallyport.conf
readonly PROGRAM=/usr/libexec/sallyport/vpn-agent
readonly of_alice='sallyport/1 status peer=alice sessions=0/1'

# Two authorities, which are no host of the world: their keys stay in its directory.
for name in ca other; do
	ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$WORLD/$name" || give_up 'an authority'
done
authority=$(cut -d' ' -f1,2 "$WORLD/ca.pub")
readonly authority

# reload: sshd reads its settings again.
reload()
{
	host_stop remote /run/sshd.pid
	host_sshd remote
}

# sign OPTION…: a certificate for alice's key, for nobody but whom the options name.
sign()
{
	rm -f "$home/.ssh/id_ed25519-cert.pub"
	cp "$home/.ssh/id_ed25519.pub" "$WORLD/key.pub"
	ssh-keygen -q -s "$WORLD/${AUTHORITY-ca}" -I 'a key id' -z "${SERIAL-7}" "$@" "$WORLD/key.pub" 2>"$WORLD/said" ||
		give_up "a certificate: $(<"$WORLD/said")"
	mv "$WORLD/key-cert.pub" "$home/.ssh/id_ed25519-cert.pub"
	chown --reference="$home" "$home/.ssh/id_ed25519-cert.pub"
}

# verdict: the last in the log.
verdict()
{
	vpn_log remote | grep verdict= | tail -n 1
}

# in_by WHAT, out_by WHO WHAT: a login is let in, or refused: by sshd, or by the agent, which says TEXT.
said()
{
	vpn_ask status 2>&1
}
in_by()
{
	same "$of_alice" "$(said)" "$1"
}
out_by()
{
	matches 'Permission denied \(publickey\)' "$(said)" "sshd refuses $1"
}
agent_says()
{
	local before
	before=$(vpn_log remote | wc -l)
	said >/dev/null
	vpn_log_since remote "$before" >/dev/null
	matches "$1" "$(verdict)" "the agent refuses $2"
}

# --- by a line of authorized_keys
in_by 'the key itself lets alice in, before there is an authority'
sign -n alice
sed -i 's/^Key .*/Key none/' "$peers/alice.conf"
vpn_add "$peers/alice.conf" 'Certificate yes'
vpn_add "$agent" "Authority $authority"
vpn_authorize remote
same "command=\"$PROGRAM alice\",restrict,cert-authority,principals=\"alice\" $authority alice" \
	"$(<"$root/etc/sallyport/authorized_keys")" 'the line for certificates'
in_by 'a certificate of the authority, whose principal is alice'
matches 'reason="status is in Allow, certificate 7 of the Authority on line [0-9]+"' \
	"$(verdict)" 'the log tells which certificate it was'
same "$(on -u alice local ssh-keygen -lf .ssh/id_ed25519.pub | cut -d' ' -f2)" \
	"$(verdict | sed 's/.* key=\([^ ]*\) .*/\1/')" 'and of which key'
rm "$home/.ssh/id_ed25519-cert.pub"
out_by 'the key without a certificate'

# everything SUFFIX: what must hold however sshd finds the line.
everything()
{
	local how=$1
	sign -n alice -V -1h:+1h
	in_by "$how: a certificate that is valid now"
	sign -n alice -V -2h:-1h
	out_by "$how: one that has expired"
	sign -n alice -V +1h:+2h
	out_by "$how: one that is not valid yet"
	sign -n bob
	out_by "$how: one of another principal"
	sign
	out_by "$how: one without a principal"
	sign -n slave
	out_by "$how: one for the account's name"
	AUTHORITY=other sign -n alice
	out_by "$how: one of another authority"
	sign -n alice -O source-address=198.51.100.0/24
	in_by "$how: one for where alice comes from"
	sign -n alice -O source-address=192.0.2.0/24
	out_by "$how: one for elsewhere"
	sign -n alice -O critical:nobody@example.net=knows
	out_by "$how: one with a critical option that is not known"
	sign -n alice -O extension:anything@example.net=said
	in_by "$how: one with an extension that is not known"
	sign -n alice -h
	out_by "$how: one of a host"
	sign -n alice -O "force-command=$PROGRAM alice"
	in_by "$how: one that forces the very command of the line"
	sign -n alice -O 'force-command=/bin/sh'
	out_by "$how: one that forces another command"
	sign -n alice -O "force-command=$PROGRAM bob"
	out_by "$how: one that forces the agent for another peer"
}

everything 'authorized_keys'
sign -n alice,bob
agent_says 'several principals' 'a certificate of two peers'
sign -n alice
sed -i 's/^From .*/From 192.0.2.0\/24/' "$peers/alice.conf"
agent_says 'not in From' 'a client from elsewhere, whatever the certificate says'
sed -i 's/^From .*/From 198.51.100.0\/24/' "$peers/alice.conf"
vpn_settle "$peers/alice.conf"
vpn_add "$peers/alice.conf" 'Expires 2001-01-01T00:00:00Z'
agent_says 'expired at' 'a peer that has expired, whatever the certificate says'
sed -i '/^Expires/d' "$peers/alice.conf"
vpn_settle "$peers/alice.conf"

# --- policy that has changed, and authorized_keys that has not
sed -i 's/^Certificate .*/Certificate no/' "$peers/alice.conf"
vpn_settle "$peers/alice.conf"
agent_says 'the peer has no key yet' 'certificates of a peer without Certificate'
sed -i "s|^Key .*|Key $(cut -d' ' -f1,2 "$home/.ssh/id_ed25519.pub")|" "$peers/alice.conf"
vpn_settle "$peers/alice.conf"
agent_says 'a certificate was used \(Certificate no\)' 'the certificate of a key that would do'
sed -i 's/^Certificate .*/Certificate yes/' "$peers/alice.conf"
vpn_settle "$peers/alice.conf"
in_by 'and takes it again'
sed -i '/^Authority/d' "$agent"
vpn_settle "$agent"
agent_says 'not of an Authority' 'certificates of an authority that is gone'
vpn_authorize remote
rm "$home/.ssh/id_ed25519-cert.pub"
in_by 'the key itself, beside certificates'
vpn_add "$agent" "Authority $authority"
vpn_authorize remote
same 2 "$(wc -l <"$root/etc/sallyport/authorized_keys")" 'a line for the key, and one for certificates'
in_by 'the key itself, once more'
sign -n alice
in_by 'and a certificate'

# --- a list of revoked keys
revoke()
{
	ssh-keygen -q -k -f "$root/etc/ssh/revoked" "$@" 2>"$WORLD/said" || give_up "a list of revoked keys: $(<"$WORLD/said")"
}
sed -i "s|^Key .*|Key none|" "$peers/alice.conf"
vpn_settle "$peers/alice.conf"
vpn_authorize remote
vpn_add_setting()
{
	sed -i "s|^\(Match User .*\)|\1\n\t$1|" "$sshd_conf"
}
vpn_add_setting 'RevokedKeys /etc/ssh/revoked'
revoke
reload
in_by 'a certificate, where the list of revoked ones is empty'
printf 'serial: 8\n' >"$WORLD/spec"
revoke -s "$WORLD/ca.pub" "$WORLD/spec"
in_by 'a certificate of another serial than the revoked one'
printf 'serial: 7\n' >"$WORLD/spec"
revoke -s "$WORLD/ca.pub" "$WORLD/spec"
out_by 'a certificate whose serial is revoked'
SERIAL=9 sign -n alice
in_by 'the next certificate'
printf 'id: a key id\n' >"$WORLD/spec"
revoke -s "$WORLD/ca.pub" "$WORLD/spec"
out_by 'a certificate whose key id is revoked'
revoke "$home/.ssh/id_ed25519.pub"
out_by 'every certificate of a revoked key'
revoke "$WORLD/ca.pub"
out_by 'every certificate of a revoked authority'
rm "$root/etc/ssh/revoked"
out_by 'everybody, where the list is not there'
matches 'revokedkeys /etc/ssh/revoked cannot be read' "$(on remote vpn-policy audit 2>&1)" 'and audit says so'
revoke
in_by 'a certificate, with the list there again'

# --- by AuthorizedKeysCommand, which finds the peer by the principal
sed -i -e '/^\tAuthorizedKeysFile/d' -e '/^\tAuthorizedKeysCommand none/d' \
	-e 's/^\t#\(AuthorizedKeys\)/\t\1/' "$sshd_conf"
rm "$root/etc/sallyport/authorized_keys"
chmod 640 "$peers/alice.conf"
on remote chgrp slave /etc/sallyport/peers/alice.conf
reload
sign -n alice
in_by 'AuthorizedKeysCommand: a certificate'
everything 'AuthorizedKeysCommand'
sign -n alice,bob
out_by 'AuthorizedKeysCommand: a certificate of two peers'
sign -n ../agent
out_by 'AuthorizedKeysCommand: a principal that is no name'
sign -n mallory
out_by 'AuthorizedKeysCommand: a principal that is no peer'
ask()
{
	on -u slave remote vpn-policy authorized-keys --user slave --type "$1" --key "$2" 2>&1
}
sign -n alice
read -r type blob _ <"$home/.ssh/id_ed25519-cert.pub"
same "command=\"$PROGRAM alice\",restrict,cert-authority,principals=\"alice\" $authority alice" \
	"$(ask "$type" "$blob")" 'it prints the line for the principal'
matches 'no peer can have such a key: the certificate is damaged' "$(ask "$type" "${blob:0:400}")" \
	'and none for what is cut off'
matches 'no peer can have such a key: the certificate is not base64' "$(ask "$type" "$blob!")" \
	'nor for what is no base64'
matches 'is of another type' "$(ask ssh-rsa-cert-v01@openssh.com "$blob")" 'nor for what is called by another type'
