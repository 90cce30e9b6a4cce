#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What status tells of a link with ppptun: in each state, as text, as JSON that its schema allows, and with
# --watch, on a terminal and without.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

readonly SCHEMA=/src/local/status.schema.json VALID=/src/tests/system/status_valid.py
readonly PPPTUN=/usr/libexec/sallyport/ppptun

on remote rm -f /dev/ppp
on local rm -f /dev/ppp
# So long that a slow machine can look on while answers are late, and the link does not end meanwhile.
profile 'Ppp ppptun' 'Keepalive 30' 'Route 10.7.0.0/16'
line=$(grep -n '^Route' "$(host_root local)/etc/sallyport/connect/office.conf" | cut -d: -f1)

# valid STATE NAME: the JSON of office is as its schema says, and tells that state.
valid()
{
	same "office: $1" "$(on local sh -c "vpn-connect status --json office | /usr/bin/python3 $VALID $SCHEMA")" \
		"$2: the JSON is valid, and says $1"
}
# json PYTHON: that of the object, d.
json()
{
	on local vpn-connect status --json office | /usr/bin/python3 -c "import json, sys; d = json.load(sys.stdin); print($1)"
}
is()
{
	[ "$(json 'd["state"]')" = "$1" ]
}
is_true()
{
	[ "$(json "$1")" = True ]
}
set_up()
{
	[ "$(json 'd["state"]')" = up ] || connect up --quiet office
}

# --- every state
valid down 'down'
same 'None [] {}' "$(json 'd["since"], d["routes"], d["pids"]' | tr -d '(,)')" 'a link that is down has nothing'

