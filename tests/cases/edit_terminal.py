# SPDX-License-Identifier: ISC
"""`vpn-policy edit` on a terminal. Usage: edit_terminal.py VPN-POLICY DIR

DIR/etc/peers/alice.conf is a good peer with a line Mru. What the program asks is answered as a
person would, and the file has to be what was answered.
"""
import os
import pty
import select
import signal
import sys
import time

DEADLINE = 30
program, work = sys.argv[1:]
path = os.path.join(work, "etc/peers/alice.conf")
RIGHT = b"w(rite it), e(dit again), x (leave the file as it was)?"
WRONG = b"\ne(dit again), x (leave the file as it was)?"
bad = 0


def check(good, name, said=b""):
    global bad
    print(("ok - " if good else "not ok - ") + name)
    if not good:
        bad += 1
        print("\n".join("# " + line for line in said.decode(errors="replace").splitlines()))


def edit(editor, dialogue):
    """Runs it; dialogue is a list of what is waited for and what is then typed."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(EDITOR=editor, TERM="dumb")
        os.execv(program, [program, "edit", path])
    said, left, end = b"", list(dialogue), time.monotonic() + DEADLINE
    heard = 0
    while time.monotonic() < end:
        if not select.select([fd], [], [], 0.1)[0]:
            continue
        try:
            more = os.read(fd, 4096)
        except OSError:
            break
        if not more:
            break
        said += more
        if left and left[0][0] in said[heard:]:
            heard = len(said)
            os.write(fd, left.pop(0)[1])
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said, not left


def case(name, editor, dialogue, code, changes):
    before = open(path, "rb").read()
    got, said, heard = edit(editor, dialogue)
    after = open(path, "rb").read()
    check(got == code and heard, f"{name}: asked, and it exits with {code}", b"exit %d\n" % got + said)
    check((after != before) == changes, f"{name}: the file {'is written' if changes else 'stays'}", said)
    left = [name for name in os.listdir(os.path.dirname(path)) if name.startswith(".")]
    check(not left, f"{name}: nothing is left beside it", repr(left).encode())


def script(name, *lines):
    with open(os.path.join("bin", name), "w", encoding="ascii") as out:
        out.write("#!/bin/bash\n" + "\n".join(lines) + "\n")
    os.chmod(os.path.join("bin", name), 0o755)
    return os.path.join("bin", name)


def mru(value):
    return f"sed -i s/^Mru.*/Mru\\t{value}/"


os.chdir(work)
case("w", mru(1401), [(RIGHT, b"w\n")], 0, True)
case("x", mru(1402), [(RIGHT, b"x\n")], 0, False)
case("x of what is wrong", mru("x"), [(WRONG, b"x\n")], 78, False)
case("w of what is wrong is no answer", mru("x"),
     [(WRONG, b"w\n"), (WRONG[1:], b"yes\n"), (WRONG[1:], b"\n"), (WRONG[1:], b"x\n")], 78, False)
# The second time it finds what the first left, and mends that.
case("e, then w",
     script("again", "if grep -q nonsense \"$1\"; then sed -i -e /nonsense/d -e 's/^Mru.*/Mru 1403/' \"$1\"",
            "else sed -i '1i nonsense' \"$1\"; fi"),
     [(WRONG, b"e\n"), (RIGHT, b"w\n")], 0, True)
case("the end of input", mru(1404), [(RIGHT, b"\x04")], 0, False)
case("^C at the question", mru(1405), [(RIGHT, b"\x03")], -signal.SIGINT, False)
case("^C in an editor that it ends",
     script("waits", "sed -i 's/^Mru.*/Mru 1406/' \"$1\"", "echo ready", "read -r _"), [(b"ready", b"\x03")], 71, False)
case("^C in an editor that goes on",
     script("catches", "trap 'caught=yes' INT", "sed -i 's/^Mru.*/Mru 1407/' \"$1\"", "echo ready",
            "until [ -n \"$caught\" ]; do sleep 0.05; done", "exit 0"),
     [(b"ready", b"\x03"), (RIGHT, b"w\n")], 0, True)
sys.exit(1 if bad else 0)
