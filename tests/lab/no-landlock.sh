#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A kernel without Landlock: nothing is launched as root on it, because Landlock is what stands
# between uid 0 and the files that it owns.
#
# append: lsm=lockdown,yama,apparmor
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
host_account local alice
host_trust local remote
vpn_peer remote alice <<-END
	Key      $(host_key local alice | cut -d' ' -f1,2)
	Allow    pppd sshroute status
	Address  10.9.0.2 10.9.0.1
END
vpn_authorize remote

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
