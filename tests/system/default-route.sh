#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Route default: what goes through the link, and that nothing of it leaves beside the link while that
# comes up, is cut, is lost or is killed. That all of it is gone afterwards, that another VPN's rules are
# not touched, and that only one link can have it.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/uplink.sh
. "$SRC/tests/lib/uplink.sh"

uplink_create
uplink_install
peer 'Address 10.9.0.2 10.9.0.1' 'Address6 fd00:9::2 fd00:9::1'
uplink_others
on local sysctl -q net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.to-router.rp_filter=1
net_of_local >"$WORLD/net"
sniff

# --- what goes where
profile 'Route default'
same to-router "$(way $OUT)" 'before: by the router'
said=$(connect up office)
matches '^office is up: sp-office .*, routes default, ' "$said" 'up says that it is the default route'
same sp-office "$(way $OUT)" 'up: IPv4 through the link'
same sp-office "$(way $OUT6)" 'up: IPv6 through the link'
same to-router "$(way 192.168.7.9)" 'the own network stays'
alice=$(on local id -u alice)
same sp-office "$(way $GATEWAY ipproto tcp dport 22 uid 4000)" 'the gateway by another user: through the link'
same to-router "$(way $GATEWAY ipproto tcp dport 22 uid "$alice")" 'ssh: by the router'
same sp-office "$(way $GATEWAY ipproto tcp dport 23 uid "$alice")" 'another port: through the link'
same sp-office "$(way $GATEWAY ipproto tcp dport 22 from $BEHIND iif to-behind)" 'forwarded: through the link'
check 'out answers through it, IPv4' host_answers local $OUT
check 'and IPv6' host_answers local $OUT6
check 'and what is behind this host' host_answers behind $OUT
check 'and its IPv6' host_answers behind $OUT6
same '' "$(leaks)" 'nothing left beside the link'
check_exit 0 'status: up' connect status --quiet office
matches '^  default     by routing table 8300, rules 21083 to 21086$' "$(connect status office)" 'and by what'
matches '"default_table": 8300' "$(connect status --json office)" 'its JSON'
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net

# --- nothing leaves beside it
ordeal 'Route default'

# --- what somebody else takes away is put back
check 'up' connect up --quiet office
on local ip rule del priority 21086
on local ip -6 rule del priority 21085
on local ip route flush table 8300
check 'rules and routes that somebody removes are put back' log_has 'rules and routes of the default route were changed by somebody else: put back'
has_all()
{
	[ "$(way $OUT)" = sp-office ] && [ "$(way $OUT6)" = sp-office ] && connect status --quiet office
}
check 'all of them' wait_for "$HOST_DEADLINE" 'them' has_all
pid=$(supervisor)
on local kill -STOP "$pid"
on local ip rule del priority 21086
check_exit 4 'status finds what is missing' connect status --quiet office
matches '^  default     by routing table 8300, .* \(changed\)$' "$(connect status office)" 'and says so'
on local kill -CONT "$pid"
check 'and it is put back when it can be' wait_for "$HOST_DEADLINE" 'it' has_all

# --- another route in the place of the link's would lead past it; so does one to a part, which is its owner's
on local ip route add 198.51.100.0/24 via 192.168.7.1 table 8300
check_exit 4 "status finds another's route in the link's table" connect status --quiet office
matches '^  default     by routing table 8300, .* \(changed\)$' "$(connect status office)" 'and says so'
on local ip route del 198.51.100.0/24 table 8300
check_exit 0 'until it is gone' connect status --quiet office
on local ip -batch - <<<$'route del default dev sp-office table 8300\nroute add default via 192.168.7.1 table 8300'
on local ip -6 -batch - <<<$'route del default dev sp-office table 8300\nroute add default via fd00:7::1 metric 1024 table 8300'
check "another default route in the link's table gives way" wait_for "$HOST_DEADLINE" 'that' has_all
others()
{
	on local sh -c 'ip route show table 8300; ip -6 route show table 8300' | grep to-router
}
same '' "$(others)" 'both of them'
on local ip route prepend default via 192.168.7.1 table 8300
on local ip route add default via 192.168.7.1 dev to-router tos 0x10 table 8300
on local ip -6 route add default via fd00:7::1 dev to-router metric 1 table 8300
check 'so do those before it' wait_for "$HOST_DEADLINE" 'that' has_all
same '' "$(others)" 'all of them'

# --- between two attempts the link's interface is gone, and the rest is put back
on remote pkill -KILL -x ppptun
check 'the link has ended, and is tried again later' wait_for "$HOST_DEADLINE" 'that' is_waiting
on local ip rule del priority 21086
check 'what is removed then is put back' wait_for "$HOST_DEADLINE" 'all' has_all
lacks 'cannot add the default route' "$(host_log local)" 'and nothing else is tried'

# --- the remote translates, where nobody knows the way back: the manual's own commands
mapfile -t commands < <(grep -E '^(sysctl net|nft add)' "$SRC/local/vpn-connect.8")
same 6 "${#commands[@]}" 'the manual has six commands'
on router ip route del 10.9.0.0/24
on router ip -6 route del fd00:9::/64
for command in "${commands[@]}"; do
	check "$command" on remote sh -c "$command"
done
check 'out answers, IPv4' host_answers local $OUT
check 'and IPv6' host_answers local $OUT6
on remote nft delete table inet vpn-out
on router ip route add 10.9.0.0/24 via $GATEWAY
on router ip -6 route add fd00:9::/64 via $GATEWAY6

