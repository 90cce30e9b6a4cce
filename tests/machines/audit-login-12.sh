#!/bin/bash
# SPDX-License-Identifier: ISC
#
# As audit-login.sh, on Debian 12, whose sshd and PAM are older: what they do otherwise, and a part of the
# rest.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_login.sh
. "$SRC/tests/lib/machine_login.sh"

machine_create remote 12 198.51.100.1/24
machine_create local 12 198.51.100.7/24
machine_boot remote local
machine_pair remote local
login_begin

# Forwarding of X11 that this sshd's DisableForwarding does not turn off: a login, and an error.
machine_on remote sh -c "$(login_lines "$ACCOUNT" 'X11Forwarding yes')"
login_sshd
check 'X11Forwarding: alice gets in' login_gets_in
matches 'error: x11forwarding is yes for slave.*\[sshd-forwarding\]' "$(login_news)" 'X11Forwarding: an error before OpenSSH 10'
login_restore

hindrance 'AllowUsers others' 'allowusers.*\[sshd-refuses\]' 'AllowUsers admin'
hindrance 'AuthenticationMethods with two keys' 'authenticationmethods.*\[sshd-methods\]' \
	"$ACCOUNT" 'AuthenticationMethods publickey,publickey'
hindrance 'PubkeyAcceptedAlgorithms but one' '\[sshd-key-type\]' 'PubkeyAcceptedAlgorithms -ssh-ed25519*'
hindrance 'RevokedKeys that are not there' 'revokedkeys.*\[sshd-revoked\]' 'RevokedKeys /nowhere'
hindrance 'MaxSessions 1' 'maxsessions.*\[sshd-sessions\]' "$ACCOUNT" 'MaxSessions 1'
hindrance 'KexAlgorithms of old' 'kexalgorithms.*\[sshd-algorithms\]' 'KexAlgorithms diffie-hellman-group1-sha1'
hindrance 'ListenAddress of this host alone' '127.0.0.1.*\[sshd-listen\]' 'ListenAddress 127.0.0.1'
shut 'nologin at run time' 'nologin.*\[login-nologin\]' ': >/run/nologin'
shut 'nologin without PAM' 'nologin.*\[login-nologin\]' "echo closed >/etc/nologin; $(login_lines 'UsePAM no')"
shut 'an account that expired in 1970' '\[account-expired\]' 'chage -E 0 slave'
shut 'a password that has to be changed' '\[account-password-age\]' 'chage -d 0 slave'
shut 'a locked account without PAM' '\[account-shut\]' "usermod -L slave; $(login_lines 'UsePAM no')"
shut 'pam_access' 'pam_access.*\[pam-refuses\]' "$(pam account required pam_access.so); echo '-:ALL EXCEPT root alice:ALL' >>/etc/security/access.conf"
shut 'pam_succeed_if' 'pam_succeed_if.*\[pam-refuses\]' "$(pam account required pam_succeed_if.so 'uid >= 1000' quiet)"
shut 'a module that is not there' 'pam_nosuch.*\[pam-refuses\]' "$(pam account required pam_nosuch.so)"
shut 'limits: no login' 'maxlogins.*\[login-limits\]' "echo 'slave hard maxlogins 0' >/etc/security/limits.d/row.conf"
shut 'limits: one process' 'nproc.*\[login-limits\]' "echo '@slave hard nproc 1' >/etc/security/limits.d/row.conf"
harmless 'AllowUsers the account' 'AllowUsers admin slave@198.51.100.0/24'
harmless 'GatewayPorts without forwarding' 'GatewayPorts yes'
open 'a locked account with PAM' 'usermod -L slave'
open 'keys with the line ends of Windows' "sed -i 's/\$/\\r/' /etc/sallyport/authorized_keys"
open 'pam_usertype that does' "$(pam account required pam_usertype.so issystem)"
open 'an sshd by its socket' "$(as_it_runs 'systemctl stop ssh; systemctl start ssh.socket')" 'systemctl stop ssh.socket'
open 'a file that was changed, and sshd told' "echo '# nothing' >$LOGIN_EXTRA; systemctl reload ssh; until [ /run/sshd.pid -nt $LOGIN_EXTRA ]; do sleep 0.1; done; : >/root/as_it_runs"
