#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: a client whose power failed, or whose ssh is frozen, gets in at the first try, and its dead
# session ends; two living clients with one key do not throw each other out, and the second is told; no
# flood of logins gets more sessions than there may be, or ends what cannot be asked.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"
# shellcheck source=tests/lib/at_once.sh
. "$SRC/tests/lib/at_once.sh"

readonly PPPTUN=/usr/libexec/sallyport/ppptun SILENCE=5
vpn_one_peer
vpn_local local
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
root=$(host_root remote)
alice=$root/etc/sallyport/peers/alice.conf
sed -i '/^From/d' "$alice"
vpn_settle "$alice"

# Another host of hers, with the same key.
host_create spare
host_wire remote 203.0.113.1/24 spare 203.0.113.7/24
vpn_local spare
on spare rm -f /dev/ppp
host_account spare alice
cp -a "$(host_root local)/home/alice/.ssh" "$(host_root spare)/home/alice/"
host_trust spare remote
for name in local spare; do
	vpn_profile "$name" office <<-END
		Host     remote
		RunAs    alice
		Accept   address 10.2.0.0/16
	END
done

vpn_another_peer
# What a challenged ppptun does has to be on its list of system calls.
echo 'Seccomp kill' | host_file remote /etc/sallyport/agent.conf 644
at_once_prepare
ledger_begin remote

# held: the process that holds alice's session.
held()
{
	vpn_launched remote "$PPPTUN"
}

ended()
{
	! on remote test -e "/proc/$1"
}

# new_logs PATTERN: whether a line like it has come since LEDGER_BEFORE.
new_logs()
{
	ledger_log | tail -n "+$((LEDGER_BEFORE + 1))" | grep -Eq -e "$1"
}

# silence: what was heard before is some seconds ago.
silence()
{
	local end=$((SECONDS + SILENCE + 1))
	while [ "$SECONDS" -lt "$end" ]; do
		pause
	done
}

# taken_over HOST NAME: it comes up at the first try, by the end of the session that was there.
taken_over()
{
	local old
	old=$(held)
	LEDGER_BEFORE=$(ledger_log | wc -l)
	check "$2: the other comes up at the first try" on "$1" vpn-connect up --once office
	check "$2: the silent session has ended" ended "$old"
	check "$2: and its log says why" wait_for 10 'the line' new_logs \
		"ppptun\\[$old\\]: a new login of the same peer takes over"
	matches '^[0-9]+ allow 0$' "$(verdicts)" "$2: nobody was refused"
	check "$2: packets pass" host_answers "$1" 10.9.0.2
}

# refused_beside HOST PID NAME: it is told so, and the session that is there stays.
refused_beside()
{
	local said
	said=$(on "$1" vpn-connect up --once --quiet office 2>&1)
	same 75 $? "$3: refused"
	matches 'another client with this key is connected to remote, and answers: .*busy: the clients of all' \
		"$said" "$3: it is told why, and what to do"
	check "$3: the session that is there goes on" on remote test -e "/proc/$2"
}

# --- the network is cut, as by a power failure: nobody says goodbye
check 'up' on local vpn-connect up --once office
check 'packets pass' host_answers local 10.9.0.2
host_cut local remote
silence
taken_over spare 'cut'

# --- the one that was cut off comes back: the other is alive
host_mend local remote
on local vpn-connect down office >/dev/null 2>&1
check 'its network is back' wait_for "$HOST_DEADLINE" 'that' on local ping -c 1 -W 1 198.51.100.1
pid=$(held)
silence
tried session-living
LEDGER_BEFORE=$(ledger_log | wc -l)
for try in first second third; do
	refused_beside local "$pid" "session-living: the $try try"
done
check 'session-living: the other carries packets' host_answers spare 10.9.0.2
same '3 deny 75' "$(verdicts)" 'session-living: a verdict each'
same 'all 1 sessions of alice are in use by clients that answer' "$(ledger_record reason)" \
	'session-living: and the log says that the clients answer'

# --- the client is frozen: its ssh reads and writes nothing, and its connection stands
frozen=$(on spare pgrep -d ' ' -x ssh)
# shellcheck disable=SC2086 # words
on spare kill -STOP $frozen
silence
taken_over local 'frozen'
# shellcheck disable=SC2086 # words
on spare kill -CONT $frozen
check 'frozen: it ends when it wakes' wait_for "$HOST_DEADLINE" 'that' \
	sh -c "! test -e $(host_root spare)/sys/class/net/sp-office"
check 'frozen: and the new session stays' host_answers local 10.9.0.2
on spare vpn-connect down office >/dev/null 2>&1

