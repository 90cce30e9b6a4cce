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
	defaultroute replacedefaultroute proxyarp ifname=eth0 unit=0 socket=127.0.0.1:1 auth
	allow-ip=0.0.0.0/0 usepeerdns ms-dns=192.0.2.1 ip-up-script=/bin/sh ip-down-script=/bin/sh
	ipv6-up-script=/bin/sh privgroup=slave persist demand holdoff=0 maxfail=0 updetach
	pass-filter=x active-filter=x mppe multilink endpoint=x enable-session kdebug=7 dump dryrun
	noip mru=0 mtu=65536 maxconnect=1 idle=1 sync lock
	crtscts xonxoff modem require-chap refuse-eap vj-max-slots=2 asyncmap=1
	lcp-echo-interval=0 lcp-max-configure=1000 remotenumber=1 show-password debug
	hide-password version help /dev/pts/0 /dev/tty1 38400)
# What asks for no more than is done anyway: see policy/language/legacy.def. And what policy decides.
taken=(noauth nodetach passive silent noccp nodeflate local notty 'asyncmap 0' noipv6 lcp-echo-adaptive
	10.9.0.2:10.9.0.1 'mru 1500' 'mtu 1500')
policys=(+ipv6 'mru 16384' 'mtu 16384' 'mtu 1499' 10.9.0.9:10.9.0.8 10.9.0.1:10.9.0.2
	10.9.0.2:10.9.0.99 :10.9.0.2)
for option in "${options[@]}"; do
	for request in "pppd $option" "pppd ${option/=/ }"; do
		attack_as pppd-option "$request" . vpn_ask "$request"
	done
done
for option in "${taken[@]}" "${policys[@]}"; do
	attack_as pppd-word "$option" 'Legacy no' vpn_ask "pppd $option"
done
attack pppd-address 'Legacy no' vpn_ask 'pppd noauth 10.9.0.2:10.9.0.99'
for word in 203.0.113.0/24 --interface=to-local --table=254 dev=to-local via=198.51.100.7 \
	'--address 10.9.0.2,10.9.0.1' --help; do
	attack_as sshroute-argument "$word" . vpn_ask "sshroute $word"
done

# launched_as REQUEST: the argv and the environment that a login's pppd has.
mkfifo "$WORLD/input"
launched_as()
{
	local client pid
	vpn_ask "$1" >"$WORLD/output" 2>&1 <"$WORLD/input" &
	client=$!
	exec 5>"$WORLD/input"
	wait_for 20 'the line' grep -q '^launched' "$WORLD/output" && pid=$(vpn_launched remote) &&
		on remote sh -c "tr '\\0' '\\n' </proc/$pid/cmdline; echo; tr '\\0' '\\n' </proc/$pid/environ"
	exec 5>&-
	wait "$client"
	wait_for 20 'its end' vpn_idle remote
}

# What pppd reads before its command line: ~/.ppprc is root's, for the account's home is /.
echo 'plugin /tmp/x.so' >"$root/.ppprc"
attack pppd-argv 'pppd is in Allow' vpn_ask pppd
plain=$(launched_as pppd)
matches '^/usr/sbin/pppd' "$plain" 'the stand-in is launched'
lacks 'plugin|/tmp|ppprc' "$plain" 'pppd-argv: no word of the attacker'
same 'PATH=/usr/sbin:/usr/bin:/sbin:/bin' "$(sed '1,/^$/d' <<<"$plain")" \
	'pppd-options-file: no HOME that leads to a .ppprc'
attack pppd-options-file 'pppd is in Allow' vpn_ask pppd

vpn_add "$root/etc/sallyport/peers/alice.conf" 'Legacy yes'
for option in "${options[@]}"; do
	request="/usr/sbin/pppd ${option/=/ }"
	attack_as pppd-option-legacy "$request" . vpn_ask "$request"
done
attack_as pppd-option-legacy 'the word is named' 'column 21: proxyarp is refused' vpn_ask \
	'pppd notty nodetach proxyarp'
attack_as pppd-option-legacy 'sudo -u' . vpn_ask 'sudo -u root /usr/sbin/pppd'
attack_as pppd-option-legacy 'sudo of something else' . vpn_ask '/usr/bin/sudo /bin/sh'
for option in "${policys[@]}"; do
	attack_as pppd-word-policy "$option" 'asked for' vpn_ask "sudo /usr/sbin/pppd notty $option"
done
# Tabs, quotes, a shell's words and paths, sudo's and exec's options, words twice and without end.
many=$(printf ' notty%.0s' {1..10000})
# shellcheck disable=SC2016 # meant as they are
for request in 'pppd notty; id' '/usr/sbin/pppd notty;id' 'pppd notty && id' 'pppd notty `id`' \
	'/usr/sbin/pppd $(id)' '/usr/sbin/pppd "notty"' "/usr/sbin/pppd 'notty'" 'pppd notty "" noauth' \
	'/usr/sbin/pppd not\ty' $'/usr/sbin/pppd\tnotty' $'pppd notty\tnoauth' $'pppd notty\nnoauth' \
	'/usr/sbin/pppd  notty' '/usr/sbin/pppd notty notty' 'pppd asyncmap 0 asyncmap 0' \
	"/usr/sbin/pppd$many" "pppd${many:0:500}" '/usr/sbin/../sbin/pppd notty' '/sbin/pppd notty' \
	'sudo -u root pppd notty' 'sudo sudo pppd notty' 'sudo -- pppd' 'sudo -n /usr/sbin/pppd' \
	'exec -a x pppd' 'exec exec pppd' 'sudo exec pppd' 'exec /bin/sh' 'sudo /home/slave/../../bin/sh' \
	'/home/slave/ppp /bin/sh' 'sudo /home/slave/route add default dev to-local' '/home/slave/route; id'; do
	printf -v name %q "${request:0:40}"
	attack_as pppd-legacy-command "$name" . vpn_ask "$request"
done

# And what all the words that are taken come to: nothing.
for option in "${taken[@]}"; do
	attack_as pppd-word-legacy "$option" 'pppd is in Allow' vpn_ask "sudo /usr/sbin/pppd $option"
done
# The HOWTOs' echoes are the plan's for a keepalive of 50.
same "$(launched_as 'pppd keepalive=50')" "$(launched_as "exec sudo /usr/sbin/pppd ${taken[*]}")" \
	'pppd-word-legacy: the words that are taken change no word of the plan'
ledger_end
