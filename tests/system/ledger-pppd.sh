#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's attempts to speak to pppd past the agent: no option of pppd's gets anywhere near it.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
vpn_standin remote
vpn_share_connection local alice
root=$(host_root remote)
ledger_begin remote

options=(plugin=/tmp/x.so pty=/bin/sh connect=/bin/sh init=/bin/sh disconnect=/bin/sh
	welcome=/bin/sh set=x=y unset=PATH record=/etc/shadow logfile=/etc/shadow logfd=1
	file=/etc/shadow call=x name=root user=root remotename=x ipparam=x linkname=../x
	defaultroute replacedefaultroute proxyarp ifname=eth0 unit=0 socket=127.0.0.1:1 noauth auth
	allow-ip=0.0.0.0/0 usepeerdns ms-dns=192.0.2.1 ip-up-script=/bin/sh ip-down-script=/bin/sh
	ipv6-up-script=/bin/sh privgroup=slave persist demand holdoff=0 maxfail=0 updetach nodetach
	pass-filter=x active-filter=x mppe multilink endpoint=x enable-session kdebug=7 dump dryrun
	noip noipv6 +ipv6 mru=16384 mtu=16384 passive silent maxconnect=1 idle=1 sync lock
	crtscts xonxoff modem require-chap refuse-eap noccp nodeflate vj-max-slots=2 asyncmap=0
	lcp-echo-interval=0 lcp-max-configure=1000 local remotenumber=1 show-password debug
	hide-password version help /dev/pts/0 /dev/tty1 38400 10.9.0.9:10.9.0.8)
for option in "${options[@]}"; do
	for request in "pppd $option" "pppd ${option/=/ }"; do
		attack_as pppd-option "$request" . vpn_ask "$request"
	done
done
attack pppd-address . vpn_ask 'pppd noauth 10.9.0.2:10.9.0.99'
for word in 203.0.113.0/24 --interface=to-local --table=254 dev=to-local via=198.51.100.7 \
	'--address 10.9.0.2,10.9.0.1' --help; do
	attack_as sshroute-argument "$word" . vpn_ask "sshroute $word"
done

# What pppd reads before its command line: ~/.ppprc is root's, for the account's home is /.
echo 'plugin /tmp/x.so' >"$root/.ppprc"
attack pppd-argv 'pppd is in Allow' vpn_ask pppd
mkfifo "$WORLD/input"
vpn_ask pppd >"$WORLD/output" 2>&1 <"$WORLD/input" &
client=$!
exec 5>"$WORLD/input"
check 'the stand-in is launched' wait_for 20 'the line' grep -q '^launched' "$WORLD/output"
pid=$(vpn_launched remote)
lacks 'plugin|/tmp|ppprc' "$(on remote sh -c "tr '\\0' '\\n' </proc/$pid/cmdline; tr '\\0' '\\n' </proc/$pid/environ")" \
	'pppd-argv: no word of the attacker'
same "PATH=/usr/sbin:/usr/bin:/sbin:/bin" "$(on remote sh -c "tr '\\0' '\\n' </proc/$pid/environ")" \
	'pppd-options-file: no HOME that leads to a .ppprc'
exec 5>&-
wait "$client"
attack pppd-options-file 'pppd is in Allow' vpn_ask pppd

vpn_add "$root/etc/sallyport/peers/alice.conf" 'Legacy yes'
for option in "${options[@]}"; do
	request="/usr/sbin/pppd ${option/=/ }"
	attack_as pppd-option-legacy "$request" . vpn_ask "$request"
done
attack_as pppd-option-legacy 'sudo -u' . vpn_ask 'sudo -u root /usr/sbin/pppd'
attack_as pppd-option-legacy 'sudo of something else' . vpn_ask '/usr/bin/sudo /bin/sh'
ledger_end
