#!/bin/bash
# SPDX-License-Identifier: ISC
#
# All that a profile can ask of this host, in one profile and at once, under the unit as it ships on Debian 12 and
# 13: Route default, KillSwitch, ClampMss, Dns and Search, Up and Down. Each part is in force; whatever is killed
# or taken away comes back; not one packet passes beside the link meanwhile, as the remote's card counts; and
# when it is down, rules, routes, addresses, packet filter, settings and resolver are as before, byte for byte.
# shellcheck disable=SC2016 # what is in single quotes is expanded on a machine
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_unit.sh
. "$SRC/tests/lib/machine_unit.sh"
# shellcheck source=tests/lib/machine_names.sh
. "$SRC/tests/lib/machine_names.sh"

readonly FAR=203.0.113.7 FAR6=2001:db8:99::7 # somewhere behind the remote, and beside the link as well
readonly HOOK=/usr/local/libexec/hook TOLD=/run/sallyport/told

# everything: all that a link can change on the local machine. What the kernel counts itself is left out.
everything()
{
	names_state
	on sh -c '{ ip rule; ip -6 rule; for family in -4 -6; do ip $family route show table all; done; } | sort
		ip addr; nft list ruleset; ls /run/sallyport/connect; ps -eo args
		find /proc/sys/net -type f ! -path "*/neigh/*" ! -name "*_count" ! -name flush ! -name stable_secret \
			-exec grep -H . {} + 2>/dev/null | sort' 2>&1 |
		grep -E -v -e ' expires |proto ra|valid_lft' -e '^(ps|sh|sort|find|grep) ' -e '^\[' -e '^(sshd|\(|/)' -e 'systemd'
}

as_before()
{
	everything >"$WORLD/now.$LOCAL"
	diff "$WORLD/before.$LOCAL" "$WORLD/now.$LOCAL" >"$WORLD/difference.$LOCAL"
}

everything_begin()
{
	local address
	machine_pair "$REMOTE" "$LOCAL" '/^Accept/s|$|\nRoute default\nKillSwitch yes\nClampMss auto|' \
		"/^Timeout/s|.*|Timeout 60\nDns $INSIDE\nSearch ~. corp.example\nUp $HOOK\nDown $HOOK\nHookAs root|"
	sed -i 's|^Reach .*|Reach any|' "$(machine_root "$REMOTE")/etc/sallyport/peers/alice.conf"
	machine_on "$REMOTE" ip link add inside up type bridge
	machine_on "$REMOTE" ip address add "$INSIDE/16" dev inside
	for address in "$FAR/32" "$FAR6/128"; do
		machine_on "$REMOTE" ip address add "$address" dev lo
	done
	machine_on "$REMOTE" sysctl -qw net.ipv4.ip_forward=1
	ip netns exec "$REMOTE" python3 "$SRC/tests/machines/responder.py" "$ASKED" "$INSIDE=$OUTSIDE" \
		"$WORLD_SERVER=$WORLD_SAYS" 18>&- 19>&- &
	wait_for 30 'the name servers' names_ready || give_up 'the name servers'
	machine_file "$LOCAL" "$HOOK" 755 <<-END
		#!/bin/sh
		echo "\$SALLYPORT_EVENT \$SALLYPORT_ROUTES" >>$TOLD
		case \$SALLYPORT_EVENT in
		up) nft add table inet of-the-hook ;;
		down) nft delete table inet of-the-hook ;;
		esac
	END
	# The router and the name server of this host, of which the link takes the place.
	printf 'DNS=%s\nGateway=%s\n' "$WORLD_SERVER" "$WORLD_SERVER" >>"$(machine_root "$LOCAL")/etc/systemd/network/eth0.network"
	on networkctl reload
	on networkctl reconfigure eth0
	check "$NAME: before, names and packets go by the router" wait_for 30 'an answer' names_are "$WORLD_SAYS" www.other.example
	check "$NAME: and the hosts behind it are reached" wait_for 30 'one' on ping -q -c 1 -W 2 "$FAR"
	everything >"$WORLD/before.$LOCAL"
}

# leaks_begin: counts what comes from the local machine and is not its ssh, DHCP or neighbour discovery.
leaks_begin()
{
	machine_file "$REMOTE" /root/leaks <<-END
		table netdev leaks {
			chain in {
				type filter hook ingress device eth0 priority 0
				ether saddr != $(on cat /sys/class/net/eth0/address) return
				ether type arp return
				tcp dport 22 return
				icmpv6 type { 133, 135, 136, 143 } return
				counter
			}
		}
	END
	machine_on "$REMOTE" nft -f /root/leaks || give_up 'a counter of leaks'
}

leaks()
{
	machine_on "$REMOTE" nft list table netdev leaks | sed -n 's/.*counter packets \([0-9]*\).*/\1/p'
}

