#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Up and Down against those who would misuse them: a program that somebody else could have written is not
# run, whenever it became so; one that does not end, prints without end or leaves others behind keeps
# neither the link nor `down` waiting; and a remote gets no word into what they are told.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"
# shellcheck source=tests/lib/hooks.sh
. "$SRC/tests/lib/hooks.sh"

conf=/etc/sallyport/connect/office.conf
readonly CURE='correct the path, or give the program, and every directory above it, to root or to the user it runs as alone'
# refused PATTERN NAME [LINE…]: such a profile, with Up on its first line, neither comes up nor is good.
refused()
{
	local pattern=$1 name=$2 status=0 said
	shift 2
	profile "$@"
	fails 78 "$conf:1: Up .*: $pattern.*$CURE" "$name" unasked
	said=$(connect check office) || status=$?
	same 78 "$status" "$name: check"
	matches "^$conf:1: error: Up .*: $pattern.*$CURE" "$said" "$name: check says the same"
	same '0' "$(times up)" "$name: it has not run"
}

# --- what somebody else could have written
on local chmod o+w "$DIR/tell"
refused 'the file is writable by others than root' 'writable by others' "Up $DIR/tell"
on local chmod 0775 "$DIR/tell"
refused 'the file is writable by others than root' 'writable by a group' "Up $DIR/tell"
on local chmod 0755 "$DIR/tell"
on local chmod o+w "$DIR"
refused 'directory "hooks" is writable by others' 'in a directory that others may write to' "Up $DIR/tell"
on local chmod 1777 "$DIR"
refused 'directory "hooks" is writable by others' 'sticky or not' "Up $DIR/tell"
on local chmod 0755 "$DIR"
on local cp "$DIR/tell" "$DIR/bobs"
on local chown bob "$DIR/bobs"
refused 'the file is owned by uid [0-9]*: expected root or uid' "another user's" "Up $DIR/bobs"
on local cp "$DIR/tell" "$DIR/alices"
on local chown alice "$DIR/alices"
refused 'the file is owned by uid [0-9]*: expected root:' "RunAs's own, run as root" "Up $DIR/alices" 'HookAs root'
on local ln -s "$DIR/tell" "$DIR/link"
on local chown -h bob "$DIR/link"
refused 'a symbolic link is not owned by root' "another user's link to root's" "Up $DIR/link"
on local ln -s "$DIR/bobs" "$DIR/roots-link"
refused 'the file is owned by uid' "root's link to another user's" "Up $DIR/roots-link"
refused 'expected a regular file' 'a directory' "Up /usr/local/libexec"
on local mkfifo -m 0755 "$DIR/fifo"
refused 'expected a regular file' 'a FIFO' "Up $DIR/fifo"
refused 'cannot open it: No such file' 'none' "Up $DIR/none"
on local install -m 0644 "$DIR/tell" "$DIR/data"
refused 'the file is not executable' 'no program' "Up $DIR/data"
profile "Up $DIR/tell" "Down $DIR/bobs"
fails 78 "$conf:2: Down $DIR/bobs: the file is owned by uid" 'Down of another user' unasked

# --- RunAs's own, as RunAs, and root's link to it
on local ln -s "$DIR/alices" "$DIR/good-link"
for path in alices good-link; do
	profile "Up $DIR/$path"
	check "RunAs's own, $path: up" up
	same 1 "$(times up)" "RunAs's own, $path: it has run"
	check "RunAs's own, $path: down" down
	forget
done

# --- a link of RunAs's to what only root may go to: alice could neither run nor read that
on local install -d -m 0700 /root/tools
host_file local /root/tools/secret 755 <<-'END'
	#!/bin/sh
	cat "$0" >/var/log/hooks/read
END
on local install -d -o alice /home/alice/bin
on -u alice local ln -s /root/tools/secret /home/alice/bin/up
check_not "RunAs's link: alice cannot read it" on -u alice local cat /home/alice/bin/up
refused 'directory "root" is not open to uid [0-9]*, who has led there' \
	"RunAs's link to what is root's alone" 'Up /home/alice/bin/up'
on -u alice local ln -sf /root/tools/none /home/alice/bin/up
refused 'directory "root" is not open to uid' 'and it is not said what is there' 'Up /home/alice/bin/up'
check_not "RunAs's link: nor is it shown" on local test -e "$TOLD/read"
on local ln -s /root/tools/secret "$DIR/hidden"
profile "Up $DIR/hidden"
check "root's link to what is root's alone: up" up
check "root's link to what is root's alone: it is run" on local test -s "$TOLD/read"
check "root's link to what is root's alone: down" down
on local rm -r /root/tools /home/alice/bin
forget

