#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Runs the agent as sshd does, for a client that goes away or presses keys at a certain step.

usage: leaving_client.py CASE PEER

Runs as root on a host with Sallyport installed, and takes the system log's socket for the cases
that hold the agent at its record. Prints the agent's exit status and, where the log was taken, what
it wrote there.
"""
import os
import pty
import pwd
import signal
import socket
import subprocess
import sys
import time

AGENT = "/usr/libexec/sallyport/vpn-agent"
LOG = "/dev/log"
DEADLINE = 20  # seconds
POLL, SENDTO = "7", "44"  # x86-64's numbers
KEYS = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)


def start(peer, request, auth_info=None, **streams):
    account = pwd.getpwnam("slave")
    environment = {
        "SSH_CONNECTION": "198.51.100.7 40000 198.51.100.1 22",
        "SSH_ORIGINAL_COMMAND": request,
    }
    if auth_info is not None:
        environment["SSH_USER_AUTH"] = auth_info
    given = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    given.update(streams)
    return subprocess.Popen(
        ["vpn-agent", peer],
        executable=AGENT,
        env=environment,
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        **given,
    )


def waits_in(agent, call):
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        with open(f"/proc/{agent.pid}/syscall", encoding="ascii") as file:
            if file.read().split()[0] == call:
                return
        time.sleep(0.01)
    raise SystemExit("the agent does not come so far")


def end(agent):
    print("status", agent.wait(timeout=DEADLINE), flush=True)


def no_file(peer):
    """The client is there, and sshd's file is not."""
    end(start(peer, "status", "/tmp/sshauth.none", stdout=subprocess.DEVNULL))


def gone(peer):
    """sshd took its file away, and closes the connection's pipe a moment later."""
    reader, writer = os.pipe()
    agent = start(peer, "status", "/tmp/sshauth.none", stdout=writer)
    os.close(writer)
    waits_in(agent, POLL)
    os.close(reader)
    end(agent)


def gone_terminal(peer):
    """The same on a terminal, which hangs up."""
    master, slave = pty.openpty()
    agent = start(peer, "status", "/tmp/sshauth.none", stdin=slave, stdout=slave)
    os.close(slave)
    os.close(master)
    end(agent)


def odd_file(peer):
    """A file that is not the account's own."""
    with open("/tmp/sshauth.root", "w", encoding="ascii") as file:
        file.write("publickey ssh-ed25519 AAAA\n")
    os.chmod("/tmp/sshauth.root", 0o644)
    end(start(peer, "status", "/tmp/sshauth.root", stdout=subprocess.DEVNULL))


def empty_file(peer):
    """sshd's disk was full."""
    account = pwd.getpwnam("slave")
    with open("/tmp/sshauth.empty", "w", encoding="ascii"):
        pass
    os.chmod("/tmp/sshauth.empty", 0o600)
    os.chown("/tmp/sshauth.empty", account.pw_uid, account.pw_gid)
    end(start(peer, "status", "/tmp/sshauth.empty", stdout=subprocess.DEVNULL))


def untaken(peer, request):
    """The client is gone when there is something to tell it."""
    reader, writer = os.pipe()
    os.close(reader)
    agent = start(peer, request, stdout=writer)
    os.close(writer)
    end(agent)


def take_log():
    """The log's socket with no room in it, and how to make some."""
    os.unlink(LOG)
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind(LOG)
    os.chmod(LOG, 0o666)
    log.setblocking(False)
    full = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    full.setblocking(False)
    full.connect(LOG)
    try:
        while True:
            full.send(b"filler")
    except BlockingIOError:
        return log


def drain(log):
    try:
        while True:
            record = log.recv(8192)
            if record != b"filler":
                print(record.decode("ascii"), flush=True)
    except BlockingIOError:
        pass


def keys(peer):
    """What a terminal's keys, and its hanging up, send: while the agent is at its record."""
    log = take_log()
    agent = start(peer, "status", stdout=subprocess.DEVNULL)
    waits_in(agent, SENDTO)
    for number in KEYS:
        os.kill(agent.pid, number)
    drain(log)
    end(agent)
    drain(log)


CASES = {
    "no-file": no_file,
    "gone": gone,
    "gone-terminal": gone_terminal,
    "odd-file": odd_file,
    "empty-file": empty_file,
    "status-untaken": lambda peer: untaken(peer, "status"),
    "ready-untaken": lambda peer: untaken(peer, "pppd ready=0123456789abcdef"),
    "keys": keys,
}
CASES[sys.argv[1]](sys.argv[2])
