#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The filters of another architecture than the one that builds: by its own numbers, and closed to the
# entries of those that its kernel serves as well (i386 and x32 on amd64, arm on arm64).
set -u
SRC=$(realpath "$(dirname "$0")/../..")
readonly SRC
# shellcheck source=tests/lib/check.sh
. "$SRC/tests/lib/check.sh"
readonly GENERATE=${B:-$SRC/build}/agent/confine/gen-filters

# judged ARCHITECTURE CALL
judged()
{
	"$GENERATE" programs "$1" | python3 "$SRC/tests/unit/test_filters_foreign.py" "$1" "$2"
}

# filters: as many as there are for this one.
count=$("$GENERATE" programs | grep -c 'sock_filter code_')
# 63 is read(2) on arm64, and uname(2) on amd64; 0 is read(2) there.
same "$count" "$(judged aarch64 63)" 'arm64: filters are closed to arm and others, and let read(2) pass'
same "$count" "$(judged x86_64 0)" 'amd64: to i386 and x32, and let read(2) pass'
matches '"read",' "$("$GENERATE" listings aarch64)" 'arm64: they say what they let pass'
lacks '"(open|stat|fork|arch_prctl)"' "$("$GENERATE" listings aarch64)" 'and nothing that arm64 does not have'
check_not 'an architecture that is none' "$GENERATE" programs vax
