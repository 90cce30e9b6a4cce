#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The agent behind a real sshd: what it launches and with which privileges, what it answers, what
# it refuses, and what the log has of it. pppd is a stand-in that only waits.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

vpn_one_peer
host_account local mallory
# ask REQUEST…: as alice, over ssh. The first is what ssh sends; none asks for a shell.
ask()
{
	vpn_ask "$@" </dev/null 2>&1
}

last_record()
{
	vpn_log remote | tail -n 1
}

# --- without PPP in the kernel (natively there is none; in the lab this part is passed over)
if ! host_has_ppp; then
	matches '^sallyport/1 ready abcdefghijklmnop link=ppptun ' "$(ask pppd ready=abcdefghijklmnop | head -n 1)" \
		'a kernel without PPP gets ppptun'
	host_file remote /etc/sallyport/agent.conf <<<'Ppp pppd'
	check_exit 69 'a kernel without PPP gives exit 69' ask pppd
	matches 'verdict=failed .*code=69.*this kernel has no PPP' "$(last_record)" \
		'the log says in plain words why'
	host_file remote /etc/sallyport/agent.conf </dev/null
fi
vpn_standin remote

# --- what is launched
# Who opens the pipe has emptied the output before.
mkfifo "$WORLD/input"
on -u alice local ssh -T -o BatchMode=yes slave@remote pppd ready=abcdefghijklmnop \
	>"$WORLD/output" 2>&1 <"$WORLD/input" &
client=$!
exec 5>"$WORLD/input"
check 'the stand-in is launched' wait_for 20 'the line' grep -q '^launched' "$WORLD/output"
same 'sallyport/1 ready abcdefghijklmnop link=pppd address=10.9.0.2 peer-address=10.9.0.1 offer=10.2.0.0/16 mru=1500' \
	"$(head -n 1 "$WORLD/output" | tr -d '\r')" 'the ready line comes first'
pid=$(vpn_launched remote)
field()
{
	sed -n "s/^$1:[[:space:]]*//p" "$(host_root remote)/proc/$pid/status" | tr '\t' ' '
}
same '0 0 0 0' "$(field Uid)" 'it runs as uid 0 where pppd needs that'
same '' "$(field Groups | tr -d ' ')" 'it has no supplementary group'
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	same 0000000000001000 "$(field "$set")" "$set is CAP_NET_ADMIN and nothing else"
done
same 1 "$(field NoNewPrivs)" 'no_new_privs is set'
same 2 "$(field Seccomp)" 'a seccomp filter is in force'
same '/usr/sbin/pppd notty nodetach noauth local nocrtscts nolock noccp novj noipdefault nodefaultroute noproxyarp asyncmap 0 10.9.0.2:10.9.0.1 noipv6 mru 1500 mtu 1500 lcp-echo-interval 3 lcp-echo-failure 3 lcp-echo-adaptive ifname sp-alice silent' \
	"$(on remote sh -c "tr '\\0' ' ' </proc/$pid/cmdline" | sed 's/ $//')" 'its argv is the plan'
same 'PATH=/usr/sbin:/usr/bin:/sbin:/bin' \
	"$(on remote sh -c "tr '\\0' ' ' </proc/$pid/environ" | sed 's/ $//')" \
	'its environment is PATH and nothing else'
# shellcheck disable=SC2012 # names are numbers
same '0 1 2 lock' "$(on remote sh -c "cd /proc/$pid/fd && for fd in *; do
	case \$(readlink \$fd) in */sessions) echo lock ;; *) echo \$fd ;; esac; done" | sort | xargs)" \
	'its descriptors are three and the lock'
same /dev/null "$(on remote readlink "/proc/$pid/fd/2")" 'its standard error does not reach the client'
# shellcheck disable=SC2016 # awk's, not the shell's
same 64 "$(on remote awk '/open files/ {print $5}' "/proc/$pid/limits")" 'its descriptors are limited'

# --- the log, line by line
records=$(vpn_log remote | tail -n 2)
fingerprint=$(on -u alice local ssh-keygen -lf .ssh/id_ed25519.pub | cut -d' ' -f2)
matches "verdict=allow id=[0-9a-f]{8} code=0 peer=alice verb=pppd from=198.51.100.7 port=[0-9]+ key=${fingerprint//+/\\+} rule=/etc/sallyport/peers/alice.conf:3 reason=\"pppd is in Allow\" request=\"pppd ready=abcdefghijklmnop\"$" \
	"$records" 'the verdict names peer, key, address, and the line that decided'
matches 'confinement=in-force id=[0-9a-f]{8} program=/usr/sbin/pppd interface=sp-alice uid=0 gid=0 groups=none caps_effective=1000 caps_permitted=1000 caps_inheritable=1000 caps_bounding=1000 caps_ambient=1000 securebits=ef no_new_privs=1 mdwe=[01] landlock=[0-9]+ seccomp=2 reach=not-held$' \
	"$records" 'a second record says what is in force'

# --- sessions
same 'sallyport/1 status peer=alice sessions=1/1 interface=sp-alice state=missing' "$(ask status)" \
	'status names the session, and says that the stand-in made no interface'
