#!/bin/bash
# SPDX-License-Identifier: ISC
#
# make lint's check of the house finds what it is for, and takes the tree as it is.
set -u
SRC=$(realpath "$(dirname "$0")/../..")
readonly SRC
# shellcheck source=tests/lib/check.sh
. "$SRC/tests/lib/check.sh"
work=$(mktemp -d)
trap 'status=$?; rm -rf "$work"; (exit "$status"); check_verdict' EXIT

# house ROOT OBJECT…: what it prints, and its exit status at the end.
house()
{
	"$SRC/tests/lint/house" "$@" 2>&1
	echo "exit $?"
}

# source_file PATH <TEXT: a source of the tree that is tried.
source_file()
{
	mkdir -p "$work/tree/$(dirname "$1")"
	cat >"$work/tree/$1"
}

# tree: one that nothing is wrong with.
tree()
{
	rm -rf "$work/tree"
	mkdir -p "$work/tree/tests/lint"
	cp "$SRC/tests/lint/rooms" "$work/tree/tests/lint"
	source_file agent/base/low.h <<<$'struct low {\n\tint one;\n};'
	source_file agent/net/middle.c <<<$'#include "agent/base/low.h"\n#include "agent/net/middle.h"'
	source_file agent/net/middle.h </dev/null
	source_file local/high.c <<<'#include "agent/net/middle.h"'
}

# finds NAME PATTERN: it says so of the tree, and fails.
finds()
{
	local said
	said=$(house "$work/tree" "${objects[@]}")
	matches "$2" "$said" "$1"
	matches 'exit 1' "$said" "$1: and it fails"
	tree
}

objects=()
tree
same 'exit 0' "$(house "$work/tree")" 'a house in order is taken'
source_file agent/base/low.c <<<'#include "agent/net/middle.h"'
finds 'an include of a room above' 'agent/base/low.c: includes agent/net/middle.h, of a room above'
source_file policy/language/ground.c <<<'#include "local/high.h"'
finds 'the ground that includes the roof' 'policy/language/ground.c: includes local/high.h'
source_file agent/attic/odd.c </dev/null
finds 'a source in no room' 'agent/attic/odd.c: it lies in no room'
source_file local/high.c <<<'#include <linux/seccomp.h>'
finds 'confinement elsewhere' 'local/high.c: includes linux/seccomp.h, which is for agent/confine'
readonly CALLS=('fprintf(stderr, "no");' 'syslog(3, "no");' 'exit(1);' 'abort();' 'x = malloc(n);' 'x = strdup(s);'
	'puts("no");' 'x = alloca(n);')
source_file policy/language/ground.c < <(printf 'void ground(void)\n{\n'; printf '\t%s\n' "${CALLS[@]}"; echo '}')
said=$(house "$work/tree")
for word in stderr syslog exit abort malloc strdup puts alloca; do
	matches "policy/language/ground.c: uses $word, but policy/language neither" "$said" "$word in the language"
done
matches 'exit 1' "$said" 'calls that the language may not make: and it fails'
tree
source_file policy/language/ground.c <<<$'/* We never exit(1), nor abort(). */\nint error_exit_code(int r) { return f("stderr") + r; }'
same 'exit 0' "$(house "$work/tree")" 'words of comments and texts, and of longer names, are not calls'
tree
source_file local/high.c <<<'int main(void) { exit(1); }'
same 'exit 0' "$(house "$work/tree")" 'a program may exit'
tree
source_file local/middle.c </dev/null
finds 'two files of one name' 'the file middle.c stands twice: agent/net/middle.c local/middle.c'
source_file local/high.c <<<$'struct low {\n\tint two;\n};'
finds 'two structs of one name' 'struct low stands twice: agent/base/low.h local/high.c'
for name in one two; do
	echo 'int shared(void); int shared(void) { return 1; } int main(void) { return shared(); }' >"$work/$name.c"
	cc -c -o "$work/$name.o" "$work/$name.c"
done
objects=("$work/one.o" "$work/two.o")
finds 'two functions of one name' "the global name shared stands twice: $work/one.o $work/two.o"
rm -rf "$work/tree/agent" "$work/tree/local"
objects=()
finds 'no sources at all' 'there are no sources'
same 'exit 0' "$(house "$SRC")" 'the house of this tree is in order'
