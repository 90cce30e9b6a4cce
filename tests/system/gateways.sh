#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A profile with several hosts: which of them is tried, what makes the next one be tried, how long that
# takes, and that a link which is up stays where it is. Both ends speak PPP by ppptun.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

# Without several gateways, each of these takes Timeout, which is 30, or does not happen at all.
readonly FEW=12
# RETRY_GOOD_MS, in seconds, and one for the clock's rounding.
readonly GOOD=11

host_create gw1 gw2 local
host_wire gw1 198.51.100.1/24 local 198.51.100.7/24
host_wire gw2 203.0.113.1/24 local 203.0.113.7/24
host_account local alice
key=$(host_key local alice | cut -d' ' -f1,2)
vpn_local local
for gateway in gw1 gw2; do
	vpn_remote "$gateway"
	host_trust local "$gateway"
	on "$gateway" rm -f /dev/ppp
done
on local rm -f /dev/ppp

# policy GATEWAY LINE…
policy()
{
	local gateway=$1
	shift
	printf '%s\n' "Key $key" 'Address 10.9.0.2 10.9.0.1' "$@" | vpn_peer "$gateway" alice
	vpn_authorize "$gateway"
}
policy gw1 'Allow pppd' 'Offer 10.2.0.0/16'
policy gw2 'Allow pppd' 'Offer 10.2.0.0/16'

# profile [LINE…]: the hosts are gw1 and gw2 unless it says others.
profile()
{
	{
		[[ " $*" == *' Host '* || " $*" == ' Host '* ]] || printf 'Host gw1\nHost gw2\n'
		printf '%s\n' "$@" 'RunAs alice' 'Accept address 10.2.0.0/16' 'RemoteRoutes no' 'Keepalive 5'
	} | vpn_profile local office
}
connect()
{
	on local vpn-connect "$@" 2>&1
}
journal()
{
	on local cat /run/sallyport/connect/office/journal
}
is_up_at()
{
	connect status --json office | grep -q '"state": "up"' && journal | grep -q "^gateway $1\$"
}
is_good()
{
	local since
	since=$(journal | sed -n 's/^up //p')
	[ -n "$since" ] && [ "$(date +%s)" -ge $((since + GOOD)) ]
}
is_free()
{
	vpn_free gw1 && vpn_free gw2
}
down()
{
	check 'down' connect down --quiet office
	check 'the gateways are free' wait_for "$HOST_DEADLINE" 'that' is_free
}

# took NAME COMMAND…: how long it takes is told, and is few seconds.
took()
{
	local name=$1 begin tenths
	shift
	begin=${EPOCHREALTIME/[.,]/}
	check "$name" "$@"
	tenths=$(((${EPOCHREALTIME/[.,]/} - begin) / 100000))
	note "$name: $((tenths / 10)).$((tenths % 10)) s"
	check "$name: within $FEW s" test "$tenths" -le $((FEW * 10))
}
up()
{
	said=$(connect up office)
}

# silence GATEWAY on|off: nothing comes there, and nobody says so.
silence()
{
	local address=198.51.100.1
	[ "$1" = gw1 ] || address=203.0.113.1
	if [ "$2" = on ]; then
		on local ip neigh replace "$address" lladdr 02:00:00:00:00:99 dev "to-$1" nud permanent
	else
		on local ip neigh del "$address" dev "to-$1"
	fi
}
sessions_end()
{
	on "$1" pkill -u slave sshd
}

# --- the first, unless something is wrong with it
profile
took 'up' up
matches '^office is up: sp-office via gw1 10\.9\.0\.1 <-> 10\.9\.0\.2, routes 10\.2\.0\.0/16, ' "$said" 'which says by which'
matches '^  gateway     gw1$' "$(connect status office)" 'so does status'
matches '"gateway": "gw1"' "$(connect status --json office)" 'and status --json'
down

# --- nobody answers there
silence gw1 on
took 'the first is silent: up' up
matches '^office: gw1 does not answer: .*; trying gw2$' "$said" 'which says so'
matches '^office is up: sp-office via gw2 .*, [4-9]\.[0-9] s$' "$said" 'by the second, and how long both took'
matches '^  last error  .*, by the line: gw1 does not answer' "$(connect status office)" 'status says what was wrong'

