# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Two hosts for scripts that try vpn-connect against a real sshd and the real agent. On both sides a
# stand-in takes pppd's place, so that this needs no PPP in the kernel; tests/lab has the real one.
#
#   peer <LINES                 the peer's policy on remote, with alice's key
#   peer_of_both                alice's policy with IPv6, and an offer of each family
#   jump_host                   a third host "jump", with the account hop, on another way to remote
#   profile [LINE…]             "office" on local; what is given comes instead of the default
#   connect ARGUMENT…           vpn-connect on local
#   fails EXIT PATTERN NAME [unasked]
#   nothing_left                local is as it was before the first link, and remote has no session
#   whole_state_of_local               all that a link could change, and what is sent
#   await_slot                  until remote has no session: it ends a moment after its link does here
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck disable=SC2034,SC2119,SC2120 # variables and arguments are for the scripts
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
vpn_standin remote
on remote install -m 0755 /src/build/tests/system/link_standin /usr/sbin/pppd
host_account local alice
host_account local bob
host_account remote fake "$(command -v sh)"
host_trust local remote
key=$(host_key local alice | cut -d' ' -f1,2)

peer()
{
	{
		echo "Key $key"
		cat
	} | vpn_peer remote alice
	vpn_authorize remote
}

peer <<-END
	Allow    pppd sshroute
	Route    192.0.2.0/24
	Address  10.9.0.2 10.9.0.1
	Offer    10.2.0.0/16
	Offer    10.3.0.0/16
END

peer_of_both()
{
	peer <<-END
		Allow    pppd sshroute
		Route    192.0.2.0/24
		Address  10.9.0.2 10.9.0.1
		Address6 fd00:9::2 fd00:9::1
		Offer    10.2.0.0/16
		Offer    fd00:2::/48
	END
}

jump_host()
{
	host_create jump
	host_wire jump 203.0.113.1/24 local 203.0.113.7/24
	host_wire jump 192.0.2.129/25 remote 192.0.2.130/25
	on local sh -c "grep -v 192.0.2.130 /etc/hosts >/tmp/h; cat /tmp/h >/etc/hosts; rm /tmp/h"
	host_account jump hop /bin/sh
	host_sshd jump
	host_trust local jump
	host_authorize jump hop "$key"
}

for kind in '' -exit-10 -exit-17 -idle -deaf; do
	on local install -m 0755 /src/build/tests/system/link_standin "/usr/local/sbin/link_standin$kind"
done

# profile [LINE…]: "office", with the stand-in; what is given comes instead of the default.
profile()
{
	local line keyword default
	{
		for line; do
			[ -z "${line#-*}" ] || echo "$line"
		done
		for default in 'Host remote' 'RunAs alice' 'Accept address 10.2.0.0/16' \
			'RemoteRoutes no' 'Timeout 20' 'Ppp pppd' \
			'Pppd /usr/local/sbin/link_standin'; do
			keyword=${default%% *}
			case " $* " in
			*" $keyword "* | *" -$keyword "*) ;;
			*) echo "$default" ;;
			esac
		done
	} | vpn_profile local office
}

# A link that is there keeps its session, until `up` or `down` has ended it.
connect()
{
	[ "$1" != up ] || on local test -e /run/sallyport/connect/office || await_slot >/dev/null
	on local vpn-connect "$@" 2>&1
}

await_slot()
{
	wait_for "$HOST_DEADLINE" 'the end of the session on remote' vpn_free remote
}

# What a host has of a link: processes, interfaces, routes, files. PIDs and counters apart, and what
# ps puts in brackets: a process that has ended and that the first one has not collected yet.
state_of_local()
{
	on local ps -eo user,args | grep -v -e 'ps -eo' -e '^USER' -e '^[^ ]* *\[' | sort
	made_on_local
}

