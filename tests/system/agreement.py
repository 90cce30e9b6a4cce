#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Asks the agent and `vpn-policy explain` about the same generated cases, and compares.

usage: agreement.py KEYWORDS.DEF CASES [SEED]

Runs as root on a host with Sallyport installed, with tests/system/dump in the place of pppd
and sshroute. Takes the system log's socket, and rewrites agent.conf and the peers. A case is
an agent.conf, a peer's file, and who asks what from where with which key; some of the values
are such that the file is no good. The agent is run as sshd runs it, as the account.
Prints what differs and exits 1, or a summary of what was seen.
"""
import collections
import contextlib
import fcntl
import json
import os
import pwd
import random
import re
import signal
import socket
import subprocess
import sys
import time

from agreement_cases import Generator, keywords_of

AGENT = "/usr/libexec/sallyport/vpn-agent"
CONFIGURATION = "/etc/sallyport"
SESSIONS = "/run/sallyport/sessions"
LOG = "/dev/log"
SETTLED = 1700000000  # long ago
DEADLINE = 30  # seconds for one run
SHOWN_DIFFERENCES = 5
# What everybody may read, and tests/system/dump tries to: which right Landlock asks for.
OPENED = {
    "/": "read_dir",
    "/run": "read_dir",
    "/usr/lib": "read_dir",
    "/etc/passwd": "read_file",
    "/etc/group": "read_file",
}
# What the log may cut: LOG_BODY_MAX and REASON_SHOWN_MIN in agent/.
CUT = "..."
CAPABILITIES = "security.capability"
IPV6_MTU = 1280  # the least that IPv6 takes (RFC 8200 5)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o644)
    # As if it had been there for a while: the agent waits before it believes what is new.
    os.utime(path, times=(SETTLED, SETTLED))


class Log:
    """The system log's socket, and what an agent wrote there."""

    def __init__(self):
        if os.path.exists(LOG):
            os.unlink(LOG)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(LOG)
        os.chmod(LOG, 0o666)
        self.socket.setblocking(False)

    def records(self):
        """Every record since the last time, as a dictionary."""
        found = []
        while True:
            try:
                line = self.socket.recv(4096).decode("ascii")
            except BlockingIOError:
                return found
            body = line.split(": ", 1)[1]
            pairs = re.findall(r'([a-z_]+)=("(?:[^"\\]|\\.)*"(?:\.\.\.)?|[^ ]*)', body)
            found.append({key: unquote(value) for key, value in pairs})


def unquote(value):
    if not value.startswith('"'):
        return value
    cut = CUT if value.endswith(CUT) else ""
    inner = value[1 : -len(cut) - 1 if cut else -1]
    plain = re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), inner)
    return plain + cut


def run_agent(case, account, auth_info):
    argv = ["vpn-agent", case["name"]]
    if case["login_shell"]:
        argv = ["vpn-agent", "-c", f"{AGENT} {case['name']}"]
    environment = {
        "SSH_CONNECTION": f"{case['mine']} {case['port']} {case['host']} 22",
        "LD_DEBUG": "all",
    }
    if case["request"] is not None:
        environment["SSH_ORIGINAL_COMMAND"] = case["request"]
    if case["key"] is not None:
        with open(auth_info, "w", encoding="ascii") as file:
            file.write(f"publickey {case['key'][0]}\n")
        environment["SSH_USER_AUTH"] = auth_info
    return subprocess.run(
        argv,
        executable=AGENT,
        env=environment,
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=DEADLINE,
        check=False,
    )


def run_explain(case):
    argv = ["vpn-policy", "explain", "--format", "json"]
    argv += ["--from", case["mine"], "--server", case["host"]]
    argv += ["--key", "none" if case["key"] is None else case["key"][1]]
    if case["request"] is None:
        argv += ["--shell", case["name"]]
    else:
        argv += [case["name"], "--", case["request"]]
    done = subprocess.run(argv, capture_output=True, timeout=DEADLINE, check=False)
    if done.stderr:
        raise ValueError(f"{argv}: {done.stderr}")
    return done.returncode, json.loads(done.stdout)["answers"][0]


def place(rule):
    if rule is None:
        return "-"
    return ":".join(str(rule[part]) for part in ("file", "line", "column") if part in rule)


def launched(output):
    """What tests/system/dump printed, after the ready line."""
    ready = ""
    if output.startswith("sallyport/1 ready"):
        ready, output = output.split("\n", 1)
        ready += "\n"
    words = collections.defaultdict(list)
    for line in output.splitlines():
        name, _, value = line.partition(" ")
        words[name].append(value)
    return ready, words


