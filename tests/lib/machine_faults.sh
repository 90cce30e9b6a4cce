# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# What a fault does to a link that carries a transfer, on machines of tests/lib/machine.sh: each fault is
# a row of one table.
#
#   faults_apart GROUP               runs the faults of the function GROUP, beside other groups, on two
#                                    machines that are booted, there-GROUP and here-GROUP
#   faults_join                      until all of them are done; their checks count
#   faults_table                     prints the table
#
#   fault NAME SET [SECONDS UNDO]    SET, for SECONDS, then UNDO; each is a function or command with its
#                                    arguments in one word, split at blanks. The link is there again, the
#                                    transfer has gone on or been told, and on both machines is what was
#                                    there before
#
# Before `fault`, as in `GOAL_UP=2 fault …`:
#   GOAL_NOTICED, GOAL_UP            seconds that the project asks for. The table marks what took longer;
#                                    a check fails only FAULT_SLACK later, as this machine may be busy
#   FROM_END=yes                     it is noticed when it ends: this host was asleep
#   STAYS=yes                        the same link goes on
#   LEAVES=WORD                      what begins so may be left, by another's program
#   MEND=COMMAND                     what a person does then, as SET; the time counts from there
# shellcheck disable=SC2030,SC2031 # a group counts its own checks
# Seconds beyond the goal, which the table marks, until it is a fault: the machine may be slow.
readonly FAULT_DEADLINE=60 FAULT_SLACK=30
# Not the user's own systemd, nor what a look at them starts.
readonly FAULT_PROCESSES='vpn-connect|vpn-agent|sshroute|ppptun|pppd|sshd|ssh'
readonly FAULTS=$WORLD/faults STREAM=/src/build/tests/machines/stream STREAM_PORT=7007
readonly FAULT_UNIT=vpn-connect@office.service
# A link that was up for so long is a good one (RETRY_GOOD_MS). status tells whole seconds.
readonly FAULT_GOOD=11
GOAL_NOTICED='' GOAL_UP='' FROM_END='' STAYS='' MEND='' LEAVES=''

here_runs()
{
	machine_on "$here" sh -c "$*"
}

there_runs()
{
	machine_on "$there" sh -c "$*"
}

# fault_part NAME: ends that process of the link here.
fault_part()
{
	here_runs "kill -KILL \$(sed -n 's/^process $1 //p' /run/sallyport/connect/office/journal | cut -d' ' -f1)"
}

fault_now()
{
	echo "${EPOCHREALTIME/,/.}"
}

# fault_said KEY: of what status --json has said last.
fault_said()
{
	sed -n "s/^ *\"$1\": //p" <<<"$FAULT_STATUS" | sed -e 's/,$//' -e 's/^"//' -e 's/"$//' -e 's/\\"/"/g' | head -n 1
}

fault_is()
{
	FAULT_STATUS=$(machine_on "$here" vpn-connect status --json office)
	[ "$(fault_said state)" = "$1" ]
}

fault_is_good()
{
	fault_is up && [ $(($(date +%s) - $(date -d "$(fault_said since)" +%s))) -ge "$FAULT_GOOD" ]
}

# --- what the transfer and its datagrams have seen: see stream.c

# fault_events [SINCE]: lines "SECONDS EVENT …" from then on.
fault_events()
{
	awk -v since="${1-0}" '$1 >= since' "$FAULTS/$group.events"
}

# fault_last PATTERN: the last event that matches, without its time.
fault_last()
{
	fault_events | cut -d' ' -f2- | grep -E "^($1)" | tail -n 1
}

# fault_passes BEFORE END: packets pass now, and not through the link BEFORE, if that is an index.
fault_passes()
{
	local last
	last=$(fault_last 'passing|silent')
	[[ $last = passing\ * ]] && [ "${last#passing }" != "$1" ] &&
		awk "BEGIN { exit !($(fault_now) > $2 + 1) }" && fault_is up
}

