#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Two gateways that carry their peers' routes to each other, and to a router behind them, by BIRD with
# packaging/fleet/bird.conf: whichever of them has the link, a host behind either reaches the peer's network.
# The power of the one in use is cut. How long packets did not pass is printed.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_odd.sh
. "$SRC/tests/lib/machine_odd.sh"

readonly BACK=60 # seconds for a link, and for the routers after it
# What a peer's laptop has behind it, and what lies behind the gateways.
readonly BEHIND=192.0.2.7 INSIDE=10.2.0.1

machine_create remote 13 198.51.100.1/24
machine_create second 13 198.51.100.2/24
machine_create office 13 198.51.100.3/24
machine_create local 13 198.51.100.7/24
machine_boot remote second office local
# Each gateway has addresses of its own for the link, which the profile takes as they are offered.
machine_pair remote local 's|^Host.*|&\nHost second|' '/^Keepalive/s|15|5|' '/^Address/d' \
	's|^Accept.*|Accept address 10.2.0.0/16|'
machine_install second remote
own_addresses()
{
	machine_on "$1" sed -i -e "s|^Address .*|Address 10.9.0.$2 10.9.0.$3|" -e '/^Address6/d' \
		-e 's|^Allow.*|&\nPpp ppptun|' /etc/sallyport/peers/alice.conf
}
machine_file second /etc/sallyport/peers/alice.conf <"$(machine_root remote)/etc/sallyport/peers/alice.conf"
own_addresses remote 2 1
own_addresses second 6 5
machine_authorize second
machine_sshd second || give_up 'sshd on second'
echo "second $(cut -d' ' -f1,2 "$(machine_root second)/etc/ssh/ssh_host_ed25519_key.pub")" \
	>>"$(machine_root local)/etc/ssh/ssh_known_hosts"
machine_on local ip address add "$BEHIND/32" dev lo

# router NAME ADDRESS: BIRD with the example, but for its id.
router()
{
	machine_on "$1" sh -c 'apt-get -q update && apt-get -q -y --no-install-recommends install bird2' >/dev/null ||
		give_up "bird2 on $1"
	machine_on "$1" sysctl -q -w net.ipv4.ip_forward=1
	sed "s|^router id .*|router id $2;|" "$SRC/packaging/fleet/bird.conf" | machine_file "$1" /etc/bird/bird.conf
	check "$1: bird takes the example" machine_on "$1" bird -p -c /etc/bird/bird.conf
	machine_on "$1" systemctl restart bird || give_up "bird on $1"
}
router remote 198.51.100.1
router second 198.51.100.2
machine_on office sh -c "ip link add inside type bridge && ip link set inside up && ip address add $INSIDE/16 dev inside"
router office 198.51.100.3

# reaches NAME: from the network behind the gateways, or a gateway itself, to the one behind the peer and back.
reaches()
{
	machine_on "$1" ping -q -c 1 -W 1 -I "$([ "$1" = office ] && echo "$INSIDE" || echo eth0)" "$BEHIND" >/dev/null
}
# by NAME: the way there, as the office's kernel has it.
by()
{
	machine_on office ip route get "$BEHIND" from "$INSIDE" | sed -n 's/.* via \([^ ]*\) .*/\1/p'
}
goes_by()
{
	[ "$(by)" = "$1" ]
}
is_at()
{
	ODD_STATUS=$(machine_on local vpn-connect status --json office)
	[ "$(odd_said state)" = up ] && [ "$(odd_said gateway)" = "$1" ]
}
at_is()
{
	wait_for "$BACK" "the link by $1" is_at "$1"
}

machine_on local systemctl start vpn-connect@office || give_up 'the link'
check 'the link is up by the first gateway' at_is remote
check 'the office learns the way by it' wait_for "$BACK" 'the route' goes_by 198.51.100.1
check 'a host behind the gateways reaches the network behind the peer' wait_for "$BACK" 'an answer' reaches office
# second_has NETWORK: by the first.
second_has()
{
	machine_on second ip route show proto bird | grep -q "^$1 via 198\.51\.100\.1 "
}
check 'the other gateway has the route, by the first' wait_for "$BACK" 'the route' second_has 192.0.2.0/24
check "and to the peer's own address" wait_for "$BACK" 'the route' second_has 10.9.0.1
matches '^192.0.2.0/24 dev sp-alice proto 83 ' "$(machine_on remote ip route show 192.0.2.0/24)" \
	"the first has sshroute's own"

# --- one fails
began=$(date +%s)
machine_cut remote
check 'the link comes back by the second' at_is second
check 'the office learns the way by that' wait_for "$BACK" 'the route' goes_by 198.51.100.2
check 'and reaches the network behind the peer again' wait_for "$BACK" 'an answer' reaches office
note "no way for $(($(date +%s) - began)) s after the power of a gateway was cut"
leads_nowhere()
{
	! machine_on office ip route | grep -q 'via 198\.51\.100\.1 '
}
check 'nothing goes by the one that is gone' wait_for "$BACK" 'that' leads_nowhere

# --- it comes back, and the link stays where it is
machine_boot remote
machine_on remote sysctl -q -w net.ipv4.ip_forward=1
check 'the first learns where the peer is' wait_for "$BACK" 'the route' \
	machine_on remote sh -c 'ip route show 192.0.2.0/24 | grep -q "via 198.51.100.2 .*proto bird"'
check 'the link is still by the second' is_at second

# --- the link goes down: its routes go everywhere
machine_on local systemctl stop vpn-connect@office
gone()
{
	[ -z "$(machine_on office ip route show 192.0.2.0/24)" ] && [ -z "$(machine_on remote ip route show 192.0.2.0/24)" ]
}
check 'without a link no router has a way there' wait_for "$BACK" 'that' gone
