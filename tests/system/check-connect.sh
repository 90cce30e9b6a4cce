#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-connect check: what would keep a link from coming up is told with its place and what to do, as
# RunAs sees it; what is fine is one line. Nothing is changed, and nobody is connected to.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

conf=/etc/sallyport/connect/office.conf
identity=/home/alice/.ssh/id_ed25519
# checks CODE NAME PATTERN [ARGUMENT…]: what is said of office, or of ARGUMENTs, in lines that are all known;
# and that nothing has changed. What ssh_config had started is told to end, and may take a moment to do so.
nothing_runs()
{
	! on local pgrep -x sleep
}
checks()
{
	local code=$1 name=$2 pattern=$3 said result=0
	shift 3
	[ $# -gt 0 ] || set -- office
	whole_state_of_local >"$WORLD/state.before"
	said=$(on local vpn-connect check "$@" 2>&1) || result=$?
	wait_for "$HOST_DEADLINE" 'the end of what ssh_config had started' nothing_runs
	whole_state_of_local >"$WORLD/state.after"
	same "$code" "$result" "$name: the exit status"
	matches "$pattern" "$said" "$name: told"
	lacks '[^ -~]' "$said" "$name: in printable characters"
	check "$name: nothing is changed, and nothing sent" diff "$WORLD/state.before" "$WORLD/state.after"
	SAID=$said
}

# finds CODE PATTERN NAME [LINE…]: a profile with these lines has that one finding.
finds()
{
	local code=$1 pattern=$2 name=$3
	shift 3
	[ $# -eq 0 ] || profile "$@"
	checks "$code" "$name" "$pattern"
	same 1 "$(grep -c ': error: \|: warning: ' <<<"$SAID")" "$name: and nothing else"
}

checks 0 'a good profile' "^office: ok: alice reaches remote with $identity; pppd; sp-office\$"
same 1 "$(wc -l <<<"$SAID")" 'a good profile: in one line'
check 'a good profile comes up' connect up office
checks 0 'a link that is up' '^office: ok: .*; it is at work$'
check 'and is up yet' connect down office
same '' "$(on local vpn-connect check --quiet office 2>&1)" '--quiet: nothing is said of it'

check 'up, whose supervisor dies' connect up --once office
self=$(supervisor) ppp=$(vpn_pid pppd)
on local kill -STOP "$ppp"
on local kill -KILL "$self"
check 'it is dead' wait_for "$HOST_DEADLINE" 'its end' has_ended "$self"
said=$(on local vpn-connect check office 2>&1)
same 0 $? 'what a run left is no error'
matches "^$conf: warning: a run that died has left something here: vpn-connect down office" "$said" 'what a run left is told'
lacks 'sp-office already' "$said" 'and its interface is not in the way'
same 1 "$(on local vpn-connect up --dry-run office | grep -c '^  undo     what a run that died has left')" \
	'--dry-run says that it is undone first'
check 'and it is undone' connect down office

# --- the profile
checks 78 'no such profile' '^vpn-connect: there is no profile nosuch' nosuch
finds 78 "^$conf:1:7: error: " 'a profile that is wrong' 'Route 10.2.3.4'
finds 78 "^$conf:1: error: RunAs: there is no user nobodyhere" 'no such user' 'RunAs nobodyhere'

# --- the key
finds 78 "^$conf:1: error: IdentityFile /home/alice/nokey: there is no such file: make the key as alice" \
	'a key that is not there' 'IdentityFile /home/alice/nokey'
profile "IdentityFile $identity"
checks 0 'a key that is there' '^office: ok: '
on local chown root "$identity"
finds 78 "^$conf:1: error: IdentityFile $identity: alice cannot read it: Permission denied: give it to alice" "a key of root's"
on local chmod 644 "$identity"
finds 0 "^$conf:1: warning: IdentityFile $identity: every user of this host may read it" "a key of root's that all may read"
on local chown alice "$identity"
finds 78 "^$conf:1: error: IdentityFile $identity: others may read it, so ssh does not use it: chmod 600" 'a key that others may read'
on local chmod 600 "$identity"
on local sh -c "cp -p $identity /home/alice/open && ssh-keygen -q -p -P '' -N secret -f $identity"
finds 78 "^$conf:1: error: IdentityFile $identity: only an agent can use it, and ssh of alice has none with a key" 'a key with a passphrase'
profile
finds 78 "^$conf:[0-9]*: error: alice has no key that ssh could use without asking, but one with a passphrase" 'none but a key with a passphrase'
on -u alice local sh -c 'rm -f /tmp/agent-alice; ssh-agent -a /tmp/agent-alice' >/dev/null
agent=$(on local pgrep -u alice ssh-agent)
finds_with_agent()
{
	local said result=0
	said=$(on local env SSH_AUTH_SOCK=/tmp/agent-alice vpn-connect check office 2>&1) || result=$?
	same "$1" "$result" "$2: the exit status"
	matches "$3" "$said" "$2: told"
}
finds_with_agent 78 'an agent without a key' 'only an agent can use it|one with a passphrase'
on -u alice local env SSH_AUTH_SOCK=/tmp/agent-alice ssh-add -q /home/alice/open
finds_with_agent 0 'an agent with a key' '^office: ok: alice reaches remote with a key of its agent'
on local kill "$agent"
check 'the agent has ended' wait_for "$HOST_DEADLINE" 'its end' has_ended "$agent"
on local rm -f /tmp/agent-alice
on local mv "$identity" "$identity.away"
finds 77 "^$conf:[0-9]*: error: alice has no key that ssh could use without asking: name one \\(IdentityFile\\)" 'no key'
on local mv /home/alice/open "$identity"

# What root alone may read stays so: nothing of it is told, and its kind neither.
on local sh -c 'ssh-keygen -q -t ed25519 -N "" -f /root/key && ln -s /root/key /home/alice/link'
finds 78 'IdentityFile /home/alice/link: alice cannot read it: Permission denied' "a link to a key of root's" 'IdentityFile /home/alice/link'
host_file local /home/alice/.ssh/config 644 <<<'IdentityFile /root/key'
profile
checks 77 "a key of root's in ssh_config" 'error: alice has no key that ssh could use without asking: name one'
lacks 'root/key' "$SAID" "a key of root's in ssh_config: is not used"
on local rm /home/alice/.ssh/config /home/alice/link /root/key /root/key.pub
profile

# --- the way
finds 77 "^$conf:[0-9]*: error: the host key of elsewhere is not known to alice: log in once by hand" 'a host that is not known' 'Host elsewhere'
on local sh -c 'mkdir -p /etc/ssh/kept && mv /etc/ssh/ssh_known_hosts /etc/ssh/kept/'
finds 77 'the host key of remote is not known to alice' 'no known_hosts' 'Host remote'
on local sh -c 'cp /etc/ssh/kept/ssh_known_hosts /home/alice/.ssh/known_hosts && chown alice /home/alice/.ssh/known_hosts'
on -u alice local sh -c 'ssh-keygen -q -H -f /home/alice/.ssh/known_hosts 2>/dev/null; rm -f /home/alice/.ssh/known_hosts.old'
checks 0 'a host that is known by its hash' '^office: ok: '
finds 77 'the host key of \[remote\]:2222 is not known' 'another port' 'Port 2222'
profile
on local sh -c 'rm /home/alice/.ssh/known_hosts; mv /etc/ssh/kept/ssh_known_hosts /etc/ssh/'
host_file local /home/alice/.ssh/config 644 <<<'StrictHostKeyChecking accept-new'
finds 0 'warning: ssh of alice takes any host for the remote' 'a host key that is not checked'
host_file local /home/alice/.ssh/config 644 <<<$'Nonsense \033[2J'
finds 78 "^$conf:[0-9]*: error: ssh of alice does not say how it would connect \\(ssh -G\\), but \".*\": correct its ssh_config" \
	'an ssh_config that is wrong'
host_file local /home/alice/.ssh/config 644 <<<'ProxyJump hop'
finds 0 'warning: the jump host hop is not looked at' 'a jump host'
# What it runs is the user's, and is not waited for.
on -u alice local touch /tmp/asked
host_file local /home/alice/.ssh/config 644 <<<'Match exec "id -un >/tmp/asked; exec sleep 1000"'
finds 78 'error: ssh of alice does not say how it would connect \(ssh -G\), but "a child process did not answer' 'an ssh_config that never ends'
same alice "$(on local cat /tmp/asked)" 'an ssh_config that never ends: was asked as RunAs'
on local rm -f /tmp/asked
on local sh -c "mv $identity $identity.away && mkfifo -m 600 $identity && chown alice $identity && rm /home/alice/.ssh/config"
finds 77 'alice has no key that ssh could use' 'a key that is a pipe'
on local mv "$identity.away" "$identity"
# A name is not looked up.
host_file local /home/alice/.ssh/config 644 <<<$'CanonicalizeHostname always\nCanonicalDomains example.org'
checks 0 'a name that ssh would look up' '^office: ok: '
on local rm /home/alice/.ssh/config
on local chmod 700 /usr/bin/ssh
finds 71 "^$conf:[0-9]*: error: alice cannot execute /usr/bin/ssh: Permission denied" 'an ssh that RunAs cannot execute'
on local chmod 755 /usr/bin/ssh

# --- PPP
finds 71 "^$conf: error: /usr/local/sbin/not-here, which would speak PPP: cannot open it: No such file or directory: install it" 'a program that is not there' 'Pppd /usr/local/sbin/not-here'
on local mv /dev/net/tun /dev/net/away
finds 69 "^$conf: error: (there is no /dev/net/tun|this kernel has TUN, but there is no /dev/net/tun)" 'no TUN' 'Ppp ppptun'
on local mv /dev/net/away /dev/net/tun
on local chmod 600 /dev/net/tun
finds 71 "^$conf: error: alice may not open /dev/net/tun" "a TUN device of root's"
on local chmod 666 /dev/net/tun
checks 0 'ppptun' '; ppptun; sp-office$'
on local sh -c 'echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter'
finds 71 'net\.ipv4\.conf\.all\.rp_filter is 2' 'all.rp_filter 2 and Strict yes' 'Strict yes' 'Address 10.9.0.1 10.9.0.2'
on local sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter'
said=$(on local setpriv --bounding-set -net_admin,-setpcap vpn-connect check office 2>&1)
matches 'error: this process cannot have CAP_NET_ADMIN: a container, or a unit' "$said" 'a capability that is withheld: told'

# --- interface, addresses, routes
on local ip link add sp-office type veth peer name sp-other
finds 71 "^$conf: error: there is an interface sp-office already, which is not ours" 'an interface of that name' 'Strict no'
on local ip link delete sp-office
finds 71 "^$conf:1: error: cannot add the route to 198\\.51\\.100\\.0/24: it is a route of this host \\(198\\.51\\.100\\.0/24 dev to-remote\\) already" \
	'a route that is there' 'Route 198.51.100.0/24'
finds 0 "^$conf:1: warning: Route 198\\.51\\.100\\.64/26 takes packets from a network of this host" \
	'a route into a network of this host' 'Route 198.51.100.64/26'
finds 78 "^$conf:1: error: Route 198\\.51\\.100\\.0/25 contains the ssh server" 'a route around the server' \
	'Route 198.51.100.0/25' 'Host 198.51.100.1'
finds 0 "^$conf:2: warning: Accept 198\\.51\\.100\\.0/24: an offer of it would not be taken: it is a route of this host" \
	'an offer that would not be taken' 'Strict no' 'Accept address 198.51.100.0/24'
finds 0 "^$conf:1: warning: Address: 198\\.51\\.100\\.9 is in use here already: it is in a network of this host" \
	'an address of a network here' 'Address 198.51.100.9 10.9.0.2'
on local sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
finds 71 "^$conf:1: error: this host has no IPv6, which Address6 asks for: it is switched off" 'IPv6 that is off' \
	'Address6 fd00:9::1 fd00:9::2' 'Accept address'
on local sh -c 'echo 0 >/proc/sys/net/ipv6/conf/default/disable_ipv6'

# --- the other profiles
profile 'Address 10.9.0.1 10.9.0.2' 'Route 10.77.0.0/16' 'Interface sp-both'
on local cp "$conf" /etc/sallyport/connect/second.conf
vpn_settle "$(host_root local)/etc/sallyport/connect/second.conf"
checks 0 'two that cannot be up at once' \
	"^$conf:2: warning: Route 10\\.77\\.0\\.0/16 is 10\\.77\\.0\\.0/16 of /etc/sallyport/connect/second.conf:2: only one of the two links can be up"
matches "^$conf: warning: /etc/sallyport/connect/second.conf has the same Interface, sp-both" "$SAID" 'their interface: told'
matches "^$conf:1: warning: Address: /etc/sallyport/connect/second.conf:1 has the same address" "$SAID" 'their address: told'
on local rm /etc/sallyport/connect/second.conf

# --- as JSON, which its schema allows
# valid: the JSON of the ARGUMENTs, checked against the schema, as a line: ok, exit status, findings.
valid()
{
	on local vpn-connect check --json "$@" >"$WORLD/json"
	/usr/bin/python3 -c '
import json, sys, jsonschema
schema, said = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(said)
for one in said if isinstance(said, list) else [said]:
	print(one["name"], one["ok"], one["exit_status"], one["summary"] is not None,
		*[f"{x['"'severity'"']}:{x['"'exit_status'"']}:{x.get('"'line'"')}" for x in one["findings"]])
' "$SRC/local/check.schema.json" "$WORLD/json" 2>&1
}
profile
same 'office True 0 True' "$(valid office)" 'JSON: a good profile'
profile 'IdentityFile /home/alice/nokey' 'Route 198.51.100.64/26'
same 'office False 78 False error:78:1 warning:0:2' "$(valid office)" 'JSON: one with findings'
same 'office False 78 False error:78:1 warning:0:2' "$(valid)" 'JSON: all of them'
same '[{' "$(tr -d ' \n' <"$WORLD/json" | cut -c 1-2)" 'JSON: all of them are an array'
profile 'Route 10.2.3.4'
same 'office False 78 False error:78:1' "$(valid office)" 'JSON: one that does not parse'

# --- all of them
profile
printf 'Host remote\nRunAs nobodyhere\nAccept address\nEnd\n' | host_file local /etc/sallyport/connect/bad.conf 640
vpn_settle "$(host_root local)/etc/sallyport/connect/bad.conf"
said=$(on local vpn-connect check 2>&1)
same 78 $? 'without NAME: the exit status is the first that is not fine'
matches '^office: ok: ' "$said" 'without NAME: what is fine is told'
matches '^/etc/sallyport/connect/bad.conf:2: error: RunAs: there is no user' "$said" 'without NAME: what is wrong is told'
on local sh -c 'rm /etc/sallyport/connect/*.conf'
same "no profile in /etc/sallyport/connect" "$(on local vpn-connect check)" 'no profile: told'
