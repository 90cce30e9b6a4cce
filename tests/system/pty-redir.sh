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
fails 64 'one with bytes for a terminal' $'--\033[2J'
same 'pty-redir: it does not take the option "--\x1b[2J"' "$(head -n 1 "$WORLD/error")" 'it is told, escaped'
fails 127 'a command that is not there' nosuch
fails 127 'one with bytes for a terminal' $'no\033[2Jsuch'
same 'pty-redir: "no\x1b[2Jsuch": No such file or directory' "$(<"$WORLD/error")" 'it is told, escaped'
fails 127 'a command that begins like an option' -- --wait
fails 127 'no name at all' ''
fails 126 'a file that is no program' /etc/passwd
check_exit 71 'a name that cannot be written is an error' on here sh -c 'pty-redir sleep 100 >/dev/full'
check_exit 71 'nor lost on a closed output' on here sh -c 'pty-redir sleep 100 >&-'
check_exit 71 'nor on a pipe that nobody reads' on here perl -e '
	pipe(my $r, my $w); close $r; open STDOUT, ">&", $w; exec qw(pty-redir sleep 100)'
check_exit 71 'nor in a file that may not grow' on here sh -c 'ulimit -f 0; pty-redir sleep 100 >/tmp/name'
check_exit 71 'nor by a command that does not want to end' on here sh -c \
	'pty-redir env --ignore-signal=TERM sleep 100 >/dev/full'
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
	"grep -e ^SigIgn -e ^SigBlk /proc/self/status; ulimit -f; pwd; exec sleep 1000"')
# The shell in between ignores what env said, and pty-redir adds nothing. 32 and 33 are the C library's own.
matches '^SigBlk: 0{16} SigIgn: 0000000(00|18)0000200 7 /$' "$(on here sh -c "head -n 4 <$tty" | xargs)" \
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
on here sh -c 'kill $(pgrep -x sleep)'

# --- --wait: until the command has ended, and with its exit status

# waiting COMMAND…: in the background of the host. $tty is the name that it prints, $waiting its process.
waiting()
{
	on here sh -c 'rm -f /run/name /run/status; exec setsid --fork sh -c \
		"\"\$@\" >/run/name; echo \$? >/run/status" sh pty-redir --wait "$@"' sh "$@"
	wait_for "$HOST_DEADLINE" 'the name' on here test -s /run/name || give_up 'pty-redir --wait'
	tty=$(on here cat /run/name) waiting=$(on here pgrep -x pty-redir)
}

ended_as()
{
	wait_for "$HOST_DEADLINE" 'its end' on here test -s /run/status
	same "$1" "$(on here cat /run/status)" "$2: the exit status"
	check "$2: the command has ended" has_no_sleep
	check_not "$2: and its terminal is gone" on here test -e "$tty"
}

for status in 0 3 126 255; do
	check_exit "$status" "--wait: exit status $status" on here pty-redir --wait sh -c "exit $status"
	matches '^/dev/pts/[0-9]+$' "$(cat "$CHECK_OUTPUT")" "--wait: the name is printed, exit status $status"
done
check_exit 127 '--wait: no such command' on here pty-redir -w nosuch
check_exit 143 '--wait: killed by a signal' on here pty-redir --wait sh -c 'kill $$'
check_exit 3 '--wait: where the caller ignores its children' \
	on here env --ignore-signal=CHLD pty-redir --wait sh -c 'exit 3'
check_exit 3 '--wait: where nothing is open but the output' \
	on here sh -c 'pty-redir --wait sh -c "exit 3" <&- 2>&-'
check_exit 0 '--wait: a command that goes into the background' on here pty-redir --wait setsid --fork true
on here mkfifo /run/fifo
same read-end "$(on here sh -c 'pty-redir --wait sh -c "read -r line </run/fifo" |
	{ cat >/dev/null; echo >/run/fifo; echo read-end; }')" \
	'--wait: whoever reads the name sees the end of the output'
for signal in TERM INT HUP QUIT; do
	waiting sleep 1000
	on here kill "-$signal" "$waiting"
	ended_as $((128 + $(kill -l "$signal"))) "--wait: $signal is passed on"
done
waiting sh -c 'sleep 1000; exit 9'
on here kill "$waiting"
ended_as 143 '--wait: TERM reaches all that the command has started'
waiting sh -c 'trap "exit 7" USR1; echo ready; while :; do read -r line; done'
same ready "$(on here head -n 1 "$tty")" '--wait: the command runs'
on here kill -USR1 "$waiting"
ended_as 7 '--wait: what the command does with a signal is its own'
waiting sh -c 'exec sleep 1000 <&- >&-'
check '--wait: a command that closes its terminal takes it away' wait_for "$HOST_DEADLINE" 'its end' \
	on here test ! -e "$tty"
on here sh -c 'kill $(pgrep -x sleep)'
ended_as 143 '--wait: and is waited for all the same'
waiting sleep 1000
on here kill -KILL "$waiting"
check '--wait: a command does not outlive the one that waits for it' wait_for "$HOST_DEADLINE" 'its end' has_no_sleep

# --- nothing is left of one that could not start, even where nobody collects
check_exit 0 'no zombie is left' on here perl -e '
	syscall(157, 36, 1, 0, 0, 0);	# prctl(PR_SET_CHILD_SUBREAPER)
	for (["pty-redir nosuch", 127], ["pty-redir /etc/passwd", 126], ["pty-redir sleep 100 >/dev/full", 71],
			["pty-redir --wait true >/dev/null", 0]) {
		system("exec 2>/dev/null; $_->[0]") >> 8 == $_->[1] or die "$_->[0]: $?";
	}
	exit(waitpid(-1, 0) != -1)'

# A file system may take its time to open a program: with a signal meanwhile it never runs.
on here install -m 0755 /bin/sleep /usr/local/bin/held
coproc HOLD { on here python3 /src/tests/system/hold-open.py /usr/local/bin/held; }
read -r -t "$HOST_DEADLINE" line <&"${HOLD[0]}"
same ready "$line" 'the file is held'
host_daemon here /run/held.pid sh -c 'pty-redir held 1000; echo "$?" >/run/held.status'
read -r -t "$HOST_DEADLINE" line <&"${HOLD[0]}"
on here pkill -TERM -x pty-redir -o
wait_for "$HOST_DEADLINE" 'its end' on here test -s /run/held.status
same 143 "$(on here cat /run/held.status)" 'told to end before the command runs'
same '' "$(on here cat /var/log/held)" 'no name is printed then'
stop=${HOLD[1]}
exec {stop}>&-
check 'and no command runs' wait_for "$HOST_DEADLINE" 'its end' on here sh -c '! pgrep -x held && ! pgrep -x pty-redir'
