# SPDX-License-Identifier: MIT OR Apache-2.0
"""Where things lie in a board's pictures: pure functions from the model to boxes and lines.

memory_picture and wiring_picture return dictionaries of coordinates in pixels and texts that are
ready to print; templates/memory.svg.j2 and wiring.svg.j2 draw them and decide nothing. Text is
monospaced, so that its width is known without a font (advance below).
"""

from math import log2

MARGIN = 20
LINE = 16  # of one line of text
PAD = 10  # between a box and its text
GAP_HEIGHT = 18  # a stretch of addresses that nothing uses
UNITS = ((1 << 40, "T"), (1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K"))


def advance(text, size=12):
    """The width of monospaced text, `size` pixels high."""
    return round(len(text) * size * 0.602 + 0.5)


def size_text(size):
    """A size as people say it, rounded where that says more: 4K, 256M, 995.5M, 100."""
    for factor, unit in UNITS:
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + unit
    return str(size)


def offset_text(offset):
    """An offset, exact: 384K, 512, 0x10200."""
    for factor, unit in UNITS:
        if offset >= factor and offset % factor == 0:
            return f"{offset // factor}{unit}"
    return f"{offset:#x}" if offset > 9999 else str(offset)


# --- memory


def region_lines(model, region):
    """What a region of the memory map holds, a line each."""
    image = model["image"]
    lines = [f"{region['kind']}, {region['at']}"]
    if image is None:
        return lines
    stacks = sum(int(value["value"]) for value in model["config"]
                 if value["name"] in ("BOOT_STACK", "INTERRUPT_STACK"))
    stacks += sum(service["stack"] for service in model["services"])
    data = f"data, {len(model['services']) + 2} stacks, {size_text(stacks)} in all"
    if region["name"] == image["code"]:
        what = "code, constants" if image["code"] != image["data"] else f"code, constants, {data}"
        lines.append(f"image from {image['base']:#010x}: {what}")
    elif region["name"] == image["data"]:
        lines.append(data)
    return lines


def register_windows(model):
    """(base, size, device, property) of every register window."""
    for device in model["devices"]:
        for prop in device["properties"]:
            values = prop["value"] if prop["type"] == "list" else [prop["value"]]
            if "registers" in (prop["type"], prop.get("of")) and prop["value"] is not None:
                for value in values:
                    yield value["base"], value["size"], device, prop["name"]


def address_blocks(model):
    """Regions and register windows as blocks."""
    for region in model["regions"]:
        yield {"base": region["base"], "size": region["size"], "kind": region["kind"],
               "name": region["name"], "lines": region_lines(model, region), "note": ""}
    for base, size, device, prop in register_windows(model):
        yield {"base": base, "size": size, "kind": "device", "name": f"{device['name']}.{prop}",
               "lines": [], "note": device["driver"]}


def partition_blocks(model, medium):
    for part in model["partitions"]:
        if part["medium"] == medium["name"]:
            yield {"base": part["offset"], "size": part["size"], "kind": part["kind"],
                   "name": part["name"], "lines": [part["at"]],
                   "note": part["kind"] if part["kind"] != part["name"] else ""}


def block_height(block):
    """Room for the text, and a little more for what is larger."""
    if block["kind"] == "device":
        return LINE + 6
    return LINE * (1 + len(block["lines"])) + 10 + 2 * round(log2(max(block["size"], 4096) / 4096))


def block_width(block):
    head = block["name"] + "  " + block["note"] + "    " + size_text(block["size"])
    return max([advance(head, 13)] + [advance(line, 11) for line in block["lines"]]) + 2 * PAD


def with_gaps(blocks, end):
    """The blocks from the highest to the lowest, and between them what nothing uses. `end` is where
    the space ends; of the address space, where that means nothing, it is None."""
    rows, position = [], 0 if end is not None else None
    for block in sorted(blocks, key=lambda one: one["base"]):
        if position is not None and block["base"] > position:
            rows.append({"base": position, "size": block["base"] - position, "kind": "gap"})
        rows.append(block)
        position = block["base"] + block["size"]
    if end is not None and position < end:
        rows.append({"base": position, "size": end - position, "kind": "gap"})
    return rows[::-1]


def column(title, lines, blocks, end, spell, left):
    """A column of blocks, the highest on top, with addresses to its left as `spell` writes them."""
    rows = with_gaps(blocks, end)
    labels = max(advance(spell(row["base"])) for row in rows)
    x = left + labels + 8
    width = max([block_width(row) for row in rows if row["kind"] != "gap"] +
                [advance(title, 14), 240] + [advance(line, 11) for line in lines])
    y = MARGIN + 58 + LINE * len(lines)
    for row in rows:
        height = GAP_HEIGHT if row["kind"] == "gap" else block_height(row)
        row.update(x=x, y=y, width=width, height=height, label=spell(row["base"]),
                   size_text=size_text(row["size"]))
        y += height
    return {"title": title, "lines": lines, "x": x, "labels_x": x - 8, "rows": rows,
            "right": x + width, "bottom": y}


def medium_lines(medium):
    """What is known of a medium besides its name."""
    blocks = ", ".join(size_text(block) for block in medium["blocks"])
    lines = [f"{medium['kind']} of {size_text(medium['size'])}"]
    if medium["blocks"] != [1]:
        lines[0] += f", blocks of {blocks}"
    return lines + [medium["at"]]


def memory_picture(model):
    """The address space, and beside it each medium that has partitions."""
    top = max(block["base"] + block["size"] for block in address_blocks(model))
    digits = max(8, len(f"{top:x}"))
    columns = [column("address space", [f"{model['arch']['bits']} bits"], address_blocks(model),
                      None, lambda address: f"0x{address:0{digits}x}", MARGIN)]
    for medium in model["media"]:
        blocks = list(partition_blocks(model, medium))
        if blocks:
            columns.append(column(f"partitions of {medium['name']}", medium_lines(medium), blocks,
                                  medium["size"], offset_text, columns[-1]["right"] + 40))
    heading = advance(f"{model['board']['name']}: memory", 18) + advance(model["board"]["summary"])
    return {"columns": columns, "width": max(columns[-1]["right"], heading + 2 * MARGIN) + MARGIN,
            "height": max(one["bottom"] for one in columns) + MARGIN}


# --- wiring

LANE = 12  # between two lines that run side by side
BOX_GAP = 16
TITLES = ("kernel, services, agents", "devices, in order of start", "interrupts of")
HEAD = 2 * LINE + 8  # of a box: its name and what it is
BUS = HEAD - 5  # where in a box's head a bus reaches it


def wiring_box(kind, name, what):
    return {"kind": kind, "name": name, "what": what, "ports": [], "rows": []}


def storage_ports(model, service):
    """A service's partitions, as ports to the devices that they lie on."""
    media = {one["name"]: one for one in model["media"]}
    devices = {one["name"]: media[one["medium"]].get("device") for one in model["partitions"]}
    return [(f"{prop['name']}: {prop['value']}", "device", devices[prop["value"]], prop["at"])
            for prop in service["properties"] if prop["type"] == "partition"
            and prop["value"] and devices[prop["value"]]]


def parties(model):
    """The boxes: kernel, services, agents and whoever else uses devices; and the devices. A box's ports are
    what it refers to, as (name, kind and name of the other, position)."""
    kernel = wiring_box("kernel", "kernel", model["arch"]["name"])
    kernel["ports"] = [(word, "device", model[word], "") for word in ("timer", "console")
                       if model[word]]
    users = [kernel] + [wiring_box("service", one["name"], f"service, priority {one['priority']}")
                        for one in model["services"]]
    for one in model["agents"]:
        agent = wiring_box("agent", one["name"], f"agent, {size_text(one['size'])}")
        agent["ports"] = [("runs on", "service", "cells", one["at"])]
        users.append(agent)
    devices = []
    for one in model["devices"]:
        role = f", {one['role']}" if one["role"] else ""
        devices.append(wiring_box("device", one["name"], f"{one['driver']}, {one['class']}{role}"))
    known = {(box["kind"], box["name"]): box for box in users + devices}
    for wire in model["wiring"]:
        owner, other = tuple(wire["from"].split(" ", 1)), wire["to"].split(" ", 1)
        if owner not in known:
            known[owner] = wiring_box(*owner, owner[0])
            users.append(known[owner])
        if other[0] != "interrupt":
            known[owner]["ports"].append((wire["as"], *other, wire["at"]))
    for service in model["services"]:
        known["service", service["name"]]["ports"] += storage_ports(model, service)
    return users, devices


def place(boxes, x, y, title=""):
    """Sets the boxes one below the other, below a title; returns the right and the lower end."""
    width = max(150, advance(title))
    for box in boxes:
        texts = [advance(box["name"], 13), advance(box["what"], 11)]
        texts += [advance(text, 11) for text in [port[0] for port in box["ports"]] + box["rows"]]
        width = max([width] + [text + 2 * PAD for text in texts])
    for box in boxes:
        height = HEAD + LINE * (len(box["ports"]) + len(box["rows"]))
        box.update(x=x, y=y, width=width, height=height + (6 if height > HEAD else 0))
        y += box["height"] + BOX_GAP
    return x + width, y - BOX_GAP


def port_y(box, index):
    return box["y"] + HEAD + LINE * index + LINE // 2


def entries(count, box):
    """The heights at which `count` lines reach a box, spread over its head; below them is room for
    one more, BUS."""
    return [box["y"] + round(BUS * (i + 1) / (count + 1)) for i in range(count)]


def clear(height, taken):
    """A height near this one at which no other line runs."""
    return next(height + way * step for step in range(len(taken) * 6 + 1) for way in (1, -1)
                if all(abs(height + way * step - other) > 2 for other in taken))


def lanes(spans):
    """A lane for each (low, high) so that no two in one lane touch: the first that is free."""
    ends, result = [], {}
    for index, (low, high) in sorted(enumerate(spans), key=lambda one: one[1]):
        lane = next((i for i, end in enumerate(ends) if end < low), len(ends))
        ends[lane:lane + 1] = [high]
        result[index] = lane
    return [result[i] for i in range(len(spans))], len(ends)


def references(boxes, kind):
    """(box, index of its port, port) for every port of these boxes to a box of that kind."""
    return [(box, index, port) for box in boxes for index, port in enumerate(box["ports"])
            if port[1] == kind]


def heads(wires, known):
    """For each wire the height at which it reaches its target: in the order of where they come
    from, and where neither another one starts nor arrives."""
    taken = [port_y(box, index) for box, index, _ in wires]
    by_target = {}
    for number, (box, index, port) in enumerate(wires):
        by_target.setdefault(port[1:3], []).append((port_y(box, index), number))
    result = {}
    for target, arrivals in by_target.items():
        heights = entries(len(arrivals), known[target])
        for (_, number), height in zip(sorted(arrivals), heights):
            result[number] = clear(height, taken)
            taken.append(result[number])
    return result


def side_wires(boxes, kind, known):
    """Wires among the boxes of one column, on its left: those to one box share a bus. Returns them
    with x counted from the column's left edge, and the room they need."""
    buses = {}
    for box, index, port in references(boxes, kind):
        buses.setdefault(port[2], []).append((port_y(box, index), box["name"], port))
    spans, result = [], []
    for name, branches in buses.items():
        heights = [branch[0] for branch in branches] + [known[kind, name]["y"] + BUS]
        spans.append((min(heights), max(heights)))
    taken, count = lanes(spans)
    for (name, branches), (low, high), lane in zip(buses.items(), spans, taken):
        out, entry = 14 + LANE * lane, known[kind, name]["y"] + BUS
        for y, owner, port in branches:
            result.append({"kind": "internal", "dot": 2.5, "points": [(0, y), (-out, y)],
                           "title": f"{owner}.{port[0]} is {name}  {port[3]}"})
        result.append({"kind": "internal", "dot": 0, "title": name,
                       "points": [(-out, low), (-out, high)]})
        result.append({"kind": "internal", "dot": 3.5, "title": name,
                       "points": [(-out, entry), (0, entry)]})
    return result, (14 + LANE * count if count else 0)


def across_wires(wires, known, right):
    """Wires from the users, whose column ends at `right`, to the devices: each turns in a lane of
    its own."""
    arrive = heads(wires, known)
    result = []
    for number, (box, index, port) in enumerate(wires):
        start, end, turn = port_y(box, index), arrive[number], right + 14 + LANE * number
        result.append({"kind": box["kind"], "dot": 3.5,
                       "points": [(right, start), (turn, start), (turn, end),
                                  (known[port[1], port[2]]["x"], end)],
                       "title": f"{box['name']}.{port[0]} is {port[2]}  {port[3]}"})
    return result


def shifted(wires, x):
    for wire in wires:
        wire["points"] = [(x + px, py) for px, py in wire["points"]]
    return wires


def interrupt_column(model, devices, right, top):
    """The controller's numbers in one box to the right of the devices, and a wire to each from its
    device. They are in the order of the devices, so that wires do not cross."""
    places = {box["name"]: place for place, box in enumerate(devices)}
    interrupts = model["interrupts"]
    routes = sorted(interrupts["routes"],
                    key=lambda route: (places[route["device"]], route["number"]))
    box = wiring_box("interrupt", interrupts["controller"], f"0 to {interrupts['limit'] - 1}")
    box["rows"] = [f"{one['number']}  {one['property']}, {one['trigger']}" for one in routes]
    left = right + 28 + LANE * max(1, len(routes))
    end, bottom = place([box], left, top, TITLES[2])
    wires = []
    for index, route in enumerate(routes):
        siblings = [one for one in routes if one["device"] == route["device"]]
        start = entries(len(siblings), devices[places[route["device"]]])[siblings.index(route)]
        stop = port_y(box, index)
        # Side by side without crossing: what goes up turns the later, the lower it is, and
        # what goes down the earlier.
        turn = right + 14 + LANE * (index if stop < start else len(routes) - 1 - index)
        wires.append({"kind": "interrupt", "dot": 3.5,
                      "points": [(right, start), (turn, start), (turn, stop), (left, stop)],
                      "title": f"interrupt {route['number']} of {route['device']}  {route['at']}"})
    return box, wires, end, bottom


def label(boxes):
    """Puts the names of ports beside where their wires leave, and rows below them."""
    for box in boxes:
        box["labels"] = []
        for index, (text, kind, *_) in enumerate(box["ports"]):
            across = kind == "device" and box["kind"] != "device"
            box["labels"].append({"text": text, "end": across, "y": port_y(box, index) + 4,
                                  "x": box["x"] + (box["width"] - PAD if across else PAD)})
        for index, text in enumerate(box["rows"]):
            box["labels"].append({"text": text, "end": False, "x": box["x"] + PAD,
                                  "y": port_y(box, len(box["ports"]) + index) + 4})


def wiring_picture(model):
    """Who uses which device, from left to right: kernel and services, devices, interrupts."""
    users, devices = parties(model)
    known = {(box["kind"], box["name"]): box for box in users + devices}
    top = MARGIN + 76
    place(users, 0, top)  # for the heights of their ports
    place(devices, 0, top)
    wires, room = side_wires(users, "service", known)
    inner, inner_room = side_wires(devices, "device", known)
    left = MARGIN + room
    right, bottom = place(users, left, top, TITLES[0])
    calls = references(users, "device")
    middle = right + 28 + LANE * max(1, len(calls)) + inner_room
    end, lower = place(devices, middle, top, TITLES[1])
    wires = shifted(wires, left) + shifted(inner, middle) + across_wires(calls, known, right)
    boxes, bottom = users + devices, max(bottom, lower)
    titles = [(left, TITLES[0]), (middle, TITLES[1])]
    if model["interrupts"]["controller"]:
        box, more, end, lower = interrupt_column(model, devices, end, top)
        boxes, wires, bottom = boxes + [box], wires + more, max(bottom, lower)
        titles.append((box["x"], TITLES[2]))
    label(boxes)
    heading = advance(f"{model['board']['name']}: wiring", 18) + advance(model["board"]["summary"])
    end = max(end, heading + 2 * MARGIN)
    return {"boxes": boxes, "wires": wires, "titles": titles, "titles_y": top - 14,
            "width": end + MARGIN, "height": bottom + MARGIN}
