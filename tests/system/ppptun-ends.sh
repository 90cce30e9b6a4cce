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

# sends ADDRESS: what this host sends to it by TCP, in packets as large as the device takes. The
# last one's connection may still wait for a word from an end that is gone.
sends()
{
	# shellcheck disable=SC2016 # perl's
	on there timeout 240 perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(LocalHost => $ARGV[0], LocalPort => 7, Listen => 1, ReuseAddr => 1) or die $@;
		$s = $s->accept; my $all = 0;
		while (my $got = sysread $s, my $x, 1 << 20) { $all += $got } print $all' "$1" >"$WORLD/sent" &
	wait_for "$HOST_DEADLINE" 'a listener' on there sh -c 'grep -q ":0007 .* 0A " /proc/net/tcp /proc/net/tcp6'
	# shellcheck disable=SC2016 # perl's
	on here timeout 240 perl -MIO::Socket::IP -e '
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
	on here timeout 240 perl -MIO::Socket::IP -MErrno=EMSGSIZE -e '
		my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 9, Proto => "udp") or die $@;
		while (1) { $s->send("x" x 1400) or $! != EMSGSIZE or exit 0; select undef, undef, undef, 0.02 }' "$1"
}

device_mtu()
{
	cat "$(host_root "$1")/sys/class/net/tun-end/mtu"
}

# large_passes HOST ADDRESS: packets larger than what either end takes at once, that may be cut.
large_passes()
{
	on "$1" ping -c 2 -i 0.2 -W "$HOST_DEADLINE" -M dont -s 1400 "$2"
}

# refusal HOST ADDRESS: the word that such a packet gets that may not be.
refusal()
{
	on "$1" ping -c 1 -W 5 -M 'do' -s 1400 "$2" 2>&1
}

# processes HOST: how many of ppptun there are.
processes()
{
	# shellcheck disable=SC2016 # expanded in the host
	on "$1" sh -c 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\0" "\n" | grep -cx "/src/build/[p]pptun"'
}

# --- the other end takes less than this device was to have: its MTU follows, in either direction
for case in 'mru 1300/' '/mru 1300'; do
	ends "10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2 ${case%/*}" "10.9.0.2:10.9.0.1 +ipv6 ipv6 ::2,::1 ${case#*/}"
	near=here far=there address=10.9.0.1 id=1
	[ "$case" = 'mru 1300/' ] || near=there far=here address=10.9.0.2 id=2
	same '1300 1500' "$(device_mtu "$near") $(device_mtu "$far")" "$near: the device takes what the other end takes"
	same 0000000000000000 "$(capabilities "$near")" "$near: without a right to set it left"
	same 1 "$(processes "$near")" "$near: nor anybody who keeps one"
	check "$near: a large datagram passes, and its answer" large_passes "$near" "$address"
	check "$near: over IPv6 too" large_passes "$near" "fe80::$id%tun-end"
	matches 'mtu ?= ?1300|Message too long' "$(refusal "$near" "$address")" "$near: who forbids to cut it is told"
	matches 'mtu:? ?=? ?1300|Message too long' "$(refusal "$near" "fe80::$id%tun-end")" "$near: over IPv6 too"
	if [ "$near" = here ]; then
		same 100000 "$(sends 10.9.0.1)" 'TCP passes'
		same 100000 "$(sends fe80::1%tun-end)" 'over IPv6 too'
	fi
	ends_gone
done

# The far end has larger packets than this device sends, and this end says that it takes them.
ends '10.9.0.1:10.9.0.2 mtu 1400 mru 600' '10.9.0.2:10.9.0.1'
same '600 1400' "$(device_mtu here) $(device_mtu there)" 'one that is smaller by far'
check 'packets larger than the device sends are taken' on there ping -c 1 -W "$HOST_DEADLINE" -M 'do' -s 1372 10.9.0.2
ends_gone

# --- who is told its addresses sets the MTU with them
ends '10.9.0.1:10.9.0.2 mru 1300' ':'
same 1300 "$(device_mtu here)" 'an end without addresses has the MTU as well'
same 0000000000000000 "$(capabilities here)" 'and no right left'
ends_gone

# --- less than IPv6 takes: the device keeps that, and what may be cut is cut for the other end
ends '10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2 mru 600' '10.9.0.2:10.9.0.1 +ipv6 ipv6 ::2,::1'
same 1280 "$(device_mtu here)" 'IPv6 keeps its 1280 bytes'
matches 'inet6 fe80::2 peer fe80::1' "$(on here ip addr show dev tun-end)" 'and its address'
check 'a large datagram passes' large_passes here 10.9.0.1
matches 'mtu ?= ?600' "$(on here ping -c 1 -W 5 -M 'do' -s 1000 10.9.0.1 2>&1)" 'who forbids to cut it is told'
same 100000 "$(sends 10.9.0.1)" 'TCP passes'
same 100000 "$(sends fe80::1%tun-end)" 'over IPv6 too'
ends_gone

# --- a device that is there beforehand keeps its MTU, and so do those who cannot set one
on here ip tuntap add dev tun-end mode tun
on here ip link set dev tun-end mtu 1500 up
on here ip address add 10.9.0.2 peer 10.9.0.1 dev tun-end
on here ip -6 address add fe80::2 peer fe80::1 dev tun-end nodad
ends '10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2 mru 1300' '10.9.0.2:10.9.0.1 +ipv6 ipv6 ::2,::1 tun-persistent'
same 1500 "$(device_mtu here)" 'the MTU stays'
same 1 "$(processes here)" 'nobody is there to set it'
check 'a large datagram passes' large_passes here 10.9.0.1
same 100000 "$(sends 10.9.0.1)" 'TCP that is too large for the other end passes'
same 100000 "$(sends fe80::1%tun-end)" 'over IPv6 too'
check 'who sends datagrams that are too large is told' too_large 10.9.0.1
matches 'mtu 1300' "$(on here ip route get 10.9.0.1)" 'and what size it may be'
check 'over IPv6 too' too_large fe80::1%tun-end
ends_gone
on here ip link del tun-end
