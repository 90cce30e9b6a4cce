#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Several hosts may be the reason why a link is not up, or not any more: an sshd that drops the
# connection, a jump host, the remote's PPP program. The one that it was is named.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

# What now runs on local is there afterwards as well.
begin()
{
	state_of_local >"$WORLD/before"
}

# --- an sshd that drops the connection before the login
sshd_with()
{
	host_file "$1" /etc/ssh/sshd_config.d/0-test.conf <<<"$2"
	host_stop "$1" /run/sshd.pid
	host_sshd "$1"
}
sshd_with remote 'MaxStartups 1'
host_daemon local /run/waits.pid bash -c 'exec 3<>/dev/tcp/198.51.100.1/22 && read -r line <&3 &&
	: >/run/waiting && read -r line <&3'
wait_for "$HOST_DEADLINE" 'a login that does not end' test -e "$(host_root local)/run/waiting"
begin
# Since 9.8 it says the same of penalties.
fails 68 'sshd of remote (has too many logins going on at once|takes no connection from this address for now).*MaxStartups' \
	'too many logins at once'
host_stop local /run/waits.pid KILL
sshd_with remote ''
# An sshd of 9.8 or newer, by its words (sshd.c, drop_connection).
host_daemon local /run/drops.pid perl -MIO::Socket::INET -e '
	my $s = IO::Socket::INET->new(LocalPort => 2222, Listen => 9, ReuseAddr => 1) or die;
	while (my $c = $s->accept) { print $c "Not allowed at this time\r\n"; close $c }'
wait_for "$HOST_DEADLINE" 'it listens' host_listens local 2222
begin
profile 'Host 198.51.100.7' 'Port 2222'
fails 68 'PerSourcePenalties.*Not allowed at this time' 'an address that sshd has penalised'
host_stop local /run/drops.pid
# Whoever listens there, before it has shown a host key: in lines in place of its name, of which the
# launcher keeps the end of one, in the reason of a disconnection, and in the names of what it offers.
host_daemon local /run/lies.pid perl -MIO::Socket::INET -e '
	my $s = IO::Socket::INET->new(LocalPort => 2222, Listen => 9, ReuseAddr => 1) or die;
	my $lie = "Bad configuration option, No space left on device, ";
	for (my $n = 0; my $c = $s->accept; $n++) {
		if ($n == 0) { print $c $lie x 18 . "\r\n" for 1..300; close $c; next }
		my $text = "bye\nBad configuration option\nNo space left on device";
		my $reason = $n == 1 ? pack "CNN/aN", 1, 2, $text, 0 : $n == 2 ?
			pack "CNN/aN", 1, 2, "Too many authentication failures", 0 :
			pack "Cx16" . "N/a" x 10 . "CN", 20, ($text) x 10, 0, 0;
		my $pad = 8 - (length($reason) + 5) % 8 + 8;
		$c->autoflush(1);
		print $c "SSH-2.0-x\r\n", pack "NCa*x$pad", length($reason) + $pad + 1, $pad, $reason;
		1 while sysread $c, my $bytes, 4096;
		close $c;
	}'
wait_for "$HOST_DEADLINE" 'it listens' host_listens local 2222
begin
fails 68 '198.51.100.7 .*before the login' 'lies in place of a name'
fails 74 'the ssh connection to 198.51.100.7 failed' 'lies in the reason of a disconnection'
fails 74 'the ssh connection to 198.51.100.7 failed' 'too many keys for whoever has seen none'
fails 76 'ssh and the sshd of 198.51.100.7 have no algorithm in common' 'lies in the names of algorithms'
host_stop local /run/lies.pid
profile
begin

