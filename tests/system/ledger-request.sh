#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's hostile requests, through a real sshd. One ssh connection carries them all, for
# the connection is not what is attacked here.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
vpn_standin remote
vpn_share_connection local alice
ledger_begin remote

# bad ID REQUEST…: each is refused, and the log has it as it was sent, or its beginning.
bad()
{
	local id=$1 request name shown
	shift
	for request; do
		printf -v name %q "${request:0:40}"
		attack_as "$id" "$name" . vpn_ask "$request"
		shown=$(ledger_record request)
		if [ -z "$shown" ] || [ "${request:0:${#shown}}" != "$shown" ]; then
			fail "$id: the log has the request's bytes"
			note "sent: ${request:0:200}"
			note "logged: $shown"
		fi
	done
}

attack request-plain 'status is in Allow' vpn_ask status
attack request-none 'a shell was asked for' vpn_ask
bad request-empty ' ' $'\t' '     '
attack_as request-empty 'an empty command' 'a shell was asked for|column' vpn_ask ''

attack request-sftp . vpn_ask_subsystem sftp
for subsystem in netconf status; do
	attack_as request-subsystem "$subsystem" . vpn_ask_subsystem "$subsystem"
done
bad request-scp 'scp -t /tmp' 'scp -f /etc/passwd' 'rsync --server --sender . /' \
	"git-upload-pack '/'" 'internal-sftp' '/usr/lib/openssh/sftp-server'
# shellcheck disable=SC2016 # meant as they are
bad request-shell 'status; id' 'status | sh' 'status & id' 'status && id' 'status $(id)' \
	'status `id`' 'status > /tmp/x' 'status # pppd' 'status *' '{status,pppd}' \
	"pppd ready='aaaaaaaaaaaaaaaa'" 'status;' '$(status)' '! status' '~'
bad request-control $'status\nid' $'status\r' $'\e[2J\e]0;x\astatus' $'status\a' \
	$'status\x7f' $'status\x80\x9b31m\x9f' $'st\xc3\xa4tus' $'status \x01' $'\xef\xbb\xbfstatus'
bad request-forged \
	$'x\nNov 24 00:00:00 remote vpn-agent[1]: verdict=allow id=00000000 code=0 peer=alice' \
	'x" verdict=allow reason="y' 'x\" verdict=allow' $'x"\nverdict=allow' 'x\x22'
bad request-format '%s%s%s%s%n' '%99999d' 'pppd ready=%n%n%n%n%n%n%n%n'
bad request-512 "status$(printf ' %.0s' {1..506})" "pppd ready=$(printf 'a%.0s' {1..501})"
bad request-long "pppd ready=$(printf 'a%.0s' {1..502})" "$(printf 'x%.0s' {1..130000})" \
	"$(printf 'a %.0s' {1..60000})a"
bad request-option --help -S '-S prog' -oProxyCommand=id -- '-- status' 'status --' \
	'status --help' 'pppd -v' 'sshroute --id 00000000' 'sshroute --log 3' --version -c '-c id'
bad request-abbreviated p pp ppp stat s sshrout PPPD Status STATUS 'pppd READY=aaaaaaaaaaaaaaaa' \
	'pppd r=aaaaaaaaaaaaaaaa' 'pppd read=aaaaaaaaaaaaaaaa'
bad request-repeated 'pppd ready=aaaaaaaaaaaaaaaa ready=aaaaaaaaaaaaaaaa' \
	'status ready=aaaaaaaaaaaaaaaa' 'sshroute ready=aaaaaaaaaaaaaaaa' 'pppd color=red' \
	'pppd ready' 'pppd ready=' 'pppd =x' 'pppd status' 'status status'
bad request-blanks ' status' 'status ' 'pppd  ready=aaaaaaaaaaaaaaaa' $'pppd\tready=aaaaaaaaaaaaaaaa'
bad request-environment 'VAR=x pppd' 'env pppd' 'exec status' 'LD_PRELOAD=/tmp/x.so status' \
	'() { :;}; id'
bad request-path ../pppd ./status /usr/sbin/chat /bin/sh 'pppd /dev/pts/0' 'pppd ready=../../../etc/pas' \
	'/usr/libexec/sallyport/vpn-agent alice' '/usr/libexec/sallyport/sshroute'
bad request-wildcard 'pppd ready=*' 'pppd ready=????????????????' '*' 'stat?s'
bad request-nonce 'pppd ready=aaaaaaaaaaaaaaa' "pppd ready=$(printf 'a%.0s' {1..33})" \
	'pppd ready=aaaaaaaaaaaaaaa=' 'pppd ready=aaaaaaaaaaaaaaa"' 'pppd ready=aaaaaaaa%aaaaaaa'
bad request-keepalive 'pppd keepalive=' 'pppd keepalive=0' 'pppd keepalive=4' 'pppd keepalive=601' \
	'pppd keepalive=-5' 'pppd keepalive=+5' 'pppd keepalive=05' 'pppd keepalive=0x10' 'pppd keepalive=15s' \
	'pppd keepalive=1e1' 'pppd keepalive=15 keepalive=15' 'pppd keepalive=4294967311' \
	'pppd keepalive=18446744073709551631' "pppd keepalive=$(printf '9%.0s' {1..400})" 'pppd keepalive=%n' \
	'status keepalive=15'
bad request-peer 'pppd peer=bob' 'status bob' 'bob' 'pppd user=bob'
bad request-sshroute 'sshroute 0.0.0.0/0' 'sshroute route=203.0.113.0/24' 'sshroute dev=to-local'

for request in '/usr/local/bin/sudo /usr/sbin/pppd' '/usr/sbin/pppd' 'sudo /usr/sbin/pppd' 'exec pppd' \
	'pppd nodetach notty noauth' 'sudo /home/slave/route'; do
	attack_as request-legacy "$request" 'Legacy no' vpn_ask "$request"
done
sed -i 's/^Allow.*/Allow status/' "$(host_root remote)/etc/sallyport/peers/alice.conf"
attack request-not-allowed 'pppd is not in Allow' vpn_ask pppd
attack_as request-not-allowed 'sshroute' 'sshroute is not in Allow' vpn_ask sshroute

# At the end, because each process that the shell starts afterwards is as large as the shell has become.
# ssh puts the words together; the kernel takes no string of more than 128 KiB at an execve(2).
mapfile -t words < <(yes a | head -n 100000)
attack request-huge . vpn_ask "${words[@]}"
ledger_end
