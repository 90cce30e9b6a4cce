#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: `vpn-connect diagnose` names the step at which a link fails, says why and what to do, and leaves
# nothing: faults of this host, of the way to the remote, and of the login.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/diagnose.sh
. "$SRC/tests/lib/diagnose.sh"

fine 'all is well' --to 10.2.0.5
LOCAL=$(host_root local) REMOTE=$(host_root remote)

# --- this host
office 'Nonsense yes'
fault 78 profile 'office.conf:[0-9]+.*Nonsense' 'an error in the profile'
office 'RunAs nobody-here'
fault 78 user 'there is no user nobody-here' 'RunAs is nobody'
host_file local /home/alice/.ssh/config <<<'Nonsense yes'
office
fault 78 ssh 'does not say how it would connect.*bad configuration.*-> correct its ssh_config' 'a wrong ssh_config'
rm "$LOCAL/home/alice/.ssh/config"
office 'IdentityFile /home/alice/.ssh/absent'
fault 78 key 'absent: there is no such file.*-> make the key as alice' 'the key file is not there'
on -u alice local sh -c 'cp .ssh/id_ed25519 .ssh/shared && chmod 644 .ssh/shared && cp .ssh/id_ed25519 .ssh/locked &&
	ssh-keygen -q -p -N secret -f .ssh/locked' >/dev/null
office 'IdentityFile /home/alice/.ssh/shared'
fault 78 key 'others may read it.*-> chmod 600' 'others may read the key'
office 'IdentityFile /home/alice/.ssh/locked'
fault 78 key 'only an agent can use it.*-> remove its passphrase' 'the key has a passphrase, and there is no agent'
office
on local chmod a-x /usr/libexec/sallyport/ppptun
fault 69 'ppp program' 'ppptun' 'no PPP program here'
on local chmod a+x /usr/libexec/sallyport/ppptun
on local ip link add sp-office type veth peer name other
fault 71 'this host' 'an interface sp-office already.*-> remove it' "the interface's name is taken"
on local ip link delete sp-office

# --- the way to the remote
office 'Host nosuch.invalid'
fault 68 name 'nosuch.invalid cannot be resolved.*-> check' 'the name is not known'
office 'Port 9'
fault 68 tcp '198.51.100.1 port 9 .*refused.*-> does sshd run there' 'the port is closed'
office 'Host 203.0.113.1'
fault 68 tcp 'no route to the address' 'there is no route'
office
on remote nft -f - <<<'table inet f { chain in { type filter hook input priority 0; tcp dport 22 drop; }; }'
fault 68 tcp 'no answer at all: a packet filter' 'a packet filter drops what is sent'
on remote nft delete table inet f
# Packets as they are on a wire, and not what the kernel makes of several.
on local ip link set to-remote gso_max_segs 1
on remote nft -f - <<<'table inet f { chain in { type filter hook input priority 0; iifname "to-local" ip length > 1000 drop; }; }'
fault 68 exchange 'large ones of up to 1500 bytes vanish.*MTU hole.*-> .*fragmentation needed' 'an MTU hole below ssh'
on remote nft delete table inet f
echo '198.51.100.66 twofold
198.51.100.1 twofold' >>"$LOCAL/etc/hosts"
sed 's/^[^ ]*/twofold/' "$LOCAL/etc/ssh/ssh_known_hosts" >"$WORLD/more"
cat "$WORLD/more" >>"$LOCAL/etc/ssh/ssh_known_hosts"
office 'Host twofold'
fault 4 tcp '198.51.100.66 port 22' 'one of two addresses is dead'
matches '^ok +ping ' "$SAID" 'one of two addresses is dead: the link comes up all the same'
# listener PORT TEXT: somebody who says that to each connection, and stays
listener()
{
	# shellcheck disable=SC2016 # perl's
	host_daemon remote /run/listener.pid perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(LocalPort => $ARGV[0], LocalHost => "0.0.0.0", Listen => 5, ReuseAddr => 1) or die $@;
		my @held;
		while (my $c = $s->accept) { syswrite $c, $ARGV[1]; push @held, $c }' "$1" "$2"
	wait_for "$HOST_DEADLINE" 'a listener' host_listens remote "$1"
}
listener 2201 $'220 mail.example.org ESMTP\r\n'
office 'Port 2201'
fault 68 exchange 'what listens there is no sshd: it says "220 mail.example.org' 'another server on that port'
lacks 'host key is not known|log in once' "$SAID" 'another server on that port: nobody is told to get to know it'
host_stop remote /run/listener.pid
listener 2202 ''
office 'Port 2202'
fault 68 exchange 'no word comes' 'a server that says nothing'
host_stop remote /run/listener.pid

