#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What whoever starts pppd relies on, with ppptun in its place: the log file, when the device is
# ready, what it exits with when the other end goes, and what it must not pass over.
# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"

readonly PPPTUN=/src/build/ppptun
readonly COMMON='notty nodetach local noauth debug lcp-echo-interval 1 lcp-echo-failure 10'
host_create a b
# What pppd would run at every turn of a link.
for name in a b; do
	for script in ip-pre-up ip-up ip-down auth-up auth-down; do
		printf '#!/bin/sh\ntouch /run/%s\n' "$script" | host_file "$name" "/etc/ppp/$script" 755
	done
done

# pair OPTIONS-A OPTIONS-B: two ends, each on its end of a pair of sockets that no other process
# holds; each logs to /run/log, and leaves its process id and its exit status in /run.
pair()
{
	rm -f "$(host_root a)"/run/{log,end,status} "$(host_root b)"/run/{log,end,status}
	# shellcheck disable=SC2016 # perl's, and expanded in the hosts
	perl -MSocket -e '
		socketpair(my $x, my $y, AF_UNIX, SOCK_STREAM, 0) or die $!;
		for ([$x, @ARGV[0, 1]], [$y, @ARGV[2, 3]]) {
			my ($line, $pid, $words) = @$_;
			next if fork;
			open STDIN, "<&", $line; open STDOUT, ">&", $line;
			close $_ for $x, $y;
			exec qw(nsenter -t), $pid, qw(--mount --net --ipc --uts --pid sh -c),
				q(sh -c "echo \$\$ >/run/end; exec \"\$@\"" x "$@"; echo $? >/run/status), "x", split " ", $words;
		}
		close $_ for $x, $y;
		1 while wait > 0;' \
		"${HOST_PID[a]}" "$PPPTUN $COMMON logfile /run/log 10.9.0.1:10.9.0.2 $1" \
		"${HOST_PID[b]}" "$PPPTUN $COMMON logfile /run/log 10.9.0.2:10.9.0.1 $2" 18>&- 19>&- 2>"$WORLD/said" &
	PAIR=$!
}

# says HOST PATTERN
says()
{
	grep -Eq "$2" "$(host_root "$1")/run/log"
}

# is_up HOST LOCAL REMOTE: as far as its log says.
is_up()
{
	says "$1" "^local  IP address $2\$" && says "$1" "^remote IP address $3\$" && says "$1" '^Using interface '
}

# pair_up NAME OPTIONS-A OPTIONS-B
pair_up()
{
	pair "$2" "$3"
	check "$1: one end is up" wait_for 20 'its log' is_up a 10.9.0.1 10.9.0.2
	check "$1: so is the other" wait_for 20 'its log' is_up b 10.9.0.2 10.9.0.1
	IN_A=$(sed -n 's/^Using interface //p' "$(host_root a)/run/log")
	IN_B=$(sed -n 's/^Using interface //p' "$(host_root b)/run/log")
}

# signal HOST SIGNAL
signal()
{
	on "$1" kill "-$2" "$(cat "$(host_root "$1")/run/end")"
}

# ended HOST: its exit status, when it has one.
ended()
{
	wait_for 20 "the end of $1" test -s "$(host_root "$1")/run/status" && cat "$(host_root "$1")/run/status"
}

# --- whoever looks for a version finds one, and an end of the options' meaning
matches 'pppd version [0-9]+\.[0-9]+' "$(on a "$PPPTUN" --version)" 'which pppd its options are of'

# --- a link: the device is as it is to be when the log says that it is up
pair_up 'link' '' ''
matches 'inet 10.9.0.1 peer 10.9.0.2/32' "$(on a ip addr show dev "$IN_A")" 'this device has its addresses'
matches 'inet 10.9.0.2 peer 10.9.0.1/32' "$(on b ip addr show dev "$IN_B")" 'that one too'
check 'the other end answers' host_answers a 10.9.0.2
check 'in both directions' host_answers b 10.9.0.1
signal b TERM
same 5 "$(ended b)" 'who is told to end says so: 5'
same 16 "$(ended a)" 'after the other end has ended the link and gone, the line is hung up: 16'
check 'the log has the end' says b '^Connection terminated\.$'
check 'and who ended it' says a '^the peer ended the link$'
wait "$PAIR"

for signal in INT HUP; do
	pair_up "$signal" '' ''
	signal a "$signal"
	same 5 "$(ended a)" "$signal is the same: 5"
	same 16 "$(ended b)" "$signal: and the other end is left: 16"
	wait "$PAIR"
done

pair_up 'killed' '' ''
signal a KILL
same 137 "$(ended a)" 'an end that is killed'
same 16 "$(ended b)" 'leaves a line that is hung up: 16'
check 'which the log says' says b '^the line was hung up$'
wait "$PAIR"