fault_transfer_moves()
{
	[[ $(fault_last 'opened|rests|goes-on|broken') =~ ^(opened|goes-on) ]]
}

# fault_seconds FROM TO: what lies between, or nothing without TO.
fault_seconds()
{
	[ -z "$2" ] || awk "BEGIN { took = $2 - $1; printf \"%.1f\", (took > 0 ? took : 0) }"
}

# --- what both machines have

# The kernel keeps no order of routes. Which terminal, and which number: differs from link to link.
fault_state()
{
	local name=$1
	echo "== $name: routes and rules"
	machine_on "$name" sh -c 'ip route show table all; ip -6 route show table all; ip rule; ip -6 rule' |
		sed -e 's/198\.51\.100\.\(99\|112\)\b/ADDRESS/g' | sort
	echo "== $name: interfaces"
	machine_on "$name" sh -c 'ip -brief link; ip -brief address' | sed -e 's/@[^ ]*//' \
		-e 's/fe80::[^ ]*//' -e 's/198\.51\.100\.\(99\|112\)\b/ADDRESS/g' -e 's/ *$//'
	echo "== $name: processes"
	machine_on "$name" ps -eo user:12,args | grep -E "^[^ ]+ +([^ ]*/)?($FAULT_PROCESSES)\b" |
		grep -v -e "$STREAM" | sed -e 's,/dev/pts/[0-9]*,PTS,g' -e 's/ready=[A-Za-z0-9]*/READY/' \
		-e 's/-oConnectTimeout=[0-9]*/TIMEOUT/' | sort
	echo "== $name: files"
	machine_on "$name" find /run/sallyport /tmp -mindepth 1 -not -path '/tmp/systemd-private*' |
		sed 's,^/tmp/sshauth\..*,/tmp/sshauth,' | sort
}

fault_states()
{
	fault_state "$here"
	fault_state "$there"
}

# The supervisor's descriptors are of the state as well.
fault_descriptors()
{
	# shellcheck disable=SC2016 # expanded by that shell
	here_runs 'ls "/proc/$(sed -n "s/^supervisor \([0-9]*\) .*/\1/p" /run/sallyport/connect/office/journal)/fd" | wc -l'
}

fault_keep_state()
{
	fault_states >"$FAULTS/$group.before"
	fault_descriptors >>"$FAULTS/$group.before"
}

fault_nothing_left()
{
	fault_states >"$FAULTS/$group.after"
	fault_descriptors >>"$FAULTS/$group.after"
	diff "$FAULTS/$group.before" "$FAULTS/$group.after" >"$FAULTS/$group.diff" ||
		! grep '^[<>]' "$FAULTS/$group.diff" | grep -v "^> ${LEAVES:-nothing}"
}

# fault_left: in a few words.
fault_left()
{
	local new gone
	new=$(sed -n 's/^> //p' "$FAULTS/$group.diff" | cut -c1-60 | paste -sd,)
	gone=$(sed -n 's/^< //p' "$FAULTS/$group.diff" | cut -c1-60 | paste -sd,)
	[ -z "$new$gone" ] || note "$(cat "$FAULTS/$group.diff")" >&18
	echo "${new:-nothing}${gone:+; gone: $gone}"
}

# --- one fault

# What was said: while it lasted by status, otherwise by the log when the link ended.
fault_told()
{
	local said=$meanwhile
	[ -n "$said" ] || said=$(machine_journal "$here" --after-cursor="$cursor" --output=cat 2>/dev/null |
		sed -n -e 's/^office: the link is down: //p' -e "s/^$FAULT_UNIT: Main process exited/systemd: the supervisor exited/p" |
		head -n 1)
	echo "${said:--}"
}

# fault_mark SECONDS GOAL: with a mark if that took longer.
fault_mark()
{
	[ -z "$1" ] || awk "BEGIN { printf \"%s s%s\", $1, ($1 > ${2:-$1} ? \" (!)\" : \"\") }"
}

