#!/bin/bash
# SPDX-License-Identifier: ISC
#
# ppptun and pppd understand each other, in both roles: once ppptun answers to pppd, once pppd to
# ppptun, with traffic of both families each time, and an orderly end.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly TRANSFER_DEADLINE=180 # seconds: the guest's processors are emulated, and others compute beside it
readonly PPPTUN=/usr/libexec/sallyport/ppptun PPPD=/usr/sbin/pppd
# who runs HOST: "pppd" or "ppptun"
runs()
{
	local program
	for program in "$PPPD" "$PPPTUN"; do
		vpn_launched "$1" "$program" >/dev/null 2>&1 && echo "${program##*/}"
	done
}
vpn_one_peer
vpn_local local
vpn_add "$(host_root remote)/etc/sallyport/peers/alice.conf" 'Address6 fd00:9::2 fd00:9::1' 'Mru 4000'

# engines REMOTE LOCAL
engines()
{
	echo "Ppp $1" | host_file remote /etc/sallyport/agent.conf 644
	vpn_profile local office <<-END
		Host     remote
		RunAs    alice
		Accept   address
		Ppp      $2
	END
}

# echoed: how many bytes of TCP come back from the remote, of 2,000,000 that went there.
echoed()
{
	# shellcheck disable=SC2016 # perl's
	on remote timeout "$TRANSFER_DEADLINE" perl -MIO::Socket::IP -e '
		my $l = IO::Socket::IP->new(LocalHost => "10.9.0.2", LocalPort => 7, Listen => 1, ReuseAddr => 1) or die $@;
		my $s = $l->accept; my $all = ""; while (sysread $s, my $x, 65536) { $all .= $x } print $s $all' &
	wait_for "$HOST_DEADLINE" 'a listener' on remote grep -q ':0007 [0-9A-F:]* 0A ' /proc/net/tcp
	# shellcheck disable=SC2016 # perl's
	on local timeout "$TRANSFER_DEADLINE" perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(PeerHost => "10.9.0.2", PeerPort => 7) or die $@;
		print $s "x" x 2_000_000; shutdown $s, 1;
		my $all = 0; while (my $got = sysread $s, my $x, 65536) { $all += $got } print $all'
	wait $!
}

# What each says, and what comes of it where the kernel has PPP.
for row in 'ppptun pppd ppptun pppd' 'pppd ppptun pppd ppptun' 'ppptun ppptun ppptun ppptun' \
	'auto auto ppptun ppptun' 'auto pppd pppd pppd' 'pppd auto pppd pppd'; do
	read -r there here expected_there expected_here <<<"$row"
	name="$there there, $here here"
	engines "$there" "$here"
	before_remote=$(vpn_state remote)
	before_local=$(vpn_state local)
	check "$name: up" on local vpn-connect up office
	same "$expected_there" "$(runs remote)" "$name: what speaks PPP there"
	same "$expected_here" "$(runs local)" "$name: what speaks PPP here"
	check "$name: IPv4" on local ping -c 1 -W "$HOST_DEADLINE" 10.9.0.2
	check "$name: IPv6" on local ping -c 1 -W "$HOST_DEADLINE" fd00:9::2
	check "$name: a packet as large as the link takes" on local ping -c 1 -W "$HOST_DEADLINE" -M "do" -s 3972 10.9.0.2
	check "$name: packets of zeros" on local ping -c 3 -i 0.2 -W "$HOST_DEADLINE" -p 00 10.9.0.2
	check "$name: packets of flags" on local ping -c 3 -i 0.2 -W "$HOST_DEADLINE" -p 7e7d7e7d 10.9.0.2
	same 2000000 "$(echoed)" "$name: TCP there and back"
	matches '^192.0.2.0/24 dev sp-alice' "$(on remote ip route)" "$name: the route of policy"
	check "$name: down" on local vpn-connect down office
	check "$name: nothing is left there" wait_for 20 'the former state' vpn_state_is remote "$before_remote"
	check "$name: nothing is left here" wait_for 20 'the former state' vpn_state_is local "$before_local"
done
