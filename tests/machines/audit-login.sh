#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What sshd, PAM and the account can do to keep every login out, or the second request of a connection:
# each is tried by a login, and vpn-policy audit has to know it. And what looks alike and does no harm:
# audit has nothing to say about it. One line each, on Debian 13; what differs on Debian 12 is in
# audit-login-12.sh.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_login.sh
. "$SRC/tests/lib/machine_login.sh"

readonly CRLF='s/$/\r/'

machine_create remote 13 198.51.100.1/24
machine_create local 13 198.51.100.7/24
machine_boot remote local
machine_pair remote local
login_begin

# --- whom sshd lets in
hindrance 'AllowUsers others' 'allowusers.*\[sshd-refuses\]' 'AllowUsers admin'
hindrance 'AllowUsers from elsewhere' 'allowusers.*\[sshd-refuses\]' 'AllowUsers admin slave@203.0.113.0/24'
hindrance 'AllowGroups of others' 'allowgroups.*\[sshd-refuses\]' 'AllowGroups admin sudo'
hindrance 'DenyUsers with a pattern' 'denyusers.*\[sshd-refuses\]' 'DenyUsers sl*'
hindrance 'DenyGroups' 'denygroups.*\[sshd-refuses\]' 'DenyGroups slave'
hindrance 'RefuseConnection' 'refuseconnection.*\[sshd-refuses\]' "$ACCOUNT" 'RefuseConnection yes'
harmless 'AllowUsers the account' 'AllowUsers admin slave'
harmless 'AllowUsers from where peers come' 'AllowUsers admin s?ave@198.51.100.0/24'
harmless 'AllowGroups the account' 'AllowGroups admin sl*'
harmless 'DenyUsers and DenyGroups others' 'DenyUsers root admin slave@203.0.113.0/24' 'DenyGroups sudo' 'AllowUsers *'
harmless 'RefuseConnection to others' 'Match User admin' 'RefuseConnection yes'

hindrance 'PerSourceMaxStartups 0' 'persourcemaxstartups.*\[sshd-refuses\]' 'PerSourceMaxStartups 0'
harmless 'one login at a time' 'PerSourceMaxStartups 1' 'MaxStartups 1:100:1'
harmless 'what is no door' 'UseDNS yes' 'Banner /etc/issue' 'TCPKeepAlive no' 'Compression no' 'LoginGraceTime 0' \
	'Match Group sudo' 'AllowUsers root'

# --- what sshd wants of a key
hindrance 'PubkeyAcceptedAlgorithms of other types' 'pubkeyacceptedalgorithms.*ssh-ed25519.*\[sshd-key-type\]' \
	'PubkeyAcceptedAlgorithms rsa-sha2-256,ecdsa-sha2-nistp256'
hindrance 'PubkeyAcceptedAlgorithms but one' '\[sshd-key-type\]' 'PubkeyAcceptedAlgorithms -ssh-ed25519*'
hindrance 'AuthenticationMethods with a question' 'authenticationmethods.*\[sshd-methods\]' \
	'KbdInteractiveAuthentication yes' "$ACCOUNT" 'KbdInteractiveAuthentication yes' \
	'AuthenticationMethods publickey,keyboard-interactive'
hindrance 'AuthenticationMethods with a password' 'authenticationmethods.*\[sshd-methods\]' \
	"$ACCOUNT" 'AuthenticationMethods publickey,password' 'PasswordAuthentication yes'
hindrance 'AuthenticationMethods with two keys' 'authenticationmethods.*\[sshd-methods\]' \
	"$ACCOUNT" 'AuthenticationMethods publickey,publickey'
hindrance 'no public keys' 'pubkeyauthentication.*\[sshd-authentication\]' "$ACCOUNT" 'PubkeyAuthentication no'
hindrance 'RevokedKeys that are not there' 'revokedkeys.*\[sshd-revoked\]' 'RevokedKeys /nowhere'
hindrance 'RevokedKeys that cannot be read' 'revokedkeys.*\[sshd-revoked\]' 'RevokedKeys /etc/ssh'
shut 'RevokedKeys with the key of a peer' 'alice.conf.*\[sshd-revoked\]' \
	"cut -d' ' -f3- /etc/sallyport/authorized_keys | grep -o 'ssh-ed25519 .*' >/etc/ssh/revoked; $(login_lines 'RevokedKeys /etc/ssh/revoked')"
