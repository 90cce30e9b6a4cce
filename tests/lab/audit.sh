#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit on Debian's own kernel, with its PPP and its Landlock, real pppd and sshd:
# nothing to find after the installation, nor while a tunnel is up, and the right finding after
# damage of twelve kinds. tests/system/audit.sh has all kinds.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
# shellcheck source=tests/lib/audit.sh
. "$SRC/tests/lib/audit.sh"

readonly AGENT=/usr/libexec/sallyport/vpn-agent CONF=/etc/sallyport/agent.conf

vpn_one_peer
vpn_local local
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address
	Ppp      pppd
END
# As the README has it.
on remote sh -c 'echo 1 >/proc/sys/net/ipv4/conf/default/rp_filter'
audit_waive
audit_begin
check 'a tunnel comes up' on local vpn-connect up office
# Landlock keeps signals apart from Linux 6.12 on, which Debian 13 has.
abi=$(vpn_log remote | sed -n 's/.* landlock=\([0-9]*\) .*/\1/p' | tail -n 1)
if [ "$abi" -lt 6 ]; then
	told landlock-signals "that Landlock has an old ABI here"
else
	lacks landlock-signals "$AUDIT_CLEAN" 'nothing is told of a Landlock with all that is wanted'
fi
same "$AUDIT_CLEAN" "$(found)" 'while it is up there is nothing else to find'
on local vpn-connect down office >/dev/null 2>&1

damage agent-capabilities 'no file capabilities' "setcap -r $AGENT" \
	"setcap cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p $AGENT"
damage program-setuid 'a setuid bit' "chmod u+s $AGENT" "chmod u-s $AGENT"
damage account-shell 'a shell' 'cp -p /etc/passwd /root/passwd; usermod -s /bin/sh slave' \
	'cp -p /root/passwd /etc/passwd'
damage account-password 'a password' 'cp -p /etc/shadow /root/shadow; usermod -p x slave' \
	'cp -p /root/shadow /etc/shadow'
damage ppp-option 'another plugin' 'cp -p /etc/ppp/options /root; echo plugin x >>/etc/ppp/options' \
	'cp -p /root/options /etc/ppp' not-looked-at
damage kernel-ppp 'no device' "sed -i '/^Ppp /s/auto/pppd/' $CONF; mv /dev/ppp /dev/away" \
	"sed -i '/^Ppp /s/pppd/auto/' $CONF; mv /dev/away /dev/ppp"
damage pppd-launch 'a pppd that needs root, launched as the account' \
	"sed -i '/^LaunchAs/s/auto/account/' $CONF" "sed -i '/^LaunchAs/s/account/auto/' $CONF"
damage escalation-rule "the HOWTO's sudo" \
	'echo "slave ALL=NOPASSWD: /usr/sbin/pppd" >/etc/sudoers' 'rm /etc/sudoers'
damage account-reads 'a peer for root alone' 'chmod 0600 /etc/sallyport/peers/alice.conf' \
	'chmod 0644 /etc/sallyport/peers/alice.conf'
damage untrusted 'policy that its group may write' 'chmod g+w /etc/sallyport/peers' \
	'chmod g-w /etc/sallyport/peers' waiver-unused
KEYS=/etc/sallyport/authorized_keys
damage keys-restrict 'a line without restrict' "cp -p $KEYS /root/keys; sed -i s/,restrict// $KEYS" \
	"cp -p /root/keys $KEYS"
damage sshd-forwarding 'forwarding for the account' \
	"printf 'Match User slave\nPermitTunnel yes\n' >/etc/ssh/sshd_config.d/00-test.conf" \
	'rm /etc/ssh/sshd_config.d/00-test.conf'
