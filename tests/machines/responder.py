#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A name server for tests: responder.py LOG ADDRESS=ANSWER…

On each ADDRESS, port 53, every name has the one address ANSWER. A line "ADDRESS NAME" goes into LOG for each
query, and "ready" before the first.
"""
import selectors
import socket
import struct
import sys

HEADER, A, IN = 12, 1, 1
# linux/in.h
IP_FREEBIND = 15


def name_of(query):
    """The name in the first question, and where that ends."""
    labels, at = [], HEADER
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
        at += 1 + query[at]
    return ".".join(labels).lower(), at + 1


def answer(query, address):
    """The answer to one query, and the name that it asked for."""
    name, at = name_of(query)
    kind, _ = struct.unpack("!HH", query[at : at + 4])
    found = kind == A
    head = query[:2] + struct.pack("!HHHHH", 0x8580, 1, int(found), 0, 0)
    record = struct.pack("!HHHIH", 0xC00C, A, IN, 5, 4) + socket.inet_aton(address) if found else b""
    return head + query[HEADER : at + 4] + record, name


def main():
    """Serves until it is ended."""
    waiting = selectors.DefaultSelector()
    for pair in sys.argv[2:]:
        server, address = pair.split("=")
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # The address may come later.
        one.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
        one.bind((server, 53))
        waiting.register(one, selectors.EVENT_READ, (server, address))
    with open(sys.argv[1], "w", buffering=1, encoding="ascii") as log:
        print("ready", file=log)
        while True:
            for key, _ in waiting.select():
                query, whom = key.fileobj.recvfrom(4096)
                reply, name = answer(query, key.data[1])
                print(key.data[0], name, file=log)
                key.fileobj.sendto(reply, whom)


main()
