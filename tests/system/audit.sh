#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit on a host with a real sshd: nothing to find after the installation, and the
# right finding after each kind of damage, which is undone again.
#
#   damage RULE NAME COMMAND UNDO      both are run by sh in the host
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
vpn_standin remote

# found: the rules of warnings and errors, one a line, each once.
found()
{
	on remote vpn-policy audit 2>&1 >/dev/null |
		sed -n 's/^\(.*: \)\?\(warning\|error\): .* \[\([a-z-]*\)\]$/\3/p' | sort -u
}

damage()
{
	local actual
	on remote sh -c "$3" || fail "$1: $2: the damage"
	actual=$(found)
	matches "^$1\$" "$actual" "$1: $2"
	on remote sh -c "$4" || fail "$1: $2: the undoing"
}

clean=$(found)
same '' "$clean" 'after the installation there is no warning and no error'

same "$clean" "$(found)" 'all is as it was'
