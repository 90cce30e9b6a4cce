#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Debian's packages on Debian 13: by the README's lines on two machines that nobody prepared, up, again,
# upgraded, removed and purged; and where something is there already, lacks or is broken. A peer's key is
# handed in by sallyport-hand-in.socket and sallyport-hand-in@.service as they ship. On Debian 12:
# packages-12.sh.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_packages.sh
. "$SRC/tests/lib/machine_packages.sh"

machine_couple 13
machine_boot remote13 local13
packages_life 13
packages_odd 13
