#!/bin/bash
# SPDX-License-Identifier: ISC
#
# A peer's file that is written again while logins read it, through a real sshd. Both versions
# deny, the one in its first lines and the other in its last, and half of each would allow.
# tests/unit/test_written.c tries the same on the reader itself, 20,000 times in each way.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

readonly SECONDS_EACH=8 WORKERS=4 FILE=/etc/sallyport/peers/alice.conf PROFILE=/etc/sallyport/connect/office.conf
readonly WRITING='is being written: try again later'

vpn_one_peer
vpn_local local
vpn_share_connection local alice
remote=$(host_root remote)
good=$(grep -v -e '^From' -e '^End' "$remote$FILE")
filler=$(printf '# %060d\n' {1..600})
# version NAME FIRST LAST: 38 KB, all of the same size.
version()
{
	printf '%s\n' "$good" "$2" "$filler" "$3" End >"$remote/root/$1"
	vpn_settle "$remote/root/$1"
}
version first 'From 203.0.113.0/24' '# no more than this'
version last '# no more than this' 'From 203.0.113.0/24'
version allowed '# no more than this' '# no more than this'
same "$(stat -c %s "$remote/root/first")" "$(stat -c %s "$remote/root/last")" 'the versions are of one size'
cp -p "$remote/root/allowed" "$remote$FILE"
allowed='sallyport/1 status peer=alice sessions=0/1'
same "$allowed" "$(vpn_ask status 2>&1)" 'without the line that denies, it is allowed'

# during COMMAND [fooled]: logins while the command runs over and over, and what a reader sees that only
# looks whether a line is there that denies: fooled, until it has seen none once.
during()
{
	local worker pids=() end=$((SECONDS + SECONDS_EACH))
	cp -p "$remote/root/first" "$remote$FILE"
	rm -f "$remote/root/enough" "$WORLD"/logins.*
	on remote sh -c "cd /root; while [ ! -e enough ]; do $1; done" &
	local writer=$!
	for ((worker = 0; worker < WORKERS; worker++)); do
		while [ "$SECONDS" -lt "$end" ]; do
			vpn_ask status 2>&1 | tail -n 1
		done >"$WORLD/logins.$worker" &
		pids+=($!)
	done
	fooled=0
	while [ "$SECONDS" -lt "$end" ] ||
		{ [ "${2-}" = fooled ] && [ "$fooled" -eq 0 ] && [ "$SECONDS" -lt $((end + HOST_DEADLINE)) ]; }; do
		# 1 is what grep says of a file that has no such line.
		grep -q '^From' "$remote$FILE" 2>/dev/null
		[ "$?" -ne 1 ] || fooled=$((fooled + 1))
	done
	wait "${pids[@]}"
	touch "$remote/root/enough"
	wait "$writer"
	logins=$(cat "$WORLD"/logins.* | wc -l)
	passed=$(cat "$WORLD"/logins.* | grep -c '^sallyport/1 status')
	note "$logins logins, $passed allowed; a naive reader: $fooled times"
}

during "cp -p first $FILE; cp -p last $FILE" fooled
same 0 "$passed" 'cut off and written again, dated back: no login is allowed'
check 'it has been tried' test "$logins" -gt "$WORKERS"
check 'a naive reader is fooled' test "$fooled" -gt 0

during "for file in last first; do for at in 0 1 2 3 4 5 6 7 8 9; do
	dd if=\$file of=$FILE bs=4096 skip=\$at seek=\$at count=1 conv=notrunc 2>/dev/null; sleep 0.05; done; done" fooled
same 0 "$passed" 'overwritten in place, in pieces with pauses: no login is allowed'
check 'it has been tried' test "$logins" -ge "$WORKERS"
check 'a naive reader is fooled' test "$fooled" -gt 0
matches "code=71.*$WRITING" "$(vpn_log remote)" 'the log says why'

# In its own directory: elsewhere mv would copy it.
during "cp -p first $FILE.new; mv $FILE.new $FILE; cp -p last $FILE.new; mv $FILE.new $FILE"
same 0 "$passed" 'replaced by another file: no login is allowed'
check 'it has been tried' test "$logins" -gt "$WORKERS"
same 0 "$fooled" 'nor is a naive reader fooled'
same '' "$(vpn_log remote | tail -n "$logins" | grep 'code=7[18]')" 'and each login read the one or the other'

# --- when the writing has ended, the file counts, and at once if it was finished before
cp "$remote/root/allowed" "$remote$FILE"
begin=$SECONDS
same "$allowed" "$(vpn_ask status 2>&1)" 'what was written just now is waited for'
check 'for two seconds' test "$((SECONDS - begin))" -ge 1
cp -p "$remote/root/last" "$remote$FILE.new"
mv "$remote$FILE.new" "$remote$FILE"
matches 'denied' "$(vpn_ask status 2>&1)" 'what was renamed counts'

# --- agent.conf is read in the same way, and so is a profile
cp -p "$remote/root/allowed" "$remote$FILE"
# written HOST COMMAND: over and over until there is a file /root/enough.
written()
{
	on "$1" rm -f /root/enough /root/begun
	on "$1" sh -c "cd /root; while [ ! -e enough ]; do $2; touch begun; sleep 0.1; done" &
	writer=$!
	check "$1: it is being written" wait_for "$HOST_DEADLINE" 'the first time' test -e "$(host_root "$1")/root/begun"
}
written remote 'echo End >/etc/sallyport/agent.conf'
vpn_ask status >"$WORLD/answer" 2>&1
matches "code=71.*agent\\.conf.*$WRITING" "$(vpn_log remote | tail -n 1)" 'an agent.conf that is being written'
touch "$remote/root/enough"
wait "$writer"
local=$(host_root local)
vpn_profile local office <<<"$(printf '%s\n' 'Host remote' 'RunAs alice' 'Accept address')"
written local "cp $PROFILE copy; cat copy >$PROFILE"
said=$(on local vpn-connect up --once office 2>&1)
same 71 "$?" 'a profile that is being written is not used'
matches "office\\.conf: the file $WRITING" "$said" 'and vpn-connect says why'
touch "$local/root/enough"
wait "$writer"
