#!/bin/bash
# SPDX-License-Identifier: ISC
#
# As packages.sh, on Debian 12.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_packages.sh
. "$SRC/tests/lib/machine_packages.sh"

machine_couple 12
machine_boot remote12 local12
packages_life 12
packages_odd 12
