#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make bench-policy`: what many peers cost vpn-policy; see tests/bench/policy.c. ROUNDS is the
# first argument. Files are trusted as on a real host: root's, under directories of root's.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly ROUNDS=${1-7} COUNTS='1000 10000 100000'

host_create remote
on remote ssh-keygen -q -t ed25519 -N '' -f /root/key
on remote ssh-keygen -q -t ed25519 -N '' -f /root/stranger
key=$(cut -d' ' -f1,2 "$(host_root remote)/root/key.pub")
stranger=$(cut -d' ' -f2 "$(host_root remote)/root/stranger.pub")
on remote install -m 0755 /src/build/vpn-policy /usr/sbin/
for count in $COUNTS; do
	on remote install -d "/bench/$count/etc/sallyport/peers"
	host_file remote "/bench/$count/etc/sallyport/agent.conf" 644 <<<End
	on remote /src/build/tests/bench/peers "/bench/$count/etc/sallyport/peers" "$count" "$key" ||
		give_up "$count peers"
done
# shellcheck disable=SC2086 # a list of numbers
check 'check is as quick and small as it is asked to be' on remote \
	/src/build/tests/bench/policy "$ROUNDS" "${key#* }" "$stranger" $COUNTS
cat "$CHECK_OUTPUT"
