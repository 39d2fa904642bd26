#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Worst-case use of every stack of one board's image.

The compiler writes each unit's call graph and frame sizes (-fcallgraph-info=su). A call through a
pointer is resolved by the member it goes through: to what the constant tables of that structure's
type hold there, in the objects of this image (nothing, where no driver has such an operation), or to
what tools/stack-bounds.toml says. That file also bounds what has no static bound. A chain that does not fit its stack, a recursion, a function
without bound and a function whose address nothing accounts for are errors."""

import argparse
import fnmatch
import json
import os
import re
import sys
import tomllib

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from stack_elf import Object

NODE = re.compile(r'^node: { title: "([^"]+)" label: "([^"]*)"')
EDGE = re.compile(r'^edge: { sourcename: "([^"]+)" targetname: "([^"]+)" label: "([^"]*)"')
FRAME = re.compile(r"(\d+) bytes \(([\w,]+)\)")
STRUCT = re.compile(r"^struct (\w+) {\n(.*?)^}", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"struct (\w+) (\w+)(?:\[[^\]]*\])? = {")
INDIRECT = "__indirect_call"
PLAIN = re.compile(r"(\*?\s*(?:const )?)(\w+)\s*(?:\[[^\]]*\])?\s*(?:,|$)")
NAME = re.compile(r"\s*(\w+)")


class Problem(Exception):
    pass


class Source:
    """The text of the sources, for the members that calls go through and the types of tables."""

    def __init__(self, root):
        self.root = root
        self.texts = {}

    def text(self, path):
        if path not in self.texts:
            with open(os.path.join(self.root, path), encoding="utf-8") as file:
                self.texts[path] = file.read()
        return self.texts[path]

    def members(self, place):
        """The names that the calls in the expression at "file:line:column" go through: a call among
        another one's arguments may bear the other one's place."""
        path, line, column = place.rsplit(":", 2)
        text = self.text(os.path.normpath(path))
        lines = text.split("\n")
        rest = "\n".join([lines[int(line) - 1][int(column) - 1:]] + lines[int(line):int(line) + 6])
        name, at = None, 0
        while True:
            if found := NAME.match(rest, at):
                name, at = found[1], found.end()
            elif rest[at:at + 1] == "(":
                end = closing(rest, at)
                inner = re.findall(r"\w+", rest[at:end])
                name, at = inner[-1] if inner else None, end
            while rest[at:at + 1] == "[":
                at = closing(rest, at)
            if rest[at:at + 1] == "(":
                at = closing(rest, at)
            link = re.compile(r"\s*(->|\.)").match(rest, at)
            if not link:
                return {name, *re.findall(r"(?:->|\.)\s*(\w+)\(", rest[:at])}
            at = link.end()


def closing(text, at):
    """Behind the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] in "([") - (text[i] in ")]")
        if not depth:
            return i + 1
    return len(text)


def members_of(body):
    """(name, whether it points to a function, whether it is a pointer) of each member, in order."""
    body = re.sub(r"/\*.*?\*/|//[^\n]*", "", body, flags=re.DOTALL)
    members = []
    for declaration in body.split(";"):
        if function := re.search(r"\(\*(?:const )?(\w+)\)\(", declaration):
            members.append((function[1], True, True))
        elif plain := PLAIN.findall(declaration.strip()):
            members += [(name, False, "*" in star) for star, name in plain]
    return members


def way_to(path):
    return " -> ".join(step[0] for step in path)


