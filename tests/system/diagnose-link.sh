#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: `vpn-connect diagnose` names the step at which a link fails, says why and what to do, and leaves
# nothing: faults of PPP, of the routes, and of what passes through the link; and a link that is up is not
# disturbed.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/diagnose.sh
. "$SRC/tests/lib/diagnose.sh"

# --- PPP, with somebody else in the agent's place
peer_is()
{
	answers "exec /usr/bin/python3 /src/tests/system/ppp_peer.py $1" 'Accept address'
}
peer_is mute
fault 74 lcp 'LCP was sent .* and nothing came' 'the PPP program there is mute'
peer_is text
fault 74 lcp 'what comes is text and not PPP, "Last login: .*-> .*login shell' 'a login shell after the ready line'
matches 'rcvd no frame: "Last login: ' "$(on local vpn-connect diagnose --frames office)" '--frames shows it'
peer_is echo
fault 74 lcp 'the frames that are sent come back' 'a terminal that echoes'
peer_is rejects
fault 74 lcp 'the other end does not take what this end wants: \[LCP ConfRej' 'LCP is rejected'
peer_is disagrees
fault 74 addresses 'the other end does not take what this end wants: \[IPCP ConfNak .*<addr 10.9.0.99>' \
	'the ends disagree on an address'
answers 'nonce=${SSH_ORIGINAL_COMMAND#*ready=}; echo "sallyport/1 ready ${nonce%% *} link=ppptun mru=99999"; cat >/dev/null'
fault 76 'ready line' 'MRU out of range' 'a ready line with a wrong number'
answers 'nonce=${SSH_ORIGINAL_COMMAND#*ready=}; printf "sallyport/1 ready ${nonce%% *} link=ppptun mru=1500 x=\033[2J\007\n"; cat >/dev/null'
fault 76 'ready line' 'not printable ASCII: "sallyport/1 ready .*\\x1b' 'a ready line with control characters'
office

# --- what of the ready line is taken, and routes
office 'Address 10.9.0.1 10.9.0.3'
fault 78 offers 'other addresses than' 'the profile has other addresses'
office
host_create other
host_wire other 10.2.9.9/16 local 10.2.9.1/16
fault 4 offers '10.2.0.0/16 is not taken' 'an offer is a network of this host'
host_destroy other
wait_for "$HOST_DEADLINE" 'the end of the wire' on local test ! -e /sys/class/net/to-other
peer <<<$'Allow pppd\nAddress 10.9.0.2 10.9.0.1\nOffer 10.2.0.0/16'
fault 77 'routes there' 'remote denies routes to this peer.*-> Allow sshroute' 'sshroute is not allowed'
good_peer

# --- what passes through the link
on remote sysctl -q net.ipv4.ip_forward=0
fault 4 forwarding '10.2.0.5 .*not forwarded: the remote answers pings to itself.*-> sysctl net.ipv4.ip_forward=1' \
	'the remote does not forward' --to 10.2.0.5
on remote sysctl -q net.ipv4.ip_forward=1
on inner ip route del 10.9.0.0/24
fault 4 forwarding '10.2.0.5 .*no way back: 10.9.0.2 forwards.*-> 10.2.0.5, or its router, needs a route to 10.9.0.1' \
	'no way back from behind' --to 10.2.0.5
on inner ip route add 10.9.0.0/24 via 10.2.0.1
fault 4 forwarding '10.2.0.77 .*forwarded, and 10.9.0.2 finds no host 10.2.0.77' 'no such host behind' --to 10.2.0.77
fault 4 forwarding '10.3.0.1 .*no route leads there through the link' 'an address that is not routed' --to 10.3.0.1
# filter HOOK RULE: of remote
filter()
{
	on remote nft -f - <<<"table inet f { chain c { type filter hook $1 priority 0; $2; }; }"
}
unfilter()
{
	on remote nft delete table inet f
}
filter forward 'reject with icmpx admin-prohibited'
fault 4 forwarding '10.2.0.5 .*not forwarded: 10.9.0.2 says that a packet filter forbids it' \
	'a packet filter there refuses to forward' --to 10.2.0.5
unfilter
filter input 'iifname "sp-*" ip length > 1200 drop'
fault 4 'largest packet' '1200 bytes, of an MTU of 1500.*more than 1200 bytes vanish' 'large packets are dropped there'
unfilter
filter input 'iifname "sp-*" icmp type echo-request drop'
fault 4 ping '10.9.0.2 .*does not answer: a packet filter' 'pings are dropped there'
unfilter
echo 'nameserver 10.2.0.5' | host_file local /etc/resolv.conf
fault 4 dns 'the name server 10.2.0.5, which is behind the link, is there, and serves no names' \
	'the name server behind the link does not answer'
host_file local /etc/resolv.conf </dev/null

# --- by hand, as the manual has it
peer <<<$'Allow pppd sshroute status\nAddress 10.9.0.2 10.9.0.1'
mapfile -t commands < <(sed -n '/^\.\\" The commands of tests\/system\/diagnose-link.sh\.$/,/^\.Ed$/{/^\./!p}' "$SRC/local/vpn-connect.8" |
	sed 's/account@host/slave@remote/')
