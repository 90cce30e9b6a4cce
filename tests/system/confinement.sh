#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The confinement, proved from inside: the real agent behind a real sshd launches a probe in the
# place of pppd and of sshroute, and the probe tries all that must fail.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"
# shellcheck source=tests/lib/probe.sh
. "$SRC/tests/lib/probe.sh"

probe_hosts
ledger_begin remote

# --- the probe can tell: unconfined it has to fail, and in numbers
host_create loose
on loose install -m 0755 /src/build/tests/probe/probe /usr/sbin/pppd
probe_expect 0
host_file loose /usr/lib/sallyport-probe 644 <"$(host_root remote)/usr/lib/sallyport-probe"
loose=$(on loose timeout 120 /usr/sbin/pppd 2>&1)
check 'the probe can tell: unconfined it reports failures' \
	test "$(grep -c '^FAIL' <<<"$loose")" -gt 200
for line in 'setresuid to another' 'open /etc/shadow' 'every ioctl below' 'execve of a program' \
	'every socket' 'every prctl' 'every fcntl' 'unlink' 'capset of capability 0' 'clone with' \
	'memory mapped with access 7' 'what was written made executable' 'a datagram to a port' 'no message queue' 'every setsockopt'; do
	matches "^FAIL $line" "$loose" "the probe can tell: $line"
done

# --- in pppd's place
probe_as 'as root'
same 0 "$(sed -n 's/^fact uid //p' <<<"$PROBED")" 'as root: uid 0'
matches '^fact denied system calls tried [34][0-9]{2}$' "$PROBED" 'as root: hundreds of calls were tried'
on remote chmod 666 /dev/ppp
probe_conf 'LaunchAs account'
probe_as 'as the account'
same "$(on remote id -u slave)" "$(sed -n 's/^fact uid //p' <<<"$PROBED")" 'as the account: its uid'
on remote chmod 600 /dev/ppp
probe_conf 'Hooks yes'
probe_expect 1
probe_as 'with Hooks yes'
probe_conf ''
probe_expect 0

# --- entries that end the process, and Seccomp kill
probe_entry x32 pppd
probe_entry i386 pppd
probe_conf 'Seccomp kill'
probe_entry kill pppd
probe_conf ''

# --- in sshroute's place, with a session of alice's
vpn_standin remote
mkfifo "$WORLD/input"
vpn_ask pppd >"$WORLD/output" 2>&1 <"$WORLD/input" &
client=$!
exec 5>"$WORLD/input"
check 'a session for sshroute' wait_for 20 'the line' grep -q '^launched' "$WORLD/output"
PROBE_REQUEST=sshroute PROBE_PLACE=/usr/libexec/sallyport/sshroute
probe_as "in sshroute's place"
matches '^fact denied system calls tried [34][0-9]{2}$' "$PROBED" "in sshroute's place: hundreds of calls were tried"
probe_entry x32 sshroute
probe_entry i386 sshroute
exec 5>&-
wait "$client"

for row in kernel-x32 kernel-i386 kernel-tiocsti kernel-trace kernel-modules kernel-ids kernel-files \
	kernel-exec kernel-signals kernel-sockets kernel-datagrams kernel-options kernel-processes kernel-memory kernel-kill; do
	tried "$row"
done
ledger_end
