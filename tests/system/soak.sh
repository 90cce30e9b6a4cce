#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: a link that goes up and down many times leaves nothing on either host, and a supervisor that
# connects anew many times does not grow: no process, descriptor, interface, route, file or memory more.
# `make soak N=500` prints the table for so many; without an argument there are few.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

# The first few make what stays for good: records of logins, caches of the C library.
readonly ROUNDS=${1-20} WARM=4
readonly RECONNECTS=$((ROUNDS / 5 > 10 ? ROUNDS / 5 : 10))
# KB of anonymous memory: what an allocator may take once more.
readonly SLACK=128
vpn_one_peer
vpn_local local
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
printf '%s\n' 'Host remote' 'RunAs alice' 'Accept address 10.2.0.0/16' 'Route 10.6.0.0/16' |
	vpn_profile local office
journal=$(host_root local)/run/sallyport/connect/office/journal

# soak_routes HOST: all of the routing tables, the rules and the interfaces. The kernel keeps no order.
soak_routes()
{
	on "$1" sh -c 'ip route show table all; ip -6 route show table all; ip rule; ip -6 rule' | sort
	on "$1" ip -brief link | cut -d' ' -f1
}

# The name of sshd's file for what ExposeAuthInfo tells differs from session to session.
soak_files()
{
	on "$1" find /run /tmp /var /etc /home -xdev | sed 's,^/tmp/sshauth\..*,/tmp/sshauth,' | sort
}

