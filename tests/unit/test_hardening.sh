#!/bin/sh
# SPDX-License-Identifier: ISC
# usage: test_hardening.sh PROGRAM ...
# Reads back from built programs what the compiler and linker were told to put into them.
# A flag that is lost on the way (a quoting error, another compiler, a library that was built
# without it) leaves no other trace.
set -u
LC_ALL=C
export LC_ALL

failures=0
program=

say() { # RESULT WHAT
	printf '%s - %s: %s\n' "$1" "${program##*/}" "$2"
	[ "$1" = ok ] || failures=$((failures + 1))
}

# Is there a line in TEXT that matches the extended regular expression?
has() { # TEXT PATTERN
	printf '%s\n' "$1" | grep -Eq -e "$2"
}

must() { # TEXT PATTERN WHAT
	if has "$1" "$2"; then say ok "$3"; else say 'not ok' "$3"; fi
}

must_not() { # TEXT PATTERN WHAT
	if has "$1" "$2"; then say 'not ok' "$3"; else say ok "$3"; fi
}

check_layout() { # HEADER SEGMENTS DYNAMIC
	must "$1" 'Type: +DYN' 'is position independent (ELF type DYN)'
	must "$3" '\(FLAGS_1\).*[ :]PIE' 'is an executable, not a library (DF_1_PIE)'
	must "$2" '^ +GNU_RELRO ' 'has a segment that is read-only after relocation (RELRO)'
	must "$3" '\(FLAGS_1\).*[ :]NOW|\(BIND_NOW\)|\(FLAGS\).*BIND_NOW' \
		'binds all symbols at start (BIND_NOW), so that RELRO covers the GOT'
	must "$2" '^ +GNU_STACK .* RW +0x' 'has a stack that is not executable'
	must_not "$2" '^ +[A-Z_]+ .* (RWE|WE) +0x' 'has no segment both writable and executable'
	must_not "$3" '\(TEXTREL\)|[ :]TEXTREL' 'relocates no code (TEXTREL)'
	must_not "$3" '\(NEEDED\).*libseccomp' 'needs no library to make its filters'
	must_not "$3" '\((RPATH|RUNPATH)\)' 'looks for no library elsewhere (RPATH, RUNPATH)'
}

# Control-flow enforcement (x86). The linker leaves the note out when any object that it
# links lacks it, and some C libraries' start files do (glibc without --enable-cet): then
# only the code shows what the compiler was told.
check_control_flow() { # NOTES
	must "$(objdump -d --no-show-raw-insn --disassemble=main "$program" |
		sed -n '/<main>:$/{n;p;}')" 'endbr(64|32)' \
		'marks branch targets (-fcf-protection)'
	start=$(readelf -nW "$("${CC:-gcc}" -print-file-name=Scrt1.o)" 2>/dev/null)
	for feature in IBT SHSTK; do
		if has "$start" "x86 feature:.*$feature"; then
			must "$1" "x86 feature:.*$feature" "carries the note $feature"
		else
			say ok "carries the note $feature # SKIP the C library's start files do not"
		fi
	done
}

check_code() { # HEADER SYMBOLS NOTES
	must "$2" ' UND __stack_chk_fail(@|$)' 'calls the stack protector'
	must "$2" ' UND __[a-z0-9_]+_chk(@| |$)' 'calls checked functions (_FORTIFY_SOURCE)'
	if has "$1" 'Machine: +.*(X86-64|80386)'; then
		check_control_flow "$3"
	else
		say ok 'marks branch targets for x86 alone # SKIP'
	fi
}

check_file() {
	if [ -u "$program" ] || [ -g "$program" ]; then
		say 'not ok' 'has no setuid or setgid bit'
	else
		say ok 'has no setuid or setgid bit'
	fi
}

check_program() {
	header=$(readelf -hW "$program" 2>/dev/null) || {
		say 'not ok' 'can be read as ELF'
		return
	}
	segments=$(readelf -lW "$program")
	dynamic=$(readelf -dW "$program")
	symbols=$(readelf -W --dyn-syms "$program")
	# A static program has the C library's own calls in it: ours are in the objects.
	has "$segments" '^ +INTERP ' || symbols=$(readelf -W --syms "${program%/*}"/agent/*.o "${program%/*}"/agent/*/*.o)
	notes=$(readelf -nW "$program")
	check_layout "$header" "$segments" "$dynamic"
	check_code "$header" "$symbols" "$notes"
	check_file
}

if [ $# -eq 0 ]; then
	echo 'usage: test_hardening.sh PROGRAM ...' >&2
	exit 64
fi
for tool in readelf objdump; do
	command -v "$tool" >/dev/null && continue
	echo "not ok - $tool (binutils) is missing"
	exit 1
done
for program in "$@"; do
	check_program
done
[ "$failures" -eq 0 ]
