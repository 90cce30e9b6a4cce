#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The demonstration itself: two hosts, set up by the steps that README.md gives an administrator,
# and a VPN between them that comes, carries, and goes. In the guest it is the kernel's PPP, on
# this machine ppptun.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
SSH_CHOICE=debian
trap - EXIT # a person watches: no list of checks, but one verdict

readonly TRANSFER_BYTES=$((10 * 1000 * 1000))
readonly TRANSFER_PORT=5001

step_begin=$EPOCHREALTIME
# say TEXT: the step that has just been done, and its time.
say()
{
	local now=$EPOCHREALTIME tenths
	tenths=$(((${now/[.,]/} - ${step_begin/[.,]/}) / 100000))
	printf '%4d.%d s  %s\n' $((tenths / 10)) $((tenths % 10)) "$*"
	step_begin=$EPOCHREALTIME
}

# show TEXT: what a program printed, set off from the steps.
show()
{
	sed 's/^/           | /'
}

broken()
{
	echo "Sallyport does not work here: $*"
	exit 1
}

# world.sh calls this when a host cannot be made.
give_up()
{
	broken "$@"
}

must()
{
	local what=$1 output
	shift
	output=$("$@" 2>&1) || broken "$what: \`$*\` exited with $?: $output"
}

# Nothing has to be said for it.
ppp=auto program=/usr/libexec/sallyport/ppptun
if [ -n "$LAB_GUEST" ]; then
	ppp=pppd program=/usr/sbin/pppd
	host_has_ppp || broken 'the guest has no PPP'
fi
host_create remote local
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
say 'two hosts, joined by a wire: remote 198.51.100.1, local 198.51.100.7'

vpn_remote remote
echo "Ppp $ppp" | host_file remote /etc/sallyport/agent.conf 644
host_account local alice
vpn_peer remote alice <<END
Key      $(host_key local alice)
From     198.51.100.0/24
Allow    pppd sshroute status
Address  10.9.0.2 10.9.0.1
Route    192.0.2.0/24
Offer    10.2.0.0/16
END
must 'policy' on remote vpn-policy check /etc/sallyport/agent.conf /etc/sallyport/peers/alice.conf
vpn_authorize remote
say 'remote: account, make install-remote, policy for alice, authorized_keys, sshd'

vpn_local local
host_trust local remote
vpn_profile local office <<END
Host     remote
RunAs    alice
Address  10.9.0.1 10.9.0.2
Accept   10.2.0.0/16
Ppp      $ppp
END
must 'profile' on local vpn-policy check /etc/sallyport/connect/office.conf
before_remote=$(vpn_state remote)
before_local=$(vpn_state local)
say 'local: make install-local, profile office'

up=$(on local vpn-connect up office 2>&1) || broken "vpn-connect up office: $up"
show <<<"$up"
say 'vpn-connect up office'

must 'ping' on local ping -c 3 -i 0.2 -W 5 10.9.0.2
say 'the other end of the tunnel answers: ping 10.9.0.2'

on remote sh -c "head -c $TRANSFER_BYTES /dev/urandom >/tmp/sent"
# shellcheck disable=SC2016 # expanded in the host
on remote setsid --fork sh -c 'exec busybox nc -l -p "$1" </tmp/sent >/dev/null 2>&1' sh "$TRANSFER_PORT"
must 'a TCP server on remote' wait_for 20 'the port' host_listens remote "$TRANSFER_PORT"
must 'moving 10 MB' timeout 90 nsenter -t "${HOST_PID[local]}" --mount --net --pid \
	bash -c "head -c $TRANSFER_BYTES </dev/tcp/10.9.0.2/$TRANSFER_PORT >/tmp/received"
sent=$(on remote sha256sum </dev/null /tmp/sent | cut -d' ' -f1)
received=$(on local sha256sum </dev/null /tmp/received | cut -d' ' -f1)
[ "$sent" = "$received" ] || broken "10 MB arrived as something else: $sent, $received"
say "10 MB by TCP through the tunnel, SHA-256 the same on both sides: ${sent:0:16}…"

show <<<"$(on local vpn-connect status office)"
say 'vpn-connect status office'

pid=$(vpn_launched remote "$program") || broken "there is no ${program##*/} on the remote"
show <<<"$(on remote grep -E '^(Uid|Cap[A-Z][a-z]+|NoNewPrivs|Seccomp):' "/proc/$pid/status")"
say "what the remote's ${program##*/} is left with: /proc/$pid/status"

show <<<"$(vpn_log remote)"
say "the agent's records in the remote's log"

must 'vpn-connect down office' on local vpn-connect down office
say 'vpn-connect down office'

rm -f "$(host_root remote)/tmp/sent" "$(host_root local)/tmp/received"
must 'the end of the remote session' wait_for 20 'its end' vpn_state_is remote "$before_remote"
must 'the end of the local side' wait_for 20 'its end' vpn_state_is local "$before_local"
[ "$(on -u alice local ssh -T -o BatchMode=yes slave@remote status)" = \
	'sallyport/1 status peer=alice sessions=0/1' ] || broken 'the session is still locked'
say 'nothing is left on either host: no interface, address, route, process, lock or file'
echo 'Sallyport works.'
