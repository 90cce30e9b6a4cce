#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit on a host with a real sshd: nothing to find after the installation, and the
# right finding after each kind of damage, which is undone again.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
# shellcheck source=tests/lib/audit.sh
. "$SRC/tests/lib/audit.sh"

audit_host

before=$(vpn_state remote)
audit_begin
same "$before" "$(vpn_state remote)" 'and it changes nothing'

AGENT=/usr/libexec/sallyport/vpn-agent SSHROUTE=/usr/libexec/sallyport/sshroute
CAPS=cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p
readonly AGENT SSHROUTE CAPS
on remote sh -c 'mkdir /root/saved && cp -p /etc/passwd /etc/shadow /etc/group /root/saved'
restore='cp -p /root/saved/passwd /root/saved/shadow /root/saved/group /etc'

# acl FILE, no_acl FILE: commands that let daemon execute a file of mode 0750, and that undo it.
acl()
{
	cat <<END
python3 -c 'import os, struct
entry = lambda tag, bits, who=0xffffffff: struct.pack("<HHI", tag, bits, who)
os.setxattr("$1", "system.posix_acl_access", struct.pack("<I", 2) + entry(1, 7)
	+ entry(2, 5, 1) + entry(4, 5) + entry(16, 5) + entry(32, 0))'
END
}
no_acl()
{
	echo "python3 -c 'import os; os.removexattr(\"$1\", \"system.posix_acl_access\")'"
}

# --- the agent's files
damage program-missing 'no agent' "mv $AGENT /root/a" "mv /root/a $AGENT"
damage program-missing 'no sshroute' "mv $SSHROUTE /root/a" "mv /root/a $SSHROUTE"
damage program-missing 'a directory in place of sshroute' \
	"mv $SSHROUTE /root/a; mkdir $SSHROUTE" "rmdir $SSHROUTE; mv /root/a $SSHROUTE"
damage program-untrusted 'an agent that is another user'\''s' \
	"chown daemon $AGENT" "chown root $AGENT; setcap $CAPS $AGENT" \
	agent-capabilities
damage program-untrusted 'an agent that its group may write' "chmod g+w $AGENT" "chmod g-w $AGENT"
damage program-untrusted 'an sshroute that all may write' "chmod o+w $SSHROUTE" "chmod o-w $SSHROUTE"
damage program-untrusted 'a directory above that others may write' \
	"chmod o+w ${AGENT%/*}" "chmod o-w ${AGENT%/*}"
damage program-setuid 'a setuid bit on the agent' "chmod u+s $AGENT" "chmod u-s $AGENT"
damage program-setuid 'a setgid bit on sshroute' "chmod g+s $SSHROUTE" "chmod g-s $SSHROUTE"
damage agent-capabilities 'no file capabilities' "setcap -r $AGENT" "setcap $CAPS $AGENT"
damage agent-capabilities 'one more' "setcap cap_sys_admin,$CAPS $AGENT" "setcap $CAPS $AGENT"
damage agent-capabilities 'one less' "setcap ${CAPS#*,} $AGENT" "setcap $CAPS $AGENT"
damage agent-capabilities 'effective ones' "setcap ${CAPS%p}ep $AGENT" "setcap $CAPS $AGENT"
damage agent-nosuid 'a nosuid mount' \
	"mount --bind ${AGENT%/*} ${AGENT%/*} && mount -o remount,bind,nosuid ${AGENT%/*}" \
	"umount ${AGENT%/*}"
damage agent-links 'a second name' "ln $AGENT ${AGENT%/*}/old" "rm ${AGENT%/*}/old"
damage agent-executable 'the wrong group' "chgrp root $AGENT && setcap $CAPS $AGENT" \
	"chgrp slave $AGENT && setcap $CAPS $AGENT"
damage agent-open 'all may execute it' "chmod o+x $AGENT" "chmod o-x $AGENT"
damage agent-open 'one more user may execute it' "$(acl "$AGENT")" "$(no_acl "$AGENT")"
damage sshroute-capabilities 'capabilities on sshroute' \
	"setcap cap_net_admin=ep $SSHROUTE" "setcap -r $SSHROUTE"
damage sessions-file 'no file of sessions' 'mv /run/sallyport/sessions /root/s' \
	'mv /root/s /run/sallyport/sessions'
