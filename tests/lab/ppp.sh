#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ground that the VPN stands on, without any of the project's programs: Debian's pppd on
# both ends of an ordinary ssh login. When this fails, nothing else in the lab can pass.
# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"
# shellcheck source=tests/lib/ssh.sh
. "$SRC/tests/lib/ssh.sh"

host_has_ppp || give_up 'the kernel has no PPP'
host_create remote local
host_wire remote 192.0.2.1/24 local 192.0.2.2/24
host_syslog remote
host_sshd remote
host_trust local remote
host_authorize remote root "$(host_key local root)"

remote_pppd='/usr/sbin/pppd notty nodetach local noauth nolock nocrtscts noccp novj asyncmap 0 nodefaultroute'
host_daemon local /run/pppd.pid /usr/sbin/pppd nodetach local noauth nolock nocrtscts noccp novj \
	asyncmap 0 nodefaultroute 10.9.0.1:10.9.0.2 \
	pty "ssh -T -o BatchMode=yes root@remote $remote_pppd 10.9.0.2:10.9.0.1"

link_is_up()
{
	on "$1" ip -brief address show dev ppp0 up | grep -q "$2 peer"
}

check 'the local end comes up' wait_for 40 'ppp0' link_is_up local 10.9.0.1
check 'the remote end comes up' wait_for "$HOST_DEADLINE" 'ppp0' link_is_up remote 10.9.0.2
check 'the link carries packets' on local ping -c 1 -W "$HOST_DEADLINE" 10.9.0.2
check 'the local pppd ends when it is told' host_stop local /run/pppd.pid

link_is_gone()
{
	! on "$1" ip link show dev ppp0
}
check 'the local interface is gone' wait_for "$HOST_DEADLINE" 'its removal' link_is_gone local
check 'the remote interface is gone' wait_for "$HOST_DEADLINE" 'its removal' link_is_gone remote
