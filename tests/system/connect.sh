#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-connect's links: up, status, down, every way in which one can end, and that nothing is left
# behind after each.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

# --- up, status, down
said=$(on local env SSH_AUTH_SOCK=/run/sallyport/none EVIL=1 vpn-connect up office 2>&1)
same 0 $? 'up succeeds'
matches '^office is up: sp-office 10\.9\.0\.1 <-> 10\.9\.0\.2, routes 10\.2\.0\.0/16, [0-9]+\.[0-9] s$' \
	"$said" 'up says what it made'
matches '^office: remote is ready$' "$said" 'and what it waited for'
matches '10\.2\.0\.0/16 dev sp-office proto 83 scope link' "$(on local ip route)" 'an accepted offer is a route'
lacks '10\.3\.0\.0' "$(on local ip route)" 'another offer is not'
check 'and the log says why' log_has 'offer 10\.3\.0\.0/16 is not taken: the profile does not accept it'
ssh=$(vpn_pid ssh) pppd=$(vpn_pid pppd) self=$(supervisor)
same alice "$(on local stat -c %U "/proc/$ssh")" 'ssh runs as RunAs'
same 'HOME LOGNAME PATH SALLYPORT_TIMEOUT USER' "$(environment "$ssh" | cut -d= -f1 | sort | paste -sd' ')" \
	'ssh gets an environment made from nothing'
same '0000000000000000' "$(on local sed -n 's/^CapPrm:[[:space:]]*//p' "/proc/$ssh/status")" \
	'ssh has no capability'
for set in CapPrm CapEff CapInh CapBnd CapAmb; do
	same '0000000000001000' "$(on local sed -n "s/^$set:[[:space:]]*//p" "/proc/$pppd/status")" \
		"pppd has CAP_NET_ADMIN alone in $set"
done
same '1 2' "$(on local sed -n 's/^\(NoNewPrivs\|Seccomp\):[[:space:]]*//p' "/proc/$pppd/status" | paste -sd' ')" \
	'pppd has no_new_privs and a filter'
# Its terminal, which the stand-in opens, is the fourth.
same '0 1 2 3' "$(descriptors "$pppd" | paste -sd' ')" 'pppd inherits three descriptors'
same '/dev/null /dev/null /dev/null' \
	"$(on local sh -c "for fd in 0 1 2; do readlink /proc/$self/fd/\$fd; done" | paste -sd' ')" \
	'the supervisor keeps nothing of the terminal'
same '700 alice' "$(on local stat -c '%a %U' /run/sallyport/connect/office/control)" \
	'the directory of the control socket is RunAs alone'
said=$(connect status office)
same 0 $? 'status exits 0 when it is up'
matches '^office is up since 20..-..-..T..:..:..Z$' "$said" 'status says since when'
matches '^  addresses   10\.9\.0\.1 <-> 10\.9\.0\.2$' "$said" 'status says which addresses'
same "up 10.2.0.0/16 $ssh" "$(connect status --json office | perl -0777 -ne '
	print join " ", /"state": "(\w+)"/, /"routes": \[\s*\{\s*"prefix": "([^"]*)"/, /"ssh": (\d+)/')" \
	'status --json says the same'
same 'office is up' "$(connect up office)" 'up again joins the supervisor that there is'
same "$self $ssh" "$(supervisor) $(vpn_pid ssh)" 'and leaves the link alone'
check_exit 75 'one attempt of its own is refused' connect up --once office
check_exit 77 'nobody but root may' on -u alice local vpn-connect down office
check 'down succeeds' connect down office
check 'down leaves nothing' nothing_left
check_exit 3 'status exits 3 when it is down' connect status office
same 'office was not up' "$(connect down office)" 'down says that it was not up'
check_exit 78 'a profile that does not exist is an error' connect up nosuch
check_exit 78 'also to status' connect status nosuch
check_exit 64 'a name that cannot be one is an error' connect up ../office