damage sessions-file 'one for all' 'chmod 0666 /run/sallyport/sessions' \
	'chmod 0660 /run/sallyport/sessions'
damage sessions-file 'a directory in which others may replace it' 'chmod o+w /run/sallyport' \
	'chmod o-w /run/sallyport'
damage account-reads 'a peer for root alone' 'chmod 0600 /etc/sallyport/peers/alice.conf' \
	'chmod 0644 /etc/sallyport/peers/alice.conf'
damage account-reads 'peers for root alone' 'chgrp root /etc/sallyport/peers' \
	'chgrp slave /etc/sallyport/peers'
damage untrusted 'peers that the account may write' 'chmod g+w /etc/sallyport/peers' \
	'chmod g-w /etc/sallyport/peers' waiver-unused

# --- the account
damage account-missing 'no account' "sed -i /^slave:/d /etc/passwd" "$restore"
damage account-missing 'another account' "sed -i '/^Account/s/slave/other/' /etc/sallyport/agent.conf" \
	"sed -i '/^Account/s/other/slave/' /etc/sallyport/agent.conf" \
	keys-file keys-missing sshd-auth-info sshd-authentication sshd-forwarding sshd-user-rc
damage account-root 'uid 0' "sed -i 's/^slave:x:[0-9]*:/slave:x:0:/' /etc/passwd" "$restore" \
	account-shared
damage account-shell 'a shell' 'usermod -s /bin/bash slave' "$restore"
damage account-password 'a password' "usermod -p '\$y\$j9T\$x\$x' slave" "$restore"
damage account-password 'an empty one' "sed -i 's/^slave:[^:]*:/slave::/' /etc/shadow" "$restore"
damage account-password 'one in passwd itself' "sed -i 's/^slave:x:/slave::/' /etc/passwd" "$restore"
EXTRA=/etc/ssh/sshd_config.d/00-test.conf
damage account-shut 'locked, and no PAM' "usermod -L slave; echo 'UsePAM no' >$EXTRA" "$restore; rm $EXTRA"
on remote usermod -L slave
same "$AUDIT_CLEAN" "$(found)" 'locked is no harm with PAM'
on remote sh -c "$restore"
damage account-expired 'expired' 'usermod -e 2001-01-01 slave' "$restore"
damage account-home 'a home of its own' 'mkdir /home/slave; chown slave /home/slave; usermod -d /home/slave slave' \
	"rmdir /home/slave; $restore"
damage account-groups 'another group' 'usermod -aG disk slave' "$restore"
damage account-shared 'another account with its uid' "useradd -o -u \$(id -u slave) twin" "$restore"
damage account-group-shared 'another account in its group' 'usermod -aG slave daemon' "$restore"
damage untrusted 'a passwd that others may write' 'chmod g+w /etc/passwd' 'chmod g-w /etc/passwd'
damage untrusted 'a shadow that others may write' 'chmod o+w /etc/shadow' 'chmod o-w /etc/shadow'
damage untrusted 'a group that others may write' 'chmod g+w /etc/group' 'chmod g-w /etc/group'
damage account-shared 'a second entry of its name' "echo 'slave:x:0:0::/root:/bin/sh' >>/etc/passwd" "$restore"
damage account-groups 'a group that is not its own' "sed -i 's/^slave:\(x:[0-9]*:\)\$/other:\1/' /etc/group" "$restore"

# --- pppd, its options and hooks
told pppd-root "that Debian's pppd needs root"
told pppd-setuid 'that it is setuid'
on remote sh -c 'chmod 0755 /usr/sbin/pppd; setcap cap_setuid=ep /usr/sbin/pppd'
matches '/usr/sbin/pppd: note: its file capabilities are cap_setuid=ep, .*\[pppd-setuid\]$' \
	"$(findings)" 'pppd-setuid: file capabilities in place of the bit'
on remote sh -c 'setcap -r /usr/sbin/pppd; chmod 4754 /usr/sbin/pppd'
# Where Ppp leaves it open, ppptun takes over.
want_pppd='sed -i "s/^Ppp .*/Ppp pppd/" /etc/sallyport/agent.conf'
want_any='sed -i "s/^Ppp .*/Ppp auto/" /etc/sallyport/agent.conf'
damage program-missing 'no pppd, which is wanted' "$want_pppd; mv /usr/sbin/pppd /root/p" \
	"$want_any; mv /root/p /usr/sbin/pppd"
