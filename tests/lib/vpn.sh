# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Sallyport on hosts of tests/lib/world.sh, installed by the steps that README.md gives an
# administrator.
#
#   vpn_remote NAME                the account, `make install-remote`, sshd, syslog
#   vpn_peer NAME PEER <LINES      writes the peer's policy file
#   vpn_authorize NAME             authorized_keys from all policy files
#   vpn_local NAME                 `make install-local`, syslog
#   vpn_profile NAME PROFILE <LINES
#   vpn_add FILE LINE…             adds lines to a policy file, in front of its End
#   vpn_settle FILE…               as if they had been there for a while, so that no login waits
#   vpn_lock_peers NAME            nobody else changes the peers there, until vpn_unlock_peers
#   vpn_standin NAME               a program that only waits in pppd's place, and a /dev/ppp
#   vpn_another_peer               bob, beside vpn_one_peer's alice
#   vpn_pid PART                   prints the process id of the supervisor, ssh, … of "office" on local
#   vpn_is_down                    whether "office" on local has no journal
#   vpn_log NAME                   prints the agent's log records
#   vpn_log_since NAME LINES       prints how many there are beyond so many
#   vpn_launched NAME [PROGRAM]    prints the process id of the pppd (or stand-in) that runs
#   vpn_idle NAME [PROGRAM]        whether none runs
#   vpn_locks NAME                 prints the locks of the sessions that run, nothing and 1 if none does
#   vpn_free NAME                  whether no session runs
#   vpn_stand_still COUNT          prints how many single datagrams get no answer by themselves
#   vpn_one_peer, vpn_ask REQUEST…  a peer to attack with
# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"
# shellcheck source=tests/lib/ssh.sh
. "$SRC/tests/lib/ssh.sh"

vpn_remote()
{
	on "$1" useradd --system --user-group --no-create-home --home-dir / \
		--shell /usr/libexec/sallyport/vpn-agent --password '*' slave 2>/dev/null ||
		give_up "the account on $1"
	on "$1" make -s -C /src install-remote >/dev/null || give_up "make install-remote on $1"
	vpn_syslog "$1"
	host_sshd "$1"
}

# As vpn-policy does it while it changes a peer: edit/lock.h.
vpn_lock_peers()
{
	mkfifo "$WORLD/unlock"
	# shellcheck disable=SC2016 # perl's
	on "$1" perl -e 'use Fcntl; open(my $f, ">", "/etc/sallyport/.peers.sallyport-lock") or die; chmod 0600, $f;
		my $lock = pack("ssx4qqix4", 1, 0, 0, 0, 0);
		fcntl($f, F_SETLK, $lock) or die "lock: $!"; $| = 1; print "held\n";
		<STDIN>; unlink "/etc/sallyport/.peers.sallyport-lock"' <"$WORLD/unlock" >"$WORLD/locked" &
	LOCKER=$!
	exec {UNLOCK}>"$WORLD/unlock"
	wait_for "$HOST_DEADLINE" 'the lock' grep -q held "$WORLD/locked"
}

vpn_unlock_peers()
{
	echo >&"$UNLOCK"
	exec {UNLOCK}>&-
	wait "$LOCKER"
	rm "$WORLD/unlock"
}

vpn_syslog()
{
	[ -e "$(host_root "$1")/run/syslogd.pid" ] || host_syslog "$1"
}

vpn_peer()
{
	host_file "$1" "/etc/sallyport/peers/$2.conf" 644
}

vpn_authorize()
{
	on "$1" vpn-policy authorized-keys --write /etc/sallyport/authorized_keys ||
		give_up "authorized_keys on $1"
}

vpn_local()
{
	on "$1" make -s -C /src install-local >/dev/null || give_up "make install-local on $1"
	vpn_syslog "$1"
}

vpn_profile()
{
	host_file "$1" "/etc/sallyport/connect/$2.conf" 640
}

vpn_add()
{
	local file=$1
	shift
	sed -i '/^End$/d' "$file"
	printf '%s\n' "$@" End >>"$file"
	vpn_settle "$file"
}

vpn_settle()
{
	touch -d "$HOST_SETTLED" "$@"
}

# The device is the null device: opening it is all that the agent does to it.
vpn_standin()
{
	on "$1" install -m 0755 /src/build/tests/system/standin /usr/sbin/pppd
	on "$1" sh -c 'rm -f /dev/ppp; mknod -m 600 /dev/ppp c 1 3'
}

vpn_log()
{
	host_log "$1" | grep -E ' vpn-agent\[[0-9]+\]: ' || true
}

# vpn_log_since NAME LINES: how many records the log has beyond so many. The client may have its
# answer before the log daemon has written: waits for the first.
vpn_log_since()
{
	wait_for "$HOST_DEADLINE" 'a record' vpn_log_beyond "$1" "$2" >/dev/null
	echo $(($(vpn_log "$1" | wc -l) - $2))
}

vpn_log_beyond()
{
	[ "$(vpn_log "$1" | wc -l)" -gt "$2" ]
}

# vpn_allowed NAME COUNT: whether the log has so many verdicts that allow.
vpn_allowed()
{
	[ "$(vpn_log "$1" | grep -c verdict=allow)" = "$2" ]
}

