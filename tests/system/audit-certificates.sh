#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit where certificates let peers in: what is wrong with authorities, the lines that
# name them, and the list of revoked keys, is found; and a host that is as it should be is clean.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
# shellcheck source=tests/lib/audit.sh
. "$SRC/tests/lib/audit.sh"

audit_host
root=$(host_root remote)
AGENT=/etc/sallyport/agent.conf KEYS=/etc/sallyport/authorized_keys EXTRA=/etc/ssh/sshd_config.d/00-test.conf
readonly AGENT KEYS EXTRA
for name in ca other; do
	ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$WORLD/$name" || give_up 'an authority'
done
ca=$(cut -d' ' -f1,2 "$WORLD/ca.pub") other=$(cut -d' ' -f1,2 "$WORLD/other.pub")
alice=$(host_key local alice | cut -d' ' -f1,2)
line='command="/usr/libexec/sallyport/vpn-agent bob",restrict'

vpn_add "$root$AGENT" "Authority $ca"
vpn_peer remote bob <<-END
	Key         none
	Certificate yes
	From        198.51.100.9/32
	Allow       pppd
	Address     10.9.1.2 10.9.1.1
END
printf '%s\n' 'Match User slave' ' RevokedKeys /etc/ssh/revoked' | host_file remote "$EXTRA"
host_file remote /etc/ssh/revoked </dev/null
vpn_authorize remote
audit_begin

# --- the list of revoked keys
damage sshd-revocation 'no list of revoked keys' "mv $EXTRA /root/extra" "mv /root/extra $EXTRA"
damage sshd-revoked 'a list that is not there' 'mv /etc/ssh/revoked /root' 'mv /root/revoked /etc/ssh'
damage sshd-revoked 'a key of a peer in the list' "echo '$alice' >/etc/ssh/revoked" ': >/etc/ssh/revoked'
damage sshd-revoked 'an authority in the list' "echo '$ca' >/etc/ssh/revoked" ': >/etc/ssh/revoked'
on remote ssh-keygen -q -k -f /etc/ssh/revoked
matches '^not-looked-at$' "$(found)" 'a list that only sshd can read is said not to be looked at'
on remote sh -c ': >/etc/ssh/revoked'

# --- lines of authorized_keys
damage keys-missing 'an authority without a line' "sed -i.old /cert-authority/d $KEYS" "mv $KEYS.old $KEYS"
damage keys-certificate 'a line of another authority' "echo '$line,cert-authority,principals=\"bob\" $other' >>$KEYS" \
	"sed -i '\$d' $KEYS"
damage keys-certificate 'a line without principals' "echo '$line,cert-authority $ca' >>$KEYS" "sed -i '\$d' $KEYS"
damage keys-certificate 'a line with several principals' \
	"echo '$line,cert-authority,principals=\"bob,alice\" $ca' >>$KEYS" "sed -i '\$d' $KEYS"
damage keys-certificate 'a line for a peer without Certificate' \
	"echo '${line/bob/alice},cert-authority,principals=\"alice\" $ca' >>$KEYS" "sed -i '\$d' $KEYS"
damage keys-restrict 'a line without restrict' "sed -i.old '/cert-authority/s/,restrict//' $KEYS" "mv $KEYS.old $KEYS"

# --- policy
damage authority-peer "an authority that is a peer's key" \
	"sed -i.old 's|^Authority .*|Authority $alice|; s|^# waive|&|' $AGENT" "mv $AGENT.old $AGENT" keys-certificate keys-missing
damage certificate-unsigned 'no authority' "sed -i.old '/^Authority/d' $AGENT" "mv $AGENT.old $AGENT" keys-certificate
damage sshd-ca 'the authority in TrustedUserCAKeys as well' \
	"echo '$ca' >/etc/ssh/ca.pub; sed -i '1a TrustedUserCAKeys /etc/ssh/ca.pub' $EXTRA" "sed -i 2d $EXTRA"