class Graph:
    """Calls, frames and tables of all units."""

    def __init__(self, build, root, bounds, model, objects):
        self.drivers = model["drivers"]
        self.source = Source(root)
        self.bounds = bounds
        self.arch = model["arch"]["name"]
        self.frames, self.calls, self.units = {}, {}, {}
        self.objects = []  # (object, {function: title}, {table: the type of its structure})
        self.build = build
        for path in objects:
            self.read_object(path, os.path.join(build, "obj"))
        self.structs = {}
        for text in list(self.read_headers()):
            for name, body in STRUCT.findall(text):
                self.structs[name] = members_of(body)

    def read_object(self, path, folder):
        graph = path[:-2] + ".ci"
        if not os.path.exists(graph):  # assembly
            self.objects.append((Object(path), {}, {}))
            return
        unit = os.path.relpath(path[:-2] + ".c", folder)
        if unit.startswith("gen/"):
            unit = os.path.join(self.build, unit)
        types = {name: kind for kind, name in TABLE.findall(self.source.text(unit))}
        self.objects.append((Object(path), self.read_graph(graph), types))

    def read_graph(self, path):
        """Reads one unit's graph; returns {name of a function: its title}."""
        titles = {}
        with open(path, encoding="utf-8") as file:
            for line in file:
                if edge := EDGE.match(line):
                    self.calls.setdefault(edge[1], set()).add(
                        (edge[2], edge[3] if edge[2] == INDIRECT else None))
                elif (node := NODE.match(line)) and (frame := FRAME.search(node[2])):
                    self.frames[node[1]] = (int(frame[1]), frame[2])
                    titles[node[1].rpartition(":")[2]] = node[1]
        return titles

    def read_headers(self):
        for folder in ("kernel", "services", "platforms", os.path.join(self.build, "gen")):
            for path, _, files in os.walk(os.path.join(self.source.root, folder)):
                for file in files:
                    if file.endswith(".h"):
                        yield self.source.text(os.path.relpath(os.path.join(path, file),
                                                               self.source.root))

    def passed(self, member, target):
        """What `target` in the table of what is passed stands for: a function, or "class NAME" for
        what the drivers of that class have as the member."""
        if not target.startswith("class "):
            return {self.title(target)}
        return self.in_tables(member, {driver["name"].replace("-", "_") + "_driver"
                                       for driver in self.drivers
                                       if driver["class"] == target.removeprefix("class ")})

    def in_tables(self, member, only=None):
        """Every function that a constant table, of those named `only`, holds for `member`."""
        found = set()
        holders = {name for name, members in self.structs.items()
                   if (member, True, True) in members}
        for item, titles, types in self.objects:
            for table, (_, places) in item.tables.items():
                kind = types.get(table.partition(".")[0])
                if kind not in holders or (only is not None and table not in only):
                    continue
                members = self.structs[kind]
                slot = [name for name, _, _ in members].index(member)
                alone = sum(function for _, function, _ in members) == 1
                if not alone and not all(pointer for _, _, pointer in members):
                    raise Problem(f"struct {kind}: its members' places are not known")
                for offset, function in places:
                    if alone or offset // item.word % len(members) == slot:
                        found.add(titles.get(function, function))
        return found

    def is_operation(self, member):
        """Whether a structure of operations has it, which are constant tables only: where no table of
        the image has a function there, the call reaches nothing. One that is put there otherwise is
        among `unaccounted`."""
        return any(kind.endswith("operations") and (member, True, True) in members
                   for kind, members in self.structs.items())

    def targets(self, place, overrides):
        """What the call through a pointer at `place` can reach."""
        known = self.bounds["indirect"]
        found, resolved = set(), False
        for member in self.source.members(place):
            exact = os.path.normpath(place.partition(":")[0]) + f":{member}"
            entry = known.get(exact, known.get(member)) or next(
                (known[key] for key in known if "*" in key and fnmatch.fnmatchcase(exact, key)),
                None)
            nowhere = exact in known and not known[exact]["targets"]
            if member in overrides and not nowhere:  # else another member of that name
                goals = overrides[member]
            elif entry:
                goals = {title for name in entry["targets"] for title in self.matching(name)}
            else:
                goals = self.in_tables(member)
            resolved |= bool(goals) or entry is not None or self.is_operation(member)
            found |= goals
        if not resolved:
            raise Problem(f"{place}: not known what the call through a pointer reaches")
        return found

    def title(self, name):
        if name in self.frames:
            return name
        found = [title for title in self.frames if title.rpartition(":")[2] == name]
        return found[0] if len(found) == 1 else name

    def matching(self, name):
        """The functions that a name, or a pattern of names, stands for."""
        if "*" not in name:
            return {self.title(name)} & self.frames.keys()
        return {title for title in self.frames
                if fnmatch.fnmatchcase(title.rpartition(":")[2], name)}

    def bound(self, title):
        name = title.rpartition(":")[2]
        for part in (self.bounds.get("arch", {}).get(self.arch, {}).get("functions", {}),
                     self.bounds.get("functions", {})):
            for pattern, bound in part.items():
                if fnmatch.fnmatchcase(name, pattern):
                    return bound["bytes"]
        return None

    def passing(self, title, overrides):
        """What members reach on the ways down from `title`: what it passes down to be called makes
        different ways of one."""
        for member, target in self.bounds["passes"].get(title.rpartition(":")[2], {}).items():
            overrides = {**overrides, member: self.passed(member, target)}
        return overrides

    def callees(self, title, overrides):
        for target, place in sorted(self.calls.get(title, ()), key=str):
            yield from sorted(self.targets(place, overrides)) if target == INDIRECT else [target]

    def depth(self, title):
        """How often a function is on a way at the most, if it calls itself; else None."""
        return self.bounds["depth"].get(title.rpartition(":")[2], {}).get("calls")

    def round(self, title, goal, overrides, seen):
        """The frames of the deepest way from `title` to a call of `goal`; None if there is none."""
        if title not in seen:
            seen[title] = None  # another circle is `worst`'s to refuse
            overrides = self.passing(title, overrides)
            below = [0 if callee == goal else self.round(callee, goal, overrides, seen)
                     for callee in self.callees(title, overrides)]
            below = [depth for depth in below if depth is not None]
            seen[title] = self.frames[title][0] + max(below) if below else None
        return seen[title]

    def worst(self, title, overrides, done, path):
        """(bytes, chain) of the deepest way down from `title`."""
        overrides = self.passing(title, overrides)
        circling = {step[0] for step in path if self.depth(step[0])}
        key = (title, *sorted((member, *sorted(goals)) for member, goals in overrides.items()),
               *sorted(circling))
        if key in done:
            return done[key]
        if key in path:
            raise Problem("recursion without a bound: " + way_to(path[path.index(key):] + [key]))
        bound = self.bound(title)
        if bound is not None:
            done[key] = (bound, [(title, bound)])
            return done[key]
        if title not in self.frames:
            raise Problem(f"no bound for {title}: " + way_to(path + [key]))
        frame, kind = self.frames[title]
        if kind not in ("static", "dynamic,bounded"):
            raise Problem(f"a frame of {kind} size: " + way_to(path + [key]))
        if depth := self.depth(title):  # its last call is the chain's, those before went round
            circling.add(title)
            frame += (depth - 1) * (self.round(title, title, overrides, {}) or 0)
        best = (0, [])
        for callee in self.callees(title, overrides):
            if callee not in circling:
                best = max(best, self.worst(callee, overrides, done, path + [key]),
                           key=lambda way: way[0])
        done[key] = (frame + best[0], [(title, frame)] + best[1])
        return done[key]

    def size_of(self, symbol):
        return next((item.sizes[symbol] for item, _, _ in self.objects if symbol in item.sizes),
                    None)

    def unaccounted(self, roots):
        """Functions whose address is taken but that no indirect call is known to reach."""
        members = {name for members in self.structs.values()
                   for name, function, _ in members if function}
        names = {title.rpartition(":")[2] for member in members for title in self.in_tables(member)}
        names |= set(roots) | set(self.bounds["taken"])
        names |= {title.rpartition(":")[2] for entry in self.bounds["indirect"].values()
                  for name in entry["targets"] for title in self.matching(name)}
        for item, titles, _ in self.objects:
            for name in sorted(item.taken):
                if name in self.frames or name in titles:
                    if name not in names:
                        yield name


