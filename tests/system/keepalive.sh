#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: a line that falls silent is noticed by both ends within the profile's Keepalive, whatever
# has gone quiet, and a line that is only full is not taken for one.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly PPPTUN=/usr/libexec/sallyport/ppptun
# Keepalive is 5. Other ways to notice take longer than this: TCP's own, and the echoes of before (40 s).
readonly DEADLINE=20
vpn_one_peer
vpn_local local
on remote rm -f /dev/ppp
on local rm -f /dev/ppp

# office SECONDS: the profile, with that Keepalive
office()
{
	printf '%s\n' 'Host remote' 'RunAs alice' 'Accept address' 'RemoteRoutes no' "Keepalive $1" |
		vpn_profile local office
}
argv_of()
{
	on "$1" sh -c "tr '\\0' ' ' </proc/$2/cmdline"
}
declare -A before
# up NAME: and what is logged from now on is what comes after it.
up()
{
	check "$1: up" on local vpn-connect up --once office
	before[local]=$(host_log local | wc -l)
	before[remote]=$(host_log remote | wc -l)
}
said()
{
	host_log "$1" | tail -n "+$((before[$1] + 1))"
}

readonly UNANSWERED='ppptun\[[0-9]+\]: no answer to 3 echoes$'
# both_notice NAME [REMOTE_SAYS]: each end by itself, as nothing passes between them any more; or the
# remote's log has REMOTE_SAYS.
both_notice()
{
	local began=$SECONDS
	check "$1: the remote's end is gone" within "$DEADLINE" 'that' vpn_idle remote "$PPPTUN"
	check "$1: this end is gone" within "$DEADLINE" 'that' vpn_is_down
	note "$1: noticed by both after $((SECONDS - began)) s"
	matches "${2-$UNANSWERED}" "$(said remote)" "$1: the remote's log says why"
	matches "$UNANSWERED" "$(said local)" "$1: this log says why"
	matches "office: the link is down: the remote's PPP no longer answers" "$(said local)" \
		"$1: and so does vpn-connect"
	check "$1: no process is left" vpn_idle local "$PPPTUN"
	check_not "$1: and no interface" on local test -e /sys/class/net/sp-office
}

# silence on|off: frames go to nobody, and no end is told.
silence()
{
	if [ "$1" = on ]; then
		on local ip neigh replace 198.51.100.1 lladdr 02:00:00:00:00:99 dev to-remote nud permanent
		on remote ip neigh replace 198.51.100.7 lladdr 02:00:00:00:00:99 dev to-local nud permanent
	else
		on local ip neigh del 198.51.100.1 dev to-remote
		on remote ip neigh del 198.51.100.7 dev to-local
	fi
}

office 5
up 'a keyword for both ends'
for name in local remote; do
	matches ' lcp-echo-interval 1 lcp-echo-failure 3 lcp-echo-adaptive ' "$(argv_of "$name" "$(vpn_launched "$name" "$PPPTUN")")" \
		"$name: PPP asks often enough"
done
matches 'verdict=allow .* request="pppd ready=[A-Za-z0-9]+ link=ppptun keepalive=5"' "$(vpn_log remote)" \
	'the remote was told'
matches ' -oServerAliveInterval=2 -oServerAliveCountMax=3 ' "$(argv_of local "$(vpn_pid ssh)")" \
	'and ssh waits a little longer'

silence on
both_notice 'a network that loses everything'
silence off
check 'the session is free' within "$DEADLINE" 'the network' vpn_ask status
same 'sallyport/1 status peer=alice sessions=0/1' "$(vpn_ask status)" 'and has no interface'

up 'a client that stands still'
on local kill -STOP "$(vpn_pid ssh)"
# This end may be the first to notice: it then lets ssh go on, to end it, and ssh takes leave of the remote.
both_notice 'a client that stands still' "$UNANSWERED|ppptun\[[0-9]+\]: the line was hung up$"

# --- most of what is sent waits in ssh and the kernel, and this end's echoes and answers behind it;
# nothing else comes back
readonly FLOODED=30
cat >"$WORLD/flood" <<'END'
use IO::Socket::IP;
my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 9, Proto => "udp") or die $@;
for (my $end = time + $ARGV[1]; time < $end; select undef, undef, undef, 0.002) { $s->send("x" x 1400) }
END
for name in local remote; do
	host_file "$name" /tmp/flood <"$WORLD/flood"
done
declare -A ADDRESS=([local]=10.9.0.2 [remote]=10.9.0.1) WIRE=([local]=to-remote [remote]=to-local)
# full HOST: which sends more than the line takes
full()
{
	local name="a line that is full from $1 on"
	if ! on "$1" tc qdisc add dev "${WIRE[$1]}" root tbf rate 512kbit burst 10k limit 100k 2>/dev/null; then
		note 'this kernel cannot make a line slow (sch_tbf)'
		return
	fi
	up "$name"
	on "$1" perl /tmp/flood "${ADDRESS[$1]}" "$FLOODED"
	lacks 'no answer|link is down' "$(said local)$(said remote)" "$name: is not silent"
	host_daemon "$1" /run/flood.pid perl /tmp/flood "${ADDRESS[$1]}" 60
	silence on
	both_notice "$name, and then dead"
	silence off
	host_stop "$1" /run/flood.pid
	on "$1" tc qdisc del dev "${WIRE[$1]}" root
	check "$name: the session is free" within "$DEADLINE" 'the network' vpn_ask status
}
full local
full remote
