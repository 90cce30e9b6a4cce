#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Hosts that are not as one expects, one line each: what the unit makes of each, what it says, whether
# it goes on trying, and that nothing is left. What happens to a link that is up is in odd-live.sh.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_odd.sh
. "$SRC/tests/lib/machine_odd.sh"

readonly NO_SIX='71 this host has no IPv6, which Address6 asks for: it is switched off'
readonly NOT_DONE='76 the agent on remote could not do what was asked; its log says more'
readonly KEY_HIDDEN='78 RunAs may not look at the key that IdentityFile in the profile names'
readonly ENDED='74 remote takes the key and then ends the login: it is booting or going down'
readonly NO_SOCKETS='71 cannot look at the sockets of ssh: .*withholds CAP_SYS_PTRACE'
readonly NO_ROOM='71/begin cannot write the journal: No space left on device'
readonly FULL='mount -t tmpfs -o size=64k,mode=1777 full' FILL='! head -c 1M /dev/zero 2>/dev/null >'

machine_create remote 12 198.51.100.1/24
machine_create local 12 198.51.100.7/24
machine_boot remote local
machine_pair remote local '/^Timeout/s|30|15|'
PROFILE=$(machine_root local)/etc/sallyport/connect/office.conf
PEER=$(machine_root remote)/etc/sallyport/peers/alice.conf
readonly PROFILE PEER

# six WHERE VALUE: the setting that switches IPv6 off.
six()
{
	echo "sysctl -qw net.ipv6.conf.$1.disable_ipv6=$2"
}

# filter HOOK RULE: a packet filter of that one rule.
filter()
{
	printf 'printf "%%s\\n" "table inet odd {" "chain c {" "type filter hook %s priority 0;" "%s" "}" "}" | nft -f -' "$1" "$2"
}

odd 'as it ships' up

# --- IPv6
odd 'IPv6 off, local' "$NO_SIX" local "$(six all 1)" "$(six all 0)"
odd 'IPv6 off for new interfaces, local' "$NO_SIX" local "$(six default 1)" "$(six default 0)"
odd 'IPv6 off on lo, both' up both "$(six lo 1)" "$(six lo 0)"
odd 'IPv6 off, remote' "$NOT_DONE" remote "$(six all 1)" "$(six all 0)"
odd 'IPv6 off for new interfaces, remote' "$NOT_DONE" remote "$(six default 1)" "$(six default 0)"
odd 'no IPv6 in the profile' '78/remote the remote says fd00:9::1 and fd00:9::2: write .Address6' \
	local 'sed -i.whole /^Address6/d /etc/sallyport/connect/office.conf'
ODD_PINGS=10.9.0.2
sed -i.whole /^Address6/d "$PEER"
odd 'no Address6, and IPv6 off on both' up both "$(six all 1)" "$(six all 0)"
odd 'no Address6, and IPv6 off for new interfaces' up both "$(six default 1)" "$(six default 0)"
mv "$PEER.whole" "$PEER"
mv "$PROFILE.whole" "$PROFILE"
ODD_PINGS='10.9.0.2 fd00:9::2'
odd 'addresses that the kernel invents' up both \
	'cd /proc/sys/net/ipv6/conf/default && echo 3 >addr_gen_mode && echo 2 >use_tempaddr && echo 1 >max_addresses' \
	'cd /proc/sys/net/ipv6/conf/default && echo 0 >addr_gen_mode && echo 0 >use_tempaddr && echo 16 >max_addresses'

# --- settings of kernels that are hardened
# shellcheck disable=SC2016 # expanded by that shell
odd 'hardened network settings' up both 'cd /proc/sys/net/ipv4/conf && for v in all default; do
	for k in rp_filter log_martians; do echo 1 >$v/$k; done
	for k in accept_redirects secure_redirects send_redirects; do echo 0 >$v/$k; done; done
	echo 0 >../tcp_timestamps' 'cd /proc/sys/net/ipv4/conf && for v in all default; do echo 0 >$v/rp_filter; done'
odd 'processes of others are hidden' up both 'mount -o remount,hidepid=2 /proc' 'mount -o remount,hidepid=0 /proc'

# --- packet filters and routes
odd 'a filter on the remote refuses ssh' '68 there is no route to remote' remote \
	"$(filter input 'tcp dport 22 reject with icmpx type admin-prohibited')" 'nft flush ruleset'
odd 'a filter here refuses ssh' '68 there is no route to remote' local \
	"$(filter output 'tcp dport 22 reject with icmpx type admin-prohibited')" 'nft flush ruleset'
