#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Two gateways, under the unit: from a Debian 13 to two Debian 12. The power of the one in use is cut, it
# comes back, and the nearest is looked for. How long packets did not pass is printed.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_odd.sh
. "$SRC/tests/lib/machine_odd.sh"

# Seconds that a link has to come back: without the other gateway it takes a boot, and more.
readonly BACK=30
readonly PROFILE=/etc/sallyport/connect/office.conf

machine_create remote 12 198.51.100.1/24
machine_create second 12 198.51.100.2/24
machine_create local 13 198.51.100.7/24
machine_boot remote second local
machine_pair remote local 's|^Host.*|&\nHost second|' '/^Keepalive/s|15|5|'
machine_install second remote
machine_file second /etc/sallyport/peers/alice.conf <"$(machine_root remote)/etc/sallyport/peers/alice.conf"
machine_authorize second
machine_sshd second || give_up 'sshd on second'
echo "second $(cut -d' ' -f1,2 "$(machine_root second)/etc/ssh/ssh_host_ed25519_key.pub")" \
	>>"$(machine_root local)/etc/ssh/ssh_known_hosts"

is_at()
{
	odd_is up && [ "$(odd_said gateway)" = "$1" ]
}

# moves NAME GATEWAY COMMAND…: what ends the link that is up; the same supervisor makes one by that gateway.
moves()
{
	local gateway=$2
	odd_comes_back "$1" "$BACK" "${@:3}"
	check "$1: by $gateway" is_at "$gateway"
}

check 'the unit starts' odd_is_up
check 'by the first' is_at remote
moves 'the power of the first is cut' second machine_cut remote
machine_boot remote
check 'the first is back' wait_for "$MACHINE_DEADLINE" 'its sshd' machine_on -u alice local \
	ssh -oBatchMode=yes -i /home/alice/.ssh/id_vpn slave@remote status
before=$(odd_connection)
check 'the link has been up for a while' wait_for 40 'that' odd_is_good
check 'it stays at the second' is_at second
same "$before" "$(odd_connection)" 'by the same connection'

# --- as the unit is confined, the order can be measured
nearest()
{
	machine_on local sed -i 's|^End|Prefer fastest\n&|' "$PROFILE" && machine_on local systemctl reload "$ODD_UNIT"
}
machine_cut remote
cursor=$(machine_cursor local)
moves 'the fastest, while the first is away' second nearest
lacks 'remote (does not answer|is unreachable)|no route to remote' "$(machine_journal local --after-cursor="$cursor" --unit="$ODD_UNIT")" \
	'nothing is tried at the first'
odd_stop 'at the end'
