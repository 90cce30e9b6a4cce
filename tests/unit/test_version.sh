#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The version stands in Makefile and nowhere else: what has to tell it tells that one.
# usage: test_version.sh PROGRAM…
set -u
SRC=$(realpath "$(dirname "$0")/../..")
readonly SRC
# shellcheck source=tests/lib/check.sh
. "$SRC/tests/lib/check.sh"

version=$(sed -n 's/^VERSION := //p' "$SRC/Makefile")
matches '^[0-9]+\.[0-9]+\.[0-9]+$' "$version" "Makefile has a version: $version"
readonly PATTERN=${version//./\\.}

for program; do
	name=${program##*/}
	# It hands every word to ssh.
	[ "$name" != jump-ssh ] || continue
	matches "^$name( \\([Ss]allyport\\))? $PATTERN\$" "$("$program" --version | head -n 1)" \
		"$name --version tells it"
	[ "$name" != vpn-policy ] || for format in json sarif; do
		matches "\"(sallyport|semanticVersion)\": \"$PATTERN\"" \
			"$("$program" check --trust any --format "$format" "$SRC/policy/examples")" \
			"$name check --format $format tells it"
	done
done

matches "^$PATTERN \\((unreleased|[0-9]{4}-[0-9]{2}-[0-9]{2})\\)\$" "$(grep -m 1 '^[^ ]' "$SRC/NEWS")" \
	'NEWS begins with it, and the day of its release'
# Addresses have more numbers before or after.
same '' "$(cd "$SRC" && grep -rIlE --exclude-dir=.git --exclude-dir=build --exclude=NEWS --exclude=Makefile \
	"(^|[^0-9.])$PATTERN([^0-9./]|\\.?\$)" .)" 'no other file repeats it'
