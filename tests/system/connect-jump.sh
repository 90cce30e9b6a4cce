#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The way to the remote: names with several addresses, of which the first is dead, and a jump host
# of the user's ssh_config, which may share its connections (ControlMaster). A failure is told of the
# host that failed.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

# The remote is behind the jump host as well; a way that is dead swallows what is sent into it.
jump_host
on local sh -c 'ip neighbour add 203.0.113.9 lladdr 02:00:00:00:00:09 dev to-jump &&
	printf "%s\n" "203.0.113.9 two" "198.51.100.1 two" "203.0.113.9 hops" "203.0.113.1 hops" \
		"203.0.113.1 stranger" "203.0.113.9 none" >>/etc/hosts'
known=$(host_root local)/etc/ssh/ssh_known_hosts
names=$(sed -n 's/^remote,[^ ]*/two/p; s/^jump,[^ ]*/hops/p' "$known")
echo "$names" >>"$known"
echo '203.0.113.1 hops' >>"$(host_root jump)/etc/hosts"
state_of_local >"$WORLD/before"

# The ssh of a jump host ends by itself, after ours, and is collected by the host's first process.
nothing_left()
{
	wait_for "$HOST_DEADLINE" 'the state from before' left_nothing || diff "$WORLD/before" "$WORLD/after"
}

left_nothing()
{
	state_of_local >"$WORLD/after"
	cmp -s "$WORLD/before" "$WORLD/after" && vpn_free remote
}

config()
{
	on local mkdir -p /home/alice/.ssh
	host_file local /home/alice/.ssh/config
}

# comes_up NAME [ROUTE]: up, with the route that the remote offers, and down again.
comes_up()
{
	check "$1: up" connect up --once --quiet office
	same 10.2.0.0/16 "$(on local ip route show proto 83 | cut -d' ' -f1)" "$1: with its route"
	check "$1: down" connect down --quiet office
	check "$1: nothing is left" wait_for "$HOST_DEADLINE" 'the end' nothing_left
}

# --- a name with a dead first address
profile 'Host two' 'Timeout 10'
comes_up 'a dead first address'
config <<<$'Host elsewhere\n HostName two\n HostKeyAlias remote'
profile 'Host elsewhere' 'Timeout 10'
comes_up 'a dead first address behind an alias'
profile 'Host none' 'Timeout 2'
fails 68 'none does not answer' 'nothing but a dead address'

# --- a jump host
config <<-'END'
	Host remote
	  ProxyJump hop@jump
	Host jump
	  ControlMaster auto
	  ControlPath ~/.ssh/%r@%h
	  ControlPersist 60
END
profile
comes_up 'over a jump host that shares connections'
comes_up 'and a second time'
check_not "the user's own shared connection is not made by that" \
	on local test -e /home/alice/.ssh/hop@jump
config <<-'END'
	Host remote
	  ProxyCommand ssh -W %h:%p hop@jump
	Host jump
	  ControlMaster auto
	  ControlPath ~/.ssh/%r@%h
	  ControlPersist 60
END
comes_up 'the same with a ProxyCommand'
comes_up 'and a second time'
config <<<$'Host remote\n ProxyJump hop@hops'
profile 'Timeout 10'
comes_up 'a jump host whose first address is dead'
config <<<$'Host remote\n ProxyJump hop@jump,hop@hops'
comes_up 'and behind another'

# --- the host that failed is named
profile 'Timeout 10'
jump()
{
	config <<<$'Host remote\n ProxyJump '"$1"
}
config <<<$'Host remote\n ProxyCommand sh -c "echo it was me >&2; exit 3"'
fails 68 'the ProxyCommand or ProxyJump to remote in the ssh_config of RunAs ended before the host had answered.*it was me' \
	'a way that ends by itself'
on -u alice local sh -c 'mkdir .ssh/away && mv .ssh/id_* .ssh/away'
jump 'hop@jump'
fails 78 'no key that it may show to the jump host jump on the way to remote: check IdentityFile and' \
	'no key for the jump host'
on -u alice local sh -c 'mv .ssh/away/* .ssh && rmdir .ssh/away'
jump 'nobody@jump'
fails 77 'the jump host jump on the way to remote does not accept the key' 'a jump host that does not know the key'
jump 'hop@jump:9'
fails 68 'the jump host jump on the way to remote refuses the connection' 'a jump host without sshd'
jump 'hop@nosuch.invalid'
fails 68 'the name of the jump host nosuch\.invalid on the way to remote cannot be resolved' \
	'a jump host that has no name'