check_exit 75 'a second session is refused' ask pppd
matches 'verdict=deny .*code=75.*all 1 sessions of alice are in use' "$(last_record)" \
	'and the log says that all are in use'
exec 5>&-
wait "$client"
check 'the session ends with its connection' wait_for 20 'its end' \
	sh -c "! test -e $(host_root remote)/proc/$pid"
same 'sallyport/1 status peer=alice sessions=0/1' "$(ask status)" 'and its slot is free'

# --- refusals: exit code, one record, nothing launched
# refused CODE PATTERN NAME REQUEST…
refused()
{
	local code=$1 pattern=$2 name=$3 before
	shift 3
	before=$(vpn_log remote | wc -l)
	check_exit "$code" "$name: exit $code" ask "$@"
	same 1 "$(vpn_log_since remote "$before")" "$name: one record"
	matches "$pattern" "$(last_record)" "$name: the record tells why"
	check_not "$name: nothing is launched" vpn_launched remote
}
refused 65 'code=65.*a shell was asked for' 'a shell'
refused 65 'code=65.*expected pppd' 'an unknown request' 'id; cat /etc/passwd'
refused 65 'request="pppd\\x0averdict=allow' 'a line feed in the request' $'pppd\nverdict=allow'
refused 65 'code=65' 'an option for pppd' 'pppd plugin=/tmp/x.so'
refused 65 'code=65' 'a request of 513 bytes' "pppd ready=$(printf 'a%.0s' {1..502})"
refused 65 'code=65' 'an environment before the verb' 'VAR=x pppd'
refused 77 'code=77.*alice.conf.*Legacy' 'the HOWTO'"'"'s string without Legacy' \
	'/usr/local/bin/sudo /usr/sbin/pppd'
refused 75 'code=75.*alice has no session' 'sshroute without a session' sshroute
begin=$(vpn_log remote | wc -l)
check_not 'the sftp subsystem is refused' on -u alice local \
	sftp -b /dev/null -o BatchMode=yes slave@remote
same 1 "$(vpn_log_since remote "$begin")" 'and leaves one record'

# --- keys and policy
other=$(host_key local mallory | cut -d' ' -f1,2)
echo "command=\"/usr/libexec/sallyport/vpn-agent alice\",restrict $other" \
	>>"$(host_root remote)/etc/sallyport/authorized_keys"
before=$(vpn_log remote | wc -l)
check_exit 77 'a key that is not in the peer'"'"'s policy is denied' \
	on -u mallory local ssh -T -o BatchMode=yes slave@remote pppd
matches 'code=77' "$(last_record)" 'and the log has it'
same 1 "$(vpn_log_since remote "$before")" 'in one record'
vpn_authorize remote
echo "restrict $other" >>"$(host_root remote)/etc/sallyport/authorized_keys"
check_exit 77 'a key without a forced command is denied' \
	on -u mallory local ssh -T -o BatchMode=yes slave@remote pppd
check_exit 65 'and cannot name a peer itself' on -u mallory local \
	ssh -T -o BatchMode=yes slave@remote /usr/libexec/sallyport/vpn-agent alice
# It replaces no file with such a line.
on remote rm /etc/sallyport/authorized_keys
vpn_authorize remote

vpn_add "$(host_root remote)/etc/sallyport/peers/alice.conf" 'Shout yes'
refused 78 'code=78.*alice.conf:7:1 reason' 'a policy file with an error' pppd
sed -i '/^Shout/d' "$(host_root remote)/etc/sallyport/peers/alice.conf"
chmod 666 "$(host_root remote)/etc/sallyport/peers/alice.conf"
refused 78 'code=78.*writable' 'a policy file that others can write' pppd
chmod 644 "$(host_root remote)/etc/sallyport/peers/alice.conf"
sed -i 's/^From.*/From 203.0.113.0\/24/' "$(host_root remote)/etc/sallyport/peers/alice.conf"
refused 77 'code=77.*alice.conf:2 reason' 'another address than From' pppd
sed -i 's/^From.*/Expires 2001-01-01T00:00:00Z/' "$(host_root remote)/etc/sallyport/peers/alice.conf"
refused 77 'code=77.*alice.conf:2 reason' 'an expired peer' pppd
sed -i '/^Expires/d' "$(host_root remote)/etc/sallyport/peers/alice.conf"

# --- a session that runs is not asked again
on -u alice local ssh -T -o BatchMode=yes slave@remote pppd >"$WORLD/output" 2>&1 <"$WORLD/input" &
client=$!
exec 5>"$WORLD/input"
check 'a session before the peer expires' wait_for 20 'the line' grep -q '^launched' "$WORLD/output"
pid=$(vpn_launched remote)
vpn_add "$(host_root remote)/etc/sallyport/peers/alice.conf" 'Expires 2001-01-01T00:00:00Z' 'From 203.0.113.0/24'
check_exit 77 'then the peer is denied' ask status
same "$pid" "$(vpn_launched remote)" 'and its session goes on'
sed -i '/^Expires/d; /^From/d' "$(host_root remote)/etc/sallyport/peers/alice.conf"
exec 5>&-
wait "$client"
check 'until its connection ends' wait_for 20 'its end' vpn_idle remote

