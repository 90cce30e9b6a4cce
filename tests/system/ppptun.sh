#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-connect against a real sshd, with ppptun on both sides: a whole VPN on a kernel without PPP,
# where nothing has to be said for it.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
SSH_CHOICE=debian

readonly PPPTUN=/usr/libexec/sallyport/ppptun
vpn_one_peer
vpn_local local
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
vpn_add "$(host_root remote)/etc/sallyport/peers/alice.conf" 'Address6 fd00:9::2 fd00:9::1'
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address 10.2.0.0/16
END
before_remote=$(vpn_state remote)
before_local=$(vpn_state local)

# filters NAME PID: how many filters of system calls are in force there.
filters()
{
	# shellcheck disable=SC2016 # awk's
	on "$1" awk '$1 == "Seccomp_filters:" { print $2 }' "/proc/$2/status"
}

check 'up' on local vpn-connect up office
check 'the other end answers over IPv4' host_answers local 10.9.0.2
check 'the other end answers over IPv6' host_answers local fd00:9::2
matches 'inet 10.9.0.2 peer 10.9.0.1/32' "$(on remote ip addr show dev sp-alice)" \
	'the remote device has its addresses'
matches '^10.2.0.0/16 dev sp-office' "$(on local ip route)" 'an accepted offer is a route here'
matches '^192.0.2.0/24 dev sp-alice' "$(on remote ip route)" 'the route of policy is one there'
check 'two requests were allowed' wait_for "$HOST_DEADLINE" 'their records' vpn_allowed remote 2

matches '"ppptun": [0-9]' "$(on local vpn-connect status --json office)" 'and status says which it is'

for name in remote local; do
	pid=$(vpn_launched "$name" "$PPPTUN")
	# shellcheck disable=SC2016 # expanded in the host
	status=$(on "$name" grep -E '^(Uid|Groups|Cap|NoNewPrivs|Seccomp:)' "/proc/$pid/status" | tr '\t' ' ')
	note "$name: $status"
	same 3 "$(grep -c '^Cap\(Eff\|Prm\|Amb\): 0000000000000000$' <<<"$status")" \
		"$name: ppptun has no capability left"
	matches '^Uid: [1-9][0-9]* ' "$status" "$name: ppptun is not uid 0"
	matches '^NoNewPrivs: 1$' "$status" "$name: ppptun has no new privileges"
	matches '^Seccomp: 2$' "$status" "$name: ppptun is under a filter"
	same "$(($(filters "$name" self) + 2))" "$(filters "$name" "$pid")" \
		"$name: two, that which it was started with and its own"
	same root "$(on "$name" stat -c %U "/proc/$pid/mem")" "$name: others with its uid cannot trace ppptun"
done

# --- a packet from a source that is not the other end's goes nowhere
# foreign HOST DEVICE END ADDRESS OTHER DEVICE: what HOST sends to that end comes from ADDRESS, and
# the other host would route it back.
foreign()
{
	on "$1" ip addr add "$4/32" dev lo
	on "$1" ip route replace "$3/32" dev "$2" src "$4"
	on "$5" ip route add "$4/32" dev "$6"
}
foreign_both()
{
	foreign local sp-office 10.9.0.2 203.0.113.66 remote sp-alice
	foreign remote sp-alice 10.9.0.1 203.0.113.77 local sp-office
}
foreign_gone()
{
	on local ip addr del 203.0.113.66/32 dev lo
	on remote ip addr del 203.0.113.77/32 dev lo
}
# unheard HOST: how many datagrams came for a port that nobody has (RFC 4113).
unheard()
{
	# shellcheck disable=SC2016 # awk's
	on "$1" awk '$1 == "Udp:" && $3 ~ /^[0-9]+$/ { print $3 }' /proc/net/snmp
}
foreign_both
before=$(unheard remote) here=$(unheard local)
check_not 'a source outside of Address and Route is not heard there' host_answers local 10.9.0.2 50
same "$before" "$(unheard remote)" 'and nothing of it reached the network there'
check_not 'nor is one outside of the routes to the remote heard here' host_answers remote 10.9.0.1 50
same "$here" "$(unheard local)" 'and nothing of it reached the network here'
foreign_gone
for words in 'local 192.0.2.1 10.9.0.2 sp-office' 'remote 10.2.0.1 10.9.0.1 sp-alice'; do
	read -r name network end device <<<"$words"
	on "$name" ip addr add "$network/32" dev lo
	on "$name" ip route replace "$end/32" dev "$device" src "$network"
	check "$name: a source in a network that is routed to it is heard" host_answers "$name" "$end"
	on "$name" ip addr del "$network/32" dev lo
done

check 'down' on local vpn-connect down office
check 'the remote session ends' wait_for 20 'its end' sh -c "! test -e $(host_root remote)/sys/class/net/sp-alice"
check 'the local host is as it was' wait_for 20 'the former state' vpn_state_is local "$before_local"
check 'the remote host is as it was' wait_for 20 'the former state' vpn_state_is remote "$before_remote"

# --- and does where policy, and the profile, say so
alice=$(host_root remote)/etc/sallyport/peers/alice.conf office=$(host_root local)/etc/sallyport/connect/office.conf
vpn_add "$alice" 'Strict no' 'Reach any'
vpn_add "$office" 'Strict no'
check 'up with Strict no and Reach any' on local vpn-connect up office
foreign_both
check 'any source is heard there' host_answers local 10.9.0.2
check 'and here' host_answers remote 10.9.0.1
foreign_gone
check 'down again' on local vpn-connect down office
check 'nothing is left here' wait_for 20 'the former state' vpn_state_is local "$before_local"
check 'nor there' wait_for 20 'the former state' vpn_state_is remote "$before_remote"
sed -i -e '/^Strict/d' -e '/^Reach/d' "$alice" "$office"

# --- what ends it without anybody's asking, and where a denied call kills
echo 'Seccomp kill' | host_file remote /etc/sallyport/agent.conf 644
check 'up again' on local vpn-connect up --once office
on remote kill -KILL "$(vpn_launched remote "$PPPTUN")"
check 'what the local one says of it reaches its log' wait_for "$HOST_DEADLINE" 'the line' \
	grep -q 'ppptun\[[0-9]*\]: .*\(hung up\|local  IP address\)' "$(host_root local)/var/log/messages"
check 'a killed remote ppptun takes the local side down' wait_for 30 'its end' \
	sh -c "! test -e $(host_root local)/sys/class/net/sp-office"
check 'and nothing is left here' wait_for 20 'the former state' vpn_state_is local "$before_local"
check 'nor there' wait_for 20 'the former state' vpn_state_is remote "$before_remote"

# --- vpn-connect is killed, and its ssh, which has the line, lives on: ppptun does not
check 'up once more' on local vpn-connect up office
pid=$(vpn_launched local "$PPPTUN")
parent=$(on local ps -o ppid= -p "$pid" | tr -d ' ')
ssh=$(on local pgrep -o -x ssh)
on local kill -STOP "$ssh"
on local kill -KILL "$parent"
check 'ppptun ends with who started it, without waiting for echoes' wait_for 15 'its end' \
	sh -c "! test -e $(host_root local)/proc/$pid"
on local kill -KILL "$ssh"
on local vpn-connect down office >/dev/null 2>&1
check 'nothing is left here' wait_for 20 'the former state' vpn_state_is local "$before_local"
check 'nor there' wait_for 40 'the former state' vpn_state_is remote "$before_remote"