# --- the client was heard of a moment ago, or has only begun: asked again until that is long enough ago
host_cut local remote
taken_over spare 'cut just now'
host_mend local remote
on local vpn-connect down office >/dev/null 2>&1
check 'down' on spare vpn-connect down office
check 'nothing is left' wait_for "$HOST_DEADLINE" 'that' ledger_clean
mkfifo "$WORLD/begun"
on -u alice spare ssh -T -o BatchMode=yes slave@remote pppd >/dev/null 2>&1 <"$WORLD/begun" &
begun=$!
exec {input}>"$WORLD/begun"
wait_for "$HOST_DEADLINE" 'a session' held >/dev/null
taken_over local 'only begun'
exec {input}>&-
wait "$begun"

check 'down' on local vpn-connect down office
check 'nothing is left' wait_for "$HOST_DEADLINE" 'that' ledger_clean

# --- many at once, and what cannot be asked: a stand-in holds the sessions
on remote install -m 0755 /src/build/tests/system/standin "$PPPTUN"
vpn_standin remote
# begin NUMBER USER: a session of alice's or bob's by ssh, which holds until `end_all`.
INPUTS=() CLIENTS=()
begin()
{
	local input
	rm -f "$WORLD/input"
	mkfifo "$WORLD/input"
	on -u "$2" local ssh -T -o BatchMode=yes slave@remote pppd >"$WORLD/output$1" 2>&1 <"$WORLD/input" &
	CLIENTS+=($!)
	exec {input}>"$WORLD/input"
	INPUTS+=("$input")
	wait_for "$HOST_DEADLINE" 'a session' grep -q '^launched' "$WORLD/output$1" || fail 'a session begins'
}

# falls_silent NUMBER: the client of that session is gone, as far as the stand-in can tell.
falls_silent()
{
	echo >&"${INPUTS[$1]}"
}

# silent COUNT [PROGRAM]: so many of them know. Bit 22 is SIGURG.
silent()
{
	# shellcheck disable=SC2016 # expanded in the host
	[ "$(on remote bash -c 'grep -hE "^SigCgt:\s[0-9a-f]{10}[4-7c-f]" /dev/null $(pgrep -f "^$0 " |
		sed "s|.*|/proc/&/status|") | wc -l' "${2-$PPPTUN}")" = "$1" ]
}

end_all()
{
	local input
	for input in "${INPUTS[@]}"; do
		exec {input}>&-
	done
	wait "${CLIENTS[@]}" 2>/dev/null
	INPUTS=() CLIENTS=()
}

echo 'Ppp ppptun' | host_file remote /etc/sallyport/agent.conf 644
begin 0 bob
begin 1 alice
falls_silent 0
falls_silent 1
check 'session-taken-over: the clients are gone' wait_for 10 'that' silent 2
other=$(on remote pgrep -f "^$PPPTUN .*sp-bob")
tried session-taken-over
LEDGER_BEFORE=$(ledger_log | wc -l)
same 1 "$(at_once 200 1)" 'session-taken-over: of 200 at once, one holds the session'
same '1 allow 0,199 deny 75' "$(verdicts)" 'session-taken-over: 200 verdicts, one of them allow'
tried session-taken-other
check "session-taken-other: another peer's silent session stays" on remote test -e "/proc/$other"
end_all
check 'session-taken-over: nothing is left' wait_for 20 'that' ledger_clean

vpn_add "$alice" 'Sessions 2'
begin 0 alice
begin 1 alice
falls_silent 0
falls_silent 1
check 'session-taken-slots: the clients are gone' wait_for 10 'that' silent 2
tried session-taken-slots
LEDGER_BEFORE=$(ledger_log | wc -l)
same 2 "$(at_once 200 2)" 'session-taken-slots: of 200 at once, two hold a session'
same '2 allow 0,198 deny 75' "$(verdicts)" 'session-taken-slots: 200 verdicts, two of them allow'
end_all
check 'session-taken-slots: nothing is left' wait_for 20 'that' ledger_clean
sed -i '/^Sessions/d' "$alice"
vpn_settle "$alice"

# --- pppd is not asked, although this one would end, and the account may signal it
printf '%s\n' 'Ppp pppd' 'LaunchAs account' | host_file remote /etc/sallyport/agent.conf 644
on remote chmod 666 /dev/ppp
begin 0 alice
falls_silent 0
check 'session-pppd: the client is gone' wait_for 10 'that' silent 1 /usr/sbin/pppd
pid=$(vpn_launched remote)
tried session-pppd
check_exit 75 'session-pppd: refused' vpn_ask pppd
same 'all 1 sessions of alice are in use' "$(ledger_record reason)" 'session-pppd: the log says so'
check 'session-pppd: the session stays' on remote test -e "/proc/$pid"
end_all
ledger_end
