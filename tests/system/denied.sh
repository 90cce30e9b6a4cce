#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A container's seccomp filter denies what the kernel has: what is denied, and by what, is said by
# the launcher, in the agent's log, and by vpn-policy audit.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

readonly EPERM=1 ENOSYS=38 WITHOUT=/src/build/tests/system/without

# up_below CALL ERRNO PATTERN NAME: `up` where that call fails.
up_below()
{
	local said status=0
	said=$(on local "$WITHOUT" "$2" "$1" vpn-connect up --once --quiet office 2>&1) || status=$?
	same 71 "$status" "$4: exit status"
	matches "^vpn-connect: .*$3" "$said" "$4: what is said"
	lacks 'this kernel has no' "$said" "$4: and not the kernel's fault"
	check "$4: nothing is left" nothing_left
}
profile 'Landlock required'
up_below landlock_create_ruleset $EPERM 'a seccomp filter, of a container .* denies Landlock' \
	'Landlock is denied here'
up_below keyctl $EPERM 'keyctl: Operation not permitted, by a seccomp filter' 'keyctl is denied here'
up_below pidfd_open $EPERM 'pidfd_open: Operation not permitted, by a seccomp filter' \
	'pidfd_open is denied here'
said=$(on local "$WITHOUT" $ENOSYS landlock_create_ruleset vpn-connect up --once --quiet office 2>&1)
matches 'a seccomp filter, of a container' "$said" 'a filter that hides Landlock is told of'

# --- the agent
echo 'Landlock required' | host_file remote /etc/sallyport/agent.conf 644
host_stop remote /run/sshd.pid
host_daemon remote /run/sshd.pid "$WITHOUT" $EPERM landlock_create_ruleset \
	/usr/sbin/sshd -D -o PidFile=none -h /etc/ssh/ssh_host_ed25519_key
wait_for "$HOST_DEADLINE" 'sshd below a filter' host_listens remote 22
profile
fails 76 'agent on remote could not do what was asked; its log says more' 'Landlock is denied there'
matches 'verdict=failed .*confinement: a seccomp filter, of a container .* denies Landlock' \
	"$(vpn_log remote | tail -n 1)" 'the log of the agent says by what'

# --- the audit
for number in $EPERM $ENOSYS; do
	matches 'a seccomp filter, of a container.* \[landlock-needed\]' \
		"$(on remote "$WITHOUT" "$number" landlock_create_ruleset vpn-policy audit 2>&1 >/dev/null)" \
		"the audit says by what, with errno $number"
done
matches 'seccomp filters.*, by a seccomp filter' \
	"$(on remote "$WITHOUT" $EPERM seccomp vpn-policy audit 2>&1)" 'and of seccomp itself'