# --- only one link has it
on local sh -c 'sed "s/^Host .*/Host '$GATEWAY6'/;s/^End/Interface sp-home\nEnd/" /etc/sallyport/connect/office.conf >/etc/sallyport/connect/home.conf'
status=0
said=$(on local vpn-connect up --once home 2>&1) || status=$?
same 71 "$status" 'a second one is refused: exit status'
matches 'office is this host.s default route already \(Route default\), and only one link can be: .vpn-connect down office. first' \
	"$said" 'which names the first'
said=$(on local vpn-connect check home 2>&1) || :
matches 'Route default: .*office\.conf:[0-9]+ says so too' "$said" 'check says that both want it'
check 'the first is not touched' has_all
profile 'Route 198.51.100.0/24'
check 'the first one wants it no more' connect reload --quiet office
not_default()
{
	is_up && [ "$(way 192.0.2.200)" != sp-office ] && [ "$(way $OUT)" = sp-office ] && ! on local ip rule | grep -q 'lookup 8300'
}
check 'and does not have it' wait_for "$HOST_DEADLINE" 'that' not_default
said=$(on local vpn-connect up --once home 2>&1)
lacks 'default route' "$said" 'then another one can have it'
matches '^home is up: sp-home .*, routes default' "$said" 'and has it'
on local vpn-connect down --quiet home
on local rm /etc/sallyport/connect/home.conf
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net

# --- a link of IPv4 alone: IPv6 does not go round it
profile 'Route default'
peer 'Address 10.9.0.2 10.9.0.1'
check 'up, with IPv4 alone' connect up --quiet office
same sp-office "$(way $OUT)" 'IPv4 through the link'
matches 'No route to host|unreachable' "$(way $OUT6)" 'IPv6 nowhere'
chatter
check 'IPv4 arrives' host_answers local $OUT
unchatter
same '' "$(leaks)" 'nothing left beside the link'
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net

# --- and of IPv6 alone
peer 'Address6 fd00:9::2 fd00:9::1'
check 'up, with IPv6 alone' connect up --quiet office
same sp-office "$(way $OUT6)" 'IPv6 through the link'
matches 'No route to host|unreachable' "$(way $OUT)" 'IPv4 nowhere'
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net

# --- Fallback: the other family is held while it is up, and nothing while it is away
peer 'Address 10.9.0.2 10.9.0.1'
profile 'Route default' 'Fallback yes'
check 'up with Fallback yes' connect up --quiet office
same sp-office "$(way $OUT)" 'IPv4 through the link'
matches 'No route to host|unreachable' "$(way $OUT6)" 'IPv6 nowhere'
profile 'Route default' 'Fallback yes' 'Port 9'
connect reload --quiet office || :
check 'the link is lost' wait_for "$HOST_DEADLINE" 'that' is_waiting
same to-router "$(way $OUT)" 'away: in the clear, as the profile says'
same to-router "$(way $OUT6)" 'IPv6 as well'
check 'down' connect down --quiet office
check 'rules, routes and the packet filter are as they were' same_net

# --- told to end while a gateway is looked up
at_work()
{
	on local pgrep -x sleep
}
rests()
{
	! at_work
}
host_file local /home/alice/.ssh/config 644 <<<'Match exec "exec sleep 1000"'
profile 'Route default'
for signal in INT:130 TERM:143; do
	on local vpn-connect up --foreground office >"$WORLD/said" 2>&1 &
	foreground=$!
	check "${signal%:*}: a gateway is looked up" wait_for "$HOST_DEADLINE" 'that' at_work
	begin=${EPOCHREALTIME/[.,]/}
	on local kill "-${signal%:*}" "$(supervisor)"
	status=0
	wait "$foreground" || status=$?
	same "${signal#*:}" "$status" "${signal%:*}: that ends it: exit status"
	check "${signal%:*}: at once" test $((${EPOCHREALTIME/[.,]/} - begin)) -lt 5000000
	matches "ended by a signal \\(${signal%:*}\\) while looking up where remote is" "$(cat "$WORLD/said")" \
		"${signal%:*}: which is said"
	check "${signal%:*}: and with it what ssh_config had started" wait_for "$HOST_DEADLINE" 'that' rests
	check "${signal%:*}: nothing is left" same_net
done
on local rm /home/alice/.ssh/config

# --- a gateway whose name is not known, and a way that nobody can know
profile 'Route default' 'Host nowhere.invalid' 'Route 10.7.0.0/16'
check_exit 68 'a name that nobody knows' connect up --quiet office
matches 'No route to host|unreachable' "$(way 10.7.0.9)" 'a network is held back all the same'
same to-router "$(way $OUT)" 'and nothing else'
check 'down' connect down --quiet office
check 'leaves nothing' same_net
on local sh -c 'printf "Host remote\nProxyCommand nc remote 22\n" >/home/alice/.ssh/config; chown alice /home/alice/.ssh/config'
profile 'Route default'
matches 'Route default: a ProxyCommand makes the connection to remote' "$(connect check office)" 'check knows a ProxyCommand'
status=0
said=$(connect up --once --quiet office) || status=$?
same 78 "$status" 'a ProxyCommand: exit status'
matches 'ProxyCommand makes the connection.*use ProxyJump' "$said" 'says why'
on local rm /home/alice/.ssh/config
check 'and nothing is left' same_net
