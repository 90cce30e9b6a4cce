#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Invitations that were cut short, altered or forged, that would replace what is there, or for which there is
# no room: nothing of them gets anywhere, a clear message says why, and this side is as it was.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/invite.sh
. "$SRC/tests/lib/invite.sh"

pool 10.7.0.0/24 fd00:7::/112
key=$(on remote cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)
check 'a profile that is there' import --name office "$(add first --invite --offer 10.3.0.0/16 | tail -n 1)"

# --- bad invitations; nothing of them gets anywhere
line=$(add last --invite --offer 10.2.0.0/16 | tail -n 1)
other=$(add else --invite | tail -n 1)
refuses local 78 'was cut short' 'a line without its end' import --name new "${line%.*}"
refuses local 78 'was cut short' 'a line that was cut' import --name new "${line:0:100}"
refuses local 78 'was cut short' 'a line of which the last is missing' import --name new "${line%?}"
tried invite-cut
refuses local 78 'was altered' 'a line with another character' import --name new "${line:0:40}x${line:41}"
refuses local 78 'was altered' "a line with another's end" import --name new "${line%.*}.${other##*.}"
tried invite-altered
tried invite-version
refuses local 78 'is of version 2.*install a newer' 'a line of a newer version' import --name new "sallyport2${line#sallyport1}"
refuses local 64 'neither an invitation nor a file' 'a line that is none' import --name new "$(printf 'a\tb;id')"
refuses local 78 'not an invitation' 'a file that is none' import --name new /etc/passwd
refuses local 64 'neither an invitation nor a file' 'a directory' import --name new /etc
refuses local 78 'not an invitation' 'nothing at all' import --name new -
refuses local 78 'office\.conf: is there already and says something else' 'a name that is taken' import --name office "$line"
tried invite-replaces
refuses local 64 'expected at most 32 letters' 'a name that leads elsewhere' import --name ../../x "$line"
refuses local 78 'there is no user nobody-here' 'a user that is none' import --run-as nobody-here --name new "$line"
refuses local 78 'ssh would be root' 'root' import --run-as root --name new "$line"
refuses local 77 'only root may do that' 'an ordinary user' on -u alice local vpn-connect import "$line"

# forge TEXT…: an invitation whose check is good.
forge()
{
	local payload mark
	payload=$(printf '%s\n' "$@" | base64 -w0 | tr '+/' '-_' | tr -d =)
	mark=sallyport1.$payload.
	printf '%s%s' "$mark" "$(printf %s "$mark" | openssl dgst -sha256 -binary | head -c 8 | base64 | tr '+/' '-_' | tr -d =)"
}
tried invite-forged
host_line="HostKey $key"
good=('Host remote' 'Account slave' 'Address 10.9.0.3 10.9.0.2' "$host_line" End)
check 'a forged one that is good is taken: the check tells no writer' import --name forged "$(forge laptop "${good[@]}")"
for row in 'Host -oProxyCommand=id|ProxyCommand' 'Host remote;id|remote;id' 'Account root -o x|too many values' \
	'Account ../x|Account' 'HostKey ssh-ed25519 AAAA|HostKey' 'HostKey none|HostKey' 'HostKey SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|known_hosts' \
	'Offer 0.0.0.0/0|default route' 'Offer 10.9.0.0/24|address of the link itself' 'Offer 12.0.0.0/6|more than an import takes' \
	'RunAs root|belongs in a profile' 'SshConfig /home/alice/x|belongs in a profile' 'ProxyCommand id|unknown keyword' 'Port 0|Port'; do
	text=${row%|*} lines=()
	for each in "${good[@]}"; do
		[ "${each%% *}" = "${text%% *}" ] || lines+=("$each")
	done
	refuses local 78 "${row#*|}" "forged: $text" import --name new "$(forge laptop "$text" "${lines[@]}")"