damage program-missing 'another pppd, which is not there' \
	'sed -i "/^Pppd/s|/usr/sbin|/opt|" /etc/sallyport/agent.conf' \
	'sed -i "/^Pppd/s|/opt|/usr/sbin|" /etc/sallyport/agent.conf'
damage program-missing 'no program' 'chmod a-x /usr/sbin/pppd' 'chmod 4754 /usr/sbin/pppd' \
	not-looked-at
damage program-untrusted 'a pppd that others may write' 'chmod o+w /usr/sbin/pppd' \
	'chmod o-w /usr/sbin/pppd' not-looked-at
damage pppd-lacks 'a pppd without IPv6, and a peer that has it' 'cp -p /usr/sbin/pppd /root/p
	cp -p /etc/sallyport/peers/alice.conf /root/a
	install -m 0755 /src/build/tests/system/pppd_plain /usr/sbin/pppd
	sed -i "1i Address6 fd00:9::2 fd00:9::1" /etc/sallyport/peers/alice.conf' \
	'cp -p /root/p /usr/sbin/pppd; cp -p /root/a /etc/sallyport/peers/alice.conf' kernel-filter kernel-routers
damage pppd-launch 'LaunchAs account' "sed -i '/^LaunchAs/s/auto/account/' /etc/sallyport/agent.conf" \
	"sed -i '/^LaunchAs/s/account/auto/' /etc/sallyport/agent.conf"
on remote cp -p /etc/ppp/options /root/saved/options
restore='cp -p /root/saved/options /etc/ppp'
# with LINE: a command that adds it to the options.
with()
{
	printf '%s\n' "$1" | host_file remote /root/line
	echo 'cat /root/line >>/etc/ppp/options'
}
for option in 'plugin /tmp/x.so' require-pap 'noauth plugin /tmp/x.so' '"plugin" x' 'noip' multilink \
	ipcp-accept-local "'re'quire\\-chap" 'mtu plugin pty x' $'lock\n\tpty # why\n"ssh # x"'; do
	# pppd does what it reads there before it tells its version: it is not asked.
	damage ppp-option "${option//$'\n'/ }" "$(with "$option")" "$restore" not-looked-at
done
for option in usepeerdns 'idle 60' 'ms-dns 192.0.2.1' '10.0.0.1:'; do
	damage ppp-option-other "$option" "$(with "$option")" "$restore"
done
damage ppp-untrusted 'options that others may write' 'chmod o+w /etc/ppp/options' \
	'chmod o-w /etc/ppp/options' not-looked-at
damage ppp-untrusted 'a directory in which others may put options' \
	'rm /etc/ppp/options; chmod o+w /etc/ppp' "chmod o-w /etc/ppp; $restore" not-looked-at
damage pppd-fails 'a word that is no option' "$(with nosuchthing)" "$restore" ppp-option-other

# What stands in the options must not happen because somebody asks for pppd's version: a plugin
# would run as root.
on remote sh -c "$(with 'plugin /src/build/tests/system/preload.so')"
findings >/dev/null
check_not 'a plugin among the options does not run for the auditor' on remote test -e /tmp/loaded
on remote pppd --version >/dev/null 2>&1
check 'it does run for who asks pppd by hand' on remote test -e /tmp/loaded
on remote sh -c "$restore; rm /tmp/loaded; echo 'plugin /src/build/tests/system/preload.so' >/root/.ppprc"
matches '/usr/sbin/pppd: note: its version: .*ppprc.*\[not-looked-at\]' "$(findings)" \
	'the auditor'"'"'s own options are told of'
check_not 'and not followed' on remote test -e /tmp/loaded
on remote rm /root/.ppprc
hooks="sed -i '/^Hooks/s/no/yes/' /etc/sallyport/agent.conf"
no_hooks="sed -i '/^Hooks/s/yes/no/' /etc/sallyport/agent.conf"
damage ppp-hook 'hooks that run' "$hooks" "$no_hooks" hooks
damage ppp-untrusted 'a hook that its group may write' "$hooks; chmod g+w /etc/ppp/ip-up" \
	"$no_hooks; chmod g-w /etc/ppp/ip-up" hooks ppp-hook
