#!/bin/bash
# SPDX-License-Identifier: ISC
#
# ppptun alone, one at each end of a pair of sockets: what must not stop the line, what the other
# end must not do to this host, what ends it, and an end that has to be told its addresses.

# shellcheck disable=SC2016 # perl's
[ -n "${LINE-}" ] || LINE=yes exec perl -MSocket -e '
	$^F = 9; # what stays open
	socketpair(X, Y, AF_UNIX, SOCK_STREAM, 0) && socketpair(V, W, AF_UNIX, SOCK_STREAM, 0) or die $!;
	setsockopt($_, SOL_SOCKET, SO_SNDBUF, 1) or die $! for *X, *Y; # as little as there can be
	@ENV{qw(THERE HERE THERE2 HERE2)} = map { fileno $_ } X, Y, V, W;
	exec "bash", $ARGV[0]' "$0"

# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"

host_create there here

# ppptun_on HOST OPTION…: on standard input and output.
ppptun_on()
{
	local host=$1
	shift
	# shellcheck disable=SC2016 # expanded in the host
	on "$host" sh -c '"$@"; echo $? >/run/ppptun.status' \
		x /src/build/ppptun nodetach ifname tun-line "$@" {THERE}>&- {HERE}>&- {THERE2}>&- {HERE2}>&-
}

has_carrier()
{
	[ "$(cat "$(host_root "$1")/sys/class/net/tun-line/carrier" 2>/dev/null)" = 1 ]
}

both_up()
{
	has_carrier there && has_carrier here
}

has_ended()
{
	[ -s "$(host_root "$1")/run/ppptun.status" ]
}

# flood HOST ADDRESS: more datagrams than any line takes, for two seconds.
flood()
{
	# shellcheck disable=SC2016 # perl's
	on "$1" perl -MIO::Socket::IP -MTime::HiRes=time -e '
		my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 9, Proto => "udp") or die $@;
		for (my $end = time + 2; time < $end; ) { $s->send("x" x 1400); $s->recv(my $x, 9, 64) }' "$2"
}

ppptun_on there 10.9.0.1:10.9.0.2 +ipv6 ipv6 ::1,::2 mru 65535 <&"$THERE" >&"$THERE" &
check 'a device is made' wait_for "$HOST_DEADLINE" 'a device' test -e "$(host_root there)/sys/class/net/tun-line/carrier"
check 'and is up' wait_for "$HOST_DEADLINE" 'its address' on there sh -c 'ip addr show dev tun-line | grep -q 10.9.0.1'
check_not 'but has no carrier while nobody answers' has_carrier there
ppptun_on here 10.9.0.2:10.9.0.1 +ipv6 ipv6 ::2,::1 mru 65535 <&"$HERE" >&"$HERE" &
exec {THERE}>&- {HERE}>&-
check 'the link comes up' wait_for "$HOST_DEADLINE" 'a carrier' both_up
# --- both ends have more to send than the line takes: each has to go on receiving
flood there 10.9.0.2 &
flood here 10.9.0.1
wait $!
check 'a line that is full in both directions moves on' host_answers here 10.9.0.1

# both_ways HOST IO::SOCKET-ARGUMENT…: sends as much as it receives, and says how much that was.
both_ways()
{
	local host=$1
	shift
	# shellcheck disable=SC2016 # perl's
	on "$host" timeout 240 perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(Timeout => 30, @ARGV) or die $@;
		$s = $s->accept if grep /Listen/, @ARGV;
		my $all = 0;
		if (fork) { while (my $got = sysread $s, my $x, 1 << 20) { $all += $got } wait; print $all }
		else { print $s "x" x 20_000_000; shutdown $s, 1 }' "$@"
}