done
refuses local 78 'not the name of an invitation' 'forged: a peer that is a path' import --name new "$(forge ../x "${good[@]}")"
refuses local 78 'does not say for which peer' 'forged: a peer that is too long' import --name new "$(forge "$(printf '%040d' 0)" "${good[@]}")"
refuses local 78 'cut off' 'forged: without its end' import --name new "$(forge laptop "${good[@]:0:4}")"

refuses local 78 'has expired \(2020-01-01T00:00:00Z\)' 'one that has expired' \
	import --name new "$(forge laptop 'Expires 2020-01-01T00:00:00Z' "${good[@]}")"
said=$(import --name port "$(forge laptop 'Port 2222' "${good[@]}")" 2>/dev/null)
matches '^port: slave@remote port 2222, as the peer laptop' "$said" 'the port is said'
head -c 100000 /dev/zero | tr '\0' a | host_file local /root/long
refuses local 78 'it is too long' 'a file that is too long' import --name new /root/long
refuses local 71 'cannot read "standard input"' 'standard input that cannot be read' \
	on local sh -c 'vpn-connect import --run-as alice --name new - </root'

# let_go: ssh-keygen comes to the end of a key that is a pipe, each time that it reads it.
let_go()
{
	on local sh -c ': <>/home/alice/.ssh/id_sallyport_hang'
	! kill -0 "$importer"
}

# A signal in the middle: ssh-keygen hangs on a key that is a pipe. All that was made is gone.
on -u alice local mkfifo -m 600 /home/alice/.ssh/id_sallyport_hang
before=$(local_state)
on local sh -c "vpn-connect import --run-as alice --name hang $(forge laptop "${good[@]}") & echo \$! >/root/importer; wait \$!" >/dev/null 2>&1 &
importer=$!
wait_for "$HOST_DEADLINE" 'the profile' on local test -e /etc/sallyport/connect/hang.conf
on local sh -c 'kill -TERM "$(cat /root/importer)"'
wait_for "$HOST_DEADLINE" 'the end of the import' let_go
wait "$importer"
on local rm /root/importer
same "$before" "$(local_state)" 'a signal in the middle: everything is as it was'
tried invite-interrupted
on local sh -c "vpn-connect import --run-as alice --name hang $(forge laptop "${good[@]}") & echo \$! >/root/importer; wait \$!" >/dev/null 2>&1 &
importer=$!
wait_for "$HOST_DEADLINE" 'ssh-keygen' on local sh -c 'ps -eo args | grep -q "^/usr/bin/ssh-keyge[n] .*hang"'
on local sh -c 'kill -KILL "$(cat /root/importer)"'
wait "$importer"
check 'ssh-keygen does not outlive an import that is killed' wait_for "$HOST_DEADLINE" 'its end' \
	on local sh -c '! ps -eo args | grep -q "^/usr/bin/ssh-keyge[n] .*hang"'
on local sh -c 'rm -rf /home/alice/.ssh/id_sallyport_hang /etc/sallyport/*/hang.* /run/sallyport/connect/hang*'

# --- no room on the local side
full='cat /dev/zero >'
refuses local 71 'No space left' 'no room for the profile' on local sh -c \
	"mount -t tmpfs -o size=4k,mode=750 none /etc/sallyport/connect; $full/etc/sallyport/connect/full 2>/dev/null
	vpn-connect import --run-as alice --name new $line; code=\$?; umount /etc/sallyport/connect; exit \$code"
refuses local 78 'cannot make a key' 'no room for the key' on local sh -c \
	"mount -t tmpfs -o size=4k,uid=$(on local id -u alice) none /home/alice; $full/home/alice/full 2>/dev/null
	vpn-connect import --run-as alice --name new $line; code=\$?; umount /home/alice; exit \$code"
on local sh -c "ssh-keygen -q -t ed25519 -N secret -f /tmp/k && install -o alice -m 600 /tmp/k /home/alice/.ssh/id_sallyport_closed"
refuses local 78 'it may have a passphrase' 'a key with a passphrase is there' import --name closed "$line"
ledger_end
