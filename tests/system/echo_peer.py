#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The other end of a ppptun, which answers its LCP echoes in a way of its own.

    echo_peer.py WAY SECONDS RATE COMMAND...

Starts the command (ppptun) on one end of a pair of sockets and brings the link up from the other;
then floods the device, so that the line is full, with RATE bytes a second to 10.9.N.2, where N is of
ppptun's addresses, and answers by WAY. All the while it sends a packet now and then, so that it is
heard. Prints what came of it, a word and a number a line; "ended" is the exit status of a ppptun
that did not last.
"""
import heapq
import os
import random
import re
import select
import socket
import struct
import subprocess
import sys
import time

CONFIGURE_REQUEST, CONFIGURE_ACK, CODE_REJECT, ECHO_REQUEST, ECHO_REPLY = 1, 2, 7, 9, 10
LCP, IPCP, IP = 0xC021, 0x8021, 0x0021
MAGIC = 0x5EEDBEEF
# What is in the place of a clock in an echo of ppptun's, with its number (agent/ppp/lcp_echo.c).
NO_CLOCK = 0x73707470
UP_DEADLINE = 30
HEARD_EACH = 0.3
# Datagrams of flows of their own, once answers have stopped: how many, how far apart, and what is soon.
PROBES, PROBE_EACH, SOON = 4, 0.2, 1.0
# Without a flood, at the end: what spins shows.
QUIET = 2.0
TICKS = os.sysconf("SC_CLK_TCK")


def fcs_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
        table.append(value)
    return table


TABLE = fcs_table()


def framed(protocol, information):
    """A frame as everybody takes it (RFC 1662)."""
    body = struct.pack(">BBH", 0xFF, 3, protocol) + information
    fcs = 0xFFFF
    for byte in body:
        fcs = fcs >> 8 ^ TABLE[(fcs ^ byte) & 0xFF]
    body += struct.pack("<H", fcs ^ 0xFFFF)
    out = bytearray(b"~")
    for byte in body:
        out += bytes((0x7D, byte ^ 0x20)) if byte < 0x20 or byte in (0x7D, 0x7E) else bytes((byte,))
    return bytes(out + b"~")


def unstuffed(frame):
    out = bytearray()
    escaped = False
    for byte in frame:
        if byte == 0x7D:
            escaped = True
        else:
            out.append(byte ^ 0x20 if escaped else byte)
            escaped = False
    return bytes(out)


def room(number):
    """The data of an echo of that number as ppptun asks: with room for a clock."""
    return struct.pack(">II", number, number ^ NO_CLOCK)


def packet(code, number, data):
    return struct.pack(">BBH", code, number, 4 + len(data)) + data


class Peer:
    def __init__(self, way, seconds, rate, command):
        self.way, self.seconds, self.rate = way, seconds, rate
        self.line, theirs = socket.socketpair()
        self.here = next(word for word in command if ":10." in word).split(":")
        self.device = command[command.index("ifname") + 1]
        self.child = subprocess.Popen(command, stdin=theirs, stdout=theirs)
        theirs.close()
        self.line.setblocking(False)
        self.random = random.Random(1)
        self.rest = b""
        self.out = bytearray()
        self.due = []
        self.held = []
        self.order = 0
        self.ips = {"acked": False, "ours": False}
        self.received = self.answered = self.most = 0
        self.echoes = self.replies = 0
        self.last_number = 0
        self.last_id = 0
        # when each was sent, and how long those took that came
        self.probes, self.took = [], {}
        # clocks of ppptun's; those that go on as the one before did; those that are the host's
        self.clocks = self.steady = self.hosts = 0
        self.last_since = None
        self.flooding = 0

    # --- sending

    def send(self, protocol, information):
        self.out += framed(protocol, information)

    def flush(self):
        try:
            while self.out:
                del self.out[: self.line.send(self.out)]
        except BlockingIOError:
            pass

    def later(self, seconds, reply, position):
        self.order += 1
        heapq.heappush(self.due, (time.monotonic() + seconds, self.order, reply, position))

    def reply(self, number, data, magic=MAGIC, position=None, after=0.0):
        """An answer, after so many seconds; position is what it acknowledges in truth."""
        self.later(after, packet(ECHO_REPLY, number, struct.pack(">I", magic) + data), position)

    def send_due(self):
        while self.due and self.due[0][0] <= time.monotonic():
            _, _, reply, position = heapq.heappop(self.due)
            self.send(LCP, reply)
            self.replies += 1
            if position is not None:
                self.answered = max(self.answered, position)

    # --- the ways

    def answer(self, number, request, position):
        data = request[4:]
        self.last_id, self.last_number = number, struct.unpack(">I", data[:4])[0] if len(data) == 8 else 0
        getattr(self, "way_" + self.way.replace("-", "_"))(number, data, request, position)

    def way_prompt(self, number, data, _, position):
        self.reply(number, data, position=position)

    def way_late(self, number, data, _, position):
        self.reply(number, data, position=position, after=2.0)

    def way_stops(self, number, data, _, position):
        if time.monotonic() < self.began + self.seconds / 4:
            self.reply(number, data, position=position)

    def way_twice(self, number, data, _, position):
        for after in (0, 0, 0.5):
            self.reply(number, data, position=position, after=after)

    def way_magic(self, number, data, *_):
        self.reply(number, data, magic=0)

    def way_number(self, number, data, *_):
        self.reply(number, bytes((data[0] ^ 1,)) + data[1:])

    def way_identifier(self, number, data, *_):
        self.reply((number + 1) % 256, data)

    def way_short(self, number, *_):
        self.reply(number, b"")

    def way_never(self, *_):
        pass

    def way_early(self, *_):
        """Guesses, in spontaneous()."""

    def way_whim(self, number, data, _, position):
        if self.random.random() < 0.3:
            self.reply(number, data, position=position, after=self.random.choice((0, 0.01, 0.2, 1.5)))

    def way_backwards(self, number, data, _, position):
        self.held.append((number, data, position))
        if len(self.held) == 4:
            for held in reversed(self.held):
                self.reply(held[0], held[1], position=held[2])
            self.held = []

    def way_stands(self, number, data, _, position):
        """A clock that stands still."""
        self.reply(number, data[:4] + bytes(4), position=position)

    def way_clocks(self, number, data, _, position):
        """Any clock."""
        self.reply(number, data[:4] + self.random.randbytes(4), position=position)

    def way_asks(self, number, data, _, position):
        """For the clock of ppptun, too."""
        self.send(LCP, packet(ECHO_REQUEST, number, struct.pack(">I", MAGIC) + room(number)))
        self.reply(number, data, position=position)

    def way_rejects(self, number, data, request, _):
        self.send(LCP, packet(CODE_REJECT, number, packet(ECHO_REQUEST, number, request)))

    def way_many(self, number, data, _, position):
        for _ in range(20):
            self.reply(number, data, position=position)

    def way_mirror(self, number, data, request, position):
        self.send(LCP, packet(ECHO_REQUEST, number, request))
        self.reply(number, data, position=position)

    def way_loop(self, number, _, request, __):
        self.send(LCP, packet(ECHO_REQUEST, number, request))

    def spontaneous(self):
        if self.way in ("early", "many"):
            for step in range(1, 5):
                self.reply((self.last_id + step) % 256, room((self.last_number + step) % 2**32))
                self.reply((self.last_id + step) % 256, self.random.randbytes(8))

    def probe(self):
        due = self.began + self.seconds / 2 + PROBE_EACH * len(self.probes)
        if self.way != "stops" or len(self.probes) == PROBES or time.monotonic() < due:
            return
        # What it has sent waits in ppptun; the device may be full of it for a moment yet.
        self.stop_flood()
        before = self.lost()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(b"probe%d" % len(self.probes), (self.here[1], 9))
        if self.lost() == before:
            self.probes.append(time.monotonic())

    def lost(self):
        """Packets that the device had no room for."""
        with open(f"/sys/class/net/{self.device}/statistics/tx_dropped", encoding="ascii") as dropped:
            return int(dropped.read())

    # --- receiving

    def take_control(self, protocol, information):
        code, number, length = struct.unpack(">BBH", information[:4])
        data = information[4:length]
        if code == CONFIGURE_REQUEST:
            self.send(protocol, packet(CONFIGURE_ACK, number, data))
            mine = struct.pack(">BBI", 5, 6, MAGIC)
            if protocol == IPCP:
                mine = struct.pack(">BB", 3, 6) + socket.inet_aton(self.here[1])
            self.send(protocol, packet(CONFIGURE_REQUEST, 1, mine))
        elif code == CONFIGURE_ACK and protocol == IPCP:
            self.ips["ours"] = True
        elif code == ECHO_REQUEST and protocol == LCP:
            self.echoes += 1
            self.answer(number, data, self.received)
        elif code == ECHO_REPLY and protocol == LCP and self.way == "asks":
            self.take_clock(number, data[4:])

    def take_clock(self, number, data):
        if len(data) != 8 or data == room(number):
            return
        self.clocks += 1
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        since = (now - struct.unpack(">I", data[4:])[0]) % 2**32
        self.last_since, before = since, self.last_since
        # Of one clock all are behind by the same.
        self.steady += before is not None and abs(since - before) < 1000000
        self.hosts += since < 100000

    def take_probes(self, frame):
        for number in map(int, re.findall(rb"probe(\d)", frame)):
            # One that was taken for lost, as something else was, is sent again, and counts then.
            if number < len(self.probes):
                self.took.setdefault(number, time.monotonic() - self.probes[number])

    def take(self):
        try:
            got = self.line.recv(1 << 20)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False
        if not got:
            return False
        *frames, self.rest = (self.rest + got).split(b"~")
        for frame in frames:
            self.received += len(frame) + 1
            self.take_probes(frame)
            # Every control character is escaped to whoever asks for nothing else.
            if frame.startswith((b"\xff\x7d\x23\xc0\x21", b"\xff\x7d\x23\x80\x21")):
                whole = unstuffed(frame)
                self.take_control(struct.unpack(">H", whole[2:4])[0], whole[4:-2])
        self.most = max(self.most, self.received - self.answered)
        return True

    def turn(self, patience):
        self.send_due()
        self.flush()
        if self.due:
            patience = max(0, min(patience, self.due[0][0] - time.monotonic()))
        ready, _, _ = select.select([self.line], [self.line] if self.out else [], [], patience)
        return self.take() if ready else True

    # --- one run

    def used(self):
        with open(f"/proc/{self.child.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def flood(self):
        """A child that sends to this end, in bursts of a hundredth of a second."""
        self.flooding = os.fork()
        if self.flooding != 0:
            return
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sent, began = 0, time.monotonic()
        while True:
            while sent < (time.monotonic() - began) * self.rate:
                try:
                    sent += out.sendto(b"x" * 1400, (self.here[1], 9))
                except OSError:
                    sent += 1400
            time.sleep(0.01)

    def stop_flood(self):
        if self.flooding:
            os.kill(self.flooding, 9)
            os.waitpid(self.flooding, 0)
            self.flooding = 0

    def run_for(self, seconds):
        end = time.monotonic() + seconds
        heard = 0.0
        while time.monotonic() < end:
            if time.monotonic() - heard > HEARD_EACH:
                heard = time.monotonic()
                self.send(IP, self.datagram())
            self.spontaneous()
            self.probe()
            if not self.turn(0.02):
                return False
        return True

    def datagram(self):
        """From this end's address to the device's, to a port where nobody is."""
        header = struct.pack(
            ">BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, 17, 0, socket.inet_aton(self.here[1]), socket.inet_aton(self.here[0])
        )
        total = sum(struct.unpack(">10H", header))
        total = (total & 0xFFFF) + (total >> 16)
        total = (total & 0xFFFF) + (total >> 16) ^ 0xFFFF
        return header[:10] + struct.pack(">H", total) + header[12:] + struct.pack(">HHHH", 9, 9, 8, 0)

    def run(self):
        end = time.monotonic() + UP_DEADLINE
        self.began = time.monotonic()
        while not self.ips["ours"]:
            if time.monotonic() > end or not self.turn(0.1):
                print("up 0")
                return
        print("up 1")
        self.began = time.monotonic()
        began_bytes, before = self.received, self.used()
        self.flood()
        lasted = self.run_for(self.seconds)
        self.stop_flood()
        if lasted:
            print(f"rate {int((self.received - began_bytes) / self.seconds)}")
            print(f"used {int((self.used() - before) / self.seconds * 100)}")
            # What waits comes first.
            lasted = self.run_for(QUIET)
            before = self.used()
            lasted = lasted and self.run_for(QUIET)
        if lasted:
            print(f"quiet {int((self.used() - before) / QUIET * 100)}")
        print(f"probes {sum(took < SOON for took in self.took.values())}")
        print(f"clocks {self.clocks}\nsteady {self.steady}\nhosts {self.hosts}")
        print(f"most {self.most}\nechoes {self.echoes}\nreplies {self.replies}")
        if lasted:
            self.child.terminate()
            self.line.close()
            self.child.wait()
        else:
            print(f"ended {self.child.wait()}")


if __name__ == "__main__":
    Peer(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]).run()
