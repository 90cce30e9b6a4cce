#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit on hosts of each role: one that launches links, with a fault of each kind that keeps
# them down or makes them weaker; one that is both; and one that is neither.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
# shellcheck source=tests/lib/audit.sh
. "$SRC/tests/lib/audit.sh"

host_create remote local empty
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote

# --- neither
on empty make -s -C /src install-common >/dev/null || give_up 'vpn-policy alone'
AUDIT_HOST=empty
matches '^error: neither the agent nor vpn-connect is installed \[not-installed\]$' "$(findings)" \
	'a host without Sallyport is told as such, and nothing else of it'
same 1 "$(findings | wc -l)" 'in one line'
check_exit 66 'and by the exit status' audit
matches 'program-missing' "$(findings --role remote)" 'asked for as a remote, it lacks the agent'
matches '/usr/sbin/vpn-connect: error: .*\[program-missing\]' "$(findings --role local)" \
	'asked for as a local machine, it lacks the launcher'
check_exit 78 'which is an error' audit --role local
check_exit 64 'no such role' audit --role gateway

# --- a host that launches
AUDIT_HOST=local
vpn_local local
host_account local alice
host_trust local remote
host_key local alice >/dev/null
on local sh -c "sed 's/,[^ ]*//' /etc/ssh/ssh_known_hosts >/home/alice/.ssh/known_hosts
	chown alice /home/alice/.ssh/known_hosts; rm /etc/ssh/ssh_known_hosts"
vpn_profile local office <<-END
	Host          remote
	RunAs         alice
	IdentityFile  /home/alice/.ssh/id_ed25519
	Address       10.9.0.1 10.9.0.2
END
# Whatever the machine has that runs this; the kernel is played.
on local sh -c 'mkdir -p /etc/systemd/system /etc/systemd/network; rm -f /etc/systemd/network/0*
	echo 0 >/root/namespaces; mount --bind /root/namespaces /proc/sys/user/max_user_namespaces'
on local sh -c "$(on_kernel landlock=7)"
audit_begin
matches '^role     local \(/usr/sbin/vpn-connect, /etc/sallyport/connect, vpn-connect@\.service\)$' \
	"$(audit 2>/dev/null)" 'the role is printed, with what tells of it'
matches '"role": "local"' "$(audit --format json)" 'and is in the JSON'
matches '"role": "local"' "$(audit --format sarif)" 'and in the SARIF'
lacks 'agent|account|sshd|ppp/options' "$(findings)" 'nothing is asked of an agent that is not here'
told unit-not-enabled 'that nothing brings it up'
lacks . "$(on -u alice local vpn-policy audit --role remote --format json 2>&1 >/dev/null)" \
	'JSON of another role, by a user, is silent otherwise'

readonly PROFILE=/etc/sallyport/connect/office.conf KEY=/home/alice/.ssh/id_ed25519
on local cp -p "$PROFILE" /root/profile
restore="cp -p /root/profile $PROFILE"
# profile SED-EXPRESSION: a command that changes it.
profile()
{
	echo "sed -i '$1' $PROFILE"
}
# ssh_config LINE…: a command that makes it alice's.
ssh_config()
{
	printf "printf '%%s\\\\n' %s >/home/alice/.ssh/config\n" "$(printf "'%s' " "$@")"
}
no_ssh_config='rm /home/alice/.ssh/config'

damage profile-none 'no profile' "mv $PROFILE /root/p" "mv /root/p $PROFILE"
damage untrusted 'a profile that its group may write' "chmod g+w $PROFILE" "chmod g-w $PROFILE" profile-none
damage syntax 'a profile that does not parse' "$(profile 's/^RunAs/Runs/')" "$restore" profile-none

# --- the programs
for program in /usr/sbin/vpn-connect /usr/bin/ssh /usr/libexec/sallyport/ppptun; do
	more=()
	[ $program != /usr/bin/ssh ] || more=(not-looked-at)
	[ $program != /usr/libexec/sallyport/ppptun ] || more=(program-missing)
	# pppd, which is asked for then, may be missing here as well.
	[ $program = /usr/libexec/sallyport/ppptun ] ||
		damage program-missing "no $program" "mv $program /root/x" "mv /root/x $program" "${more[@]}"
	damage program-untrusted "$program is another user's" "chown daemon $program" "chown root $program" \
		"${more[@]:0:$([ $program = /usr/bin/ssh ] && echo 1 || echo 0)}"
