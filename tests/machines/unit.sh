#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The unit as it ships, under the systemd of Debian 12 and of Debian 13, with all of its hardening in
# force: the examples' link comes up with ppptun, IPv6 and the offered route, and how exposed it is
# by systemd's own word.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_unit.sh
. "$SRC/tests/lib/machine_unit.sh"

for release in 12 13; do
	machine_couple "$release"
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	machine_pair "remote$release" "local$release"
	unit_is_sound "local$release"
	unit_carries "Debian $release" "local$release" "remote$release" ppptun
	unit_is_hardened "Debian $release" "local$release"
	unit_ends "Debian $release" "local$release" "remote$release"
done
