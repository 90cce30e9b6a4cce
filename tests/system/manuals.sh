#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What the manuals show as printed by a program is what it prints.
# shellcheck disable=SC2016 # what is in single quotes is a manual's
# shellcheck source=tests/lib/session.sh
. "$SRC/tests/lib/session.sh"

# example MANUAL BEGINNING: the example there whose first line begins like that.
example()
{
	awk -v beginning="$2" '/^\.Ed/ { inside = 0 }
		/^\.Bd -literal/ { getline; inside = index($0, beginning) == 1 }
		inside' "$SRC/$1"
}

# shows MANUAL BEGINNING PRINTED NAME: the example is what was printed.
shows()
{
	same "$(session_normalise <<<"$3" | sed 's/ *$//')" "$(example "$1" "$2" | session_normalise)" "$4"
}

host_create vpn.example.org gate.example.org laptop
host_wire vpn.example.org 203.0.113.2/24 laptop 203.0.113.7/24
host_wire gate.example.org 198.51.100.1/24 laptop 198.51.100.7/24
vpn_remote vpn.example.org
host_sshd gate.example.org
vpn_local laptop
host_account laptop alice
key=$(host_key laptop alice)
uid=$(on laptop id -u alice)
host_trust laptop vpn.example.org
on laptop rm -f /dev/ppp
printf '%s\n' "Key $key" 'Allow pppd sshroute' 'Address 10.9.0.2 10.9.0.1' 'Offer 10.2.0.0/16' 'Reach any' \
	'Route 192.0.2.0/24 198.51.100.0/24' | vpn_peer vpn.example.org alice
vpn_authorize vpn.example.org

# --- vpn-connect(8): a profile, and what becomes of it
manual=local/vpn-connect.8 session='# cat /etc/sallyport/connect/office.conf' held='$ ip route show proto 85' rules="$ ip rule show | grep 'proto 86'"
printed=$(example $manual "$session" | sed '/^End$/q')
sed 1d <<<"$printed" | vpn_profile laptop office
# This host has no PPP in its kernel.
printed+=$'\n'$(session_type vpn-connect check office | sed 's/; ppptun; /; ppptun, or pppd if the remote has no ppptun; /')
printed+=$'\n'$(session_type vpn-connect up office)
shows $manual "$held" "$held"$'\n'"$(on laptop ip route show proto 85)" 'vpn-connect(8): a route that holds back'
printed+=$'\n'$(session_type vpn-connect down office)
shows $manual "$session" "$printed" 'vpn-connect(8): the session'

# --- with a default route; and over that link sshroute(8)
printf '%s\n' 'Host vpn.example.org' 'RunAs alice' 'Accept address' 'Route default' 'RemoteRoutes no' | vpn_profile laptop office
check 'up with Route default' on laptop vpn-connect up --quiet office
shows $manual "$rules" "$rules
$(on laptop sh -c "${rules#$ }" | sed "s/$uid-$uid /1000-1000 /; s/:\t/: /")" \
	'vpn-connect(8): the rules of a default route'
shows agent/sshroute.8 'sallyport/1 routes' "$(on -u alice laptop ssh -T -o BatchMode=yes slave@vpn.example.org sshroute)" \
	'sshroute(8): its answer'
check 'down' on laptop vpn-connect down --quiet office

# --- diagnose, of a host that alice does not know
printf '%s\n' 'Host gate.example.org' 'RunAs alice' 'Address 10.9.0.1 10.9.0.2' | vpn_profile laptop office
printed=$(on laptop vpn-connect diagnose office |
	sed -n -E -e 's/  [0-9.]+ ms$/  0.4 ms/' -e 's/^(skipped ([^,]*, ){3}).*/\1.../' -e '/^ok +tcp/p' -e '/^failed/,/^skipped/p')
shows $manual 'ok      tcp' "$printed" 'vpn-connect(8): diagnose'

# --- vpn-policy(8): diff
mkdir "$WORLD/old" "$WORLD/new"
for there in old new; do
	printf '%s\n' "Key $key" 'Allow pppd sshroute' 'Address 10.9.0.2 10.9.0.1' >"$WORLD/$there/alice.conf"
done
printf '%s\n' 'Route 192.0.2.0/25' End >>"$WORLD/old/alice.conf"
printf '%s\n' 'From 198.51.100.0/24' 'Route 192.0.2.0/24' End >>"$WORLD/new/alice.conf"
shows policy/tool/vpn-policy.8.in 'peer alice' "$("$BUILD/vpn-policy" diff --kind peer --trust any "$WORLD/old" "$WORLD/new")" \
	'vpn-policy(8): diff'

# --- what they give to nft(8)
check 'policy.conf(5): the rules for a peer' \
	on laptop nft -c -f - < <(example policy/language/policy.conf.5.in 'table inet sallyport')
check 'vpn-connect(8): the rules of a remote that forwards' on laptop sh -eu < <(example $manual 'sysctl net.ipv4.ip_forward')
