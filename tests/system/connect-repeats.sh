#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: a failure that repeats does not fill the log. Of the same one it has the first, the second,
# the fourth, and so on; another one is new.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

told()
{
	[ "$(log_times 'office: not up: remote refuses the connection')" = "$1" ]
}

profile 'Port 9'
connect up --no-wait office >/dev/null
check 'a failure is told for the third time' wait_for "$HOST_DEADLINE" 'that' told 3
same 4 "$(log_times 'office: ssh: "ssh: connect to host remote port 9: ')" 'which is that of the fourth try'
profile 'Host nosuch.invalid'
check 'another profile' connect reload office
check 'another failure is told' wait_for "$HOST_DEADLINE" 'that' log_holds 'office: not up: the name nosuch.invalid cannot'
check 'down' connect down --quiet office