# soak_look HOST: processes, their descriptors, KB of their anonymous memory, interfaces, routes, files.
soak_look()
{
	local root process status fds processes=0 descriptors=0 memory=0
	root=$(host_root "$1")
	for process in "$root"/proc/[0-9]*; do
		{ status=$(<"$process/status"); } 2>/dev/null || continue
		fds=("$process"/fd/*)
		processes=$((processes + 1)) descriptors=$((descriptors + ${#fds[@]}))
		[[ ! $status =~ RssAnon:[[:blank:]]*([0-9]+) ]] || memory=$((memory + BASH_REMATCH[1]))
	done
	soak_routes "$1" >"$WORLD/soak.routes"
	soak_files "$1" >"$WORLD/soak.files"
	echo "$processes $descriptors $memory $(on "$1" ip -brief link | wc -l)" \
		"$(grep -c . "$WORLD/soak.routes") $(grep -c . "$WORLD/soak.files")"
}

# soak_row NAME FIGURES
soak_row()
{
	local figures
	read -ra figures <<<"$2"
	printf '| %s | %s | %s | %s KB | %s | %s | %s |\n' "$1" "${figures[@]}" >>"$WORLD/soak.rows"
}

# What has just begun or ended may not have done so completely.
soak_settles()
{
	local before=$SOAK_NOW
	SOAK_NOW=$(soak_look "$1")
	[ "$SOAK_NOW" = "$before" ]
}
SOAK_NOW=

# soak_keep NAME HOST: how it is now, to compare with.
declare -A SOAK_FIGURES
soak_keep()
{
	check "$2, $1: it settles" wait_for "$HOST_DEADLINE" 'that' soak_settles "$2"
	SOAK_FIGURES[$1 $2]=$SOAK_NOW
	cp "$WORLD/soak.routes" "$WORLD/soak.$1.$2.routes"
	cp "$WORLD/soak.files" "$WORLD/soak.$1.$2.files"
	soak_row "$2, $1: after ${3-$WARM}" "${SOAK_FIGURES[$1 $2]}"
}

# soak_is_as_before NAME HOST: but for the memory, which soak_compare looks at.
soak_is_as_before()
{
	local now before=${SOAK_FIGURES[$1 $2]}
	SOAK_NOW=$(soak_look "$2")
	now=$SOAK_NOW
	[ "$(cut -d' ' -f1,2,4- <<<"$now")" = "$(cut -d' ' -f1,2,4- <<<"$before")" ] &&
		cmp "$WORLD/soak.routes" "$WORLD/soak.$1.$2.routes" && cmp "$WORLD/soak.files" "$WORLD/soak.$1.$2.files"
}

soak_compare()
{
	local name=$1 host=$2 count=$3 memory now
	check "$host, $name: after $count all is as after $WARM" \
		wait_for "$HOST_DEADLINE" 'that' soak_is_as_before "$name" "$host"
	diff "$WORLD/soak.$name.$host.routes" "$WORLD/soak.routes"
	diff "$WORLD/soak.$name.$host.files" "$WORLD/soak.files"
	memory=$(cut -d' ' -f3 <<<"${SOAK_FIGURES[$name $host]}") now=$(cut -d' ' -f3 <<<"$SOAK_NOW")
	check "$host, $name: and takes $now KB of memory, after $memory" test "$now" -le $((memory + SLACK))
	soak_row "$host, $name: after $count" "$SOAK_NOW"
}

free()
{
	wait_for "$HOST_DEADLINE" 'the end of the session' vpn_free remote
}

# rounds NUMBER: so many times up and down, and up in the end.
rounds()
{
	local i
	for ((i = 0; i < $1; i++)); do
		on local vpn-connect up --quiet office || return
		on local vpn-connect down --quiet office || return
		free || return
	done
}

# --- up and down
begin=${EPOCHREALTIME/[.,]/}
check "$WARM times up and down" rounds "$WARM"
for host in local remote; do
	soak_keep down "$host"
done
check 'up' on local vpn-connect up --quiet office
for host in local remote; do
	soak_keep up "$host"
done
check 'down' on local vpn-connect down --quiet office
check 'the session is free' free
check "$ROUNDS times up and down" rounds "$ROUNDS"
for host in local remote; do
	soak_compare down "$host" "$ROUNDS"
done
check 'up' on local vpn-connect up --quiet office
for host in local remote; do
	soak_compare up "$host" "$ROUNDS"
done

# --- the same supervisor, and another connection each time
part()
{
	sed -n "s/^$1 \([0-9]*\) .*/\1/p" "$journal" 2>/dev/null
}
part_up()
{
	sed -n 's/^up \([0-9]*\)$/\1/p' "$journal" 2>/dev/null
}
reconnect()
{
	local i before
	for ((i = 0; i < $1; i++)); do
		before=$(part 'process ssh')
		on local kill -KILL "$before" || return
		wait_for "$HOST_DEADLINE" 'another connection' soak_connects "$before" || return
	done
}
# Asked for, it tries at once; then there is another ssh.
soak_connects()
{
	on local vpn-connect up --quiet office && [ "$(part 'process ssh')" != "$1" ] && [ -n "$(part_up)" ]
}
supervisor()
{
	local pid root fds memory
	pid=$(part supervisor) root=$(host_root local)
	fds=("$root/proc/$pid/fd"/*)
	memory=$(sed -n 's/^RssAnon:[[:blank:]]*\([0-9]*\) kB/\1/p' "$root/proc/$pid/status")
	echo "$pid ${#fds[@]} $memory"
}
check "$WARM times ssh is killed, and it connects anew" reconnect "$WARM"
for host in local remote; do
	soak_keep reconnected "$host"
done
read -r pid fds memory <<<"$(supervisor)"
soak_row "the supervisor after $WARM connections" "1 $fds $memory - - -"
check "$RECONNECTS times ssh is killed, and it connects anew" reconnect "$RECONNECTS"
for host in local remote; do
	soak_compare reconnected "$host" "$RECONNECTS"
done
read -r pid2 fds2 memory2 <<<"$(supervisor)"
soak_row "the supervisor after $RECONNECTS more" "1 $fds2 $memory2 - - -"
same "$pid, $fds descriptors" "$pid2, $fds2 descriptors" 'it is the same supervisor, with as many descriptors'
check "and $memory2 KB of memory, after $memory" test "$memory2" -le $((memory + SLACK))
check 'down' on local vpn-connect down --quiet office
check 'the session is free' free
soak_compare down local "all"
soak_compare down remote "all"

echo
echo "On $(date -u '+%d %B %Y'), $(uname -sr), in $(((${EPOCHREALTIME/[.,]/} - begin) / 1000000)) s:"
echo
echo '| | processes | descriptors | memory | interfaces | routes and rules | files |'
echo '| --- | --- | --- | --- | --- | --- | --- |'
sort -s -t: -k1,1 "$WORLD/soak.rows"
