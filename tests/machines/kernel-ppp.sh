#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The unit as it ships with the kernel's PPP: pppd at both ends, IPv6, and the offered route, under
# real systemd in the lab's virtual machine.
# lab
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_unit.sh
. "$SRC/tests/lib/machine_unit.sh"

# In the lab a processor is emulated, and modules are loaded from outside of the machines.
modprobe -a ppp_async tun veth bridge
machine_create remote 12 198.51.100.1/24
machine_create local 12 198.51.100.7/24
machine_boot remote local
# shellcheck disable=SC2016 # sed's
machine_pair remote local '1iPpp pppd'
unit_carries 'kernel PPP' local remote pppd
unit_is_hardened 'kernel PPP' local
unit_ends 'kernel PPP' local remote