hindrance 'MaxAuthTries 0' 'maxauthtries.*\[sshd-refuses\]' 'MaxAuthTries 0'
harmless 'PubkeyAcceptedAlgorithms of that type' 'PubkeyAcceptedAlgorithms ssh-ed25519'
harmless 'PubkeyAcceptedAlgorithms and more' 'PubkeyAcceptedAlgorithms +ssh-rsa'
harmless 'AuthenticationMethods any' "$ACCOUNT" 'AuthenticationMethods any'
harmless 'AuthenticationMethods with a choice' 'KbdInteractiveAuthentication yes' "$ACCOUNT" \
	'AuthenticationMethods publickey,keyboard-interactive publickey'
open 'RevokedKeys of others' ": >/etc/ssh/none; ssh-keygen -q -t ed25519 -N '' -f /root/k; cp /root/k.pub /etc/ssh/revoked; $(login_lines 'RevokedKeys /etc/ssh/revoked')" 'rm /root/k*'
harmless 'MaxAuthTries 1' 'MaxAuthTries 1' 'LoginGraceTime 10' 'MaxStartups 2:100:2'
harmless 'RequiredRSASize that no peer has' 'RequiredRSASize 4096'

# --- sessions, and what runs in them
hindrance 'MaxSessions 1' 'maxsessions.*\[sshd-sessions\]' "$ACCOUNT" 'MaxSessions 1'
harmless 'MaxSessions 1 for others' 'MaxSessions 1'
hindrance 'MaxSessions 0 where peers come from' 'maxsessions.*\[sshd-sessions\]' 'Match Address 198.51.100.0/24' 'MaxSessions 0'
hindrance 'a Match in front that wins' 'maxsessions.*\[sshd-sessions\]' 'Match User *,!root' 'MaxSessions 1' \
	'Match User slave' 'MaxSessions 4'
hindrance 'ForceCommand' 'forcecommand.*\[sshd-force-command\]' "$ACCOUNT" 'ForceCommand /bin/true'
hindrance 'ChrootDirectory' 'chrootdirectory.*\[sshd-force-command\]' "$ACCOUNT" 'ChrootDirectory /var/lib'
harmless 'MaxSessions 2' 'MaxSessions 2'
harmless 'no terminal, no forwarding' "$ACCOUNT" 'PermitTTY no' 'AllowTcpForwarding no' 'PermitListen none' 'PermitOpen none'
harmless 'GatewayPorts without forwarding' 'GatewayPorts yes'
harmless 'ForceCommand and ChrootDirectory for all' 'ForceCommand /bin/true' 'ChrootDirectory /var/lib' 'TrustedUserCAKeys /etc/ssh/ssh_host_ed25519_key.pub'

# --- how the two talk
hindrance 'Ciphers of old' 'ciphers.*\[sshd-algorithms\]' 'Ciphers aes128-cbc,aes256-cbc'
hindrance 'KexAlgorithms of old' 'kexalgorithms.*\[sshd-algorithms\]' 'KexAlgorithms diffie-hellman-group1-sha1'
hindrance 'MACs of old' 'macs.*\[sshd-algorithms\]' 'MACs hmac-md5' 'Ciphers aes128-ctr'
hindrance 'HostKeyAlgorithms of no host key' 'hostkeyalgorithms.*\[sshd-algorithms\]' 'HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com'
harmless 'one of each' 'Ciphers chacha20-poly1305@openssh.com' 'KexAlgorithms curve25519-sha256' \
	'MACs hmac-md5' 'HostKeyAlgorithms ssh-ed25519'

# --- the account
shut 'nologin' 'nologin.*\[login-nologin\]' 'echo closed >/etc/nologin'
shut 'nologin at run time' 'nologin.*\[login-nologin\]' ': >/run/nologin'
shut 'nologin without PAM' 'nologin.*\[login-nologin\]' "echo closed >/etc/nologin; $(login_lines 'UsePAM no')"
shut 'an expired account' '\[account-expired\]' 'chage -E 2001-01-01 slave'
shut 'an account that expired in 1970' '\[account-expired\]' 'chage -E 0 slave'
shut 'an expired account without PAM' '\[account-expired\]' "chage -E 2001-01-01 slave; $(login_lines 'UsePAM no')"
shut 'a password that has to be changed' '\[account-password-age\]' 'chage -d 0 slave'
shut 'a password that is too old' '\[account-password-age\]' 'chage -d 2001-01-01 -M 30 slave'
shut 'a locked account without PAM' '\[account-shut\]' "usermod -L slave; $(login_lines 'UsePAM no')"
open 'a locked account with PAM' 'usermod -L slave'
open 'an account that expires one day' 'chage -E 2099-01-01 slave'
open 'a home that is not there' "sed -i '/^slave:/s|:/:|:/nowhere:|' /etc/passwd"
open 'no PAM' "$(login_lines 'UsePAM no'); : >/run/nologin"

