#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-connect against a real sshd and the real agent: up, status, down, every way in which it can
# fail, and that nothing is left behind after each. On both sides a stand-in takes pppd's place,
# so that this needs no PPP in the kernel; tests/lab has the real one.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
vpn_standin remote
on remote install -m 0755 /src/build/tests/system/link_standin /usr/sbin/pppd
host_account local alice
host_account local bob
host_account remote fake "$(command -v sh)"
host_trust local remote
key=$(host_key local alice | cut -d' ' -f1,2)

peer()
{
	{
		echo "Key $key"
		cat
	} | vpn_peer remote alice
	vpn_authorize remote
}

peer <<-END
	Allow    pppd sshroute
	Route    192.0.2.0/24
	Address  10.9.0.2 10.9.0.1
	Offer    10.2.0.0/16
	Offer    10.3.0.0/16
END

for kind in '' -exit-10 -idle -deaf; do
	on local install -m 0755 /src/build/tests/system/link_standin "/usr/local/sbin/link_standin$kind"
done

# profile [LINE…]: "office", with the stand-in; what is given comes instead of the default.
profile()
{
	local line keyword default
	{
		for line; do
			[ -z "${line#-*}" ] || echo "$line"
		done
		for default in 'Host remote' 'RunAs alice' 'Accept address 10.2.0.0/16' \
			'RemoteRoutes no' 'Timeout 20' 'Pppd /usr/local/sbin/link_standin'; do
			keyword=${default%% *}
			case " $* " in
			*" $keyword "* | *" -$keyword "*) ;;
			*) echo "$default" ;;
			esac
		done
	} | vpn_profile local office
}

connect()
{
	on local vpn-connect "$@" 2>&1
}

# What a host has of a link: processes, interfaces, routes, files. PIDs and counters apart.
state_of_local()
{
	on local ps -eo user,args | grep -v -e 'ps -eo' -e '^USER'
	on local ip -brief link | cut -d' ' -f1
	# The kernel's own come and go with addresses and carriers.
	on local ip route show table all | grep -v 'proto kernel'
	on local find /run/sallyport /tmp -mindepth 1
}

nothing_left()
{
	state_of_local >"$WORLD/after"
	diff "$WORLD/before" "$WORLD/after"
}

# fails EXIT PATTERN NAME [SECONDS]: `up` fails like that, says so in one line, before any step's
# deadline, and leaves nothing.
fails()
{
	local expected=$1 pattern=$2 name=$3 limit=${4-15} begin status=0 said took
	begin=${EPOCHREALTIME/[.,]/}
	said=$(connect up --quiet office) || status=$?
	took=$((${EPOCHREALTIME/[.,]/} - begin))
	same "$expected" "$status" "$name: exit status"
	matches "^vpn-connect: office is not up: .*$pattern" "$said" "$name: what is said"
	same 1 "$(wc -l <<<"$said")" "$name: in one line"
	lacks '[^ -~]' "$said" "$name: in printable characters"
	check "$name: at once" test "$took" -lt $((limit * 1000000))
	check "$name: nothing is left" nothing_left
}

supervisor()
{
	on local sh -c 'sed -n "s/^supervisor \([0-9]*\) .*/\1/p" /run/sallyport/connect/office/journal'
}

journal_pid()
{
	on local sed -n "s/^process $1 \([0-9]*\) .*/\1/p" /run/sallyport/connect/office/journal
}

# A variable of a process's environment, or nothing.
environment()
{
	on local sh -c "tr '\\0' '\\n' </proc/$1/environ"
}

descriptors()
{
	on local sh -c "ls /proc/$1/fd"
}

is_down()
{
	! on local test -e /run/sallyport/connect/office
}

has_ended()
{
	! on local test -e "/proc/$1"
}

log_has()
{
	grep -Eq -e "$1" "$(host_root local)/var/log/messages"
}

profile
state_of_local >"$WORLD/before"

# --- up, status, down
said=$(on local env SSH_AUTH_SOCK=/run/sallyport/none EVIL=1 vpn-connect up office 2>&1)
same 0 $? 'up succeeds'
matches '^office is up: sp-office 10\.9\.0\.1 <-> 10\.9\.0\.2, routes 10\.2\.0\.0/16, [0-9]+\.[0-9] s$' \
	"$said" 'up says what it made'
matches '^office: remote is ready$' "$said" 'and what it waited for'
matches '10\.2\.0\.0/16 dev sp-office proto 83 scope link' "$(on local ip route)" 'an accepted offer is a route'
lacks '10\.3\.0\.0' "$(on local ip route)" 'another offer is not'
check 'and the log says why' log_has 'offer 10\.3\.0\.0/16 is not taken: the profile does not accept it'
ssh=$(journal_pid ssh) pppd=$(journal_pid pppd) self=$(supervisor)
same alice "$(on local stat -c %U "/proc/$ssh")" 'ssh runs as RunAs'
same 'HOME LOGNAME PATH USER' "$(environment "$ssh" | cut -d= -f1 | sort | paste -sd' ')" \
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
	print join " ", /"state": "(\w+)"/, /"routes": \[\s*"([^"]*)"/, /"ssh": (\d+)/')" \
	'status --json says the same'
