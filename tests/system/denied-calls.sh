#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Newer system calls that a service manager or a container answers with an error, as systemd does
# openat2(2) under RestrictSUIDSGID=yes: nothing of ours fails for that, and what is done in their
# place is as careful.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

on local install -m 0755 /src/build/tests/system/without /usr/local/sbin/without
for answer in ENOSYS EPERM; do
	for call in openat2 close_range openat2,close_range; do
		name="$call answers $answer"
		check "$name: up" on local without "$answer" "$call" vpn-connect up --once office
		ssh=$(vpn_pid ssh) pppd=$(vpn_pid pppd)
		same '0 1 2 3' "$(descriptors "$pppd" | paste -sd' ')" "$name: pppd inherits three descriptors"
		lacks '/run/sallyport/connect/office/(lock|journal)' \
			"$(on local sh -c "readlink /proc/$ssh/fd/*")" "$name: ssh has neither lock nor journal"
		same '700 alice' "$(on local stat -c '%a %U' /run/sallyport/connect/office/control)" \
			"$name: the directory of the control socket is RunAs alone"
		check "$name: down" on local without "$answer" "$call" vpn-connect down office
		check "$name: nothing is left" wait_for "$HOST_DEADLINE" 'the end' nothing_left
	done
done

# --- what RunAs puts into the directory is taken away, but not what it leads to
for answer in ENOSYS EPERM; do
	check "openat2 answers $answer: up before mischief" on local without "$answer" openat2 \
		vpn-connect up --once --quiet office
	on local sh -c 'mkdir -p /tmp/kept/below && : >/tmp/kept/file && chown -R alice /tmp/kept'
	on -u alice local sh -c 'cd /run/sallyport/connect/office/control && mkdir -p a/b/c &&
		ln -s /tmp/kept link && ln -s /tmp/kept a/link && : >a/b/file'
	on local sh -c 'cd /run/sallyport/connect/office/control && mkdir mounted a/mounted &&
		mount --bind /tmp/kept mounted && mount --bind /tmp/kept a/mounted'
	on local without "$answer" openat2 vpn-connect down --quiet office
	check "openat2 answers $answer: what it leads to stays" on local test -e /tmp/kept/file -a -e /tmp/kept/below
	same alice "$(on local stat -c %U /tmp/kept)" "openat2 answers $answer: and stays its owner's"
	on local sh -c 'find /run/sallyport -name mounted -exec umount {} \;; rm -r /tmp/kept'
	await_slot >/dev/null
	check "openat2 answers $answer: the next run sweeps the rest" on local without "$answer" openat2 \
		vpn-connect up --once --quiet office
	check "openat2 answers $answer: and goes down" on local without "$answer" openat2 vpn-connect down office
	check "openat2 answers $answer: nothing is left" wait_for "$HOST_DEADLINE" 'the end' nothing_left
done

# --- the other side, from sshd on
remote_descriptors()
{
	on remote ls "/proc/$(vpn_launched remote)/fd" | sort -n | paste -sd' '
}
connect up --once --quiet office
inherited=$(remote_descriptors)
connect down --quiet office
on remote install -m 0755 /src/build/tests/system/without /usr/local/sbin/without
for answer in ENOSYS EPERM; do
	host_stop remote /run/sshd.pid
	host_daemon remote /run/sshd.pid without "$answer" openat2,close_range /usr/sbin/sshd -D \
		-o PidFile=none -h /etc/ssh/ssh_host_ed25519_key
	wait_for "$HOST_DEADLINE" 'sshd' host_listens remote 22 || give_up "sshd where $answer is answered"
	check "there, $answer: up" connect up --once office
	same '' "$(comm -13 <(tr ' ' '\n' <<<"$inherited" | sort) <(remote_descriptors | tr ' ' '\n' | sort))" \
		"there, $answer: pppd inherits nothing more"
	check "there, $answer: down" connect down office
	check "there, $answer: nothing is left" wait_for "$HOST_DEADLINE" 'the end' nothing_left
done

# --- audit sees the same
expected=$(on remote vpn-policy audit 2>&1)
matches 'audit|account|error|warning' "$expected" 'audit has something to say'
for answer in ENOSYS EPERM; do
	same "$expected" "$(on remote without "$answer" openat2,close_range vpn-policy audit 2>&1)" \
		"audit says the same where openat2 answers $answer"
done