jump 'hop@jump,hop@nosuch.invalid'
fails 68 'cannot connect to the jump host nosuch\.invalid on the way to remote' \
	'a jump host that the one before it does not know'
jump 'hop@stranger'
fails 77 'the host key of the jump host stranger on the way to remote is not known' \
	'a jump host that is not known'
cp "$known" "$WORLD/known"
sed "/^jump,/s|AAAA.*|$(cut -d' ' -f2 <<<"$key")|" "$WORLD/known" >"$known"
jump 'hop@jump'
fails 77 'the host key of the jump host jump on the way to remote is not the one' 'a jump host with another key'
sed "/^remote,/s|AAAA.*|$(cut -d' ' -f2 <<<"$key")|" "$WORLD/known" >"$known"
fails 77 'the host key of remote is not the one' 'a remote with another key, behind the jump host'
sed '/^remote,/d' "$WORLD/known" >"$known"
fails 77 'the host key of remote is not known' 'a remote that is not known, behind the jump host'
cp "$WORLD/known" "$known"
jump 'hop@none'
profile 'Timeout 2'
fails 68 'the jump host none on the way to remote does not answer' 'a jump host that is dead'
profile
jump 'hop@jump'
profile 'Port 9'
fails 68 'a jump host reaches remote, which refuses the connection' 'no sshd behind the jump host'
profile 'Account nobody'
fails 77 'remote does not accept the key' 'the remote does not know the account, behind the jump host'
profile 'Host nosuch.invalid'
config <<<$'Host nosuch.invalid\n ProxyJump hop@jump'
fails 68 'a jump host cannot connect to nosuch\.invalid' 'a name that the jump host does not know'
profile
jump 'hop@jump'
sshd_with()
{
	host_file jump /etc/ssh/sshd_config.d/0-test.conf <<<"$1"
	host_stop jump /run/sshd.pid
	host_sshd jump
}
sshd_with 'AllowTcpForwarding no'
fails 77 'a jump host on the way to remote does not forward the connection' 'a jump host that forwards nothing'
sshd_with 'MaxStartups 1'
host_daemon local /run/waits.pid bash -c 'exec 3<>/dev/tcp/203.0.113.1/22 && read -r line <&3 &&
	: >/run/waiting && read -r line <&3'
wait_for "$HOST_DEADLINE" 'a login that does not end' test -e "$(host_root local)/run/waiting"
state_of_local >"$WORLD/before"
fails 68 'the sshd of the jump host jump on the way to remote (has too many logins|takes no connection .*MaxStartups)' \
	'a jump host with too many logins at once'
host_stop local /run/waits.pid KILL
state_of_local >"$WORLD/before"
sshd_with $'Match User hop\nMaxSessions 0\nPermitOpen none'
fails 77 'a jump host on the way to remote does not forward the connection' 'a jump host that opens nothing'
sshd_with ''
peer <<<$'Allow status\nAddress 10.9.0.2 10.9.0.1'
state_of_local >"$WORLD/before"
fails 77 'the policy of remote denies this' 'the remote says no, behind the jump host'

# --- a connection of the user's that nobody sees into
peer <<<$'Allow pppd\nAddress 10.9.0.2 10.9.0.1\nOffer 10.2.0.0/16'
config <<-'END'
	Host remote
	  ProxyCommand /usr/bin/ssh -o BatchMode=yes -W %h:%p hop@jump
	Host jump
	  ControlMaster auto
	  ControlPath ~/.ssh/%r@%h
	  ControlPersist yes
END
on -u alice local ssh -oBatchMode=yes hop@jump true
state_of_local >"$WORLD/before"
profile 'Address 10.9.0.1 10.9.0.2'
fails 78 'cannot tell which addresses ssh is connected to.*ControlMaster.*(Route)' \
	'a link that would be up without any of its routes'
profile 'Address 10.9.0.1 10.9.0.2' 'Route 10.77.0.0/16'
matches 'is up: .* without the 1 routes? that the remote offers' "$(connect up --once office)" \
	'one that has routes of its own is up, and says what it is without'
check 'and down' connect down --quiet office