damage ppp-untrusted 'hooks of others' "$hooks; chown daemon /etc/ppp/ip-up.d" \
	"$no_hooks; chown root /etc/ppp/ip-up.d" hooks ppp-hook

# --- the kernel
restore=$(on_kernel landlock=7)
damage kernel-ppp 'no device' "$want_pppd; rm /dev/ppp" "$want_any; mknod -m 600 /dev/ppp c 1 3"
damage kernel-ppp 'no driver' "$want_pppd; rm /dev/ppp; mknod -m 600 /dev/ppp c 60 99" \
	"$want_any; rm /dev/ppp; mknod -m 600 /dev/ppp c 1 3"
on remote rm /dev/ppp
same "$AUDIT_CLEAN" "$(found)" 'a kernel without PPP is good enough for ppptun'
damage kernel-ppp 'hooks, which ppptun does not run' "$hooks" "$no_hooks" hooks ppp-hook
damage kernel-ppp 'no device, and no ppptun' 'mv /usr/libexec/sallyport/ppptun /root/p' \
	'mv /root/p /usr/libexec/sallyport/ppptun'
on remote mknod -m 600 /dev/ppp c 1 3
damage kernel-discipline 'a line discipline that root has to load' \
	'echo 0 >/root/zero; : >/root/none; mount --bind /root/zero /proc/sys/dev/tty/ldisc_autoload;
	mount --bind /root/none /proc/tty/ldiscs' \
	'umount /proc/sys/dev/tty/ldisc_autoload /proc/tty/ldiscs'
damage kernel-seccomp 'no seccomp' "$(on_kernel seccomp)" "$restore"
damage landlock-needed 'no Landlock' "$(on_kernel landlock=0)" "$restore"
damage landlock-missing 'no Landlock, and none is wanted' \
	"$(on_kernel landlock=0); sed -i '/^Landlock/s/auto/optional/' /etc/sallyport/agent.conf" \
	"$restore; sed -i '/^Landlock/s/optional/auto/' /etc/sallyport/agent.conf" landlock-optional
damage landlock-signals 'an old Landlock' "$(on_kernel landlock=2)" "$restore"
damage kernel-namespaces 'user namespaces for all' 'echo 99 >/root/namespaces' \
	'echo 0 >/root/namespaces'

# --- policy, as check finds it, with the host's own addresses
damage route-covers-server 'a Route over the host' \
	"sed -i 's|^Route.*|Route 198.51.100.0/25|' /etc/sallyport/peers/alice.conf" \
	"sed -i 's|^Route.*|Route 192.0.2.0/24|' /etc/sallyport/peers/alice.conf" route-covers-client
on remote sh -c "$want_pppd; rm /dev/ppp"
check_exit 78 'an error: 78' audit
on remote sh -c "$want_any; mknod -m 600 /dev/ppp c 1 3"
on remote usermod -aG disk slave
check_exit 1 'a warning: 1' audit
check_exit 78 'a warning, and --strict: 78' audit --strict
on remote gpasswd -d slave disk >/dev/null

# --- a copy, which root made, and which a user looks at
on remote sh -c 'mkdir -p /root/copy && cd / && cp -a --parents etc/passwd etc/shadow etc/group etc/sallyport \
	etc/ssh/sshd_config etc/ssh/sshd_config.d etc/ppp usr/libexec/sallyport usr/sbin/pppd /root/copy'
lacks ': (warning|error): ' "$(findings --root /root/copy)" 'a copy: no warning and no error'
on remote sh -c 'setcap -r /root/copy/usr/libexec/sallyport/sshroute 2>/dev/null
	setcap cap_net_admin=ep /root/copy/usr/libexec/sallyport/sshroute
	chown daemon /root/copy/usr/sbin/pppd; chmod 0600 /root/copy/etc/sallyport/peers/alice.conf
	chown daemon /root/copy/etc/sallyport/authorized_keys; chmod o+w /root/copy/etc/sallyport'
