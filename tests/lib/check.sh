# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Checks. A script sources this (or world.sh, which does) and calls them; every one prints
# one line, "ok - NAME" or "not ok - NAME", and the script's exit status is the verdict.

# shellcheck source=tests/lib/unread.sh
. "${BASH_SOURCE[0]%/*}/unread.sh"

CHECKS_PASSED=0
CHECKS_FAILED=0

# Two descriptors of the checks themselves, by fixed numbers so that `on` can close them for
# what it runs: 18 is where verdicts go, also from inside a command whose output is kept; 19
# is a pipe that nobody writes to.
exec 18>&1 19<> <(:)

pass()
{
	CHECKS_PASSED=$((CHECKS_PASSED + 1))
	echo "ok - $*" >&18
}

# fail NAME: what is on standard input, if anything, tells why.
fail()
{
	CHECKS_FAILED=$((CHECKS_FAILED + 1))
	echo "not ok - $*" >&18
}

# note TEXT: context for a reader, ignored by tests/run.
note()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

# What the last command of a check said.
CHECK_OUTPUT=$(mktemp)

# note_end STATUS COMMAND…: how it ended, and what it said. Of an argument of many lines the first is
# enough to know it by, and tests/run shows only so many lines.
note_end()
{
	local status=$1
	shift
	note "${*/$'\n'*/ …} exited with $status"
	sed 's/^/# /' "$CHECK_OUTPUT"
}

# check NAME COMMAND…: the command must succeed. Its output is shown only if it does not.
check()
{
	local name=$1 status=0
	shift
	"$@" >"$CHECK_OUTPUT" 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		pass "$name"
	else
		fail "$name"
		note_end "$status" "$@"
	fi
	return 0
}

# check_not NAME COMMAND…: the command must fail; not being found is no such failure.
check_not()
{
	local name=$1 status=0
	shift
	"$@" >"$CHECK_OUTPUT" 2>&1 || status=$?
	case $status in
	0 | 126 | 127)
		fail "$name"
		note_end "$status" "$@"
		;;
	*)
		pass "$name"
		;;
	esac
	return 0
}

# check_exit EXPECTED NAME COMMAND…: the command must exit with that status.
check_exit()
{
	local expected=$1 name=$2 status=0
	shift 2
	"$@" >"$CHECK_OUTPUT" 2>&1 || status=$?
	if [ "$status" = "$expected" ]; then
		pass "$name"
	else
		fail "$name"
		note_end "$status, not $expected" "$@"
	fi
	return 0
}

# same EXPECTED ACTUAL NAME
same()
{
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		note "expected: $1"
		note "actual:   $2"
	fi
}

# matches PATTERN ACTUAL NAME: an extended regular expression that some line must match.
matches()
{
	if grep -Eq -e "$1" <<<"$2"; then
		pass "$3"
	else
		fail "$3"
		note "expected a line like: $1"
		note "actual: $2"
	fi
}

# lacks PATTERN ACTUAL NAME
lacks()
{
	if grep -Eq -e "$1" <<<"$2"; then
		fail "$3"
		note "expected no line like: $1"
		note "actual: $2"
	else
		pass "$3"
	fi
}

# within SECONDS DESCRIPTION COMMAND…
#
# Until the command succeeds, or the deadline passes: then says what did not happen and prints what
# one more look does, and returns 1. Each look is followed by a pause, so that waiting leaves the
# processor to what is waited for. For where the seconds are what is promised.
within()
{
	local seconds=$1 what=$2 end
	shift 2
	end=$((${EPOCHREALTIME/[.,]/} + seconds * 1000000))
	until "$@" >/dev/null 2>&1; do
		if [ "${EPOCHREALTIME/[.,]/}" -ge "$end" ]; then
			note "$what: not within $seconds s"$'\n'"$("$@" 2>&1)"
			return 1
		fi
		pause
	done
}

# wait_for SECONDS DESCRIPTION COMMAND…: within so many seconds of a quick machine.
readonly PATIENCE=4 # how much slower a machine may be
wait_for()
{
	within $((PATIENCE * $1)) "${@:2}"
}

# The shortest wait between two looks, in seconds: a read that nothing ever answers.
readonly POLL_INTERVAL=0.05
pause()
{
	read -r -t "$POLL_INTERVAL" -u 19 _ || true
}

# write_file FILE [MODE] <TEXT: in the place of what is there. A link to what others have as well may be.
write_file()
{
	mkdir -p "${1%/*}"
	[ ! -L "$1" ] || rm "$1" || return 1
	(umask 077 && cat >"$1") && chmod "${2-644}" "$1"
}

# give_up TEXT: nothing after this point would mean anything.
give_up()
{
	fail "$*"
	exit 1
}

# The verdict: printed whatever way the script ends, unless it is killed, and tests/run
# misses it then.
check_verdict()
{
	local status=$?
	exec >&18
	if [ "$status" -ne 0 ] && [ "$CHECKS_FAILED" -eq 0 ]; then
		fail "the script ended early, with status $status"
	fi
	if [ $((CHECKS_PASSED + CHECKS_FAILED)) -eq 0 ]; then
		fail 'the script checked nothing'
	fi
	if [ "$CHECKS_FAILED" -gt 0 ] && declare -F check_context >/dev/null; then
		check_context
	fi
	echo "# verdict: $CHECKS_PASSED passed, $CHECKS_FAILED failed"
	rm -f "$CHECK_OUTPUT"
	exit $((CHECKS_FAILED > 0))
}
trap check_verdict EXIT