odd 'a route that leads nowhere' '68 there is no route to remote' local \
	'ip route add unreachable 198.51.100.1' 'ip route del unreachable 198.51.100.1'
odd 'a route that is a black hole' '68 this host cannot connect to remote: check its routes' local \
	'ip route add blackhole 198.51.100.1' 'ip route del blackhole 198.51.100.1'
odd 'a route that is forbidden' '68 this host cannot connect to remote: check its routes' local \
	'ip route add prohibit 198.51.100.1' 'ip route del prohibit 198.51.100.1'
odd 'routing by rules' up local \
	'ip route add 198.51.100.0/24 dev eth0 table 100 && ip rule add to 198.51.100.0/24 table 100 priority 10' \
	'ip rule del priority 10 && ip route flush table 100'
odd 'an uplink of 576 bytes' up local 'ip link set eth0 mtu 576' 'ip link set eth0 mtu 1500'
odd 'an uplink of 9000 bytes' up local 'ip link set eth0 mtu 9000' 'ip link set eth0 mtu 1500'

# --- full and read-only file systems, and no log
for where in /tmp /var/tmp /var/log; do
	odd "local: $where is full" up local "$FULL $where && $FILL$where/fill" "umount $where"
	[ $where = /tmp ] && expected=$NOT_DONE || expected=up
	odd "remote: $where is full" "$expected" remote "$FULL $where && $FILL$where/fill" "umount $where"
done
matches 'code=71 .*cannot write that into /tmp: No space left on device' \
	"$(machine_journal remote -o cat -t vpn-agent)" 'the remote tells of its full /tmp'
odd 'local: /run/sallyport is full' "$NO_ROOM" local \
	"mkdir -p /run/sallyport && $FULL /run/sallyport && chmod 755 /run/sallyport && $FILL/run/sallyport/fill" \
	'umount /run/sallyport'
odd 'remote: /run/sallyport is full' up remote "$FULL /run/sallyport && chmod 755 /run/sallyport &&
	systemd-tmpfiles --create sallyport.conf && $FILL/run/sallyport/fill" 'umount /run/sallyport'
for where in /etc /var /home; do
	odd "$where is read-only" up both "mount --bind $where $where && mount -o remount,bind,ro $where" "umount $where"
done
odd 'remote: /tmp is read-only' "$NOT_DONE" remote \
	'mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp' 'umount /tmp'
odd 'nothing in /run or /tmp can be executed' up both \
	'mount -o remount,noexec,nosuid,nodev /run && mount -t tmpfs -o noexec,nosuid none /tmp' 'umount /tmp'
readonly LOG_UNITS='systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service'
odd 'local: there is no log' up local "systemctl stop $LOG_UNITS 2>/dev/null" "systemctl start $LOG_UNITS"
odd 'remote: there is no log' "$NOT_DONE" remote "systemctl stop $LOG_UNITS 2>/dev/null" "systemctl start $LOG_UNITS"

# --- what is installed, and the users
readonly PROGRAMS=/usr/libexec/sallyport
odd 'local: ppptun cannot be executed' '69 ppptun cannot be executed here \(.*: Permission denied\), and pppd cannot be used: ' local \
	"chmod a-x $PROGRAMS/ppptun" "chmod a+x $PROGRAMS/ppptun"
odd 'local: there is no ppptun' '69 ppptun cannot be executed here \(.*: No such file or directory\), and pppd cannot be used: ' local \
	"mv $PROGRAMS/ppptun /root" "mv /root/ppptun $PROGRAMS"
odd 'remote: there is no ppptun' '69/remote remote has no PPP' remote \
	"mv $PROGRAMS/ppptun /root" "mv /root/ppptun $PROGRAMS"
matches "code=69 .*$PROGRAMS/ppptun, which needs no kernel PPP, is not installed" \
	"$(machine_journal remote -o cat -t vpn-agent)" 'the remote says that it has no ppptun'
odd 'remote: there is no sshroute' '76 sshroute on remote cannot add its routes' remote \
	"mv $PROGRAMS/sshroute /root" "mv /root/sshroute $PROGRAMS"
odd 'remote: the agent has lost its capabilities' "$NOT_DONE" remote "setcap -r $PROGRAMS/vpn-agent" \
	"setcap cap_setgid,cap_setuid,cap_setpcap,cap_net_admin=p $PROGRAMS/vpn-agent"
