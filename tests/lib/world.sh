# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Hosts: machines in miniature, for scripts that tests/world runs. A host has its own file
# system (this machine's under a tmpfs, with sshd and pppd added), network, processes and
# name. The checkout is at /src in it, the build directory at /src/build, both read-only.
#
#   host_create NAME…                       makes them
#   host_destroy NAME                       ends all of its processes, as a power cut does
#   on [-u USER] NAME COMMAND…         runs a command there
#   host_wire A ADDRESSES B ADDRESSES       joins them; ADDRESSES: "192.0.2.1/24,2001:db8::1/64"
#   host_cut A B, host_mend A B             takes the carrier from that wire, gives it back
#   host_daemon NAME PIDFILE COMMAND…       starts it in the background of the host
#   host_stop NAME PIDFILE [SIGNAL]         ends it, and waits until it has ended
#   host_syslog NAME                        log records go to /var/log/messages
#   host_log NAME                           prints all that was logged up to now
#   host_settled NAME                       whether its links and addresses have come to what they will be
#   host_file NAME PATH [MODE] <TEXT        writes a file, root's, in the place of what is there
#   host_root NAME                          prints where its files are, seen from the script
#   host_dump NAME                          shows its state, for a failed check
set -u
[ -n "${WORLD-}" ] || {
	echo "run this with tests/world $0" >&2
	exit 64
}
# shellcheck source=tests/lib/check.sh
. "$SRC/tests/lib/check.sh"

HOSTS=()
declare -A HOST_PID HOST_PARENT

# Seconds for what is local and quick, even where a processor is emulated.
readonly HOST_DEADLINE=30

# The kernel has PPP if the driver is loaded or can be.
if grep -q ' ppp$' /proc/devices || modprobe ppp_async 2>/dev/null; then
	: >"$WORLD/ppp"
fi

host_has_ppp()
{
	[ -e "$WORLD/ppp" ]
}

host_create()
{
	local name line ready
	for name; do
		mkdir "$WORLD/hosts/$name" || give_up "a host $name"
		exec {ready}< <(exec unshare --mount --net --ipc --uts --pid --fork --kill-child \
			busybox sh "$SRC/tests/lib/host" "$name" </dev/null)
		HOST_PARENT[$name]=$!
		if ! read -r -t "$HOST_DEADLINE" -u "$ready" line || [[ $line != ready\ * ]]; then
			give_up "a host $name: ${line-}"
		fi
		exec {ready}<&-
		HOST_PID[$name]=${line#ready }
		HOSTS+=("$name")
	done
}

host_root()
{
	echo "/proc/${HOST_PID[$1]}/root"
}

host_ended()
{
	! kill -0 "${HOST_PID[$1]}" 2>/dev/null
}

host_destroy()
{
	local name=$1 other left=()
	kill -KILL "${HOST_PARENT[$name]}"
	wait_for "$HOST_DEADLINE" "the end of host $name" host_ended "$name" || return 1
	unset "HOST_PID[$name]" "HOST_PARENT[$name]"
	rm -rf "${WORLD:?}/hosts/$name"
	for other in "${HOSTS[@]}"; do
		[ "$other" = "$name" ] || left+=("$other")
	done
	HOSTS=("${left[@]}")
}

# A login's environment and nothing of the script's.
on()
{
	local user=root
	if [ "$1" = -u ]; then
		user=$2
		shift 2
	fi
	local pid=${HOST_PID[$1]}
	shift
	inside "$pid" "$user" "$@" 18>&- 19>&-
}

# inside PID USER COMMAND…: the program of that name (tests/system/inside.c), or what it is instead of,
# where the tests' programs were not built: for `make demo` and its like.
inside()
{
	local root=/proc/$1/root enter=(nsenter -t "$1" --mount --net --ipc --uts --pid) field gid home shell
	if [ -x "$BUILD/tests/system/inside" ]; then
		"$BUILD/tests/system/inside" "$@"
	elif [ "$2" = root ]; then
		"${enter[@]}" "${@:3}"
	else
		while IFS=: read -r field _ _ gid _ home shell; do
			[ "$field" != "$2" ] || break
		done <"$root/etc/passwd"
		"${enter[@]}" --wd="$root$home" setpriv --reuid="$2" --regid="$gid" \
			--init-groups --inh-caps=-all --bounding-set=-all -- \
			env HOME="$home" USER="$2" LOGNAME="$2" SHELL="$shell" "${@:3}"
	fi
}

# host_wire A ADDRESSES B ADDRESSES: the interface in A is named to-B, cut to 15 bytes.
host_wire()
{
	local a=$1 b=$3 address
	local in_a=to-$b in_b=to-$a
	in_a=${in_a:0:15} in_b=${in_b:0:15}
	ip link add "$in_a" netns "${HOST_PID[$a]}" type veth \
		peer name "$in_b" netns "${HOST_PID[$b]}" || give_up "a wire from $a to $b"
	wire_end "$a" "$in_a" "$2" "$b"
	wire_end "$b" "$in_b" "$4" "$a"
}

# wire_end HOST INTERFACE ADDRESSES PEER
wire_end()
{
	local name=$1 address
	{
		for address in ${3//,/ }; do
			case $address in
			*:*) echo "address add $address dev $2 nodad" ;;
			*) echo "address add $address dev $2" ;;
			esac
		done
		# No address that comes by itself, some time later.
		[ ! -e /proc/sys/net/ipv6 ] || echo "link set $2 addrgenmode none"
		echo "link set $2 up"
	} | nsenter -t "${HOST_PID[$name]}" --net ip -batch - || give_up "the addresses of $name"
	for address in ${3//,/ }; do
		echo "${address%/*} $name" >>"$(host_root "$4")/etc/hosts"
	done
}

host_cut()
{
	on "$1" ip link set "$(wire_name "$2")" down
}

host_mend()
{
	on "$1" ip link set "$(wire_name "$2")" up
}

wire_name()
{
	local name=to-$1
	echo "${name:0:15}"
}

# Output goes to /var/log/PIDFILE's name without .pid, in the host.
host_daemon()
{
	local name=$1 pidfile=$2
	shift 2
	# shellcheck disable=SC2016 # expanded in the host
	on "$name" setsid --fork bash -c 'echo $$ >"$0" && log=${0##*/} &&
		exec "$@" </dev/null >>"/var/log/${log%.pid}" 2>&1' "$pidfile" "$@"
	wait_for "$HOST_DEADLINE" "$pidfile" test -s "$(host_root "$name")$pidfile" ||
		give_up "$pidfile on $name"
}

host_stop()
{
	local name=$1 pid
	pid=$(<"$(host_root "$name")$2")
	on "$name" kill "-${3-TERM}" "$pid" || return 1
	wait_for "$HOST_DEADLINE" "the end of ${2##*/}" host_lacks_process "$name" "$pid"
}

host_lacks_process()
{
	[ ! -e "$(host_root "$1")/proc/$2" ]
}

# host_settled NAME. The kernel says that a link has its carrier, or not any more, some time after it is
# so: up to a second (net/core/link_watch.c). An IPv6 address has its routes a moment after it is there,
# when duplicate address detection has ended (RFC 4862, 5.4): also on a link that needs none.
readonly LINK_UP=0x1 LINK_NOARP=0x80 ADDRESS_TENTATIVE=0x40 # <linux/if.h>, <linux/if_addr.h>
host_settled()
{
	local link flags carrier state detects=' '
	for link in "/proc/${HOST_PID[$1]}/root/sys/class/net"/*; do
		{ read -r flags <"$link/flags" && ((flags & LINK_UP)) && read -r carrier <"$link/carrier" &&
			read -r state <"$link/operstate"; } 2>/dev/null || continue
		case $carrier$state in
		1up | 1unknown | 0down | 0lowerlayerdown) ;;
		*) return 1 ;;
		esac
		((!carrier && !(flags & LINK_NOARP))) || detects+="${link##*/} "
	done
	host_has_detected "$1" "$detects"
}

