#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Links that do not come up: because ssh cannot, the remote will not, this side does not want, or the
# remote is not what it should be. Each is told in one sentence, and leaves nothing.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

# --- ssh cannot
profile 'Host nosuch.invalid'
fails 68 'the name nosuch\.invalid cannot be resolved' 'an unknown name'
profile 'Port 9'
fails 68 'refuses the connection' 'a refused connection'
check_exit 68 'also where SIGCHLD is ignored' \
	on local env --ignore-signal=CHLD vpn-connect up --once --quiet office
profile 'Host 203.0.113.1'
fails 68 'unreachable|no route' 'an unreachable network'
profile 'RunAs bob'
fails 78 'ssh has no key that it may show to remote' 'a user without a key'
host_key local bob >/dev/null
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
fails 78 'ssh rejected its configuration' 'a wrong ssh_config'
rm "$(host_root local)/home/alice/.ssh/config"

no_agent()
{
	! on local pidof ssh-agent
}

# --- ssh has no key that it can use: not the remote's fault
on -u alice local sh -c 'cp .ssh/id_ed25519 .ssh/locked && ssh-keygen -q -p -N secret -f .ssh/locked &&
	cp .ssh/id_ed25519 .ssh/closed && chmod 0 .ssh/closed' >/dev/null
profile 'IdentityFile /home/alice/.ssh/locked'
fails 78 'remote accepts the key, but ssh cannot use it: its passphrase .*SSH_AUTH_SOCK names none here' \
	'a passphrase without an agent'
# with_agent SOCKET EXIT PATTERN NAME
with_agent()
{
	local agent=$1
	# shellcheck disable=SC2317 # by fails
	connect()
	{
		on local env SSH_AUTH_SOCK="$agent" vpn-connect "$@" 2>&1
	}
	fails "${@:2}"
	connect()
	{
		on local vpn-connect "$@" 2>&1
	}
}
with_agent /etc/passwd 78 'its passphrase .*SSH_AUTH_SOCK is not a socket of that user' \
	"a passphrase, and an agent that is not the user's"
on -u alice local sh -c 'exec ssh-agent -a /home/alice/agent >/dev/null'
state_of_local >"$WORLD/before"
with_agent /home/alice/agent 78 'its passphrase .*the one of SSH_AUTH_SOCK does not have it: ssh-add' \
	'a passphrase, and an agent without the key'
on -u alice local sh -c 'pid=$(pidof ssh-agent) && kill $pid'
wait_for "$HOST_DEADLINE" 'the end of the agent' no_agent
state_of_local >"$WORLD/before"
profile 'IdentityFile /home/alice/.ssh/closed'
fails 78 'RunAs cannot read a private key.*closed' 'a key that RunAs may not read'
profile 'IdentityFile /home/alice/.ssh/absent'
on local mv /home/alice/.ssh/id_ed25519 /home/alice/.ssh/away
fails 78 'the key that IdentityFile in the profile names does not exist.*absent' 'a key that is not there'
on local mv /home/alice/.ssh/away /home/alice/.ssh/id_ed25519
# --- RunAs floods what ssh says, from many processes: the deadline holds, and root does not work
# for it. Prints how long `up` took, and what it used of the processor, in milliseconds.
host_file local /home/alice/flood 755 <<-'END'
	#!/bin/sh
	for _ in $(seq 40); do
		yes "flood flood flood" >&2 &
	done
	exec sleep 1000
