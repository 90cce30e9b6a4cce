# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# What an idle session of one of tests/bench/vpns.sh costs the remote.
#
#   idle_measure CONTESTANT COMMAND…   brings it up, runs the command, which gives it something to
#                                      carry, looks, takes it down
#   idle_table CONTESTANT…             prints the rows of BENCHMARKS.md

# As long as from one echo request of PPP to the next, so that one of each end is in it.
readonly IDLE_SECONDS=10

# The processes of the remote.
remote_processes()
{
	(cd "$(host_root remote)/proc" && printf '%s\n' [0-9]*)
}

# remote_sum PATTERN FILE PID…: the first number after the pattern, added up over processes.
remote_sum()
{
	local pattern=$1 file=$2 pid
	shift 2
	for pid; do
		cat "$(host_root remote)/proc/$pid/$file" 2>/dev/null
	done | sed -n "s/^$pattern *\([0-9]*\).*/\1/p" | awk '{ n += $1 } END { print n + 0 }'
}

# The time that processes had a processor for, in nanoseconds; none of them has a second thread.
remote_time()
{
	remote_sum '' schedstat "$@"
}

# remote_programs PID…: those that are not sshd's.
remote_programs()
{
	local pid
	for pid; do
		[ "$(cat "$(host_root remote)/proc/$pid/comm" 2>/dev/null)" = sshd ] || echo "$pid"
	done
}

idle_measure()
{
	local who=$1 begin all programs
	shift
	remote_processes >"$WORLD/processes"
	"up_$who" || return 1
	"$@"
	mapfile -t all < <(remote_processes | grep -vxFf "$WORLD/processes")
	mapfile -t programs < <(remote_programs "${all[@]}")
	begin=$(remote_time "${all[@]}")
	# Time itself is what is waited for.
	read -r -t "$IDLE_SECONDS" -u 19 _
	record "$who" cpu "$(compute "($(remote_time "${all[@]}") - $begin) / 1000000 * 60 / $IDLE_SECONDS")"
	record "$who" pss "$(remote_sum Pss: smaps_rollup "${programs[@]}")"
	record "$who" pss-all "$(remote_sum Pss: smaps_rollup "${all[@]}")"
	"down_$who"
}

# megabytes CONTESTANT MEASURE
megabytes()
{
	compute "sprintf(\"%.1f MB\", $(median "$1" "$2") * 1024 / 1000000)"
}

idle_table()
{
	local who
	row 'an idle session at the remote' 'memory (PSS)' 'with its sshd' 'processor time'
	row --- --- --- ---
	for who; do
		[ -n "$(median "$who" cpu)" ] || continue
		row "$who" "$(megabytes "$who" pss)" "$(megabytes "$who" pss-all)" \
			"$(compute "sprintf(\"%.0f ms per minute\", $(median "$who" cpu))")"
	done
}
