#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A link without root, as it ships, under the service managers of users on Debian 12 and 13: alice enables her
# own unit, over a device that systemd-networkd makes for her at boot, and it comes back with the machine.
# shellcheck disable=SC2016 # what is in single quotes is expanded on a machine
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"

readonly OWN_UNIT=vpn-connect@office.service OWN=/home/alice/.config/sallyport/connect

# mine LOCAL COMMAND…: of alice, in her session.
mine()
{
	local local=$1
	shift
	machine_on -u alice "$local" sh -c 'XDG_RUNTIME_DIR=/run/user/$(id -u) && export XDG_RUNTIME_DIR && exec "$@"' sh "$@" 2>&1
}

pings()
{
	machine_on "$1" ping -q -c 1 -W 2 10.9.0.2 && machine_on "$1" ping -q -c 1 -W 2 fd00:9::2
}

# made LOCAL: systemd-networkd has the device, with all that it has to carry.
made()
{
	machine_on "$1" ip route show dev sp-office proto 83 | grep -q '^10.2.0.0/16' &&
		machine_on "$1" ip address show dev sp-office | grep -q fd00:9::1
}

managed()
{
	mine "$1" systemctl --user is-system-running | grep -Eq 'running|degraded'
}

rootless_begins()
{
	local name=$1 local=$2
	machine_on "$local" mv /etc/sallyport/connect/office.conf /root/
	# The files are the manual's.
	sed -n '/^\.\\" The files of tests\/machines\/rootless.sh\.$/,/^\.Ed$/{/^\./!p}' "$SRC/local/vpn-connect.8" |
		awk -v root="$(machine_root "$local")" '/^# \/etc/ { file = root $2; next } { print > file }'
	machine_on "$local" sh -c 'systemctl enable --now systemd-networkd && networkctl reload'
	check "$name: systemd-networkd makes the device" wait_for 60 'it' made "$local"
	# By the machine's own manager: logind of systemd 256 and later refuses a caller from another cgroup tree.
	check "$name: alice may linger" machine_on "$local" systemd-run --quiet --wait loginctl enable-linger alice
	check "$name: alice has a service manager" wait_for 60 'it' managed "$local"
	machine_on -u alice "$local" sh -c 'umask 022; mkdir -p "$1"' sh "$OWN"
	sed -e 's|^Host .*|Host '"$3"'|' "$SRC/policy/examples/connect/office.conf" | machine_file "$local" "$OWN/office.conf" 644
	machine_on "$local" chown alice: "$OWN/office.conf"
	same '' "$(mine "$local" systemd-analyze verify --user --man=no "/usr/lib/systemd/user/vpn-connect@.service")" \
		"$name: systemd-analyze verify has nothing to say of the unit"
}

rootless_carries()
{
	local name=$1 local=$2 pid status
	check "$name: the unit is enabled and started" mine "$local" systemctl --user -q enable --now "$OWN_UNIT"
	check "$name: both families pass" wait_for 20 'an answer' pings "$local"
	matches '^office is up since ' "$(mine "$local" vpn-connect status office)" "$name: status"
	matches '^office +up since ' "$(mine "$local" vpn-connect list)" "$name: list"
	matches 'office is up: sp-office' "$(mine "$local" vpn-connect logs office)" "$name: logs"
	pid=$(mine "$local" systemctl --user show --property=MainPID --value "$OWN_UNIT")
	status=$(machine_on "$local" cat "/proc/$pid/status")
	matches "^Uid:	$(machine_on "$local" id -u alice)	" "$status" "$name: the supervisor is alice's"
	for set in CapPrm CapEff CapInh CapAmb; do
		matches "^$set:	0000000000000000\$" "$status" "$name: it has no capability in $set"
	done
	matches '^NoNewPrivs:	1$' "$status" "$name: and can gain none"
	matches '^Seccomp:	2$' "$status" "$name: it is under the unit's filter"
	check "$name: a reload reads its profile" mine "$local" systemctl --user reload "$OWN_UNIT"
	check_not "$name: root has nothing of it" machine_on "$local" test -e /run/sallyport/connect/office
	matches 'no profile in' "$(machine_on "$local" vpn-connect list)" "$name: and lists none"
}

rootless_ends()
{
	local name=$1 local=$2
	mine "$local" systemctl --user kill --kill-whom=main --signal=KILL "$OWN_UNIT"
	check "$name: a killed supervisor is started again, and the link comes back" wait_for 60 'an answer' pings "$local"
	machine_reboot "$local"
	check "$name: it comes back with the machine" wait_for 120 'an answer' pings "$local"
	matches '^office is up since ' "$(mine "$local" vpn-connect status office)" "$name: as the unit"
	check "$name: it is stopped" mine "$local" systemctl --user stop "$OWN_UNIT"
	matches 'office is down' "$(mine "$local" vpn-connect status office)" "$name: and down"
	check "$name: the device stays" made "$local"
	check_not "$name: nothing of it is left" machine_on "$local" sh -c 'test -e /run/user/$(id -u alice)/sallyport/connect/office'
}

for release in 12 13; do
	machine_couple "$release"
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	machine_pair "remote$release" "local$release"
	rootless_begins "Debian $release" "local$release" "remote$release"
	rootless_carries "Debian $release" "local$release"
	rootless_ends "Debian $release" "local$release"
done