# --- PAM
shut 'pam_access' 'pam_access.*\[pam-refuses\]' "$(pam account required pam_access.so); echo '-:ALL EXCEPT root alice:ALL' >>/etc/security/access.conf"
shut 'pam_listfile' 'pam_listfile.*\[pam-refuses\]' "$(pam account required pam_listfile.so item=user sense=allow file=/etc/security/users onerr=fail); echo alice >/etc/security/users"
shut 'pam_deny for accounts' 'pam_deny.*\[pam-refuses\]' "$(pam account required pam_deny.so)"
shut 'pam_deny for sessions' 'pam_deny.*\[pam-refuses\]' "echo 'session requisite pam_deny.so' >>/etc/pam.d/common-session"
shut 'pam_succeed_if' 'pam_succeed_if.*\[pam-refuses\]' "$(pam account required pam_succeed_if.so 'uid >= 1000' quiet)"
shut 'pam_shells' 'pam_shells.*\[pam-refuses\]' "$(pam account required pam_shells.so)"
shut 'pam_usertype' 'pam_usertype.*\[pam-refuses\]' "$(pam account requisite pam_usertype.so isregular)"
shut 'a module that is not there' 'pam_nosuch.*\[pam-refuses\]' "$(pam account required pam_nosuch.so)"
shut 'pam_time' 'pam_time.*\[pam-refuses\]' "$(pam account required pam_time.so); echo 'sshd;*;slave;!Al0000-2400' >>/etc/security/time.conf"
shut 'limits: no login' 'maxlogins.*\[login-limits\]' "echo 'slave hard maxlogins 0' >/etc/security/limits.d/row.conf"
shut 'limits: one process' 'nproc.*\[login-limits\]' "echo '@slave hard nproc 1' >/etc/security/limits.d/row.conf"
open 'pam_access that lets it in' "$(pam account required pam_access.so); printf '%s\n' '+:slave:ALL' '-:ALL EXCEPT root:ALL' >>/etc/security/access.conf"
open 'pam_listfile of others' "$(pam account required pam_listfile.so item=user sense=deny file=/etc/security/users onerr=succeed); echo alice >/etc/security/users"
open 'pam_deny that is not reached' "$(pam account sufficient pam_permit.so); echo 'auth required pam_deny.so' >>/etc/pam.d/sshd; echo 'session optional pam_deny.so' >>/etc/pam.d/sshd"
open 'pam_succeed_if that does' "$(pam account '[default=1 success=ignore]' pam_succeed_if.so quiet 'user ingroup sudo'); $(pam account required pam_succeed_if.so 'uid < 1000')"
open 'pam_shells, and the shell among them' "$(pam account required pam_shells.so); echo /usr/libexec/sallyport/vpn-agent >>/etc/shells"
open 'limits that leave room' "printf '%s\n' 'slave - nproc 64' '* hard maxlogins 0' 'slave hard maxlogins 3' >/etc/security/limits.d/row.conf"
open 'pam_time of others' "$(pam account required pam_time.so); echo 'login;tty*;!slave;!Al0000-2400' >>/etc/security/time.conf"
# Whoever was in before has gone.
open 'limits that just do' "timeout 20 sh -c 'while pgrep -u slave >/dev/null; do sleep 0.1; done'; printf '%s\n' 'slave - nproc 6' >/etc/security/limits.d/row.conf"
open 'pam_nologin of a file of its own' "$(pam account required pam_nologin.so file=/run/closed)"
open 'pam_access for where peers come from' "$(pam account required pam_access.so); printf '%s\n' '+:(slave):198.51.100.0/24 2001:db8::/32' '-:ALL:ALL' >>/etc/security/access.conf"
open 'PAM from a service of its own' "$(pam account substack row); echo 'account [success=1 default=bad] pam_permit.so
account required pam_deny.so
account required pam_permit.so' >/etc/pam.d/row"
dark 'pam_time with hours' 'pam_time.*\[not-looked-at\]' "$(pam account required pam_time.so); echo 'sshd;*;*;Al0001-2359|Al0000-2400' >>/etc/security/time.conf"
dark 'a module that nobody knows' 'pam_exec.*\[not-looked-at\]' "$(pam account required pam_exec.so /bin/true)"

