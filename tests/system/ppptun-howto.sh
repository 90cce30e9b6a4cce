#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The VPN mini-HOWTO's own sequence, command by command, where the kernel has no PPP: ppptun in
# pppd's place, on the terminal that pty-redir names, and on the remote's.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly PPPTUN=/usr/libexec/sallyport/ppptun
host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
on remote rm -f /dev/ppp
host_trust local remote
vpn_peer remote master <<-END
	Key      $(host_key local root | cut -d' ' -f1,2)
	Allow    pppd sshroute
	Address  10.9.0.2 10.9.0.1
	Route    192.0.2.0/24
	Legacy   yes
END
vpn_authorize remote
before_local=$(vpn_state local)
before_remote=$(vpn_state remote)

tty=$(on local pty-redir /usr/bin/ssh -o 'Batchmode yes' -t -l slave remote \
	/usr/local/bin/sudo /usr/sbin/pppd)
matches '^/dev/pts/[0-9]+$' "$tty" 'pty-redir prints the name of a terminal'
check 'the remote launches ppptun' wait_for 30 'that' vpn_launched remote "$PPPTUN"
check 'the link comes up' on local "$PPPTUN" "$tty" 10.9.0.1:10.9.0.2 ifname ppp0 mru 1400
pid=$(vpn_launched local "$PPPTUN")
check 'and carries' wait_for 20 'that' host_answers local 10.9.0.2
# Where the agent has started it, it may have no child to set the MTU, and cuts by itself.
same 1500 "$(on remote cat /sys/class/net/sp-master/mtu)" "the remote device's MTU is policy's"
check 'what is larger than this end takes passes in pieces' on remote ping -c 2 -i 0.2 -W "$HOST_DEADLINE" -M dont -s 1450 10.9.0.1
check_not 'but for what must not be cut' on remote ping -c 1 -W 5 -M 'do' -s 1450 10.9.0.1
same 1 "$(on remote sh -c 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" "\n" | grep -cx ".*/[p]pptun"')" \
	'and there is one process there'

# --- ssh -t holds a ~ that follows CR or LF until more comes, and ~ is the flag that ends a frame
same 0 "$(vpn_stand_still 1500)" 'of 1,500 datagrams, one at a time, none stands still on its way'

check 'a route here' on local ip route add 10.2.0.0/16 via 10.9.0.2
check 'a route there' on local /usr/bin/ssh -o 'Batchmode yes' -l slave remote \
	/usr/local/bin/sudo /home/slave/sshroute
matches '^192.0.2.0/24 dev sp-master' "$(on remote ip route)" 'the remote has the route of policy'
same 2 "$(vpn_log remote | grep -c 'verdict=allow')" 'both command strings were allowed'
same "$pid" "$(on local ps -o sid= -p "$pid" | tr -d ' ')" 'ppptun has a session of its own'
same '/ /dev/null /dev/null /dev/null' "$(on local sh -c "echo \$(readlink /proc/$pid/cwd /proc/$pid/fd/[012])")" \
	'and holds no directory or descriptor of its caller'

on local kill -TERM "$pid"
check 'the local side ends' wait_for 30 'the former state' vpn_state_is local "$before_local"
check 'the remote side ends' wait_for 30 'the former state' vpn_state_is remote "$before_remote"

# --- the second example of pty-redir(1): the end of the link is the end of it all
# shellcheck disable=SC2016 # expanded in the host
host_daemon local /run/example.pid sh -c 'pty-redir --wait ssh -o BatchMode=yes -t -l slave remote pppd | {
	read -r tty && exec "$0" "$tty" 10.9.0.1:10.9.0.2 ifname ppp0 nodetach
}' "$PPPTUN"
check 'with --wait: the link carries' wait_for "$HOST_DEADLINE" 'that' host_answers local 10.9.0.2
on local kill -TERM "$(vpn_launched local "$PPPTUN")"
check 'with --wait: the local side ends' wait_for "$HOST_DEADLINE" 'the former state' vpn_state_is local "$before_local"
check 'with --wait: the remote side ends' wait_for "$HOST_DEADLINE" 'the former state' vpn_state_is remote "$before_remote"

# --- the caller may be the leader of a terminal's session: its end hangs up what is left in it
line=$(on local pty-redir /bin/sleep 60)
on local script -qc "exec $PPPTUN $line 10.9.0.1:10.9.0.2 ifname ppp0 lcp-max-configure 2 lcp-restart 1" /dev/null \
	</dev/null >"$WORLD/script" 2>&1
pid=$(vpn_launched local "$PPPTUN")
# Nobody answers: what ends it tells how it went.
check 'the end of that is no end of ppptun' wait_for 20 'an end of its own' \
	sh -c "! test -e $(host_root local)/sys/class/net/ppp0"
same '' "$(host_log local | grep -F "ppptun[$pid]: terminating on a signal")" 'nor a signal to it'

# --- what cannot work is told before it goes to the background
check_exit 7 'a terminal that is not there' on local "$PPPTUN" /dev/pts/999 10.9.0.1:10.9.0.2
matches '^ppptun: cannot open /dev/pts/999: ' "$(cat "$CHECK_OUTPUT")" 'and why'
