#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: ppptun's device has the kernel order by flow what waits for it, where the kernel can, as
# Debian's does. And what such a queue holds while ppptun stands still, of which HACKING.md tells.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly SENT=3000 RING=500
vpn_one_peer
vpn_local local
vpn_profile local office <<-END
	Host          remote
	RunAs         alice
	Accept        address
	RemoteRoutes  no
	Ppp           ppptun
END

# on_device HOST NAME: its queue discipline and length
on_device()
{
	on "$1" ip -o link show dev "$2" | grep -oE 'qdisc [a-z_]+|qlen [0-9]+' | tr '\n' ' '
}
# dropped: by the driver of the device here
dropped()
{
	on local cat /sys/class/net/sp-office/statistics/tx_dropped
}
note "the kernel's own choice: $(on local ip -o link show dev to-remote | grep -oE 'qdisc [a-z_]+')"
check 'up' on local vpn-connect up --once office
same "qdisc fq_codel qlen $RING " "$(on_device local sp-office)" 'here packets are ordered by flow'
same "qdisc fq_codel qlen $RING " "$(on_device remote sp-alice)" 'and there'
lacks 'queue|fq_codel' "$(host_log local)$(host_log remote)" 'of which nothing need be said'

# --- nobody reads the device: the driver drops what its ring does not hold, and never stops the queue
ppptun=$(vpn_launched local /usr/libexec/sallyport/ppptun)
check 'ppptun stands still' on local kill -STOP "$ppptun"
before=$(dropped)
# shellcheck disable=SC2016 # perl's
on local perl -MIO::Socket::IP -e '
	my $s = IO::Socket::IP->new(PeerHost => "10.9.0.2", PeerPort => 9, Proto => "udp") or die $@;
	$s->send("x" x 1000) for 1 .. $ARGV[0]' $SENT
note "dropped by the driver: $(($(dropped) - before)) of $SENT"
queue=$(on local tc -s qdisc show dev sp-office)
note "$queue"
# A kernel that stops the queue would have it hold the rest, ordered.
matches 'backlog 0b 0p|backlog [0-9]+b [0-9]+p' "$queue" 'what the queue holds is known'
note "held by the queue: $(grep -oE 'backlog [^ ]+ [^ ]+' <<<"$queue")"
on local kill -CONT "$ppptun"
check 'and the link goes on' host_answers local 10.9.0.2
check 'down' on local vpn-connect down office
