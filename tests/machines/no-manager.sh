#!/bin/bash
# SPDX-License-Identifier: ISC
#
# pam_systemd starts a user manager for everybody who logs in; for the account it does not, on Debian 12
# and 13: while a link is up nothing runs as the account but its sshd and ppptun, and nothing is left
# of it afterwards. Without the mask there is one, and audit tells so.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"

# Whatever runs as the account, by its name, or belongs to it.
processes()
{
	machine_on "$1" ps -u slave -o comm= | sort -u | xargs
}

belongings()
{
	machine_on "$1" find / /run /tmp /dev/shm /var/tmp -xdev -user slave 2>/dev/null | sort -u
}

unit_of_manager()
{
	echo "user@$(machine_on "$1" id -u slave).service"
}

is_left_alone()
{
	[ -z "$(processes "$1")" ] && [ -z "$(belongings "$1")" ]
}

answers()
{
	machine_on "$1" ping -q -c 1 -W 2 10.9.0.2
}

# with_link NAME LOCAL REMOTE PROCESSES…
with_link()
{
	local name=$1 local=$2 remote=$3
	shift 3
	check "$name: the link comes up" machine_on "$local" vpn-connect up office
	check "$name: and carries packets" wait_for 20 'an answer' answers "$local"
	same "$*" "$(processes "$remote")" "$name: what runs as the account"
}

for release in 12 13; do
	machine_couple "$release"
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	name="Debian $release" local=local$release remote=remote$release
	[ "$release" = 12 ] && sshd=sshd || sshd='sshd-session'
	machine_pair "$remote" "$local"
	unit=$(unit_of_manager "$remote")

	with_link "$name" "$local" "$remote" ppptun "$sshd"
	lacks 'account-manager' "$(machine_on "$remote" vpn-policy audit 2>&1)" "$name: audit has nothing to say of it"
	lacks "$unit|Failed to start user" "$(machine_log "$remote")" "$name: and nor has the journal"
	machine_on "$local" vpn-connect down office >/dev/null
	check "$name: nothing is left of the session" wait_for 30 'its end' is_left_alone "$remote"

	machine_on "$remote" rm "/etc/systemd/system/$unit"
	matches 'account-manager' "$(machine_on "$remote" vpn-policy audit 2>&1)" "$name: without the mask, audit tells of the next login"
	with_link "$name, without the mask" "$local" "$remote" '(sd-pam)' ppptun "$sshd" systemd
	matches "$unit runs, as slave \[account-manager\]" "$(machine_on "$remote" vpn-policy audit 2>&1 >/dev/null)" \
		"$name: and of one that runs"
	machine_on "$local" vpn-connect down office >/dev/null

	machine_install "$remote" remote
	same /dev/null "$(machine_on "$remote" readlink "/etc/systemd/system/$unit")" "$name: installing it again masks it"
	machine_on "$remote" make -s -C /src uninstall
	check_not "$name: and uninstalling takes the mask away" machine_on "$remote" test -L "/etc/systemd/system/$unit"
	machine_on "$remote" sh -c "echo '[Unit]' >/etc/systemd/system/$unit"
	machine_install "$remote" remote
	machine_on "$remote" make -s -C /src uninstall
	check "$name: a unit of the administrator's stays" machine_on "$remote" test -s "/etc/systemd/system/$unit"
done
