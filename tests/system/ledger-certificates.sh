#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's attacks by certificates: more principals than one, commands and permissions of their
# own, and authorities that are in authorized_keys and not in policy.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
vpn_another_peer
root=$(host_root remote)
home=$(host_root local)/home/alice
KEYS=$root/etc/sallyport/authorized_keys
readonly AGENT=/usr/libexec/sallyport/vpn-agent KEYS
for name in ca rogue; do
	ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$WORLD/$name" || give_up 'an authority'
done
ca=$(cut -d' ' -f1,2 "$WORLD/ca.pub") rogue=$(cut -d' ' -f1,2 "$WORLD/rogue.pub")
vpn_add "$root/etc/sallyport/agent.conf" "Authority $ca"
vpn_add "$root/etc/sallyport/peers/alice.conf" 'Certificate yes'
# sshd allows what the lines take away again, so that it is they that do.
sed -i -e '/^\tDisableForwarding/d' -e '/^\tAllowAgentForwarding/d' -e '/^\tX11Forwarding/d' -e '/^\tPermitTunnel/d' \
	-e 's/^\tPermitUserRC no/\tPermitUserRC yes/' "$root/etc/ssh/sshd_config.d/sallyport.conf"
host_stop remote /run/sshd.pid
host_sshd remote
vpn_authorize remote
lines=$(<"$KEYS")

# sign OPTION…: a certificate for the key of alice, who tries it.
sign()
{
	rm -f "$home/.ssh/id_ed25519-cert.pub"
	cp "$home/.ssh/id_ed25519.pub" "$WORLD/key.pub"
	ssh-keygen -q -s "$WORLD/${AUTHORITY-ca}" -I mallory "$@" "$WORLD/key.pub" || give_up 'a certificate'
	mv "$WORLD/key-cert.pub" "$home/.ssh/id_ed25519-cert.pub"
	chown --reference="$home" "$home/.ssh/id_ed25519-cert.pub"
}

# line NAME PRINCIPALS AUTHORITY: the only one.
line()
{
	echo "command=\"$AGENT $1\",restrict,cert-authority,principals=\"$2\" $3" >"$KEYS"
}

ledger_begin remote
sign -n bob
line alice alice,bob "$ca"
attack certificate-other 'certificate is for bob' vpn_ask status
sign -n alice,bob
line alice alice "$ca"
attack certificate-two 'several principals' vpn_ask status
line bob bob "$ca"
attack_as certificate-two 'as the other' 'several principals' vpn_ask status
grep cert-authority <<<"$lines" >"$KEYS"
for command in /bin/sh "$AGENT bob" "$AGENT alice; /bin/sh" ' '; do
	sign -n alice -O "force-command=$command"
	attack_as certificate-force "$command" . vpn_ask status
done
AUTHORITY=rogue sign -n alice
line alice alice "$rogue"
attack certificate-rogue 'not of an Authority' vpn_ask status
sign -n bob
line bob bob "$ca"
attack certificate-closed 'Certificate no' vpn_ask status
printf '%s\n' "$lines" >"$KEYS"
mkdir -p "$root/.ssh"
echo 'touch /tmp/ran' >"$root/.ssh/rc"
sign -n alice -O clear -O permit-user-rc -O permit-port-forwarding -O permit-agent-forwarding \
	-O permit-X11-forwarding
attack certificate-options 'status is in Allow' on -u alice local ssh -T -o BatchMode=yes -o ExitOnForwardFailure=no \
	-R 12345:127.0.0.1:22 slave@remote status
lacks ':12345 ' "$(on remote ss -Htln 2>/dev/null)" 'certificate-options: nothing listens'
check_not 'certificate-options: ~/.ssh/rc did not run' test -e "$root/tmp/ran"
ledger_end