done
damage program-missing 'ppptun, which the profile asks for' \
	"sed -i '1i Ppp ppptun' $PROFILE; mv /usr/libexec/sallyport/ppptun /root/x" \
	"$restore; mv /root/x /usr/libexec/sallyport/ppptun"
damage program-missing 'a pppd that is not there' "sed -i '1i Ppp pppd\nPppd /opt/pppd' $PROFILE; rm -f /dev/ppp; mknod -m 600 /dev/ppp c 1 3" \
	"$restore"
damage program-untrusted "the ssh of jump hosts" 'chmod o+w /usr/libexec/sallyport/jump' \
	'chmod o-w /usr/libexec/sallyport/jump'
damage kernel-tun 'a TUN device for root alone' 'rm -f /dev/net/tun; mknod -m 600 /dev/net/tun c 10 200' \
	'chmod 666 /dev/net/tun'
damage landlock-needed 'no Landlock' "$(on_kernel landlock=0)" "$(on_kernel landlock=7)"
damage landlock-missing 'no Landlock, and the profile does without' \
	"$(on_kernel landlock=0); sed -i '1i Landlock optional' $PROFILE" "$(on_kernel landlock=7); $restore" landlock-optional
damage launch-sources 'rp_filter 2 for all, and pppd' \
	"install -D /src/build/tests/system/standin /opt/pppd; sed -i '1i Ppp pppd\nPppd /opt/pppd' $PROFILE; echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter" \
	"$restore; echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; rm /opt/pppd"

damage program-setuid 'a launcher that is setuid' 'chmod u+s /usr/sbin/vpn-connect' 'chmod u-s /usr/sbin/vpn-connect'
damage program-setuid 'a ppptun that is setgid' 'chmod g+s /usr/libexec/sallyport/ppptun' 'chmod g-s /usr/libexec/sallyport/ppptun'
damage hooks 'hooks, which root runs' "sed -i '1i Ppp pppd\nPppd /opt/pppd\nHooks yes' $PROFILE; install -D /src/build/tests/system/standin /opt/pppd" \
	"$restore; rm /opt/pppd"

# --- Up and Down
hook='install -D -m 0755 /usr/bin/true /opt/hooks/up' no_hook="$restore; rm -r /opt/hooks"
damage hook-untrusted 'an Up that others may write to' "$hook; chmod o+w /opt/hooks/up; sed -i '1i Up /opt/hooks/up' $PROFILE" "$no_hook"
damage hook-untrusted 'a Down in a directory of somebody else' "$hook; chown bin /opt/hooks; sed -i '1i Down /opt/hooks/up' $PROFILE" "$no_hook"
damage hook-untrusted 'an Up of RunAs, run as root' "$hook; chown alice /opt/hooks/up; sed -i '1i Up /opt/hooks/up\nHookAs root' $PROFILE" \
	"$no_hook"
damage hook-missing 'an Up that is not there' "$hook; sed -i '1i Up /opt/hooks/other' $PROFILE" "$no_hook"
damage hook-missing 'a Down that is no program' "$hook; chmod 0644 /opt/hooks/up; sed -i '1i Down /opt/hooks/up' $PROFILE" "$no_hook"

# --- RunAs and the key
damage run-as-missing 'nobody of that name' "$(profile 's/^RunAs .*/RunAs bob/')" "$restore"
damage run-as-root 'root' "$(profile 's/^RunAs .*/RunAs root/'); mkdir -p /root/.ssh; cp /home/alice/.ssh/known_hosts /root/.ssh" \
	"$restore" ssh-files
damage run-as-account 'another user with the uid' 'cp -p /etc/passwd /root/passwd; sed "s/^alice:/mallory:/;t;d" /root/passwd >>/etc/passwd' \
	'cp -p /root/passwd /etc/passwd'
damage run-as-account 'an empty password' 'cp -p /etc/shadow /root/shadow; sed -i /^alice:/d /etc/shadow; echo alice::19000:::::: >>/etc/shadow' \
	'cp -p /root/shadow /etc/shadow'