actual=$(findings --root /root/copy)
matches '^/root/copy/usr/libexec/sallyport/sshroute: error: .*\[sshroute-capabilities\]' "$actual" 'a copy: file capabilities'
matches '^/root/copy/usr/sbin/pppd: error: .*\[program-untrusted\]' "$actual" 'a copy: owners'
matches '^/root/copy/etc/sallyport/peers/alice.conf: error: .*\[account-reads\]' "$actual" 'a copy: modes'
matches '^/root/copy/etc/sallyport/authorized_keys: error: .*\[keys-file\]' "$actual" 'a copy: whose keys'
matches '^/root/copy/etc/sallyport: error: .*\[keys-file\]' "$actual" 'a copy: the directory of the keys'

# --- sshd's settings for the account: a file in front of the one that is installed
for_account="printf '%s\n' 'Match User slave'"
readonly EXTRA for_account
damage sshd-fails 'a keyword that is none' "echo 'Nonsense yes' >$EXTRA" "rm $EXTRA" not-looked-at
damage sshd-fails 'no sshd' 'mv /usr/sbin/sshd /root/d' 'mv /root/d /usr/sbin/sshd' not-looked-at
for line in 'DisableForwarding no' 'PermitTunnel yes'; do
	damage sshd-forwarding "$line" "$for_account '$line' >$EXTRA" "rm $EXTRA"
done
# Since OpenSSH 10 DisableForwarding has its way in these as well.
release=$(on remote ssh -V 2>&1 | sed -n 's/^OpenSSH_\([0-9]*\).*/\1/p')
for line in 'X11Forwarding yes' 'AllowAgentForwarding yes'; do
	if [ "$release" -lt 10 ]; then
		damage sshd-forwarding "$line" "$for_account '$line' >$EXTRA" "rm $EXTRA"
	else
		on remote sh -c "$for_account '$line' >$EXTRA"
		same "$AUDIT_CLEAN" "$(found)" "$line, which does nothing"
		on remote rm "$EXTRA"
	fi
done
damage sshd-forwarding 'what is left for all' \
	"printf '%s\n' 'GatewayPorts clientspecified' 'Match User slave' 'DisableForwarding no' >$EXTRA" "rm $EXTRA"
matches 'gatewayports is clientspecified' "$(on remote sh -c "printf '%s\n' 'GatewayPorts clientspecified' \
	'Match User slave' 'DisableForwarding no' >$EXTRA"; findings)" 'GatewayPorts where something is forwarded'
for line in 'GatewayPorts yes' 'GatewayPorts clientspecified'; do
	host_file remote "$EXTRA" <<<"$line"
	same "$AUDIT_CLEAN" "$(found)" "$line where nothing is forwarded"
done
on remote rm "$EXTRA"
damage sshd-forwarding 'the installed file is gone' \
	'mv /etc/ssh/sshd_config.d/sallyport.conf /root/c' 'mv /root/c /etc/ssh/sshd_config.d/sallyport.conf' \
	keys-missing sshd-auth-info sshd-authentication sshd-user-rc
from_there="printf '%s\n' 'Match Address 198.51.100.0/24'"
damage sshd-forwarding 'where the peer comes from' "$from_there 'PermitTunnel yes' >$EXTRA" "rm $EXTRA"
damage sshd-forwarding 'all of it where the peer comes from' \
	"$from_there 'DisableForwarding no' >$EXTRA" "rm $EXTRA"
damage sshd-forwarding 'in a part of where the peer comes from' \
	"printf '%s\n' 'Match Address 198.51.100.128/25' 'PermitTunnel yes' >$EXTRA" "rm $EXTRA"
damage sshd-force-command 'where no peer was said to come from' \
	"printf '%s\n' 'Match User sla* address \"2001:db8:9::/48\"' 'ForceCommand /bin/sh' >$EXTRA" "rm $EXTRA"
damage keys-elsewhere 'our own command as root there' \
	"$from_there 'AuthorizedKeysCommandUser root' >$EXTRA" "rm $EXTRA"
for match in 'LocalPort 2222' 'LocalAddress 198.51.100.9' 'Host *.example.org' 'User * RDomain x' \
	'Address 203.0.113.*' 'Group slave Address !192.0.2.0/24,203.*'; do
	damage not-looked-at "Match $match" \
		"printf '%s\n' 'Match $match' 'DisableForwarding no' >$EXTRA" "rm $EXTRA"
