#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Holds vpn-policy's JSON and SARIF against the schemas and against its text.

usage: formats.py SCHEMA-DIRECTORY WORK

WORK/json/NAME and WORK/sarif/NAME are documents, WORK/text/NAME is what the same run says as
text; WORK/diff-json and WORK/diff-sarif, of changes in place of findings, need not be. Prints "ok - NAME" or "not ok - NAME" for each, and exits 1 when one is not ok.
"""
import json
import pathlib
import sys
import urllib.parse

import jsonschema


def line(file, line, column, severity, text, rule):
    """A finding as the text has it: what is not printable ASCII in a name is '?'."""
    where = "".join(f":{n}" for n in (line, column) if n is not None)
    name = "".join(chr(b) if 0x20 <= b <= 0x7E else "?" for b in file)
    return f"{name}{where}{': ' if file else ''}{severity}: {text} [{rule}]"


def json_lines(document):
    """The text's lines, from the JSON; checks what a schema cannot say."""
    counts = dict.fromkeys(("error", "warning", "note", "waived"), 0)
    severities = {rule["id"]: rule["severity"] for rule in document["rules"]}
    used = {finding["rule"] for finding in document["findings"]}
    if used != set(severities) or len(severities) != len(document["rules"]):
        raise ValueError("the rules are not those of the findings")
    for finding in document["findings"]:
        if finding["severity"] != severities[finding["rule"]]:
            raise ValueError("a finding's severity is not its rule's")
        counts["waived" if "waived" in finding else finding["severity"]] += 1
        if "waived" not in finding:
            yield line(
                finding.get("file", "").encode(),
                finding.get("line"),
                finding.get("column"),
                finding["severity"],
                finding["text"],
                finding["rule"],
            )
    if counts != document["counts"]:
        raise ValueError(f"the counts are {document['counts']}, expected {counts}")