damage identity-file 'no key' "mv $KEY /root/k" "mv /root/k $KEY"
damage identity-file 'a key of root'\''s' "chown root $KEY" "chown alice $KEY"
damage identity-file 'a key that others may read' "chmod 640 $KEY" "chmod 600 $KEY"
damage identity-file 'a home that alice may not pass' 'chown root /home/alice; chmod 700 /home/alice' \
	'chown alice /home/alice; chmod 755 /home/alice' host-key-unknown
on local sh -c 'chown root /home/alice; chmod 700 /home/alice'
matches "^$KEY: error: alice may not pass /home/alice \(profile office\) \[identity-file\]\$" "$(findings)" \
	'the directory is named'
on local sh -c 'chown alice /home/alice; chmod 755 /home/alice'
damage identity-file 'what is no key' "mv $KEY /root/k; echo x >$KEY; chown alice $KEY; chmod 600 $KEY" \
	"mv /root/k $KEY"
damage identity-file 'a FIFO' "mv $KEY /root/k; mkfifo $KEY" "mv /root/k $KEY"
damage identity-open 'a key of root'\''s that all may read' "chown root $KEY; chmod 644 $KEY" "chown alice $KEY; chmod 600 $KEY"
damage identity-open 'a key of root'\''s that a group of others may read' "chown root:daemon $KEY; chmod 640 $KEY
	cp -p /etc/group /root/group; sed -i '/^daemon:/s/$/alice,bob/' /etc/group" \
	"cp -p /root/group /etc/group; chown alice:alice $KEY; chmod 600 $KEY"
on local sh -c "chown root:alice $KEY; chmod 640 $KEY"
same "$AUDIT_CLEAN" "$(found)" 'a key of root'\''s for the group of RunAs alone is no finding'
on local sh -c "chown alice:alice $KEY; chmod 600 $KEY"
damage identity-passphrase 'a passphrase' \
	"cp -p $KEY /root/k; ssh-keygen -q -p -N secret -f $KEY >/dev/null" "mv /root/k $KEY"
damage identity-passphrase 'a public key alone' "mv $KEY /root/k; cp -p $KEY.pub $KEY; chmod 600 $KEY" \
	"mv /root/k $KEY"
lacks identity-passphrase "$(on local sh -c "cp -p $KEY /root/k; ssh-keygen -q -p -N secret -f $KEY >/dev/null
	$(ssh_config 'IdentityAgent /home/alice/agent')"; found)" 'an agent that ssh_config names is enough'
on local sh -c "mv /root/k $KEY; $no_ssh_config"
no_identity=$(profile /^IdentityFile/d)
lacks identity "$(on local sh -c "$no_identity"; found)" 'without IdentityFile, one of those that ssh tries will do'
on local sh -c "$restore"
damage identity-file 'no key at all, and no IdentityFile' "$no_identity; mv $KEY /root/k" "$restore; mv /root/k $KEY"

# --- known hosts
readonly KNOWN=/home/alice/.ssh/known_hosts
on local cp -p "$KNOWN" /root/known
known_back="cp -p /root/known $KNOWN"
damage host-key-unknown 'none is known' "rm $KNOWN" "$known_back"
damage host-key-unknown 'another host' "sed -i s/^remote/elsewhere/ $KNOWN" "$known_back"
damage host-key-unknown 'a second gateway' "$(profile '/^Host/s/$/\nHost 198.51.100.99/')" "$restore"
damage host-key-unknown 'another port' "$(profile '/^Host/s/$/\nPort 2222/')" "$restore"
damage host-key-unknown 'one that was revoked' "sed -i 's/^/@revoked /' $KNOWN" "$known_back"
damage host-key-unknown 'an alias of ssh_config' "$(ssh_config 'HostKeyAlias gate')" "$no_ssh_config"
damage host-key-unknown 'known to root alone' "mkdir -p /root/.ssh; mv $KNOWN /root/.ssh/" \
	"mv /root/.ssh/known_hosts $KNOWN"
damage host-key-unchecked 'nobody compares' "$(ssh_config 'StrictHostKeyChecking no'); rm $KNOWN" "$no_ssh_config; $known_back"
damage not-looked-at 'a program that knows hosts' "$(ssh_config 'KnownHostsCommand /bin/true'); rm $KNOWN" \
	"$no_ssh_config; $known_back"
