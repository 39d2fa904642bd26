#!/usr/bin/python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""tools/stack.py on small programs: what fits, what doesn't, and what nobody knows the end of."""

import json
import os
import subprocess
import tempfile
import unittest

import as_tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOUNDS = """
[task]
entry = "begin"
[indirect]
[passes]
[taken]
known = "for a test"
[depth]
bounded = { calls = 5, why = "for a test" }
[functions]
outside = { bytes = 40, why = "for a test" }
[arch.host.task]
bytes = 16
[[arch.host.stack]]
name = "fault stack"
symbol = "fault_stacks"
each_core = true
guarded = false
entries = ["fault"]
bytes = 0
"""
START = """
struct operations {
    void (*first)(void);
    void (*second)(void);
};
unsigned char x_stack[1024];
void outside(void);
void missing(void);
void use(void *);
void sink(void *p) { __asm__ volatile("" : : "r"(p)); }
"""


class StackTest(unittest.TestCase):
    def run_on(self, code):
        """Compiles START and `code` as kernel/x.c; returns the tool's status and what it said."""
        with tempfile.TemporaryDirectory() as folder:
            for path in ("build/obj/kernel", "kernel", "services", "platforms"):
                os.makedirs(os.path.join(folder, path))
            texts = {"kernel/x.h": START[:START.index("unsigned")], "bounds.toml": BOUNDS,
                     "kernel/x.c": START[START.index("unsigned"):].join(
                         ('#include "x.h"\n', code)),
                     "build/model.json": json.dumps({
                         "arch": {"name": "host", "guard": 256}, "drivers": [],
                         "services": [{"name": "x"}],
                         "config": [{"name": "CORES", "value": "2"}]})}
            for name, text in texts.items():
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(text)
            subprocess.run(["gcc", "-Os", "-fno-pic", "-fno-pie", "-ffunction-sections",
                            "-fdata-sections", "-fcallgraph-info=su", "-c", "kernel/x.c", "-o",
                            "build/obj/kernel/x.o"], cwd=folder, check=True)
            done = subprocess.run(
                ["/usr/bin/python3", os.path.join(ROOT, "tools/stack.py"), "--build", "build",
                 "--bounds", "bounds.toml", "build/obj/kernel/x.o"], cwd=folder, check=False,
                capture_output=True, text=True)
            return done.returncode, done.stdout + done.stderr

    def refused(self, code, message):
        status, text = self.run_on(code)
        self.assertEqual(status, 1, text)
        self.assertRegex(text, message)

    def test_a_chain_that_fits(self):
        status, text = self.run_on("""
            static __attribute__((noinline)) void deep(void) { char a[200]; sink(a); outside(); }
            void begin(void) { deep(); sink(0); }""")
        self.assertEqual(status, 0, text)
        self.assertRegex(text, r"service x: at most \d+ of 768 bytes")
        self.assertGreater(int(text.split()[4]), 16 + 200 + 40)
        self.assertRegex(text, r"kernel/x.c:deep\n +40  outside")

    def test_a_chain_that_is_too_deep(self):
        self.refused("""
            static __attribute__((noinline)) void deep(void) { char a[1200]; sink(a); }
            void begin(void) { deep(); sink(0); }""",
                     r"(?s)error: stack: service x: at most 1\d\d\d of 768.*"
                     r"\n  fix: raise services.x.stack in the board's file by \d+ bytes")

    def test_tables_by_member(self):
        table = """
            static void small(void) { sink(0); }
            static void large(void) { char a[1200]; sink(a); }
            const struct operations operations = {small, large};
            void begin(void)
            {
                const struct operations *volatile o = &operations;
                o->%s();
                sink(0);
            }"""
        status, text = self.run_on(table % "first")
        self.assertEqual(status, 0, text)
        self.refused(table % "second", "kernel/x.c:large")

    def test_an_operation_that_no_table_has(self):
        code = """
            static void small(void) { sink(0); }
            %s
            void begin(void)
            {
                const struct operations *volatile o = (const struct operations *)x_stack;
                if (o->second)
                    o->second();
                sink(0);
            }"""
        for table in ("", "const struct operations operations = {small, 0};"):
            status, text = self.run_on(code % (table or "void other(void) { small(); }"))
            self.assertEqual(status, 0, text)
        self.refused(code % """struct operations changed;
            void other(void) { changed.second = small; }""", "the address of small is taken")

    def test_recursion(self):
        code = """__attribute__((noinline, optimize("no-optimize-sibling-calls")))
            int %s(volatile int *n) { char a[64]; sink(a); return *n ? %s(n) + 1 : 0; }
            void begin(void) { volatile int n = 3; %s(&n); }"""
        self.refused(code.replace("%s", "circle"),
                     r"recursion without a bound: circle -> circle\n  fix: .* bounds.toml")
        status, text = self.run_on(code.replace("%s", "bounded"))
        self.assertEqual(status, 0, text)

    def test_recursion_by_way_of_another(self):
        code = """int bounded(volatile int *n);
            __attribute__((noinline)) int part(volatile int *n)
            { char a[%d]; sink(a); return bounded(n) + 1; }
            __attribute__((noinline)) int bounded(volatile int *n)
            { char a[24]; sink(a); outside(); return *n ? part(n) + 1 : 0; }
            void begin(void) { volatile int n = 3; part(&n); bounded(&n); }"""
        status, text = self.run_on(code % 48)
        self.assertEqual(status, 0, text)
        self.assertGreater(int(text.split()[4]), 16 + 5 * (24 + 48) + 40)
        self.refused(code % 148, "at most .* of 768 bytes")
        self.refused(code.replace("bounded", "circle") % 48,
                     "recursion without a bound: circle -> part -> circle")

    def test_a_frame_of_any_size(self):
        self.refused("void begin(volatile int n) { char a[n]; sink(a); }",
                     "a frame of dynamic size: begin")

    def test_a_stack_for_each_core(self):
        code = """unsigned char fault_stacks[2][512];
            void fault(void) { char a[%d]; sink(a); }
            void begin(void) { sink(fault_stacks); }"""
        status, text = self.run_on(code % 300)
        self.assertEqual(status, 0, text)
        self.refused(code % 800, r"(?s)fault stack: at most \d+ of 512 bytes.*fix: raise it by \d+")

    def test_a_function_without_bound(self):
        self.refused("void begin(void) { missing(); sink(0); }",
                     "no bound for missing: begin -> missing")

    def test_a_pointer_to_anything(self):
        self.refused("void begin(void (*what)(void)) { what(); sink(0); }",
                     "kernel/x.c:.*not known what the call through a pointer reaches")

    def test_an_address_that_nothing_accounts_for(self):
        self.refused("void hidden(void) { sink(0); } void begin(void) { sink(hidden); sink(0); }",
                     "the address of hidden is taken")
        status, text = self.run_on("void known(void) { sink(0); }"
                                   "void begin(void) { sink(known); sink(0); }")
        self.assertEqual(status, 0, text)


if __name__ == "__main__":
    as_tap.main()
