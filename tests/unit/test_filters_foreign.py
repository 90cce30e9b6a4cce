#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Runs filters of filter_programs.c as the kernel would, for calls by their number and architecture.

usage: test_filters_foreign.py OWN ALLOWED <filter_programs.c

OWN is the architecture that they are for: x86_64 or aarch64. Each must end every process that comes in by
another architecture's entry, whatever it calls; some must let the call number ALLOWED pass. Prints what is
wrong, and how many filters there were.
"""
import re
import sys

ARCH = {"i386": 0x40000003, "x86_64": 0xC000003E, "arm": 0x40000028, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000
KILL, ALLOW = 0x80000000, 0x7FFF0000
CALLS = 600  # more than any architecture has


def run(code, arch, call):
    """The filter's verdict on a call without arguments."""
    data = {0: call, 4: arch}
    a = pc = 0
    while True:
        op, jt, jf, k = code[pc]
        pc += 1
        if op == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            a = data.get(k, 0)
        elif op == 0x54:  # BPF_ALU | BPF_AND | BPF_K
            a &= k
        elif op == 0x05:  # BPF_JMP | BPF_JA
            pc += k
        elif op in (0x15, 0x25, 0x35, 0x45):  # JEQ, JGT, JGE, JSET
            taken = {0x15: a == k, 0x25: a > k, 0x35: a >= k, 0x45: a & k != 0}[op]
            pc += jt if taken else jf
        elif op == 0x06:  # BPF_RET | BPF_K
            return k
        else:
            sys.exit(f"unknown instruction {op:#x}")


def main():
    own, allowed = sys.argv[1], int(sys.argv[2])
    text = sys.stdin.read()
    filters = [
        [tuple(int(word, 0) for word in line.split(",")) for line in re.findall(r"\{(0x[^}]*)\}", body)]
        for body in re.findall(r"sock_filter code_\d+\[\] = \{\n(.*?)\};", text, re.S)
    ]
    for number, code in enumerate(filters):
        for name, arch in ARCH.items():
            for call in range(CALLS):
                if name != own and run(code, arch, call) != KILL:
                    print(f"filter {number}: call {call} of {name} is not the end")
                if own == "x86_64" and run(code, ARCH[own], call | X32_BIT) != KILL:
                    print(f"filter {number}: call {call} of x32 is not the end")
    if not any(run(code, ARCH[own], allowed) == ALLOW for code in filters):
        print(f"no filter lets call {allowed} of {own} pass")
    print(len(filters))


main()
