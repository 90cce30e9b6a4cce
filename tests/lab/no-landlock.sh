#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A kernel without Landlock: nothing is launched as root on it, because Landlock is what stands
# between uid 0 and the files that it owns; unless the administrator says so, and then the log
# does too.
#
# append: lsm=lockdown,yama,apparmor
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"
# shellcheck source=tests/lib/probe.sh
. "$SRC/tests/lib/probe.sh"

vpn_one_peer

ask()
{
	on -u alice local ssh -T -o BatchMode=yes slave@remote "$@" </dev/null
}

mount -t securityfs security /sys/kernel/security
lacks landlock "$(cat /sys/kernel/security/lsm)" 'the kernel has no Landlock'
check_exit 71 'pppd, which would run as root, is not launched' ask pppd
matches 'Landlock' "$(vpn_log remote)" 'the log says why'
check_not 'nothing runs' vpn_launched remote
check 'what does not run as root is answered' ask status

sed -i 's/^Landlock.*/Landlock optional/' "$(host_root remote)/etc/sallyport/agent.conf"
# A peer that neither speaks nor hangs up.
mkfifo "$WORLD/silent"
on -u alice local ssh -T -o BatchMode=yes slave@remote pppd <>"$WORLD/silent" >/dev/null 2>&1 &
check 'where the administrator takes that, it is launched' wait_for 30 'pppd' vpn_launched remote
matches ' landlock=0' "$(vpn_log remote)" 'and the log says what is missing'
pid=$(vpn_launched remote) || give_up 'no pppd to look at'
same 5 "$(on remote grep -c '^Cap.*0000000000001000$' "/proc/$pid/status")" \
	'it has one capability all the same'
matches '^Seccomp:[[:space:]]*2$' "$(on remote cat "/proc/$pid/status")" 'and a filter'
# Before pppd gives a peer up that says nothing: ten requests, three seconds each.
on local kill "$(on local pgrep -x ssh)"
check 'it ends with its connection' wait_for 20 'the end of pppd' host_lacks_process remote "$pid"

# --- the probe in pppd's place: what seccomp and the missing capabilities hold by themselves, and
# what nothing holds then: reading and changing what uid 0 owns.
probe_expect 0
probe_as 'without Landlock'
opened=$(sed -n 's/^fact open \([^ ]*\) .*: open$/\1/p' <<<"$PROBED" | sort -u | xargs)
note "open to uid 0 without Landlock: $opened"
matches '/etc/shadow' "$opened" 'without Landlock: what uid 0 owns is open to it, as SECURITY.md says'
lacks '/dev/mem|/proc/1/mem|/dev/kmsg' "$opened" 'without Landlock: what needs another capability is not'
