#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-connect up --dry-run: it changes nothing, and what it prints is what `up` then does: the command
# lines and identities of what runs, the routes, the settings, the journal's order, and what is undone.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host, or not at all
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"
# shellcheck source=tests/lib/dry_run.sh
. "$SRC/tests/lib/dry_run.sh"

# --- pppd (a stand-in), whose words and ids are all settled but for the remote's
profile 'Address 10.9.0.1 10.9.0.2' 'Route 10.77.0.0/16' 'Accept 10.2.0.0/16'
agrees 'pppd' /usr/local/sbin/link_standin
matches '^  add      interface sp-office, MTU <from the remote> ' "$(<"$PRINTED")" 'pppd: the interface is told'
check 'pppd: down' connect down office
check 'and nothing is left' nothing_left
profile 'Strict no' 'Keepalive 40' 'Timeout 30' 'Port 22' 'IdentityFile /home/alice/.ssh/id_ed25519' 'Account slave'
agrees 'pppd, its addresses the remote'"'"'s' /usr/local/sbin/link_standin
check 'pppd, its addresses: down' connect down office

# --- where there are others, a gateway has less time
profile 'Host remote' 'Host other.example' 'Timeout 30'
agrees 'several gateways' /usr/local/sbin/link_standin
check 'several gateways: down' connect down office

# --- ppptun on both sides, and the second request
peer_of_both
OFFERED=fd00:2::/48
profile 'Ppp ppptun' 'Address 10.9.0.1 10.9.0.2' 'Address6 fd00:9::1 fd00:9::2' 'Route 10.77.0.0/16' \
	'Route fd00:77::/32' 'Accept fd00:2::/48' 'RemoteRoutes yes'
agrees 'ppptun' /usr/libexec/sallyport/ppptun "source $OFFERED"
matches '^           and `source PREFIX` for each offer that is taken$' "$(<"$PRINTED")" 'ppptun: what an offer adds is told'
dry
matches '^office: a supervisor is at work already' "$(<"$PRINTED")" 'of a link that is up it says so'
check 'ppptun: down' connect down office

# --- what is in the way is told, and so is what up would fail with before it connects
profile 'Route 198.51.100.0/24' 'Accept address 198.51.100.0/24'
changes_nothing 'a route that is there'
matches "^  fail     .*/office.conf:1: cannot add the route to 198\\.51\\.100\\.0/24: it is a route of this host" \
	"$(<"$PRINTED")" 'a route that is there: told'
matches "^  refuse   an offer of 198\\.51\\.100\\.0/24 .*: it is a route of this host" "$(<"$PRINTED")" \
	'an offer that would not be taken: told'
fails_dry()
{
	local status=0
	dry || status=$?
	same "$1" "$status" "$3: the exit status"
	matches "$2" "$(<"$PRINTED")" "$3: told"
}
profile 'RunAs nobodyhere'
fails_dry 78 'RunAs: there is no user nobodyhere' 'a user that does not exist'
profile 'Route 10.0.0.0'
fails_dry 78 'office.conf:1:' 'a profile that is wrong'
profile 'Pppd /usr/local/sbin/not-here'
fails_dry 71 '/usr/local/sbin/not-here' 'a pppd that is not there'