done
on remote sh -c "printf '%s\n' 'Match User *,!slave LocalPort 1' 'X11Forwarding yes' 'Match all # Host x' >$EXTRA"
same "$AUDIT_CLEAN" "$(found)" 'what holds for others is none of its'
on remote rm "$EXTRA"
damage sshd-accept-env 'any variable from there' "$from_there 'AcceptEnv X_*' >$EXTRA" "rm $EXTRA"
damage sshd-environment 'an environment of its own' "echo 'PermitUserEnvironment LD_*' >$EXTRA" "rm $EXTRA"
damage sshd-accept-env 'any variable' "echo 'AcceptEnv *' >$EXTRA" "rm $EXTRA"
damage sshd-auth-info 'no word of the key' "$for_account 'ExposeAuthInfo no' >$EXTRA" "rm $EXTRA"
damage sshd-user-rc 'a file of commands' "$for_account 'PermitUserRC yes' >$EXTRA" "rm $EXTRA"
for line in 'PasswordAuthentication yes' 'KbdInteractiveAuthentication yes' 'PermitEmptyPasswords yes' \
	'PubkeyAuthentication no' 'HostbasedAuthentication yes' 'GSSAPIAuthentication yes'; do
	damage sshd-authentication "$line" "$for_account '$line' >$EXTRA" "rm $EXTRA"
done
damage sshd-authentication 'Kerberos' "echo 'KerberosAuthentication yes' >$EXTRA" "rm $EXTRA"
damage sshd-ca 'certificates' "$for_account 'TrustedUserCAKeys /etc/ssh/ssh_host_ed25519_key.pub' >$EXTRA" "rm $EXTRA"
damage untrusted 'settings that others may write' \
	"echo '# nothing' >/etc/ssh/more; chmod o+w /etc/ssh/more; echo 'Include more' >$EXTRA" \
	"rm $EXTRA /etc/ssh/more"
damage untrusted 'settings of the account' 'chown slave /etc/ssh/sshd_config' \
	'chown root /etc/ssh/sshd_config'
damage untrusted 'a directory in which others may put settings' \
	"chmod g+w ${EXTRA%/*}" "chmod g-w ${EXTRA%/*}"
damage sshd-force-command 'a shell' "printf '%s\n' 'Match User slave' 'ForceCommand /bin/sh' >$EXTRA" "rm $EXTRA"
for setting in 'ForceCommand /bin/sh' 'ChrootDirectory /srv' 'PubkeyAuthentication no'; do
	host_file remote "$EXTRA" <<<"$setting"
	same "$AUDIT_CLEAN" "$(found)" "$setting for all is not for the account"
	on remote rm "$EXTRA"
done
damage sshd-subsystem 'files within sshd' "echo 'Subsystem files internal-sftp' >$EXTRA" "rm $EXTRA"

# --- other sshd that run
# other ARGUMENT…: a command that starts one, and stop one that ends it.
other()
{
	echo "/usr/sbin/sshd -p 2222 -o PidFile=/run/other.pid $*; while [ ! -s /run/other.pid ]; do sleep 0.1; done"
}
# Its file is gone a moment before itself.
stop="pid=\$(cat /run/other.pid); kill \$pid; while kill -0 \$pid 2>/dev/null; do sleep 0.1; done; rm -f /etc/ssh/other"
readonly stop
damage sshd-other 'with another file' "grep -v ^Include /etc/ssh/sshd_config >/etc/ssh/other; $(other -f /etc/ssh/other)" "$stop"
damage sshd-other 'with a word of its own' "$(other -4oDisableForwarding=no)" "$stop"
on remote sh -c "$(other -o loglevel=debug -f /etc/ssh/sshd_config)"
same "$AUDIT_CLEAN" "$(found)" 'one with the same settings is none of its'
on remote sh -c "$stop"

# --- authorized_keys
KEYS=/etc/sallyport/authorized_keys
readonly KEYS
on remote cp -p $KEYS /root/saved
keys_back="cp -p /root/saved/authorized_keys $KEYS"
other=$(host_key local root | cut -d' ' -f1,2)
damage keys-command 'a command' \
	"$for_account 'AuthorizedKeysCommand /usr/bin/true' 'AuthorizedKeysCommandUser nobody' >$EXTRA" "rm $EXTRA"
