#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What an administrator, another program or a power cut does to a link that is coming up or is up: it
# stays, or ends and comes back by itself, and nothing is left. Debian 13. What becomes of a link when
# its line, its remote or its profile change is in reconnect.sh.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_odd.sh
. "$SRC/tests/lib/machine_odd.sh"

machine_create remote 13 198.51.100.1/24
machine_create local 13 198.51.100.7/24
machine_boot remote local
machine_pair remote local '/^Timeout/s|30|5|'

# systemd waits 5 s before it starts a supervisor that was killed; here nobody needs to.
printf '[Service]\nRestartSec=1\n' | machine_file local /etc/systemd/system/vpn-connect@.service.d/soon.conf
machine_on local systemctl daemon-reload

# stays NAME HOST COMMAND: the link outlives it.
stays()
{
	local before
	before="$(odd_supervisor), ssh $(odd_connection)"
	check "$1: it can be done" odd_on "$2" "$3"
	check "$1: packets pass" odd_answers
	check "$1: the link is up" machine_on local vpn-connect status office
	same "$before" "$(odd_supervisor), ssh $(odd_connection)" "$1: and has been all the time"
}

# returns NAME HOST COMMAND: the link ends, and comes back by itself.
returns()
{
	odd_comes_back "$1" 60 odd_on "$2" "$3"
}

has_started_again()
{
	[ "$(odd_show NRestarts)" -gt "$1" ]
}

# --- systemd, its files, and who owns interfaces
check 'the unit starts' odd_is_up
# shellcheck disable=SC2016 # expanded by that shell
check 'ten restarts in a row' machine_on local sh -c \
	'for i in $(seq 10); do systemctl restart vpn-connect@office && vpn-connect status --quiet office || exit; done'
stays 'a new systemd' both 'systemctl daemon-reload && systemctl daemon-reexec'
stays 'files of /run made, cleaned and removed' both \
	'systemd-tmpfiles --create && systemd-tmpfiles --clean && systemd-tmpfiles --remove'
# What systemd/network/05-sallyport.network is for.
stays 'networkd takes every interface for its own' both "printf '%s\\n' '[Match]' 'Name=*' '[Network]' DHCP=yes \\
	LinkLocalAddressing=no >/etc/systemd/network/zz.network && networkctl reload && systemctl restart systemd-networkd"
odd_on both 'rm /etc/systemd/network/zz.network && networkctl reload'
check 'NetworkManager can be installed' machine_on local apt-get install -q -y network-manager
stays 'NetworkManager starts, and again' local 'systemctl restart NetworkManager && nmcli device && systemctl restart NetworkManager'
check 'NetworkManager can be removed' machine_on local apt-get remove -q -y network-manager
stays 'a packet filter that drops what is new' both "printf '%s\\n' 'table inet odd {' 'chain c {' \\
	'type filter hook input priority 0; policy drop;' 'tcp dport 22 accept' 'tcp sport 22 accept' \\
	'iifname \"sp-*\" accept' '}' '}' | nft -f - "
odd_on both 'nft flush ruleset'
stays 'another time zone' both 'ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime'

# --- the link is taken away
returns 'the interface here is deleted' local 'ip link del sp-office'
returns 'the interface there is deleted' remote 'ip link del sp-alice'
returns 'the account there is logged out' remote 'loginctl terminate-user slave'
returns 'the processes of RunAs are killed' local 'pkill -KILL -u alice'
before=$(odd_show NRestarts)
check 'the supervisor is killed: it can be done' odd_on local \
	'systemctl kill --kill-whom=main --signal=KILL vpn-connect@office'
check 'the supervisor is killed: systemd starts another' wait_for 40 'that' has_started_again "$before"
check 'the supervisor is killed: the link comes back' wait_for 60 'an answer' odd_answers
check 'the supervisor is killed: status says so' wait_for 20 'status' machine_on local vpn-connect status office
returns 'the run-time state of the remote is gone' remote \
	'rm -rf /run/sallyport && pkill -u slave ; systemd-tmpfiles --create'
cut()
{
	machine_cut remote
	machine_boot remote
}
odd_comes_back 'a power cut of the remote' 90 cut

# --- a stop at any moment
# shellcheck disable=SC2016 # expanded by that shell
check 'a stop at any moment of coming up' machine_on local sh -c 'systemctl stop vpn-connect@office &&
	for ms in 01 03 05 08 12 16 20 25 30 40; do
		systemctl start --no-block vpn-connect@office && sleep 0.$ms && systemctl stop vpn-connect@office || exit
		[ "$(systemctl is-active vpn-connect@office)" = inactive ] || exit
	done'
check 'leaves nothing' wait_for 20 'the end of all' odd_nothing_left

# --- containers that are not given everything
# contained HOST OPTION EXPECTED: booted anew with this option of systemd-nspawn.
contained()
{
	machine_on "$1" systemctl --no-block poweroff
	machine_forget "$1"
	MACHINE_OPTIONS=("$2")
	machine_boot "$1"
	MACHINE_OPTIONS=()
	odd_outcome "$1 with $2" "$3"
}
contained local --drop-capability=CAP_SYS_PTRACE '71 cannot look at the sockets of ssh'
contained local --system-call-filter='~keyctl' '71 cannot leave root.s session keyring'
contained local --system-call-filter='~pidfd_getfd' up
odd 'local without TUN' '69 ppptun finds no TUN here' local 'umount /dev/net/tun && rm /dev/net/tun' 'mknod -m 666 /dev/net/tun c 10 200'
odd 'remote without TUN' '69/remote ppptun on remote' remote 'umount /dev/net/tun && rm /dev/net/tun'
