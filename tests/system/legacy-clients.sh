#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: the commands that people have in their scripts bring a link up, each over the real
# client, and change nothing of what is launched: those of the mini-HOWTO's own script, of the
# HOWTOs after it, of Arch's wiki and of OpenWrt's pppossh; by OpenSSH's client and by dropbear's,
# on a terminal and on none. And a word that asks for more is refused by its name. The kernel has
# no PPP here; tests/lab/seed-howto.sh has the same with pppd.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly PPPTUN=/usr/libexec/sallyport/ppptun
host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
on remote rm -f /dev/ppp
host_trust local remote
host_key local root >/dev/null
on local dropbearkey -t ed25519 -f /root/.ssh/id_dropbear >/dev/null 2>&1 || give_up 'a key of dropbear'
vpn_peer remote master <<-END
	Key      $(host_key local root | cut -d' ' -f1,2)
	Key      $(on local dropbearkey -y -f /root/.ssh/id_dropbear | grep ^ssh- | cut -d' ' -f1,2)
	Allow    pppd sshroute status
	Address  10.9.0.2 10.9.0.1
	Route    192.0.2.0/24
	Legacy   yes
END
vpn_authorize remote
before_local=$(vpn_state local)
before_remote=$(vpn_state remote)
openssh=(/usr/bin/ssh -o BatchMode=yes -l slave)
# As OpenWrt has it, where ssh is dropbear's.
dropbear=(env HOME=/root /usr/bin/dbclient -y -i /root/.ssh/id_dropbear -l slave)

# What is launched when nothing more than the verb is asked for, but for the login's own names.
argv_there()
{
	on remote sh -c "tr '\\0' ' ' </proc/$(vpn_launched remote "$PPPTUN")/cmdline"
}

# ended NAME: both sides are as they were.
ended()
{
	check "$1: the local side ends" wait_for 30 'the former state' vpn_state_is local "$before_local"
	check "$1: the remote side ends" wait_for 30 'the former state' vpn_state_is remote "$before_remote"
}

# carries NAME ROUTE-COMMAND…: the link of the ppptun that runs here; and ends it.
carries()
{
	local name=$1 argv
	shift
	check "$name: the link carries" wait_for 20 'that' host_answers local 10.9.0.2
	argv=$(argv_there)
	# What ssh on a terminal wants, whoever asks.
	argv=${argv/ asyncmap 2400/}
	same "${PLAN=$argv}" "$argv" "$name: what is launched is the plan, whatever was said"
	if [ $# -gt 0 ]; then
		check "$name: a route there" on local "$@"
		matches '^192.0.2.0/24 dev sp-master' "$(on remote ip route)" "$name: it is policy's"
	fi
	on local kill -TERM "$(vpn_launched local "$PPPTUN")"
	ended "$name"
}

# redirected NAME REQUEST CLIENT…: by pty-redir, as the HOWTO does it. ROUTE is asked for, if set.
redirected()
{
	local name=$1 request=$2 tty route=()
	shift 2
	tty=$(on local pty-redir "$@" "$request")
	check "$name: the remote launches ppptun" wait_for 30 'that' vpn_launched remote "$PPPTUN"
	check "$name: the link comes up" on local "$PPPTUN" "$tty" 10.9.0.1:10.9.0.2 ifname ppp0
	[ -z "${ROUTE-}" ] || route=("${@/-t/-T}" "$ROUTE")
	carries "$name" "${route[@]}"
}

# The HOWTOs' echoes are the plan's for a keepalive of 50.
redirected 'the verb itself' 'pppd keepalive=50' "${openssh[@]}" remote
ROUTE='sudo /home/slave/route' redirected "the mini-HOWTO's script" 'sudo /home/slave/ppp' \
	"${openssh[@]}" -t remote
redirected 'an older script' 'sudo /usr/sbin/pppd passive' "${openssh[@]}" -t remote
redirected 'the PPP-SSH HOWTO' 'sudo /usr/sbin/pppd nodetach notty noauth' "${openssh[@]}" remote
redirected "Arch's wiki" '/usr/sbin/pppd nodetach notty noauth' "${openssh[@]}" remote
redirected 'addresses, and more words' \
	'exec /usr/sbin/pppd notty noproxyarp local silent mtu 1500 10.9.0.2:10.9.0.1' \
	"${openssh[@]}" -t remote
ROUTE='/home/slave/route' redirected 'dropbear, on a terminal' '/usr/sbin/pppd' \
	"${dropbear[@]}" -t remote
redirected 'dropbear' 'pppd nodetach notty noauth' "${dropbear[@]}" remote

# --- OpenWrt's pppossh: PPP's own line is the client's standard input and output. Each opens first
# what the other one opens first.
mkfifo "$WORLD/there" "$WORLD/here"
on local "$PPPTUN" notty nodetach noauth 10.9.0.1:10.9.0.2 ifname ppp0 >"$WORLD/there" <"$WORLD/here" &
ppp=$!
on local "${dropbear[@]}" remote pppd nodetach notty noauth <"$WORLD/there" >"$WORLD/here" 2>"$WORLD/said" &
client=$!
carries 'pppossh'
wait "$ppp" "$client"

# --- what asks for more is told by name in the log, and by number to the client
refused()
{
	local status=$1 reason=$2 before
	shift 2
	before=$(vpn_log remote | wc -l)
	check_exit "$status" "$*" on local "$@"
	same 1 "$(vpn_log_since remote "$before")" "$*: one record"
	matches "$reason" "$(vpn_log remote | tail -n 1)" "$*: which says why"
}
refused 65 'column 29: proxyarp is refused: ' "${openssh[@]}" remote \
	/usr/sbin/pppd notty noauth proxyarp
refused 65 'column 6: updetach is refused: ' "${dropbear[@]}" remote pppd updetach
refused 65 'column 28: defaultroute is refused: ' "${openssh[@]}" remote \
	sudo /home/slave/ppp notty defaultroute
refused 65 'column 24: expected nothing' "${openssh[@]}" remote sudo /home/slave/route add default
refused 77 'the addresses asked for are not those of Address: 10.9.0.2 10.9.0.1' "${dropbear[@]}" remote \
	pppd nodetach notty noauth 10.9.0.2:10.9.0.9
refused 77 'the mtu asked for is not Mru: 1500' "${openssh[@]}" remote pppd mtu 9000
sed -i 's/^Legacy.*/Legacy no/' "$(host_root remote)/etc/sallyport/peers/master.conf"
refused 77 'Legacy no' "${dropbear[@]}" remote pppd nodetach notty noauth
check 'nothing is left' wait_for 20 'the former state' vpn_state_is remote "$before_remote"
