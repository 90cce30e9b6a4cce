#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What answers in place of the agent and its ppptun: `ppp_peer.py WAY`, on standard input and output.

First the ready line that the request asks for; of WAY depends what follows:
    mute      nothing
    text      a login shell's words
    echo      whatever came
    rejects   LCP, of which it takes nothing
    disagrees LCP as it should be, and an address that nobody has agreed on
"""
import os
import select
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from echo_peer import IPCP, LCP, framed, packet, unstuffed  # noqa: E402

REQUEST, ACK, NAK, REJECT = 1, 2, 3, 4
NAKS_MAX = 5
MAGIC = b"\x01\x04\x05\xdc\x05\x06\x5e\xed\xbe\xef"
OTHER = b"\x03\x06\x0a\x09\x00\x63"


def ready():
    nonce = os.environ["SSH_ORIGINAL_COMMAND"].split("ready=")[1].split()[0]
    write(f"sallyport/1 ready {nonce} link=ppptun address=10.9.0.2 peer-address=10.9.0.1 mru=1500\n".encode())


def write(data):
    while data:
        data = data[os.write(1, data):]


naks = 0


def answer(way, protocol, code, number, options):
    global naks
    if way == "rejects":
        if protocol == LCP and code == REQUEST and options:
            write(framed(LCP, packet(REJECT, number, options)))
    elif protocol == LCP and code == REQUEST:
        write(framed(LCP, packet(ACK, number, options)))
    elif protocol == IPCP and code == REQUEST and naks < NAKS_MAX:
        naks += 1
        write(framed(IPCP, packet(NAK, number, OTHER)))


def speak(way):
    data = b""
    write(framed(LCP, packet(REQUEST, 1, MAGIC)))
    while True:
        got = os.read(0, 65536)
        if not got:
            return
        data += got
        *frames, data = data.split(b"~")
        for frame in (unstuffed(one) for one in frames):
            frame = frame[2:-2] if frame[:2] == b"\xff\x03" else frame[:-2]
            if len(frame) >= 6:
                answer(way, frame[0] << 8 | frame[1], frame[2], frame[3], frame[6:])


def main(way):
    ready()
    if way == "text":
        write(b"Last login: Mon Nov 30 from 198.51.100.7\r\n\r\nremote:~$ ")
    if way in ("rejects", "disagrees"):
        speak(way)
    while True:
        select.select([0], [], [])
        got = os.read(0, 65536)
        if not got:
            return
        if way == "echo":
            write(got)


main(sys.argv[1])