def opened(plan):
    """What Landlock leaves of OPENED: a rule is for what lies beneath its path as well."""
    rules = plan["confinement"]["landlock"]["paths"]
    for path, right in OPENED.items():
        for rule in rules:
            if right in rule["rights"] and f"{path}/".startswith(f"{rule['path'].rstrip('/')}/"):
                yield path
                break


def expect_verdict(code, answer, agent, record):
    plan = answer.get("plan", {})
    killed = "program" in plan and plan["confinement"]["seccomp"]["otherwise"] == "kill"
    # tests/system/dump ends with a call that no filter lets through.
    yield "exit code", -signal.SIGSYS if killed else code, agent.returncode
    yield "code", str(answer["code"]), record["code"]
    yield "verdict", answer["verdict"], record["verdict"]
    yield "rule", place(answer.get("rule")), record["rule"]
    if record["reason"].endswith(CUT):
        kept = record["reason"][: -len(CUT)]
        yield "reason's beginning", answer["reason"][: len(kept)], kept
    else:
        yield "reason", answer["reason"], record["reason"]
    yield "verb", answer.get("verb", "-"), record["verb"]
    # Before the identity is taken in, the agent's record has none.
    if record["from"] != "-":
        yield "from", answer["from"], record["from"]
        yield "key", answer.get("key", "-"), record["key"]


def bounding(confinement):
    """The bounding set: as this process has it where the agent has no right to change it."""
    if "securebits" in confinement:
        return confinement["capabilities"]
    with open("/proc/self/status", encoding="ascii") as status:
        return int(re.search(r"^CapBnd:\s*(\w+)$", status.read(), re.M)[1], 16)


def expect_reach(plan, shown):
    """Where packets may go, as the log has it: held by ppptun, and cut where there is too much."""
    reach = ",".join(plan.get("reach", "-"))
    if reach in ("-", "any"):
        yield "reach", reach, shown
    elif not plan["program"].endswith("/ppptun"):
        yield "reach", "not-held", shown
    elif shown.endswith(CUT):
        kept = shown[: -len(CUT)]
        yield "reach's beginning", reach[: len(kept)], kept
    else:
        yield "reach", reach, shown


def expect_confinement(plan, record):
    confinement = plan["confinement"]
    yield from expect_reach(plan, record["reach"])
    mask = f"{confinement['capabilities']:x}"
    yield "program", plan.get("program", "-"), record["program"]
    yield "interface", plan.get("interface", "-"), record["interface"]
    yield "uid", str(confinement["uid"]), record["uid"]
    yield "gid", str(confinement["gid"]), record["gid"]
    yield "groups", confinement["groups"] or "none", record["groups"]
    for name in ("effective", "permitted", "inheritable", "ambient"):
        yield f"caps_{name}", mask, record[f"caps_{name}"]
    yield "caps_bounding", f"{bounding(confinement):x}", record["caps_bounding"]
    yield "securebits", f"{confinement.get('securebits', 0):x}", record["securebits"]
    yield "no_new_privs", confinement["no_new_privs"], record["no_new_privs"] == "1"
    yield "seccomp", "2", record["seccomp"]


def expect_launch(plan, login, output):
    confinement, limits = plan["confinement"], plan["confinement"]["limits"]
    ready, words = launched(output)
    # The login's id is not known before there is one.
    yield "argv", [login if word == "ID" else word for word in plan["argv"]], words["argv"]
    yield "environment", plan["environment"], words["env"]
    yield "ready line", plan.get("ready", ""), ready
    for name in ("uid", "gid"):
        yield f"launched {name}", [str(confinement[name])], words[name]
        yield f"launched e{name}", [str(confinement[name])], words[f"e{name}"]
    yield "launched bounding", [str(bounding(confinement))], words["bounding"]
    yield "launched securebits", [str(confinement.get("securebits", 0))], words["securebits"]
    yield "launched no_new_privs", ["1"], words["no_new_privs"]
    yield "launched seccomp", ["2"], words["seccomp"]
    # Of the others the login decides.
    for name in limits:
        yield f"limit {name}", [str(limits[name])], words[name]
    yield "opens", list(opened(plan)), words["opens"]
    otherwise = confinement["seccomp"]["otherwise"]
    yield "otherwise", [] if otherwise == "kill" else [otherwise], words["otherwise"]
    yield "limit fsize", [str(limits.get("fsize", "none"))], words["fsize"]


