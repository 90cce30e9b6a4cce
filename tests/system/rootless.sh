#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Without root: alice brings her own link up, over a TUN device that root has made for her, and nothing that
# she starts has a privilege at any time. What she may not have is refused with a sentence, and root's
# vpn-connect never looks at what is hers.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly OWN=/home/alice/.config/sallyport/connect RUNTIME=/run/user/alice
vpn_one_peer
vpn_local local
for host in remote local; do
	on "$host" rm -f /dev/ppp
done
vpn_add "$(host_root remote)/etc/sallyport/peers/alice.conf" 'Address6 fd00:9::2 fd00:9::1'
host_account local bob
on local usermod -aG games alice
on local sh -c 'mkdir -p /run/user && install -d -m 0700 -o alice -g alice "$1"' sh "$RUNTIME"
on -u alice local mkdir -p "$OWN"

# own [LINE…]: alice's profile; what is given comes instead of the default.
own()
{
	local line default
	{
		printf '%s\n' "$@"
		for default in 'Host remote' 'RunAs alice' 'Accept address 10.2.0.0/16' 'Timeout 20'; do
			[[ " $* " == *" ${default%% *} "* ]] || echo "$default"
		done
		echo End
	} | sed '/^$/d' | on -u alice local sh -c 'umask 022; cat >"$1"' sh "$OWN/office.conf"
	vpn_settle "$(host_root local)$OWN/office.conf"
}

# mine ARGUMENT…: alice's vpn-connect.
mine()
{
	on -u alice local env XDG_RUNTIME_DIR="$RUNTIME" vpn-connect "$@" 2>&1
}

# device [USER]: made by the commands of vpn-connect(8).
device()
{
	sed -n '/^\.\\" The commands of tests\/system\/rootless.sh\.$/,/^\.Ed$/{/^\./!p}' "$SRC/local/vpn-connect.8" |
		sed "s/user alice/user ${1-alice}/" >"$(host_root local)/tmp/device"
	on local sh -e /tmp/device >/dev/null && on local rm /tmp/device
}

no_device()
{
	on local ip link delete sp-office
}

# says CODE PATTERN NAME ARGUMENT…
says()
{
	local code=$1 pattern=$2 name=$3 said status=0
	shift 3
	said=$(mine "$@") || status=$?
	same "$code" "$status" "$name: the exit status"
	matches "$pattern" "$said" "$name: what is said"
}

# pid PART: of alice's link.
pid()
{
	on local sed -n "s/^\(process \)\?$1 \([0-9]*\) .*/\2/p" "$RUNTIME/sallyport/connect/office/journal"
}

own
check 'the commands of the manual make the device' device
before_local=$(vpn_state local)
before_remote=$(vpn_state remote)
own_before=$(on local find "$RUNTIME" /run/sallyport)

# --- all of it is looked at, with her rights
says 0 '^ok +lcp .*|^skipped ping ' 'diagnose' diagnose office
says 0 '^office: nothing is wrong' 'diagnose again' diagnose office
check 'diagnose leaves nothing here' wait_for "$HOST_DEADLINE" 'that' vpn_state_is local "$before_local"

# --- it comes up, and carries
says 0 '^office is up: sp-office' 'up' up --once office
check 'the other end answers over IPv4' host_answers local 10.9.0.2
check 'the other end answers over IPv6' host_answers local fd00:9::2
says 0 '^office is up since ' 'status' status office
matches 'route +10\.2\.0\.0/16' "$(mine status office)" 'status: the route that root made'
says 0 '^office +up since 20.*Z, sp-office$' 'list' list
matches '^192.0.2.0/24 dev sp-alice' "$(on remote ip route)" 'the remote has its routes'
uid=$(on local id -u alice)
for part in supervisor ssh ppptun; do
	status=$(on local grep -E '^(Uid|Cap|NoNewPrivs|Seccomp:)' "/proc/$(pid "$part")/status" | tr '\t' ' ')
	matches "^Uid: $uid $uid $uid $uid\$" "$status" "$part is alice's"
	same 4 "$(grep -c '^Cap\(Inh\|Prm\|Eff\|Amb\): 0000000000000000$' <<<"$status")" "$part has no capability"
	matches '^NoNewPrivs: 1$' "$status" "$part cannot gain any"
	[ "$part" != ppptun ] || matches '^Seccomp: 2$' "$status" "$part is under a filter"