ours='AuthorizedKeysCommand /usr/sbin/vpn-policy authorized-keys --user %u --type %t --key %k'
on remote sh -c "$for_account 'AuthorizedKeysFile none' 'AuthorizedKeysCommandUser slave' '$ours' >$EXTRA"
same "$AUDIT_CLEAN" "$(found)" 'our own command is as good as lines in a file'
on remote rm "$EXTRA"
damage keys-command 'our own, as root' \
	"$for_account 'AuthorizedKeysCommandUser root' '$ours' >$EXTRA" "rm $EXTRA"
damage keys-command 'our own, as nobody that sshd knows' \
	"$for_account 'AuthorizedKeysFile none' '$ours' >$EXTRA" "rm $EXTRA" keys-missing
damage keys-command 'our own, with policy from elsewhere' \
	"$for_account 'AuthorizedKeysCommand /usr/sbin/vpn-policy authorized-keys --peers-dir /tmp' \
		'AuthorizedKeysCommandUser nobody' >$EXTRA" "rm $EXTRA"
damage keys-elsewhere 'another file where the peer comes from' \
	"$from_there 'AuthorizedKeysFile /root/keys' >$EXTRA" "rm $EXTRA"
damage keys-file 'the account may write it' "chgrp slave $KEYS; chmod g+w $KEYS" "chgrp root $KEYS; chmod g-w $KEYS"
damage keys-file 'the account has it' "chown slave $KEYS" "chown root $KEYS"
damage keys-file 'all may write the directory' 'chmod o+w /etc/sallyport' 'chmod o-w /etc/sallyport' untrusted
damage keys-file 'a link' "mv $KEYS /root/k; ln -s /root/saved/authorized_keys $KEYS" "rm $KEYS; mv /root/k $KEYS"
damage keys-file 'StrictModes no' "echo 'StrictModes no' >$EXTRA" "rm $EXTRA"
damage keys-file 'below a home of the account' \
	"$for_account 'AuthorizedKeysFile /tmp/%%%u-%U' >$EXTRA; cp $KEYS /tmp/%slave-\$(id -u slave); \
		chown slave /tmp/%slave*" "rm $EXTRA /tmp/%slave*"
damage account-reads 'keys for root alone' "chmod 0600 $KEYS" "chmod 0644 $KEYS"
damage keys-line 'half a line' "echo 'command=\"x' >>$KEYS" "$keys_back"
damage keys-agent 'no command' "sed -i 's/command=\"[^\"]*\",//' $KEYS" "$keys_back"
damage keys-agent 'a shell beside it' "echo 'restrict,command=\"/bin/sh\" $other' >>$KEYS" "$keys_back"
damage keys-peer 'a key of nobody' "echo 'restrict,command=\"$AGENT alice\" $other' >>$KEYS" "$keys_back"
damage keys-peer 'a peer that is not there' "sed -i 's/vpn-agent alice/vpn-agent bob/' $KEYS" "$keys_back"
damage keys-restrict 'no restrict' "sed -i 's/,restrict//' $KEYS" "$keys_back"
damage keys-option 'a terminal' "sed -i 's/,restrict/&,pty/' $KEYS" "$keys_back"
damage keys-option 'a tunnel' "sed -i 's/,restrict/&,tunnel=\"0\"/' $KEYS" "$keys_back"
damage keys-twice 'the same again' "sed -i p $KEYS" "$keys_back"
damage keys-missing 'no file' "rm $KEYS" "$keys_back"
damage keys-missing 'another file' "$for_account 'AuthorizedKeysFile %h/none' >$EXTRA" "rm $EXTRA"
damage keys-missing 'a key that is new in policy' \
	"cp -p /etc/sallyport/peers/alice.conf /root/p; sed -i '/^End/i Key $other' /etc/sallyport/peers/alice.conf" \
	'cp -p /root/p /etc/sallyport/peers/alice.conf'

damage kernel-routers 'a link with IPv6 on a host that believes routers' \
	'cp -p /etc/sallyport/peers/alice.conf /root/p
	sed -i "/^End/i Address6 fd00:9::2 fd00:9::1" /etc/sallyport/peers/alice.conf' \
	'cp -p /root/p /etc/sallyport/peers/alice.conf' kernel-filter
