#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Names that are asked through a link, on Debian 12 and 13: with systemd-resolved, openresolv, resolvconf, and
# where nothing manages resolv.conf. A name server of the remote's network answers, and another one stands for the
# rest of the world; afterwards all is as it was before, byte for byte.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_names.sh
. "$SRC/tests/lib/machine_names.sh"

for release in 12 13; do
	machine_couple "$release"
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	names_begin "$release"
done
for release in 12 13; do
	names_use "$release"
	names_by_resolved
	names_cut "$RELEASE, systemd-resolved"
	names_without_resolved
	names_hung
	names_without_bus
	names_of_two
	names_in_the_unit
	names_by_resolvconf openresolv
	names_by_resolvconf resolvconf
	names_by_nobody
done
