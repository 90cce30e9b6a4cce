#!/bin/bash
# SPDX-License-Identifier: ISC
#
# pty-redir as the VPN mini-HOWTO uses it: the name, the exit status, and what goes through.
# shellcheck disable=SC2016 # what is in single quotes is expanded in the host
# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"

host_create here
on here install -m 0755 /src/build/pty-redir /usr/local/bin/pty-redir

redir()
{
	on here pty-redir "$@"
}

# fails EXIT NAME ARGUMENT…: with a word on standard error and none on standard output.
fails()
{
	local expected=$1 name=$2 status=0 said
	shift 2
	said=$(redir "$@" 2>"$WORLD/error") || status=$?
	same "$expected" "$status" "$name: exit status"
	same '' "$said" "$name: prints no name"
	check "$name: says why" test -s "$WORLD/error"
}

fails 64 'no command'
fails 64 'an option that it does not have' --shout
fails 127 'a command that is not there' nosuch
fails 126 'a file that is no program' /etc/passwd
check_exit 71 'a name that cannot be written is an error' on here sh -c 'pty-redir sleep 100 >/dev/full'
check_exit 71 'nor lost on a closed output' on here sh -c 'pty-redir sleep 100 >&-'
check_exit 71 'nor on a pipe that nobody reads' on here perl -e '
	pipe(my $r, my $w); close $r; open STDOUT, ">&", $w; exec qw(pty-redir sleep 100)'
check_exit 71 'nor in a file that may not grow' on here sh -c 'ulimit -f 0; pty-redir sleep 100 >/tmp/name'
has_no_sleep()
{
	! on here pgrep -x sleep
}
check 'and the command does not run on' wait_for "$HOST_DEADLINE" 'its end' has_no_sleep

# A command's own options are not pty-redir's, and its words stay words.
tty=$(redir sh -c 'echo "$1"; read -r answer; echo "$answer" >/tmp/answer; exec sleep 1000' -- '--help  me')
matches '^/dev/pts/[0-9]+$' "$tty" 'the name of a terminal is all that is printed'
# Kept until now: nobody had it open.
same '--help  me' "$(on here sh -c "head -n 1 <$tty")" 'what the command said is there'
command=$(on here pgrep -x sleep || on here pgrep -x sh)
session=$(on here ps -o sess= -p "$command")
same "${command// /}" "${session// /}" 'the command has a session of its own'
on here kill "$command"

# The command gets what the caller has, limits and signals among it.
tty=$(on here env --ignore-signal=USR1 sh -c 'ulimit -f 7; exec pty-redir sh -c \
	"grep ^SigIgn /proc/self/status; ulimit -f; pwd; exec sleep 1000"')
# The shell in between ignores what env said, and pty-redir adds nothing. 32 and 33 are the C library's own.
matches '^SigIgn: 0000000(00|18)0000200 7 /$' "$(on here sh -c "head -n 3 <$tty" | xargs)" \
	"the command's signals, limits and directory are the caller's"
on here sh -c 'kill $(pgrep -x sleep)'

tty=$(redir sh -c 'IFS= read -r answer; printf %s "$answer" >/tmp/answer')
on here sh -c "stty -a <$tty" >"$WORLD/modes"
for mode in -echo -icanon -isig -opost -icrnl -ixon cs8; do
	check "the terminal is raw: $mode" grep -q -e "$mode" "$WORLD/modes"
done

tty=$(redir sh -c 'cat >/tmp/got 2>/dev/null; echo "$?" >/tmp/ended')
# ^C ^D ^Q ^S ^Z, CR, and bytes above 0x7f: frames have them all.
on here sh -c "printf 'a\\003b\\004c\\021\\023\\032\\r\\n\\377\\000z' >$tty"
check 'the command reads the end when the terminal is closed' wait_for "$HOST_DEADLINE" 'its end' \
	on here test -s /tmp/ended
same '61 03 62 04 63 11 13 1a 0d 0a ff 00 7a' \
	"$(on here od -An -v -tx1 /tmp/got | tr -s ' \n' ' ' | sed 's/^ //; s/ $//')" \
	'every byte goes through as it is'

name=$(redir sh -c 'echo complaint >&2; exec sleep 1000' 2>"$WORLD/error")
check 'what the command complains of is seen' wait_for "$HOST_DEADLINE" 'it' grep -q '^complaint$' "$WORLD/error"
check 'while its terminal is another' on here test -c "$name"
