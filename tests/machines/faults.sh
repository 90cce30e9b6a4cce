#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make faults`: what happens to a link that carries a transfer, while its parts are killed, its line is
# cut, and its hosts are short of something. Prints one table: how long it took until that was noticed and
# until packets passed again, what became of the transfer, what was left behind on both hosts, and what the
# user was told. Debian 12 and 13 on either side, under the unit.
# Argument: how many seconds the long cut lasts, 600 for the real one.
# shellcheck disable=SC2016 # what is in single quotes is expanded on a machine
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_faults.sh
. "$SRC/tests/lib/machine_faults.sh"

readonly LONG=${1-100}
readonly PEER=/etc/sallyport/peers/alice.conf KEYS=/etc/sallyport/authorized_keys

# --- what dies
restarts()
{
	here_runs "systemctl kill --kill-whom=main --signal=KILL $FAULT_UNIT"
}
ends_session()
{
	there_runs "$* && pkill -KILL -u slave -x ppptun"
}
freeze()
{
	ip -n switch link set "$here" down && echo 1 >"/sys/fs/cgroup/$here/cgroup.freeze"
}
thaw()
{
	ip -n switch link set "$here" up && echo 0 >"/sys/fs/cgroup/$here/cgroup.freeze"
}
shell_up()
{
	here_runs "systemctl stop $FAULT_UNIT && vpn-connect up --quiet office"
}
shell_kills()
{
	here_runs 'kill -KILL $(sed -n "s/^supervisor \([0-9]*\) .*/\1/p" /run/sallyport/connect/office/journal)'
}
shell_mends()
{
	here_runs 'vpn-connect status office; vpn-connect down office && vpn-connect up --quiet office'
}

parts()
{
	GOAL_UP=2 fault 'ssh is killed' 'fault_part ssh'
	GOAL_UP=2 fault 'ppptun is killed here' 'fault_part ppptun'
	GOAL_UP=2 fault 'ppptun is killed there' 'there_runs pkill -KILL -u slave -x ppptun'
	# sshd that is killed leaves its file of what ExposeAuthInfo tells.
	GOAL_UP=2 LEAVES=/tmp/sshauth fault "the session's sshd is killed" 'there_runs pkill -KILL -u slave -x sshd'
	STAYS=yes fault 'the sshd that listens is killed' 'there_runs systemctl kill --kill-whom=main --signal=KILL ssh'
	LEAVES=/tmp/sshauth fault 'the supervisor is killed, under the unit' restarts
	GOAL_NOTICED=2 GOAL_UP=5 FROM_END=yes fault 'this host sleeps for 60 s, and its line with it' freeze 60 thaw
	check 'parts: from the shell' shell_up
	MEND=shell_mends LEAVES=/tmp/sshauth fault 'the supervisor is killed, from the shell; then down and up' shell_kills
}

# --- the line: nothing passes, and neither host is told
cut_line()
{
	bridge -n switch link set dev "$here" state 0
}
mend_line()
{
	bridge -n switch link set dev "$here" state 3
}
line()
{
	fault 'the line is cut for 5 s' cut_line 5 mend_line
	GOAL_NOTICED=5 GOAL_UP=2 fault 'the line is cut for 60 s' cut_line 60 mend_line
	GOAL_NOTICED=5 fault "the line is cut for $LONG s" cut_line "$LONG" mend_line
}

# --- what the hosts have and say
another_address()
{
	here_runs 'ip addr add 198.51.100.99/24 dev eth0 && ip addr del 198.51.100.112/24 dev eth0'
}
first_address()
{
	here_runs 'ip addr add 198.51.100.112/24 dev eth0 && ip addr del 198.51.100.99/24 dev eth0'
}
interface_down()
{
	here_runs ip link set sp-office down
}

network()
{
	GOAL_NOTICED=2 GOAL_UP=5 fault "this host's address changes" another_address
	GOAL_NOTICED=2 GOAL_UP=5 fault 'and back' first_address
	GOAL_NOTICED=5 fault 'eth0 is down for 10 s' 'here_runs ip link set eth0 down' 10 'here_runs ip link set eth0 up'
	# It is put back at once.
	STAYS=yes fault 'the interface is set down' interface_down
	fault 'the interface here is deleted' 'here_runs ip link del sp-office'
	fault 'the interface there is deleted' 'there_runs ip link del sp-alice'
	fault 'policy denies for 10 s' "ends_session cp -p $PEER /root/peer && sed -i '/^Allow/s/pppd sshroute//' $PEER" 10 "there_runs cp -p /root/peer $PEER"
	fault 'the key is not accepted for 10 s' "ends_session cp -p $KEYS /root/keys && : >$KEYS" 10 "there_runs cp -p /root/keys $KEYS"
}

# --- what the hosts are short of
# full HOST: not one page is free on its /run and /var/log; what the end of the link sets free is taken too.
full()
{
	machine_on "$1" sh -c 'for dir in /run /var/log; do
		mount -o remount,size=$(($(df --output=used -k $dir | tail -n 1) + 64))k $dir || exit; done' &&
		fill "$1" && fault_part ssh && fill "$1"
}
fill()
{
	machine_on "$1" sh -c 'for dir in /run /var/log; do ! head -c 64M /dev/zero >>$dir/full || exit; done'
}
empty()
{
	machine_on "$1" sh -c 'for dir in /run /var/log; do rm $dir/full && mount -o remount,size=64m $dir || exit; done'
}
# /run itself is never free of files that are open for writing, so nobody can make it read-only at once.
readonly_here()
{
	here_runs 'nsenter -m -t $(systemctl show -p MainPID --value vpn-connect@office) sh -c "
		mount --bind /run/sallyport /run/sallyport && mount -o remount,bind,ro /run/sallyport"' && fault_part ssh
}
writable_here()
{
	here_runs 'nsenter -m -t $(systemctl show -p MainPID --value vpn-connect@office) umount /run/sallyport'
}
readonly_there()
{
	there_runs 'mount --bind /run/sallyport /run/sallyport && mount -o remount,bind,ro /run/sallyport' && fault_part ssh
}
readonly JOURNALD='systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service'
no_journald()
{
	here_runs "systemctl stop $JOURNALD" && there_runs "systemctl stop $JOURNALD" && fault_part ssh
}
journald()
{
	here_runs "systemctl start $JOURNALD" && there_runs "systemctl start $JOURNALD"
}

shortage()
{
	fault 'the disk is full here for 10 s, and ssh is killed' "full $here" 10 "empty $here"
	fault 'the disk is full there for 10 s, and ssh is killed' "full $there" 10 "empty $there"
	fault '/run/sallyport is read-only here for 10 s, and ssh is killed' readonly_here 10 writable_here
	fault '/run/sallyport is read-only there for 10 s, and ssh is killed' readonly_there 10 'there_runs umount /run/sallyport'
	fault 'journald is stopped on both for 10 s, and ssh is killed' no_journald 10 journald
}

number=10
for pair in '12 13 parts' '12 13 line' '13 12 network' '13 12 shortage'; do
	read -r release other group <<<"$pair"
	machine_create "there-$group" "$release" "198.51.100.$number/24"
	machine_create "here-$group" "$other" "198.51.100.1$number/24"
	number=$((number + 1))
	for name in "there-$group" "here-$group"; do
		echo 'tmpfs /var/log tmpfs size=64m 0 0' | machine_file "$name" /etc/fstab
	done
done
machine_boot "${MACHINES[@]}"
for group in parts line network shortage; do
	faults_apart "$group"
done
faults_join
faults_table
