#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The VPN mini-HOWTO's own sequence, command by command, against a peer with `Legacy yes`: as the
# article has it, by the names of the mini-HOWTO's own script, and as OpenWrt's pppossh does it, with
# dropbear's client below a real pppd.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
host_trust local remote
host_key local root >/dev/null
on local dropbearkey -t ed25519 -f /root/.ssh/id_dropbear >/dev/null 2>&1 || give_up 'a key of dropbear'
vpn_peer remote master <<-END
	Key      $(host_key local root | cut -d' ' -f1,2)
	Key      $(on local dropbearkey -y -f /root/.ssh/id_dropbear | grep ^ssh- | cut -d' ' -f1,2)
	Allow    pppd sshroute
	Address  10.9.0.2 10.9.0.1
	Route    192.0.2.0/24
	Legacy   yes
END
vpn_authorize remote
# What the HOWTO puts there on the local side: ssh has authenticated already.
echo noauth | host_file local /etc/ppp/options
before_local=$(vpn_state local)
before_remote=$(vpn_state remote)

# Line 33: pty-redir, ssh, sudo, pppd. It prints the terminal's name and is done.
tty=$(on local pty-redir /usr/bin/ssh -o 'Batchmode yes' -t -l slave remote \
	/usr/local/bin/sudo /usr/sbin/pppd)
matches '^/dev/pts/[0-9]+$' "$tty" 'pty-redir prints the name of a terminal'
check 'the remote pppd is launched' wait_for 60 'pppd' vpn_launched remote
# Line 39.
on local /usr/sbin/pppd "$tty" 10.9.0.1:10.9.0.2
check 'the link comes up' wait_for 30 'ppp0' \
	sh -c "nsenter -t ${HOST_PID[local]} --net ip -brief address show dev ppp0 up | grep -q '10.9.0.1 peer 10.9.0.2'"
# Lines 45 and 46.
check 'a route here' on local ip route add 10.2.0.0/16 via 10.9.0.2
check 'a route there' on local /usr/bin/ssh -o 'Batchmode yes' -l slave remote \
	/usr/local/bin/sudo /home/slave/sshroute
matches '^192.0.2.0/24 dev sp-master' "$(on remote ip route)" 'the remote has the route of policy'
check 'the other end answers' on local ping -c 1 -W "$HOST_DEADLINE" 10.9.0.2
same 0 "$(vpn_stand_still 600)" 'of 600 datagrams, one at a time, none stands still in ssh -t'
same 2 "$(vpn_log remote | grep -c 'verdict=allow')" 'both command strings were allowed'
pid=$(vpn_launched remote)
same 5 "$(on remote grep -c '^Cap.*0000000000001000$' "/proc/$pid/status")" \
	'pppd has one capability however it was asked for'

on local kill -TERM "$(on local cat /run/ppp0.pid)"
check 'the local side ends' wait_for 30 'the former state' vpn_state_is local "$before_local"
check 'the remote side ends' wait_for 30 'the former state' vpn_state_is remote "$before_remote"

# is_up: the link of the local pppd.
is_up()
{
	on local ip -brief address show dev ppp0 up | grep -q '10.9.0.1 peer 10.9.0.2'
}

# ends NAME: and nothing of it is left.
ends()
{
	on local kill -TERM "$(on local cat /run/ppp0.pid)"
	check "$1: the local side ends" wait_for 30 'the former state' vpn_state_is local "$before_local"
	check "$1: the remote side ends" wait_for 30 'the former state' vpn_state_is remote "$before_remote"
}

# --- PPPAPP and ROUTEAPP of the mini-HOWTO's script
tty=$(on local pty-redir /usr/bin/ssh -o 'Batchmode yes' -t -l slave remote sudo /home/slave/ppp)
check 'PPPAPP: the remote pppd is launched' wait_for 60 'pppd' vpn_launched remote
on local /usr/sbin/pppd "$tty" 10.9.0.1:10.9.0.2
check 'PPPAPP: the link comes up' wait_for 30 'ppp0' is_up
check 'ROUTEAPP: a route there' on local /usr/bin/ssh -o 'Batchmode yes' -l slave remote \
	sudo /home/slave/route
matches '^192.0.2.0/24 dev sp-master' "$(on remote ip route)" 'ROUTEAPP: the remote has the route of policy'
check 'PPPAPP: the other end answers' on local ping -c 1 -W "$HOST_DEADLINE" 10.9.0.2
ends PPPAPP

# --- pppossh: pppd runs dropbear's client below itself, and what netifd says besides
on local /usr/sbin/pppd nodetach ipparam office ifname ppp0 lcp-echo-interval 5 lcp-echo-failure 5 \
	lcp-echo-adaptive +ipv6 nodefaultroute usepeerdns persist maxfail 1 mtu 1500 mru 1500 noauth \
	pty "env 'HOME=/root' /usr/bin/dbclient -y -i /root/.ssh/id_dropbear slave@remote pppd nodetach notty noauth" \
	10.9.0.1:10.9.0.2 >"$WORLD/pppossh" 2>&1 &
client=$!
check 'pppossh: the remote pppd is launched' wait_for 60 'pppd' vpn_launched remote
check 'pppossh: the link comes up' wait_for 60 'ppp0' is_up
check 'pppossh: the other end answers' on local ping -c 1 -W "$HOST_DEADLINE" 10.9.0.2
ends pppossh
wait "$client"
check_exit 65 'pppossh: a word that asks for more is refused' on local env HOME=/root /usr/bin/dbclient -y \
	-i /root/.ssh/id_dropbear slave@remote pppd nodetach notty noauth proxyarp
matches 'column 28: proxyarp is refused' "$(vpn_log remote | tail -n 1)" 'pppossh: by its name'

sed -i 's/^Legacy.*/Legacy no/' "$(host_root remote)/etc/sallyport/peers/master.conf"
check_exit 77 'without Legacy the same string is denied' on local ssh -o 'Batchmode yes' -T \
	-l slave remote /usr/local/bin/sudo /usr/sbin/pppd
