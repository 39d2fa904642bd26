#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""gen/render.py: how C spells a board's values, what it writes and leaves alone, what it says."""

import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import as_tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "gen"))

import pictures  # noqa: E402
import render  # noqa: E402

PROPERTIES = [
    {"name": "registers", "type": "registers", "value": {"base": 0x4000, "size": 0x1000}},
    {"name": "rx-irq", "type": "interrupt", "value": 7},
    {"name": "clock", "type": "u32", "value": 0xFFFFFFFF},
    {"name": "wait", "type": "time", "value": 5000000000},
    {"name": "parity", "type": "enum", "value": "odd-ish", "values": ["none", "odd-ish"]},
    {"name": "label", "type": "text", "value": 'a "b" \\'},
    {"name": "loop", "type": "bool", "value": True},
    {"name": "pins", "type": "list", "of": "u8", "value": [1, 2]},
    {"name": "peers", "type": "list", "of": "device", "value": ["uart-1"]},
    {"name": "later", "type": "u16", "value": None, "optional": True},
    {"name": "given", "type": "u16", "value": 3, "optional": True},
]

MODEL = {
    "format": 1,
    "board": {"name": "toy", "summary": "A board for this test", "at": "configs/toy.yaml:1"},
    "soc": {"name": "toy-soc", "summary": "A SoC for this test"},
    "arch": {"name": "toy", "summary": "An architecture", "bits": 32, "toolchain": "toy-", "flags": ["-mtoy"],
             "features": [{"name": "fp", "summary": "Floating point"},
                          {"name": "simd.2", "summary": "Vectors"}],
             "protection": "mpu", "page": 32, "memory_page": 32, "guard": 128, "stack_alignment": 8},
    "cpu": {"model": "toy1", "cores": 1, "flags": [], "features": ["simd.2"], "at": "configs/toy.yaml:4"},
    "configuration_hash": "00",
    "regions": [{"name": "ram", "kind": "ram", "base": 0x1000, "size": 0x8000, "at": "x.yaml:2"}],
    "media": [{"name": "card", "kind": "sd", "summary": None, "size": 4096, "base": None,
               "device": "uart-1", "blocks": [512], "at": "x.yaml:6"}],
    "partitions": [{"name": "system-a", "kind": "image", "medium": "card", "offset": 512,
                    "size": 1024, "at": "x.yaml:7"}],
    "image": {"formats": ["bin"], "code": "ram", "data": "ram", "base": 0x1000, "offset": 0},
    "devices": [{"name": "uart-1", "driver": "toy-uart", "class": "serial", "state": True,
                 "role": "console", "summary": "The left | right one", "used_by": [],
                 "at": "x.yaml:3", "properties": [
                     dict(p, at="x.yaml:4", summary="What <it> is") for p in PROPERTIES]}],
    "drivers": [{"name": "toy-uart", "class": "serial", "summary": "", "state": True,
                 "properties": PROPERTIES}],
    "interrupts": {"controller": None, "limit": 16, "routes": [
        {"number": n, "device": "uart-1", "property": "rx-irq", "trigger": "edge",
         "at": "x.yaml:5"} for n in (2, 7, 7)]},
    "services": [], "agents": [], "pins": [], "runtime": None, "timer": None, "console": "uart-1", "libraries": ["picolibc"],
    "sources": [{"file": "kernel/boot.c", "layer": "kernel", "part": "kernel"}],
    "wiring": [{"from": "device uart-1", "as": "peers", "to": "device uart-1", "at": "x.yaml:4"}],
    "config": [{"name": "BOOT_STACK", "type": "int", "value": "1000", "origin": "default"},
               {"name": "CORES", "type": "int", "value": "1", "origin": "default"},
               {"name": "INTERRUPT_STACK", "type": "int", "value": "512", "origin": "default"}],
}


class SpellingTest(unittest.TestCase):
    def test_names(self):
        self.assertEqual(render.c_name("cmsdk-uart"), "cmsdk_uart")
        self.assertEqual(render.enum_constant("toy-uart", "parity", "odd-ish"),
                         "TOY_UART_PARITY_ODD_ISH")

    def test_stack_has_room_for_its_guard(self):
        self.assertEqual(render.stack_size(1000, MODEL["arch"]), 1152)
        self.assertEqual(render.stack_size(896, MODEL["arch"]), 1024)

    def test_runs_cover_every_number_once(self):
        rows = render.runs(MODEL["interrupts"]["routes"], 16)
        self.assertEqual(rows, [(0, 1, None), (2, 2, 0), (3, 6, None), (7, 7, 1), (8, 15, None)])

    def test_align(self):
        self.assertEqual(render.align("a, /* 1 */\nlonger, /* 2 */\n"),
                         "a,      /* 1 */\nlonger, /* 2 */\n")
        long = "    " + "x" * 93 + ","
        self.assertEqual(render.align(long + " /* here */"), "    /* here */\n" + long)