same 2 "${#commands[@]}" 'the manual has two commands'
matches 'sallyport/1 status peer=alice' "$(on -u alice local sh -c "${commands[0]}" 2>&1)" 'by hand: the agent answers'
matches '^ +~ 377 +} +# 300 +!' "$(on -u alice local sh -c "${commands[1]}" 2>&1)" 'by hand: frames, right into my face'
good_peer

# --- a remote that lies, and a person who has enough
hostile='nonce=${SSH_ORIGINAL_COMMAND#*ready=}; echo "sallyport/1 ready ${nonce%% *} link=ppptun address=10.9.0.2 peer-address=10.9.0.1 mru=1500"'
answers "$hostile; while :; do printf '~~\033[2J\007 \377\003\300!\001\001\000\004~'; done 2>/dev/null" 'Accept address'
fault 74 lcp 'what comes is text and not PPP' 'a remote that floods the line' --frames
check 'and the screen is not flooded' test "$(wc -l <<<"$SAID")" -lt 300
answers "tr '\0' x </dev/zero"
fault 76 command 'with a line that does not end' 'a line without an end'
office 'Accept address' 'Account fake' 'RemoteRoutes no' 'Timeout 60'
printf '%s\n' 'cat >/dev/null' | host_file remote /home/fake/answer 755
state_of_local >"$WORLD/before"
on local vpn-connect diagnose office >"$WORLD/said" 2>&1 &
asked=$!
waits_for_ready()
{
	on local sh -c 'grep -q "^process ssh " /run/sallyport/connect/office/journal'
}
check 'it waits for the ready line' wait_for "$HOST_DEADLINE" 'ssh' waits_for_ready
check 'it is told to end' on local kill -INT "$(vpn_pid supervisor)"
status=0
wait "$asked" || status=$?
same 130 "$status" 'ended by a signal: exit status'
matches 'ended by a signal \(INT\)' "$(cat "$WORLD/said")" 'ended by a signal: it says so'
check 'ended by a signal: nothing is left' wait_for "$HOST_DEADLINE" 'nothing left' nothing_left
office

# --- as JSON
# json_is_valid STATUS: what diagnose --json prints, in $WORLD/said
json_is_valid()
{
	local status=0
	on local vpn-connect diagnose --json --frames office >"$WORLD/said" 2>&1 || status=$?
	[ "$status" = "$1" ] && [ "$(json 'd["exit_status"]')" = "$1" ] &&
		/usr/bin/python3 -c 'import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' "$WORLD/said" "$SRC/local/diagnose.schema.json"
}

# json PYTHON: that of the object, d.
json()
{
	/usr/bin/python3 -c "import json; d = json.load(open('$WORLD/said')); print($1)"
}
check 'JSON of a link that is well' json_is_valid 0
same True "$(json 'any(frame["text"].startswith("rcvd [IPCP ConfAck") for frame in d["frames"])')" 'its frames'
office 'Port 9'
check 'JSON of one that is not' json_is_valid 68
same tcp "$(json '[step["step"] for step in d["steps"] if step["verdict"] == "failed"][0]')" 'its failure'
office
check_exit 64 '--to takes an address' on local vpn-connect diagnose --to somewhere office
check_exit 77 'only root may' on -u alice local vpn-connect diagnose office

# --- other runs
on local sh -c 'sed "s/^End$/Interface sp-second\nEnd/" /etc/sallyport/connect/office.conf >/etc/sallyport/connect/second.conf &&
	touch -d "1 minute ago" /etc/sallyport/connect/second.conf'
check 'another link with the same key' on local vpn-connect up --quiet second
fault 75 agent 'another client with this key.*-> end that one.*id=[0-9a-f]+' 'the session is taken'
check 'that one has not been disturbed' on local vpn-connect status second
check 'and goes down' on local vpn-connect down --quiet second

check 'a link' on local vpn-connect up --quiet office
since=$(on local vpn-connect status --json office | jq '[.supervisor.pid, .since]')
fine 'a link that is up' --to 10.2.0.5
same "$since" "$(on local vpn-connect status --json office | jq '[.supervisor.pid, .since]')" 'a link that is up: it stays the same'
matches '^skipped login +the link is up' "$SAID" 'a link that is up: no second login'
matches '^skipped host key +the link is up' "$SAID" 'a link that is up: every step says why it was not tried'
lacks 'not tried' "$SAID" 'a link that is up: and none is left'
on inner ip route del 10.9.0.0/24
fault 4 forwarding 'no way back: 10.9.0.2 forwards' 'no way back, of a link that is up' --to 10.2.0.5
on inner ip route add 10.9.0.0/24 via 10.2.0.1
supervisor=$(vpn_pid supervisor)
check 'it is killed' on local kill -9 "$supervisor"
wait_for "$HOST_DEADLINE" 'its end' on local test ! -e "/proc/$supervisor"
fault 71 state 'a run that died has left something.*-> vpn-connect down' 'a run that died'
check 'and down undoes it' on local vpn-connect down --quiet office

the_table
