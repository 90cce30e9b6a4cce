#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The session in README.md is what the programs print. Different each time are only times, process
# numbers and counters.
# shellcheck source=tests/lib/session.sh
. "$SRC/tests/lib/session.sh"

# shown: the session in README.md, as it was printed.
shown()
{
	sed -n '/^<!-- session -->$/,/^<!-- end of session -->$/p' "$SRC/README.md" | sed -e '1d;$d' -e 's/^    //'
}

session_hosts
printed=$(session_print)
# Until then a second one is one too many.
wait_for "$HOST_DEADLINE" 'the end of the session there' vpn_free "$SESSION_REMOTE"
same "$(session_normalise <<<"$printed")" "$(shown | session_normalise)" \
	'README.md shows the session that the programs print: otherwise make readme-update'
same "$(session_normalise <<<"$printed")" "$(session_print | session_normalise)" \
	'a second session prints the same, but for what is different each time'
lacks 'TIME|DATE|PID|COUNT' "$(shown)" 'README.md shows real times and numbers'