def roots_of(model, graph, bounds):
    """(what, size in bytes or None, extra bytes, entries, overrides) of each stack."""
    arch = bounds.get("arch", {}).get(model["arch"]["name"], {})
    guard = model["arch"]["guard"]
    config = {row["name"]: row["value"] for row in model["config"]}
    preemption = config.get("PREEMPTION") == "y"
    cores = int(config.get("CORES", 1))
    extra = arch["task"]["bytes"] + (arch["task"]["preempted"] if preemption else 0)
    preempted = [bounds["task"]["preempted"]] if preemption else []
    for service in model["services"]:
        name = service["name"].replace("-", "_")
        size = graph.size_of(f"{name}_stack")
        yield (f"service {service['name']}", size - guard, extra, [bounds["task"]["entry"]] + preempted,
               {"entry": {graph.title("service_begin")}, "main": {f"{name}_main"},
                "dispatch": {graph.title(f"{name}_dispatch")}})
        for entry in bounds.get("spawned", {}).get(service["name"], []):
            if graph.title(entry) not in graph.frames:
                continue  # this image has no use for it
            yield (f"service {service['name']}, {entry}", size - guard, extra,
                   [bounds["task"]["entry"]] + preempted,
                   {"entry": {graph.title(entry)}, "end": set()})
    for stack in arch.get("stack", []):
        size = graph.size_of(stack["symbol"])
        if size is not None:
            if stack.get("each_core"):  # a symbol for all of them
                size //= cores
            yield (stack["name"], size - (guard if stack["guarded"] else 0), stack["bytes"],
                   stack["entries"], {})


def remedy(what, missing):
    """What to do about a stack that is `missing` bytes too small."""
    owner = what.removeprefix("service ").partition(",")[0]
    place = f"services.{owner}.stack in the board's file" if owner != what else "it"
    return f"  fix: raise {place} by {missing} bytes, or call less deeply"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, help="the board's folder in build/")
    parser.add_argument("--bounds", default="tools/stack-bounds.toml")
    parser.add_argument("objects", nargs="+", help="what the image is linked from")
    options = parser.parse_args()
    with open(options.bounds, "rb") as file:
        bounds = tomllib.load(file)
    with open(os.path.join(options.build, "model.json"), encoding="utf-8") as file:
        model = json.load(file)
    if reason := bounds["arch"][model["arch"]["name"]].get("skipped"):
        print(f"not computed: {reason}")
        return 0
    graph = Graph(options.build, os.getcwd(), bounds, model, options.objects)
    problems, roots = [], []
    for what, size, extra, entries, overrides in roots_of(model, graph, bounds):
        roots += [entry.rpartition(":")[2] for entry in entries]
        try:
            done, used, chain = {}, extra, [("entry", extra)] if extra else []
            for entry in entries:  # one on top of the other
                depth, way = graph.worst(graph.title(entry), overrides, done, [])
                used, chain = used + depth, chain + way
        except Problem as problem:
            problems.append(f"{what}: {problem}\n  fix: write it so that it has a bound, or give the"
                            f" bound and its reason in {options.bounds}")
            continue
        lines = "".join(f"    {bytes:6}  {name}\n" for name, bytes in chain)
        report = f"{what}: at most {used} of {size} bytes\n{lines}"
        print(report, end="")
        if used > size:
            problems.append(report + remedy(what, used - size))
    problems += [f"the address of {name} is taken, but no call through a pointer is known to reach"
                 f" it: name it in {options.bounds}" for name in graph.unaccounted(roots)]
    for problem in problems:
        print(f"error: stack: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
