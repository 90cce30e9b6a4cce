#!/bin/bash
# SPDX-License-Identifier: ISC
# What `make bench-latency` says of its figures: a goal that was missed is told, and a link that was lost,
# and a cell that had no answer does not count as a short one.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/lib/check.sh
. tests/lib/check.sh
work=$(mktemp -d)
trap 'rm -rf "$work"; check_verdict' EXIT

# cell RATE LOAD WHO PING STATE [LOSS]: round trip 10 ms, a queue of 50 ms; no ping was lost, and the other
# figures are 1
cell()
{
	local ones
	ones=$(printf '1\t%.0s' {1..10})
	printf 'cubic\t%s\t10\t50\t%s\t%s\t%s\t10.0\t%s\t%s\t%s\t0\t%s-\t%s\n' "$1" "${6-0}" "$2" "$3" "$4" "$4" "$4" "$ones" "$5"
}

report()
{
	tests/bench/latency_report "$1" "$work/tsv"
}

# begin: a new file
begin()
{
	tests/bench/latency_report header 2026-01-02 6.1.0 >"$work/tsv"
}

begin
{
	cell 20M up wire 60 ok
	cell 20M up ppptun 61 ok
	cell 20M up ssh-w 500 ok
	cell 20M up openvpn 62 ok
} >>"$work/tsv"
goals=$(report goals)
same 0 $? 'goals that are all reached'
matches '^no link is lost: reached in 1 of 1 cells' "$goals" 'no link was lost'
matches '^from 2 Mbit/s on.*: reached in 1 of 1' "$goals" 'the ping is near that of the bare line'
matches 'ssh -w.*: reached in 1 of 1' "$goals" 'and before that of ssh -w'
lacks 'OpenVPN' "$goals" 'OpenVPN is no measure where the queue is the line'\''s'
tables=$(report tables)
matches '20 Mbit/s, round trip 10 ms, queue 50 ms, cubic' "$tables" 'a table says what its line was, and its congestion control'
matches '2026-01-02, Linux 6.1.0' "$tables" 'and when and on which kernel'
matches 'one stream up \| Sallyport.* \| 61 / 61 ms \|' "$tables" 'and has the ping'
matches 'processors were full.*carried 1 Mbit/s' "$tables" 'a bare line that was not full is told'
summary=$(report summary)
matches '^\*\*Ping\*\* \(cubic, 20 Mbit/s, round trip 10 ms, queue 50 ms, 2026-01-02' "$summary" 'a summary says what its lines have in common'
matches '^\|  \| one stream up \| 60 / 60 ms \| 61 / 61 ms \| 500 / 500 ms \| 62 / 62 ms \|' "$summary" 'and has a column for each contestant'
check 'the picture is XML' /usr/bin/python3 -c '
import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.argv[1])' <(sed 's/\tup\t/\tboth\t/' "$work/tsv" >"$work/both" &&
	tests/bench/latency_report picture "$work/both")
matches '>61 ms<' "$(tests/bench/latency_report picture "$work/both")" 'and has the figure'
check_not 'no picture of nothing' report picture
same '' "$(report lossy)" 'nothing of lines that lose packets, where there is none'

{
	cell 20M up wire 60 ok | sed 's/^cubic/bbr/'
	cell 20M up wire 61 ok | sed 's/\t50\t0\t/\t1000\t0\t/'
} >>"$work/tsv"
summary=$(report others)
matches '^\*\*Ping\*\* \(20 Mbit/s, round trip 10 ms, 2026-01-02' "$summary" 'other lines have a table of their own'
matches '^\| queue 50 ms, bbr \| one stream up \| 60 / 60 ms \|' "$summary" 'another congestion control'
matches '^\| queue 1000 ms, cubic \| one stream up \| 61 / 61 ms \|' "$summary" 'another queue'
lacks '500' "$summary$(report summary | sed 's/500 \/ 500 ms//')" 'and each cell is in one table'

