#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: what vpn-policy explain says is what the agent does. Both are asked about the same
# generated cases; what the agent launches is a program that says what it got. A case that they
# differ in is printed, and the seed of all.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly CASES=4000
host_create remote
vpn_remote remote
for place in /usr/sbin/pppd /usr/libexec/sallyport/sshroute /usr/libexec/sallyport/ppptun; do
	on remote install -m 0755 /src/build/tests/system/dump "$place"
done
on remote sh -c 'rm -f /dev/ppp; mknod -m 666 /dev/ppp c 1 3'

if on remote /usr/bin/python3 /src/tests/system/agreement.py /src/policy/language/keywords.def "$CASES"; then
	pass "explain and the agent agree in $CASES cases"
else
	fail "explain and the agent agree in $CASES cases"
fi