# --- pppd looks at no packet: the kernel does, unless the profile says otherwise
office=$(host_root local)/etc/sallyport/connect/office.conf
on local sh -c 'echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter'
for row in 'yes 1' 'no 0'; do
	read -r strict filter <<<"$row"
	vpn_add "$office" "Strict $strict"
	check "Strict $strict: up" connect up office
	same "$filter" "$(on local cat /proc/sys/net/ipv4/conf/sp-office/rp_filter)" "Strict $strict: the interface's rp_filter"
	check "Strict $strict: down" connect down office
	sed -i '/^Strict/d' "$office"
done
# The stand-in leaves its interface as large as the kernel makes it.
profile 'Mru 1400'
fails 71 'sp-office has an MTU of 1500: expected 1400 at most' 'an interface larger than the link'
profile
# That of all interfaces counts where it is larger: what is in force is not what was set.
on local sh -c 'echo 2 >/proc/sys/net/ipv4/conf/all/rp_filter'
fails 71 'net\.ipv4\.conf\.all\.rp_filter is 2.*sysctl net\.ipv4\.conf\.all\.rp_filter=1, or Strict no' \
	'all.rp_filter 2 and Strict yes'
vpn_add "$office" 'Strict no'
check 'all.rp_filter 2 and Strict no: up' connect up office
check 'all.rp_filter 2 and Strict no: down' connect down office
sed -i '/^Strict/d' "$office"
on local sh -c 'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter'

# --- an agent's socket goes along only if it is the user's own
ssh_sees()
{
	await_slot >/dev/null
	on local env SSH_AUTH_SOCK="$1" vpn-connect up --quiet office >/dev/null 2>&1
	environment "$(vpn_pid ssh)" | grep -c "^SSH_AUTH_SOCK=$1\$"
	connect down --quiet office
}
for user in alice bob; do
	on -u "$user" local sh -c 'rm -f /tmp/agent-$USER; ssh-agent -a /tmp/agent-$USER' >/dev/null
done
same 1 "$(ssh_sees /tmp/agent-alice)" "the user's own agent can be used"
same 0 "$(ssh_sees /tmp/agent-bob)" "another user's agent cannot"
for user in alice bob; do
	# shellcheck disable=SC2046 # each a number
	on local kill $(on local pgrep -u "$user" ssh-agent)
	on local rm -f "/tmp/agent-$user"
done
check 'the agents are gone' wait_for "$HOST_DEADLINE" 'their end' nothing_left

# --- the link ends by itself
up()
{
	connect up --once --quiet office || give_up 'up'
}
up
on local kill -KILL "$(vpn_pid ssh)"
check 'without ssh everything is undone' wait_for "$HOST_DEADLINE" 'the end' vpn_is_down
check 'what was made went before its directory' nothing_made_left
check 'nothing is left then' wait_for "$HOST_DEADLINE" 'that' nothing_left
check 'the log says why' log_has 'the link is down: .*ssh process to remote was killed'
up
on local kill -TERM "$(vpn_pid pppd)"
check 'without pppd everything is undone' wait_for "$HOST_DEADLINE" 'the end' vpn_is_down
check 'what was made went before its directory' nothing_made_left
check 'nothing is left then either' wait_for "$HOST_DEADLINE" 'that' nothing_left
check 'the log says why' log_has 'the link is down: pppd was told to end'
up
on remote sh -c 'kill $(pgrep -u slave sshd)'
check 'when the remote ends the session everything is undone' wait_for "$HOST_DEADLINE" 'the end' vpn_is_down
check 'what was made went before its directory' nothing_made_left
check 'nothing is left of that' wait_for "$HOST_DEADLINE" 'that' nothing_left

# --- the supervisor dies
up
self=$(supervisor) ssh=$(vpn_pid ssh)
on local kill -KILL "$self"
check 'ssh does not outlive the supervisor' wait_for "$HOST_DEADLINE" 'its end' has_ended "$ssh"
matches '^office is dead' "$(connect status office)" 'status says that it died'
check_exit 3 'and exits 3' connect status office
check_exit 75 'down is refused while another run undoes it' \
	on local flock /run/sallyport/connect/office/lock vpn-connect down office
check 'down undoes what it left' connect down office
check 'nothing is left after a crash and down' nothing_left
up
on local kill -STOP "$(vpn_pid pppd)" "$(vpn_pid ssh)"
self=$(supervisor)
on local kill -KILL "$self"
wait_for "$HOST_DEADLINE" 'the end of the supervisor' has_ended "$self"
check 'up after a crash undoes and comes up' connect up office
check 'down after that' connect down office
check 'nothing is left after a crash and up' nothing_left

