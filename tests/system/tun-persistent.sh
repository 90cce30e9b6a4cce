#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Tun persistent: a whole VPN whose remote has no file capability, no setuid bit and no capability
# anywhere, over a TUN device that root has made for the account beforehand.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly PPPTUN=/usr/libexec/sallyport/ppptun AGENT=/usr/libexec/sallyport/vpn-agent
vpn_one_peer
vpn_local local
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
echo 'Tun persistent' | host_file remote /etc/sallyport/agent.conf 644
vpn_add "$(host_root remote)/etc/sallyport/peers/alice.conf" 'Address6 fd00:9::2 fd00:9::1'
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address 10.2.0.0/16
	Pppd     $PPPTUN
END

# device: as ppptun(8) has it.
device()
{
	on remote sh -c 'ip tuntap add dev sp-alice mode tun user slave
		ip link set dev sp-alice mtu 1500 addrgenmode none up
		ip address add 10.9.0.2 peer 10.9.0.1 dev sp-alice
		ip address add fd00:9::2 peer fd00:9::1 dev sp-alice
		ip route add 192.0.2.0/24 dev sp-alice proto 83'
}
# refused CODE WHAT REASON: `up` ends with that code, and the remote's log tells the reason.
refused()
{
	local lines
	lines=$(vpn_log remote | wc -l)
	check_exit "$1" "$2: up fails" on local vpn-connect up --once office
	vpn_log_since remote "$lines" >/dev/null
	matches "verdict=(deny|failed) .*reason=\"$3" "$(vpn_log remote | tail -n +"$((lines + 1))")" \
		"$2: the log tells why"
}

# --- what it needs, and may not have
device
refused 76 'file capabilities' 'permitted capabilities are [1-9a-f][0-9a-f]*, not 0 '
on remote setcap -r "$AGENT"
same '' "$(on remote getcap "$AGENT" "$PPPTUN" /usr/libexec/sallyport/sshroute)" 'no program has a file capability'
same '' "$(on remote find /usr/libexec/sallyport /usr/sbin/vpn-policy -perm /6000)" 'nor a setuid bit'

before_remote=$(vpn_state remote)
before_local=$(vpn_state local)

check 'up' on local vpn-connect up --once office
check 'the other end answers over IPv4' host_answers local 10.9.0.2
check 'the other end answers over IPv6' host_answers local fd00:9::2
pid=$(vpn_launched remote "$PPPTUN")
# shellcheck disable=SC2016 # expanded in the host
status=$(on remote grep -E '^(Uid|Groups|Cap|NoNewPrivs|Seccomp:)' "/proc/$pid/status" | tr '\t' ' ')
note "$status"
same 4 "$(grep -c '^Cap\(Inh\|Prm\|Eff\|Amb\): 0000000000000000$' <<<"$status")" 'ppptun has no capability'
matches "^Uid: [1-9][0-9]* " "$status" 'it is not uid 0'
matches '^NoNewPrivs: 1$' "$status" 'it has no new privileges'
matches '^Seccomp: 2$' "$status" 'it is under a filter'
record=$(vpn_log remote | grep "program=$PPPTUN" | tail -n 1)
bounding=$(on remote sh -c "sed -n 's/^CapBnd:\\s*0*//p' /proc/self/status")
matches "confinement=in-force .* caps_effective=0 caps_permitted=0 caps_inheritable=0 caps_bounding=$bounding caps_ambient=0 securebits=0 no_new_privs=1 .*seccomp=2" \
	"$record" 'the log says what is in force, and what is as it was'
matches '^192.0.2.0/24 dev sp-alice' "$(on remote ip route)" 'the route that was made beforehand serves'

check 'status is answered' on -u alice local ssh -T -o BatchMode=yes -- slave@remote status
check 'down' on local vpn-connect down office
check 'the local host is as it was' wait_for 20 'the former state' vpn_state_is local "$before_local"
check 'so is the remote, its device without carrier' wait_for 20 'the former state' vpn_state_is remote "$before_remote"

# --- the session's end, whoever makes it
check 'up again' on local vpn-connect up --once office
on remote kill -KILL "$(vpn_launched remote "$PPPTUN")"
check 'a killed ppptun takes the local side down' wait_for 30 'its end' \
	sh -c "! test -e $(host_root local)/sys/class/net/sp-office"
check 'and leaves the device without carrier' wait_for 20 'the former state' vpn_state_is remote "$before_remote"

# --- what a login brings along: no file capability makes a loader careful, nor takes a set away
root=$(host_root remote)
install -m 755 "$BUILD/tests/system/preload.so" "$root/usr/lib/mark.so"
echo 'AcceptEnv *' >"$root/etc/ssh/sshd_config.d/00-test.conf"
host_stop remote /run/sshd.pid
rm -f "$root/run/sshd.pid"
host_sshd remote
host_account remote carol
host_authorize remote carol "$(host_key local alice | cut -d' ' -f1,2)"
# with_variable NAME=VALUE LOGIN COMMAND
with_variable()
{
	on -u alice local ssh -T -o BatchMode=yes -o "SetEnv=$1" "$2@remote" "$3"
}
with_variable LD_PRELOAD=/usr/lib/mark.so carol true >"$WORLD/control" 2>&1
check 'a control: sshd hands LD_PRELOAD on, and it leaves its mark' test -e "$root/tmp/loaded"
rm -f "$root/tmp/loaded"
for variable in LD_PRELOAD=/usr/lib/mark.so LD_AUDIT=/usr/lib/mark.so LD_DEBUG=all; do
	same 'sallyport/1 status peer=alice sessions=0/1' \
		"$(with_variable "$variable" slave status 2>&1)" "$variable: the agent answers as ever"
