#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Nobody reads what vpn-connect prints any more, as with `vpn-connect up office | head -1`: what changes
# this host goes on to its end, and its exit status says what came of it.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

# unheard ARGUMENT…
unheard()
{
	[ "$1" != up ] || on local test -e /run/sallyport/connect/office || await_slot >/dev/null
	unread on local vpn-connect "$@"
}

# dies: the supervisor leaves all that it has made.
dies()
{
	local pid
	pid=$(supervisor)
	on local kill -9 "$pid"
	wait_for "$HOST_DEADLINE" 'the end of the supervisor' has_ended "$pid"
	await_slot
}

is_up()
{
	connect status --quiet office
}

check_exit 0 'up: done' unheard up office
check 'up: it is' is_up
check_exit 0 'up of what is up' unheard up office
check_exit 0 'reload: done' unheard reload office
check_exit 0 'restart: done' unheard restart office
check 'restart: it is up' is_up
dies
check_exit 0 'up where a run has died: done' unheard up --verbose office
check 'up where a run has died: it is' is_up
dies
check_exit 0 'down where a run has died: done' unheard down --verbose office
check 'down where a run has died: nothing is left' nothing_left
check_exit 0 'up again' unheard up --once office
check_exit 0 'down: done' unheard down office
check 'down: nothing is left' nothing_left

profile 'Port 9'
check_exit 68 'a failure of up has its exit status' unheard up --once office
check_exit 68 'up that goes on in the background as well' unheard up office
check_exit 0 'and down' unheard down office
check 'nothing is left of that' nothing_left

# What only looks ends as any program does.
check_exit 141 'status' unheard status
