#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's hostile numbers, addresses and names: as a request, and as an administrator's
# mistake in policy, which has to end in no, with the file, line and column.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
vpn_standin remote
vpn_share_connection local alice
ledger_begin remote
policy=$(host_root remote)/etc/sallyport/peers/alice.conf
good=$(<"$policy")

# with ID PATTERN VERB LINE…: each in place of policy's line with that keyword, or after all.
with()
{
	local id=$1 pattern=$2 verb=$3 line keyword
	shift 3
	for line; do
		keyword=${line%% *}
		{
			grep -v -e "^$keyword " -e '^End$' <<<"$good"
			printf '%s\n' "$line" End
		} >"$policy"
		vpn_settle "$policy"
		attack_as "$id" "$line" "$pattern" vpn_ask "$verb"
		if [[ ${LEDGER_OUTCOME[$id]} = 'refused 78' ]]; then
			matches '^/etc/sallyport/peers/alice.conf:[0-9]+:[0-9]+$' \
				"$(ledger_record rule)" "$id: $line: the log says where"
		fi
	done
	printf '%s\n' "$good" >"$policy"
	vpn_settle "$policy"
}

for request in 'pppd 10.9.0.9:10.9.0.8:7' 'pppd ready=4294967295' 'sshroute -1' 'status 0' \
	'pppd unit=-1' '#-1' 'pppd ready=-1'; do
	attack_as number-request "$request" . vpn_ask "$request"
done
with number-range . status 'Mru -1' 'Mru 0' 'Mru 4294967295' 'Mru 4294967320' 'Mru +1500' \
	'Mru 01500' 'Mru 0x5dc' 'Mru 1e3' 'Mru 295' 'Mru 16385' 'Mru 1500 1500' 'Mru 1500.0' \
	'Sessions 0' 'Sessions -1' 'Sessions 9' 'Sessions 4294967297' 'Sessions 18446744073709551617'
with prefix-length . sshroute 'Route 0.0.0.0/0' 'Route 128.0.0.0/1' 'Route 192.0.2.0/33' \
	'Route 192.0.2.0/-1' 'Route 192.0.2.0/032' 'Route 192.0.2.0/+8' 'Route 192.0.2.0/4294967320' \
	'Route 192.0.2.0' 'Route 192.0.2.0/' 'Route 192.0.2.0/24/24' 'Route 2001:db8::/129' 'Route ::/0' \
	'From 192.0.2.0/33' 'From 192.0.2.0/ 24' 'Offer 0.0.0.0/0'
with prefix-halves 'default route' sshroute 'Route 0.0.0.0/1 128.0.0.0/1'
with prefix-host-bits 'host bits|bits' sshroute 'Route 192.0.2.1/24' 'From 198.51.100.7/24' \
	'Route 2001:db8::1/32' 'Offer 10.2.3.4/16'
with address-form . pppd 'Address 010.9.0.2 10.9.0.1' 'Address 10.9.2 10.9.0.1' \
	'Address 0x0a.9.0.2 10.9.0.1' 'Address 167837953 10.9.0.1' 'Address 10.9.0.256 10.9.0.1' \
	'Address 10.9.0.2' 'Address 10.9.0.2 10.9.0.1 10.9.0.3' 'Address 10.9.0.2,10.9.0.1' \
	'Address ::ffff:10.9.0.2 10.9.0.1' 'Address6 ::ffff:10.0.0.1 fd00:9::1' \
	'Address6 fd00:9::2%lo fd00:9::1' 'Address6 fd00:9::2 fe80::1%eth0' 'Address 10.9.0.2 10.9.0.1.' \
	'From ::ffff:198.51.100.0/120' 'Address 10.9.0.2 example.com'
with address-special . pppd 'Address 0.0.0.0 10.9.0.1' 'Address 127.0.0.1 10.9.0.1' \
	'Address 224.0.0.1 10.9.0.1' 'Address 255.255.255.255 10.9.0.1' 'Address 10.9.0.1 10.9.0.1' \
	'Address6 ::1 fd00:9::1' 'Address6 fe80::2 fe80::1' 'Address6 ff02::1 fd00:9::1' 'Address6 fd00:9:: fd00:9::1'
with route-special . sshroute 'Route 127.0.0.0/8' 'Route 127.0.0.1/32' 'Route 169.254.169.254/32' \
	'Route 224.0.0.0/4' 'Route 64.0.0.0/2' 'Route fe80::/64' 'Route ::1/128' 'Route ff00::/8'
with route-pair 'of the link itself' sshroute 'Route 10.9.0.0/24' 'Route 10.9.0.1/32' 'Route 10.0.0.0/8'
with interface-name . pppd 'Interface aaaaaaaaaaaaaaaa' 'Interface a/b' 'Interface a%db' \
	'Interface a:b' 'Interface .' 'Interface ..' 'Interface all' 'Interface default' 'Interface -a' \
	'Interface a b' $'Interface a\tb c'
with time-form . status 'Expires tomorrow' 'Expires 1999-12-31T23:59:59Z' 'Expires 2027-01-31' \
	'Expires 2027-01-31T00:00:00+01:00' 'Expires 2027-02-30T00:00:00Z' 'Expires 2027-01-31T24:00:00Z' \
	'Expires 0' 'Expires -1' 'Begins 99999-01-01T00:00:00Z'
with route-client 'covers the address the client comes from' sshroute 'Route 198.51.100.0/29'
with route-server "covers the server's own address" sshroute 'Route 198.51.100.1/32'

# --- what no login can tell: two peers at once
# found ID RULE LINE…: bob's file, with the line in place of its own, beside alice's.
bob_key=$(on remote sh -c "ssh-keygen -q -t ed25519 -N '' -f /root/bob && cut -d' ' -f1,2 /root/bob.pub")
found()
{
	local id=$1 rule=$2 line keyword said
	shift 2
	tried "$id"
	for line; do
		keyword=${line%% *}
		{
			printf '%s\n' "Key $bob_key" 'From 203.0.113.0/24' 'Allow pppd sshroute' \
				'Address 10.9.1.2 10.9.1.1' 'Route 203.0.112.0/24' 'Interface sp-bob' |
				grep -v "^$keyword "
			echo "$line"
		} | host_file remote /etc/sallyport/peers/bob.conf
		said=$(on remote vpn-policy check 2>&1)
		matches "/bob.conf:.*\\[$rule\\]\$|/alice.conf:.*bob.*\\[$rule\\]\$" "$said" "$id: $line"
	done
}
found route-other-peer route-covers-peer 'Route 10.9.0.0/24' 'Route 10.9.0.1/32'
found route-other-peer route-overlap 'Route 192.0.2.128/25' 'Route 192.0.0.0/16'
found address-twice address-shared 'Address 10.9.1.2 10.9.0.1' 'Address 10.9.0.1 10.9.0.2'
found address-twice key-shared "Key $(grep -o 'ssh-ed25519 [^ ]*' <<<"$good")"
found address-twice interface-shared 'Interface sp-alice'
on remote rm /etc/sallyport/peers/bob.conf
said=$(on remote vpn-policy check 2>&1)
same 0 "$?" 'without bob the check finds no error'
note "$said"
ledger_end
