#!/usr/bin/python3
# SPDX-License-Identifier: ISC
#
# watch_terminal.py COLUMNS ROWS STEP… -- COMMAND…: runs the command on a terminal of that size, and plays
# somebody who looks at it.
#
#   see PATTERN     wait until a line of the page matches
#   key TEXT        type that
#   signal NAME     send that to the command
#   run COMMAND     run that, split at spaces
#   size COLUMNS    make the window that wide
#   stopped         wait until it has stopped, look at the terminal, and let it go on
#   page            print the page
#   raw             print whether a colour was set, and whether anything but ASCII came, so far
#
# Then it waits for the end, prints "exit STATUS", whether the terminal is as it was, and what of the page is
# left on it. Exit status 1 when something did not happen within the deadline.
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

DEADLINE = 60


class Terminal:
    """As much of ECMA-48 as is used; more of it is an error."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.pages = {False: [""], True: [""]}
        self.other, self.row, self.column = False, 0, 0
        self.cursor, self.text, self.raw = True, "", ""

    def lines(self):
        return self.pages[self.other]

    def sequence(self, parameters, final):
        if final == "m":
            return
        if (parameters, final) == ("", "H"):
            self.row = self.column = 0
        elif (parameters, final) == ("", "K"):
            self.lines()[self.row] = self.lines()[self.row][: self.column]
        elif (parameters, final) == ("", "J"):
            self.lines()[self.row] = self.lines()[self.row][: self.column]
            del self.lines()[self.row + 1 :]
        elif parameters == "?25":
            self.cursor = final == "h"
        elif parameters == "?1049":
            self.other = final == "h"
            if self.other:
                self.pages[True] = [""]
                self.row = self.column = 0
        else:
            raise ValueError(f"sequence {parameters}{final}")

    def put(self, character):
        if self.column >= self.columns and self.other:
            raise ValueError(f"more than {self.columns} columns: {self.lines()[self.row]}")
        line = self.lines()[self.row].ljust(self.column)
        self.lines()[self.row] = line[: self.column] + character + line[self.column + 1 :]
        self.column += 1

    def feed(self, text):
        self.raw += text
        self.text += text
        while self.text:
            found = re.match(r"\x1b\[([?0-9;]*)([A-Za-z])", self.text)
            if found:
                self.sequence(*found.groups())
                self.text = self.text[found.end() :]
                continue
            if self.text[0] == "\x1b" and len(self.text) < 16:
                return
            character, self.text = self.text[0], self.text[1:]
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self.row += 1
                if self.row >= self.rows and self.other:
                    raise ValueError(f"more than {self.rows} rows")
                if self.row == len(self.lines()):
                    self.lines().append("")
            else:
                self.put(character)


class Session:
    def __init__(self, columns, rows, command):
        self.terminal = Terminal(columns, rows)
        self.end = time.monotonic() + DEADLINE
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # The parent sets the size first.
            os.read(0, 1)
            os.execvp(command[0], command)
        self.resize(columns)
        self.before = termios.tcgetattr(self.fd)
        os.write(self.fd, b"\n")
        self.rest = b""

    def resize(self, columns):
        self.terminal.columns = columns
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.terminal.rows, columns, 0, 0))

    def read(self):
        """False at the end."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if not select.select([self.fd], [], [], min(left, 0.2))[0]:
            return True
        try:
            data = self.rest + os.read(self.fd, 65536)
        except OSError:
            return False
        # A character may come in two parts.
        text = data.decode("utf-8", errors="ignore")
        self.rest = data[len(text.encode()) :]
        self.terminal.feed(text)
        return bool(data)

    def see(self, pattern):
        while not any(re.search(pattern, line) for line in self.terminal.lines()):
            if not self.read():
                raise EOFError

    def is_restored(self):
        return termios.tcgetattr(self.fd) == self.before and self.terminal.cursor and not self.terminal.other

    def say_restored(self):
        print("the terminal is as it was" if self.is_restored() else "the terminal is not as it was")

    def stopped(self):
        while True:
            self.read()
            pid, status = os.waitpid(self.pid, os.WUNTRACED | os.WNOHANG)
            if pid and os.WIFSTOPPED(status):
                break
        while not self.is_restored() and time.monotonic() < self.end:
            self.read()
        print("stopped:", end=" ")
        self.say_restored()
        self.terminal.pages[True] = [""]
        os.kill(self.pid, signal.SIGCONT)

    def step(self, name, argument):
        if name == "see":
            self.see(argument)
        elif name == "key":
            os.write(self.fd, argument.encode().decode("unicode_escape").encode())
        elif name == "signal":
            os.kill(self.pid, signal.Signals["SIG" + argument])
        elif name == "run":
            subprocess.run(argument.split(" "), check=True, stdout=subprocess.DEVNULL)
        elif name == "size":
            # What was drawn for the old size may still be on its way.
            self.terminal.columns = max(self.terminal.columns, int(argument))
            self.resize(self.terminal.columns)
            fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.terminal.rows, int(argument), 0, 0))

    def plain_step(self, name):
        if name == "stopped":
            self.stopped()
        elif name == "page":
            print("\n".join(line.rstrip() for line in self.terminal.lines()))
        elif name == "raw":
            colours = len(re.findall(r"\x1b\[3[0-9]m", self.terminal.raw))
            print(f"{'colours' if colours else 'no colours'}, {'ASCII' if self.terminal.raw.isascii() else 'UTF-8'}")
        else:
            raise ValueError(name)

    def finish(self):
        while self.read():
            pass
        _, status = os.waitpid(self.pid, 0)
        print("exit", os.waitstatus_to_exitcode(status))
        self.say_restored()


def main():
    at = sys.argv.index("--")
    steps = sys.argv[3:at]
    session = Session(int(sys.argv[1]), int(sys.argv[2]), sys.argv[at + 1 :])
    try:
        while steps:
            name = steps.pop(0)
            if name in ("stopped", "page", "raw"):
                session.plain_step(name)
            else:
                session.step(name, steps.pop(0))
        name = "the end"
        session.finish()
    except (TimeoutError, EOFError, ValueError) as error:
        print(f"not seen: {name}: {error!r}")
        print("\n".join(session.terminal.lines()))
        os.kill(session.pid, signal.SIGKILL)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
