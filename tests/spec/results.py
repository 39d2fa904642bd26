# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a run of the specification's tests printed (script.c), as checks."""

import re

RESULT = re.compile(r"^(not )?ok \d+ - (.*)$")
TOTAL = re.compile(r"^# \d+ passed, \d+ failed, \d+ skipped$", re.MULTILINE)
SKIPPED = "# skipped: "
NO_TOOL = "in text form, and there was no wat2wasm"  # convert.py's words


def report(checks, output, known_skips=(), way=""):
    """A check for each file of tests, with what went wrong in it, and one of what was skipped."""
    said, skipped = [], set()
    for line in output.splitlines():
        if match := RESULT.match(line):
            checks.check(match.group(2) + way, not match.group(1), "\n".join(said[:20]))
            said = []
        elif line.startswith(SKIPPED):
            skipped.add(line.removeprefix(SKIPPED))
        elif line.startswith("# "):
            said.append(line[2:])
    if without_tool := {line for line in skipped if line.endswith(NO_TOOL)}:
        checks.skip(f"{len(without_tool)} modules{way}", NO_TOOL)
    unknown = skipped - without_tool - set(known_skips)
    checks.check(f"nothing else is skipped than is known{way}", not unknown,
                 "\n".join(sorted(unknown)))
    for line in sorted(skipped & set(known_skips)):
        checks.skip(line.split(": ")[0] + way, line.split(": ")[-1])
    print(*(f"# {line}{way}" for line in said), sep="\n")