def grant(capabilities):
    """The agent's file capabilities: as it was installed, or none."""
    if capabilities is not None:
        os.setxattr(AGENT, CAPABILITIES, capabilities)
    elif CAPABILITIES in os.listxattr(AGENT):
        os.removexattr(AGENT, CAPABILITIES)


@contextlib.contextmanager
def device(plan, account):
    """The device that a session wants to find; False where the kernel lets there be none."""
    argv, addresses = plan.get("argv", []), plan.get("addresses", [])
    if "tun-persistent" not in argv:
        yield True
        return
    name, mtu = plan["interface"], argv[argv.index("mtu") + 1]
    if int(mtu) < IPV6_MTU and any(":" in pair["here"] for pair in addresses):
        yield False
        return
    commands = [f"tuntap add dev {name} mode tun user {account.pw_name}"]
    commands += [f"link set dev {name} mtu {mtu} up"]
    commands += [f"address add {p['here']} peer {p['there']} dev {name}" for p in addresses]
    subprocess.run(["ip", "-batch", "-"], input="\n".join(commands), text=True, check=True)
    try:
        yield True
    finally:
        subprocess.run(["ip", "link", "del", "dev", name], check=True)


def compare(case, account, auth_info, log):
    """The name of what both said; raises ValueError where they differ."""
    write(f"{CONFIGURATION}/agent.conf", case["conf"])
    path = f"{CONFIGURATION}/peers/{case['name']}.conf"
    if case["present"]:
        write(path, case["peer"])
    grant(None if "Tun persistent\n" in case["conf"] else case["capabilities"])
    code, answer = run_explain(case)
    with open(SESSIONS, "rb+") as sessions, device(answer.get("plan", {}), account) as made:
        # Every session runs for who asks for routes, and none for everybody else.
        if answer.get("verb") == "sshroute":
            fcntl.lockf(sessions, fcntl.LOCK_EX)
        agent = run_agent(case, account, auth_info)
    if case["present"]:
        os.unlink(path)
    records = log.records()
    if not records:
        raise ValueError(f"the agent recorded nothing: {agent}")
    if not made:
        return "left out: IPv6 on a device whose MTU is too small for it"
    expected = list(expect_verdict(code, answer, agent, records[0]))
    if answer["verdict"] == "allow":
        if len(records) != 2:
            raise ValueError(f"an allow has {len(records)} records: {records}")
        expected += expect_confinement(answer["plan"], records[1])
        if "argv" in answer["plan"]:
            expected += expect_launch(answer["plan"], records[0]["id"], agent.stdout.decode())
    wrong = [f"{name}: explain {said!r}, agent {did!r}" for name, said, did in expected if said != did]
    if wrong:
        raise ValueError("\n  ".join(wrong))
    return f"{answer['verdict']} {answer['code']} {answer.get('verb', '-')}"


def main():
    keywords, cases = keywords_of(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3] else random.randrange(1 << 32)
    generator, log, seen, wrong = Generator(seed, keywords), Log(), collections.Counter(), 0
    account = pwd.getpwnam("slave")
    auth_info = "/tmp/sshauth.agreement"
    capabilities = os.getxattr(AGENT, CAPABILITIES)
    os.close(os.open(auth_info, os.O_CREAT | os.O_EXCL, 0o600))
    os.chown(auth_info, account.pw_uid, account.pw_gid)
    began = time.monotonic()
    for number in range(cases):
        case = dict(generator.case(number), capabilities=capabilities)
        try:
            seen[compare(case, account, auth_info, log)] += 1
        except (ValueError, KeyError) as why:
            wrong += 1
            if wrong <= SHOWN_DIFFERENCES:
                print(f"# case {number} of SEED={seed}: {why}\n# {case}")
    print(f"# SEED={seed}: {cases} cases in {time.monotonic() - began:.1f} s, {wrong} differ")
    for what, count in sorted(seen.items()):
        print(f"# {count:6} {what}")
    # A generator whose cases all end alike would show nothing.
    verbs = ("pppd", "sshroute", "status")
    if cases >= 1000 and not all(seen[f"allow 0 {v}"] and seen[f"deny 77 {v}"] for v in verbs):
        print("# not every verb was both allowed and denied")
        wrong += 1
    return 1 if wrong else 0


sys.exit(main())
