#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What an ordinary user may ask of root's vpn-connect, through the control socket: the group sallyport
# may look on, Users of a profile bring its link up and down, and nobody else gets anything, whatever
# bytes come. There is no systemd here: tests/machines/control.sh has that.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

readonly SOCKET=/run/sallyport/control PEER=/src/tests/system/control_peer.py
# carol is in the group, dave in Users, frank in a group of Users, and eve in neither.
for user in carol dave frank eve; do
	host_account local "$user"
done
on local groupadd --system sallyport
on local groupadd staff
on local usermod -aG sallyport carol
on local usermod -aG staff frank
profile 'Users dave @staff'
printf '%s\n' 'Host remote' 'RunAs alice' 'Accept address' | vpn_profile local other

# by USER ARGUMENT…: what is said, and the exit status of vpn-connect.
by()
{
	[ "$2" != up ] || on local test -e /run/sallyport/connect/office || await_slot >/dev/null
	on -u "$1" local vpn-connect "${@:2}" 2>&1
}

no_servers()
{
	! on local pgrep -x vpn-connect >/dev/null
}

# says USER CODE PATTERN NAME ARGUMENT…
says()
{
	local user=$1 code=$2 pattern=$3 name=$4 said status=0
	shift 4
	said=$(by "$user" "$@") || status=$?
	same "$code" "$status" "$name: the exit status"
	matches "$pattern" "$said" "$name: what is said"
}

says carol 77 'only root may do that: .* systemctl enable --now vpn-connect-control.socket$' \
	'without the socket' status office

host_daemon local /run/inetd.pid python3 "$PEER" listen "$SOCKET" /usr/sbin/vpn-connect serve
wait_for "$HOST_DEADLINE" 'the socket' on local test -S "$SOCKET" || give_up 'the socket'
# From here on the socket, its file of locks and its listener are there.
by eve list >/dev/null
wait_for "$HOST_DEADLINE" 'the end of its server' no_servers || give_up 'a server that stays'
state_of_local >"$WORLD/before"

refused_up='you may not do that: root may, and who is in Users of the profile$'
refused_look='you may not see that: root may, the members of the group sallyport, and'
for command in up down restart reload; do
	says eve 77 "$refused_up" "an outsider: $command" "$command" office
	says eve 77 "$refused_up" "an outsider, of what there is not: $command" "$command" nothing
	says carol 77 "$refused_up" "the group: $command" "$command" office
done
for command in status logs; do
	says eve 77 "$refused_look" "an outsider: $command" "$command" office
	says dave 77 "$refused_look" "Users, of another profile: $command" "$command" other
	says dave 77 "$refused_look" "Users, of what there is not: $command" "$command" nothing
done
says eve 77 "$refused_look" 'an outsider: list' list
says dave 77 "$refused_look" 'Users: status of all' status
says dave 0 '^office +down$' 'Users: list' list
says frank 0 '^office +down$' 'a group of Users: list' list
lacks other "$(by dave list --json)" 'and of no other profile'
says dave 77 "$refused_up" 'Users, of another profile: up' up other
says dave 77 "$refused_up" 'Users, of what there is not: up' up nothing
says dave 64 'expected at most 32 letters' 'a path as a name is refused before it is sent' up ../office
says dave 77 'only root may use --dry-run, --foreground or --once: try sudo' 'an option of root' up --once office
says dave 77 'only root may do that' 'a command of root' serve
check 'no server is left' wait_for "$HOST_DEADLINE" 'their end' no_servers
check 'all that made nothing' nothing_left

says carol 3 '^office is down$' 'the group: status, down' status office
says carol 3 '^office is down$' 'the group: status of all' status
says carol 0 '^office +down$' 'the group: list' list
# listed USER: its JSON of list as the schema allows it, each state: "office: up".
listed()
{
	on -u "$1" local vpn-connect list --json | python3 -c '
import json, sys, jsonschema
with open(sys.argv[1], encoding="utf-8") as file:
	schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
links = json.load(sys.stdin)
jsonschema.Draft202012Validator(schema).validate(links)
print(*[link["name"] + ": " + link["state"] for link in links])
' "$SRC/local/list.schema.json" 2>&1
}
same 'office: down other: down' "$(listed carol)" 'the group: list --json is as its schema says'
says carol 71 'no journal of systemd' 'the group: logs, where there is no journal' logs office

says dave 0 'office is up: sp-office' 'Users: up' up office
says dave 0 '^office is up since ' 'Users: status' status office
says carol 0 '^office is up since ' 'the group: status' status office
same 'office: up other: down' "$(listed carol)" 'and its JSON'
says carol 0 '^office +up since 20.*Z, sp-office$' 'the group: list of what is up' list
says frank 0 '^office is up$' 'a group of Users: a second up joins' up office
says frank 0 '^office: the supervisor reads its profile$' 'a group of Users: reload' reload office
same '1 0 0' "$(on local ps -o ppid=,uid=,gid= -p "$(supervisor)" | xargs)" "the supervisor is root's, and not the server's"
same '/' "$(on local readlink "/proc/$(supervisor)/cwd")" 'in /'
lacks socket "$(on local sh -c "ls -l /proc/$(supervisor)/fd/0 /proc/$(supervisor)/fd/1 /proc/$(supervisor)/fd/2")" \
	'it has nothing of the connection'