# --- what becomes so once it was looked at: ssh of alice, who owns it, lets others write to it
on local sh -c 'ln -s /usr/bin/ssh /usr/local/bin/through; mkdir -p /home/alice/.ssh'
on local sh -c 'cp "$1/tell" /home/alice/hook && chown alice /home/alice/hook' sh "$DIR"
host_file local /home/alice/.ssh/config <<-'END'
	Host remote
	ProxyCommand sh -c 'chmod 0777 /home/alice/hook; exec busybox nc %h %p'
END
profile 'Up /home/alice/hook'
said=$(connect up office)
same 0 $? 'writable since it was looked at: the link comes up'
matches "^office: Up /home/alice/hook has failed: the file is writable by others than its owner.*: $CURE" "$said" \
	'writable since it was looked at: it is not run'
same 0 "$(times up)" 'writable since it was looked at: indeed'
check_exit 4 'writable since it was looked at: status' connect status office
check 'writable since it was looked at: down' down
on local rm /home/alice/.ssh/config /home/alice/hook
profile 'Ppp ppptun' "Down $DIR/tell" 'HookAs root'
check 'replaced while the link is up: up' up
on local ln -sf "$DIR/bobs" "$DIR/tell"
check 'replaced while the link is up: down' down
check 'replaced while the link is up: the log says so' log_has "Down $DIR/tell has failed: the file is owned by uid.*: $CURE"
same 0 "$(times down)" 'replaced while the link is up: it is not run'
check 'replaced while the link is up: nothing is left' nothing_left
on local rm "$DIR/tell"
on local install -o root "$DIR/alices" "$DIR/tell"

# --- what does not end, with a child in its group, and one that has left it and keeps the output open
program stays <<-'END'
	#!/bin/sh
	trap '' TERM
	setsid sh -c 'echo $$ >/var/log/hooks/left; exec sleep 300' &
	sh -c 'trap "" TERM; echo $$ >/var/log/hooks/child; exec sleep 300' &
	echo $$ >/var/log/hooks/self
	while :; do sleep 300; done
END
pid_of()
{
	on local cat "$TOLD/$1"
}
is_running()
{
	on local sh -c 'test -s "$1/self" -a -s "$1/child" -a -s "$1/left"' sh "$TOLD"
}
profile "Up $DIR/stays" "Down $DIR/tell"
said=$(connect up office)
same 0 $? 'Up that does not end: up is back'
matches "^office: Up $DIR/stays has failed: it did not end within 30 seconds, and was ended" "$said" \
	'Up that does not end: it is told'
check 'Up that does not end: it is gone' has_ended "$(pid_of self)"
check 'Up that does not end: so is its child' wait_for "$HOST_DEADLINE" 'its end' has_ended "$(pid_of child)"
check_exit 4 'Up that does not end: status' connect status office
on local kill -KILL "$(pid_of left)"
forget
check 'Up that does not end: down' down
same 1 "$(times down)" 'Up that does not end: Down has run'
forget

# --- told to end meanwhile
on local sh -c 'vpn-connect up office >/dev/null 2>&1 &'
check 'down while Up runs: Up is there' wait_for "$HOST_DEADLINE" 'Up' is_running
self=$(pid_of self) child=$(pid_of child) other=$(pid_of left)
check 'down while Up runs: down' down
check 'down while Up runs: it is gone' has_ended "$self"
check 'down while Up runs: so is its child' wait_for "$HOST_DEADLINE" 'its end' has_ended "$child"
same 1 "$(times down)" 'down while Up runs: Down has run'
on local kill -KILL "$other"
forget
check 'down while Up runs: nothing is left' wait_for "$HOST_DEADLINE" 'the former state' nothing_left

# --- a crash meanwhile
on local sh -c 'vpn-connect up office >/dev/null 2>&1 &'
check 'a crash while Up runs: Up is there' wait_for "$HOST_DEADLINE" 'Up' is_running
self=$(pid_of self) other=$(pid_of left) crashed=$(supervisor)
on local kill -KILL "$crashed"
check 'a crash while Up runs: it has crashed' wait_for "$HOST_DEADLINE" 'its end' has_ended "$crashed"
check_not 'a crash while Up runs: Up has not ended' has_ended "$self"
check 'a crash while Up runs: down' down
check 'a crash while Up runs: it is ended' has_ended "$self"
same 1 "$(times down)" 'a crash while Up runs: Down has run'
on local kill -KILL "$other"
forget
check 'a crash while Up runs: nothing is left' wait_for "$HOST_DEADLINE" 'the former state' nothing_left

