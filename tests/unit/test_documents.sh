#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What the documents of the checkout lead to is there: files, rooms, tests.
# shellcheck disable=SC2016 # the marks of Markdown
set -u
SRC=$(realpath "$(dirname "$0")/../..")
readonly SRC
# shellcheck source=tests/lib/check.sh
. "$SRC/tests/lib/check.sh"
cd "$SRC" || exit 71
readonly DOCUMENTS=(README.md SECURITY.md BENCHMARKS.md CONTRIBUTING.md HACKING.md)

# missing: of the patterns on standard input, a line each, those that no file matches. A word in
# capitals stands for any.
missing()
{
	local pattern
	while read -r pattern; do
		compgen -G "$(sed -E 's/[A-Z]{3,}/*/g' <<<"$pattern")" >/dev/null || echo "$pattern"
	done
}

for document in "${DOCUMENTS[@]}"; do
	same '' "$(grep -oP '\]\(\K[^)#]+(?=\))' "$document" | grep -v '^https\?:' |
		while read -r link; do [ -e "$link" ] || echo "$link"; done)" "$document: its links"
	same '' "$(grep -oP '`\K(agent|local|policy|packaging|tests|\.ci)/[^` :]*(?=[^`]*`)' "$document" | missing)" \
		"$document: the files that it names by their paths"
done

# By their names alone.
same '' "$(grep -oP '`\K[a-zA-Z_*-]+\.(c|h|def)(?=`)' HACKING.md | sort -u | while read -r name; do
	[ -n "$(find agent local policy tests -name "$(sed -E 's/[A-Z]{3,}/*/g' <<<"$name")" -print -quit)" ] || echo "$name"
done)" 'HACKING.md: the files that it names'

rooms=$(sed -n '/^## The rooms/,/^## How/s/^    //p' HACKING.md)
same '' "$(find agent local policy -name '*.c' -printf '%h\n' | sort -u | while read -r room; do
	grep -qE "(^| )($room|${room##*/})/( |$)" <<<"$rooms" || echo "$room"
done)" 'HACKING.md: each room is on its map'

same '' "$(grep -oE '\b(unit|system|lab)/[a-z0-9_-]+' HACKING.md | grep -v '_$' | sort -u |
	sed 's|.*|tests/&.*|' | missing)" 'HACKING.md: the tests that it names'
