#!/bin/bash
# SPDX-License-Identifier: ISC
#
# ppptun at two ends that differ: in what they carry, and in how much of it in one packet.
# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"

host_create there here
# ends OPTIONS OPTIONS: of this host and of that one, each with lines of their own.
ends()
{
	rm -f "$WORLD"/to-*
	mkfifo "$WORLD/to-there" "$WORLD/to-here"
	exec {TO_THERE}<>"$WORLD/to-there" {TO_HERE}<>"$WORLD/to-here"
	# shellcheck disable=SC2086 # words
	start_end there "$TO_THERE" "$TO_HERE" $1
	# shellcheck disable=SC2086 # words
	start_end here "$TO_HERE" "$TO_THERE" $2
	exec {TO_THERE}>&- {TO_HERE}>&-
	check "$2: the link comes up" wait_for 20 'a carrier' both_up
}

start_end()
{
	# shellcheck disable=SC2016 # expanded in the host
	on "$1" sh -c 'echo $$ >/run/end; exec "$@"' x /src/build/ppptun nodetach ifname tun-end "${@:4}" \
		<&"$2" >&"$3" {TO_THERE}>&- {TO_HERE}>&- &
	JOBS+=($!)
}

ends_gone()
{
	# shellcheck disable=SC2016 # expanded in the host
	for name in here there; do
		on "$name" sh -c 'kill -KILL $(cat /run/end)'
	done
	wait "${JOBS[@]}" 2>/dev/null
	JOBS=()
}
JOBS=()

has_carrier()
{
	[ "$(cat "$(host_root "$1")/sys/class/net/tun-end/carrier" 2>/dev/null)" = 1 ]
}

both_up()
{
	has_carrier there && has_carrier here
}

capabilities()
{
	# shellcheck disable=SC2016 # expanded in the host
	on "$1" sh -c 'sed -n "s/^CapEff:\t*//p" /proc/$(cat /run/end)/status'
}

# sends ADDRESS: what this host sends to it by TCP, in packets as large as the device takes.
sends()
{
	# shellcheck disable=SC2016 # perl's
	on there timeout 10 perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(LocalHost => $ARGV[0], LocalPort => 7, Listen => 1) or die $@;
		$s = $s->accept; my $all = 0;
		while (my $got = sysread $s, my $x, 1 << 20) { $all += $got } print $all' "$1" >"$WORLD/sent" &
	wait_for "$HOST_DEADLINE" 'a listener' on there sh -c 'grep -q ":0007 .* 0A " /proc/net/tcp /proc/net/tcp6'
	# shellcheck disable=SC2016 # perl's
	on here timeout 10 perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 7) or die $@; print $s "x" x 100_000' "$1"
	wait $!
	cat "$WORLD/sent"
}

# --- who has to be told its addresses waits for both families, or for the word that there is but one
ends '10.9.0.1:10.9.0.2' ': +ipv6'
matches 'inet 10.9.0.2 peer 10.9.0.1/32' "$(on here ip addr show dev tun-end)" 'with the address that it was told'
lacks 'inet6 .* peer' "$(on here ip addr show dev tun-end)" 'and none of the family that is not carried'
same 0000000000000000 "$(capabilities here)" 'and no right to set any is left'
ends_gone

ends '+ipv6 noip ipv6 ::1,' ': +ipv6'
matches 'inet6 fe80::[0-9a-f:]* peer fe80::1/128' "$(on here ip addr show dev tun-end)" 'IPv6 alone comes up as well'
lacks 'inet ' "$(on here ip addr show dev tun-end)" 'without an address of IPv4'
same 0000000000000000 "$(capabilities here)" 'and with no right left'
ends_gone

# too_large ADDRESS: sends datagrams as large as the device takes, until it is told not to.
too_large()
{
	# shellcheck disable=SC2016 # perl's
	on here timeout 10 perl -MIO::Socket::IP -MErrno=EMSGSIZE -e '
		my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 9, Proto => "udp") or die $@;
		while (1) { $s->send("x" x 1400) or $! != EMSGSIZE or exit 0; select undef, undef, undef, 0.02 }' "$1"
}

# --- the other end takes less than this device: TCP is cut, other senders here are told
ends '10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2 mru 1300' '10.9.0.2:10.9.0.1 +ipv6 ipv6 ::2,::1'
same 100000 "$(sends 10.9.0.1)" 'TCP that is too large for the other end passes'
same 100000 "$(sends fe80::1%tun-end)" 'over IPv6 too'
check 'who sends datagrams that are too large is told' too_large 10.9.0.1
matches 'mtu 1300' "$(on here ip route get 10.9.0.1)" 'and what size it may be'
check 'over IPv6 too' too_large fe80::1%tun-end
ends_gone
