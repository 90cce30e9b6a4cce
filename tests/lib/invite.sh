# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Two hosts for scripts that try invitations: "remote" with the agent, sshd and no PPP in its kernel, and "local"
# with the launcher and the user alice.
#
#   pool WORD…                      agent.conf of remote, with these pools
#   add ARGUMENT…                   add-peer; the invitation is the last line
#   import ARGUMENT…                import, for alice
#   policy_state, local_state       all that a change could leave there
#   refuses SIDE CODE PATTERN NAME COMMAND…
#                                   like that, in one sentence, with nothing changed
#   waits_for_lock                  somebody does, for that of the peers
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck disable=SC2034 # variables are for the scripts
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"
ledger_read

readonly PPPTUN=/usr/libexec/sallyport/ppptun
readonly AUTHORIZED=/etc/sallyport/authorized_keys
host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
host_account local alice
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
remote=$(host_root remote)
local=$(host_root local)
# What host_trust would say of it beside the key, which is what an import brings.
echo 'KexAlgorithms curve25519-sha256' >"$local/etc/ssh/ssh_config.d/world.conf"

pool()
{
	printf 'Pool %s\nEnd\n' "$*" | host_file remote /etc/sallyport/agent.conf
}

add()
{
	on remote vpn-policy add-peer --host remote "$@" 2>&1
}

policy_state()
{
	on remote sh -c 'find /etc/sallyport /run/sallyport -printf "%p %m %u %g %s\n" | sort; cat /etc/sallyport/peers/*.conf /etc/sallyport/authorized_keys' 2>&1
}

local_state()
{
	on local sh -c 'find /etc/sallyport /run/sallyport /home/alice -printf "%p %m %u %g %s\n" | sort; cat /etc/sallyport/ssh/* /etc/sallyport/connect/*' 2>&1
}

refuses()
{
	local side=$1 code=$2 pattern=$3 name=$4 said status=0 before
	shift 4
	before=$("${side}_state")
	said=$("$@" 2>&1 </dev/null) || status=$?
	same "$code" "$status" "$name: exit status"
	matches "$pattern" "$said" "$name: what is said"
	lacks '[^ -~]' "$said" "$name: in printable characters"
	same "$before" "$("${side}_state")" "$name: everything is as it was"
}

waits_for_lock()
{
	grep -q -- "-> POSIX .* WRITE .*:$(stat -c %i "$remote/etc/sallyport/.peers.sallyport-lock") 0 EOF" /proc/locks
}

import()
{
	on local vpn-connect import --run-as alice "$@"
}
