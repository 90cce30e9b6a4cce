#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The hosts of the test worlds themselves: that they are apart, that sshd really runs in
# them, and that nothing is left of them. Every other script of this directory rests on it.
# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"
# shellcheck source=tests/lib/ssh.sh
. "$SRC/tests/lib/ssh.sh"
SSH_CHOICE=debian

# This machine may have links to what others have as well, where a host gets files.
readonly MADE=(environment hostname hosts resolv.conf)
echo shared >"$WORLD/shared"
mkdir -p "$WORLD/layer/etc"
for name in "${MADE[@]}"; do
	ln -s "$WORLD/shared" "$WORLD/layer/etc/$name"
done
host_create south
same 'shared 4' "$(<"$WORLD/shared") $(cd "$(host_root south)/etc" && find "${MADE[@]}" -type f | wc -l)" \
	'a new host has files of its own in the place of links'
on south sh -c 'echo own >/opt/own; ln -s own /opt/near; ln -s /nowhere /opt/dangling'
ln -s "$WORLD/shared" "$(host_root south)/opt/far"
for name in near far dangling; do
	echo new | host_file south /opt/$name 755
	same 'new regular file 755' "$(on south cat /opt/$name) $(on south stat -c '%F %a' /opt/$name)" \
		"a file is written in the place of a link: $name"
done
same 'own shared' "$(on south cat /opt/own) $(<"$WORLD/shared")" 'a file is not written through a link'
host_destroy south
(cd "$WORLD/layer/etc" && rm "${MADE[@]}")

host_create east west
host_wire east 192.0.2.1/24,2001:db8::1/64 west 192.0.2.2/24,2001:db8::2/64
check 'two hosts reach each other over IPv4' on east ping -c 1 -W "$HOST_DEADLINE" 192.0.2.2
check 'two hosts reach each other over IPv6' on east ping -c 1 -W "$HOST_DEADLINE" 2001:db8::2
same 'east west' "$(on east cat /proc/sys/kernel/hostname) $(on west cat /proc/sys/kernel/hostname)" \
	'each host has its own name'

on east sh -c 'echo east >/etc/mine; mount -t tmpfs none /mnt'
check_not 'a file of one host is not in another' on west test -e /etc/mine
check_not 'a file of a host is not on the machine' test -e /etc/mine
check_not 'the checkout is read-only in a host' on east touch /src/README.md
check_not 'the build directory is read-only in a host' on east touch /src/build/x
check 'the build directory is at /src/build' on east test -e /src/build/lab/stamp
# shellcheck disable=SC2016 # expanded in the host
check 'a host has a terminal of its own' on east script -qec 'test "$(tty)" = /dev/pts/0' /dev/null

host_syslog west
on west logger -t probe 'a record'
check 'a log record arrives' wait_for "$HOST_DEADLINE" 'the record' \
	grep -q 'probe: a record' "$(host_root west)/var/log/messages"

host_account east alice
host_account west slave
# shellcheck disable=SC2016 # expanded in the host
check 'a command runs as another user, without capabilities' on -u alice east \
	sh -c 'test "$(id -un)" = alice && test "$PWD" = /home/alice &&
		grep -q "^CapBnd:.*0000000000000000" /proc/self/status'
host_sshd west
host_trust east west
host_authorize west slave "$(host_key east alice)"
same slave "$(on -u alice east ssh -o BatchMode=yes slave@west id -un 2>&1)" \
	'a key logs in through a real sshd'

# Detection that takes longer than anything here.
check 'links and addresses settle' wait_for "$HOST_DEADLINE" 'that' host_settled east
on east sh -c 'echo 1000 >/proc/sys/net/ipv6/conf/to-west/dad_transmits; ip address add 2001:db8::3/64 dev to-west'
check_not 'an address that may be a duplicate has not' host_settled east
on east ip address delete 2001:db8::3/64 dev to-west
check 'without it they have' host_settled east

host_cut east west
check_not 'a cut wire carries nothing' on east ping -c 1 -W 1 192.0.2.2
host_mend east west
check 'a mended wire carries again' wait_for "$HOST_DEADLINE" 'the answer' on east ping -c 1 -W 1 192.0.2.2

check 'a daemon ends when it is told' host_stop west /run/sshd.pid
pid=${HOST_PID[east]}
check 'a host ends with its processes' host_destroy east
check_not 'the processes of a host are gone' test -e "/proc/$pid"
