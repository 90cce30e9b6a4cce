#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A launcher whose key is certified: a link comes up by the certificate alone, and what is wrong with
# one, as sshd never tells, is told by check beforehand and by up when the remote does not take it.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

root=$(host_root remote)
home=$(host_root local)/home/alice
peers=$root/etc/sallyport/peers
readonly CERTIFICATE=/home/alice/.ssh/id_ed25519-cert.pub
for name in ca other; do
	ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$WORLD/$name" || give_up 'an authority'
done
vpn_add "$root/etc/sallyport/agent.conf" "Authority $(cut -d' ' -f1,2 "$WORLD/ca.pub")"
sed -i 's/^Key .*/Key none/' "$peers/alice.conf"
vpn_add "$peers/alice.conf" 'Certificate yes'
vpn_authorize remote

# sign OPTION…: a certificate for alice's key.
sign()
{
	rm -f "$home/.ssh/id_ed25519-cert.pub"
	cp "$home/.ssh/id_ed25519.pub" "$WORLD/key.pub"
	ssh-keygen -q -s "$WORLD/${AUTHORITY-ca}" -I laptop -z 7 "$@" "$WORLD/key.pub" || give_up 'a certificate'
	mv "$WORLD/key-cert.pub" "$home/.ssh/id_ed25519-cert.pub"
	chown --reference="$home" "$home/.ssh/id_ed25519-cert.pub"
}

# refused PATTERN NAME: up fails with that sentence; and check has warned, unless it cannot know.
refused()
{
	local said
	said=$(connect up --once office 2>&1)
	same 77 $? "$2: up fails"
	matches "does not accept the key: .*; its certificate \"$CERTIFICATE\":? $1" "$said" "$2: up says why"
}
warned()
{
	matches "office.conf:[0-9]+: warning: the certificate \"$CERTIFICATE\":? $1" "$(connect check office 2>&1)" "$2: check warns"
}

sign -n alice
matches '^office: ok: ' "$(connect check office 2>&1)" 'a good certificate is fine'
check 'a link comes up by the certificate' connect up --once office
check 'and goes down' connect down office
await_slot >/dev/null

sign -n alice -V 20200101000000Z:20210101000000Z
warned 'has expired at 2021-01-01T00:00:00Z: have the key signed again' 'expired'
refused 'has expired at 2021-01-01T00:00:00Z' 'expired'
sign -n alice -V 20900101000000Z:20910101000000Z
warned 'is not valid before 2090-01-01T00:00:00Z' 'not valid yet'
refused 'is not valid before 2090-01-01T00:00:00Z' 'not valid yet'
sign -n alice,bob
warned 'the certificate has several principals' 'several principals'
sign
warned 'the certificate has no principal' 'no principal'
refused 'the certificate has no principal' 'no principal'
sign -n alice -h
warned "a host's certificate: expected a user's" "a host's certificate"
sign -n bob
matches '^office: ok: ' "$(connect check office 2>&1)" 'check cannot know what the peer is called there'
refused 'is valid, with serial 7, for the peer bob: is that the' 'another principal'
AUTHORITY=other sign -n alice
refused 'is valid, with serial 7, for the peer alice: .* is the authority one of the remote' 'another authority'
sign -n alice -O source-address=192.0.2.0/24
refused 'is valid, .* are the addresses in it those of this host' 'for elsewhere'
sign -n alice
ssh-keygen -q -k -f "$root/etc/ssh/revoked" "$home/.ssh/id_ed25519.pub"
sed -i 's|^\(Match User .*\)|\1\n\tRevokedKeys /etc/ssh/revoked|' "$root/etc/ssh/sshd_config.d/sallyport.conf"
host_stop remote /run/sshd.pid
host_sshd remote
refused 'is valid, .* is it not revoked' 'revoked'
printf '\033[31m evil\n' >"$home/.ssh/id_ed25519-cert.pub"
warned 'not the type of a certificate' 'what is no certificate'
ssh-keygen -q -k -f "$root/etc/ssh/revoked"
rm "$home/.ssh/id_ed25519-cert.pub"

# --- by CertificateFile of the user's ssh_config
sign -n alice
on local mv "$CERTIFICATE" /home/alice/laptop.pub
echo 'CertificateFile ~/laptop.pub' | host_file local /home/alice/.ssh/config
on local chown -R alice: /home/alice/.ssh
check 'a link comes up by the certificate that ssh_config names' connect up --once office
check 'and goes down again' connect down office