# --- what RunAs leaves beside its control socket
up
on -u alice local sh -c 'cd /run/sallyport/connect/office/control && mkdir -p x/y/z &&
	touch x/y/file && ln -s /etc x/link && chmod 0 x/y'
check 'down in spite of directories there' connect down office
check 'leaves nothing, even of those' wait_for "$HOST_DEADLINE" 'the end' nothing_left
on local test -e /etc/passwd || give_up '/etc was followed'
up
deep=$(printf 'd/%.0s' $(seq 40))
on -u alice local mkdir -p "/run/sallyport/connect/office/control/$deep"
check 'down in spite of a tree that is too deep' connect down office
matches '^office is down' "$(connect status office)" 'status is not dead then'
check 'up is not blocked either' connect up --quiet office
same '700 root' "$(on local stat -c '%a %U' /run/sallyport/connect/office/aside-0)" \
	'what cannot be removed is set aside, out of reach'
check 'and the log says so' log_has 'cannot be removed .*it is now .*/office/aside-0'
check 'down after that as well' connect down office
on local rm -r /run/sallyport/connect/office
check 'nothing else was left' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# As fusermount(1) lets a user do it.
up
on local mount -t tmpfs none /run/sallyport/connect/office/control
check 'down in spite of a mount on the directory' connect down office
check 'leaves nothing under it' wait_for "$HOST_DEADLINE" 'the end' nothing_left
up
on -u alice local mkdir -p /run/sallyport/connect/office/control/x
on local mount -t tmpfs none /run/sallyport/connect/office/control/x
on local touch /run/sallyport/connect/office/control/x/file
check 'down in spite of a mount inside it' connect down office
check 'what is mounted is not emptied' on local test -e /run/sallyport/connect/office/aside-0/x/file
on local umount /run/sallyport/connect/office/aside-0/x
check 'up, without the mount, clears away' connect up --quiet office
check 'and down' connect down office
check 'then nothing is left' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- down with children that do not want to
profile 'Pppd /usr/local/sbin/link_standin-deaf' 'Timeout 4'
fails 74 'nothing happened in 4 seconds while waiting for the link to come up' \
	'a pppd that ignores SIGTERM'

# --- given up by the person who started it
profile 'Pppd /usr/local/sbin/link_standin-idle'
on local sh -c 'exec vpn-connect up office' >"$WORLD/said" 2>&1 &
waiting=$!
check 'it waits for the link' wait_for "$HOST_DEADLINE" 'the line' grep -q 'is ready' "$WORLD/said"
on local kill -INT "$(on local pgrep -o -x vpn-connect)"
status=0
wait "$waiting" || status=$?
same 143 "$status" 'an interrupted up says so in its exit status'
matches 'ended by a signal' "$(<"$WORLD/said")" 'and in words'
check 'and leaves nothing' nothing_left

# --- in the foreground, as under systemd
profile
on local perl -MSocket -e '
	socket(my $s, AF_UNIX, SOCK_DGRAM, 0); bind($s, sockaddr_un("/run/notify")) or die;
	$| = 1; print "$m\n--\n" while defined recv($s, $m, 4096, 0)' \
	>"$WORLD/notified" &