for how in "ssh-keygen -q -H -f $KNOWN 2>/dev/null; chown alice $KNOWN" "sed -i s/^remote/rem*/ $KNOWN" \
	"sed 's/^remote/[remote]:2222/' -i $KNOWN; $(profile '/^Host/s/$/\nPort 2222/')" \
	"mv $KNOWN /etc/ssh/ssh_known_hosts" \
	"$(ssh_config 'HostName 198.51.100.1'); sed -i s/^remote/198.51.100.1/ $KNOWN" \
	"$(profile '/^RunAs/s/$/\nSshConfig \/home\/alice\/c/'); echo 'UserKnownHostsFile ~/k' >/home/alice/c; mv $KNOWN /home/alice/k"; do
	on local sh -c "$how"
	same "$AUDIT_CLEAN" "$(found)" "known all the same: $how"
	on local sh -c "rm -f /etc/ssh/ssh_known_hosts $KNOWN.old /home/alice/.ssh/config; $known_back; $restore"
done

# --- what else ssh_config says
damage ssh-config 'a word that is none' "$(ssh_config 'Nonsense yes')" "$no_ssh_config"
damage ssh-config 'one that others may write' "$(ssh_config 'Port 22'); chmod 666 /home/alice/.ssh/config" "$no_ssh_config" ssh-files
damage ssh-config 'SshConfig is not there' "$(profile '/^RunAs/s/$/\nSshConfig \/nowhere/')" "$restore"
damage not-looked-at 'a jump host' "$(ssh_config 'ProxyJump gate')" "$no_ssh_config"
on local sh -c "$(ssh_config 'ProxyCommand nc %h %p' 'BatchMode no' 'RequestTTY force' 'ForwardAgent yes' 'ControlPath none' \
	'PubkeyAuthentication no' 'PreferredAuthentications password')"
same "$AUDIT_CLEAN" "$(found)" 'what the launcher overrides, or does not mind, is no finding'
on local sh -c "$no_ssh_config"

# --- who can change what ssh reads
damage ssh-files 'known_hosts of another user' "chown daemon $KNOWN; chmod 644 $KNOWN" "$known_back"
damage ssh-files 'known_hosts that others may write' "chmod 666 $KNOWN" "$known_back"
damage ssh-files 'the directory above' 'chmod 777 /home/alice/.ssh' 'chmod 700 /home/alice/.ssh'
damage ssh-files 'a home that a group may write' 'chgrp daemon /home/alice; chmod 775 /home/alice' \
	'chgrp alice /home/alice; chmod 755 /home/alice'
# "bob" is in no list of /etc/group: the group of alice's is bob's own.
bob="cp -p /etc/passwd /root/passwd; echo bob:x:4711:\$(id -g alice):::/bin/sh >>/etc/passwd"
damage ssh-files 'a home that its group may write, which is the primary group of another user too' \
	"$bob; chmod 775 /home/alice" 'chmod 755 /home/alice; cp -p /root/passwd /etc/passwd'
damage identity-open "a key of root's for a group that is another user's primary group too" \
	"$bob; chown root:alice $KEY; chmod 640 $KEY" \
	"cp -p /root/passwd /etc/passwd; chown alice:alice $KEY; chmod 600 $KEY"
damage ssh-files 'SshConfig of another user' \
	"$(profile '/^RunAs/s/$/\nSshConfig \/opt\/c/'); mkdir /opt/d; : >/opt/c; chown daemon /opt/c; chmod 644 /opt/c" \
	"$restore; rm -r /opt/c /opt/d"
damage ssh-files 'known_hosts elsewhere' \
	"$(ssh_config 'UserKnownHostsFile /opt/k'); cp $KNOWN /opt/k; chown daemon /opt/k; chmod 644 /opt/k; rm $KNOWN" \
	"$no_ssh_config; rm /opt/k; $known_back"
damage ssh-files 'known_hosts elsewhere, where nothing is yet' \
	"$(ssh_config 'UserKnownHostsFile /opt/k ~/.ssh/known_hosts'); : >/opt/k; chmod 666 /opt/k" "$no_ssh_config; rm /opt/k"
