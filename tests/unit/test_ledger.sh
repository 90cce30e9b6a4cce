#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The attack ledger is whole: its rows have what they need, and their tests exist and try them.
set -u
SRC=$(realpath "$(dirname "$0")/../..")
readonly SRC
# shellcheck source=tests/lib/check.sh
. "$SRC/tests/lib/check.sh"

rows=0 bad=() seen=' '
while IFS='|' read -r id attack origin test outcome rest; do
	case $id in
	'' | '#'*) continue ;;
	esac
	read -r id <<<"$id"
	read -r test <<<"$test"
	read -r outcome <<<"$outcome"
	rows=$((rows + 1))
	[[ $id =~ ^[a-z0-9-]+$ && $seen != *" $id "* && -z ${rest-} ]] ||
		bad+=("$id: malformed, or twice")
	seen+="$id "
	[[ ${attack// /} != '' && -n ${origin+set} ]] || bad+=("$id: what is it?")
	[[ $outcome =~ ^(harmless|not\ reached|found|refused\ [0-9]+)$ ]] ||
		bad+=("$id: outcome $outcome")
	if ! grep -qsw -e "$id" "$SRC/$test"; then
		bad+=("$id: $test does not try it")
	elif ! grep -qx ledger_end "$SRC/$test"; then
		bad+=("$id: $test does not end with ledger_end")
	fi
done < <(cat "$SRC"/tests/ledger/*.txt)
same '' "${bad[*]-}" "each of the ledger's $rows rows names a test that tries it"
same "$("$SRC/tests/ledger/table")" \
	"$(sed -n '/^<!-- ledger -->$/,/^<!-- end of ledger -->$/p' "$SRC/SECURITY.md" | sed '1d;$d')" \
	'SECURITY.md has the table that make ledger prints'