END
host_file local /home/alice/.ssh/config <<<'ProxyCommand /home/alice/flood'
profile 'Timeout 3'
said=$(on local perl -MTime::HiRes=time -e '
	my $begin = time;
	system(qw(vpn-connect up --once --once --foreground --quiet office)) == 74 << 8 or print "exit $?\n";
	my @times = times;
	printf "took %d used %d\n", 1000 * (time - $begin), 1000 * ($times[2] + $times[3])' 2>/dev/null)
note "$said"
matches '^took [0-9]+ used [0-9]+$' "$said" 'RunAs floods what ssh says: up fails as it does in silence'
read -r _ took _ used <<<"$(grep '^took' <<<"$said")"
check 'the deadline of 3 seconds holds' test "$took" -lt 8000
check 'and the processor is left alone' test "$used" -lt 600
check 'the flood has ended' wait_for "$HOST_DEADLINE" 'its end' nothing_left
rm "$(host_root local)/home/alice/.ssh/config"
profile

# --- the remote does not want
peer <<<$'Allow status\nAddress 10.9.0.2 10.9.0.1'
fails 77 'the policy of remote denies this.*id [0-9a-f]+' 'a request that policy denies'
peer <<<$'Allow pppd sshroute\nAddress 10.9.0.2 10.9.0.1\nRoute 192.0.2.0/24'
profile 'RemoteRoutes yes'
# What sshroute thinks of an interface that is not PPP's.
fails 74 'other end of the link, on remote, is not up' 'a remote whose interface is wrong'
peer <<<$'Allow pppd\nAddress 10.9.0.2 10.9.0.1'
fails 77 'remote denies routes to this peer' 'routes that policy denies'
profile
on remote rm /dev/ppp
echo 'Ppp pppd' | host_file remote /etc/sallyport/agent.conf 644
fails 69 'remote has no PPP' 'a remote without PPP'
host_file remote /etc/sallyport/agent.conf 644 </dev/null
on remote mknod -m 600 /dev/ppp c 1 3
vpn_add "$(host_root remote)/etc/sallyport/peers/alice.conf" 'Nonsense'
fails 78 'policy file on remote has an error.* under the id: ask its administrator .*id [0-9a-f]+' \
	'a remote with a broken policy'
on remote rm /etc/sallyport/peers/alice.conf
fails 78 'remote has no file for this peer: ask its administrator, .*id [0-9a-f]+' 'a remote without a file for the peer'
peer <<<$'Allow pppd sshroute\nAddress 10.9.0.2 10.9.0.1\nRoute 192.0.2.0/24'

# --- what this side does not want
profile 'Address 10.9.0.1 10.9.0.3'
fails 78 'other addresses than .*10\.9\.0\.1 here and 10\.9\.0\.2 there' 'another address than agreed'
profile 'Route 198.51.100.0/24'
fails 78 'Route 198\.51\.100\.0/24 contains the ssh server' 'a route over the ssh server'
profile 'Pppd /usr/local/sbin/link_standin-exit-10'
fails 74 'do not agree on how to speak PPP' 'a pppd that does not get along'
profile 'Pppd /usr/local/sbin/link_standin-exit-17'
fails 74 'leads back to this end' 'a pppd that hears itself'
profile
on local ip link add sp-office type veth peer name other
fails_on_taken()
{
	connect up --once --quiet office | grep -q 'there is an interface sp-office already'
}
check 'an interface of that name is not touched' fails_on_taken
on local ip link delete sp-office
on local ip route add 10.2.0.0/16 via 198.51.100.1
peer <<<$'Allow pppd sshroute\nAddress 10.9.0.2 10.9.0.1\nRoute 192.0.2.0/24\nOffer 10.2.0.0/16'
state_of_local >"$WORLD/before"
profile 'Route 10.2.0.0/16'
fails 71 'cannot add the route to 10\.2\.0\.0/16: .* \(10\.2\.0\.0/16 dev to-remote\) already' \
	'a route that is there already'
on local ip route delete 10.2.0.0/16
state_of_local >"$WORLD/before"
if ! host_has_ppp; then
	profile 'Pppd /usr/sbin/pppd'
	fails 69 'this kernel has no PPP' 'no PPP here' unasked
	profile 'Ppp auto' 'Pppd /usr/sbin/pppd'
	on local chmod a-x /usr/libexec/sallyport/ppptun
	fails 69 'ppptun cannot be executed here .*: Permission denied.*, and pppd cannot be used: .*this kernel has no PPP' \
		'nor a ppptun that can be executed' unasked
	on local chmod a+x /usr/libexec/sallyport/ppptun
fi

# --- a remote that is not what it should be
# answers SCRIPT: what the account fake says; $nonce is the number that was asked for.
answers()
{
	host_authorize remote fake '' # the directory
	printf '%s\n' 'nonce=${SSH_ORIGINAL_COMMAND#pppd ready=}' 'nonce=${nonce%% *}' "$1" |
		host_file remote /home/fake/answer 755
}
on remote mkdir -p /home/fake/.ssh
host_authorize remote fake "command=\"sh /home/fake/answer\",restrict $key"
ready='sallyport/1 ready $nonce link=pppd address=10.9.0.2 peer-address=10.9.0.1'
profile 'Account fake'
answers 'echo "Welcome!"; cat'
fails 76 'did not answer with a ready line, but with "Welcome!"' 'a greeting'
answers 'echo "sallyport/1 ready AAAAAAAAAAAAAAAAAAAAAAAA link=pppd mru=1500"; cat'
fails 76 'does not repeat the nonce' 'a ready line for somebody else'
answers "printf '%b\n' \"$ready mru=1500 x=\\\\033[2J\\\\007\"; cat"
fails 76 'not printable ASCII' 'control characters in the ready line'
answers "echo \"$ready mru=99999\"; cat"
fails 76 'MRU out of range' 'a number out of range'
answers "head -c 100000 /dev/zero | tr '\\0' x; cat"
fails 76 'did not answer with a ready line, but with a line that does not end: is vpn-agent' 'a line without an end'
answers "printf '\\033]0;owned\\007no\\n' >&2; exit 3"
fails 74 'ended with an error' 'an error message with control characters'
answers 'echo "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!" >&2; exit 255'
fails 74 'ssh connection to remote failed' "ssh's own words and exit status from the remote"
answers 'sleep 1000'
profile 'Account fake' 'Timeout 3'
fails 74 'nothing happened in 3 seconds while waiting for the remote to be ready' 'silence'
profile 'Account fake'
answers 'echo "sallyport/1 ready $nonce link=pppd mru=1500"; cat'
fails 76 'no addresses' 'a remote without addresses'
for pair in '127.0.0.1 10.9.0.1' '10.9.0.2 224.0.0.1' '198.51.100.1 10.9.0.1' \
	'198.51.100.9 10.9.0.1' '10.9.0.2 198.51.100.9' '10.9.0.2 198.51.100.7' '10.9.0.2 169.254.169.254'; do
	answers "echo \"sallyport/1 ready \$nonce link=pppd address=${pair% *} peer-address=${pair#* } mru=1500\"; cat"
	fails 76 'addresses that a link cannot have' "addresses $pair"
done
profile 'Account fake' 'Accept address any'
offer="echo \"$ready offer=10.4.0.0/16 mru=1500\""
answers "$offer; kill -9 \$PPID"
for try in 1 2 3 4 5; do
	# The link may have come up by then.
	status=0
	said=$(connect up --once --foreground --quiet office) || status=$?
	same 74 "$status" "a remote that hangs up once it is ready, $try: exit status"
	lacks 'ssh_config|cannot tell' "$said" "a remote that hangs up once it is ready, $try: what is said"
	check "a remote that hangs up once it is ready, $try: nothing is left" nothing_left
done
answers "echo \"$ready offer=0.0.0.0/0,0.0.0.0/1,198.51.100.0/24,198.51.100.9/32,198.51.100.128/25,10.9.0.0/24,127.0.0.0/8,10.4.0.0/16 mru=1500\"; cat"
check 'offers of a hostile remote' connect up --once --quiet office
same '10.4.0.0/16' "$(on local ip route show proto 83 | cut -d' ' -f1 | paste -sd' ')" \
	'only the harmless one becomes a route'
check 'the log says whose the others are' \
	wait_for "$HOST_DEADLINE" 'the log' log_holds 'offer 198\.51\.100\.9/32 is not taken: it overlaps a network of this host'
check 'and down' connect down --quiet office
check 'leaves nothing' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- a remote that has asked too early whether the link is there
profile 'Account fake' 'RemoteRoutes yes'
on remote install -d -o fake /run/asked
answers "[ \"\$SSH_ORIGINAL_COMMAND\" != sshroute ] || { mkdir /run/asked/once; exit; }; echo \"$ready mru=1500\"; cat"
check 'routes are asked for once' connect up --once --quiet office
check 'and down' connect down --quiet office
rmdir "$(host_root remote)/run/asked/once"
answers "[ \"\$SSH_ORIGINAL_COMMAND\" != sshroute ] || { mkdir /run/asked/once 2>/dev/null && exit 75; exit 0; }; echo \"$ready mru=1500\"; cat"
check 'is asked for its routes again once the link is up' connect up --once --quiet office
check 'and down' connect down --quiet office
rmdir "$(host_root remote)/run/asked/once"
answers "[ \"\$SSH_ORIGINAL_COMMAND\" != sshroute ] || exit 75; echo \"$ready mru=1500\"; cat"
fails 74 'other end of the link, on remote, is not up' 'but not for ever'