# --- sshroute: what it has to say of the host is for the log; and a filter that kills
host_file remote /etc/sallyport/agent.conf <<<'Seccomp kill'
on -u alice local ssh -T -o BatchMode=yes slave@remote pppd >"$WORLD/output" 2>&1 <"$WORLD/input" &
client=$!
exec 5>"$WORLD/input"
check 'with Seccomp kill pppd is launched' wait_for 20 'the line' grep -q '^launched' "$WORLD/output"
said=$(ask sshroute)
same 75 "$?" 'sshroute without its interface gives exit 75'
matches '^sallyport: busy \(id [0-9a-f]{8}\)$' "$said" 'and tells the client an id and nothing else'
id=$(grep -o '[0-9a-f]\{8\}' <<<"$said")
matches "sshroute\\[[0-9]+\\]: verdict=failed id=$id code=75 reason=\".*sp-alice" \
	"$(host_log remote | tail -n 20)" 'and the log why, under that id'
exec 5>&-
wait "$client"
check 'its session ends with its connection' wait_for 20 'its end' vpn_idle remote
host_file remote /etc/sallyport/agent.conf </dev/null

# --- launching as the account, for a pppd that does not ask for uid 0
printf '%s\n' 'LaunchAs account' 'Ppp pppd' | host_file remote /etc/sallyport/agent.conf
check_exit 71 'a device that the account may not open gives exit 71' ask pppd
matches 'verdict=failed .*code=71.*/dev/ppp: Permission denied' "$(last_record)" \
	'and the log says which'
on remote chmod 666 /dev/ppp
on -u alice local ssh -T -o BatchMode=yes slave@remote pppd >"$WORLD/output" 2>&1 <"$WORLD/input" &
client=$!
exec 5>"$WORLD/input"
check 'it is launched' wait_for 20 'the line' grep -q '^launched' "$WORLD/output"
pid=$(vpn_launched remote)
uid=$(on remote id -u slave)
same "$uid $uid $uid $uid" "$(field Uid)" 'as the account'
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
	same 0000000000001000 "$(field "$set")" "as the account: $set is CAP_NET_ADMIN and nothing else"
done
exec 5>&-
wait "$client"
host_file remote /etc/sallyport/agent.conf </dev/null
check 'that session ends with its connection' wait_for 20 'its end' vpn_idle remote

# --- a pppd that is asked for its version has nothing of the session, and ends with the agent
on remote install -m 0755 /src/build/tests/system/mute /usr/sbin/pppd
asked()
{
	on remote sh -c 'grep -lz -- "^--version$" /proc/[0-9]*/cmdline 2>/dev/null' |
		sed -n 's|^/proc/\([0-9]*\)/.*|\1|p' | grep -m 1 .
}
on -u alice local ssh -T -o BatchMode=yes slave@remote pppd </dev/null >"$WORLD/output" 2>&1 &
client=$!
check 'it is asked' wait_for 20 'the question' asked
pid=$(asked)
parent=$(field PPid)
same '/dev/null pipe pipe' "$(on remote sh -c "for fd in 0 1 2; do readlink /proc/$pid/fd/\$fd; done" |
	sed 's/:.*//' | paste -sd' ')" 'its input is not the client'
same 3 "$(on remote ls "/proc/$pid/fd" | wc -l)" 'it holds no lock, log or other descriptor'
on remote kill -KILL "$parent"
check 'it ends with the agent' wait_for "$HOST_DEADLINE" 'its end' host_lacks_process remote "$pid"
wait "$client"
check 'and the session is free' wait_for 20 'its end' vpn_idle remote
vpn_standin remote

# --- sshd writes into /tmp which key it was; where it cannot, that is no denial
on remote sh -c 'mount -t tmpfs -o size=64k,mode=1777 full /tmp && ! head -c 1M /dev/zero >/tmp/fill' 2>/dev/null
refused 71 'code=71.*cannot write that into /tmp: No space left' 'a full /tmp is a lack of room' pppd
on remote sh -c 'rm /tmp/fill && mount -o remount,ro /tmp'
refused 71 'code=71.*cannot write that into /tmp: Read-only' 'a read-only /tmp is no denial either' pppd
on remote umount /tmp

# --- the agent's own file
on remote setcap -r /usr/libexec/sallyport/vpn-agent
refused 71 'code=71.*file capabilities' 'an agent without file capabilities' pppd
on remote setcap cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p /usr/libexec/sallyport/vpn-agent
on remote chmod u+s /usr/libexec/sallyport/vpn-agent
refused 71 'code=71.*setuid' 'an agent with a setuid bit' pppd
on remote chmod u-s /usr/libexec/sallyport/vpn-agent
on remote setcap cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p /usr/libexec/sallyport/vpn-agent
same 'sallyport/1 status peer=alice sessions=0/1' "$(ask status)" 'after all that it still serves'
host_stop remote /run/syslogd.pid
check_exit 71 'without a system log nobody is let in' ask status