before=$(supervisor)
says dave 0 'office is up: sp-office' 'Users: restart' restart office
check 'it is another supervisor' test "$before" != "$(supervisor)"
before=$(supervisor)
check_exit 0 'Users: restart, and nobody reads what is said: the exit status' unread by dave restart office
check 'and it is another supervisor again' test "$before" != "$(supervisor)"
says dave 0 '^office is down$' 'Users: down' down office
check 'no server is left' wait_for "$HOST_DEADLINE" 'their end' no_servers
check 'nothing is left' nothing_left
log_has 'office: user [0-9]+ \("dave"\) asked for up'
log_has 'office: user [0-9]+ \("eve"\) was refused up'
pass 'what was asked for and refused is in the log'

# A failure has the same words and exit status as root's.
profile 'Users dave' 'Host nowhere.invalid'
says dave 68 'office is not up' 'Users: up, without a remote' up office
same 'office: waiting other: down' "$(listed carol)" 'the JSON of list: one that waits'
says dave 0 'office is down' 'Users: down, while it waits' down office
profile 'Users dave'

# --- what is not asked by vpn-connect
# asks USER CODE PATTERN NAME WORD…: of control_peer.py.
asks()
{
	local user=$1 code=$2 pattern=$3 name=$4 said status=0
	shift 4
	said=$(on -u "$user" local python3 "$PEER" "$1" "$SOCKET" "${@:2}" 2>&1) || status=$?
	same "$code" "$status" "$name: the answer's code"
	matches "$pattern" "$said" "$name: what is said"
}
no_request='that is not a request$'
asks carol 3 '^office is down$' 'a good request' ask 0 0 0 0 office
asks carol 65 "$no_request" 'a verb that there is not' ask 7 0 0 0 office
asks carol 65 "$no_request" 'a huge verb' ask 4294967295 0 0 0 office
asks carol 65 "$no_request" 'flags that there are not' ask 0 32 0 0 office
asks carol 65 "$no_request" 'a flag of another verb' ask 0 8 0 0 office
asks carol 65 "$no_request" 'a wait where none is' ask 0 0 1 0 office
asks dave 65 "$no_request" 'a wait of less than nothing' ask 3 0 -2 0 office
asks dave 65 "$no_request" 'a wait that overflows' ask 3 0 2147483647 0 office
asks carol 65 "$no_request" 'too many lines' ask 2 0 0 100001 office
asks carol 65 "$no_request" 'a path' ask 0 0 0 0 ../office
asks carol 65 "$no_request" 'a slash' ask 0 0 0 0 office/x
asks carol 65 "$no_request" 'an escape' ask 0 0 0 0 'of\x1b[31m'
asks carol 65 "$no_request" 'a format' ask 0 0 0 0 '%n%s'
asks carol 65 "$no_request" 'a newline' ask 0 0 0 0 'office\nroot'
asks carol 65 "$no_request" 'an option' ask 0 0 0 0 --foreground
asks carol 65 "$no_request" 'more behind the name' ask 0 0 0 0 'office\0x'
asks carol 65 "$no_request" 'a name without an end' ask 0 0 0 0 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
asks dave 65 "$no_request" 'up without a name' ask 3 0 -1 0 ''
asks carol 65 "$no_request" 'list of a name' ask 1 0 0 0 office
asks eve 65 '' 'garbage' bytes 56
asks eve 65 '' 'a megabyte of garbage' bytes 1000000
asks eve 65 "$no_request" 'half a request, slowly' slow
asks eve 0 '' 'half a request, and gone' leave
check 'after all that it answers' by carol list

note "200 connections that say nothing: $(on -u eve local python3 "$PEER" many "$SOCKET" 200) were told to try again"
check 'no server is left' wait_for "$HOST_DEADLINE" 'their end' no_servers
check 'of 200 connections at most 8 are waited for' test "$(on -u eve local python3 "$PEER" many "$SOCKET" 200)" -ge 150
check 'and others are answered meanwhile' by carol list
check 'no server is left' wait_for "$HOST_DEADLINE" 'their end' no_servers

# A user of another user namespace that this host has no number for, and whose stand-in has an account
# here that is in the group.
on local usermod -aG sallyport nobody
check_exit 77 'a user of a namespace without a number here' on local setpriv --reuid=65534 --regid=65534 --clear-groups \
	vpn-connect list
# The group that a process has says nothing: what counts is the account database.
check_exit 77 'a group that the process has, and the account has not' on local setpriv --reuid=eve --regid=sallyport --clear-groups \
	vpn-connect list
check_exit 0 'a group that the account has, and the process has not' on local setpriv --reuid=carol --regid=carol --clear-groups \
	vpn-connect list
check_exit 77 'a number without an account' on local setpriv --reuid=12345 --regid=12345 --clear-groups vpn-connect list

# Root needs no socket, and serve is for systemd.
check_exit 64 'serve by hand' on local vpn-connect serve
check 'root lists' on local vpn-connect list
host_stop local /run/inetd.pid
on local rm -f "$SOCKET"