# --- the host key, and jump hosts
office
known=$LOCAL/etc/ssh/ssh_known_hosts
mv "$known" "$known.away"
fault 77 'host key' 'not known to alice.*-> log in once by hand' 'the host key is not known'
sed "s|AAAA.*|$(cut -d' ' -f2 <<<"$KEY")|" "$known.away" >"$known"
fault 77 'host key' 'is not the one that RunAs knows.*-> find out why' 'the host key has changed'
mv "$known.away" "$known"
host_create jump
host_wire jump 203.0.113.1/24 local 203.0.113.7/24
host_wire jump 192.0.2.129/25 remote 192.0.2.130/25
on local sh -c "grep -v 192.0.2.130 /etc/hosts >/tmp/h; cat /tmp/h >/etc/hosts; rm /tmp/h"
host_account jump hop /bin/sh
mkdir -p "$(host_root jump)/etc/ssh/sshd_config.d"
echo 'AllowTcpForwarding no' >"$(host_root jump)/etc/ssh/sshd_config.d/refuse.conf"
host_sshd jump
host_trust local jump
host_authorize jump hop "$KEY"
host_file local /home/alice/.ssh/config <<<$'Host remote\nHostName 192.0.2.130\nHostKeyAlias remote\nProxyJump hop@jump'
fault 77 'jump host' 'a jump host on the way to remote does not forward.*AllowTcpForwarding' 'the jump host refuses'
rm "$LOCAL/home/alice/.ssh/config"

# --- the login, and what answers
mv "$REMOTE/etc/sallyport/authorized_keys" "$REMOTE/etc/sallyport/away"
fault 77 login 'remote does not accept the key' 'the key is not authorized'
mv "$REMOTE/etc/sallyport/away" "$REMOTE/etc/sallyport/authorized_keys"
on remote chage -E 1 slave
fault 74 login 'takes the key and then ends the login.*-> .*expired' 'the account there has expired'
on remote chage -E -1 slave
answers 'eval "$SSH_ORIGINAL_COMMAND"'
fault 76 command 'vpn-agent is not what answers for the account' 'a shell answers, and no agent'
answers 'echo "Welcome to remote!"; cat >/dev/null'
fault 76 command 'but with "Welcome to remote!"' 'a greeting before the ready line'
answers 'printf "~\377}#\300!}!}!} }4}\"}&} } } } }%}&\252\273\314\335~"; cat >/dev/null'
fault 74 command 'PPP frames at once, of a program that was started without vpn-agent' 'pppd itself answers: garbage right into my face'
office

peer <<<$'Allow status\nAddress 10.9.0.2 10.9.0.1'
fault 77 agent 'the policy of remote denies this.*-> ask the administrator.*id=[0-9a-f]+' 'policy does not allow it'
peer <<<$'Allow pppd sshroute\nAddress 10.9.0.2 10.9.0.1\nExpires 2020-01-01T00:00:00Z'
fault 77 'agent|login' 'denies this|does not accept' 'the peer has expired'
good_peer
vpn_add "$REMOTE/etc/sallyport/peers/alice.conf" 'From 192.0.2.0/24'
fault 77 agent 'denies this.*id=' 'From does not name this host'
good_peer
vpn_add "$REMOTE/etc/sallyport/peers/alice.conf" 'Nonsense'
fault 78 agent 'a policy file on remote has an error.*id=' 'a policy file there is broken'
on remote rm /etc/sallyport/peers/alice.conf
fault 78 agent 'has no file for this peer' 'the peer has no file there'
good_peer
on remote mv /dev/net/tun /dev/net/away
fault 69 'ppp there' 'ppptun on remote finds no TUN there.*-> its administrator can' 'no TUN there'
on remote mv /dev/net/away /dev/net/tun

the_table
