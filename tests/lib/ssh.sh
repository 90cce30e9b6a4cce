# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Accounts, keys and sshd for hosts of tests/lib/world.sh. All of it is files of the hosts.
#
#   host_account NAME USER [SHELL]     an account with a home, and "*" for a password
#   host_sshd NAME                     Debian's sshd and configuration, with what is in
#                                      its sshd_config.d; waits until it accepts
#   host_trust CLIENT SERVER           CLIENT knows the host key of SERVER
#   host_key CLIENT USER               makes USER's key there, prints the public half
#   host_authorize SERVER USER [LINE]  adds a line to authorized_keys, or standard input

# host_account NAME USER [SHELL]
#
# "!" for a password would make sshd without PAM refuse the account; "*" is only no password.
host_account()
{
	local name=$1 user=$2 shell=${3-/bin/bash} root id
	root=$(host_root "$name")
	id=$((1000 + $(grep -c ':/home/' "$root/etc/passwd")))
	echo "$user:x:$id:$id::/home/$user:$shell" >>"$root/etc/passwd"
	echo "$user:x:$id:" >>"$root/etc/group"
	echo "$user:*:19000:0:99999:7:::" >>"$root/etc/shadow"
	mkdir -p "$root/home/$user"
	chmod 755 "$root/home/$user"
	chown "$id:$id" "$root/home/$user"
}

host_sshd()
{
	local name=$1 root
	root=$(host_root "$name")
	if ! grep -q '^sshd:' "$root/etc/passwd"; then
		echo 'sshd:x:990:65534::/run/sshd:/usr/sbin/nologin' >>"$root/etc/passwd"
	fi
	mkdir -p "$root/run/sshd" "$root/etc/ssh/sshd_config.d"
	if [ ! -e "$root/etc/ssh/sshd_config" ]; then
		cp "$root/usr/share/openssh/sshd_config" "$root/etc/ssh/sshd_config"
	fi
	if [ ! -e "$root/etc/ssh/ssh_host_ed25519_key" ]; then
		on "$name" ssh-keygen -q -t ed25519 -N "" -C "$name" -f "/etc/ssh/ssh_host_ed25519_key"
	fi
	# Logins fail here that are meant to, one after the other from one address: sshd of Debian 13
	# would refuse the rest. Debian 12's does not know the keyword.
	if grep -q persourcepenalties "$root/usr/sbin/sshd"; then
		echo 'PerSourcePenalties no' >"$root/etc/ssh/sshd_config.d/50-world.conf"
	fi
	host_daemon "$name" /run/sshd.pid /usr/sbin/sshd -D -o PidFile=none \
		-h /etc/ssh/ssh_host_ed25519_key
	wait_for "$HOST_DEADLINE" "sshd on $name" host_listens "$name" 22 ||
		give_up "sshd on $name"
}

# host_listens NAME PORT: read from /proc/net/tcp, because a probing connection would be one
# that sshd counts and logs. State 0A is LISTEN.
host_listens()
{
	local port
	port=$(printf ':%04X' "$2")
	grep -Eq "^ *[0-9]+: [0-9A-F]+$port [0-9A-F:]+ 0A " \
		"/proc/${HOST_PID[$1]}/net/tcp" "/proc/${HOST_PID[$1]}/net/tcp6"
}

# The names of SERVER are those that CLIENT's /etc/hosts has for it.
host_trust()
{
	local client=$1 server=$2 root names
	root=$(host_root "$client")
	names=$(sed -n "s/^\([^ ]*\) $server\$/\1/p" "$root/etc/hosts" | paste -sd,)
	echo "$server,$names $(cut -d' ' -f1,2 "$(host_root "$server")/etc/ssh/ssh_host_ed25519_key.pub")" \
		>>"$root/etc/ssh/ssh_known_hosts"
	if [ "$SSH_CHOICE" = quick ] || [ -n "$LAB_GUEST" ]; then
		echo "KexAlgorithms curve25519-sha256" >"$root/etc/ssh/ssh_config.d/world.conf"
	fi
}

# Debian's first choice, sntrup761, takes nine tenths of the processor's time of a login, which is two
# seconds where the processor is emulated; its second choice is what most servers speak. A script that
# is about what ships says SSH_CHOICE=debian.
SSH_CHOICE=quick

host_key()
{
	local root home
	root=$(host_root "$1")
	home=/home/$2
	[ "$2" != root ] || home=/root
	mkdir -p "$root$home/.ssh"
	if [ ! -e "$root$home/.ssh/id_ed25519" ]; then
		on "$1" ssh-keygen -q -t ed25519 -N "" -C "$2@$1" -f "$home/.ssh/id_ed25519"
	fi
	chmod 700 "$root$home/.ssh"
	chown -R --reference="$root$home" "$root$home/.ssh"
	cat "$root$home/.ssh/id_ed25519.pub"
}

# authorized_keys is root's, so that the account cannot add to it; sshd takes that.
host_authorize()
{
	local root home
	root=$(host_root "$1")
	home=/home/$2
	[ "$2" != root ] || home=/root
	mkdir -p "$root$home/.ssh"
	if [ $# -gt 2 ]; then
		echo "$3"
	else
		cat
	fi >>"$root$home/.ssh/authorized_keys"
	chmod 755 "$root$home/.ssh"
	chmod 644 "$root$home/.ssh/authorized_keys"
}
