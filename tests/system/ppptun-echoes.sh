#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: another end cannot make ppptun fast, slow, busy or dead by how it answers LCP echoes: late,
# early, twice, with wrong numbers or clocks, never, or only when it likes. By these echoes ppptun knows how much
# may be on its way (agent/ppp/window.h), and that the other end is there (agent/ppp/alive.h).
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

# What may be on its way at most (WINDOW_MAX, and an eighth of it), and what a peer that is measured has
# not yet read.
readonly CAP=$((60 * 32 * 1024 * 9 / 8 + 1024 * 1024))
# Percent of a processor: while it is flooded, and by an end that is heard three times a second.
readonly BUSY_MAX=60 QUIET_MAX=5
# Seconds of flood, and bytes a second: what is sent to each peer, all of them at once.
readonly FLOODED=10 RATE=1000000
readonly TOLD='the other end sends, but answers no echoes: a full line will be slow'

ledger_read
host_create there

# peer WAY NUMBER SECONDS RATE
peer()
{
	on there timeout 120 python3 /src/tests/system/echo_peer.py "$1" "$3" "$4" \
		/src/build/ppptun nodetach notty ifname "tun-$2" "10.9.$2.1:10.9.$2.2" \
		lcp-echo-interval 1 lcp-echo-failure 3 lcp-echo-adaptive logfile "/tmp/$1.log" >"$WORLD/$1" 2>&1
}
# of WAY WORD: the number
of()
{
	sed -n "s/^$2 //p" "$WORLD/$1"
}
# at_most NUMBER WAY WORD NAME; one that did not come to it has none
at_most()
{
	check "$4" test "$(of "$2" "$3" | grep . || echo $CAP$CAP)" -le "$1"
}
log_of()
{
	cat "$(host_root there)/tmp/$1.log"
}
told()
{
	log_of "$1" | grep -cF "$TOLD"
}

# --- ways of a peer that answers, more or less; that answers nothing, or nothing that was asked
readonly ANSWERS=(prompt late stops twice whim backwards many mirror stands clocks asks)
readonly REFUSES=(magic number identifier short never early)
number=0 peers=()
for way in "${ANSWERS[@]}" "${REFUSES[@]}" rejects loop; do
	number=$((number + 1))
	peer "$way" "$number" $FLOODED $RATE &
	peers+=($!)
done
wait "${peers[@]}"

for way in "${ANSWERS[@]}" "${REFUSES[@]}" rejects; do
	note "$way: $(tr '\n' ',' <"$WORLD/$way")"
	same 1 "$(of "$way" up)" "$way: the link comes up"
	same '' "$(of "$way" ended)" "$way: and stays up"
	lacks 'Connection terminated.*Connection terminated|no answer' "$(log_of "$way" | tr '\n' ' ')" "$way: nobody is taken for dead"
	at_most $BUSY_MAX "$way" used "$way: it is not kept busy"
	at_most $QUIET_MAX "$way" quiet "$way: and does not spin when nothing is sent"
	at_most $((1000 * FLOODED + 100)) "$way" echoes "$way: it asks no more than once in a millisecond"
done
for way in "${ANSWERS[@]}"; do
	at_most $CAP "$way" most "$way: what is on its way has a limit"
	# One goes on answering, and the other may be late enough to be told of as well.
	[[ $way != stops && $way != whim ]] || continue
	same 0 "$(told "$way")" "$way: it takes part"
done
# One that has answered is waited for longer than this takes (unit/test_ppp_window).
for way in "${REFUSES[@]}"; do
	same 1 "$(told "$way")" "$way: that the answers are missing is said once"
done
# Nothing bounds what goes to these: as it was before, they get what they take.
for way in "${REFUSES[@]}" rejects prompt twice many mirror stands clocks asks; do
	check "$way: it gets what is sent" test "$(of "$way" rate | grep . || echo 0)" -ge $((RATE / 2))
done
check 'ppptun tells a clock' test "$(of asks clocks)" -ge $FLOODED
check 'which goes as the host'\''s does' test "$(of asks steady)" -ge $(($(of asks clocks) * 9 / 10))
same 0 "$(of asks hosts)" 'but does not tell since when the host is up'
same 1 "$(log_of rejects | grep -c 'does not support echoes')" 'an end that rejects them is told of once'
at_most 3 rejects echoes 'and is asked no more'

# --- one that gives back what it gets is no other end
note "loop: $(tr '\n' ',' <"$WORLD/loop")"
same 15 "$(of loop ended)" 'an end that only gives back this end'\''s echoes is given up'
matches 'no answer to 3 echoes' "$(log_of loop)" 'and the log says why'

# --- one that answers, and takes all that there is, until the window is large; and then only takes
peer stops 30 4 200000000
note "greedy: $(tr '\n' ',' <"$WORLD/stops")"
same 1 "$(of stops up)" 'an end that takes all there is: up'
at_most $CAP stops most 'nor does it get more than the limit on its way'
same 4 "$(of stops probes)" 'while a packet of a flow that sends little need not wait for an answer'
tried ppptun-echoes
ledger_end
