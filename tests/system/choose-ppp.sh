#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Who the agent lets speak PPP: what policy says, what the client says, what the host has; and that
# what finds out holds nothing.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly PPPTUN=/usr/libexec/sallyport/ppptun
vpn_one_peer
vpn_standin remote

# policy LINE…: instead of what agent.conf says
policy()
{
	printf '%s\n' "$@" | host_file remote /etc/sallyport/agent.conf 644
}
# The first word of what that request comes to: the program, or the status of what was refused.
comes_to()
{
	local lines status=0
	lines=$(vpn_log remote | wc -l)
	vpn_ask "$@" </dev/null >/dev/null 2>&1 || status=$?
	vpn_log_since remote "$lines" >/dev/null
	wait_for "$HOST_DEADLINE" 'the end' sh -c "! test -e $(host_root remote)/sys/class/net/sp-alice"
	vpn_log remote | tail -n "+$((lines + 1))" | sed -n 's/.*confinement=in-force .*program=\([^ ]*\).*/\1/p' | grep . ||
		echo "$status"
}

while read -r expected says request; do
	policy "Ppp $says"
	read -ra words <<<"$request"
	same "$expected" "$(comes_to "${words[@]}")" "Ppp $says, \"$request\""
done <<-END
	/usr/sbin/pppd auto pppd
	$PPPTUN auto pppd link=ppptun
	/usr/sbin/pppd pppd pppd link=ppptun
	$PPPTUN ppptun pppd
END
policy 'Hooks yes'
same /usr/sbin/pppd "$(comes_to pppd link=ppptun)" 'a client does not choose hooks away'

# A client that does not say link=ppptun cannot choose away what policy limits.
alice=/etc/sallyport/peers/alice.conf
on remote sh -c "cp -p $alice /root/alice; sed -i '/^End/i Reach 10.2.0.0/16' $alice"
policy 'Ppp auto'
same "$PPPTUN" "$(comes_to pppd)" 'a Reach that is to be held, whatever the client asks for'
policy 'Ppp pppd'
same /usr/sbin/pppd "$(comes_to pppd)" 'unless policy wants pppd'
matches ' reach=not-held$' "$(vpn_log remote | tail -n 1)" 'and the log says that nothing holds it then'
policy 'Hooks yes'
same /usr/sbin/pppd "$(comes_to pppd)" 'or its hooks'
policy 'Ppp auto'
on remote sh -c "cp -p /root/alice $alice; sed -i '/^End/i Reach any' $alice"
same /usr/sbin/pppd "$(comes_to pppd)" 'without a limit there is nothing to hold'
on remote cp -p /root/alice "$alice"

policy 'LaunchAs account'
same "$PPPTUN" "$(comes_to pppd)" 'a pppd as the account, which may not open the device'
same "$PPPTUN" "$(on remote vpn-policy explain alice pppd | sed -n 's/^  program  *//p')" 'and explain says so'
on remote chmod 666 /dev/ppp
same /usr/sbin/pppd "$(comes_to pppd)" 'and one that may'
same /usr/sbin/pppd "$(on remote vpn-policy explain alice pppd | sed -n 's/^  program  *//p')" 'and explain says so, too'
on remote chmod 600 /dev/ppp

# --- a kernel without PPP
on remote mv /dev/ppp /dev/was-ppp
policy 'Ppp auto'
same "$PPPTUN" "$(comes_to pppd)" 'no PPP in the kernel'
policy 'Hooks yes'
same 69 "$(comes_to pppd)" 'no PPP in the kernel, and hooks that would have to run'
policy 'Ppp pppd'
same 69 "$(comes_to pppd link=ppptun)" 'no PPP in the kernel, and nothing but pppd in policy'
policy 'Ppp auto'
on remote mv "$PPPTUN" "$PPPTUN.away"
same 69 "$(comes_to pppd link=ppptun)" 'no PPP in the kernel, and no ppptun'
matches "has no PPP.*; $PPPTUN, which needs no kernel PPP, is not installed" "$(vpn_log remote | tail -n 1)" \
	'the record names what is missing'
on remote mv "$PPPTUN.away" "$PPPTUN"
on remote mv /dev/was-ppp /dev/ppp

# --- a ppptun that others can write
on remote chmod o+w "$PPPTUN"
same 71 "$(comes_to pppd link=ppptun)" 'a ppptun that others can write is not launched'
on remote chmod o-w "$PPPTUN"

# --- who opens the device: a file in its place, as opening a device cannot be held
# hold HOST: whoever opens it there waits until let_go; reading from HOLD tells who.
hold()
{
	local line
	on "$1" sh -c 'rm /dev/ppp; install -m 600 /dev/null /dev/ppp'
	coproc HOLD { on "$1" /src/tests/system/hold-open.py /dev/ppp; }
	read -r -t "$HOST_DEADLINE" line <&"${HOLD[0]}"
	same ready "$line" "the device is held on $1"
}
let_go()
{
	local stop=${HOLD[1]}
	exec {stop}>&-
}
hold remote
vpn_ask pppd </dev/null >/dev/null 2>&1 &
client=$!
read -r -t "$HOST_DEADLINE" pid <&"${HOLD[0]}"
# All at once, for it waits no longer than five seconds. The last is the end of the agent.
# shellcheck disable=SC2016 # expanded in the host
held=$(on remote sh -c 'cd "/proc/$1" && echo "descriptors: "$(ls fd) &&
	sed -n "s/^CapPrm:[[:space:]]*/capabilities: /p" status && kill -KILL $(sed -n "s/^PPid:[[:space:]]*//p" status)' sh "$pid")
same 'descriptors: ' "$(head -n 1 <<<"$held")" 'who opens it has nothing of the session, nor of the client'
same 'capabilities: 0000000000001000' "$(tail -n 1 <<<"$held")" 'and one capability'
free()
{
	[ "$(vpn_ask status)" = 'sallyport/1 status peer=alice sessions=0/1' ]
}
gone()
{
	! on remote test -e "/proc/$pid"
}
check 'the session is free as soon as the agent is gone' within 2 'that' free
check 'who opens it does not wait for ever' wait_for "$HOST_DEADLINE" 'its end' gone
wait "$client"
let_go

vpn_local local
vpn_standin local
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address
	Timeout  10
END
hold local
check 'with ppptun on both ends nobody opens it, which would load modules' \
	on local timeout -k 1 15 vpn-connect up --once office
matches '"ppptun": [0-9]' "$(on local vpn-connect status --json office)" 'and that is what speaks PPP'
check 'down' on local vpn-connect down office
let_go