on remote pkill -STOP -o sshd
check 'up does not wait' connect up --no-wait office
check 'a remote that does not answer' wait_for "$HOST_DEADLINE" 'the attempt' is 'coming up'
valid 'coming up' 'coming up'
on remote pkill -CONT -o sshd
check 'it does' wait_for "$HOST_DEADLINE" 'the link' is up
valid up 'up'
said=$(connect status office)
matches '^  route       10\.2\.0\.0/16, offered by the remote$' "$said" 'an offer says that it is one'
matches "^  route       10\\.7\\.0\\.0/16, by line $line of the profile\$" "$said" 'a route of the profile says which line it is'
same "profile $line remote None" "$(json '*[x for r in d["routes"] for x in (r["asked_by"], r["line"])]' | tr -d "(',)")" \
	'and so does the JSON'
matches '^  connected   to 198\.51\.100\.1$' "$said" 'the address of the remote is told'
same 198.51.100.1 "$(json '*d["connected_to"]')" 'and in the JSON'
matches "^  MTU         $(on local cat /sys/class/net/sp-office/mtu)\$" "$said" 'the MTU is that of the interface'
on local ping -q -c 3 -i 0.2 10.9.0.2 >/dev/null
matches '^  received    [0-9]* bytes, [0-9]* packets?$' "$(connect status office)" 'bytes and packets are told'
same "$(on local sh -c 'cd /sys/class/net/sp-office/statistics; cat rx_bytes rx_packets tx_bytes tx_packets' | paste -sd' ')" \
	"$(json 'd["received"]["bytes"], d["received"]["packets"], d["sent"]["bytes"], d["sent"]["packets"]' | tr -d '(,)')" \
	'as the interface has them'

# --- the round trip, as ppptun measures it; before the network changes, after which a silent end is not waited for
ppptun=$(vpn_pid ppptun)
check 'the round trip becomes known' wait_for "$HOST_DEADLINE" 'an echo' is_true 'd["round_trip"] is not None'
check 'and is what a test on one machine takes' is_true '0 < d["round_trip"]["least_us"] < 1000000'
matches '^  round trip  [0-9]+\.[0-9] ms, on average [0-9]+\.[0-9] ms, at best [0-9]+\.[0-9] ms$' "$(connect status office)" \
	'status says it'
valid up 'with the round trip'
echo_file=/run/sallyport/connect/office/echo
same '0 600 40' "$(on local stat -c '%u %a %s' "$echo_file")" 'the file of times is root alone, and has a fixed size'
same '0 1 2' "$(descriptors "$ppptun" | head -3 | paste -sd' ')" 'ppptun has its three descriptors'
lacks 'echo' "$(on local sh -c "ls -l /proc/$ppptun/fd")" 'and none of that file'
matches "rw-s .* $echo_file\$" "$(on local cat "/proc/$ppptun/maps")" 'it writes by a mapping'
matches '^Max file size  *0  *0 ' "$(on local cat "/proc/$ppptun/limits")" 'and may not write to any file'
far=$(vpn_launched remote "$PPPTUN")
lacks 'rw-s' "$(on remote cat "/proc/$far/maps")" 'the ppptun of the remote has no such mapping'
lacks 'lcp-rtt' "$(on remote sh -c "tr '\\0' ' ' </proc/$far/cmdline")" 'and was told of none'

on remote kill -STOP "$far"
# Longer than from one question to the next.
check 'no answer for a while' wait_for "$HOST_DEADLINE" 'that' is_true 'd["round_trip"]["age_us"] > 10000000'
on remote kill -CONT "$far"
check 'shows in the next one' wait_for "$HOST_DEADLINE" 'a late answer' is_true 'd["round_trip"]["last_us"] > 200000 or d["round_trip"]["smoothed_us"] > 50000'
check 'but not in the best one' is_true 'd["round_trip"]["least_us"] < 200000'

# --- what somebody else changes
change()
{
	on local "$@" || give_up "$*"
}
# A route of somebody else's in the place of one of the link's is left there: all else is put back.
change ip route replace 10.7.0.0/16 dev lo
valid impaired 'a route is gone'
matches "^  route       10\\.7\\.0\\.0/16 \\(missing\\), by line $line of the profile\$" "$(connect status office)" \
	'status says which, and who asked for it'
same 'True False' "$(json '*[r["missing"] for r in d["routes"]]')" 'the JSON as well'
same 'office: impaired' "$(on local sh -c "vpn-connect status --json | /usr/bin/python3 $VALID $SCHEMA")" 'a list of all links is valid'
change ip route del 10.7.0.0/16 dev lo
check 'it is put back' wait_for "$HOST_DEADLINE" 'that' is up
valid up 'it is back'

# What its writer could do at worst.
for bytes in 'head -c 40 /dev/zero' 'head -c 40 /dev/urandom' "printf '\\1\\0\\0\\0\\1\\0\\0\\0'"; do
	on local kill -STOP "$ppptun"
	on local cp "$echo_file" /run/echo-before
	on local sh -c "$bytes | dd of=$echo_file conv=notrunc status=none"
	same 'None' "$(json 'd["round_trip"]')" "a record of $bytes is not believed"
	on local sh -c "cat /run/echo-before >/run/echo-after && dd if=/run/echo-after of=$echo_file conv=notrunc status=none"
	on local kill -CONT "$ppptun"
done
on local rm /run/echo-before /run/echo-after
check 'all goes on' wait_for "$HOST_DEADLINE" 'that' is_true 'd["state"] == "up" and d["round_trip"] is not None'

# --- watch, without a terminal
start_watch()
{
	on local vpn-connect status --watch "$@" >"$WORLD/watch" 2>&1 &
	watcher=$!
}
watch_says()
{
	grep -Eq -e "$1" "$WORLD/watch"
}
# The program itself, which `on` has started.
watcher_pid()
{
	on local pgrep -f -x "vpn-connect status --watch $1"
}
# ends_with STATUS SIGNAL NAME ARGUMENTS
ends_with()
{
	local ended=0
	on local kill "-$2" "$(watcher_pid "$4")"
	wait "$watcher" || ended=$?
	same "$1" "$ended" "$3"
}
seen()
{
	check "$1" wait_for "$HOST_DEADLINE" "a line like $2" watch_says "$2"
}

start_watch office
seen 'watch says how it stands' '^20..-..-..T..:..:..Z office is up since 20..-..-..T..:..:..Z$'
change ip route replace 10.7.0.0/16 dev lo
seen 'what is gone' ' office is impaired: .*: route 10\.7\.0\.0/16 \(missing\)$'
change ip route del 10.7.0.0/16 dev lo
check 'that it is back' wait_for "$HOST_DEADLINE" 'that' sh -c "[ \$(grep -c ' office is up since ' $WORLD/watch) = 2 ]"
ssh=$(vpn_pid ssh)
on local kill -KILL "$ssh"
seen 'that it went down' ' office is (coming up|waiting: next try in [0-9]+ s; last error .*, by the line: .*)$'
check 'that it is up again' wait_for "$HOST_DEADLINE" 'that' sh -c "[ \$(grep -c ' office is up since ' $WORLD/watch) = 3 ]"
lacks $'\033' "$(<"$WORLD/watch")" 'nothing is drawn'
ends_with 0 INT 'SIGINT ends it, with the status of a link that is up' office
kill_supervisor()
{
	pid=$(supervisor)
	on local kill -KILL "$pid"
	check 'the supervisor ends' wait_for "$HOST_DEADLINE" 'its end' has_ended "$pid"
}
start_watch --json office
seen 'with --json an object' '^\{"name":"office","state":"up",'
change ip route replace 10.7.0.0/16 dev lo
seen 'one for each change' '^\{"name":"office","state":"impaired",'
kill_supervisor
seen 'also that its supervisor died' '^\{"name":"office","state":"dead",'
valid dead 'dead'
change ip route del 10.7.0.0/16 dev lo
check 'down' connect down --quiet office
seen 'and that it is down' '^\{"name":"office","state":"down",'
ends_with 3 TERM 'SIGTERM ends it, with that of a link that is not up' '--json office'
same 'office: up office: impaired office: dead office: down' \
	"$(on local /usr/bin/python3 "$VALID" "$SCHEMA" lines <"$WORLD/watch" | uniq | paste -sd' ')" 'each line is valid'
start_watch
seen 'all links are watched' 'office is down$'
connect up --quiet office
seen 'and one that comes up is told' 'office is up since'
change ip route replace 10.7.0.0/16 dev lo
seen 'and what ails it' 'office is impaired: .*: route 10\.7\.0\.0/16 \(missing\)'
on local kill -HUP "$(on local pgrep -f -x 'vpn-connect status --watch')"
ended=0
wait "$watcher" || ended=$?
same 4 "$ended" 'SIGHUP ends it, with that of an impaired link'
change ip route del 10.7.0.0/16 dev lo
check 'down' connect down --quiet office

peer <<<$'Allow status\nAddress 10.9.0.2 10.9.0.1'
connect up --quiet office >/dev/null
check 'a link that is denied waits' wait_for "$HOST_DEADLINE" 'that' is waiting
look_waiting()
{
	[ "$(on local sh -c "vpn-connect status --json office | /usr/bin/python3 $VALID $SCHEMA")" = 'office: waiting' ]
}
check 'waiting: the JSON is valid' wait_for "$HOST_DEADLINE" 'that' look_waiting
check 'down' connect down --quiet office
check_exit 78 'a profile that does not exist is not watched' connect status --watch nosuch
check_exit 64 'nor with --quiet' connect status --watch --quiet office

# --- watch, on a terminal
# terminal NAME COLUMNS ROWS ENVIRONMENT STEP…: what watch_terminal.py prints, in $said.
terminal()
{
	local name=$1 columns=$2 rows=$3 environment=$4
	shift 4
	# shellcheck disable=SC2086 # several words
	said=$(on local /usr/bin/python3 /src/tests/system/watch_terminal.py "$columns" "$rows" "$@" -- \
		env $environment vpn-connect status --watch "${WATCHED[@]}")
	same 0 $? "$name: all of it is seen"
}
readonly RESTORED='the terminal is as it was' UTF8='TERM=xterm LANG=de_DE.UTF-8'
WATCHED=(office)
peer <<-END
	Allow    pppd sshroute
	Address  10.9.0.2 10.9.0.1
	Offer    10.2.0.0/16
END
# --- with pppd, which a stand-in plays
profile 'Keepalive 8'
check 'up with pppd' connect up --quiet office
valid up 'pppd'
same None "$(json 'd["round_trip"]')" 'pppd: no round trip'
lacks 'round trip' "$(connect status office)" 'pppd: nor does the text tell one'
check_not 'pppd: and no file of times' on local test -e "$echo_file"
check 'down' connect down --quiet office
profile 'Ppp ppptun' 'Keepalive 8' 'Route 10.7.0.0/16'

check 'up' connect up --quiet office
check 'the round trip is known' wait_for "$HOST_DEADLINE" 'an echo' is_true 'd["round_trip"] is not None'
terminal 'a page' 80 40 "$UTF8" see '^received    [0-9.]+ k?B/s' see '^round trip  [0-9.]+ ms, up to ' see '█' page raw key q
matches '^office is up since 20..-..-..T..:..:..Z$' "$said" 'a page: how it stands'
matches '^ +[▁▂▃▄▅▆▇█]+$' "$said" 'a page: plots of blocks'
matches "^  route       10\\.7\\.0\\.0/16, by line $line of the profile\$" "$said" 'a page: what status tells'
matches '^colours, UTF-8$' "$said" 'a page: in colour'
matches '^exit 0$' "$said" 'q ends it, with the status of a link that is up'
matches "^$RESTORED\$" "$said" "q: $RESTORED"

terminal 'without UTF-8' 80 24 'TERM=xterm LANG=de_DE.UTF-8 LC_ALL=C' see '^received    [0-9.]+ k?B/s' page raw key q
matches '^ +[.:|]+$' "$said" 'without UTF-8: plots of ASCII'
matches '^colours, ASCII$' "$said" 'without UTF-8: and nothing else'
terminal 'NO_COLOR' 80 24 "$UTF8 NO_COLOR=1" see '^received    [0-9.]+ k?B/s' page raw key q
matches '^no colours, UTF-8$' "$said" 'NO_COLOR: no colour'
terminal 'narrow and low' 40 10 "$UTF8" see '^received    [0-9.]+ k?B/s' page key q
matches '^sent        ' "$said" 'narrow and low: still there'
terminal 'resized' 120 24 "$UTF8" see '^received    [0-9.]+ k?B/s' size 40 see '^office is up since 20..-..-..T..:..:..Z$' \
	see '^round trip  ' page key q
matches "^$RESTORED\$" "$said" "resized: $RESTORED"

for name in INT TERM HUP QUIT; do
	terminal "SIG$name" 80 24 "$UTF8" see '^received ' signal "$name"
	matches '^exit 0$' "$said" "SIG$name ends it"
	matches "^$RESTORED\$" "$said" "SIG$name: $RESTORED"
done
terminal 'Ctrl-C' 80 24 "$UTF8" see '^received ' key '\x03'
matches '^exit 0$' "$said" 'Ctrl-C ends it'
matches "^$RESTORED\$" "$said" "Ctrl-C: $RESTORED"
terminal 'Ctrl-Z' 80 24 "$UTF8" see '^received ' key '\x1a' stopped see '^office is up' key q
matches "^stopped: $RESTORED\$" "$said" "Ctrl-Z: $RESTORED while it is stopped"
matches "^$RESTORED\$" "$said" "Ctrl-Z: $RESTORED"

terminal 'changes are drawn' 80 40 "$UTF8" see '^office is up' run 'ip route replace 10.7.0.0/16 dev lo' see '^office is impaired' \
	see '^  route       10\.7\.0\.0/16 \(missing\)' run 'ip route del 10.7.0.0/16 dev lo' \
	run 'vpn-connect down office' see '^office is down$' see '^received    not known' run 'vpn-connect up office' see '^office is up' see '^received    [0-9]' \
	run 'ip route replace 10.7.0.0/16 dev lo' see '^office is impaired' key Q
matches '^exit 4$' "$said" 'and the last state is the exit status'
WATCHED=()
terminal 'all links' 80 24 "$UTF8" see '^office is impaired, received 0 B/s, sent 0 B/s' key q
matches '^exit 4$' "$said" 'all links: the worst is the exit status'

# What is no terminal to draw on.
WATCHED=(office)
terminal 'TERM=dumb' 80 24 'TERM=dumb' see '^20..-..-..T..:..:..Z office is impaired' raw signal INT
matches '^no colours, ASCII$' "$said" 'TERM=dumb: lines'
WATCHED=(--json office)
terminal '--json' 2000 24 "$UTF8" see '^\{"name":"office","state":"impaired",' raw signal INT
matches '^no colours, ASCII$' "$said" '--json: objects, on a terminal as well'
change ip route del 10.7.0.0/16 dev lo
check 'down' connect down --quiet office
check 'nothing is left' nothing_left
