#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Up and Down of a profile: run by whom and with what the manual says, once for each time that the link was
# up, also after a crash, whichever program speaks PPP; and what follows when one fails.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

# shellcheck source=tests/lib/hooks.sh
. "$SRC/tests/lib/hooks.sh"

readonly LINK_PPPD='Ppp pppd' LINK_PPPTUN='Ppp ppptun'
uid=$(on local id -u alice)
expected_environment()
{
	printf 'env %s\n' PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "SALLYPORT_EVENT=$1" \
		SALLYPORT_GATEWAY=remote SALLYPORT_INTERFACE=sp-office SALLYPORT_LOCAL=10.9.0.1 "SALLYPORT_LOCAL6=$2" \
		SALLYPORT_PROFILE=office SALLYPORT_REMOTE=10.9.0.2 "SALLYPORT_REMOTE6=$3" "SALLYPORT_ROUTES=$4" | LC_ALL=C sort
}

# --- who, with what, when
for ppp in "$LINK_PPPD" "$LINK_PPPTUN"; do
	for as in runas root; do
		name="$ppp, HookAs $as" who=$uid caps=0000000000000000 directory=/home/alice
		[ "$as" = runas ] || who=0 caps=0000000000001000 directory=/
		profile "$ppp" "Up $DIR/tell" "Down $DIR/tell" "HookAs $as"
		check "$name: up" up
		same 1 "$(times up)" "$name: Up has run when up is back"
		same 0 "$(times down)" "$name: Down has not"
		same "begin up as $who" "$(told up | head -n 1)" "$name: who runs Up"
		same "$(expected_environment up '' '' 10.2.0.0/16)" "$(told up | grep '^env ')" \
			"$name: the environment, and nothing else"
		for set in Prm Eff; do
			matches "^Cap$set: $caps\$" "$(told up)" "$name: capabilities, $set"
		done
		matches '^CapInh: 0000000000000000$' "$(told up)" "$name: none to inherit"
		[ "$as" = runas ] || matches "^CapBnd: $caps\$" "$(told up)" "$name: and no way to others"
		matches '^NoNewPrivs: 1$' "$(told up)" "$name: no_new_privs"
		matches "^cwd $directory\$" "$(told up)" "$name: the working directory"
		matches '^stdin /dev/null$' "$(told up)" "$name: nothing to read"
		lacks '^argument' "$(told up)" "$name: no argument"
		matches '^kernel 10\.2\.0\.0/16 dev sp-office' "$(told up)" "$name: the routes are there"
		check "$name: status" connect status office
		check "$name: down" down
		same 1 "$(times down)" "$name: Down has run once"
		same "begin down as $who" "$(told down | head -n 1)" "$name: who runs Down"
		same "$(expected_environment down '' '' 10.2.0.0/16)" "$(told down | grep '^env ')" "$name: it is told the same"
		matches '^kernel 10\.2\.0\.0/16 dev sp-office' "$(told down)" "$name: the routes are still there"
		same 1 "$(times up)" "$name: and Up has not run again"
		check "$name: nothing is left" nothing_left
		forget
	done
done

# --- both families, as the kernel has them
peer_of_both
profile "$LINK_PPPTUN" "Up $DIR/tell" 'Accept address 10.2.0.0/16 fd00:2::/48' 'Route 10.77.0.0/16'
check 'both families: up' up
same "$(expected_environment up fd00:9::1 fd00:9::2 '10.77.0.0/16 10.2.0.0/16 fd00:2::/48')" "$(told up | grep '^env ')" \
	'both families: the environment'
check 'both families: down' down
same 0 "$(times down)" 'without Down nothing runs'
forget

# --- once for each time that it was up
profile "$LINK_PPPTUN" "Up $DIR/tell" "Down $DIR/tell" 'HookAs root'
check 'up' up
first=$(vpn_pid ppptun)
on local kill -KILL "$first"
is_back()
{
	has_run up 2 && connect status office >/dev/null
}
check 'a link that was lost comes back, with Up' wait_for "$HOST_DEADLINE" 'the second Up' is_back
same 1 "$(times down)" 'and Down has run in between'
vpn_add "$(host_root local)/etc/sallyport/connect/office.conf" 'Keepalive 40'
check 'reload' connect reload office
check 'a profile that has changed: Up again' wait_for "$HOST_DEADLINE" 'the third Up' has_run up 3
same 2 "$(times down)" 'and Down before it'
check 'it is up' wait_for "$HOST_DEADLINE" 'the link' connect status office
self=$(supervisor)
on local kill -KILL "$self"
check 'the supervisor is killed' wait_for "$HOST_DEADLINE" 'its end' has_ended "$self"
check 'up after a crash' up
same '4 3' "$(times up) $(times down)" 'up after a crash runs the Down that was due, and Up'
self=$(supervisor)
on local kill -KILL "$self"
check 'the supervisor is killed again' wait_for "$HOST_DEADLINE" 'its end' has_ended "$self"
on local rm /etc/sallyport/connect/office.conf
check 'down after a crash, and without the profile' down
same '4 4' "$(times up) $(times down)" 'down after a crash runs the Down that was due'
same "$(expected_environment down fd00:9::1 fd00:9::2 10.2.0.0/16)" "$(told down | grep '^env ' | tail -n 10)" 'it is told what the link was'
check 'nothing is left' nothing_left
check_exit 78 'down again' down
same 4 "$(times down)" 'runs it no more'
forget