# --- the first comes back, and the link stays where it is
before=$(vpn_pid ssh)
silence gw1 off
on local ip address add 198.51.100.8/24 dev to-gw1
check 'the first is back' host_answers local 198.51.100.1
check 'the link is a good one' wait_for "$HOST_DEADLINE" 'that' is_good
check 'it stays at the second' is_up_at gw2
same "$before" "$(vpn_pid ssh)" 'by the same connection'

# --- the gateway in use ends
self=$(vpn_pid supervisor)
host_stop gw2 /run/sshd.pid
sessions_end gw2
took 'the gateway in use is gone: up at the other' wait_for "$HOST_DEADLINE" 'that' is_up_at gw1
same "$self" "$(vpn_pid supervisor)" 'by the same supervisor'
host_sshd gw2

# --- the gateway in use falls silent
check 'the link is a good one' wait_for "$HOST_DEADLINE" 'that' is_good
silence gw1 on
took 'the gateway in use falls silent: up at the other' wait_for "$HOST_DEADLINE" 'that' is_up_at gw2
silence gw1 off

# --- a good link that is only cut goes back to where it was
check 'the link is a good one' wait_for "$HOST_DEADLINE" 'that' is_good
before=$(vpn_pid ssh)
on local kill "$before"
up_again()
{
	[ "$(vpn_pid ssh)" != "$before" ] && is_up_at gw2
}
took 'ssh is killed: up again at the same gateway' wait_for "$HOST_DEADLINE" 'that' up_again

# --- a profile that has changed is followed from the first on
profile 'Mru 1400'
check 'reload' connect reload --quiet office
check 'a changed profile begins with the first' wait_for "$HOST_DEADLINE" 'that' is_up_at gw1
down

# --- the first says no
policy gw1 'Allow status'
profile
took 'the first denies: up' up
matches '^office: the policy of gw1 denies this.*; trying gw2$' "$said" 'which says so'
matches '^office is up: sp-office via gw2 ' "$said" 'by the second'
down

# --- the first lets us in, and does no more
on gw1 sh -c 'mv /usr/libexec/sallyport/vpn-agent /usr/libexec/sallyport/agent &&
	printf "#!/bin/sh\nexec tail -f /dev/null\n" >/usr/libexec/sallyport/vpn-agent &&
	chmod 755 /usr/libexec/sallyport/vpn-agent'
took 'the first lets us in and says nothing: up' up
matches '^office: gw1: nothing happened in 8 seconds while waiting for the remote to be ready; trying gw2$' "$said" \
	'which says so, and how long it had'
matches '^office is up: sp-office via gw2 ' "$said" 'by the second'
on gw1 mv /usr/libexec/sallyport/agent /usr/libexec/sallyport/vpn-agent
down

# --- the first is not the host that is known
known=$(host_root local)/etc/ssh/ssh_known_hosts
cp "$known" "$WORLD/known"
sed "/^gw1,/s|AAAA.*|$(cut -d' ' -f2 <<<"$key")|" "$WORLD/known" >"$known"
before=$(host_log gw1 | wc -l)
took 'the first has another host key: up' up
matches '^office: the host key of gw1 is not the one that RunAs knows.*; trying gw2$' "$said" 'which says so'
matches '^office is up: sp-office via gw2 ' "$said" 'by the second'
matches 'vpn-connect.*office: the host key of gw1 is not the one' "$(host_log local)" 'the log says so'
lacks 'Accepted|alice|slave|vpn-agent' "$(host_log gw1 | tail -n "+$((before + 1))")" 'nothing was asked of it'
down

# --- none of them
policy gw2 'Allow status'
check_exit 77 'one is unknown, one denies: the exit status' connect up --once --quiet office
status=0
said=$(connect up --once --quiet office) || status=$?
matches '^vpn-connect: office is not up: the host key of gw1 .*; the policy of gw2 denies this' "$said" 'both are told'
cp "$WORLD/known" "$known"
silence gw1 on
status=0
said=$(connect up --once --quiet office) || status=$?
same 68 "$status" 'one is silent, one denies: the exit status is that of the milder'
matches '^vpn-connect: office is not up: gw1 does not answer: .*; the policy of gw2 denies this' "$said" 'both are told'
silence gw1 off
policy gw1 'Allow pppd'
policy gw2 'Allow pppd'

