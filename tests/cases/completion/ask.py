# SPDX-License-Identifier: ISC
"""What a shell completes. Usage: ask.py SHELL COMPLETIONS-DIR WORK-DIR <LINES

SHELL is bash, zsh or fish, with the completions of this build alone. For each line it prints what
the shell would put in place of the last word, a directory without its slash: sorted, parted by
blanks, on one line. A line that ends in a blank asks for a new word. bash and zsh run on a terminal,
where somebody types; fish has a command that says what it would complete.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

DEADLINE = 120

BASH = r"""
PROMPT_COMMAND='PS1="@@ready$((++count))@@"' PS2= HISTFILE=
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
bind '"\C-x*": insert-completions'
show() { printf '%s\n' "$@" >"$SHOWN"; }
for file in "$COMPLETIONS"/*; do [ -d "$file" ] || . "$file"; done
"""

# Each compadd is asked what of its words begins as what was typed does.
ZSH = r"""
precmd() { PROMPT="@@ready$((++count))@@"; }
PROMPT2= RPROMPT= HISTFILE=
unsetopt zle_bracketed_paste beep prompt_cr prompt_sp
fpath=("$COMPLETIONS/zsh" $fpath)
autoload -Uz compinit && compinit -u -D
compadd() {
	if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
		local -a found
		builtin compadd -O found "$@"
		(($#found == 0)) || print -rl -- $found >>$SHOWN
	fi
	builtin compadd "$@"
}
show-completions() { _main_complete; }
zle -C show-completions list-choices show-completions
bindkey '^X*' show-completions
"""

FISH = """
for file in $COMPLETIONS/fish/*; source $file; end
while read -l line; complete -C $line; echo @@end@@; end
"""


class Shell:
    """One that is typed at, on a terminal that has room for all that it says."""

    def __init__(self, argv, script):
        self.ready = 0
        setup = os.environ["SHOWN"] + ".setup"
        with open(setup, "w", encoding="utf-8") as file:
            file.write(script)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, dict(os.environ, TERM="dumb", INPUTRC="/dev/null"))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 1000, 1000, 0, 0))
        self.type(b". " + setup.encode() + b"\n")

    def type(self, keys):
        """Types, and waits until the shell asks for the next line."""
        self.ready += 1
        until = b"@@ready%d@@" % self.ready
        os.write(self.fd, keys)
        said, end = b"", time.monotonic() + DEADLINE
        while until not in said:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                os.kill(self.pid, signal.SIGKILL)
                sys.exit("no answer to %r: %r" % (keys, said))
            said += os.read(self.fd, 4096)

    def shown(self):
        with open(os.environ["SHOWN"], encoding="utf-8") as file:
            return [word for word in file.read().split("\n") if word]


def ask_bash(lines):
    """All that could stand there is put in the line, and the words before it are left out."""
    shell = Shell(["bash", "--norc", "--noprofile", "-i"], BASH)
    for line in lines:
        words = line.split()
        typed = [] if line.endswith(" ") else words[-1:]
        shell.type(line.encode() + b"\x18*" + b"\x01show \n")
        found = shell.shown()[len(words) - len(typed):]
        # What was typed is left where nothing begins so.
        yield [] if found == typed else found


def ask_zsh(lines):
    shell = Shell(["zsh", "-f", "-i"], ZSH)
    for line in lines:
        with open(os.environ["SHOWN"], "w", encoding="utf-8"):
            pass
        shell.type(line.encode() + b"\x18*" + b"\x15\n")
        yield shell.shown()


def ask_fish(lines):
    said = subprocess.run(["fish", "--no-config", "-c", FISH], input="\n".join(lines) + "\n", check=True,
                          capture_output=True, text=True, timeout=DEADLINE).stdout
    for answer in said.split("@@end@@\n")[:-1]:
        yield [word.split("\t")[0] for word in answer.splitlines()]


name, os.environ["COMPLETIONS"], work = sys.argv[1:]
os.environ["SHOWN"] = os.path.join(work, "shown")
asked = [line.rstrip("\n") for line in sys.stdin]
for answer in {"bash": ask_bash, "zsh": ask_zsh, "fish": ask_fish}[name](asked):
    print(" ".join(sorted({word.rstrip("/") for word in answer})))