# --- time limits: this end says which, the other one that it was left
pair_up 'maxconnect' 'maxconnect 2' ''
same 13 "$(ended a)" 'maxconnect: 13'
same 16 "$(ended b)" 'maxconnect: the other end: 16'
wait "$PAIR"
# Echoes are no use of a link.
pair_up 'idle' '' 'idle 2'
same 12 "$(ended b)" 'idle: 12'
same 16 "$(ended a)" 'idle: the other end: 16'
wait "$PAIR"

# --- what one end takes is what the other's device sends
pair_up 'mru' 'mru 512' ''
same '1500 512' "$(cat "$(host_root a)/sys/class/net/$IN_A/mtu") $(cat "$(host_root b)/sys/class/net/$IN_B/mtu")" \
	'the MTU is there when the log says that the link is up'
check 'a packet that is larger passes in pieces' on b ping -c 2 -i 0.2 -W "$HOST_DEADLINE" -s 1000 10.9.0.1
signal b TERM
wait "$PAIR"

# sends: the sum of what arrives at a of two million random bytes that b sends. The last one's
# connection may still wait for a word from an end that is gone.
sends()
{
	# shellcheck disable=SC2016 # perl's
	on a timeout 240 perl -MIO::Socket::IP -MDigest::SHA -e '
		my $s = IO::Socket::IP->new(LocalHost => "10.9.0.1", LocalPort => 7, Listen => 1, ReuseAddr => 1) or die $@;
		$s = $s->accept; my $sum = Digest::SHA->new(256);
		while (sysread $s, my $x, 1 << 20) { $sum->add($x) } print $sum->hexdigest' &
	wait_for "$HOST_DEADLINE" 'a listener' on a grep -q ':0007 .* 0A ' /proc/net/tcp
	# shellcheck disable=SC2016 # perl's
	on b timeout 240 perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(PeerHost => "10.9.0.1", PeerPort => 7) or die $@;
		open my $f, "<", "/run/random" or die $!; local $/; print {$s} readline $f'
	wait $!
}
on b sh -c 'head -c 2000000 /dev/urandom >/run/random'
sum=$(on b sha256sum /run/random | cut -d' ' -f1)
for map in 'default-asyncmap' 'asyncmap 0' 'asyncmap ffffffff' 'asyncmap a0000'; do
	pair_up "$map" "$map" "$map"
	same "$sum" "$(sends)" "$map: what is sent arrives"
	signal b TERM
	wait "$PAIR"
done

# --- the log file: appended to, and the last of it and logfd counts
echo 'what was there' | host_file a /run/old
check_exit 16 'a link with such a log' on a sh -c "$PPPTUN $COMMON 10.9.0.1: logfd 2 logfile /run/old </dev/null >/dev/null"
same 'what was there' "$(head -n 1 "$(host_root a)/run/old")" 'the file keeps what it had'
matches '^Connection terminated\.$' "$(cat "$(host_root a)/run/old")" 'and has the rest behind it'
lacks 'Connection terminated' "$(cat "$CHECK_OUTPUT")" 'and the descriptor has not'
check_exit 16 'the other way round' on a sh -c "$PPPTUN $COMMON 10.9.0.1: logfile /run/none logfd 2 </dev/null >/dev/null"
matches '^Connection terminated\.$' "$(cat "$CHECK_OUTPUT")" 'the descriptor has it'
check_not 'and no file is made' on a test -e /run/none
# shellcheck disable=SC2086 # words
check_exit 2 'a log file that cannot be opened: 2' on a "$PPPTUN" $COMMON logfile /nowhere/log
matches '^ppptun: cannot open the log file "/nowhere/log": No such file' "$(cat "$CHECK_OUTPUT")" 'and why'
# shellcheck disable=SC2086 # words
check_exit 0 'dryrun' on a "$PPPTUN" $COMMON dryrun logfile /run/none
check_not 'makes no log file' on a test -e /run/none
# A log that grows no further is no end of the link (and none of the program, by SIGXFSZ).
check_exit 16 'a log file that may not grow' on a sh -c "ulimit -f 0; $PPPTUN $COMMON 10.9.0.1: logfile /run/none </dev/null >/dev/null"

# --- what it does not do it says so of, and runs nothing
for words in auth require-pap require-chap refuse-pap 'user x' 'password x' 'plugin x.so' persist demand \
	defaultroute proxyarp usepeerdns 'connect x' 'ms-dns 10.9.0.1' mppe updetach multilink; do
	# shellcheck disable=SC2086 # words
	check_exit 2 "$words is not passed over: 2" on a "$PPPTUN" notty nodetach $words
	matches "^ppptun: unknown option \"${words%% *}\"\$" "$(cat "$CHECK_OUTPUT")" "$words: by its name"
done
same '' "$(on a find /run -name '*-up' -o -name '*-down'; on b find /run -name '*-up' -o -name '*-down')" \
	'and no program in /etc/ppp was run'
