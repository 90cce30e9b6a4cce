# SPDX-License-Identifier: ISC
"""The generated cases that agreement.py asks the agent and `vpn-policy explain` about."""
import base64
import hashlib
import ipaddress
import random
import re
import time

PPPTUN = "/usr/libexec/sallyport/ppptun"
BAD = 0.06  # how many of all values are such that none may stand there
HOUR = 3600


class Generator:
    """Random cases, the same for the same seed."""

    def __init__(self, seed, keywords):
        self.random = random.Random(seed)
        self.keywords = keywords
        self.keys = [self.new_key() for _ in range(6)]
        for scope in keywords:
            for keyword in keywords[scope]:
                if not hasattr(self, f"{scope}_{keyword.lower()}"):
                    raise SystemExit(f"agreement_cases.py: no values for {scope} {keyword}")

    def pick(self, *choices):
        return self.random.choice(choices)

    def good(self, good, bad):
        """One of the good ones, nearly always."""
        return self.random.choice(bad if self.chance(BAD) else good)

    def chance(self, probability):
        return self.random.random() < probability

    def new_key(self):
        kind = b"ssh-ed25519"
        blob = b"".join(
            len(part).to_bytes(4, "big") + part for part in (kind, self.random.randbytes(32))
        )
        digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
        return f"ssh-ed25519 {base64.b64encode(blob).decode()}", f"SHA256:{digest}"

    def address4(self):
        return self.pick(
            "10.9.0.1", "10.9.0.2", "10.9.1.1", "192.0.2.7", "198.51.100.7", "203.0.113.9"
        )

    def address6(self):
        return self.pick("fd00:9::1", "fd00:9::2", "2001:db8::7", "2001:db8:1::9")

    def address(self):
        return self.address4() if self.chance(0.7) else self.address6()

    def prefix(self):
        if self.chance(BAD):
            return self.pick("0.0.0.0/0", "10.9.0.1", "192.0.2.1/24", "10.0.0.0/33", "x", "::/0")
        address = ipaddress.ip_address(self.address())
        lengths = (8, 16, 24, 25, 30, 32) if address.version == 4 else (16, 32, 48, 64, 128)
        return str(ipaddress.ip_network((address, self.pick(*lengths)), strict=False))

    # The values of agent.conf.
    def agent_account(self):
        return self.good(["slave"], ["nobody-here", "-x", "a/b"])

    def agent_ppp(self):
        return self.good(["auto", "pppd", "ppptun"], ["kernel"])

    def agent_pppd(self):
        return self.good(["/usr/sbin/pppd", "/sbin/pppd", PPPTUN], ["pppd", "/usr/sbin/../pppd"])

    def agent_launchas(self):
        return self.good(["auto", "account", "root"], ["nobody"])

    def agent_tun(self):
        return self.good(["auto", "persistent"], ["made"])

    def agent_hooks(self):
        return self.good(["yes", "no"], ["maybe"])

    def agent_landlock(self):
        return self.good(["auto", "required", "optional"], ["no"])

    def agent_seccomp(self):
        return self.good(["error", "kill"], ["log"])

    def agent_authinfo(self):
        return self.good(["required", "optional"], ["never"])

    def agent_authority(self):
        key = self.random.choice(self.keys)
        return self.good([key[0], key[0] + " a comment"], [key[1], "none", "ssh-ed25519 AAAA"])

    def agent_pool(self):
        return self.good(["10.9.0.0/16 fd00:9::/64", "10.9.0.0/24"], ["10.9.0.0/31", "any"])

    # The values of a peer's file.
    def peer_key(self):
        key = self.random.choice(self.keys)
        return self.good([key[0], key[0] + " a comment", key[1]], ["ssh-ed25519 AAAA", "none", "nobody"])

    def peer_handinkey(self):
        key = self.random.choice(self.keys)
        return self.good([key[0]], [key[1], "none"])

    def peer_handinuntil(self):
        return self.moment() if self.chance(0.95) else "tomorrow"

    def peer_certificate(self):
        return self.good(["yes", "no"], ["maybe"])

    def peer_from(self):
        return " ".join(self.prefix() for _ in range(self.pick(1, 1, 2, 3)))

    def peer_allow(self):
        verbs = ["pppd", "sshroute", "status"]
        self.random.shuffle(verbs)
        words = verbs[: self.pick(1, 2, 3, 3, 3, 3)]
        return " ".join(words + ([self.pick("all", "pppd")] if self.chance(0.05) else []))

    def peer_address(self):
        return f"{self.address4()} {self.address4()}"

    def peer_address6(self):
        return f"{self.address6()} {self.address6()}"

    def peer_route(self):
        return self.peer_from()

    def peer_offer(self):
        return self.peer_from()

    def peer_offerdns(self):
        words = self.random.sample(["10.9.0.2", "192.0.2.53", "2001:db8::53", "10.2.0.53"], self.pick(1, 2, 4))
        return " ".join(words) + self.good([""], [" 127.0.0.1", " ::1", " 10.9.0.2:53", " x"])

    def peer_offersearch(self):
        words = self.random.sample(["corp.example", "~lab.example", "a.b", "x_y.z-1.example"], self.pick(1, 2))
        return " ".join(words) + self.good([""], [" com", " ~.", " a..b", " -a.b"])

    def peer_reach(self):
        words = self.pick("any", self.peer_from(), self.peer_from())
        return words + self.good([""], [" any", " 127.0.0.0/8", " ::1/128"])

    def peer_interface(self):
        return self.good(
            ["sp-x", "vpn0", "abcdefghijklm", "abcdefghijklmno"], ["lo", "a b", "-x"]
        )

    def peer_ppp(self):
        return self.agent_ppp()

    def peer_mru(self):
        return self.good(["296", "1400", "1500", "16384"], ["295", "16385", "01500", "x"])

    def peer_sessions(self):
        return self.good(["1", "2", "8"], ["9", "0"])

    def moment(self):
        away = self.pick(-9000, -24, -1, 1, 24, 9000) * HOUR
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + away))

    def peer_begins(self):
        return self.moment() if self.chance(0.95) else "yesterday"

    def peer_expires(self):
        return self.moment() if self.chance(0.95) else "2026-02-30T00:00:00Z"

    def peer_strict(self):
        return self.good(["yes", "no"], ["loose"])

    # The last line, of either.
    def agent_end(self):
        return self.good([""], ["here"])

    def peer_end(self):
        return self.agent_end()

    def peer_legacy(self):
        return self.good(["yes", "no"], ["perhaps"])

    def line(self, scope, keyword):
        return f"{keyword} {getattr(self, f'{scope}_{keyword.lower()}')()}".rstrip()

    def damage(self, lines):
        """Something that no parser should take, most of the time."""
        at = self.random.randrange(len(lines) + 1)
        lines.insert(
            at,
            self.pick(
                "Shell /bin/sh",
                "Mru",
                "Mru 1400 # no comment here",
                "allow\tpppd",
                "Allow status",
                "Include /etc/passwd",
                "# a comment",
                "",
                "  Mru 1400",
                "Mr\u00fc 1400",
                "\x1b[31m",
                "Route 10.9.0.0/16",
                "Key",
            ),
        )

    def conf(self):
        names = [k for k in self.keywords["agent"] if k != "End" and self.chance(0.25)]
        lines = [self.line("agent", name) for name in names]
        return self.ended("agent", lines, 0.03)

    def ended(self, scope, lines, probability):
        """With the last line, nearly always; and damaged, with the probability."""
        damaged = self.chance(probability)
        if damaged and self.chance(0.7):
            self.damage(lines)
            damaged = False
        if self.chance(0.99):
            lines.append(self.line(scope, "End"))
        if damaged:
            self.damage(lines)
        return lines

    def peer(self):
        # Most have what a peer has to have, plainly, so that most are good.
        # A key that is awaited would have to be the only one: invite-hand-in.sh has such peers.
        always = {"Key": 0.97, "Allow": 0.97, "Address": 0.9, "Legacy": 0.4, "HandInKey": 0.02, "HandInUntil": 0.02}
        lines = []
        for name in self.keywords["peer"]:
            if name == "End":
                continue
            if name == "Address" and self.chance(0.9):
                lines.append("Address 10.9.9.2 10.9.9.1")
            elif name == "Key" and self.chance(0.9):
                lines += ["Key " + self.pick(*key) for key in self.random.sample(self.keys, 4)]
            elif name == "From" and self.chance(0.6):
                lines.append("From 198.51.100.0/24 203.0.113.9/32 2001:db8::/32")
            elif self.chance(always.get(name, 0.12)):
                lines.append(self.line("peer", name))
        self.random.shuffle(lines)
        return self.ended("peer", lines, 0.06)

    def legacy_request(self):
        """A command of the HOWTO's, nearly always, with words that are taken, nearly always."""
        before = self.pick("", "", "sudo ", "/usr/local/bin/sudo ", "exec ", "exec sudo ")
        if self.chance(0.2):
            return before + self.pick("/home/slave/route", "/home/slave/sshroute")
        words = ["notty", "nodetach", "noauth", "local", "passive", "silent", "noproxyarp", "asyncmap 0"]
        policys = ["10.9.9.2:10.9.9.1", "10.9.9.2:", ":10.9.9.1", "mru 1500", "mtu 1500", "noipv6", "+ipv6"]
        bad = ["proxyarp", "debug", "notty;", "10.9.0.9:10.9.0.8", "mtu 9000", "connect /bin/sh", "asyncmap 1"]
        chosen = self.random.sample(words, self.pick(0, 1, 2, 3, len(words)))
        chosen += [self.pick(*policys)] if self.chance(0.4) else []
        chosen += [self.pick(*bad)] if self.chance(0.15) else []
        self.random.shuffle(chosen)
        program = self.good(["/usr/sbin/pppd", "/home/slave/ppp", "pppd"], ["/usr/sbin/../sbin/pppd", "-u root pppd"])
        return " ".join([before + program, *chosen])

    def request(self):
        nonce = "".join(self.random.choices("abcdefABCDEF0123456789", k=self.pick(16, 20, 32)))
        good = ["pppd", "sshroute", "status", f"pppd ready={nonce}", f"pppd ready={nonce} link=ppptun",
                "hand-in key=" + self.random.choice(self.keys)[0].split()[1],
                f"pppd keepalive={self.random.choice([5, 15, 60, 120, 121, 600])}",
                f"pppd ready={nonce} keepalive={self.random.randint(5, 600)}"]
        if self.chance(0.8):
            return self.random.choice(good)
        if self.chance(0.5):
            return self.legacy_request()
        return self.pick(
            None,
            "",
            " ",
            "pppd ",
            "PPPD",
            "sshroute ready=" + nonce,
            "pppd ready=short",
            "pppd link=ppptun",
            "pppd link=pppd",
            self.pick("pppd keepalive=4", "pppd keepalive=601", "pppd keepalive=05", "status keepalive=15"),
            f"pppd ready={nonce} ready={nonce}",
            "pppd; id",
            "$(id)",
            "status\n",
            "pppd\tx",
            "st\u00e4tus",
            "x" * self.pick(511, 512, 513, 600),
            'a"b\\c',
            "/usr/sbin/pppd",
            "sudo /usr/sbin/pppd",
            "/usr/local/bin/sudo /home/slave/sshroute",
            "--help",
            "-c id",
        )

    def case(self, number):
        text = {
            "conf": "".join(f"{line}\n" for line in self.conf()),
            "peer": "".join(f"{line}\n" for line in self.peer()),
        }
        key = self.random.choice(self.keys[:3] if self.chance(0.5) else self.keys)
        key = key if self.chance(0.93) else None
        return dict(
            text,
            name=self.good(
                ["alice", "b0b", f"p{number}"],
                ["a-name-with-32-characters-in-it-", "a-name-with-33-characters-in-it--"],
            ),
            present=self.chance(0.98),
            mine=self.pick("198.51.100.7", "203.0.113.9", "2001:db8::7", self.address()),
            host=self.address(),
            port=self.random.randrange(1, 65536),
            key=key,
            login_shell=self.chance(0.5),
            request=self.request(),
        )


def keywords_of(path):
    found = {"agent": [], "peer": []}
    with open(path, encoding="utf-8") as file:
        for scope, name in re.findall(r'^(AGENT|PEER)_KEYWORD\("(\w+)"', file.read(), re.M):
            found[scope.lower()].append(name)
    return found
