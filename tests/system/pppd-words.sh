#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: a pppd that was built without multilink or IPv6, as upstream's configure can, is launched
# with no word that it does not know, on either side; and where the link is to have IPv6, the record
# says what is missing. What stands in its place looks at its words as such a pppd does.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
vpn_standin remote
on remote install -m 0755 /src/build/tests/system/pppd_plain /usr/sbin/pppd
root=$(host_root remote)

# argv_of HOST PROGRAM: the words of the process that runs there.
argv_of()
{
	local pid
	pid=$(vpn_launched "$1" "$2") && on "$1" sh -c "tr '\\0' ' ' </proc/$pid/cmdline"
}

mkfifo "$WORLD/input"
vpn_ask pppd >"$WORLD/output" 2>&1 <"$WORLD/input" &
client=$!
exec 5>"$WORLD/input"
check 'it takes the words of the plan' wait_for 20 'its line' grep -q '^launched' "$WORLD/output"
matches '^/usr/sbin/pppd notty .* 10.9.0.2:10.9.0.1 mru 1500 ' "$(argv_of remote /usr/sbin/pppd)" \
	'which says no less than before'
exec 5>&-
wait "$client"
matches 'program=/usr/sbin/pppd .*uid=0 ' "$(vpn_log remote | tail -n 1)" \
	'as root, for the account may not open the device'
chmod 666 "$root/dev/ppp"
check 'as the account it takes them as well' vpn_ask pppd
matches "program=/usr/sbin/pppd .*uid=$(on remote id -u slave) " "$(vpn_log remote | tail -n 1)" \
	'for it says that it can do with the capability'

# --- a link with IPv6 is not made without it
sed -i '1i Address6 fd00:9::2 fd00:9::1' "$root/etc/sallyport/peers/alice.conf"
check_exit 71 'with Address6 it is refused' vpn_ask pppd
matches 'reason="/usr/sbin/pppd was built without IPv6' "$(vpn_log remote | tail -n 1)" \
	'for what it is'
on remote install -m 0755 /src/build/tests/system/standin /usr/sbin/pppd
check 'one that tells nothing of itself gets all words' vpn_ask pppd
sed -i '/^Address6/d' "$root/etc/sallyport/peers/alice.conf"

# --- the launching side: what is called otherwise needs no PPP of the kernel
vpn_local local
on local install -m 0755 /src/build/tests/system/pppd_plain /usr/sbin/plain
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Address  10.9.0.1 10.9.0.2
	Ppp      pppd
	Pppd     /usr/sbin/plain
	Timeout  20
END
# Its words are taken, after which it finds no line to read from, and ends.
check_not 'it makes no link on this side' on local vpn-connect up --once office
matches '\["launched"\]' "$(on local vpn-connect up --once office 2>&1)" 'but takes the words of the plan'
# --- one from before 2.4.9 does not know how to save echoes
on local install -m 0755 /src/build/tests/system/pppd_plain /usr/sbin/older
sed -i 's|^Pppd .*|Pppd /usr/sbin/older|' "$(host_root local)/etc/sallyport/connect/office.conf"
vpn_settle "$(host_root local)/etc/sallyport/connect/office.conf"
matches '\["launched"\]' "$(on local vpn-connect up --once office 2>&1)" 'nor is an older one told more than it knows'