# --- it goes before the rest of the link does, and its end is waited for
profile "$LINK_PPPD" "Down $DIR/tell" 'HookAs root'
check 'Down alone: up' up
on local kill -TERM "$(vpn_pid ssh)"
check 'Down alone: it has run' wait_for "$HOST_DEADLINE" 'Down' has_run down 1
check 'Down alone: down' down
same 1 "$(times down | sed 's/2/1/')" 'Down alone: once for each time it was up'
forget

# --- Up fails: the link stays, and both say so
program fails <<-'END'
	#!/bin/sh
	printf 'no \033[2J\twhat\n' >&2
	exit 3
END
profile "$LINK_PPPTUN" "Up $DIR/fails" "Down $DIR/tell"
said=$(connect up office)
same 0 $? 'Up fails: up succeeds'
matches "^office: Up $DIR/fails has failed: exit status 3\$" "$said" 'Up fails: it is told'
matches '^office is up: ' "$said" 'Up fails: the link is up'
check 'Up fails: what it says is in the log, escaped' log_has 'office: Up: "no \\x1b\[2J.*what"'
status=$(connect status office)
same 4 $? 'Up fails: the exit status of status'
matches "^office is impaired: it came up at 20[^ ]*Z, but Up $DIR/fails has failed: exit status 3\$" "$status" \
	'Up fails: status'
matches '^  hook        Up \(failed\)$' "$status" 'Up fails: what is impaired'
matches "^  last error  .*, by the host: Up $DIR/fails has failed: exit status 3\$" "$status" 'Up fails: why'
pid=$(supervisor)
on local kill -STOP "$pid"
wait_for "$HOST_DEADLINE" 'that it stops' on local grep -q '^State:.T' "/proc/$pid/status"
matches "^office is impaired: .* but Up $DIR/fails has failed: exit status 3; and part of it is gone or has changed\$" \
	"$(connect status office)" 'Up fails, and another part is gone: status'
on local kill -CONT "$pid"
said=$(on local vpn-connect diagnose office 2>&1) || :
matches "^ +Up $DIR/fails has failed: exit status 3\$" "$said" 'Up fails: diagnose says so'
matches '^ +-> vpn-connect logs office has what it said' "$said" 'Up fails: and where to look'
json=$(connect status --json office)
same '[{"fault": "failed", "name": "Up", "what": "hook"}]' \
	"$(python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)["faults"], sort_keys=True))' <<<"$json")" \
	'Up fails: in JSON'
same 'office: impaired' "$(on local python3 /src/tests/system/status_valid.py /src/local/status.schema.json <<<"$json")" \
	'Up fails: the JSON is what the schema says'
check 'Up fails: down' down
same 1 "$(times down)" 'Up fails: Down runs all the same'
check 'Up fails: nothing is left' nothing_left
forget
profile "$LINK_PPPTUN" "Down $DIR/fails"
check 'Down fails: up' up
check 'Down fails: down' down
check 'Down fails: the log says so' log_has "office: Down $DIR/fails has failed: exit status 3"
check 'Down fails: nothing is left' nothing_left

# --- told before
profile "$LINK_PPPTUN" "Up $DIR/tell" "Down $DIR/tell" 'HookAs root'
said=$(connect up --dry-run office)
matches "^  run      Up $DIR/tell\$" "$said" '--dry-run: Up'
matches "^  note     Down $DIR/tell: it is due from now on\$" "$said" '--dry-run: Down'
same 2 "$(grep -c '^           as root (uid 0), with CAP_NET_ADMIN alone, no_new_privs' <<<"$said")" '--dry-run: as whom'
same "  undo     Down $DIR/tell: run it, while the rest is still there" "$(grep -m 1 '^  undo ' <<<"$said")" \
	'--dry-run: Down goes first'
same '0 0' "$(times up) $(times down)" '--dry-run runs neither'
matches '^office: ok: ' "$(connect check office)" 'check: both are fine'