# --- what is wrong here is so with each
on -u alice local sh -c 'cp .ssh/id_ed25519 .ssh/closed && chmod 644 .ssh/closed'
profile 'IdentityFile /home/alice/.ssh/closed'
status=0
said=$(connect up --quiet office) || status=$?
same 78 "$status" 'a key that others can read: the exit status'
matches '^vpn-connect: office is not up: ssh does not use a private key that others can read' "$said" 'what is said'
lacks 'gw2|trying' "$said" 'no other gateway is tried'
check 'and it ends' wait_for "$HOST_DEADLINE" 'that' vpn_is_down

# --- one that says no is not asked all the time because another is away
profile
check 'up' connect up --quiet office
check 'the link is a good one' wait_for "$HOST_DEADLINE" 'that' is_good
policy gw2 'Allow status'
host_stop gw1 /run/sshd.pid
sessions_end gw1
readonly BOTH='office: not up: gw1 refuses the connection: .*; the policy of gw2 denies this.*; trying again in'
both_failed()
{
	host_log local | grep -Eq "$BOTH"
}
check 'one is gone, one denies: it waits' wait_for "$HOST_DEADLINE" 'the pause' both_failed
matches "$BOTH ([3-7]\\.[0-9]|2\\.[5-9]) s\$" "$(host_log local)" 'as long as for one that denies alone'
policy gw2 'Allow pppd'
host_sshd gw1
took 'both are back: up' wait_for "$HOST_DEADLINE" 'that' is_up_at gw1
down

# --- of a name with two addresses the first is dead; as in the unit, /proc hides what a user may not trace
on local mount -o remount,hidepid=invisible /proc
on local sh -c 'ip neigh add 198.51.100.99 lladdr 02:00:00:00:00:99 dev to-gw1 nud permanent &&
	printf "%s\n" "198.51.100.99 two" "198.51.100.1 two" >>/etc/hosts'
sed -n 's/^gw1,[^ ]*/two/p' "$WORLD/known" >>"$known"
profile 'Host two' 'Host gw2' 'Timeout 10'
took 'a dead first address: up' up
matches '^office is up: sp-office via two ' "$said" 'by the second address of the first'
down
# Who is asked for a name is asked again: the name has another address now.
on local sh -c 'grep -v " two$" /etc/hosts >/tmp/h; echo "203.0.113.1 two" >>/tmp/h; cat /tmp/h >/etc/hosts; rm /tmp/h'
sed -n 's/^gw2,[^ ]*/two/p' "$WORLD/known" >>"$known"
profile 'Host gw1' 'Host two' 'Timeout 10'
host_stop gw1 /run/sshd.pid
took 'a name that has moved: up' up
matches '^office is up: sp-office via two ' "$said" 'by its new address'
host_sshd gw1
down

# --- each behind a jump host of its own
host_file local /home/alice/.ssh/config <<-'END'
	Host gw1
	  ProxyJump hop@one.invalid
	Host gw2
	  ProxyJump hop@two.invalid
END
profile
status=0
said=$(connect up --once --quiet office) || status=$?
same 68 "$status" 'two jump hosts that have no name: the exit status'
matches 'jump host one\.invalid on the way to gw1 cannot be resolved.*; .*jump host two\.invalid on the way to gw2 cannot be resolved' \
	"$said" 'each is named, with its gateway'
on local rm /home/alice/.ssh/config

# --- the nearest
# far GATEWAY on|off. Where the kernel has no netem, what it sends has to wait for the answer to ARP that
# goes before it.
far()
{
	on "$1" tc qdisc del dev to-local root 2>/dev/null
	[ "$2" = on ] || return 0
	on "$1" tc qdisc add dev to-local root netem delay 100ms 2>/dev/null ||
		on "$1" tc qdisc add dev to-local root tbf rate 2kbit burst 80 latency 5s
	on local ip neigh flush dev "to-$1"
}
profile 'Prefer fastest'
far gw1 on
took 'the first is far: up' up
matches '^office is up: sp-office via gw2 ' "$said" 'by the second'
lacks 'gw1' "$said" 'without a look at the first'
down
far gw1 off
far gw2 on
took 'the second is far: up' up
matches '^office is up: sp-office via gw1 ' "$said" 'by the first'
down
far gw2 off
silence gw1 on
took 'the first is silent: up' up
matches '^office is up: sp-office via gw2 ' "$said" 'by the one that answers'
lacks 'does not answer' "$said" 'without a look at the other'
down
silence gw1 off