damage ssh-files 'known_hosts for all, behind one that has the key' \
	"cp $KNOWN /etc/ssh/ssh_known_hosts2; chown daemon /etc/ssh/ssh_known_hosts2" 'rm /etc/ssh/ssh_known_hosts2'
on local sh -c "chgrp alice /home/alice; chmod 775 /home/alice; $(ssh_config 'UserKnownHostsFile /tmp/k'); chmod 1777 /tmp
	cp -p $KNOWN /tmp/k; rm $KNOWN"
same "$AUDIT_CLEAN" "$(found)" 'a group of alice alone, and a file of hers in /tmp, are no finding'
on local sh -c "chmod 755 /home/alice; $no_ssh_config; rm /tmp/k; $known_back"

# Who can put another link there chooses the file.
elsewhere="mkdir -p /opt/d; mv $KNOWN /opt/d/k; ln -s /opt/d/k $KNOWN"
here="rm $KNOWN; rm -r /opt/d; $known_back"
on local sh -c "$elsewhere"
same "$AUDIT_CLEAN" "$(found)" 'a known_hosts that is a link, to where root alone can write, is no finding'
on local sh -c "$here"
damage ssh-files 'a link into a directory that others may write' "$elsewhere; chmod 777 /opt/d" "$here"
damage ssh-files 'a link that leads over one of another user' \
	"$elsewhere; ln -s /opt/d/k /opt/l; chown -h daemon /opt/l; ln -sf /opt/l $KNOWN" "$here; rm /opt/l"
damage ssh-files 'a directory that others may write, where no configuration is yet' \
	"$(profile '/^RunAs/s/$/\nSshConfig \/opt\/d\/none/'); mkdir -m 777 /opt/d" "$restore; rmdir /opt/d" ssh-config
damage not-looked-at 'links in a circle' "$(ssh_config 'UserKnownHostsFile ~/.ssh/known_hosts ~/a')
	ln -s b /home/alice/a; ln -s a /home/alice/b; chown -h alice /home/alice/a /home/alice/b" \
	"$no_ssh_config; rm /home/alice/a /home/alice/b"
on local sh -c "$(ssh_config 'UserKnownHostsFile /dev/null ~/.ssh/known_hosts')"
same "$AUDIT_CLEAN" "$(found)" 'nobody changes what is read from /dev/null'
on local sh -c "$no_ssh_config"

# --- Users, and the socket
readonly CONTROL=/etc/systemd/system/sockets.target.wants/vpn-connect-control.socket
users_are()
{
	profile "/^RunAs/s/\$/\\nUsers $1/"
}
control_on="mkdir -p ${CONTROL%/*}; ln -s /x $CONTROL"
damage control-off 'nobody listens' "$(users_are alice)" "$restore"
damage users-unknown 'no such user' "$(users_are nobodyhere); $control_on" "$restore; rm $CONTROL"
damage users-unknown 'no such group' "$(users_are @nobodyhere); $control_on" "$restore; rm $CONTROL"
on local sh -c "$(users_are 'alice @daemon'); $control_on"
same "$AUDIT_CLEAN" "$(found)" 'users that are known, and a socket that is enabled, are no finding'
on local sh -c "$restore; rm $CONTROL"

# --- its run-time state
readonly STATE=/run/sallyport/connect
damage launch-state 'a directory of another user' "mkdir -p $STATE; chown daemon $STATE" "rmdir $STATE"
damage launch-state 'one that others may write' "mkdir -p $STATE/office; chmod 777 $STATE/office" "rm -r $STATE"
damage launch-state 'a link in its place' "mkdir -p /root/state; ln -s /root/state $STATE" "rm $STATE; rmdir /root/state"
damage launch-left 'a link whose profile is gone' "mkdir -p $STATE/gone" "rm -r $STATE"
on local mkdir -p "$STATE/office"
same "$AUDIT_CLEAN" "$(found)" 'the state of a link is no finding'
on local rm -r "$STATE"

