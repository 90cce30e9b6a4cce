# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Two hosts for scripts that try invitations with a one-time key: "remote" with the agent, and "local" with the
# launcher, the user alice, and mallory, who wants to be let in.
#
#   hand_in_service                 what takes keys on remote runs from now on
#   the rest says what it does where it stands
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck disable=SC2034 # variables are for the scripts
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"
ledger_read

readonly AUTHORIZED=/etc/sallyport/authorized_keys PEERS=/etc/sallyport/peers SOCKET=/run/sallyport/hand-in
readonly SEND=/src/tests/system/hand_in_send.py
# The answers of vpn-policy take-key, agent/core/hand_in.h.
readonly OVER=1 LATE=2 KNOWN=3 FAILED=6
host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
host_account local alice
host_account local mallory
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
remote=$(host_root remote)
local=$(host_root local)
echo 'KexAlgorithms curve25519-sha256' >"$local/etc/ssh/ssh_config.d/world.conf"
printf 'Pool 10.9.0.0/24\nEnd\n' | host_file remote /etc/sallyport/agent.conf
on remote install -m 644 /dev/null "$AUTHORIZED"

# invite NAME ARGUMENT…: a peer whose key is awaited; prints the invitation.
invite()
{
	on remote vpn-policy add-peer --invite --hand-in --host remote "$@" 2>/dev/null | tail -n 1
}

# one_time LINE: the one-time key of an invitation, as mallory's identity on the local host.
one_time()
{
	local text
	text=$(cut -d. -f2 <<<"$1" | tr '_-' '/+' | base64 -d 2>/dev/null | sed -n 's/^HandIn //p')
	{
		echo '-----BEGIN OPENSSH PRIVATE KEY-----'
		fold -w 70 <<<"$text"
		echo '-----END OPENSSH PRIVATE KEY-----'
	} >"$local/home/mallory/one-time"
	chmod 600 "$local/home/mallory/one-time"
	on local chown mallory /home/mallory/one-time
}

# with_one_time ARGUMENT…: ssh with that key.
with_one_time()
{
	on -u mallory local ssh -o BatchMode=yes -o IdentitiesOnly=yes -i /home/mallory/one-time "$@"
}

# fresh_key NAME: the base64 of a new key.
fresh_key()
{
	on local sh -c "rm -f /root/$1*; ssh-keygen -q -t ed25519 -N '' -f /root/$1; cut -d' ' -f2 /root/$1.pub"
}

# import ARGUMENT… LINE: which it reads, as others could read an argument.
import()
{
	on local vpn-connect import "${@:1:$#-1}" <<<"${!#}"
}

# pass_on USER PEER KEY: as somebody on the remote, past the agent, with the HandInKey that is there.
pass_on()
{
	on -u "$1" remote python3 "$SEND" send "$SOCKET" "$2" "$3" "$(digest_of "$2")" 2>&1
}

# session_over: a client that ends by itself may be gone before the agent has written its record, which
# would be taken for one of the next attack. No process of the account, sshd's included: it is written.
session_over()
{
	wait_for "$HOST_DEADLINE" 'the end of the session' on remote sh -c '! pgrep -u slave'
}

digest_of()
{
	sed -n 's/^HandInKey //p' "$remote$PEERS/$1.conf" | ssh-keygen -lf - | cut -d' ' -f2
}

policy_state()
{
	on remote sh -c 'find /etc/sallyport -printf "%p %m %u %g %s\n" | sort; cat /etc/sallyport/peers/*.conf /etc/sallyport/authorized_keys'
}

# unchanged BEFORE NAME
unchanged()
{
	same "$1" "$(policy_state)" "$2: the policy is as it was"
	check "$2: nothing is left beside it" on remote sh -c '! find /etc/sallyport /run -name "*sallyport-*" | grep .'
}

hand_in_service()
{
	host_daemon remote /run/hand-in.pid python3 /src/tests/system/control_peer.py listen "$SOCKET" \
		/bin/sh -c 'exec /usr/sbin/vpn-policy take-key >>/var/log/take-key 2>&1'
	wait_for "$HOST_DEADLINE" 'the service' on remote test -S "$SOCKET"
	on remote sh -c "chgrp slave $SOCKET && chmod 660 $SOCKET"
}

host_trust local remote
LEDGER_HOST=remote