# --- and TCP, of which one frame is larger than all that may wait
# segments_pass PORT
segments_pass()
{
	both_ways there LocalHost 10.9.0.1 LocalPort "$1" Listen 1 >"$(host_root there)/run/received" &
	wait_for "$HOST_DEADLINE" 'a listener' on there grep -q "$(printf ':%04X ' "$1")" /proc/net/tcp
	same 20000000 "$(both_ways here PeerHost 10.9.0.1 PeerPort "$1")" 'segments pass in both directions at once'
	wait $!
	same 20000000 "$(cat "$(host_root there)/run/received")" 'and all of them arrive'
}
# bad_checksums HOST: how many came (RFC 4022).
bad_checksums()
{
	# shellcheck disable=SC2016 # awk's
	on "$1" awk '$1 == "Tcp:" && $2 ~ /^[0-9]+$/ { print $16 }' /proc/net/snmp
}
segments_pass 19

# --- TCP whose packets are to be smaller than the device's: kernels hand it over in one all the same
on here ip route change 10.9.0.1 dev tun-line advmss 600
# shellcheck disable=SC2016 # perl's
on there perl -MIO::Socket::IP -e '
	my $l = IO::Socket::IP->new(LocalHost => "10.9.0.1", LocalPort => 7, Listen => 1) or die $@;
	my $s = $l->accept; for (1 .. 100) { syswrite $s, "x" x 1000; select undef, undef, undef, 0.01 }
	print $s "x" x 3_900_000' &
wait_for "$HOST_DEADLINE" 'a listener' on there grep -q ':0007 ' /proc/net/tcp
# shellcheck disable=SC2016 # perl's
same 4000000 "$(on here timeout 240 perl -MIO::Socket::IP -e '
	my $s = IO::Socket::IP->new(PeerHost => "10.9.0.1", PeerPort => 7) or die $@;
	my $all = 0; while (my $got = sysread $s, my $x, 65536) { $all += $got } print $all')" 'TCP of small packets passes'
same 0 "$(bad_checksums here)" 'with good checksums'

# --- and TCP behind options of IPv6, of which the kernel makes segments as well
# shellcheck disable=SC2016 # perl's
on there perl -MIO::Socket::IP -e '
	my $l = IO::Socket::IP->new(LocalHost => "fe80::1%tun-line", LocalPort => 11, Listen => 1) or die $@;
	setsockopt($l, 41, 59, pack("C8", 0, 0, 1, 4)) or die $!; # IPV6_DSTOPTS: padding
	my $s = $l->accept; print $s "x" x 4_000_000' &
wait_for "$HOST_DEADLINE" 'a listener' on there grep -q ':000B ' /proc/net/tcp6
# shellcheck disable=SC2016 # perl's
same 4000000 "$(on here timeout 240 perl -MIO::Socket::IP -e '
	my $s = IO::Socket::IP->new(PeerHost => "fe80::1%tun-line", PeerPort => 11) or die $@;
	my $all = 0; while (my $got = sysread $s, my $x, 65536) { $all += $got } print $all')" 'TCP behind options passes'

