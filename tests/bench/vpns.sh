# shellcheck shell=bash disable=SC2034 # results is for who sources this
# SPDX-License-Identifier: ISC
#
# Two hosts, "remote" with a network behind it, and the VPNs over ssh that benchmarks run beside each
# other: up_NAME and down_NAME for raw (nothing), ppptun, ssh-w and sshuttle; address_of NAME is
# where each leads to, and all lead to BEHIND as well.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
SSH_CHOICE=debian

readonly PPPTUN=/usr/libexec/sallyport/ppptun PORT=2222 IPERF_PORT=5201
readonly BEHIND=10.2.0.5 BEHIND_NET=10.2.0.0/16
results=$WORLD/results

# record CONTESTANT MEASURE NUMBER
record()
{
	[ -n "$3" ] && echo "$1 $2 $3" >>"$results"
}

# The middle one of the numbers on standard input.
middle()
{
	sort -g | awk '{ v[NR] = $1 } END { if (NR > 0) print v[int((NR + 1) / 2)] }'
}

# median CONTESTANT MEASURE: of what was recorded; nothing when nothing was.
median()
{
	sed -n "s/^$1 $2 //p" "$results" | middle
}

# compute EXPRESSION: of awk.
compute()
{
	awk "BEGIN { print ($1) }"
}

# row CELL…: a line of a table, as BENCHMARKS.md has them.
row()
{
	local cell
	for cell; do
		printf '| %s ' "$cell"
	done
	printf '|\n'
}

# The world's own is not in its hosts.
export TMPDIR=/tmp

vpn_one_peer
vpn_local local
host_create behind
host_wire behind $BEHIND/16 remote 10.2.0.1/16
on behind ip route add default via 10.2.0.1
on remote sysctl -q net.ipv4.ip_forward=1
for name in remote local behind; do
	cp -a "$BUILD/lab/bench/." "$(host_root "$name")/"
done
echo "Ppp ppptun" | host_file remote /etc/sallyport/agent.conf 644
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Address  10.9.0.1 10.9.0.2
	Accept   $BEHIND_NET
	Ppp      ppptun
END

# For the peers beside us: root's own login, with tunnels allowed.
host_key local root | host_authorize remote root
host_file remote /etc/ssh/bench_config 600 <<-END
	Port $PORT
	HostKey /etc/ssh/ssh_host_ed25519_key
	PermitRootLogin yes
	PermitTunnel yes
	StrictModes no
END
host_daemon remote /run/bench-sshd.pid /usr/sbin/sshd -D -o PidFile=none -f /etc/ssh/bench_config
wait_for 10 'the second sshd' host_listens remote "$PORT" || give_up 'the second sshd'
sed 's/^remote,/[198.51.100.1]:2222,[remote]:2222,/' "$(host_root local)/etc/ssh/ssh_known_hosts" \
	>"$WORLD/known" && cat "$WORLD/known" >>"$(host_root local)/etc/ssh/ssh_known_hosts"
ssh_root()
{
	on local ssh -p "$PORT" -o BatchMode=yes "$@"
}

# --- each contestant: up_NAME, down_NAME, and the address that it leads to
up_raw() { :; }
down_raw() { :; }

up_ppptun()
{
	on local vpn-connect up --quiet office
}
down_ppptun()
{
	on local vpn-connect down --quiet office
}

# One command there, over the same connection, which then stays.
up_ssh-w()
{
	ssh_root -M -S /run/bench-ssh -o ControlPersist=yes -w 9:9 root@remote \
		'ip addr add 10.8.0.2 peer 10.8.0.1 dev tun9 && ip link set tun9 up' </dev/null >/dev/null 2>&1 &&
		on local sh -c "ip addr add 10.8.0.1 peer 10.8.0.2 dev tun9 && ip link set tun9 up &&
			ip route add $BEHIND_NET via 10.8.0.2"
}
down_ssh-w()
{
	ssh_root -S /run/bench-ssh -O exit root@remote 2>/dev/null
	wait_for 10 'the end of tun9' sh -c "! test -e $(host_root local)/sys/class/net/tun9"
}

# An address of the remote that there is no other way to.
up_sshuttle()
{
	on remote ip addr replace 10.7.0.2/32 dev lo
	on local ip route replace 10.7.0.2/32 via 198.51.100.1
	on local ip route replace "$BEHIND_NET" via 198.51.100.1
	on local sshuttle --method nft --disable-ipv6 -D --pidfile /run/sshuttle.pid \
		-e "ssh -p $PORT -o BatchMode=yes" -r root@remote 10.7.0.2/32 "$BEHIND_NET" >/dev/null 2>&1 || return 1
	# It goes into the background before its rules are there.
	wait_for 10 'the rules of sshuttle' sshuttle_redirects
}
sshuttle_redirects()
{
	on local nft list ruleset | grep -q 'redirect to'
}
down_sshuttle()
{
	host_stop local /run/sshuttle.pid
	on local ip route del "$BEHIND_NET"
}

address_of()
{
	case $1 in
	ppptun) echo 10.9.0.2 ;;
	ppptun-behind) echo "$BEHIND" ;;
	howto) echo 10.6.0.2 ;;
	ssh-w) echo 10.8.0.2 ;;
	sshuttle) echo 10.7.0.2 ;;
	openvpn) echo 10.5.0.2 ;;
	wireguard) echo 10.4.0.2 ;;
	wire) echo 198.51.100.1 ;;
	esac
}

# serve_iperf HOST…: anew. A server whose client went away with its tunnel would wait for it.
serve_iperf()
{
	local name
	for name; do
		[ ! -e "$(host_root "$name")/run/iperf.pid" ] || host_stop "$name" /run/iperf.pid KILL
		host_daemon "$name" /run/iperf.pid iperf3 -s -p "$IPERF_PORT"
		wait_for 10 'iperf3' host_listens "$name" "$IPERF_PORT" || give_up "iperf3 on $name"
	done
}

# pass_time SECONDS: time itself is what is waited for
pass_time()
{
	read -r -t "$1" -u 19 _ || true
}

# run_iperf ADDRESS [OPTION…]: for SECONDS_OF_STREAM, or SECONDS_EACH; what it says goes to a file.
run_iperf()
{
	local address=$1
	shift
	on local iperf3 -c "$address" -p "$IPERF_PORT" -t "${SECONDS_OF_STREAM:-$SECONDS_EACH}" -f m "$@" >"$WORLD/iperf" 2>&1
}

# megabits ADDRESS [OPTION…]: of TCP, as the receiver counts them; nothing if that fails. The server
# may still be at the end of the one before.
megabits()
{
	wait_for 10 "iperf3 to $1" run_iperf "$@" >&2 || return 1
	# With several streams the last such line is their sum.
	sed -n 's/.* \([0-9.]*\) Mbits\/sec.*receiver$/\1/p' "$WORLD/iperf" | tail -n 1
}
