#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit and what keeps logins out: sshd's lists, algorithms and keys, PAM, the account, and an
# sshd that does not run. That each does keep them out, tests/machines/audit-login.sh shows by logins.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
# shellcheck source=tests/lib/audit.sh
. "$SRC/tests/lib/audit.sh"

audit_host
EXTRA=/etc/ssh/sshd_config.d/00-test.conf
readonly EXTRA
audit_begin

# lines LINE…: a command that puts them in front of what sshd has.
lines()
{
	printf "printf '%%s\\\\n'"
	printf " '%s'" "$@"
	printf ' >%s' "$EXTRA"
}
# kept_out RULE NAME LINE…: a damage by these.
kept_out()
{
	damage "$1" "$2" "$(lines "${@:3}")" "rm $EXTRA"
}
# let_in NAME LINE…: nothing is found of these.
let_in()
{
	on remote sh -c "$(lines "${@:2}")"
	same "$AUDIT_CLEAN" "$(found)" "$1"
	on remote rm "$EXTRA"
}

# --- whom sshd lets in
kept_out sshd-refuses 'users without the account' 'AllowUsers admin'
kept_out sshd-refuses 'the account, from elsewhere' 'AllowUsers slave@203.0.113.0/24'
kept_out sshd-refuses 'groups without its own' 'AllowGroups sudo'
kept_out sshd-refuses 'the account as a pattern has it' 'DenyUsers s?ave'
kept_out sshd-refuses 'the account, from where a peer comes' 'DenyUsers slave@198.51.100.0/24'
kept_out sshd-refuses 'its group' 'DenyGroups sl*'
kept_out sshd-refuses 'no key is tried' 'MaxAuthTries 0'
damage sshd-refuses 'no login of a place' "$(lines 'PerSourceMaxStartups 0')" "rm $EXTRA"
on remote sh -c "$(lines 'AllowUsers admin')"
same 1 "$(findings | grep -c sshd-refuses)" 'it is said once, not for each place that peers come from'
on remote rm "$EXTRA"
let_in 'users with the account' 'AllowUsers admin sl*@198.51.100.0/24' 'DenyUsers slave@203.0.113.9' 'AllowGroups slave'
let_in 'a part of where a peer comes from' 'AllowUsers slave@198.51.100.128/25'
damage not-looked-at 'from where a peer comes is not known' \
	"$(lines 'AllowUsers slave@203.0.113.0/24'); cp -p /etc/sallyport/peers/alice.conf /root/p
	sed -i 's/^From.*/# waive from-missing: a test/' /etc/sallyport/peers/alice.conf" \
	"rm $EXTRA; cp -p /root/p /etc/sallyport/peers/alice.conf"

# --- what sshd wants of a key
kept_out sshd-methods 'two keys' 'Match User slave' 'AuthenticationMethods publickey,publickey'
kept_out sshd-key-type 'another type of key' 'PubkeyAcceptedAlgorithms rsa-sha2-512'
kept_out sshd-revoked 'a list of revoked keys that is not there' 'RevokedKeys /nowhere'
damage sshd-revoked "a peer's key among the revoked" \
	"grep -o 'ssh-ed25519 .*' /etc/sallyport/authorized_keys >/etc/ssh/revoked; $(lines 'RevokedKeys /etc/ssh/revoked')" \
	"rm $EXTRA /etc/ssh/revoked"
damage not-looked-at 'a list of revoked keys that is binary' \
	"ssh-keygen -q -k -f /etc/ssh/revoked; $(lines 'RevokedKeys /etc/ssh/revoked')" "rm $EXTRA /etc/ssh/revoked"
let_in 'a key of that type, and a choice of methods' 'PubkeyAcceptedAlgorithms ssh-*' 'RequiredRSASize 4096' \
	'Match User slave' 'AuthenticationMethods hostbased publickey'
host_key local root >/dev/null
on local ssh-keygen -q -t rsa -b 3072 -N '' -f /root/rsa
rsa=$(cut -d' ' -f1,2 "$(host_root local)/root/rsa.pub")
damage sshd-key-type 'a key that is too short for sshd' \
	"cp -p /etc/sallyport/peers/alice.conf /root/p; cp -p /etc/sallyport/authorized_keys /root/k
	sed -i 's|^Key.*|Key $rsa|' /etc/sallyport/peers/alice.conf
	vpn-policy authorized-keys >/etc/sallyport/authorized_keys; $(lines 'RequiredRSASize 4096')" \
	"rm $EXTRA; cp -p /root/p /etc/sallyport/peers/alice.conf; cp -p /root/k /etc/sallyport/authorized_keys"