# host_has_detected NAME LINKS
host_has_detected()
{
	local list=/proc/${HOST_PID[$1]}/net/if_inet6 flags link
	[ -e "$list" ] || return 0
	while read -r _ _ _ _ flags link; do
		[[ $2 != *" $link "* ]] || ((!(16#$flags & ADDRESS_TENTATIVE))) || return 1
	done <"$list"
}

# host_answers FROM ADDRESS [TRIES]: a datagram there and back, by the kernel's own answer to a closed
# port. A check that there is no answer has fewer TRIES than there are by default.
host_answers()
{
	# shellcheck disable=SC2016 # perl's
	on "$1" perl -MIO::Socket::IP -e '
		my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 9, Proto => "udp") or die $@;
		for (1 .. $ARGV[1]) {
			$s->send("x"); my $r = ""; vec($r, fileno $s, 1) = 1;
			exit 0 if select($r, undef, undef, 0.1) && !defined $s->recv(my $x, 9) && $!{ECONNREFUSED};
		}
		exit 1' "$2" "${3-$((HOST_DEADLINE * 10))}"
}

host_syslog()
{
	host_daemon "$1" /run/syslogd.pid busybox syslogd -n -O /var/log/messages
	wait_for "$HOST_DEADLINE" "the log socket of $1" test -S "$(host_root "$1")/dev/log" ||
		give_up "syslogd on $1"
}

# host_log NAME. The log daemon writes behind the programs, in the order in which they spoke: what was
# said before a mark is written once the mark is. A daemon that was stopped has nothing to write.
host_log()
{
	local root=/proc/${HOST_PID[$1]}/root mark=mark.$BASHPID.$RANDOM
	if logger --socket-errors=on --socket "$root/dev/log" --tag mark "$mark" 2>/dev/null; then
		wait_for "$HOST_DEADLINE" 'the log daemon' grep -q "$mark" "$root/var/log/messages" >/dev/null
	fi
	grep -v ' mark: mark\.' "$root/var/log/messages"
}

host_file()
{
	local file
	file=$(host_root "$1")$2
	host_text "$2" | write_file "$file" "${3-644}"
	case $2 in
	"$HOST_POLICY"/*.conf) touch -d "$HOST_SETTLED" "$file" ;;
	esac
}

# A policy file ends in "End", and one that was written a moment ago makes a login wait.
readonly HOST_POLICY=/etc/sallyport HOST_SETTLED='1 minute ago'
host_text()
{
	local text
	case $1 in
	"$HOST_POLICY"/*.conf)
		text=$(cat)
		[ -z "$text" ] || printf '%s\n' "$text"
		[[ ${text##*$'\n'} == End ]] || echo End
		;;
	*) cat ;;
	esac
}

host_dump()
{
	note "host $1: processes, links, addresses, routes"
	note "$(on "$1" ps -eo pid,ppid,user,args 2>&1)"
	note "$(on "$1" ip -brief address 2>&1; on "$1" ip route 2>&1)"
	note "host $1: the end of its log"
	note "$(tail -n 40 "$(host_root "$1")/var/log/messages" 2>&1)"
}

# What a reader of a failed check wants to see: called by check_verdict.
check_context()
{
	local name
	for name in "${HOSTS[@]}"; do
		host_dump "$name"
	done
}