# What became of the transfer since the fault, in a few words.
fault_transfer()
{
	local last
	last=$(fault_events "$begin" | grep -E '^[^ ]+ (goes-on|broken)' | tail -n 1)
	case $last in
	*' broken '*) echo "told after $(fault_seconds "$begin" "${last%% *}") s: ${last#* broken }" ;;
	*' goes-on') echo "goes on after $(fault_seconds "$from" "${last%% *}") s" ;;
	*) echo 'not interrupted' ;;
	esac
}

# fault_is_soon WHAT SECONDS GOAL
fault_is_soon()
{
	[ -z "$3" ] || check "$name: $1 after ${2:-no} s, of $3" \
		awk "BEGIN { exit !(${2:-9999} <= $3 + $FAULT_SLACK) }"
}

# fault_row LEFT: the row of the table.
fault_row()
{
	local noticed up since=$begin
	[ -z "$FROM_END" ] || since=$end
	noticed=$(fault_events "$since" | grep -E ' link ' | head -n 1 | cut -d' ' -f1)
	noticed=$(fault_seconds "$since" "$noticed")
	up=$(fault_events "$begin" | grep -E ' passing ' | tail -n 1 | cut -d' ' -f1)
	up=$(fault_seconds "$from" "$up")
	fault_is_soon 'it is noticed' "$noticed" "$GOAL_NOTICED"
	fault_is_soon 'packets pass' "$up" "$GOAL_UP"
	noticed=$(fault_mark "$noticed" "$GOAL_NOTICED") up=$(fault_mark "$up" "$GOAL_UP")
	printf '| %s | %s | %s | %s | %s | %s |\n' "$name" "${noticed:--}" "${up:-the link stays}" "$(fault_transfer)" \
		"$1" "$(fault_told)" >>"$FAULTS/$group.rows"
}

# fault_lasts SECONDS: that long from begin on.
fault_lasts()
{
	awk "BEGIN { exit !($(fault_now) >= $begin + $1) }"
}

# What status says of it just before it ends.
fault_meanwhile()
{
	fault_is up
	case $(fault_said state) in
	up) ;;
	waiting | 'coming up') fault_said text ;;
	*) machine_on "$here" vpn-connect status office | sed -n '1s/it came up at [^,]*, and //p' ;;
	esac
}

fault_is_seen()
{
	! fault_is up
}