done
matches 'confinement program=/usr/libexec/sallyport/ppptun interface=sp-office .* caps_permitted=0 .* no_new_privs=1 .*seccomp=2' \
	"$(host_log local)" 'the log says what is in force'
check_not 'root has no link' on local test -e /run/sallyport/connect/office
says 0 '^office is down$' 'down' down office
check 'this host is as it was, the device without carrier' wait_for "$HOST_DEADLINE" 'the former state' vpn_state_is local "$before_local"
check 'so is the remote' wait_for "$HOST_DEADLINE" 'the former state' vpn_state_is remote "$before_remote"

# --- her own Up and Down, which are nobody's but hers
on -u alice local sh -c 'umask 022; printf "%s\n" "#!/bin/sh" \
	"echo \$SALLYPORT_EVENT \$SALLYPORT_INTERFACE \$SALLYPORT_LOCAL \$(id -u) \$(grep CapPrm /proc/self/status) >>/home/alice/told" \
	>/home/alice/hook; chmod 755 /home/alice/hook'
own 'Up /home/alice/hook' 'Down /home/alice/hook'
says 0 '^office: ok: ' 'Up and Down: check' check office
says 0 '^office is up: sp-office' 'Up and Down: up' up office
says 0 '^office is down$' 'Up and Down: down' down office
same "up sp-office 10.9.0.1 $uid CapPrm: 0000000000000000
down sp-office 10.9.0.1 $uid CapPrm: 0000000000000000" "$(on local cat /home/alice/told)" 'Up and Down: as alice, without a capability'
on local chmod g+w /home/alice/hook
says 78 'Up /home/alice/hook: the file is writable by others than its owner' 'Up that others can write to: check' check office
own 'Up /usr/bin/true' 'HookAs root'
says 78 'HookAs root needs root: a profile of your own is brought up without root' 'HookAs root' up --once office
on local rm /home/alice/hook /home/alice/told
own

# --- a supervisor, and what becomes of a link
says 0 '^office is up: sp-office' 'up, with a supervisor' up office
says 0 '^office is up$' 'up again joins it' up office
says 0 '^office: ok: alice reaches remote with ' 'check, while it is up' check office
says 0 '^office: the supervisor reads its profile$' 'reload' reload office
before=$(pid supervisor)
on local kill -KILL "$(pid ppptun)"
came_back()
{
	[ -n "$(pid ppptun)" ] && mine status office | grep -q '^office is up since '
}
check 'a killed ppptun: the link comes back' wait_for "$HOST_DEADLINE" 'the link' came_back
same "$before" "$(pid supervisor)" 'by the same supervisor'
no_device
lacks_device()
{
	mine status office | grep -q 'there is no device sp-office: without root, the link needs a TUN device'
}
check 'a device that is deleted: the supervisor waits, and says for what' wait_for "$HOST_DEADLINE" 'that' lacks_device
device
# A change of links ends a pause.
check 'a device that is there again: the link comes back' wait_for "$HOST_DEADLINE" 'the link' came_back
says 0 '^office is up: sp-office' 'restart' restart office
check_not 'it is another supervisor' test "$before" = "$(pid supervisor)"
on local kill -KILL "$(pid supervisor)"
is_dead()
{
	mine status office | grep -q '^office is dead'
}
check 'a killed supervisor: status says so' wait_for "$HOST_DEADLINE" 'that' is_dead
says 0 '^office is up: sp-office' 'a killed supervisor: up' up office
says 0 '^office is down$' 'down' down office
check 'nothing is left' wait_for "$HOST_DEADLINE" 'the former state' vpn_state_is local "$before_local"

