#!/usr/bin/python3
# SPDX-License-Identifier: ISC
#
# status_valid.py SCHEMA [lines]: holds what is on standard input, a JSON text or with lines one a line,
# against the schema. Prints the state of each link: "office: up". Exit status 1 when one is not valid.
import json
import sys

import jsonschema


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    text = sys.stdin.read()
    failed = False
    for part in text.splitlines() if sys.argv[2:] == ["lines"] else [text]:
        document = json.loads(part)
        links = document if isinstance(document, list) else [document]
        for link in links:
            # oneOf names no reason; the link's own definition does.
            for error in validator.evolve(schema={**schema, "oneOf": [schema["oneOf"][0]]}).iter_errors(link):
                failed = True
                for reason in error.context or [error]:
                    print(f"{'.'.join(map(str, reason.absolute_path))}: {reason.message}")
            print(f"{link['name']}: {link['state']}")
        failed |= not validator.is_valid(document)
    return failed


if __name__ == "__main__":
    sys.exit(main())