# --- what a packet says of congestion (RFC 3168) passes as it is, in both directions
# marks_of HOST FAMILY: how many packets came of each mark: none, ECT(1), ECT(0), congestion.
marks_of()
{
	# shellcheck disable=SC2016 # awk's
	if [ "$2" = 4 ]; then
		on "$1" awk '$1 == "IpExt:" && !seen++ { split($0, names); next }
			$1 == "IpExt:" { for (i = 2; i <= NF; i++) of[names[i]] = $i }
			END { print of["InNoECTPkts"], of["InECT1Pkts"], of["InECT0Pkts"], of["InCEPkts"] }' /proc/net/netstat
	else
		on "$1" awk '{ of[$1] = $2 }
			END { print of["Ip6InNoECTPkts"], of["Ip6InECT1Pkts"], of["Ip6InECT0Pkts"], of["Ip6InCEPkts"] }' \
			/proc/net/snmp6
	fi
}
# marked FROM TO ADDRESS FAMILY: a different number of datagrams of each mark, and what came of them.
marked()
{
	local before after
	read -ra before <<<"$(marks_of "$2" "$4")"
	# shellcheck disable=SC2016 # perl's
	host_daemon "$2" /run/taker.pid perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(LocalHost => $ARGV[0], LocalPort => 9, Proto => "udp") or die $@;
		$s->recv(my $x, 9) while 1' "$3"
	# shellcheck disable=SC2016 # perl's
	on "$1" perl -MIO::Socket::IP -MSocket=:all -e '
		my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 9, Proto => "udp") or die $@;
		for my $mark (0 .. 3) {
			setsockopt($s, $ARGV[1] == 4 ? IPPROTO_IP : IPPROTO_IPV6, $ARGV[1] == 4 ? IP_TOS : 67, pack("i", $mark))
				or die $!; # 67: IPV6_TCLASS
			# No faster than any line takes them; one that nobody takes yet is answered by an error.
			for (1 .. 10 * ($mark + 1)) { $s->send("x") || $s->send("x"); select undef, undef, undef, 0.002 }
		}' "$3" "$4"
	wait_for "$HOST_DEADLINE" 'the last of them' came "$2" "$4" "${before[3]}"
	host_stop "$2" /run/taker.pid
	read -ra after <<<"$(marks_of "$2" "$4")"
	echo "$((after[1] - before[1])) $((after[2] - before[2])) $((after[3] - before[3]))"
}
came()
{
	local now
	read -ra now <<<"$(marks_of "$1" "$2")"
	[ $((now[3] - $3)) -ge 40 ]
}
same '20 30 40' "$(marked here there 10.9.0.1 4)" 'marks of ECN pass, there'
same '20 30 40' "$(marked there here 10.9.0.2 4)" 'and back'
same '20 30 40' "$(marked here there fe80::1%tun-line 6)" 'in IPv6 as well, there'
same '20 30 40' "$(marked there here fe80::2%tun-line 6)" 'and back'

# --- the other end is no router of ours (RFC 4861 6.1.2)
advertise()
{
	# shellcheck disable=SC2016 # perl's
	on there perl -MSocket=:all -e '
		socket(my $s, AF_INET6, SOCK_RAW, 58) or die $!;
		setsockopt($s, 41, 18, pack("i", 255)) or die $!; # IPV6_MULTICAST_HOPS
		my ($error, $to) = getaddrinfo("ff02::1%tun-line", "", {flags => AI_NUMERICHOST});
		die $error if $error;
		for (1 .. 3) { send($s, pack("C2nC2nN2", 134, 0, 0, 64, 0, 1800, 0, 0), 0, $to->{addr}) or die $! }'
}
check 'an advertisement is sent' advertise
check 'and the link lives' host_answers here 10.9.0.1
lacks '^default' "$(on here ip -6 route)" 'the other end cannot make itself the default router'

# --- who takes the device away ends the link, and does not make it spin
on here ip link del tun-line
check 'without its device ppptun ends' wait_for "$HOST_DEADLINE" 'its end' has_ended here
same 1 "$(cat "$(host_root here)/run/ppptun.status" 2>/dev/null)" 'with an exit code that says so'
check 'and so does the other end' wait_for "$HOST_DEADLINE" 'its end' has_ended there

# --- addresses from the other end, of both families, in whichever order they come
rm -f "$(host_root there)/run/ppptun.status" "$(host_root here)/run/ppptun.status"
ppptun_on there 10.9.0.1:10.9.0.2 +ipv6 <&"$THERE2" >&"$THERE2" &
ppptun_on here : +ipv6 mru 1400 <&"$HERE2" >&"$HERE2" &
exec {THERE2}>&- {HERE2}>&-
check 'the link comes up' wait_for "$HOST_DEADLINE" 'a carrier' both_up
matches 'inet 10.9.0.2 peer 10.9.0.1/32' "$(on here ip addr show dev tun-line)" 'with the address that it was told'
matches 'inet6 fe80::[0-9a-f:]* peer fe80::' "$(on here ip addr show dev tun-line)" 'in both families'
check 'and is answered' host_answers here 10.9.0.1

# --- these two take packets of the usual size, and of less than that: segments are cut to such
segments_pass 20
same '0 0' "$(bad_checksums here) $(bad_checksums there)" 'with good checksums'