# That without the processes, which may take their time to be gone.
made_on_local()
{
	on local ip -brief link | cut -d' ' -f1
	# The kernel's own come and go with addresses and carriers.
	on local ip route show table all | grep -v 'proto kernel' | sort
	on local find /run/sallyport /tmp -mindepth 1 | sort
}

# whole_state_of_local: all that a link could change, and what a look at it could.
whole_state_of_local()
{
	state_of_local
	# Duplicate address detection goes on by itself, as do a link's echoes.
	on local ip address | sed 's/ tentative//'
	on local ip rule
	on local ip -6 rule
	on local find /run /etc/sallyport /home/alice -not -name 'sshd*' -not -name echo -printf '%p %m %u %s %T@\n'
	on local sh -c 'head -n 100 /proc/sys/net/ipv[46]/conf/*/rp_filter /proc/sys/net/ipv6/conf/*/accept_ra 2>/dev/null'
	[ ! -e /proc/modules ] || cut -d' ' -f1 /proc/modules
	taken
	sent_by_local
}

# sent_by_local: how many datagrams and connections local has begun.
sent_by_local()
{
	local name words
	while read -r name words; do
		case $name in
		Tcp:) echo "connections $(cut -d' ' -f5 <<<"$words")" ;;
		Udp:) echo "datagrams $(cut -d' ' -f4 <<<"$words")" ;;
		Icmp:) echo "messages $(cut -d' ' -f14 <<<"$words")" ;;
		esac
	done <"/proc/${HOST_PID[local]}/net/snmp"
}

nothing_left()
{
	state_of_local >"$WORLD/after"
	diff "$WORLD/before" "$WORLD/after" && await_slot
}

# The directory of a link goes last: by then all that was made is undone.
nothing_made_left()
{
	diff "$WORLD/made" <(made_on_local)
}

# How many connections remote has taken.
taken()
{
	local words
	while read -ra words; do
		[ "${words[0]}" != Tcp: ] || echo "${words[6]}"
	done <"/proc/${HOST_PID[remote]}/net/snmp" | tail -n 1
}

# fails EXIT PATTERN NAME [unasked]: `up` fails like that, says so in one line, before any step's
# deadline, and leaves nothing. unasked: and nobody has connected to remote.
FAILS_LIMIT=15
fails()
{
	local expected=$1 pattern=$2 name=$3 asked=${4-} begin status=0 said took before
	before=$(taken)
	begin=${EPOCHREALTIME/[.,]/}
	said=$(connect up --once --quiet office) || status=$?
	took=$((${EPOCHREALTIME/[.,]/} - begin))
	same "$expected" "$status" "$name: exit status"
	matches "^vpn-connect: office is not up: .*$pattern" "$said" "$name: what is said"
	same 1 "$(wc -l <<<"$said")" "$name: in one line"
	lacks '[^ -~]' "$said" "$name: in printable characters"
	check "$name: at once" test "$took" -lt $((FAILS_LIMIT * 1000000)) -a "${asked:+$(taken)}" = "${asked:+$before}"
	check "$name: nothing is left" nothing_left
}

supervisor()
{
	vpn_pid supervisor
}

# A variable of a process's environment, or nothing.
environment()
{
	on local sh -c "tr '\\0' '\\n' </proc/$1/environ"
}

descriptors()
{
	on local sh -c "ls /proc/$1/fd"
}

is_waiting()
{
	[[ $(connect status office) = 'office is waiting'* ]]
}

has_ended()
{
	! on local test -e "/proc/$1"
}

# log_has PATTERN: vpn-connect may be back before the log daemon has written.
log_has()
{
	wait_for "$HOST_DEADLINE" "a record like: $1" log_holds "$1"
}

# log_times PATTERN: how many records are like that.
log_times()
{
	grep -Ec -e "$1" "$(host_root local)/var/log/messages"
}

log_holds()
{
	grep -Eq -e "$1" "$(host_root local)/var/log/messages"
}

profile
state_of_local >"$WORLD/before"
made_on_local >"$WORLD/made"
