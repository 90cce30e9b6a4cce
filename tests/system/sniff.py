# SPDX-License-Identifier: ISC
"""sniff.py FILE GATEWAY GATEWAY6 BEHIND…: what leaves this host, on every interface but lo and the link's.

One line in FILE for each kind of packet that is not ssh to the gateway (ports 22 and 9), to who is behind this host, ARP, or
what IPv6 needs to find its neighbours; and one for each mark that was sent over lo. A raw socket sees what the packet filter
has let out.
"""
import socket
import struct
import sys

out, gateways, behind = open(sys.argv[1], 'a', buffering=1), sys.argv[2:4], sys.argv[4:]
sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
sniffer.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE: nothing is missed


def look(protocol, packet):
    if protocol == 0x0806:
        return None
    if protocol == 0x0800:
        kind, head = packet[9], (packet[0] & 15) * 4
        target = socket.inet_ntop(socket.AF_INET, packet[16:20])
    elif protocol == 0x86dd:
        kind, head = packet[6], 40
        target = socket.inet_ntop(socket.AF_INET6, packet[24:40])
        if kind == 0:  # hop by hop: MLD
            kind, head = packet[40], 48
        if kind == 58 and packet[head] in (133, 135, 136, 131, 143):
            return None
    else:
        return f'protocol {protocol:x}'
    if target in behind:
        return None
    if kind == 6 and target in gateways and struct.unpack('!H', packet[head + 2:head + 4])[0] in (22, 9):
        return None
    return f'{kind} to {target}'


seen = set()
while True:
    packet, (name, protocol, direction, _, _) = sniffer.recvfrom(65535)
    if name == 'lo':
        if direction == 4 and protocol == 0x0800 and packet[28:].startswith(b'mark '):
            seen.clear()
            print(packet[28:].decode(), file=out)
        continue
    # Without a name by now: the link's, as no other interface goes away.
    if direction != 4 or name == '' or name.startswith('sp-'):
        continue
    what = look(protocol, packet)
    if what is not None and (name, what) not in seen:
        seen.add((name, what))
        print(name, what, file=out)