# ssh_config may run programs: as alice, away from the auditor's terminal and rights.
# shellcheck disable=SC2016 # expanded there
on local sh -c "$(ssh_config 'Match exec "/home/alice/spy"' 'Port 22')"
on local sh -c 'cat >/home/alice/spy; chmod 755 /home/alice/spy' <<-'END'
	#!/bin/sh
	{ id -un; id -Gn; grep -E "^(NoNewPrivs|CapEff)" /proc/self/status
	(: </dev/tty) 2>/dev/null && echo terminal; ls /proc/self/fd | wc -l; } >/home/alice/seen
END
on local script -qec 'vpn-policy audit' /dev/null >/dev/null 2>&1
same "alice
alice
CapEff:	0000000000000000
NoNewPrivs:	1" "$(sed '$d' "$(host_root local)/home/alice/seen")" 'what ssh_config runs is alice, without a terminal'
# What it leaves behind would go on as alice, after the audit.
on local sh -c 'cat >/home/alice/spy' <<-'END'
	#!/bin/sh
	exec >/dev/null 2>&1
	sleep 1000 &
	echo $! >/home/alice/seen
END
on local vpn-policy audit >/dev/null 2>&1
stayed=$(cat "$(host_root local)/home/alice/seen")
matches '^[0-9]+$' "$stayed" 'ssh_config has run what stays behind'
is_over()
{
	! on local pgrep -u alice -x sleep >/dev/null
}
check 'which ends with ssh' wait_for "$HOST_DEADLINE" 'the end of it' is_over
on local sh -c "$no_ssh_config; rm /home/alice/spy /home/alice/seen"

# --- the unit
readonly UNIT=/usr/lib/systemd/system/vpn-connect@.service OWN=/etc/systemd/system
damage unit-other 'another in its place' "sed s/45/90/ $UNIT >$OWN/vpn-connect@.service" "rm $OWN/vpn-connect@.service"
damage unit-missing 'masked' "ln -s /dev/null $OWN/vpn-connect@.service" "rm $OWN/vpn-connect@.service"
damage unit-missing 'not installed' "mv $UNIT /root/u; mkdir -p /usr/lib/systemd; : >>/usr/lib/systemd/systemd" \
	"mv /root/u $UNIT"
damage unit-untrusted 'others may write it' "chmod o+w $UNIT" "chmod o-w $UNIT"
# drop_in DIRECTORY LINE…: a command that makes one.
drop_in()
{
	printf "mkdir -p %s; printf '%%s\\\\n' [Service] %s >%s/test.conf\n" "$OWN/$1" "$(printf "'%s' " "${@:2}")" "$OWN/$1"
}
no_drop_in="rm -r $OWN/*service.d"
for line in NoNewPrivileges=no ProtectSystem=full 'ProtectHome = no' SystemCallFilter= DevicePolicy=auto \
	'ReadWritePaths=/etc' 'CapabilityBoundingSet=CAP_SYS_ADMIN' MemoryDenyWriteExecute=false; do
	damage unit-loose "$line" "$(drop_in vpn-connect@.service.d "$line")" "$no_drop_in"
done
damage unit-loose 'of one instance' "$(drop_in vpn-connect@office.service.d PrivateTmp=no)" "$no_drop_in"
damage unit-loose 'of all services' "$(drop_in service.d LockPersonality=no)" "$no_drop_in"
for line in User=alice DynamicUser=yes PrivateNetwork=yes ProtectHome=yes ProtectHome=tmpfs PrivateDevices=1 \
	CapabilityBoundingSet=~CAP_NET_ADMIN ProcSubset=pid; do
	damage unit-spoiled "$line" "$(drop_in vpn-connect@.service.d "$line")" "$no_drop_in"
done
damage unit-loose 'of the users'\'' socket' "$(drop_in vpn-connect-control@.service.d PrivateDevices=no CapabilityBoundingSet=CAP_SYS_ADMIN)" "$no_drop_in"
on local sh -c "$(drop_in vpn-connect-control@.service.d ProtectHome=yes User=alice)"
same "$AUDIT_CLEAN" "$(found)" 'one of the users'\'' socket that hardens it further is no finding'
on local sh -c "$no_drop_in"
damage unit-untrusted 'the users'\'' socket' 'chmod o+w /usr/lib/systemd/system/vpn-connect-control.socket' \
	'chmod o-w /usr/lib/systemd/system/vpn-connect-control.socket'
