#!/bin/bash
# SPDX-License-Identifier: ISC
#
# audit reads authorized_keys as sshd does: each line below is given to both. Where sshd passes a
# line over, audit says that the key has none; where sshd takes it, audit has seen it. What audit
# is stricter with is an error, however sshd reads it.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
vpn_standin remote
root=$(host_root remote)
keys=$root/etc/sallyport/authorized_keys
key=$(host_key local alice | cut -d' ' -f1,2)
type=${key% *} blob=${key#* }
agent='command="/usr/libexec/sallyport/vpn-agent alice"'
readonly root keys key type blob agent

# sshd_takes: the login got as far as the agent.
sshd_takes()
{
	vpn_ask status >"$WORLD/said" 2>&1
	! grep -q 'Permission denied' "$WORLD/said"
}

# rules: what audit finds of the file, and of the key that has no line.
rules()
{
	on remote vpn-policy audit 2>&1 >/dev/null | sed -n 's/.* \[\(keys-[a-z]*\)\]$/\1/p' | sort -u
}

# line WHAT TEXT: takes, passes over, or strict: an error, whatever sshd does.
line()
{
	local seen=takes
	printf '%b\n' "$2" >"$keys"
	found=$(rules)
	! grep -qx keys-missing <<<"$found" || seen=passes
	if [ "$1" = strict ]; then
		matches '^keys-line$' "$found" "an error: $2"
		return
	fi
	same "$1" "$seen" "audit $1: $2"
	if [ "$1" = takes ]; then
		check "sshd takes: $2" sshd_takes
	else
		check_not "sshd passes over: $2" sshd_takes
	fi
}

line takes "$agent,restrict $key alice"
line takes "restrict,$agent $key"
line takes " \t$agent,RESTRICT \t $type \t $blob \t # no comment"
line takes "# $agent $key\n\n \t# a comment\n$agent,restrict $key caf\\0303\\0251"
line takes "Command=${agent#*=},Restrict,No-PTY,no-X11-forwarding,no-agent-forwarding,no-user-rc $key"
line takes "$agent,restrict,environment=\"A=\\\\\"x\\\\\", y\" $key"
line takes "$agent,restrict,from=\"198.51.100.0/24,!198.51.100.9\",expiry-time=\"20990101\" $key"
line takes "$agent,restrict,expiry-time=\"209901010000Z\" $key"
line passes "$agent,restrict,expiry-time=\"20200101\" $key"
line passes "$agent,restrict,expiry-time=\"20200101123000Z\" $key"
line takes "$agent,restrict,permitopen=\"192.0.2.1:22\",permitlisten=\"8022\",tunnel=\"0\" $key"
line takes "$agent,restrict,pty,port-forwarding,agent-forwarding,X11-forwarding,user-rc $key"
line takes "$agent,restrict,touch-required,verify-required,no-touch-required $key"
line takes "half a line\n$agent,restrict $key"
line passes "# $agent,restrict $key"
line passes "$agent,restrict"
line passes "$agent, restrict $key"
line passes "$agent restrict $key"
line passes "${agent//\"/},restrict $key"
line passes "${agent%\"},restrict $key"
line passes "${agent%\"}\\\\\",restrict $key"
line passes "$agent\"\",restrict $key"
line passes "$agent,$agent,restrict $key"
line passes "$agent,restrict=\"yes\" $key"
line passes "$agent,restrict,from $key"
line passes "$agent,restrict,command $key"
line passes "$agent,restrict,sudo $key"
line passes "$agent,restrict,expiry-time=\"tomorrow\" $key"
line passes "$agent,restrict,expiry-time=\"2099\" $key"
line passes "$agent,restrict,expiry-time=\"\" $key"
line passes "$agent,restrict,no-restrict $key"
line passes "$agent,restrict,no-command=\"x\" $key"
line passes "$agent,restrict ssh-rsa $blob"
line passes "$agent,restrict $type ${blob:0:60}"
line passes "$agent,restrict $type"
line passes "$agent,restrict ssh-dss $blob"
line strict "$agent,restrict, $key"
line strict "$agent,,restrict $key"
line takes "# on Windows\\r\n\\r\n$agent,restrict $key\\r"
line takes "$agent,restrict $key alice\\r"
line strict "$agent,restrict $key\\rx"
line strict "$agent,restrict $key \\0033[2K"
line strict "$agent,restrict,from=\"caf\\0303\\0251,*\" $key"
line strict "$agent,restrict $key $(printf '%016400d' 0)"

# --- who may not read the peers' files blames no key
printf '%b\n' "$agent,restrict $key" >"$keys"
said=$(on -u daemon remote vpn-policy audit 2>&1 >/dev/null)
lacks 'keys-peer' "$said" 'an ordinary user is not told that a peer lacks its key'
matches 'whose this key is: .*Permission denied \[not-looked-at\]' "$said" 'but that nobody could look'
