#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What a user's ssh_config says for the logins of a person: to the remote, and to a jump host on the
# way. It is honoured, but a connection of ours is ours: it comes up all the same, asks nobody, uses
# no connection of the user's, and writes nothing into a home that is read-only. What keeps it from
# coming up is told of the right host.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

jump_host
readonly USERS=/home/alice
on local mount --bind "$USERS" "$USERS"
profile 'Timeout 10'

# config TEXT: ";" ends a line; and the home is read-only from then on.
config()
{
	on local mount -o remount,bind,rw "$USERS"
	tr ';' '\n' <<<"$1" | host_file local "$USERS/.ssh/config"
	on local mount -o remount,bind,ro "$USERS"
}

alices()
{
	on local ps -u alice -o pid=,args= | grep -v defunct
}

alices_are()
{
	[ "$(alices)" = "$1" ]
}

# comes_up CONFIG: with the route that the remote offers; nothing of it stays but what alice had before.
comes_up()
{
	local before said
	before=$(alices)
	config "$1"
	said=$(connect up --once --quiet office)
	same 10.2.0.0/16 "$(on local ip route show proto 83 | cut -d' ' -f1)" "$1: up${said:+: $said}"
	connect down --quiet office
	wait_for "$HOST_DEADLINE" 'what alice had' alices_are "$before" ||
		fail "$1: a process is left: $(alices)"
	await_slot >/dev/null
}

# both OPTIONS: for the remote, and for a jump host on the way there.
both()
{
	comes_up "Host remote;$1"
	comes_up "Host remote;ProxyJump hop@jump;Host jump;$1"
}

on -u alice local mkdir .ssh/shared
for options in 'ControlMaster auto;ControlPath ~/.ssh/shared/%C;ControlPersist 60' \
	'ControlMaster autoask;ControlPath ~/.ssh/shared/%C' \
	'StrictHostKeyChecking ask;HashKnownHosts yes' \
	'StrictHostKeyChecking accept-new;UserKnownHostsFile ~/.ssh/none' \
	'UpdateHostKeys yes' 'UpdateHostKeys ask' 'VerifyHostKeyDNS ask' 'CheckHostIP yes' \
	'AddKeysToAgent yes' 'AddKeysToAgent ask' 'IdentityAgent ~/.ssh/none' \
	'PermitLocalCommand yes;LocalCommand echo hello' 'ForwardAgent yes;ForwardX11 yes' \
	'RequestTTY force' 'ForkAfterAuthentication yes' 'SessionType none' 'SessionType subsystem' \
	'StdinNull yes' 'EscapeChar ~' 'RemoteCommand echo hello' 'Tunnel yes;TunnelDevice any:any' \
	'RemoteForward 22 localhost:22;ExitOnForwardFailure yes' \
	'LocalForward 22 localhost:22;DynamicForward 23;ExitOnForwardFailure yes' \
	'ServerAliveInterval 0' 'ConnectionAttempts 10' 'LogLevel QUIET' 'LogLevel DEBUG3' 'LogVerbose *:*:*' \
	'SendEnv *;SetEnv PATH=/x' 'VisualHostKey yes' 'BatchMode no;NumberOfPasswordPrompts 3' \
	'Compression yes' 'ProxyUseFdpass yes' 'Match exec "true";ConnectTimeout 9' 'Include ~/.ssh/none*'; do
	both "$options"
done
comes_up 'Host remote;ProxyCommand ssh -q -W %h:%p hop@jump'
comes_up 'Host remote;CanonicalizeHostname always;CanonicalDomains nosuch.invalid'
comes_up 'IgnoreUnknown Nonsense;Host remote;Nonsense yes'
comes_up 'Host *;PasswordAuthentication yes;PreferredAuthentications publickey,password;ProxyJump none'

# --- the ssh to the jump host is alice's, like ours, and without any capability
config 'Host remote;ProxyJump hop@jump'
check 'up over a jump host' connect up --once --quiet office
ssh=$(on local pgrep -u alice -f -- ' -W ')
same 'CapInh CapPrm CapEff CapAmb' \
	"$(on local sed -n 's/^\(Cap[A-Z][a-z]*\):[[:space:]]*0*$/\1/p' "/proc/$ssh/status" | xargs)" \
	'the ssh to the jump host has no capability'
same "$(environment "$(vpn_pid ssh)" | sort)" "$(environment "$ssh" | grep -v -e ^PWD= -e ^OLDPWD= | sort)" \
	'and nothing in its environment that our ssh has not'
check 'down' connect down --quiet office

# --- a connection that the user has already is the user's
shared='Host remote jump;ControlMaster auto;ControlPath ~/.ssh/shared/%h;ControlPersist yes'
config "$shared"
on local mount -o remount,bind,rw "$USERS"
for user in hop@jump slave@remote; do
	on -u alice local ssh -oBatchMode=yes -N -f "$user"
done
has_shared()
{
	on -u alice local ssh -S ".ssh/shared/$1" -O check x
}
for what in 'which alice has' 'which is as before'; do
	check "a shared connection to jump, $what" has_shared jump
	check "and one to remote, $what" has_shared remote
	[ "$what" = 'which alice has' ] || break
	comes_up "$shared"
	comes_up "$shared;Host remote;ProxyJump hop@jump"
done
for host in jump remote; do
	on -u alice local ssh -q -S ".ssh/shared/$host" -O exit x
done
wait_for "$HOST_DEADLINE" 'their end' alices_are '' || note "$(alices)"

# --- what cannot come up is told of the right host
refused()
{
	config "$3"
	fails "$1" "$2" "$3"
}
jump='Host remote;ProxyJump hop@jump;Host jump'
state_of_local >"$WORLD/before"
refused 78 'ssh rejected its configuration: a file that Include .* names includes itself' 'Host remote;Include ~/.ssh/config'
refused 78 'ssh rejected its configuration: .* has a % that' 'Host remote;IdentityFile ~/.ssh/%Z'
refused 78 'ssh rejected its configuration' 'Host remote;Port many'
refused 78 'ssh rejected its configuration' 'Host remote;Match exec "true'
refused 78 'cannot ask for the host key of remote: ' 'Host remote;KnownHostsCommand /bin/false'
refused 78 'cannot ask for the host key of the jump host jump on the way to remote: ' "$jump;KnownHostsCommand /bin/false"
refused 68 'cannot connect to the jump host jump on the way to remote from where .*BindAddress' "$jump;BindAddress 203.0.113.8"
refused 68 'the name of the jump host jump on the way to remote cannot be resolved' "$jump;AddressFamily inet6"
refused 78 'no key that it may show to the jump host jump on the way to remote' "$jump;PubkeyAuthentication no;BatchMode no"
refused 68 'the ssh to the jump host jump on the way to remote ended and did not say why' \
	'Host remote;ProxyCommand ssh -q -p 9 -W %h:%p hop@jump'
