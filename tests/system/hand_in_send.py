#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What an account that was taken over could pass on to the service that takes keys, for invite-hand-in.sh.

    send SOCKET PEER KEY DIGEST     prints the answer: a number, or nothing
    raw SOCKET                      the same for what is on standard input
    wait SOCKET                     says nothing, and waits for the end
"""
import base64
import socket
import struct
import sys


def exchange(path, text):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        try:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(16)
        except OSError as why:
            sys.exit(f"refused: {why}")
    print(*answer)


def send(path, peer, key, digest):
    used = base64.b64decode(digest.removeprefix("SHA256:") + "=")
    exchange(path, struct.pack("33s69s32s", peer.encode(), key.encode(), used))


def raw(path):
    exchange(path, sys.stdin.buffer.read())


def wait(path):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.recv(1)


{"send": send, "raw": raw, "wait": wait}[sys.argv[1]](*sys.argv[2:])
