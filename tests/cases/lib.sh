# shellcheck shell=bash disable=SC2034,SC2154 # set here, or there, for who sources this
# SPDX-License-Identifier: ISC
# What the scripts of golden cases share. To be sourced with $build set to the build directory.
#
#   $vpn_policy, $top, $cases      the program, the source, and tests/cases in it
#   "${ordinary[@]}" COMMAND…      runs it as an ordinary user
#   $work                          a directory that goes away at the end
#   $failed                        1 when a check was not ok: exit with it
#
# Each check prints a line "ok - NAME" or "not ok - NAME".
export LC_ALL=C
umask 022

# Root may read everything, so that nothing would be unreadable to it.
NOBODY=65534
ordinary=()
if [ "$(id -u)" -eq 0 ]; then
	ordinary=(setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups)
fi

# shellcheck source=tests/lib/unread.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/unread.sh"

cases=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$cases/../.." && pwd)
vpn_policy=$build/vpn-policy
failed=0

work=$(mktemp -d /tmp/sallyport-cases-XXXXXX) || exit 71
trap 'rm -rf "$work"' EXIT

# same NAME EXPECTED-FILE ACTUAL-FILE
same()
{
	if cmp -s "$2" "$3"; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		diff -u "$2" "$3" | sed 's/^/# /'
		failed=1
	fi
}

# exits NAME CODE COMMAND...
exits()
{
	local name=$1 code=$2 got
	shift 2
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	if [ "$got" -eq "$code" ]; then
		echo "ok - $name"
	else
		echo "not ok - $name: exit $got, expected $code"
		sed 's/^/# /' "$work/out" "$work/err"
		failed=1
	fi
}

# on_terminal COMMAND VARIABLE=VALUE…: what a shell's command says on a terminal, with these
# set, to $work/out.
on_terminal()
{
	local command=$1
	shift
	env TERM=xterm "$@" SHELL=/bin/sh script -qec "$command" /dev/null \
		>"$work/out" </dev/null
}

# colours NAME COMMAND COLOURED PLAIN: a command gives colour to a terminal, unless it is told
# not to.
colours()
{
	local variable
	on_terminal "$2" NO_COLOR=
	if grep -qF -- "$3" "$work/out"; then
		echo "ok - $1: a terminal gets colour"
	else
		echo "not ok - $1: a terminal gets no colour"
		failed=1
	fi
	for variable in NO_COLOR=1 TERM=dumb; do
		on_terminal "$2" "$variable"
		if grep -qF -- "$4" "$work/out" && ! grep -q $'\033' "$work/out"; then
			echo "ok - $1: a terminal with $variable gets plain text"
		else
			echo "not ok - $1: a terminal with $variable does not get plain text"
			failed=1
		fi
	done
}

# says NAME TEXT: what the last `exits` printed to standard error has the text.
says()
{
	if grep -qF -- "$2" "$work/err"; then
		echo "ok - $1"
	else
		echo "not ok - $1: does not say: $2"
		sed 's/^/# /' "$work/err"
		failed=1
	fi
}