# --- how they talk
kept_out sshd-algorithms 'ciphers of old' 'Ciphers aes256-cbc'
kept_out sshd-algorithms 'MACs of old, which these ciphers need' 'MACs hmac-md5' 'Ciphers aes128-ctr'
kept_out sshd-algorithms 'a host key that this host does not have' 'HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com'
let_in 'MACs of old, which no cipher needs' 'MACs hmac-md5' 'Ciphers aes128-gcm@openssh.com'

# --- the account
on remote sh -c 'mkdir /root/saved && cp -p /etc/shadow /etc/shells /root/saved'
restore='cp -p /root/saved/* /etc'
damage account-password-age 'a password that is to be changed at once' 'chage -d 0 slave' "$restore"
damage account-password-age 'a password that is too old' 'chage -d 2001-01-01 -M 30 slave' "$restore"
damage account-expired 'the first of all days' 'chage -E 0 slave' "$restore"
damage login-nologin 'a host that is closed, without PAM' ": >/etc/nologin; $(lines 'UsePAM no')" "rm /etc/nologin $EXTRA"
on remote sh -c "chage -d 0 slave; : >/run/nologin; $(lines 'UsePAM no')"
same "$AUDIT_CLEAN" "$(found)" 'what PAM alone goes by is no harm without it'
on remote sh -c "$restore; rm /run/nologin $EXTRA"

# --- PAM
host_file remote /etc/pam.d/sshd <<'END'
auth required pam_deny.so
account required pam_nologin.so
@include common-account
session required pam_limits.so
@include common-session
-session optional pam_nosuch.so
END
on remote cp -p /etc/pam.d/sshd /root/pam
same "$AUDIT_CLEAN" "$(found)" 'PAM as Debian has it'
# pam LINE…: a command that puts them in front of the rest.
pam()
{
	printf "(printf '%%s\\\\n'"
	printf " '%s'" "$@"
	printf '; cat /root/pam) >/etc/pam.d/sshd\n'
}
no_pam='cp -p /root/pam /etc/pam.d/sshd'
# pam_keeps_out LINE…; pam_lets_in LINE…; pam_unknown LINE…
pam_keeps_out()
{
	damage pam-refuses "$*" "$(pam "$@")" "$no_pam"
}
pam_unknown()
{
	damage not-looked-at "$*" "$(pam "$@")" "$no_pam"
}
pam_lets_in()
{
	on remote sh -c "$(pam "$@")"
	same "$AUDIT_CLEAN" "$(found)" "$*"
	on remote sh -c "$no_pam"
}
damage login-nologin 'a host that is closed' ': >/run/nologin' 'rm /run/nologin'
damage pam-untrusted 'a file of PAM that others may write' 'chmod o+w /etc/pam.d/sshd' 'chmod o-w /etc/pam.d/sshd'
damage pam-untrusted 'a module that others may write' \
	"install -m 0777 /dev/null /root/pam_permit.so; $(pam 'session optional /root/pam_permit.so')" \
	"rm /root/pam_permit.so; $no_pam"
pam_keeps_out 'account required pam_deny.so'
pam_keeps_out $'session required \\\n pam_deny.so'
pam_keeps_out 'account required pam_nosuch.so'
pam_keeps_out 'account include nosuch'
on remote sh -c 'echo account required pam_deny.so >/etc/pam.d/closed'
pam_keeps_out 'account substack closed'
on remote rm /etc/pam.d/closed
pam_keeps_out 'account [success=1 default=ignore] pam_permit.so' 'account required pam_permit.so' 'account required pam_deny.so'
pam_keeps_out 'account [default=ignore] pam_permit.so' 'account requisite pam_shells.so'
pam_keeps_out 'account required pam_usertype.so isregular'
for condition in 'uid >= 1000' 'user != slave' 'user ingroup sudo' 'shell = /bin/sh' 'user in alice:bob' 'user !~ sl*'; do
	pam_keeps_out "account required pam_succeed_if.so quiet $condition"
done
pam_lets_in 'account required pam_succeed_if.so uid lt 1000 user ingroup slave user =~ s?ave user notin alice:bob'
pam_unknown 'account required pam_succeed_if.so rhost = gate'
pam_unknown 'account required pam_exec.so /bin/true'
pam_lets_in 'account optional pam_exec.so /bin/true' 'auth required pam_exec.so /bin/true' 'account sufficient pam_permit.so'
pam_lets_in 'account [success=1 default=ignore] pam_localuser.so' 'account required pam_deny.so' 'session optional pam_deny.so'
pam_lets_in 'account [default=bad success=ok user_unknown=ignore module_unknown=ignore] pam_sss.so'

