# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# One more of tests/bench/vpns.sh: what the VPN mini-HOWTO's script does, step by step, its sleeps
# among them, with ppptun in pppd's place at both ends. The remote is the agent, with `Legacy yes`.

vpn_peer remote master <<-END
	Key      $(host_key local root | cut -d' ' -f1,2)
	Allow    pppd sshroute
	Address  10.6.0.2 10.6.0.1
	Route    203.0.113.0/24
	Legacy   yes
END
vpn_authorize remote

host_file local /usr/local/bin/howto 755 <<-END
	#!/bin/sh
	pty-redir ssh -o 'Batchmode yes' -t -l slave remote /usr/local/bin/sudo /usr/sbin/pppd >/run/howto.tty
	TTYNAME=\$(cat /run/howto.tty)
	sleep 10
	$PPPTUN "\$TTYNAME" 10.6.0.1:10.6.0.2
	sleep 5
	ip route add $BEHIND_NET via 10.6.0.2
	ssh -o 'Batchmode yes' -l slave remote /usr/local/bin/sudo /home/slave/sshroute
END

up_howto()
{
	on local howto >/dev/null 2>&1
}

down_howto()
{
	on local kill "$(vpn_launched local "$PPPTUN")" &&
		wait_for 10 'the end of the session' vpn_idle remote "$PPPTUN"
}
