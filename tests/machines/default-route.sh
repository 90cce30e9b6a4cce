#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Route default and KillSwitch by the unit as it ships, on Debian 12 and 13: nft runs under its hardening,
# what systemd-networkd removes is put back, what a killed unit leaves stays closed, and all of it is gone
# when the unit stops.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_unit.sh
. "$SRC/tests/lib/machine_unit.sh"

readonly OUT=203.0.113.9

# net MACHINE: all that the link could change
net()
{
	machine_on "$1" sh -c '{ ip rule; ip -6 rule; ip route show table all; ip -6 route show table all; } | sort; nft list ruleset' |
		grep -v -e ' expires ' -e 'proto ra'
}

way()
{
	machine_on "$1" ip route get "$OUT" 2>&1 | head -n 1
}

goes_through()
{
	[[ $(way "$1") = *' dev sp-office '* ]] && machine_on "$1" ping -q -c 1 -W 2 "$OUT"
}

as_before()
{
	diff "$WORLD/net.$1" <(net "$1")
}

has_failed()
{
	[ "$(machine_on "$1" systemctl is-active "$UNIT")" = failed ]
}

# cannot_end NAME LOCAL STATUS COMMAND…: what cannot be undone is left to a person: a link that was to end, by that
# command with that exit status, must not come up again by itself.
cannot_end()
{
	local name="$1, $4" local=$2
	check "$name: the unit starts once more" machine_on "$local" systemctl start "$UNIT"
	check "$name: all goes through the link" wait_for 30 'it' goes_through "$local"
	machine_on "$local" mv /usr/sbin/nft /usr/sbin/nft.away
	check_exit "$3" "$name: it is to end" machine_on "$local" "${@:4}"
	check "$name: it cannot end: the unit has failed, and is not started again" wait_for 30 'its end' has_failed "$local"
	same 73 "$(machine_on "$local" systemctl show --property=ExecMainStatus --value "$UNIT")" "$name: it cannot end: exit status"
	check_exit 73 "$name: it cannot end: nor does down undo it" machine_on "$local" vpn-connect down office
	machine_on "$local" mv /usr/sbin/nft.away /usr/sbin/nft
	check "$name: it can end: down undoes what is left" machine_on "$local" vpn-connect down office
	check "$name: it can end: and all is as it was" wait_for 30 'it' as_before "$local"
	machine_on "$local" systemctl reset-failed "$UNIT"
}

for release in 12 13; do
	machine_couple "$release"
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	local=local$release remote=remote$release name="Debian $release"
	machine_pair "$remote" "$local" 's|^Accept .*|Accept address\nRoute default\nKillSwitch yes|'
	sed -i 's|^Reach .*|Reach any|' "$(machine_root "$remote")/etc/sallyport/peers/alice.conf"
	machine_on "$remote" ip address add "$OUT/32" dev lo
	address=$(machine_on "$remote" hostname -I | cut -d' ' -f1)
	machine_on "$local" ip route add default via "$address"
	net "$local" >"$WORLD/net.$local"
	check "$name: before, by the router" machine_on "$local" ping -q -c 1 -W 2 "$address"
	check "$name: the unit starts" machine_on "$local" systemctl start "$UNIT"
	check "$name: all goes through the link" wait_for 30 'it' goes_through "$local"
	check_not "$name: the own network is closed" machine_on "$local" ping -q -c 1 -W 2 "$address"
	matches '^  filter      nftables table inet sallyport-office$' "$(machine_on "$local" vpn-connect status office)" \
		"$name: status has it"
	machine_on "$local" systemctl restart systemd-networkd
	check "$name: systemd-networkd begins: it still does" wait_for 30 'it' goes_through "$local"
	# Debian 13's takes the router's route as well, which is in none of its files.
	machine_on "$local" ip route replace default via "$address"
	machine_on "$local" nft flush ruleset
	check "$name: flushed: the table is put back" wait_for 30 'it' \
		machine_on "$local" nft list table inet sallyport-office
	pid=$(machine_on "$local" systemctl show --property=MainPID --value "$UNIT")
	machine_on "$local" systemctl kill --kill-whom=all --signal=KILL "$UNIT"
	check_not "$name: killed: closed" machine_on "$local" ping -q -c 1 -W 2 "$address"
	check "$name: it comes back by itself" wait_for 60 'it' goes_through "$local"
	check "$name: as another process" test "$pid" != "$(machine_on "$local" systemctl show --property=MainPID --value "$UNIT")"
	lacks '(cannot|denied|not permitted|[Rr]ead-only)' "$(machine_log "$local" "$UNIT")" "$name: the journal has no complaint"
	check "$name: the unit stops" machine_on "$local" systemctl stop "$UNIT"
	check "$name: and all is as it was" wait_for 30 'it' as_before "$local"
	check "$name: the own network is open" machine_on "$local" ping -q -c 1 -W 2 "$address"
	cannot_end "$name" "$local" 0 systemctl kill --kill-whom=main "$UNIT"
	cannot_end "$name" "$local" 73 vpn-connect down office
done
