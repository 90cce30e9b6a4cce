#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's sessions where the interface and the routes count: real pppd, a real tunnel, ended
# in every rude way. And sshroute more often than once.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
vpn_local local
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address
	Ppp      pppd
END
root=$(host_root remote)
printf '%s\n' 'Match User slave' ' ClientAliveInterval 1' ' ClientAliveCountMax 3' 'Match all' \
	>"$root/etc/ssh/sshd_config.d/00-test.conf"
host_stop remote /run/sshd.pid
rm "$root/run/sshd.pid"
host_sshd remote
ledger_begin remote

up()
{
	check "$1: up" on local vpn-connect up --once office
	matches '^192.0.2.0/24 dev sp-alice' "$(on remote ip route)" "$1: the route is there"
}

gone()
{
	tried "$1"
	check "$1: interface, route, slot and process are gone" wait_for 60 'that' ledger_clean
	on local vpn-connect down office >/dev/null 2>&1
}

up tunnel-killed
# --- sshroute again, and twice at once, while the session runs
tried sshroute-twice
check_exit 0 'sshroute-twice: a second time it finds everything there' vpn_ask sshroute
vpn_ask sshroute >/dev/null 2>&1 &
first=$!
vpn_ask sshroute >/dev/null 2>&1 &
second=$!
wait "$first"
same 0 "$?" 'sshroute-twice: two at once: the one'
wait "$second"
same 0 "$?" 'sshroute-twice: two at once: the other'
same 1 "$(on remote ip route | grep -c '^192.0.2.0/24')" 'sshroute-twice: the route is there once'
for ssh in $(on local pgrep -x ssh); do
	on local kill -KILL "$ssh"
done
gone tunnel-killed

up tunnel-sshd
for victim in $(on remote pgrep -f '^sshd(-session)?: slave'); do
	on remote kill -KILL "$victim"
done
gone tunnel-sshd

up tunnel-cut
host_cut local remote
check 'tunnel-cut: pppd ends while the network is away' wait_for 60 'that' vpn_idle remote
host_mend local remote
gone tunnel-cut

tried sshroute-after
check_exit 75 'sshroute-after: without its session there is nothing to route' vpn_ask sshroute
same 'alice has no session' "$(ledger_record reason)" 'sshroute-after: the log says so'
ledger_end
