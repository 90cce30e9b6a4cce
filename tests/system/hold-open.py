#!/usr/bin/python3
# SPDX-License-Identifier: ISC
#
# hold-open.py PATH: whoever opens the file waits, until this one ends (fanotify(7)). Prints
# "ready", and the process id of each who waits. Ends with its standard input.
import ctypes
import os
import select
import struct
import sys

FAN_CLASS_CONTENT, FAN_CLOEXEC, FAN_MARK_ADD, FAN_OPEN_PERM = 0x4, 0x1, 0x1, 0x10000
AT_FDCWD = -100
EVENT = struct.Struct("=IBBHQii")  # struct fanotify_event_metadata

libc = ctypes.CDLL(None, use_errno=True)


def must(result, what):
    if result < 0:
        sys.exit(f"{what}: {os.strerror(ctypes.get_errno())}")
    return result


def main():
    events = must(libc.fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, os.O_RDONLY), "fanotify_init")
    path = sys.argv[1].encode()
    must(libc.fanotify_mark(events, FAN_MARK_ADD, ctypes.c_uint64(FAN_OPEN_PERM), AT_FDCWD, path), path)
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([events, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        for event in EVENT.iter_unpack(os.read(events, EVENT.size)):
            print(event[-1], flush=True)


main()