check_exit 75 'up again is refused' connect up office
check_exit 77 'nobody but root may' on -u alice local vpn-connect down office
check 'down succeeds' connect down office
check 'down leaves nothing' nothing_left
check_exit 3 'status exits 3 when it is down' connect status office
same 'office was not up' "$(connect down office)" 'down says that it was not up'
check_exit 78 'a profile that does not exist is an error' connect up nosuch
check_exit 78 'also to status' connect status nosuch
check_exit 64 'a name that cannot be one is an error' connect up ../office

# --- an agent's socket goes along only if it is the user's own
ssh_sees()
{
	on local env SSH_AUTH_SOCK="$1" vpn-connect up --quiet office >/dev/null 2>&1
	environment "$(journal_pid ssh)" | grep -c "^SSH_AUTH_SOCK=$1\$"
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
check 'the agents are gone' wait_for 5 'their end' nothing_left

# --- the link ends by itself
up()
{
	connect up --quiet office || give_up 'up'
}
up
on local kill -KILL "$(journal_pid ssh)"
check 'without ssh everything is undone' wait_for 10 'the end' is_down
check 'nothing is left then' nothing_left
check 'the log says why' log_has 'the link is down: .*ssh process to remote was killed'
up
on local kill -TERM "$(journal_pid pppd)"
check 'without pppd everything is undone' wait_for 10 'the end' is_down
check 'nothing is left then either' nothing_left
check 'the log says why' log_has 'the link is down: pppd was told to end'
up
session=$(on remote pgrep -u slave sshd)
on remote kill "$session"
check 'when the remote ends the session everything is undone' wait_for 10 'the end' is_down
check 'nothing is left of that' nothing_left

# --- the supervisor dies
up
self=$(supervisor) ssh=$(journal_pid ssh)
on local kill -KILL "$self"
check 'ssh does not outlive the supervisor' wait_for 5 'its end' has_ended "$ssh"
matches '^office is dead' "$(connect status office)" 'status says that it died'
check_exit 3 'and exits 3' connect status office
check_exit 75 'down is refused while another run undoes it' \
	on local flock /run/sallyport/connect/office/lock vpn-connect down office
check 'down undoes what it left' connect down office
check 'nothing is left after a crash and down' nothing_left
up
on local kill -STOP "$(journal_pid pppd)" "$(journal_pid ssh)"
self=$(supervisor)
on local kill -KILL "$self"
wait_for 5 'the end of the supervisor' has_ended "$self"
check 'up after a crash undoes and comes up' connect up office
check 'down after that' connect down office
check 'nothing is left after a crash and up' nothing_left

# --- what RunAs leaves beside its control socket
up
on -u alice local sh -c 'cd /run/sallyport/connect/office/control && mkdir -p x/y/z &&
	touch x/y/file && ln -s /etc x/link && chmod 0 x/y'
check 'down in spite of directories there' connect down office
check 'leaves nothing, even of those' wait_for 5 'the end' nothing_left
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
check 'nothing else was left' wait_for 5 'the end' nothing_left

# As fusermount(1) lets a user do it.
up
on local mount -t tmpfs none /run/sallyport/connect/office/control
check 'down in spite of a mount on the directory' connect down office
check 'leaves nothing under it' wait_for 5 'the end' nothing_left
up
on -u alice local mkdir -p /run/sallyport/connect/office/control/x
on local mount -t tmpfs none /run/sallyport/connect/office/control/x
on local touch /run/sallyport/connect/office/control/x/file
check 'down in spite of a mount inside it' connect down office
check 'what is mounted is not emptied' on local test -e /run/sallyport/connect/office/aside-0/x/file
on local umount /run/sallyport/connect/office/aside-0/x
check 'up, without the mount, clears away' connect up --quiet office
check 'and down' connect down office
check 'then nothing is left' wait_for 5 'the end' nothing_left

# --- down with children that do not want to
profile 'Pppd /usr/local/sbin/link_standin-deaf' 'Timeout 1'
fails 74 'nothing happened in 1 seconds while waiting for the link to come up' \
	'a pppd that ignores SIGTERM'

# --- given up by the person who started it
profile 'Pppd /usr/local/sbin/link_standin-idle'
on local sh -c 'exec vpn-connect up office' >"$WORLD/said" 2>&1 &
waiting=$!
check 'it waits for the link' wait_for 10 'the line' grep -q 'is ready' "$WORLD/said"
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
check 'a service manager listens' wait_for 5 'its socket' on local test -S /run/notify
on local env NOTIFY_SOCKET=/run/notify vpn-connect up --foreground office >"$WORLD/said" 2>&1 &
foreground=$!
check 'the service manager is told' wait_for 20 'READY' grep -q '^READY=1' "$WORLD/notified"
check 'when the route is there' on local sh -c 'ip route | grep -q 10.2.0.0/16'
on local kill -TERM "$(supervisor)"
status=0
wait "$foreground" || status=$?
same 0 "$status" 'ended by SIGTERM it exits 0'
on local sh -c 'kill $(pgrep -x perl); rm /run/notify'
check 'and leaves nothing' wait_for 5 'the end' nothing_left

# --- with no more capabilities than the unit leaves
bounding=$(sed -n 's/^CapabilityBoundingSet=//p' "$SRC/packaging/systemd/vpn-connect@.service" |
	tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g')
on local setpriv --bounding-set "-all,$bounding" --inh-caps -all --ambient-caps -all \
	vpn-connect up --foreground office >"$WORLD/said" 2>&1 &
foreground=$!
check 'up with the capabilities of the unit' wait_for 20 'the line' grep -q 'is up' "$WORLD/said"
on local kill -TERM "$(supervisor)"
status=0
wait "$foreground" || status=$?
same 0 "$status" 'and down'
check 'they are enough to leave nothing' wait_for 5 'the end' nothing_left

# --- something that cannot be undone
on local vpn-connect up --foreground office >"$WORLD/said" 2>&1 &
foreground=$!
check 'up in the foreground' wait_for 20 'the line' grep -q 'is up' "$WORLD/said"
# The stand-in, unlike the kernel for pppd, takes its interface away itself.
on local kill -KILL "$(journal_pid pppd)"
status=0
wait "$foreground" || status=$?
same 71 "$status" 'an interface that stays is a failure'
lacks 'is down' "$(tail -1 "$WORLD/said")" 'and nobody says that it is down'
matches '^office is dead' "$(connect status office)" 'status knows'
check_exit 71 'down cannot either' connect down office
on local ip link delete sp-office
check 'until the interface is gone' connect down office
check 'and leaves nothing then' wait_for 5 'the end' nothing_left

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
check 'the proxy has ended as well' wait_for 5 'its end' nothing_left
rm "$(host_root local)/home/alice/.ssh/config"

# --- ssh cannot
profile 'Host nosuch.invalid'
fails 68 'the name nosuch\.invalid cannot be resolved' 'an unknown name'
profile 'Port 9'
fails 68 'refuses the connection' 'a refused connection'
check_exit 68 'also where SIGCHLD is ignored' \
	on local env --ignore-signal=CHLD vpn-connect up --quiet office
profile 'Host 203.0.113.1'
fails 68 'unreachable|no route' 'an unreachable network'
profile 'RunAs bob'
fails 77 'does not accept the key' 'a key that is not known there'
profile 'RunAs nobody-here'
fails 78 'there is no user nobody-here' 'a user who does not exist'
known=$(host_root local)/etc/ssh/ssh_known_hosts
mv "$known" "$known.away"
profile
fails 77 'host key of remote is not known' 'an unknown host key'
sed "s|AAAA.*|$(cut -d' ' -f2 <<<"$key")|" "$known.away" >"$known"
fails 77 'host key of remote is not the one' 'a changed host key'
mv "$known.away" "$known"
host_file local /home/alice/.ssh/config <<<'Nonsense yes'
fails 78 'ssh does not take its configuration' 'a wrong ssh_config'
rm "$(host_root local)/home/alice/.ssh/config"

# --- the remote does not want
peer <<<$'Allow status\nAddress 10.9.0.2 10.9.0.1'
fails 77 'the policy of remote denies it.*id [0-9a-f]+' 'a request that policy denies'
peer <<<$'Allow pppd sshroute\nAddress 10.9.0.2 10.9.0.1\nRoute 192.0.2.0/24'
profile 'RemoteRoutes yes'
# What sshroute thinks of an interface that is not PPP's.
fails 74 'other end of the link, on remote, is not up' 'a remote whose interface is wrong'
peer <<<$'Allow pppd\nAddress 10.9.0.2 10.9.0.1'
fails 77 'remote denies routes to this peer' 'routes that policy denies'
profile
on remote rm /dev/ppp
fails 69 'remote has no PPP' 'a remote without PPP'
on remote mknod -m 600 /dev/ppp c 1 3
echo 'Nonsense' >>"$(host_root remote)/etc/sallyport/peers/alice.conf"
fails 78 'policy file on remote has an error' 'a remote with a broken policy'
peer <<<$'Allow pppd sshroute\nAddress 10.9.0.2 10.9.0.1\nRoute 192.0.2.0/24'

# --- what this side does not want
profile 'Address 10.9.0.1 10.9.0.3'
fails 78 'other addresses than .*10\.9\.0\.1 here and 10\.9\.0\.2 there' 'another address than agreed'
profile 'Route 198.51.100.0/24'
fails 78 'Route 198\.51\.100\.0/24 contains the ssh server' 'a route over the ssh server'
profile 'Pppd /usr/local/sbin/link_standin-exit-10'
fails 74 'do not agree on how to speak PPP' 'a pppd that does not get along'
profile
on local ip link add sp-office type veth peer name other
fails_on_taken()
{
	connect up --quiet office | grep -q 'there is an interface sp-office already'
}
check 'an interface of that name is not touched' fails_on_taken
on local ip link delete sp-office
on local ip route add 10.2.0.0/16 via 198.51.100.1
peer <<<$'Allow pppd sshroute\nAddress 10.9.0.2 10.9.0.1\nRoute 192.0.2.0/24\nOffer 10.2.0.0/16'
state_of_local >"$WORLD/before"
fails 71 'cannot add the route to 10\.2\.0\.0/16' 'a route that is there already'
on local ip route delete 10.2.0.0/16
state_of_local >"$WORLD/before"
if ! host_has_ppp; then
	profile 'Pppd /usr/sbin/pppd'
	fails 69 'this kernel has no PPP' 'no PPP here' 1
fi

# --- a remote that is not what it should be
# answers SCRIPT: what the account fake says; $nonce is the number that was asked for.
answers()
{
	host_authorize remote fake '' # the directory
	printf '%s\n' 'nonce=${SSH_ORIGINAL_COMMAND#pppd ready=}' "$1" | host_file remote /home/fake/answer 755
}
on remote mkdir -p /home/fake/.ssh
host_authorize remote fake "command=\"sh /home/fake/answer\",restrict $key"
ready='sallyport/1 ready $nonce link=pppd address=10.9.0.2 peer-address=10.9.0.1'
profile 'Account fake'
answers 'echo "Welcome!"; cat'
fails 76 'did not answer with a ready line' 'a greeting'
answers 'echo "sallyport/1 ready AAAAAAAAAAAAAAAAAAAAAAAA link=pppd mru=1500"; cat'
fails 76 'does not carry the number' 'a ready line for somebody else'
answers "printf '%b\n' \"$ready mru=1500 x=\\\\033[2J\\\\007\"; cat"
fails 76 'not printable ASCII' 'control characters in the ready line'
answers "echo \"$ready mru=99999\"; cat"
fails 76 'MRU out of range' 'a number out of range'
answers "head -c 100000 /dev/zero | tr '\\0' x; cat"
fails 76 'did not answer with a ready line' 'a line without an end'
answers "printf '\\033]0;owned\\007no\\n' >&2; exit 3"
fails 74 'ended with an error' 'an error message with control characters'
answers 'echo "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!" >&2; exit 255'
fails 74 'ssh connection to remote failed' "ssh's own words and exit status from the remote"
answers 'sleep 1000'
profile 'Account fake' 'Timeout 1'
fails 74 'nothing happened in 1 seconds while waiting for the remote to be ready' 'silence'
profile 'Account fake'
answers 'echo "sallyport/1 ready $nonce link=pppd mru=1500"; cat'
fails 76 'no addresses' 'a remote without addresses'
for pair in '127.0.0.1 10.9.0.1' '10.9.0.2 224.0.0.1' '198.51.100.1 10.9.0.1' \
	'198.51.100.9 10.9.0.1' '10.9.0.2 198.51.100.9' '10.9.0.2 198.51.100.7' '10.9.0.2 169.254.169.254'; do
	answers "echo \"sallyport/1 ready \$nonce link=pppd address=${pair% *} peer-address=${pair#* } mru=1500\"; cat"
	fails 76 'addresses that a link cannot have' "addresses $pair"
done
answers "echo \"$ready offer=0.0.0.0/0,0.0.0.0/1,198.51.100.0/24,198.51.100.9/32,198.51.100.128/25,10.9.0.0/24,127.0.0.0/8,10.4.0.0/16 mru=1500\"; cat"
profile 'Account fake' 'Accept address any'
check 'offers of a hostile remote' connect up --quiet office
same '10.4.0.0/16' "$(on local ip route show proto 83 | cut -d' ' -f1 | paste -sd' ')" \
	'only the harmless one becomes a route'
check 'the log says whose the others are' \
	log_has 'offer 198\.51\.100\.9/32 is not taken: it overlaps a network of this host'
check 'and down' connect down --quiet office
check 'leaves nothing' nothing_left
