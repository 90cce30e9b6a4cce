#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: what tests/system/dry-run.sh says, with Debian's pppd and a kernel whose PPP is a module that
# nobody has loaded yet: neither check nor --dry-run loads it, and up does.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"
# shellcheck source=tests/lib/dry_run.sh
. "$SRC/tests/lib/dry_run.sh"

profile 'Address 10.9.0.1 10.9.0.2' 'Address6 fd00:9::1 fd00:9::2' 'Route 10.77.0.0/16' 'Accept 10.2.0.0/16' \
	'Pppd /usr/sbin/pppd' 'Ppp pppd' 'RemoteRoutes no'
peer <<-END
	Allow    pppd sshroute
	Ppp      ppptun
	Address  10.9.0.2 10.9.0.1
	Address6 fd00:9::2 fd00:9::1
	Offer    10.2.0.0/16
END

no_ppp()
{
	! grep -q '^ppp_' /proc/modules
}
for module in ppp_async ppp_generic; do
	busybox rmmod "$module" || give_up "without $module"
done
check 'the kernel has no PPP yet' no_ppp
said=$(on local vpn-connect check office 2>&1)
matches '^office: ok: .*; pppd; sp-office$' "$said" 'without a list of modules: check does not say no'
matches 'warning: whether this kernel has PPP cannot be told' "$said" 'but that it does not know'
# The host has none of its own: what loads them is outside.
modules=/lib/modules/$(uname -r)
on local mkdir -p "$modules"
cp "$modules"/modules.dep "$modules"/modules.builtin "$(host_root local)$modules/" || give_up 'the lists of modules'
same 'office: ok: alice reaches remote with /home/alice/.ssh/id_ed25519; pppd; sp-office' \
	"$(on local vpn-connect check office 2>&1)" 'with one, check says that it could load it'
check 'check has not loaded it' no_ppp
agrees 'pppd of Debian' /usr/sbin/pppd
check_not 'up has loaded it' no_ppp
check 'down' connect down office
check 'and nothing is left' nothing_left
