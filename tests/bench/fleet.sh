#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make bench-fleet`: how long a login of one among many peers takes, by each way in which sshd can find its key, and
# how long authorized_keys takes to write. ROUNDS is the first argument. Each way is a login for `status`, from the
# start of ssh to its end, between two hosts of namespaces; medians, in milliseconds, of fewer rounds where one takes
# long. The peer that logs in is the last in authorized_keys.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly ROUNDS=${1-11} COUNTS='1 500 5000' ENOUGH_US=30000000

vpn_one_peer
root=$(host_root remote)
conf=$root/etc/ssh/sshd_config.d/sallyport.conf
home=$(host_root local)/home/alice
ssh-keygen -q -t ed25519 -N '' -f "$WORLD/ca"
vpn_add "$root/etc/sallyport/agent.conf" "Authority $(cut -d' ' -f1,2 "$WORLD/ca.pub")"
vpn_add "$root/etc/sallyport/peers/alice.conf" 'Certificate yes'
# Its name comes after those of all others, so that sshd reads the whole file.
sed -e 's/^\(Address\|Route\|Offer\).*//' -e 's/^Allow.*/Allow status/' "$root/etc/sallyport/peers/alice.conf" \
	>"$root/etc/sallyport/peers/zoe.conf"
rm "$root/etc/sallyport/peers/alice.conf"
cp "$home/.ssh/id_ed25519.pub" "$WORLD/key.pub"
ssh-keygen -q -s "$WORLD/ca" -I zoe -n zoe "$WORLD/key.pub"

# by_command yes|no: what sshd asks.
by_command()
{
	cp "$WORLD/fragment" "$conf"
	[ "$1" = no ] || sed -i -e '/^\tAuthorizedKeysFile/d' -e '/^\tAuthorizedKeysCommand none/d' \
		-e 's/^\t#\(AuthorizedKeys\)/\t\1/' "$conf"
	host_stop remote /run/sshd.pid
	host_sshd remote
}
cp "$conf" "$WORLD/fragment"

# logins: the median of ROUNDS, or "-" when one is not let in, or not by what CERTIFIED says.
logins()
{
	local round begin took=() sum=0 by='reason="status is in Allow"'
	[ "$CERTIFIED" = no ] || by='in Allow, certificate'
	for ((round = 0; round < ROUNDS && sum < ENOUGH_US; round++)); do
		begin=$EPOCHREALTIME
		[ "$(vpn_ask status 2>&1)" = 'sallyport/1 status peer=zoe sessions=0/1' ] || { echo - && return; }
		took+=($((${EPOCHREALTIME/./} - ${begin/./})))
		sum=$((sum + took[round]))
	done
	[[ $(vpn_log remote | grep verdict= | tail -n 1) = *"$by"* ]] || { echo - && return; }
	printf '%s\n' "${took[@]}" | sort -n | sed -n "$((round / 2 + 1))p" | awk '{ printf "%.0f ms\n", $1 / 1000 }'
}
# Named, it is offered before the key itself.
certified()
{
	CERTIFIED=$1
	rm -f "$home/.ssh/config"
	[ "$1" = no ] || echo 'CertificateFile ~/.ssh/certificate.pub' | host_file local /home/alice/.ssh/config
}
install -m 0644 "$WORLD/key-cert.pub" "$home/.ssh/certificate.pub"

row()
{
	printf '| %s |' "$1"
	printf ' %s |' "${@:2}"
	echo
}
file=() cert_file=() command=() indexed=() cert_command=() writing=()
for count in $COUNTS; do
	[ "$count" = 1 ] || on remote /src/build/tests/bench/peers /etc/sallyport/peers "$((count - 1))" >/dev/null ||
		give_up "$count peers"
	# The generator names keys by fingerprints; a line wants the key, and a certificate the word.
	# shellcheck disable=SC2016 # perl's
	on remote sh -c 'find /etc/sallyport/peers -name "p*.conf" -print0 | xargs -0 -r perl -MMIME::Base64 -MDigest::SHA=sha256 -i -pe '"'"'
		s/^Key +SHA256:.*/"Key ssh-ed25519 ".encode_base64(pack("N\/a*N\/a*","ssh-ed25519",sha256($ARGV)),"")."\nCertificate yes"/e'"'"
	on remote sh -c 'find /etc/sallyport/peers -name "*.conf" -exec touch -d "1 minute ago" {} +'
	certified no
	by_command no
	begin=$EPOCHREALTIME
	vpn_authorize remote
	writing+=("$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000)) ms, $(($(stat -c %s "$root/etc/sallyport/authorized_keys") / 1024)) KB")
	file+=("$(logins)")
	certified yes
	cert_file+=("$(logins)")
	rm "$root/etc/sallyport/authorized_keys"
	by_command yes
	cert_command+=("$(logins)")
	certified no
	rm -f "$root/etc/sallyport/keys.index"
	command+=("$(logins)")
	on remote vpn-policy authorized-keys --index
	on remote chgrp slave /etc/sallyport/keys.index
	indexed+=("$(logins)")
done
# shellcheck disable=SC2046,SC2086 # words
row '' $(printf '%s_peers\n' $COUNTS) | sed -e 's/ 1_peers/ 1 peer/' -e 's/_/ /g'
# shellcheck disable=SC2046,SC2086 # words
row --- $(printf -- '---\n%.0s' $COUNTS)
row 'a key, by authorized_keys' "${file[@]}"
row 'a certificate, by authorized_keys' "${cert_file[@]}"
row 'a key, by AuthorizedKeysCommand' "${command[@]}"
row 'a key, by that with an index' "${indexed[@]}"
row 'a certificate, by AuthorizedKeysCommand' "${cert_command[@]}"
row 'writing authorized_keys, and its size' "${writing[@]}"
same '' "$(printf '%s\n' "${file[@]}" "${cert_file[@]}" "${command[@]}" "${indexed[@]}" "${cert_command[@]}" | grep -x -e -)" \
	'every login was let in'