damage unit-untrusted 'a drop-in of another user'\''s' "$(drop_in vpn-connect@.service.d Nice=1); chown daemon $OWN/vpn-connect@.service.d" \
	"$no_drop_in"
on local sh -c "$(drop_in vpn-connect@.service.d Nice=1 '# User=alice' SystemCallFilter=~pidfd_getfd ReadWritePaths= User=root)
	$(drop_in vpn-connect@other.service.d User=alice); $(drop_in ssh.service.d User=alice)"
same "$AUDIT_CLEAN" "$(found)" 'a drop-in that takes more away, or is of another unit, is no finding'
on local sh -c "$no_drop_in"
damage unit-no-profile 'an instance without one' \
	"mkdir -p $OWN/multi-user.target.wants; ln -s $UNIT $OWN/multi-user.target.wants/vpn-connect@home.service" \
	"rm $OWN/multi-user.target.wants/vpn-connect@home.service"
lacks unit-not-enabled "$(on local sh -c "mkdir -p $OWN/multi-user.target.wants
	ln -s $UNIT $OWN/multi-user.target.wants/vpn-connect@office.service"; found)" 'one that is enabled is not told of'
on local rm "$OWN/multi-user.target.wants/vpn-connect@office.service"

# --- systemd-networkd
networkd="mkdir -p $OWN/multi-user.target.wants; ln -sf /x $OWN/multi-user.target.wants/systemd-networkd.service"
no_networkd="rm $OWN/multi-user.target.wants/systemd-networkd.service"
readonly NETWORK=/usr/lib/systemd/network/05-sallyport.network
damage networkd 'its file is not there' "$networkd; mv $NETWORK /root/n" "$no_networkd; mv /root/n $NETWORK"
damage networkd 'its file is masked' "$networkd; ln -s /dev/null /etc/systemd/network/05-sallyport.network" \
	"$no_networkd; rm /etc/systemd/network/05-sallyport.network"
damage networkd 'another comes first' "$networkd; printf '%s\n' [Match] 'Name=en* *' >/etc/systemd/network/00-all.network" \
	"$no_networkd; rm /etc/systemd/network/00-all.network"
lacks networkd "$(on local sh -c "$networkd; printf '%s\n' [Match] 'Name=en*' >/etc/systemd/network/00-all.network"; found)" \
	'a file for others is no finding'
on local sh -c "$no_networkd; rm /etc/systemd/network/00-all.network"

# --- a copy, which root made
on local sh -c 'mkdir -p /root/copy && cd / && cp -a --parents etc/passwd etc/group etc/sallyport home/alice \
	usr/sbin/vpn-connect usr/bin/ssh usr/libexec/sallyport usr/lib/systemd/system/vpn-connect@.service /root/copy
	chmod 700 /root /root/copy; chmod 755 /root/copy'
lacks ': (warning|error): ' "$(findings --root /root/copy)" 'a copy: no warning and no error'
same 1 "$(findings --root /root/copy | grep -c 'known_hosts of RunAs')" 'a copy: ssh is not asked, which is said once'
on local sh -c "chmod g+w /root/copy$PROFILE; chown root /root/copy/home/alice/.ssh"
actual=$(findings --root /root/copy)
matches "^/root/copy$PROFILE: error: it is writable .*\[untrusted\]" "$actual" 'a copy: modes'
matches "^/root/copy$KEY: error: alice may not pass /home/alice/.ssh .*\[identity-file\]" "$actual" \
	'a copy: what RunAs may not pass'

# --- both
AUDIT_HOST=remote
vpn_local remote
matches '^role     remote .*
role     local ' "$(audit 2>/dev/null)" 'a host that is both is looked at as both'
lacks 'vpn-agent|sshd' "$(findings --role local)" 'or as what is asked for alone'
same "$(findings | sort)" "$(findings --role local --role remote | sort)" 'the option may be repeated'
vpn_profile remote hub <<-END
	Host          hub.example.org
	RunAs         slave
	Address       10.9.8.1 10.9.8.2
END
matches "/connect/hub\\.conf: error: RunAs: peers log in to slave \\[run-as-account\\]" "$(findings)" \
	'on one that is both, no link runs as the account that peers log in to'