fault()
{
	local name=$1 begin end from cursor before meanwhile=''
	check "$name: the link has been up for a while" wait_for "$FAULT_DEADLINE" 'that' fault_is_good
	check "$name: and the transfer is there" wait_for "$FAULT_DEADLINE" 'that' fault_transfer_moves
	fault_keep_state
	cursor=$(machine_cursor "$here")
	before=$([ -n "$STAYS" ] || here_runs cat /sys/class/net/sp-office/ifindex)
	begin=$(fault_now)
	# shellcheck disable=SC2086 # a command and its arguments
	check "$name: it can be done" $2
	if [ $# -gt 2 ]; then
		wait_for $(($3 * 2)) 'the end' fault_lasts "$3"
	fi
	[ -z "$MEND" ] || wait_for 10 'that status tells of it' fault_is_seen
	[ $# -eq 2 ] && [ -z "$MEND" ] || [ -n "$FROM_END" ] || meanwhile=$(fault_meanwhile)
	end=$(fault_now)
	# shellcheck disable=SC2086
	[ $# -le 2 ] || check "$name: and undone" $4
	# shellcheck disable=SC2086
	[ -z "$MEND" ] || check "$name: and mended" $MEND
	from=$([ $# -gt 2 ] || [ -n "$MEND" ] && echo "$end" || echo "$begin")
	check "$name: packets pass" wait_for "$FAULT_DEADLINE" 'an answer' fault_passes "${before:-any}" "$from"
	check "$name: the transfer goes on, or has been told" wait_for "$FAULT_DEADLINE" 'that' fault_transfer_moves
	check "$name: all is as before on both machines" wait_for 30 'that' fault_nothing_left
	fault_row "$(fault_left)"
	note "$(machine_journal "$here" --after-cursor="$cursor" --output=short-precise |
		grep -E ' (vpn-connect|ppptun)\[' | grep -v -e ' confinement ' -e ' address ' | head -n 30)"
}

# --- two machines, and the table

# Sallyport on both, the link and its transfer.
faults_begin()
{
	there=there-$group here=here-$group
	machine_pair "$there" "$here" '/^Timeout/s|30|5|' '/^Keepalive/s|15|5|'
	# sshd's own connection to an address that is gone lives for three of these.
	there_runs "sed -i '/ClientAliveInterval/s/15/3/' /etc/ssh/sshd_config.d/sallyport.conf" && machine_sshd "$there"
	# stream tries at short intervals, and this is how often at most.
	machine_on "$there" sysctl -q net.ipv4.tcp_retries2=255
	machine_on "$here" sysctl -q net.ipv4.tcp_retries2=255
	machine_on "$there" "$STREAM" serve "$STREAM_PORT" &
	fault_states >"$FAULTS/$group.nothing"
	check "$group: the unit starts" machine_on "$here" systemctl start "$FAULT_UNIT"
	machine_on "$here" "$STREAM" watch 10.9.0.2 "$STREAM_PORT" sp-office >"$FAULTS/$group.events" &
	watcher=$!
	check "$group: a transfer" wait_for "$FAULT_DEADLINE" 'that' fault_transfer_moves
}

faults_stopped()
{
	fault_states >"$FAULTS/$group.after"
	diff "$FAULTS/$group.nothing" "$FAULTS/$group.after" >"$FAULTS/$group.diff"
}

# After all of them: what was there before the first link.
faults_end()
{
	check "$group: it can be stopped" here_runs "systemctl stop $FAULT_UNIT && vpn-connect down office"
	there_runs 'rm -f /tmp/sshauth.*'
	check "$group: after $(fault_events | grep -c ' link [1-9]') links, nothing is left" \
		wait_for 30 'that' faults_stopped
	fault_left >/dev/null
	lacks ' wrong ' "$(fault_events)" "$group: no byte of the transfers was another one"
	kill "$watcher"
}

faults_apart()
{
	group=$1
	mkdir -p "$FAULTS"
	(
		trap - EXIT
		# shellcheck disable=SC2034 # of check.sh
		CHECKS_PASSED=0 CHECKS_FAILED=0 CHECK_OUTPUT=$FAULTS/$group.output
		faults_begin
		"$group"
		faults_end
		echo "$CHECKS_PASSED $CHECKS_FAILED" >"$FAULTS/$group.verdict"
	) >"$FAULTS/$group.log" 2>&1 18>&1 &
	FAULT_GROUPS+=("$group") FAULT_CHILDREN+=("$!")
}
FAULT_GROUPS=() FAULT_CHILDREN=()

faults_join()
{
	local group good bad
	wait "${FAULT_CHILDREN[@]}"
	for group in "${FAULT_GROUPS[@]}"; do
		cat "$FAULTS/$group.log" >&18
		read -r good bad <"$FAULTS/$group.verdict" || fail "$group: the faults of it ended early"
		CHECKS_PASSED=$((CHECKS_PASSED + ${good:-0})) CHECKS_FAILED=$((CHECKS_FAILED + ${bad:-0}))
	done
}

faults_table()
{
	local group
	echo
	echo "On $(date -u +%d\ %B\ %Y), $(uname -sr), Keepalive 5:"
	echo
	echo '| what happens | noticed after | packets pass again after | the transfer | left behind | what is said |'
	echo '| --- | --- | --- | --- | --- | --- |'
	for group in "${FAULT_GROUPS[@]}"; do
		cat "$FAULTS/$group.rows"
	done
}
