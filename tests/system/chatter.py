# SPDX-License-Identifier: ISC
"""chatter.py ADDRESS…: a datagram to each of them, a hundred times a second, whatever becomes of it."""
import select
import socket
import sys

sockets = []
for address in sys.argv[1:]:
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    sockets.append((socket.socket(family, socket.SOCK_DGRAM), (address, 9)))
while True:
    select.select([], [], [], 0.01)
    for one, to in sockets:
        try:
            one.sendto(b'chatter', to)
        except OSError:
            pass
