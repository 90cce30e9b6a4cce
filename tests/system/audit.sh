#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit on a host with a real sshd: nothing to find after the installation, and the
# right finding after each kind of damage, which is undone again.
#
#   damage RULE NAME COMMAND UNDO      both are run by sh in the host
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
vpn_standin remote

# found: the rules of warnings and errors, one a line, each once.
found()
{
	on remote vpn-policy audit 2>&1 >/dev/null |
		sed -n 's/^\(.*: \)\?\(warning\|error\): .* \[\([a-z-]*\)\]$/\3/p' | sort -u
}

damage()
{
	local actual
	on remote sh -c "$3" || fail "$1: $2: the damage"
	actual=$(found)
	on remote sh -c "$4" || fail "$1: $2: the undoing"
	matches "^$1\$" "$actual" "$1: $2"
	same "$clean" "$(found)" "$1: $2: nothing is left of it"
}

clean=$(found)
same '' "$clean" 'after the installation there is no warning and no error'

AGENT=/usr/libexec/sallyport/vpn-agent SSHROUTE=/usr/libexec/sallyport/sshroute
CAPS=cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p
readonly AGENT SSHROUTE CAPS
on remote sh -c 'mkdir /root/saved && cp -p /etc/passwd /etc/shadow /etc/group /root/saved'
restore='cp -p /root/saved/passwd /root/saved/shadow /root/saved/group /etc'

# --- the agent's files
damage program-missing 'no agent' "mv $AGENT /root/a" "mv /root/a $AGENT"
damage program-missing 'no sshroute' "mv $SSHROUTE /root/a" "mv /root/a $SSHROUTE"
damage program-missing 'a directory in place of sshroute' \
	"mv $SSHROUTE /root/a; mkdir $SSHROUTE" "rmdir $SSHROUTE; mv /root/a $SSHROUTE"
damage program-untrusted 'an agent that is another user'\''s' \
	"chown daemon $AGENT" "chown root $AGENT; setcap $CAPS $AGENT"
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
damage sshroute-capabilities 'capabilities on sshroute' \
	"setcap cap_net_admin=ep $SSHROUTE" "setcap -r $SSHROUTE"
damage sessions-file 'no file of sessions' 'mv /run/sallyport/sessions /root/s' \
	'mv /root/s /run/sallyport/sessions'
damage sessions-file 'one for all' 'chmod 0666 /run/sallyport/sessions' \
	'chmod 0660 /run/sallyport/sessions'
damage account-reads 'a peer for root alone' 'chmod 0600 /etc/sallyport/peers/alice.conf' \
	'chmod 0644 /etc/sallyport/peers/alice.conf'
damage account-reads 'peers for root alone' 'chgrp root /etc/sallyport/peers' \
	'chgrp slave /etc/sallyport/peers'
damage untrusted 'peers that the account may write' 'chmod g+w /etc/sallyport/peers' \
	'chmod g-w /etc/sallyport/peers'

# --- the account
damage account-missing 'no account' "sed -i /^slave:/d /etc/passwd" "$restore"
damage account-missing 'another account' "sed -i '/^Account/s/slave/other/' /etc/sallyport/agent.conf" \
	"sed -i '/^Account/s/other/slave/' /etc/sallyport/agent.conf"
damage account-root 'uid 0' "sed -i 's/^slave:x:[0-9]*:/slave:x:0:/' /etc/passwd" "$restore"
damage account-shell 'a shell' 'usermod -s /bin/bash slave' "$restore"
damage account-password 'a password' "usermod -p '\$y\$j9T\$x\$x' slave" "$restore"
damage account-password 'an empty one' "sed -i 's/^slave:[^:]*:/slave::/' /etc/shadow" "$restore"
damage account-locked 'locked' 'usermod -L slave' "$restore"
damage account-expired 'expired' 'usermod -e 2001-01-01 slave' "$restore"
damage account-home 'a home of its own' 'mkdir /home/slave; chown slave /home/slave; usermod -d /home/slave slave' \
	"rmdir /home/slave; $restore"
damage account-groups 'another group' 'usermod -aG disk slave' "$restore"
damage account-shared 'another account with its uid' "useradd -o -u \$(id -u slave) twin" "$restore"
damage account-group-shared 'another account in its group' 'usermod -aG slave daemon' "$restore"
damage untrusted 'a passwd that others may write' 'chmod g+w /etc/passwd' 'chmod g-w /etc/passwd'