# --- three rounds: the median counts, and the worst state
for number in 59 400 62; do
	cell 20M up ppptun "$number" ok >>"$work/tsv"
done
report goals >/dev/null
same 0 $? 'one round of four that went wrong is none'
cell 20M up ppptun 60 lost >>"$work/tsv"
goals=$(report goals)
same 1 $? 'a link that was lost once is a failure'
matches '^no link is lost: NOT reached in 0 of 1' "$goals" 'and is told'

# --- what is missed
begin
{
	cell 2M flood wire 60 ok
	cell 2M flood ppptun 91 ok
	cell 2M flood ssh-w 500 ok
	cell 2M flood openvpn 95 ok
	cell 512k flood wire 60 ok
	cell 512k flood ppptun 510 ok
	cell 512k flood ssh-w 508 ok
} >>"$work/tsv"
goals=$(report goals)
same 1 $? 'goals that are missed'
matches 'bare line.*: NOT reached in 0 of 1' "$goals" 'a longer ping than the bare line'\''s, but not below 2 Mbit/s'
matches 'not: 2 Mbit/s.*UDP flood up: 91 ms, at most 90 ms' "$goals" 'which cell that was'
matches 'ssh -w.*: NOT reached in 1 of 2' "$goals" 'a longer ping than that of ssh -w'
matches 'OpenVPN.*: reached in 1 of 1' "$goals" 'OpenVPN, whose queue is its own there'

begin
cell 20M up ssh-w 500 ok >>"$work/tsv"
cell 20M up ppptun 20 ok | sed 's/1\t1\t-\tok$/0.5\t0.5\t-\tok/' >>"$work/tsv"
goals=$(report goals)
same 1 $? 'a short ping that is had by sending little'
matches 'it carries 0.9 of what .*: NOT reached in 0 of 1' "$goals" 'is told'

begin
cell 20M beside ppptun 60 ok | sed 's/1\t1\t-\tok$/1\t-\t3.9\tok/' >>"$work/tsv"
cell 2M beside ppptun 60 ok | sed 's/1\t1\t-\tok$/1\t-\t4.1\tok/' >>"$work/tsv"
goals=$(report goals)
same 1 $? 'a stream that starves beside one outside'
matches '^beside a stream outside.*: NOT reached in 1 of 2' "$goals" 'is told'

# --- a line that loses packets
begin
{
	cell 20M up wire 60 ok 1
	cell 20M up ppptun 999 ok 1
	cell 20M up ssh-w 998 ok 1
} >>"$work/tsv"
matches '^\*\*Ping\*\* \(cubic, 20 Mbit/s, round trip 10 ms, queue 50 ms, 1 % lost, 2026-01-02' "$(report lossy)" \
	'has a table of its own'
same '' "$(report summary)$(report others)" 'and is not among the others'
goals=$(report goals)
same 0 $? 'a ping behind a lost packet waits for it'
matches 'ssh -w.* carries: reached in 1 of 1' "$goals" 'but what is carried is compared'

# --- no answer is no short ping
begin
{
	cell 20M up wire 60 ok
	cell 20M up ppptun - full
	cell 20M up ssh-w 5000 full
} >>"$work/tsv"
goals=$(report goals)
same 1 $? 'a cell without an answer'
matches 'bare line.*: NOT reached in 0 of 1' "$goals" 'is longer than the bare line'
matches 'ssh -w.*: NOT reached in 0 of 1' "$goals" 'and than ssh -w'

begin
cell 20M up ppptun 20 ok | sed 's/20\t20\t20\t0\t/20\t20\t20\t60\t/' >>"$work/tsv"
cell 20M up ssh-w 500 ok >>"$work/tsv"
goals=$(report goals)
same 1 $? 'a cell in which most had no answer'
matches 'ssh -w.*: NOT reached in 0 of 1' "$goals" 'is longer than any'
matches 'Sallyport.* \| 60 % lost \|' "$(report tables)" 'and its table says only that'

echo 'cubic	20M' >>"$work/tsv"
check_not 'a line that is cut short is refused' report goals
