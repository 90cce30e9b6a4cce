#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The probe (tests/system/confinement.sh) on Debian's own kernel, where Landlock does not know
# signals yet, in pppd's place as root.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"
# shellcheck source=tests/lib/probe.sh
. "$SRC/tests/lib/probe.sh"

probe_hosts
probe_expect 0
probe_as "on Debian's kernel"
matches '^fact denied system calls tried [34][0-9]{2}$' "$PROBED" 'hundreds of calls were tried'
# As SECURITY.md says of kernels before 6.12.
matches "^(ok|fact) a signal to another peer's process" "$PROBED" 'signals are told of'
for entry in x32 i386; do
	probe_entry "$entry" pppd
done
