#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Two machines for tests/machines/enter, which run until they are ended. Says "ready".
#
#   tests/world --cgroup tests/lib/machine_keeper.sh -- 12|13
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"

machine_create remote "$1" 198.51.100.1/24
machine_create local "$1" 198.51.100.7/24
machine_boot remote local
machine_pair remote local
echo ready
# A descriptor that nobody writes to.
read -r -u 19 _