# --- an sshd that knows the key, and what it makes of it
user='Match User slave'
sshd_with remote "$user"$'\nAuthenticationMethods publickey,publickey'
fails 77 'remote accepts the key and then wants more: AuthenticationMethods' 'one key is not enough'
sshd_with remote "$user"$'\nPubkeyAuthentication no'
fails 76 'the sshd of remote takes no key: PubkeyAuthentication' 'an sshd that takes no keys'
sshd_with remote 'Ciphers aes128-cbc'
fails 76 'ssh and the sshd of remote have no algorithm in common .*no matching cipher' 'no cipher in common'
sshd_with remote "$user"$'\nMaxSessions 0'
fails 76 'the sshd of remote opens no session for the account: MaxSessions .*open failed' 'an sshd without a session'
# Which answers once, to the question whether the key is known.
host_file remote /usr/local/sbin/once 755 <<<$'#!/bin/sh\nmkdir /run/once/asked 2>/dev/null && echo '"'$key'"
on remote install -d -o fake /run/once
sshd_with remote $'Match User fake\nAuthorizedKeysFile none\nAuthorizedKeysCommand /usr/local/sbin/once\nAuthorizedKeysCommandUser fake'
profile 'Account fake'
fails 77 'remote knows the key and refuses the login with it' 'refused after the signature: not a locked key'
on -u alice local mv .ssh/id_ed25519 .ssh/away
on remote rmdir /run/once/asked
fails 78 'remote accepts the key, but only its public half is here' 'a key without its private half'
on -u alice local mv .ssh/away .ssh/id_ed25519
sshd_with remote ''

# --- an account that does not end in the agent
# other_shell SHELL EXIT PATTERN NAME
other_shell()
{
	host_account remote other "$1"
	host_authorize remote other "$key"
	fails "${@:2}"
	on remote sh -c 'sed -i /^other:/d /etc/passwd && rm -r /home/other'
}
profile 'Account other' 'Ppp auto'
other_shell /usr/sbin/nologin 76 'not answer with a ready line, but with "This account is currently not available' \
	'an account whose shell is nologin'
other_shell "$(type -P false)" 74 'is vpn-agent what answers there, as the shell of the account' \
	'an account whose shell says nothing'
other_shell "$(type -P sh)" 76 'vpn-agent is not what answers for the account on remote: check its login shell' \
	"the HOWTO's account, which runs what it is told"
other_shell /no/such/shell 77 'remote does not accept the key' 'an account whose shell is not there'
profile
peer <<<$'Legacy yes\nAllow pppd sshroute\nAddress 10.9.0.2 10.9.0.1\nOffer 10.2.0.0/16'
check "a remote that also takes the HOWTO's strings: up" connect up --once --quiet office
check "a remote that also takes the HOWTO's strings: down" connect down --quiet office
check "a remote that also takes the HOWTO's strings: nothing is left" wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- the remote's PPP program ends by itself
# ends_with COMMAND PATTERN NAME [HOST]: what `up` in the foreground says of a link that ends so.
ends_with()
{
	: >"$WORLD/said"
	connect up --once --foreground office >"$WORLD/said" &
	wait_for "$HOST_DEADLINE" "$3: it is up" grep -q 'is up:' "$WORLD/said"
	on "${4-remote}" sh -c "$1"
	wait $!
	matches "$2" "$(<"$WORLD/said")" "$3"
	lacks 'is vpn-agent what answers there' "$(<"$WORLD/said")" "$3: and not the agent's fault"
	check "$3: nothing is left" wait_for "$HOST_DEADLINE" 'the end' nothing_left
}
profile 'Ppp auto'
ends_with 'kill $(pidof ppptun)' 'the link is down: ppptun on remote was told to end' \
	"the remote's ppptun is told to end"
ends_with 'kill -9 $(pidof ppptun)' 'the link is down: the PPP program on remote was killed' \
	"the remote's ppptun is killed"
ends_with 'ip link delete sp-alice' \
	'the link is down: ppptun on remote failed: the log there says why' "the remote's device is deleted"
matches 'ppptun\[[0-9]+\]: the interface sp-alice was removed$' "$(host_log remote)" "the remote's log says so"
ends_with 'ip link delete sp-office' \
	'the link is down: ppptun failed .*the interface sp-office was removed"\]' "this side's device is deleted" local
on remote chmod 600 /dev/net/tun
fails 76 'ppptun on remote may not use its TUN device' "the remote's device is not for the account"
on remote chmod 666 /dev/net/tun
on remote mv /dev/net/tun /dev/net/away
fails 69 'ppptun on remote finds no TUN there|remote has no PPP: .*dev/net/tun' 'the remote has no device'
on remote mv /dev/net/away /dev/net/tun
on local chmod 600 /dev/net/tun
fails 71 'ppptun may not use its TUN device: /dev/net/tun must have mode 0666' \
	'the device here is not for RunAs'
on local chmod 666 /dev/net/tun
on local mv /dev/net/tun /dev/net/away
fails 69 'ppptun finds no TUN here: modprobe tun' 'no device here'
on local mv /dev/net/away /dev/net/tun