# vpn_stand_still COUNT: sends so many datagrams from local over the link to 10.9.0.2, each when the
# one before is answered.
vpn_stand_still()
{
	# shellcheck disable=SC2016 # perl's
	on remote perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(LocalHost => "10.9.0.2", LocalPort => 7, Proto => "udp") or die $@;
		while (defined $s->recv(my $x, 64)) { last if $x eq "end"; $s->send($x) }' &
	wait_for "$HOST_DEADLINE" 'a server' on remote grep -q ':0007 ' /proc/net/udp
	# shellcheck disable=SC2016 # perl's
	on local perl -MIO::Socket::IP -MIO::Select -e '
		my $s = IO::Socket::IP->new(PeerHost => "10.9.0.2", PeerPort => 7, Proto => "udp") or die $@;
		my ($still, $ready) = (0, IO::Select->new($s));
		for my $n (1 .. $ARGV[0]) {
			my ($last, $got) = ("echo $n", "");
			$s->send($last);
			# What comes late, with the next, is no answer.
			if (!$ready->can_read(2)) { $still++; $s->send($last = "push $n") }
			$s->recv($got, 64) while $got ne $last && $ready->can_read(2);
		}
		$s->send("end") for 1, 2; # the second makes the line give what it holds of the first
		print $still' "$1"
	wait $!
}

# The oldest that is pppd by its command line, not pppd's copying child, nor one that is only asked for
# its version.
vpn_launched()
{
	# shellcheck disable=SC2016 # expanded in the host
	on "$1" bash -c 'for dir in $(printf "%s\n" /proc/[0-9]* | sort -V); do
		mapfile -d "" -t words 2>/dev/null <"$dir/cmdline" || continue
		[ "${words[0]-}" = "$0" ] && [ "${words[-1]}" != --version ] || continue
		echo "${dir#/proc/}"
		exit 0
	done; exit 1' "${2-/usr/sbin/pppd}"
}

vpn_idle()
{
	! vpn_launched "$@"
}

# Locks on the file of sessions: /proc/locks names a file by device and inode, and has those of
# the whole machine.
vpn_locks()
{
	local major minor inode
	read -r major minor inode < <(stat -c '%Hd %Ld %i' \
		"/proc/${HOST_PID[$1]}/root/run/sallyport/sessions" 2>/dev/null) || return 1
	grep -E "^[0-9]+: OFDLCK .* $(printf '%02x:%02x:%d' "$major" "$minor" "$inode") " /proc/locks
}

vpn_free()
{
	! vpn_locks "$1"
}

# Interfaces, addresses, routes, processes (but sshd's of a login), and what lies in /run/sallyport:
# all that a tunnel changes. The same text before and after means that nothing is left. A process in
# brackets has ended, or nearly: ps finds no arguments any more; sshd has those of its command line until
# it says what it does. ip shows the routes of both families.
vpn_state()
{
	wait_for "$HOST_DEADLINE" "the links of $1" host_settled "$1" >/dev/null
	on "$1" sh -c 'printf "%s\n" link address "route show table all" | ip -brief -batch - | sort
		find /run/sallyport /etc/sallyport | sort
		ps -eo user,args --sort args |
		grep -Ev "^[^ ]+ +(\[|(ps|sh|grep|sed|find|sort)( |\$))|sshd(-session|-auth)?(:| -)|run-parts|update-motd"'
}

# vpn_state_is HOST STATE: prints what is different.
vpn_state_is()
{
	diff <(echo "$2") <(vpn_state "$1")
}

vpn_another_peer()
{
	host_account local bob
	vpn_peer remote bob <<-END
		Key      $(host_key local bob | cut -d' ' -f1,2)
		Allow    pppd sshroute status
		Address  10.9.1.2 10.9.1.1
	END
	vpn_authorize remote
}

# vpn_one_peer: two hosts, "remote" with the agent, "local" with the peer alice, who may do
# everything.
vpn_one_peer()
{
	host_create remote local
	host_wire remote 198.51.100.1/24 local 198.51.100.7/24
	vpn_remote remote
	host_account local alice
	host_trust local remote
	vpn_peer remote alice <<-END
		Key      $(host_key local alice | cut -d' ' -f1,2)
		From     198.51.100.0/24
		Allow    pppd sshroute status
		Address  10.9.0.2 10.9.0.1
		Route    192.0.2.0/24
		Offer    10.2.0.0/16
	END
	vpn_authorize remote
}

# vpn_ask REQUEST…: as alice of vpn_one_peer, over ssh. The first is what ssh sends; none asks
# for a shell. vpn_ask_subsystem NAME.
vpn_ask()
{
	on -u alice local ssh -T -o BatchMode=yes -- slave@remote "$@"
}

vpn_ask_subsystem()
{
	on -u alice local ssh -T -o BatchMode=yes -s slave@remote "$1"
}

vpn_pid()
{
	on local sed -n "s/^\(process \)\?$1 \([0-9]*\) .*/\2/p" /run/sallyport/connect/office/journal
}

vpn_is_down()
{
	! on local test -e /run/sallyport/connect/office
}

# vpn_share_connection HOST USER: ssh from there to "remote" uses one connection for all, which
# ends with the host.
vpn_share_connection()
{
	printf '%s\n' 'Host remote' ' ControlMaster auto' ' ControlPath ~/.ssh/%r' \
		' ControlPersist yes' >"$(host_root "$1")/home/$2/.ssh/config"
	on -u "$2" "$1" ssh -O check slave@remote 2>/dev/null ||
		on -u "$2" "$1" ssh -N -f -o BatchMode=yes slave@remote
}
