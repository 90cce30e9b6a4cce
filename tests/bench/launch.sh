#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make bench-launch`: what the agent costs a login, beside sudo and doas; see tests/bench/launch.c.
# ROUNDS is the first argument.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly ROUNDS=${1-300} COUNTS='1 1000 100000'

host_create remote
vpn_remote remote
on remote ssh-keygen -q -t ed25519 -N '' -f /root/key
key=$(cut -d' ' -f1,2 "$(host_root remote)/root/key.pub")
root=$(host_root remote)

# The peers beside us, as Debian has them, with one rule each.
cp -a "$BUILD/lab/bench/." "$root/"
chown -R root: "$root/usr/bin/doas" "$root/usr/bin/sudo" "$root/etc/sudoers" "$root/usr/libexec/sudo"
chmod 4755 "$root/usr/bin/doas" "$root/usr/bin/sudo"
echo 'permit nopass slave as root cmd /usr/sbin/pppd' >"$root/etc/doas.conf"
echo 'slave ALL=(root) NOPASSWD: /usr/sbin/pppd' >"$root/etc/sudoers"
chmod 440 "$root/etc/doas.conf" "$root/etc/sudoers"

on remote sh -c 'rm -f /dev/ppp; mknod -m 600 /dev/ppp c 1 3'
for count in $COUNTS; do
	on remote install -d -m 0755 "/etc/sallyport/peers-$count"
	on remote /src/build/tests/bench/peers "/etc/sallyport/peers-$count" "$count" "$key"
done
on remote rmdir /etc/sallyport/peers
# What sshd tells of the key that it accepted (ExposeAuthInfo).
echo "publickey $key" >"$root/tmp/sshauth.bench"
on remote chown slave: /tmp/sshauth.bench
on remote chmod 600 /tmp/sshauth.bench

# measure PROGRAM WHAT: with the program in pppd's place.
measure()
{
	echo "target: $2"
	on remote install -m 0755 "/src/build/tests/bench/$1" /usr/sbin/pppd
	# shellcheck disable=SC2086 # a list of numbers
	on remote /src/build/tests/bench/launch "$ROUNDS" p000000 "$(on remote id -u slave)" \
		"$(on remote id -g slave)" $COUNTS 18>&- || give_up 'the benchmark ended early'
	echo
}

ppp()
{
	echo "Ppp $1" | host_file remote /etc/sallyport/agent.conf 644
}

ppp pppd
measure first 'static, without a C library; to its very first instruction'
measure first_dynamic 'dynamically linked, as pppd is; to the first instruction of main()'
ppp auto
measure first 'static, and the kernel is asked for its PPP first (Ppp auto, a client without ppptun)'
pass 'every launch reached its target'