done
check 'nothing of it was loaded' test ! -e "$root/tmp/loaded"

echo "publickey $(host_key local alice | cut -d' ' -f1,2)" >"$root/tmp/sshauth.test"
on remote chown slave: /tmp/sshauth.test
on remote chmod 600 /tmp/sshauth.test
# started STATE: the agent, as sshd starts it, by a process in that state.
started()
{
	on remote env -i SSH_CONNECTION='198.51.100.7 1000 198.51.100.1 22' \
		SSH_ORIGINAL_COMMAND=status SSH_USER_AUTH=/tmp/sshauth.test /src/build/tests/system/caller \
		"$(on remote id -u slave)" "$(on remote id -g slave)" "$1" -- "$AGENT" alice
}
check_exit 71 'ambient capabilities of the caller: refused' started ambient
lines=$(wc -l <"$root/var/log/messages")
same 'sallyport/1 status peer=alice sessions=0/1' "$(started inheritable)" 'inheritable ones: answered'
# The answer may be there before the log daemon has written.
check 'without them' wait_for "$HOST_DEADLINE" 'the second record' \
	sh -c "tail -n +$((lines + 1)) $root/var/log/messages | grep -q ' caps_permitted=0 caps_inheritable=0 '"
on remote cp -p "$AGENT" /tmp/agent
on remote cp /src/build/tests/system/agent-dynamic "$AGENT"
check_exit 71 'an agent that has a loader: refused' started umask=077
check 'and the log tells why' wait_for "$HOST_DEADLINE" 'its record' grep -q 'is linked dynamically' "$root/var/log/messages"
on remote cp /tmp/agent "$AGENT"

# --- a device that is not as it should be
on remote ip link set dev sp-alice mtu 1400
refused 69 'another MTU' 'sp-alice has an MTU of 1400: expected 1500'
on remote ip link set dev sp-alice mtu 1500
on remote ip address del 10.9.0.2 peer 10.9.0.1 dev sp-alice
refused 69 'no address' 'sp-alice has no address 10.9.0.2 with 10.9.0.1 at the other end'
on remote ip link set dev sp-alice down
refused 69 'down' 'sp-alice is not up'
on remote ip tuntap del dev sp-alice mode tun
refused 69 'no device' 'there is no device sp-alice'
on remote sh -c 'ip tuntap add dev sp-alice mode tun user root; ip link set dev sp-alice mtu 1500 up
	ip address add 10.9.0.2 peer 10.9.0.1 dev sp-alice; ip address add fd00:9::2 peer fd00:9::1 dev sp-alice'
refused 69 "another's" "this user may neither make nor open the TUN device sp-alice"
on remote ip tuntap del dev sp-alice mode tun
on remote sh -c 'ip tuntap add dev sp-alice mode tap user slave; ip link set dev sp-alice mtu 1500 up
	ip address add 10.9.0.2 peer 10.9.0.1 dev sp-alice; ip address add fd00:9::2 peer fd00:9::1 dev sp-alice'
refused 69 'one of the other kind' 'sp-alice'
on remote ip tuntap del dev sp-alice mode tap
device
mkfifo "$(host_root remote)/tmp/go"
# shellcheck disable=SC2016 # expanded in the host
on -u slave remote sh -c 'exec /usr/bin/python3 -c "import fcntl, struct
tun = open(\"/dev/net/tun\", \"r+b\", buffering=0)
fcntl.ioctl(tun, 0x400454ca, struct.pack(\"16sH22x\", b\"sp-alice\", 0x1001))
open(\"/tmp/go\").read()"' &
exec {go}>"$(host_root remote)/tmp/go"
refused 69 'in use' 'the TUN device sp-alice is in use'
exec {go}>&-
wait "$!"

# --- routes are the administrator's
on remote ip route del 192.0.2.0/24 dev sp-alice
check_exit 76 'a route of policy that is not there' on local vpn-connect up --once office
matches 'sshroute.*verdict=failed .*192.0.2.0/24.*Tun persistent' \
	"$(host_log remote)" 'and the log tells which'

# --- and pppd, which makes its own
printf '%s\n' 'Tun persistent' 'Ppp pppd' | host_file remote /etc/sallyport/agent.conf 644
refused 78 'pppd' 'Tun persistent needs ppptun, but Ppp says pppd'
echo 'Ppp ppptun' | host_file remote /etc/sallyport/agent.conf 644
refused 76 'Tun auto without file capabilities' 'permitted capabilities are 0, not '