# --- what is not as it has to be: a sentence, and nothing is left
# fails CODE PATTERN NAME: up does.
fails()
{
	wait_for "$HOST_DEADLINE" 'the end of the session' vpn_free remote >/dev/null
	says "$1" "$2" "$3" up --once office
	same "$own_before" "$(on local find "$RUNTIME" /run/sallyport | grep -v "^$RUNTIME/sallyport")" "$3: nothing is left"
}
mine_only='is brought up without root'
own 'RunAs bob'
fails 78 "office.conf:[0-9]*: RunAs must be you: .* $mine_only" "somebody else's ssh"
own 'Ppp pppd'
fails 78 "Ppp pppd needs root: .* $mine_only" 'pppd'
own 'Dns 10.9.0.2'
fails 78 "office.conf:1:.*Dns needs root: .* $mine_only" 'a name server'
own 'Accept address dns'
fails 78 "Accept dns needs root: .* $mine_only" 'name servers of the remote'
own 'Route default' 'KillSwitch yes'
fails 78 "office.conf:[0-9]*: Route default needs root: .* $mine_only" 'a default route'
own 'ClampMss auto'
fails 78 "ClampMss auto needs root: .* $mine_only" 'a packet filter'
own 'Ppp pppd' 'Hooks yes'
fails 78 "$mine_only" 'hooks'
own 'Nonsense yes'
fails 78 'office.conf:1:1: ' 'a profile with an error'
own
on local chmod g+w "$OWN/office.conf"
fails 78 'office.conf: must belong to you, and be writable by you alone' 'a profile that others can write to'
on local sh -c 'chmod g-w "$1" && chown bob "$1"' sh "$OWN/office.conf"
fails 78 'office.conf: must belong to you' "somebody else's profile"
on local chown alice "$OWN/office.conf"
says 77 '--dry-run is of what root would do' '--dry-run' up --dry-run office
says 77 'only root may' 'a profile that there is not is asked of root' up other
says 77 'only root may do that' 'import is root'\''s' import x
no_device
fails 71 'there is no device sp-office: without root' 'no device'
says 71 'there is no device sp-office' 'no device: check says so' check office
device bob
fails 71 'this user may neither make nor open the TUN device sp-office' "somebody else's device"
says 71 'this user may neither make nor open the TUN device sp-office' "somebody else's device: check says so" check office
no_device
device
says 0 '^office: ok: ' 'check, with everything' check office
on local ip link set dev sp-office mtu 1400
fails 71 'sp-office has an MTU of 1400: expected 1500' 'another MTU'
on local ip link set dev sp-office mtu 1500
on local sh -c 'echo 1 >/proc/sys/net/ipv6/conf/sp-office/accept_ra'
fails 71 'accept_ra' 'router advertisements'
no_device
device
on local ip route delete 10.2.0.0/16 dev sp-office
says 0 '^office is up: sp-office' 'an offer without a route of root'\''s' up --once office
lacks '10\.2\.0\.0/16' "$(mine status office)" 'is not taken'
mine down office >/dev/null
own 'Route 10.2.0.0/16'
fails 71 'there is no route to 10.2.0.0/16, .* `ip route add 10.2.0.0/16 dev sp-office proto 83`' 'a Route without a route of root'\''s'
own
for runtime in /tmp /nowhere relative "$RUNTIME/../alice" "/$(printf 'x%.0s' {1..60})"; do
	check_exit 71 "run-time state in $runtime: refused" on -u alice local env XDG_RUNTIME_DIR="$runtime" vpn-connect up --once office
done
on local install -d -m 0750 -o alice -g alice /run/user/open
check_exit 71 'in a directory that others may look into' on -u alice local env XDG_RUNTIME_DIR=/run/user/open vpn-connect up --once office
on local install -m 2755 -g games /usr/sbin/vpn-connect /usr/local/sbin/setgid-connect
matches 'has a setuid or setgid bit' "$(on -u alice local env XDG_RUNTIME_DIR="$RUNTIME" setgid-connect up --once office 2>&1)" \
	'a copy with a setgid bit refuses'

# --- root's is root's
root_says=$(on local env HOME=/home/alice XDG_CONFIG_HOME=/home/alice/.config XDG_RUNTIME_DIR="$RUNTIME" vpn-connect list 2>&1)
same 'no profile in /etc/sallyport/connect' "$root_says" 'root does not look at what is of alice, whatever the environment says'
check_exit 78 'nor brings it up' on local env HOME=/home/alice XDG_RUNTIME_DIR="$RUNTIME" vpn-connect up office
vpn_profile local lab <<-END
	Host     remote
	RunAs    alice
	Accept   address
	Users    alice
END
host_daemon local /run/inetd.pid python3 /src/tests/system/control_peer.py listen /run/sallyport/control /usr/sbin/vpn-connect serve
wait_for "$HOST_DEADLINE" 'the socket' on local test -S /run/sallyport/control || give_up 'the socket'
matches '^office +down$' "$(mine list)" 'list: of her own'
matches '^lab +down$' "$(mine list)" 'list: and of what names her in Users'
says 3 '^lab is down$' 'a profile of root: status' status lab
same '["office"]' "$(mine list --json | python3 -c 'import json, sys
print(json.dumps([link["name"] for link in json.load(sys.stdin)]))')" 'list --json: of her own'
