# SPDX-License-Identifier: ISC
"""Both ends of vpn-connect's control socket, for control.sh.

    listen SOCKET COMMAND…      as systemd does with Accept=yes: COMMAND for each connection
    ask SOCKET VERB FLAGS WAIT LINES NAME
                                a request with these numbers, each of which may be wrong; NAME has
                                Python's escapes. Prints what is answered, and exits with its code
    bytes SOCKET COUNT          so many bytes that are no request, without an end
    slow SOCKET                 half of a request, a byte a second
    leave SOCKET                half of a request, and gone
    many SOCKET COUNT           so many connections that say nothing, then waits for their end;
                                prints how many were told to try again
"""
import io
import os
import select
import signal
import socket
import struct
import sys

MAGIC = 0x53503031
REQUEST = "=IIIiI36s"
ANSWER_S = 60


def listen(path, command):
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    os.umask(0)
    listener.bind(path)
    listener.listen(256)
    os.umask(0o22)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        connection = listener.accept()[0]
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for standard in range(3):
                os.dup2(connection.fileno(), standard)
            os.execv(command[0], command)
        connection.close()


def connect(path):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(ANSWER_S)
    connection.connect(path)
    return connection


def take(connection, size):
    taken = b""
    while len(taken) < size:
        more = connection.recv(size - len(taken))
        if not more:
            raise SystemExit(f"ended after {len(taken)} of {size} bytes")
        taken += more
    return taken


def answer(connection, out=sys.stdout.buffer):
    """What is said, on out; the exit code."""
    while True:
        piece, size = struct.unpack("=HH", take(connection, 4))
        said = take(connection, size)
        if piece == 3:
            return said[0]
        out.write(said)
        out.flush()


def request(verb, flags, wait, lines, name):
    encoded = name.encode().decode("unicode_escape").encode("latin-1")
    return struct.pack(REQUEST, MAGIC, int(verb), int(flags), int(wait), int(lines), encoded)


def send(connection, some):
    try:
        connection.sendall(some)
    except (BrokenPipeError, ConnectionResetError):
        pass


def answers(connection, out=sys.stdout.buffer):
    """The same for one that may be ended while it sends."""
    try:
        return answer(connection, out)
    except ConnectionResetError:
        return 65


def many(path, count):
    connections = [connect(path) for _ in range(count)]
    busy = sum(answers(connection, io.BytesIO()) == 75 for connection in connections)
    print(busy)
    return 0


def slow(path):
    connection = connect(path)
    for byte in request(0, 0, 0, 0, "")[:28]:
        if select.select([connection], [], [], 1)[0]:
            break
        send(connection, bytes([byte]))
    return answers(connection)


def main(what, path, *words):
    if what == "listen":
        listen(path, words)
    if what == "many":
        return many(path, int(words[0]))
    if what == "slow":
        return slow(path)
    connection = connect(path)
    if what == "leave":
        send(connection, request(0, 0, 0, 0, "")[:28])
        return 0
    send(connection, request(*words) if what == "ask" else b"\x7f" * int(words[0]))
    return answers(connection)


sys.exit(main(*sys.argv[1:]))