class PictureTest(unittest.TestCase):
    def test_sizes(self):
        self.assertEqual([pictures.size_text(n) for n in (0, 100, 4096, 1536, 995 << 20)],
                         ["0", "100", "4K", "1.5K", "995M"])
        self.assertEqual([pictures.offset_text(n) for n in (0, 512, 4096, 1536 << 10, 0x10200)],
                         ["0", "512", "4K", "1536K", "0x10200"])

    def test_gaps(self):
        blocks = [{"base": 8, "size": 2, "kind": "x"}, {"base": 2, "size": 4, "kind": "x"}]
        spans = [(row["base"], row["size"], row["kind"]) for row in pictures.with_gaps(blocks, 16)]
        self.assertEqual(spans, [(10, 6, "gap"), (8, 2, "x"), (6, 2, "gap"), (2, 4, "x"),
                                 (0, 2, "gap")])
        self.assertEqual(len(pictures.with_gaps(blocks, None)), 3)

    def test_lanes_keep_apart_what_overlaps(self):
        self.assertEqual(pictures.lanes([(0, 10), (5, 20), (11, 12), (0, 3)]), ([1, 0, 1, 0], 2))

    def test_lines_do_not_meet(self):
        taken = []
        for _ in range(10):
            taken.append(pictures.clear(50, taken))
        self.assertEqual(len(taken), 10)
        self.assertGreater(min(abs(a - b) for a in taken for b in taken if a is not b), 2)


