#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make bench-tunnel`: how fast a VPN over ssh is, over a veth pair between two hosts: ppptun at
# both ends, ssh -w, sshuttle, and what bounds them all, a raw pipe through ssh. One after the
# other in each round, so that a noisy machine is noisy for all; medians at the end.
# Arguments: ROUNDS SECONDS.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly ROUNDS=${1-5} SECONDS_EACH=${2-3}
readonly PPPTUN=/usr/libexec/sallyport/ppptun PORT=2222 IPERF_PORT=5201
readonly CONTESTANTS='raw ppptun ssh-w sshuttle'
results=$WORLD/results
# The world's own is not in its hosts.
export TMPDIR=/tmp

host_create remote local
for name in remote local; do
	cp -a "$BUILD/lab/bench/." "$(host_root "$name")/"
done
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
vpn_remote remote
vpn_local local
host_account local alice
host_trust local remote
echo "Pppd $PPPTUN" | host_file remote /etc/sallyport/agent.conf 644
vpn_peer remote alice <<-END
	Key      $(host_key local alice | cut -d' ' -f1,2)
	Allow    pppd sshroute status
	Address  10.9.0.2 10.9.0.1
END
vpn_authorize remote
vpn_profile local office <<-END
	Host     remote
	RunAs    alice
	Accept   address
	Pppd     $PPPTUN
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
host_daemon remote /run/iperf.pid iperf3 -s -p "$IPERF_PORT"

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

up_ssh-w()
{
	ssh_root -f -N -M -S /run/bench-ssh -w 9:9 root@remote || return 1
	wait_for 10 'tun9' test -e "$(host_root local)/sys/class/net/tun9" || return 1
	on local sh -c 'ip addr add 10.8.0.1 peer 10.8.0.2 dev tun9; ip link set tun9 up'
	on remote sh -c 'ip addr add 10.8.0.2 peer 10.8.0.1 dev tun9; ip link set tun9 up'
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
	on local sshuttle --method nft --disable-ipv6 -D --pidfile /run/sshuttle.pid \
		-e "ssh -p $PORT -o BatchMode=yes" -r root@remote 10.7.0.2/32 >/dev/null 2>&1 || return 1
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
}

address_of()
{
	case $1 in
	ppptun) echo 10.9.0.2 ;;
	ssh-w) echo 10.8.0.2 ;;
	sshuttle) echo 10.7.0.2 ;;
	esac
}

# record CONTESTANT MEASURE NUMBER
record()
{
	[ -n "$3" ] && echo "$1 $2 $3" >>"$results"
}

# megabits CONTESTANT [OPTION…]: of iperf3, as the receiver counts them.
megabits()
{
	local address
	address=$(address_of "$1")
	shift
	# With several streams the last such line is their sum.
	on local iperf3 -c "$address" -p "$IPERF_PORT" -t "$SECONDS_EACH" -f m "$@" 2>"$WORLD/iperf" |
		sed -n 's/.* \([0-9.]*\) Mbits\/sec.*receiver$/\1/p' | tail -n 1
}

# The raw pipe: so many bytes through ssh, by the clock.
raw_megabits()
{
	local bytes=$((600 * 1000 * 1000)) begin=$EPOCHREALTIME end
	if [ "$1" = up ]; then
		on local sh -c "head -c $bytes /dev/zero | ssh -p $PORT -o BatchMode=yes root@remote 'cat >/dev/null'"
	else
		on local sh -c "ssh -p $PORT -o BatchMode=yes root@remote 'head -c $bytes /dev/zero' >/dev/null"
	fi
	end=$EPOCHREALTIME
	awk -v a="$begin" -v b="$end" -v n="$bytes" 'BEGIN { printf "%.0f\n", n * 8 / 1e6 / (b - a) }'
}

# The median of pings that share the link with a stream, in milliseconds.
loaded_ping()
{
	local address
	address=$(address_of "$1")
	on local iperf3 -c "$address" -p "$IPERF_PORT" -t "$SECONDS_EACH" >/dev/null 2>&1 &
	on local ping -i 0.05 -w "$((SECONDS_EACH - 1))" "$address" |
		sed -n 's/.*time=\([0-9.]*\) ms/\1/p' | sort -n |
		awk '{ v[NR] = $1 } END { if (NR > 0) print v[int((NR + 1) / 2)] }'
	wait $!
}

# The memory of an idle session at the remote: PSS in KiB.
idle_pss()
{
	on remote sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$(vpn_launched remote "$PPPTUN")/smaps_rollup"
}

for ((round = 1; round <= ROUNDS; round++)); do
	note "round $round of $ROUNDS"
	for who in $CONTESTANTS; do
		if ! "up_$who"; then
			note "$who does not come up"
			continue
		fi
		if [ "$who" = raw ]; then
			record raw up-1 "$(raw_megabits up)"
			record raw down-1 "$(raw_megabits down)"
		else
			record "$who" up-1 "$(megabits "$who")"
			record "$who" down-1 "$(megabits "$who" -R)"
			record "$who" up-4 "$(megabits "$who" -P 4)"
			record "$who" down-4 "$(megabits "$who" -P 4 -R)"
			[ "$who" = sshuttle ] || record "$who" ping "$(loaded_ping "$who")"
			[ "$who" != ppptun ] || record ppptun pss "$(idle_pss)"
		fi
		"down_$who"
	done
done

# The table: medians, and how they stand to ssh -w and the pipe.
awk -v contestants="$CONTESTANTS" '
	function median(key, n, i, j, t, list) {
		n = split(values[key], list, " ")
		if (n == 0) return "-"
		for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j - 1] + 0 > list[j] + 0; j--) {
			t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
		return list[int((n + 1) / 2)]
	}
	{ values[$1 " " $2] = values[$1 " " $2] " " $3 }
	END {
		printf "%-10s %9s %9s %9s %9s %10s\n", "Mbit/s", "up", "down", "4 up", "4 down", "ping ms"
		n = split(contestants, who, " ")
		for (i = 1; i <= n; i++)
			printf "%-10s %9s %9s %9s %9s %10s\n", who[i], median(who[i] " up-1"), median(who[i] " down-1"),
				median(who[i] " up-4"), median(who[i] " down-4"), median(who[i] " ping")
		split("up-1 down-1", m, " ")
		for (i = 1; i <= 2; i++) {
			p = median("ppptun " m[i]); w = median("ssh-w " m[i]); r = median("raw " m[i])
			if (p != "-" && w > 0 && r > 0)
				printf "ppptun, %s: %.1f times ssh -w, %.2f of the raw pipe\n", m[i], p / w, p / r
		}
		printf "ppptun idle at the remote: %s KiB (PSS)\n", median("ppptun pss")
	}' "$results"
pass 'every round has run'