# --- the sshd that runs
hindrance 'ListenAddress of this host alone' '127.0.0.1.*\[sshd-listen\]' 'ListenAddress 127.0.0.1'
shut 'no sshd runs' '\[sshd-listen\]' "$(as_it_runs 'systemctl stop ssh')"
readonly UNIT=/run/systemd/system/ssh.service.d
# unit OPTIONS: a SET for an sshd with them.
unit()
{
	printf '%s\n' "mkdir -p $UNIT; (echo '[Service]'; echo ExecStart=; echo 'ExecStart=/usr/sbin/sshd -D $*') >$UNIT/row.conf" \
		'systemctl daemon-reload'
}
readonly NO_UNIT="rm -r $UNIT; systemctl daemon-reload"
shut 'an sshd with another file' '\[sshd-other\]' "(echo AllowUsers admin; cat /etc/ssh/sshd_config) >/etc/ssh/other; $(unit -f /etc/ssh/other)" "$NO_UNIT"
shut 'an sshd with options' '\[sshd-other\]' "$(unit -o AllowUsers=admin)" "$NO_UNIT"
shut 'a file that was changed since' '\[sshd-stale\]' "$(login_lines 'AllowUsers admin'); systemctl reset-failed ssh; systemctl restart ssh; until [ /run/sshd.pid -nt $LOGIN_EXTRA ]; do sleep 0.1; done; rm $LOGIN_EXTRA; until [ ${LOGIN_EXTRA%/*} -nt /run/sshd.pid ]; do touch ${LOGIN_EXTRA%/*}; done; : >/root/as_it_runs"
harmless 'ListenAddress of the network' 'ListenAddress 198.51.100.1'
open 'a file that was changed, and sshd told' "echo '# nothing' >$LOGIN_EXTRA; systemctl reload ssh; until [ /run/sshd.pid -nt $LOGIN_EXTRA ]; do sleep 0.1; done; : >/root/as_it_runs"
open 'an sshd by its socket' "$(as_it_runs 'systemctl stop ssh; systemctl start ssh.socket')" 'systemctl stop ssh.socket'
shut 'an sshd by its socket, for this host alone' '\[sshd-listen\]' \
	"mkdir -p /run/systemd/system/ssh.socket.d; printf '%s\n' '[Socket]' ListenStream= ListenStream=127.0.0.1:22 >/run/systemd/system/ssh.socket.d/row.conf; systemctl daemon-reload; $(as_it_runs 'systemctl stop ssh; systemctl start ssh.socket')" \
	'systemctl stop ssh.socket; rm -r /run/systemd/system/ssh.socket.d; systemctl daemon-reload'

# --- the keys
shut 'keys in a directory of others' '\[keys-file\]' 'chmod g+w /etc/sallyport'
shut 'keys that the account cannot get to' '\[account-reads\]' 'chmod 0700 /etc/sallyport'
hindrance 'AuthorizedKeysFile none' '\[keys-missing\]' "$ACCOUNT" 'AuthorizedKeysFile none'
shut 'a key by its fingerprint, and a file of keys' 'alice.conf.*\[keys-missing\]' \
	"f=\$(cut -d' ' -f3- /etc/sallyport/authorized_keys | grep -o 'ssh-ed25519 .*' | ssh-keygen -lf - | cut -d' ' -f2); sed -i \"/^Key/s|.*|Key \$f|\" /etc/sallyport/peers/alice.conf; vpn-policy authorized-keys >/etc/sallyport/authorized_keys"
shut 'programs that the account cannot get to' '\[agent-executable\]' 'chmod 0700 /usr/libexec/sallyport' 'chmod 0755 /usr/libexec/sallyport'
open 'keys with the line ends of Windows' "sed -i '$CRLF' /etc/sallyport/authorized_keys"
open 'keys with these line ends, and no comment' \
	"sed -i -e 's/\(ssh-ed25519 [^ ]*\).*/\1/' -e '$CRLF' /etc/sallyport/authorized_keys"
open 'keys by the name of the account' "cp -p /etc/sallyport/authorized_keys /etc/sallyport/keys-slave; $(login_lines "$ACCOUNT" 'AuthorizedKeysFile /etc/sallyport/keys-%u')"
open 'X11Forwarding in an earlier Match' "$(login_lines "$ACCOUNT" 'X11Forwarding yes' 'AllowAgentForwarding yes')"