class RenderTest(unittest.TestCase):
    def setUp(self):
        build = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, build)
        self.folder = os.path.join(build, "gen")
        self.model = copy.deepcopy(MODEL)

    def render(self):
        render.render(self.model, self.folder)

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def test_device(self):
        self.render()
        text = self.read("devices.c")
        for line in (".registers = {.base = 0x00004000, .size = 0x1000},", ".rx_irq = 7,",
                     ".clock = 4294967295u,", ".wait = UINT64_C(5000000000),",
                     ".parity = TOY_UART_PARITY_ODD_ISH,", '.label = "a \\"b\\" \\\\",',
                     ".loop = true,", "static const uint8_t uart_1_pins[] = {1, 2};",
                     ".pins = uart_1_pins,", ".pins_count = 2,",
                     "static const struct device *const uart_1_peers[] = "
                     "{&board_devices[DEVICE_UART_1]};",
                     ".has_given = true,", ".given = 3,", "/* x.yaml:4 */"):
            self.assertIn(line, text)
        self.assertNotIn("later", text)

    def test_partition(self):
        self.render()
        text = self.read("memory.c")
        for line in ('.name = "system-a",', '.medium = "card",', ".kind = PARTITION_IMAGE,",
                     ".device = &board_devices[DEVICE_UART_1],", ".offset = 0x200,",
                     ".size = 0x400,"):
            self.assertIn(line, text)
        self.assertIn(".partition_count = 1,", self.read("board.c"))
        self.assertIn("larger than its partition system-a, 1K (x.yaml:7)", self.read("link.ld"))

    def paper(self, name):
        return self.read(os.path.join("..", name))

    def test_pictures_are_well_formed(self):
        self.render()
        for name in ("memory.svg", "wiring.svg"):
            root = xml.etree.ElementTree.fromstring(self.paper(name))
            self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
            for shape in root.iter("{http://www.w3.org/2000/svg}rect"):
                right = float(shape.get("x", 0)) + float(shape.get("width"))
                below = float(shape.get("y", 0)) + float(shape.get("height"))
                self.assertLessEqual(right, float(root.get("width")), name)
                self.assertLessEqual(below, float(root.get("height")), name)

    def test_pictures_name_everything(self):
        self.render()
        memory, wiring = self.paper("memory.svg"), self.paper("wiring.svg")
        for text in ("ram", "uart-1.registers", "system-a", "0x00004000", "512", "2.5K free"):
            self.assertIn(f">{text}<", memory)
        for text in ("kernel", "uart-1", "peers", "console"):
            self.assertIn(f">{text}<", wiring)

    def test_services_lead_to_the_disks_of_their_partitions(self):
        blocks = {"name": "blocks", "type": "partition", "value": "system-a", "at": "x.yaml:8"}
        service = {"properties": [blocks, dict(blocks, value=None), {"type": "u8", "value": 1}]}
        self.assertEqual(pictures.storage_ports(MODEL, service),
                         [("blocks: system-a", "device", "uart-1", "x.yaml:8")])

    def test_paper(self):
        self.render()
        text = self.paper("board.md")
        for line in ("| ram | ram | `0x00001000` | `0x00008fff` | 32K | x.yaml:2 |",
                     "| system-a | image | 512 | 1536 | 1K | x.yaml:7 |",
                     "| wait | `5s` | What <it> is | x.yaml:4 |",
                     "| pins | `[1, 2]` | What <it> is | x.yaml:4 |",
                     "| registers | `{ base: 0x00004000, size: 4K }` | What <it> is | x.yaml:4 |",
                     "| BOOT_STACK | `1000` | default |",
                     "| device uart-1 | peers | device uart-1 | x.yaml:4 |",
                     "| our own sources |  | MIT OR Apache-2.0 |"):
            self.assertIn(line + "\n", text)
        self.assertNotIn("later", text)
        self.assertRegex(text, r"\| picolibc \| [0-9.]+ \| .*BSD")

    def test_configuration_header(self):
        self.render()
        text = self.read("include/toy_uart_config.h")
        for line in ("struct register_window registers;", "uint32_t rx_irq;",
                     "enum toy_uart_parity parity;", "const char *label;", "const uint8_t *pins;",
                     "size_t pins_count;", "const struct device *const *peers;", "bool has_later;",
                     "TOY_UART_PARITY_NONE,"):
            self.assertIn(line, text)

    def test_compiles(self):
        self.render()
        header = os.path.join(self.folder, "toy-uart.h")
        with open(header, "w", encoding="utf-8") as file:
            file.write("#include <kernel/device.h>\n#include <toy_uart_config.h>\n"
                       "struct toy_uart_state { int x; };\n"
                       "extern const struct driver toy_uart_driver;\n")
        for name in ("arch_context.h", "arch_interrupts.h"):
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(f"#include <platforms/arch/host/{name}>\n")
        os.makedirs(os.path.join(self.folder, "platforms/drivers/toy-uart"))
        shutil.move(header, os.path.join(self.folder, "platforms/drivers/toy-uart/toy-uart.h"))
        for name in ("board.c", "devices.c", "services.c", "memory.c"):
            done = subprocess.run(
                ["gcc", "-std=c17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-DCONFIG_CORES=1",
                 "-DCONFIG_ASAN=0", "-I.",
                 f"-I{self.folder}", f"-I{self.folder}/include", f"{self.folder}/{name}"],
                cwd=ROOT, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_features_are_bits_in_the_order_of_the_architecture(self):
        self.render()
        self.assertIn("CPU_FEATURE_SIMD_2,", self.read("include/cpu_features.h"))
        self.assertIn(".cpu_features = 0x2, /* configs/toy.yaml:4 */", self.read("board.c"))

    def test_formatted_as_by_hand(self):
        if not shutil.which("clang-format"):
            self.skipTest("no clang-format here")
        self.render()
        for name in ("board.c", "memory.c", "devices.c", "include/toy_uart_config.h",
                     "include/board_tables.h", "include/cpu_features.h"):
            done = subprocess.run(["clang-format", f"--assume-filename={ROOT}/gen/x.c"],
                                  input=self.read(name), capture_output=True, text=True, check=True)
            self.assertEqual(done.stdout, self.read(name), name)

    def test_writes_only_what_changed(self):
        self.render()
        names = ("board.c", "devices.c", "memory.c", "include/board_tables.h")
        for name in names:
            os.utime(os.path.join(self.folder, name), (1, 1))
        self.model["devices"][0]["properties"][1]["value"] = 8
        self.render()
        changed = [n for n in names if os.stat(os.path.join(self.folder, n)).st_mtime != 1]
        self.assertEqual(changed, ["devices.c"])

    def test_removes_headers_of_what_is_gone(self):
        self.render()
        stale = os.path.join(self.folder, "include", "old_config.h")
        with open(stale, "w", encoding="utf-8"):
            pass
        self.render()
        self.assertFalse(os.path.exists(stale))


class MessageTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def run_on(self, text):
        path = os.path.join(self.folder, "model.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run([os.path.join(ROOT, "gen/render.py"), path, self.folder + "/gen"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        return done.stderr

    def test_another_format(self):
        self.assertIn("not a model of format 1\n  fix: `make clean`", self.run_on('{"format": 2}'))

    def test_not_json(self):
        self.assertRegex(self.run_on("{"), r"model\.json: error: .*\n  fix: `make clean` and build")

    def test_a_value_is_missing(self):
        broken = {name: value for name, value in MODEL.items() if name != "board"}
        self.assertRegex(self.run_on(json.dumps(broken)),
                         r"templates.*: error: .*\n  fix: mend the template or the model")

    def test_usage(self):
        done = subprocess.run([os.path.join(ROOT, "gen/render.py")], capture_output=True, text=True,
                              check=False)
        self.assertIn("usage: render.py MODEL OUTPUT-FOLDER", done.stderr)


if __name__ == "__main__":
    as_tap.main()