# --- one that leaves another behind is not waited for
program leaves <<-'END'
	#!/bin/sh
	setsid sh -c 'echo $$ >/var/log/hooks/left; exec sleep 300' &
	exit 0
END
profile "Up $DIR/leaves"
begin=$(date +%s)
check 'one that leaves another behind: up' up
check 'one that leaves another behind: at once' test $(($(date +%s) - begin)) -lt 25
check 'one that leaves another behind: status' connect status office
check 'one that leaves another behind: down' down
check 'it has said which' wait_for "$HOST_DEADLINE" 'that' on local test -s "$TOLD/left"
on local kill -KILL "$(pid_of left)"
forget

# --- output without end, and none. Of this, 64 KiB are read in 100 ms (local/output.h).
program floods <<-'END'
	#!/bin/sh
	echo first
	yes "$(printf 'x\033]0;owned\007')" | head -c 2000000
	echo last
END
profile "Up $DIR/floods"
check 'output without end: up' up
check 'output without end: the log has the beginning' log_has 'office: Up: "first"'
check 'output without end: and says that there is more' log_has 'office: Up prints too much: the rest is not logged'
check 'output without end: not more' test "$(log_times 'office: Up: ')" -le 200
lacks "$(printf '\033')" "$(on local cat /var/log/messages)" 'output without end: escaped'
check 'output without end: status' connect status office
check 'output without end: down' down
program closes <<-'END'
	#!/bin/sh
	exec >&- 2>&- <&-
	exit 0
END
profile "Up $DIR/closes"
check 'no output: up' up
check 'no output: status' connect status office
check 'no output: down' down

# --- RunAs does not hold what root runs: who reads what it prints could be stopped, or killed
printing()
{
	on local test -e "$TOLD/printed"
}
program prints <<-'END'
	#!/bin/sh
	: >/var/log/hooks/printed
	until test -e /var/log/hooks/go; do sleep 0.1; done
	echo one
	echo two
	: >/var/log/hooks/done
END
profile "Up $DIR/prints" 'HookAs root'
on local sh -c 'vpn-connect up office >/dev/null 2>&1 &'
check "root's Up: it is there" wait_for "$HOST_DEADLINE" 'Up' printing
# All of them but the link's own reader, which is older, and whose end is the link's.
same '0' "$(on local sh -c 'ps -o uid= -p "$(pgrep -n -x vpn-connect)"' | xargs)" "root's Up: its reader is root's"
check_not "root's Up: alice does not end that" on -u alice local sh -c 'kill -KILL "$(pgrep -n -x vpn-connect)"'
on local touch "$TOLD/go"
check "root's Up: it has come to its end" wait_for "$HOST_DEADLINE" 'its end' on local test -e "$TOLD/done"
check "root's Up: what it printed is in the log" wait_for "$HOST_DEADLINE" 'that' log_has 'office: Up: "two"'
check "root's Up: up" connect up --quiet office
check "root's Up: down" down
forget

# --- a remote with words of its own
answers()
{
	host_authorize remote fake '' # the directory
	printf '%s\n' 'nonce=${SSH_ORIGINAL_COMMAND#pppd ready=}' 'nonce=${nonce%% *}' "$1" |
		host_file remote /home/fake/answer 755
}
on remote mkdir -p /home/fake/.ssh
host_authorize remote fake "command=\"sh /home/fake/answer\",restrict $key"
ready='sallyport/1 ready $nonce link=pppd address=10.9.0.2 peer-address=10.9.0.1 mru=1500'
for offer in '10.4.0.0/16;reboot' '$(reboot)' '10.4.0.0/16%0aPATH=/tmp' '010.4.0.0/16' '10.4.0.1/16'; do
	profile 'Account fake' 'Accept address any' "Up $DIR/tell"
	answers "echo '${ready/\$nonce/\'\$nonce\'} offer=$offer'; cat"
	connect up --once --quiet office >/dev/null
	lacks 'reboot|%0a|010\.|10\.4\.0\.1/' "$(told up 2>/dev/null)" "a remote that offers $offer: Up is not told"
	connect down --quiet office >/dev/null
	forget
done
answers "echo \"$ready offer=0.0.0.0/0,127.0.0.0/8,10.4.0.0/16\"; cat"
check 'a remote that offers what is not taken: up' connect up --once --quiet office
matches '^env SALLYPORT_ROUTES=10\.4\.0\.0/16$' "$(told up)" 'a remote that offers what is not taken: Up is told what is in force'
check 'a remote that offers what is not taken: down' down
