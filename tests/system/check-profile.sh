#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy check of a profile that is in force: its user and its key are this host's, so that what
# keeps ssh from the key is told before a link fails by it.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

conf=/etc/sallyport/connect/office.conf
# checks CODE NAME [REGEX]: what check says of the profile.
checks()
{
	local said status=0
	said=$(on local vpn-policy check "$conf" 2>&1) || status=$?
	same "$1" "$status" "$2: the exit status"
	if [ $# -gt 2 ]; then
		matches "$3" "$said" "$2: told"
	else
		same '' "$said" "$2: nothing is said"
	fi
}

identity=/home/alice/id_check
on local sh -c "mkdir -p /home/alice && chmod 755 /home/alice && ssh-keygen -q -t ed25519 -N '' -f $identity && chown alice $identity && chmod 600 $identity"
identity_line="IdentityFile $identity"
profile "$identity_line"
checks 0 'a key that the user can open'
on local chown root "$identity"
checks 78 "a key of root's" "$conf:[0-9]+:1: error: IdentityFile $identity: alice cannot open it: Permission denied \[identity-file\]"
on local chown alice "$identity"
on local mkdir -m 700 /home/shut
on local mv "$identity" /home/shut/
profile 'IdentityFile /home/shut/id_check'
checks 78 'a key behind a directory that is shut' 'alice cannot open it: Permission denied'
profile "$identity_line"
checks 78 'a key that is not there' "IdentityFile $identity: alice cannot open it: No such file or directory"
profile 'RunAs root' 'IdentityFile /home/shut/id_check'
checks 0 'RunAs root' "$conf:[0-9]+:1: warning: RunAs root: .*\[run-as-root\]"

# --- whom it names
profile 'RunAs nobodyhere'
checks 78 'no such user' "$conf:[0-9]+: error: RunAs: there is no user nobodyhere \[run-as-missing\]"
profile 'Users @nobodyhere'
checks 0 'no such group' "$conf:[0-9]+: warning: Users @nobodyhere: there is no such group \[users-unknown\]"
profile 'SshConfig /nowhere'
checks 78 'an ssh_config that is not there' '/nowhere: error: alice cannot read it: No such file or directory .*\[ssh-config\]'

# --- what it runs
profile 'Up /usr/bin/true' 'Down /usr/bin/true' 'HookAs root'
checks 0 'Up and Down'
profile 'Up /usr/local/sbin/not-here'
checks 78 'an Up that is not there' '/usr/local/sbin/not-here: error: .*No such file .*Up of profile office.* \[hook-missing\]'
on local install -o alice -m 0755 /bin/true /home/alice/down
profile 'Down /home/alice/down'
checks 0 "RunAs's own, as RunAs"
profile 'Down /home/alice/down' 'HookAs root'
checks 78 "RunAs's own, as root" '/home/alice/down: error: .*owned by uid .*: expected root .*Down of profile office.* \[hook-untrusted\]'
on local rm /home/alice/down

# --- the remote, as ssh of RunAs knows it
profile 'Host elsewhere'
checks 78 'a host key that is not known' \
	"$conf: error: the host key of elsewhere is in no known_hosts that ssh of alice looks at \[host-key-unknown\]"
on local mv /etc/ssh/ssh_known_hosts /root/
profile 'RunAs alice'
checks 78 'no known_hosts' "$conf: error: the host key of remote is in no known_hosts"
on local sh -c 'mkdir -p /home/alice/.ssh; cp /root/ssh_known_hosts /home/alice/.ssh/known_hosts; chown -R alice /home/alice/.ssh'
checks 0 'one that alice herself knows'
host_file local /home/alice/.ssh/config 644 <<<'ProxyJump hop'
checks 0 'a jump host' "$conf: note: .*jump host hop \[not-looked-at\]"
host_file local /home/alice/.ssh/config 644 <<<'StrictHostKeyChecking no'
checks 0 'an ssh_config that takes any host' 'warning: StrictHostKeyChecking .*\[host-key-unchecked\]'
on local sh -c 'rm /home/alice/.ssh/config /home/alice/.ssh/known_hosts; mv /root/ssh_known_hosts /etc/ssh/'
on local cp "$conf" /tmp/elsewhere.conf
same '' "$(on local vpn-policy check --trust any --kind profile /tmp/elsewhere.conf 2>&1)" \
	'of a profile elsewhere, nothing of this host is asked'

# --- programs
profile 'Pppd /usr/local/sbin/not-here'
checks 78 'a pppd that is not there' '/usr/local/sbin/not-here: error: .*\[program-missing\]'

# --- networks
profile 'Route 198.51.100.64/26'
checks 0 'a route into a network of this host' \
	"$conf:1: warning: Route 198\.51\.100\.64/26 and 198\.51\.100\.0/24 of to-remote overlap \[route-here\]"
profile 'Route 198.51.100.0/25' 'Host 198.51.100.1'
checks 78 'a route around the gateway' "$conf:1:1: error: Route 198\.51\.100\.0/25 contains Host 198\.51\.100\.1 \[route-covers-gateway\]"
profile 'Address 10.9.0.1 10.9.0.2' 'Route 10.77.0.0/16' 'Interface sp-both'
checks 0 'one beside which there is none'
on local cp "$conf" /etc/sallyport/connect/second.conf
vpn_settle "$(host_root local)/etc/sallyport/connect/second.conf"
checks 0 'another profile with the same network' \
	"$conf:2:1: warning: Route 10\.77\.0\.0/16 and Route 10\.77\.0\.0/16 of /etc/sallyport/connect/second.conf:2 are the same \[profile-clash\]"
checks 0 'and the same interface' "$conf: warning: the interface sp-both is that of /etc/sallyport/connect/second.conf as well"
said=$(on local vpn-policy check 2>&1)
matches "^/etc/sallyport/connect/second.conf:2:1: warning: Route 10\.77\.0\.0/16 and .* of $conf:2 are the same" "$said" \
	'of all profiles, the later one is told'
same 1 "$(grep -c 'Route.*profile-clash' <<<"$said")" 'and each pair once'
on local rm /etc/sallyport/connect/second.conf

# --- edit, with the name of a file that is below /etc/sallyport: no byte of it is printed as it is
# edits NAME REGEX: what edit says of the name.
edits()
{
	local said status=0
	said=$(on local vpn-policy edit "$1" 2>&1) || status=$?
	same 64 "$status" "edit $2: the exit status"
	matches "$2" "$said" "edit $2: told"
	lacks $'\033' "$said" "edit $2: escaped"
}
odd=$'odd\033[2J.conf'
on local touch "/etc/sallyport/$odd" /etc/sallyport/plain.conf
edits plain.conf '^vpn-policy: there is no "plain.conf" here: did you mean "/etc/sallyport/plain.conf"\?'
edits "$odd" '^vpn-policy: there is no "odd\\x1b\[2J.conf" here: did you mean "/etc/sallyport/odd\\x1b\[2J.conf"\?'