check 'a service manager listens' wait_for "$HOST_DEADLINE" 'its socket' on local test -S /run/notify
: >"$WORLD/said"
on local env NOTIFY_SOCKET=/run/notify vpn-connect up --foreground office >"$WORLD/said" 2>&1 &
foreground=$!
check 'the service manager is told' wait_for 20 'READY' grep -q '^READY=1' "$WORLD/notified"
check 'when the route is there' on local sh -c 'ip route | grep -q 10.2.0.0/16'
on local kill -TERM "$(supervisor)"
status=0
wait "$foreground" || status=$?
same 0 "$status" 'ended by SIGTERM it exits 0'
on local sh -c 'kill $(pgrep -x perl); rm /run/notify'
check 'and leaves nothing' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- with no more capabilities than the unit leaves
bounding=$(sed -n 's/^CapabilityBoundingSet=//p' "$SRC/packaging/systemd/vpn-connect@.service" |
	tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g')
# What the last one said is not to be taken for this one's word.
: >"$WORLD/said"
on local setpriv --bounding-set "-all,$bounding" --inh-caps -all --ambient-caps -all \
	vpn-connect up --foreground office >"$WORLD/said" 2>&1 &
foreground=$!
check 'up with the capabilities of the unit' wait_for 20 'the line' grep -q 'is up' "$WORLD/said"
on local kill -TERM "$(supervisor)"
status=0
wait "$foreground" || status=$?
same 0 "$status" 'and down'
check 'they are enough to leave nothing' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- something that cannot be undone
: >"$WORLD/said"
on local vpn-connect up --once --foreground office >"$WORLD/said" 2>&1 &
foreground=$!
check 'up in the foreground' wait_for 20 'the line' grep -q 'is up' "$WORLD/said"
# The stand-in, unlike the kernel for pppd, takes its interface away itself.
on local kill -KILL "$(vpn_pid pppd)"
status=0
wait "$foreground" || status=$?
same 73 "$status" 'an interface that stays is a failure'
lacks 'is down' "$(tail -1 "$WORLD/said")" 'and nobody says that it is down'
matches '^office is dead' "$(connect status office)" 'status knows'
check_exit 73 'down cannot either' connect down office
on local ip link delete sp-office
check 'until the interface is gone' connect down office
check 'and leaves nothing then' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# A supervisor that stays tries it again.
says_stuck()
{
	[[ $(connect status office) = *'could not be undone: interface sp-office is still there'* ]]
}
up_by_another()
{
	[ "$(vpn_pid ssh)" != "$before" ] && connect status --quiet office
}
check 'up once more' connect up --quiet office
before=$(vpn_pid ssh) self=$(supervisor)
on local kill -KILL "$(vpn_pid pppd)"
check 'what cannot be undone is told' wait_for "$HOST_DEADLINE" 'that' says_stuck
said=$(connect status office) || :
matches '^office is waiting: next try in ' "$said" 'it is not up meanwhile'
matches '^  interface   sp-office' "$said" 'and what is left is told as well'
on local ip link delete sp-office
check 'once that is possible the link comes up' wait_for "$HOST_DEADLINE" 'the link' up_by_another
same "$self" "$(supervisor)" 'by the same supervisor'
on local kill -KILL "$(vpn_pid pppd)"
check 'again something stays' wait_for "$HOST_DEADLINE" 'that' says_stuck
check_exit 73 'down then cannot undo it either' connect down office
on local ip link delete sp-office
check 'until the interface is gone' connect down office
check 'and leaves nothing then' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- a proxy that has left ssh's session: nobody can tell where it leads
host_file local /home/alice/proxy <<-'END'
	use POSIX; use IO::Socket::INET;
	POSIX::setsid();
	my $s = IO::Socket::INET->new("198.51.100.1:22") or die;
	my %ends = (fileno(STDIN), [*STDIN, $s], fileno($s), [$s, *STDOUT]);
	for (;;) {
		my $set = "";
		vec($set, $_, 1) = 1 for keys %ends;
		select($set, undef, undef, undef);
		for (grep { vec($set, $_, 1) } keys %ends) {
			sysread($ends{$_}[0], my $bytes, 65536) or exit;
			syswrite($ends{$_}[1], $bytes);
		}
	}
END
host_file local /home/alice/.ssh/config <<<'ProxyCommand perl /home/alice/proxy'
profile
fails 78 'cannot tell which addresses ssh is connected to' \
	'addresses that the remote says, where it is not known what ssh is connected to'
profile 'Route 10.77.0.0/16' 'Address 10.9.0.1 10.9.0.2'
check 'up where it is not known what ssh is connected to' connect up --quiet office
same '10.77.0.0/16' "$(on local ip route show proto 83 | cut -d' ' -f1 | paste -sd' ')" \
	'with our own routes alone'
check 'the log says so' log_has 'cannot tell which addresses .* none of the 2 routes that the remote offers'
check 'down after that too' connect down office
check 'the proxy has ended as well' wait_for "$HOST_DEADLINE" 'its end' nothing_left
rm "$(host_root local)/home/alice/.ssh/config"
