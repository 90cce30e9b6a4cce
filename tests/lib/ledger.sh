# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# The ledger's attacks, tried on the real agent. tests/ledger/*.txt have a row for each:
#
#   ID | attack | origin | test | outcome
#
# A script that this file is sourced by tries the rows that name it, and ends with ledger_end,
# which fails for every row that was not tried. What outcomes mean:
#
#   refused N     exit status N; one record, deny or failed, with code=N and a reason as expected
#   harmless      the login goes on as if the attack were not there: allow, and its confinement
#   not reached   sshd or the kernel refuses before the agent runs: no record at all
#   found         no login can tell, for it takes more than one peer's file: vpn-policy check does
#
# and after each: nothing of the account or of what the agent launches runs, no lock is held,
# and the state of the host (interfaces, routes, files that the agent may touch) is as before.
#
#   ledger_begin HOST                       the host whose agent is attacked, installed and idle
#   attack ID PATTERN COMMAND…              tries it; PATTERN (an extended regular expression) has
#                                           to match the reason in the log, unescaped
#   attack_as ID NAME PATTERN COMMAND…      the same, for one of several variants
#   tried ID                                for scripts that check a row in their own way
#   ledger_record KEY…                      values of the last verdict, unescaped, tabs between
#   ledger_end
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

LEDGER_SCRIPT=tests/${0##*/tests/}
LEDGER_HOST='' LEDGER_STATE='' LEDGER_BEFORE=0 LEDGER_NEW=''
declare -A LEDGER_OUTCOME LEDGER_TRIED

ledger_read()
{
	local id test outcome
	while IFS='|' read -r id _ _ test outcome; do
		read -r id <<<"$id"
		read -r test <<<"$test"
		case $id in
		'' | '#'*) continue ;;
		esac
		[ "$test" = "$LEDGER_SCRIPT" ] || continue
		read -r LEDGER_OUTCOME["$id"] <<<"$outcome"
	done < <(cat "$SRC"/tests/ledger/*.txt)
	[ ${#LEDGER_OUTCOME[@]} -gt 0 ] || give_up "no row of the ledger names $LEDGER_SCRIPT"
}

ledger_begin()
{
	LEDGER_HOST=$1
	ledger_read
	# What a login has just started may still be on its way out.
	wait_for "$HOST_DEADLINE" 'a quiet host' ledger_quiet
}

# The state is what it was a moment ago, and is kept.
ledger_quiet()
{
	LEDGER_STATE=$(vpn_state "$LEDGER_HOST")
	pause
	pause
	vpn_state_is "$LEDGER_HOST" "$LEDGER_STATE"
}

tried()
{
	[ -n "${LEDGER_OUTCOME[$1]-}" ] || fail "$1 is not a row of the ledger for $LEDGER_SCRIPT"
	LEDGER_TRIED[$1]=$((${LEDGER_TRIED[$1]-0} + 1))
}

ledger_log()
{
	host_log "$LEDGER_HOST"
}

# LEDGER_NEW: what was written since the log had LEDGER_BEFORE lines.
ledger_look()
{
	LEDGER_NEW=$(ledger_log | tail -n "+$((LEDGER_BEFORE + 1))")
}

ledger_record()
{
	ledger_log | grep ': verdict=' | tail -n 1 | "$BUILD/tests/record/record" "$@"
}

# ledger_has NUMBER: so many new records are in the file. The client may have its answer before
# the log daemon has written; a record too many shows at the next attack, if not at this one.
ledger_has()
{
	ledger_look
	[ "$(grep -cE ': (verdict|confinement)=' <<<"$LEDGER_NEW")" -ge "$1" ]
}

# Processes of the account, and what the agent launches, as whatever uid.
ledger_processes()
{
	on "$LEDGER_HOST" ps -eo user:32,pid,args --no-headers |
		grep -E '^slave |/usr/sbin/pppd|/usr/libexec/sallyport/' |
		grep -Ev '^slave +[0-9]+ sshd(-session)?: |^root +[0-9]+ (ps|grep) '
}

ledger_locks()
{
	vpn_locks "$LEDGER_HOST"
}

ledger_clean()
{
	! ledger_processes && ! ledger_locks && vpn_state_is "$LEDGER_HOST" "$LEDGER_STATE"
}

# What is wrong with how an attack ended, a line each; nothing when all is as it has to be.
ledger_faults()
{
	local outcome=$1 pattern=$2 status=$3 output=$4 code records verdict reason
	case $outcome in
	'refused '*) wait_for "$HOST_DEADLINE" 'a record' ledger_has 1 ;;
	harmless) wait_for "$HOST_DEADLINE" 'two records' ledger_has 2 ;;
	*) ledger_look ;;
	esac
	if ! records=$(printf '%s' "${LEDGER_NEW:+$LEDGER_NEW$'\n'}" | "$BUILD/tests/record/record" verdict code reason 2>&1); then
		echo "the log does not parse: $records"
		return
	fi
	case $outcome in
	'refused '*)
		code=${outcome#refused }
		[ "$status" = "$code" ] || echo "exit status $status, not $code"
		[ "$(grep -c . <<<"$records")" = 1 ] || echo "not one record but: $records"
		IFS=$'\t' read -r verdict status reason <<<"$records"
		[[ $verdict =~ ^(deny|failed)$ ]] || echo "the record's verdict is $verdict"
		[ "$status" = "$code" ] || echo "the record's code is $status, not $code"
		grep -Eq -e "$pattern" <<<"$reason" || echo "the record's reason is: $reason"
		;;
	harmless)
		[ "$(grep -c . <<<"$records")" = 2 ] || echo "not two records but: $records"
		[[ $records == allow$'\t0\t'* ]] || echo "not allowed: $records"
		grep -Eq -e "$pattern" <<<"$records" || echo "the record is: $records"
		;;
	'not reached')
		[ "$status" -ne 0 ] || echo 'it succeeded'
		[ -z "$records" ] || echo "it reached the agent: $records"
		;;
	*) echo "the ledger's outcome '$outcome' is not known" ;;
	esac
	# The reason is for the log: a client is told one line with the id.
	if [[ $outcome = refused* ]] && [ "$(grep -c 'sallyport:' <<<"$output")" -gt 1 ]; then
		echo "more than one line for the client: $output"
	fi
	wait_for "$HOST_DEADLINE" 'nothing left' ledger_clean ||
		printf '%s\n' 'something is left:' "$(ledger_processes; ledger_locks)" \
			"$(diff <(echo "$LEDGER_STATE") <(vpn_state "$LEDGER_HOST"))"
}

attack_as()
{
	local id=$1 name=$2 pattern=$3 status=0 output faults
	shift 3
	tried "$id"
	LEDGER_BEFORE=$(ledger_log | wc -l)
	output=$("$@" 2>&1 </dev/null) || status=$?
	faults=$(ledger_faults "${LEDGER_OUTCOME[$id]-}" "$pattern" "$status" "$output")
	if [ -z "$faults" ]; then
		pass "$id: $name: ${LEDGER_OUTCOME[$id]}"
	else
		fail "$id: $name: ${LEDGER_OUTCOME[$id]-}"
		note "$faults"
		note "the client saw: $output"
	fi
}

attack()
{
	local id=$1
	shift
	attack_as "$id" "$(ledger_title "$id")" "$@"
}

ledger_title()
{
	sed -n "s/^$1 *| *\([^|]*[^| ]\) *|.*/\1/p" "$SRC"/tests/ledger/*.txt
}

ledger_end()
{
	local id
	for id in "${!LEDGER_OUTCOME[@]}"; do
		[ -n "${LEDGER_TRIED[$id]-}" ] || fail "$id: a row of the ledger that was not tried"
	done
	note "ledger: ${#LEDGER_TRIED[@]} rows"
}