# works: every part of the profile, as status, the kernel and a program see it.
works()
{
	on vpn-connect status --quiet office && on ping -q -c 1 -W 2 "$FAR" && on ping -6 -q -c 1 -W 2 "$FAR6" &&
		[[ $(on ip route get "$FAR") = *' dev sp-office '* ]] && names_are "$OUTSIDE" "n$RANDOM.other.example" &&
		on nft list chain inet sallyport-office output | grep -q 'counter name "refused" reject' &&
		on nft list chain inet sallyport-office clamp | grep -q 'maxseg size set rt mtu' &&
		on nft list table inet of-the-hook
}

# comes_back WHAT COMMAND…
comes_back()
{
	local what=$1
	shift
	note "$what"
	"$@"
	check "$NAME, $what: all of it comes back" wait_for 60 'it' works
	check_not "$NAME, $what: and what is beside the link is closed" on ping -q -c 1 -W 1 "$WORLD_SERVER"
}

main_pid()
{
	on systemctl show --property=MainPID --value "$UNIT"
}

pid_of()
{
	on vpn-connect status --json office | sed -n "s/^ *\"$1\": \([0-9]*\),*\$/\1/p"
}

# busy: what an ordinary host sends all the time.
busy()
{
	while on test -e /root/busy; do
		on ping -q -c 1 -W 1 "$FAR"
		on ping -6 -q -c 1 -W 1 "$FAR6"
		on ping -q -c 1 -W 1 "$WORLD_SERVER"
		on timeout 2 getent hosts "b$RANDOM.other.example"
	done >/dev/null 2>&1
}

is_away()
{
	! on vpn-connect status --quiet office
}

# wire_cut: for as long as it takes to be noticed.
wire_cut()
{
	ip -n switch link set "$LOCAL" down
	wait_for 60 'the end of the link' is_away
	ip -n switch link set "$LOCAL" up
}

everything_survives()
{
	comes_back 'ssh killed' on kill -KILL "$(pid_of ssh)"
	comes_back 'ppptun killed' on kill -KILL "$(pid_of ppptun)"
	comes_back 'the supervisor killed' on kill -KILL "$(main_pid)"
	comes_back 'all killed' on systemctl kill --kill-whom=all --signal=KILL "$UNIT"
	comes_back 'restart' on systemctl restart "$UNIT"
	comes_back 'resolved started anew' on systemctl restart systemd-resolved
	on systemctl stop systemd-resolved
	matches '^ +-> systemctl start systemd-resolved$' "$(on vpn-connect diagnose office 2>&1)" "$NAME, resolved stopped: diagnose says what to do"
	comes_back 'resolved stopped' on systemctl start systemd-resolved
	comes_back 'resolved told otherwise' on resolvectl revert sp-office
	comes_back 'networkd started anew' on systemctl restart systemd-networkd
	comes_back 'a rule deleted' on ip rule delete pref 21086
	comes_back 'the interface deleted' on ip link delete sp-office
	comes_back 'the wire cut' wire_cut
	comes_back 'a reload that changes nothing' on systemctl reload "$UNIT"
}

everything_ends()
{
	check "$NAME, $1: down" on vpn-connect down office
	check "$NAME, $1: all is as before" wait_for 30 'that' as_before
	same '' "$(<"$WORLD/difference.$LOCAL")" "$NAME, $1: all is as before, byte for byte"
	check "$NAME, $1: and the router is reached" on ping -q -c 1 -W 2 "$WORLD_SERVER"
	same "$(on grep -c '^up' "$TOLD")" "$(on grep -c '^down' "$TOLD")" "$NAME, $1: each Up had its Down"
}

everything_of()
{
	local busy
	names_use "$1"
	NAME="Debian $1"
	everything_begin
	check "$NAME: check has nothing against it" on vpn-connect check office
	check "$NAME: the unit starts" on systemctl start "$UNIT"
	check "$NAME: all parts are in force" wait_for 60 'that' works
	same 'up default 10.2.0.0/16' "$(on cat "$TOLD")" "$NAME: Up was told of the default route"
	check_exit 0 "$NAME: diagnose finds no fault" on vpn-connect diagnose --to "$FAR" office
	leaks_begin
	on touch /root/busy
	busy &
	busy=$!
	everything_survives
	on rm /root/busy
	wait "$busy"
	same 0 "$(leaks)" "$NAME: nothing but ssh has left beside the link"
	everything_ends 'from the unit'
	check "$NAME: a packet would have been counted" test "$(leaks)" -gt 0

	check "$NAME: up from a shell" on vpn-connect up office
	check "$NAME: all parts are in force again" wait_for 60 'that' works
	on sh -c 'kill -KILL $(ps -eo pid,args | sed -n "s/^ *\([0-9]*\) .*\(vpn-connect up\|ppptun\|ssh -T\).*/\1/p")'
	check_not "$NAME: all killed: closed" on ping -q -c 1 -W 1 "$WORLD_SERVER"
	everything_ends 'all killed'
	lacks '(denied|not permitted|[Rr]ead-only)' "$(machine_log "$LOCAL" "$UNIT")" "$NAME: the journal has no complaint"
}

for release in 12 13; do
	machine_couple "$release"
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	everything_of "$release"
done
