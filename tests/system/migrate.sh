#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: whoever has the mini-HOWTO's VPN has Sallyport by `vpn-policy migrate`: of the sudoers and
# authorized_keys of the one side, and the scripts of both, it makes policy and a profile that bring
# the link up, for the old script as for vpn-connect, with the networks on both sides; and of
# wg-quick's files of both sides as well, once each has the other's key.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly PPPTUN=/usr/libexec/sallyport/ppptun
host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
host_account local alice
host_trust local remote
key=$(host_key local alice | cut -d' ' -f1,2)
# The HOWTO's script is root's, and vpn-connect's ssh is not.
on local sh -c 'mkdir -p -m 700 /root/.ssh && cp /home/alice/.ssh/id_ed25519 /root/.ssh'
on remote ip address add 10.2.0.1/16 dev lo
on local ip address add 192.0.2.1/24 dev lo

# --- the HOWTO's files, and what is made of them
host_file remote /root/howto/sudoers 600 <<-'END'
	Cmnd_Alias	VPN=/usr/sbin/pppd,/home/slave/route
	slave	ALL=NOPASSWD: VPN
END
host_file remote /root/howto/authorized_keys 600 <<<"$key root@fromwall"
host_file remote /root/howto/vpn 755 <<-'END'
	#! /bin/sh
	MYPPPIP=10.9.0.1
	TARGETIP=10.9.0.2
	TARGETNET=10.2.0.0/16
	SLAVEWALL=remote
	SLAVEACC=slave
	route add -net $TARGETNET gw $TARGETIP
END
host_file remote /root/howto/route 755 <<-'END'
	#!/bin/sh
	route add -net 192.0.2.0 netmask 255.255.255.0 gw 10.9.0.1
END
cp "$(host_root remote)/root/howto/vpn" "$(host_root local)/root/vpn"

# taken_over HOST DIRECTORY: what is there is policy, and comes into force.
taken_over()
{
	check "$1: what is made is good" on "$1" vpn-policy check "$2"
	on "$1" rm -rf /etc/sallyport/agent.conf /etc/sallyport/peers /etc/sallyport/connect
	on "$1" sh -c "cp -r $2/* /etc/sallyport/ && mkdir -p /etc/sallyport/peers /etc/sallyport/connect"
	vpn_settle "$(host_root "$1")"/etc/sallyport/*.conf "$(host_root "$1")"/etc/sallyport/*/*.conf 2>/dev/null
	check "$1: it is good in its place" on "$1" vpn-policy check /etc/sallyport
}

check 'migrate makes policy of the remote side' on remote sh -c \
	'cd /root/howto && vpn-policy migrate --from howto --into /root/new sudoers authorized_keys vpn route'
taken_over remote /root/new
vpn_authorize remote
check 'migrate makes a profile of the script' on local sh -c \
	'cd /root && vpn-policy migrate --run-as alice --into /root/new vpn'
taken_over local /root/new
before_local=$(vpn_state local)
before_remote=$(vpn_state remote)

ended()
{
	check "$1: the local side ends" wait_for 30 'the former state' vpn_state_is local "$before_local"
	check "$1: the remote side ends" wait_for 30 'the former state' vpn_state_is remote "$before_remote"
}

# --- the old script's commands
tty=$(on local pty-redir /usr/bin/ssh -o 'BatchMode yes' -t -l slave remote sudo /home/slave/ppp)
check 'the old script: the remote launches ppptun' wait_for "$HOST_DEADLINE" 'that' vpn_launched remote "$PPPTUN"
check 'the old script: the link comes up' on local "$PPPTUN" "$tty" 10.9.0.1:10.9.0.2 ifname ppp0
check 'the old script: the other end answers' wait_for "$HOST_DEADLINE" 'that' host_answers local 10.9.0.2
check 'the old script: routes there' on local /usr/bin/ssh -T -o 'BatchMode yes' -l slave remote \
	sudo /home/slave/route
matches '^192.0.2.0/24 dev sp-fromwall' "$(on remote ip route)" 'the old script: the route of its script is policy'
on local ip route add 10.2.0.0/16 via 10.9.0.2
check 'the old script: the network there answers' host_answers local 10.2.0.1
on local kill -TERM "$(vpn_launched local "$PPPTUN")"
ended 'the old script'

# --- vpn-connect, by the profile that was made
# links NAME PROFILE: up, the networks on both sides, and down.
links()
{
	check "$1: up" on local vpn-connect up --once "$2"
	check "$1: the network there answers" wait_for "$HOST_DEADLINE" 'that' host_answers local 10.2.0.1
	check "$1: the network here answers" wait_for "$HOST_DEADLINE" 'that' host_answers remote 192.0.2.1
	check "$1: down" on local vpn-connect down "$2"
	ended "$1"
}
links 'vpn-connect' remote

# --- a gateway of wg-quick and its client: keys are yet to be made
host_file remote /root/wg0.conf 600 <<-END
	[Interface]
	Address = 10.7.0.1/24
	PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=
	# alice
	[Peer]
	PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
	AllowedIPs = 10.7.0.2/32, 192.0.2.0/24
	[Peer]
	PublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
	AllowedIPs = 10.7.0.3/32
END
host_file local /root/wg0.conf 600 <<-END
	[Interface]
	Address = 10.7.0.2/24
	PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=
	[Peer]
	PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
	AllowedIPs = 10.7.0.0/24, 10.2.0.0/16
	Endpoint = remote:51820
END
said=$(on remote vpn-policy migrate --into /root/wg /root/wg0.conf 2>&1)
matches 'taken over as the peer alice without its PublicKey' "$said" 'wg-quick: that keys are missing is told'
lacks 'yAnz5TF' "$said" 'wg-quick: no private key is'
taken_over remote /root/wg
check 'wg-quick: the peer gets a key' on remote sh -c "echo '$key' | vpn-policy set-peer alice --key -"
check 'wg-quick: and an offer' on remote vpn-policy set-peer alice Offer 10.2.0.0/16
vpn_authorize remote
vpn_settle "$(host_root remote)/etc/sallyport/peers/alice.conf"
check 'wg-quick: a profile' on local vpn-policy migrate --run-as alice --into /root/wg /root/wg0.conf
taken_over local /root/wg
before_local=$(vpn_state local)
before_remote=$(vpn_state remote)
links wg-quick wg0