odd 'local: there is no ssh' '71 cannot execute /usr/bin/ssh: No such file' local 'mv /usr/bin/ssh /root' 'mv /root/ssh /usr/bin'
odd 'local: a home that nobody may enter' "$KEY_HIDDEN" local 'chmod 0 /home/alice' 'chmod 755 /home/alice'
odd 'local: an empty /home' '78 the key that IdentityFile in the profile names does not exist' local 'mount -t tmpfs none /home' 'umount /home'
odd 'local: the key is root'"'"'s' '78 RunAs cannot read a private key' local \
	'chown root /home/alice/.ssh/id_vpn' 'chown alice /home/alice/.ssh/id_vpn'
odd 'local: alice may not log in' up local 'usermod -s /usr/sbin/nologin -e 1 alice' "usermod -s /bin/bash -e '' alice"
odd 'remote: it is going down' "$ENDED" remote 'touch /run/nologin' 'rm /run/nologin'
odd 'remote: the account has expired' "$ENDED" remote 'chage -E 0 slave' 'chage -E -1 slave'
readonly LIMITS=/etc/security/limits.d/odd.conf
odd 'remote: the account may have one process' '74 the sshd of remote cannot start a process for the account' remote \
	"echo 'slave hard nproc 1' >$LIMITS" "rm $LIMITS"
odd 'remote: the account may not log in again' '76 did not answer with a ready line, but with "' remote \
	"echo 'slave hard maxlogins 0' >$LIMITS" "rm $LIMITS"
odd 'remote: little of everything for the account' up remote \
	"printf 'slave hard %s 0\n' memlock sigpending locks msgqueue core nice >$LIMITS" "rm $LIMITS"

# --- names, time zones and locales
odd 'no name servers, and names from files alone' up both \
	'mv /etc/resolv.conf /root; mv /etc/nsswitch.conf /root; systemctl stop systemd-resolved' \
	'mv /root/nsswitch.conf /etc; systemctl start systemd-resolved'
odd 'locales and a time zone that are not there' up both \
	'echo LANG=tr_TR.UTF-8 >/etc/locale.conf; echo LC_ALL=tr_TR.UTF-8 >/etc/environment; ln -sf /nowhere /etc/localtime' \
	'rm /etc/locale.conf /etc/environment'
odd 'files and sockets of a user are removed at the logout' up both 'mkdir -p /run/systemd/logind.conf.d &&
	printf "[Login]\nKillUserProcesses=yes\nRemoveIPC=yes\n" >/run/systemd/logind.conf.d/odd.conf &&
	systemctl restart systemd-logind' 'rm /run/systemd/logind.conf.d/odd.conf && systemctl restart systemd-logind'

# --- drop-ins of the unit
odd_unit '77/profile only root may use ' User=alice
odd_unit '77/profile only root may use ' DynamicUser=yes
odd_unit '68 the network of remote is unreachable' PrivateNetwork=yes
odd_unit "$KEY_HIDDEN" ProtectHome=yes
odd_unit '78 the key that IdentityFile in the profile names does not exist' ProtectHome=tmpfs
odd_unit '69 ppptun finds no TUN here' PrivateDevices=yes
odd_unit '71 ppptun may not use its TUN device' InaccessiblePaths=/dev/net/tun
odd_unit '71/begin cannot read /proc/sys' ProcSubset=pid
odd_unit '69 ppptun cannot be executed here' NoExecPaths=$PROGRAMS
odd_unit '71/begin too few descriptors are allowed' LimitNOFILE=32
odd_unit up LimitAS=24M
odd_unit '71/begin cannot write the journal: File too large' LimitFSIZE=0
odd_unit up LimitMEMLOCK=0 LimitSIGPENDING=0 LimitMSGQUEUE=0 LimitCORE=0
odd_unit up Nice=19 CPUSchedulingPolicy=idle IOSchedulingClass=idle OOMScoreAdjust=1000
odd_unit up StandardOutput=null StandardError=append:/dev/full
odd_unit up WatchdogSec=30 NotifyAccess=none
odd_unit up 'Environment=LANG=xx SSH_AUTH_SOCK=/nowhere MALLOC_PERTURB_=1'
odd_unit up SystemCallFilter=~pidfd_getfd
odd_unit "$NO_SOCKETS" CapabilityBoundingSet=~CAP_SYS_PTRACE
odd_unit '71 cannot set the capability sets' CapabilityBoundingSet=~CAP_NET_ADMIN
odd_unit '71/begin cannot empty the capability bounding set' CapabilityBoundingSet=~CAP_SETPCAP
odd_unit '71 cannot set the capability sets' CapabilityBoundingSet=~CAP_SETUID
odd_unit '71 a seccomp filter, .* denies Landlock' SystemCallFilter=~landlock_create_ruleset
odd_unit '71 cannot leave root.s session keyring: keyctl' SystemCallFilter=~keyctl
