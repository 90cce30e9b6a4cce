#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What a world leaves behind: nothing. One is started inside this one, where nothing else
# changes anything, so that before and after can be compared to the letter.
#
# shellcheck disable=SC2016 # the inner scripts expand what is in them
# shellcheck source=tests/lib/world.sh
. "$SRC/tests/lib/world.sh"

# Not under /run, which the inner world hides.
mount -t tmpfs inner /mnt
inner=/mnt/inner.sh
state()
{
	cat /proc/self/mountinfo
	lsns --noheadings --output NS,TYPE
	cat /proc/[0-9]*/comm 2>/dev/null | grep -Evx 'bash|cat|grep|sort' | sort
	ip -brief link
	ls -A /run /run/netns "$WORLD/hosts" "$WORLD/tmp" 2>/dev/null
}

# run_inner OPTION…: the exit status is in $status, the output in $output.
run_inner()
{
	status=0
	output=$(B=$BUILD "$SRC/tests/world" "$@" "$inner" 2>&1) || status=$?
}

cat >"$inner" <<'END'
. "$SRC/tests/lib/world.sh"
host_create one two
host_wire one 192.0.2.1/24 two 192.0.2.2/24
host_daemon one /run/idle.pid busybox nc -l -p 7
ip netns add left-over
ip link add dummy-left type veth peer name dummy-over
check 'inner' on one ping -c 1 -W "$HOST_DEADLINE" 192.0.2.2
END
before=$(state)
run_inner
same 0 "$status" 'a script that passes gives 0'
matches '^ok - inner$' "$output" 'the output of a script comes through'
matches '^# verdict: 1 passed, 0 failed$' "$output" 'a script ends in a verdict'
same "$before" "$(state)" 'mounts, namespaces, processes, links and files are as before'

echo '. "$SRC/tests/lib/world.sh"; check "never" false' >"$inner"
run_inner
same 1 "$status" 'a failed check gives 1'
matches '^not ok - never$' "$output" 'a failed check is told'

echo '. "$SRC/tests/lib/world.sh"' >"$inner"
run_inner
same 1 "$status" 'a script without a check gives 1'

echo '. "$SRC/tests/lib/world.sh"; pass early; exit 3' >"$inner"
run_inner
same 1 "$status" 'a script that ends early gives 1'

cat >"$inner" <<'END'
. "$SRC/tests/lib/world.sh"
host_create one
host_daemon one /run/idle.pid busybox nc -l -p 7
read -r _ <>"$WORLD/hosts/one/idle"
END
run_inner --deadline 1
same 124 "$status" 'a script that hangs is ended at its deadline'
same "$before" "$(state)" 'what it had started is gone'

echo 'echo "$WORLD_ROOT" >/root/written' >"$inner"
run_inner
check_not 'a script cannot write to the machine' test "$status" = 0
check_not 'nothing was written' test -e /root/written
