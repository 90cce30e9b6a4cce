#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The fuzz targets' corpora once more: under AddressSanitizer and UBSan, and on the very objects
# that ship.
set -u
cd "$(dirname "$0")/../.." || exit 71
readonly BUILD=${B:-build}

targets=()
for source in tests/fuzz/fuzz_*.c; do
	target=${source#tests/fuzz/fuzz_}
	targets+=("${target%.c}")
done
tests/fuzz/run --replay "${targets[@]}"
for target in "${targets[@]}"; do
	directories=("tests/fuzz/corpus/$target")
	[ ! -d "tests/cases/policy/$target" ] || directories+=("tests/cases/policy/$target")
	"$BUILD/tests/fuzz/replay_$target" "$target" "${directories[@]}"
done