def sarif_lines(document):
    """The same from the SARIF."""
    run = document["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    if {result["ruleIndex"] for result in run["results"]} != set(range(len(rules))):
        raise ValueError("the rules are not those of the results")
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        if rule["id"] != result["ruleId"]:
            raise ValueError("ruleIndex and ruleId differ")
        if rule["defaultConfiguration"]["level"] != result["level"]:
            raise ValueError("a result's level is not its rule's")
        if result["suppressions"]:
            continue
        file, region = b"", {}
        for location in result["locations"]:
            place = location["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            file = urllib.parse.unquote_to_bytes(uri.removeprefix("file://"))
            region = place.get("region", {})
        yield line(
            file,
            region.get("startLine"),
            region.get("startColumn"),
            result["level"],
            result["message"]["text"],
            result["ruleId"],
        )


SIGNS = {"gains": "+", "loses": "-", "changes": "~"}


def diff_json_lines(document):
    """The lines of vpn-policy diff, from its JSON; checks what a schema cannot say."""
    counts = dict.fromkeys(SIGNS, 0)
    unit = None
    for change in document["changes"]:
        counts[change["effect"]] += 1
        here = f"{change['kind']} {change['name']}" if "name" in change else "agent.conf"
        if here != unit:
            yield here
        unit = here
        if any(word not in change["text"] for word in change.get("was", [])):
            raise ValueError("the text does not say what was")
        yield f"{SIGNS[change['effect']]} {change['text']}"
    if counts != document["counts"]:
        raise ValueError(f"the counts are {document['counts']}, expected {counts}")


def diff_sarif_lines(document):
    """What each unit has, as "SIGN unit": a list of values is many results."""
    found = set()
    for result in document["runs"][0]["results"]:
        words = result["message"]["text"].split()
        unit = words[0] if words[0] == "agent.conf" else " ".join(words[:2])
        found.add(f"{SIGNS[result['ruleId']]} {unit}")
    return sorted(found)


def signs_of_units(text):
    """The same from the lines of the text."""
    found, unit = set(), None
    for part in text:
        if part[:2] in {f"{sign} " for sign in SIGNS.values()}:
            found.add(f"{part[0]} {unit}")
        else:
            unit = part
    return sorted(found)


def explain_json_lines(document):
    """What vpn-policy explain answers: the verdict with its code, the reason, the rule."""
    for answer in document["answers"]:
        yield f"{answer['verdict']} ({answer['code']})"
        yield answer["reason"]
        if "rule" in answer:
            parts = (answer["rule"].get(part) for part in ("file", "line", "column"))
            yield ":".join(str(part) for part in parts if part is not None)


def explain_text_lines(text):
    """The same from the text, without what is asked and planned."""
    for part in text:
        words = part.split(maxsplit=1)
        if part and not part.startswith(" "):
            yield " ".join(part.split()[-2:])
        elif part.startswith("  ") and words and words[0] in ("reason", "rule"):
            yield words[1]


def explain_sarif_lines(document):
    """The verdict and the reason of each; findings are sorted, answers are not."""
    found = []
    for result in document["runs"][0]["results"]:
        _, _, reason = result["message"]["text"].split(": ", 2)
        found.append(f"{result['ruleId'].removeprefix('explain-')} {reason}")
    return sorted(found)


def explain_verdicts(text):
    """The same from the text."""
    lines = list(explain_text_lines(text))
    heads = [i for i, part in enumerate(lines) if part.startswith(("allow (", "deny ("))]
    return sorted(f"{lines[i].split()[0]} {lines[i + 1]}" for i in heads)


def keywords_json_lines(document):
    """The lines of vpn-policy keywords, from its JSON."""
    for kind in document["kinds"]:
        yield f"{kind['kind']}: {kind['title']}"
        width = max(len(keyword["name"]) for keyword in kind["keywords"])
        for keyword in kind["keywords"]:
            parts = [f"  {keyword['name']:{width}}  {keyword['expected']}"]
            if "default" in keyword:
                parts.append(f"default: {keyword['default']}")
            if keyword["required"]:
                parts.append("required")
            if keyword["repeats"]:
                parts.append(f"up to {keyword['values']} values")
            if any(word not in keyword["expected"] for word in keyword.get("words", [])):
                raise ValueError("the words are not those of the phrase")
            yield "; ".join(parts)


def flat(lines):
    """A byte that is no UTF-8 is one '?' in the text and three in U+FFFD: count any as one."""
    out = "\n".join(lines)
    while "??" in out:
        out = out.replace("??", "?")
    return out


def check(validator, lines, path, text):
    """Raises what is wrong with the document at path, of which text is what lines() gives."""
    document = json.loads(path.read_text(encoding="utf-8"))
    validator.validate(document)
    if flat(lines(document)) != flat(text):
        raise ValueError("it does not tell what the text tells")


def main(schemas, work):
    """The exit status."""
    formats = {
        "json": ("findings.schema.json", json_lines, list),
        "sarif": ("sarif-subset.schema.json", sarif_lines, list),
        "diff-json": ("diff.schema.json", diff_json_lines, list),
        "diff-sarif": ("sarif-subset.schema.json", diff_sarif_lines, signs_of_units),
        "explain-json": ("explain.schema.json", explain_json_lines, explain_text_lines),
        "keywords-json": ("keywords.schema.json", keywords_json_lines, list),
        "explain-sarif": ("sarif-subset.schema.json", explain_sarif_lines, explain_verdicts),
    }
    failed = checked = 0
    for name, (schema, lines, from_text) in formats.items():
        directory = pathlib.Path(work, name)
        if not directory.is_dir():
            continue
        with open(f"{schemas}/{schema}", encoding="utf-8") as file:
            contents = json.load(file)
        jsonschema.Draft202012Validator.check_schema(contents)
        validator = jsonschema.Draft202012Validator(contents)
        for path in sorted(directory.iterdir()):
            what = f"{path.name}: {name} is valid and tells the same"
            text = pathlib.Path(work, "text", path.name).read_text(encoding="ascii")
            checked += 1
            try:
                check(validator, lines, path, from_text(text.splitlines()))
                print(f"ok - {what}")
            except (ValueError, KeyError, jsonschema.ValidationError) as error:
                failed += 1
                print(f"not ok - {what}: {str(error).splitlines()[0]}")
    return 1 if failed or not checked else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