# access LINE…; the same of access.conf.
access_keeps_out()
{
	printf '%s\n' "$@" | host_file remote /etc/security/row.conf
	pam_keeps_out 'account required pam_access.so accessfile=/etc/security/row.conf'
}
access_lets_in()
{
	printf '%s\n' "$@" | host_file remote /etc/security/row.conf
	pam_lets_in 'account required pam_access.so accessfile=/etc/security/row.conf'
}
access_keeps_out '-:ALL:ALL'
access_keeps_out '# +:slave:ALL' '+:slave:LOCAL tty1 cron' '-:ALL EXCEPT root (sudo):ALL EXCEPT LOCAL'
access_keeps_out '+:slave:203.0.113.0/24' '-:slave:198.51.0.0/16'
access_lets_in '+:(slave):198.51.100.0/24' '-:ALL:ALL'
access_lets_in '+:slave:198.51.100.0/25 198.51.0.0/16' '-:ALL:ALL'
access_lets_in '-:ALL EXCEPT slave:ALL' '-:root:ALL'
printf '%s\n' '-:slave:198.51.100.128/25' | host_file remote /etc/security/row.conf
pam_unknown 'account required pam_access.so accessfile=/etc/security/row.conf'
{
	printf -- '-:ALL'
	printf ' EXCEPT%.0s' {1..300000}
	echo ':ALL'
} | host_file remote /etc/security/row.conf
pam_unknown 'account required pam_access.so accessfile=/etc/security/row.conf nodefgroup'

echo slave | host_file remote /etc/security/row.conf
pam_keeps_out 'account required pam_listfile.so item=user sense=deny file=/etc/security/row.conf onerr=succeed'
pam_keeps_out 'account required pam_listfile.so item=user sense=allow file=/nowhere onerr=fail'
pam_lets_in 'account required pam_listfile.so item=group sense=allow file=/etc/security/row.conf onerr=fail' \
	'account required pam_listfile.so item=user sense=allow file=/nowhere onerr=succeed'

# limits LINE…: a command that writes them.
limits()
{
	printf '%s\n' "$@" | host_file remote /root/line
	echo 'mkdir -p /etc/security/limits.d; cp /root/line /etc/security/limits.d/row.conf'
}
no_limits='rm /etc/security/limits.d/row.conf'
damage login-limits 'no login at all' "$(limits '* - maxlogins 5' 'slave hard maxlogins 0' '* - maxlogins 9')" "$no_limits"
damage login-limits 'no login at all, in one of a thousand files' \
	"$(limits 'slave hard maxlogins 0'); for i in \$(seq 1000); do echo >/etc/security/limits.d/\$i.conf; done" \
	'rm /etc/security/limits.d/*.conf'
damage login-limits 'one process' "$(limits '@slave hard nproc 1')" "$no_limits"
on remote sh -c "$(limits 'slave hard nproc 64' '@slave hard nproc 1' '* hard nproc 1' 'root - maxlogins 0')"
same "$AUDIT_CLEAN" "$(found)" 'limits of others, and one of its own that counts more'
on remote sh -c "$no_limits"
on remote rm /etc/security/row.conf /etc/pam.d/sshd

# --- the sshd that runs
again='/usr/sbin/sshd -o PidFile=/run/again.pid; while [ ! -s /run/again.pid ]; do sleep 0.1; done'
# Its file is gone a moment before itself.
# shellcheck disable=SC2016 # expanded by that shell
stop='pid=$(cat /run/again.pid); kill $pid; while kill -0 $pid 2>/dev/null; do sleep 0.1; done'
host_stop remote /run/sshd.pid
rm -f "$(host_root remote)/run/sshd.pid"
on remote sh -c "$again"
damage sshd-listen 'no sshd' "$stop" "$again"
damage sshd-listen 'one for this host alone' "$stop; ${again/-o/-o ListenAddress=127.0.0.1 -o ListenAddress=[::1]:22 -o}" "$stop; $again"
on remote sh -c "$stop"
# With the PidFile of its configuration, which it writes when it has read that.
on remote sh -c '/usr/sbin/sshd; while [ ! -s /run/sshd.pid ]; do sleep 0.1; done'
same "$AUDIT_CLEAN" "$(found)" 'an sshd that has read its files'
damage sshd-stale 'a file that was changed since' \
	'touch -r /etc/ssh/sshd_config /root/when; touch -d 2099-01-01 /etc/ssh/sshd_config' \
	'touch -r /root/when /etc/ssh/sshd_config'
damage sshd-stale 'a file that came since' "touch -r ${EXTRA%/*} /root/when; touch -d 2099-01-01 ${EXTRA%/*}" \
	"touch -r /root/when ${EXTRA%/*}"