# router VALUE KNOB…: a command that gives the knobs of new interfaces that value.
router()
{
	local value=$1 knob
	shift
	for knob; do
		echo "echo $value >/proc/sys/net/ipv6/conf/default/$knob"
	done
}
on remote sh -c 'sed -i "/^End/i Address6 fd00:9::2 fd00:9::1" /etc/sallyport/peers/alice.conf'
lacks kernel-routers "$(on remote sh -c "$(router 0 accept_ra)"; found)" 'one that believes none is as it should be'
lacks kernel-routers "$(on remote sh -c "$(router 1 accept_ra forwarding)"; found)" 'and so is a router'
matches kernel-routers "$(on remote sh -c "$(router 2 accept_ra)"; found)" 'unless it believes others all the same'
on remote sh -c "$(router 1 accept_ra); $(router 0 forwarding); cp -p /root/p /etc/sallyport/peers/alice.conf"

# --- a kernel that has it switched off
damage kernel-address 'a link with IPv6 on a host without' \
	"$(router 1 disable_ipv6); $(router 0 accept_ra); cp -p /etc/sallyport/peers/alice.conf /root/p
	sed -i '/^End/i Address6 fd00:9::2 fd00:9::1' /etc/sallyport/peers/alice.conf" \
	"$(router 0 disable_ipv6); $(router 1 accept_ra); cp -p /root/p /etc/sallyport/peers/alice.conf" kernel-filter

# --- what keeps peers to their sources where pppd does not
# sources DEFAULT ALL: a command that sets the knob so, of new interfaces and of all.
sources()
{
	echo "cd /proc/sys/net/ipv4/conf; echo $1 >default/rp_filter; echo $2 >all/rp_filter"
}
undone=$(sources 1 0)
damage kernel-sources 'nothing at all' "$(sources 0 0)" "$undone"
damage kernel-sources 'sources that are routed anywhere' "$(sources 2 0)" "$undone"
damage kernel-sources 'the same by what holds for all' "$(sources 1 2)" "$undone"
lacks kernel-sources "$(on remote sh -c "$(sources 0 1)"; found)" 'what holds for all is enough'
damage sources-any 'a peer that policy lets send from anywhere' \
	"$(sources 0 0); cp -p /etc/sallyport/peers/alice.conf /root/p
	sed -i '/^End/i Strict no' /etc/sallyport/peers/alice.conf" \
	"$undone; cp -p /root/p /etc/sallyport/peers/alice.conf"
damage kernel-filter 'a link with IPv6' \
	"$(router 0 accept_ra); cp -p /etc/sallyport/peers/alice.conf /root/p
	sed -i '/^End/i Address6 fd00:9::2 fd00:9::1' /etc/sallyport/peers/alice.conf" \
	"$(router 1 accept_ra); cp -p /root/p /etc/sallyport/peers/alice.conf"
on remote sh -c "$(sources 0 0)"

# --- and to where they may go
on remote sh -c "$undone"
told kernel-forwarding 'that this host forwards nothing'
conf=/etc/sallyport/agent.conf alice=/etc/sallyport/peers/alice.conf
damage kernel-reach 'what is offered, and nothing that holds it' \
	"cp -p $conf /root/a; sed -i '/waive kernel-reach/d' $conf" "cp -p /root/a $conf"
lacks kernel-reach "$(on remote sh -c "cp -p $conf /root/a; cp -p $alice /root/p
	sed -i '/waive kernel-reach/d' $conf; sed -i '/^End/i Reach 10.2.0.0/16' $alice"; found)" \
	'a Reach of its own gets a peer to ppptun'
matches kernel-reach "$(on remote sh -c "sed -i '/^End/i Hooks yes' $conf; sed -i '/^Hooks *no/d' $conf"; found)" \
	'but not past hooks'
on remote sh -c "cp -p /root/a $conf; cp -p /root/p $alice"
damage reach-any 'a peer that policy lets go anywhere' "sed -i '/^End/i Reach any' $alice" "cp -p /root/p $alice" \
	waiver-unused
damage reach-pppd 'a Reach that pppd does not hold' "sed -i -e '/^End/i Reach 10.2.0.0/16' -e '/^End/i Ppp pppd' $alice" \
	"cp -p /root/p $alice"
