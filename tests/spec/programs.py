# SPDX-License-Identifier: MIT OR Apache-2.0
"""Random valid WebAssembly programs in text form: a number always gives the same.

They consist of what the translator treats specially: constants, locals that are read, written and
read again, comparisons before branches, products and shifts before sums, sums before loads, blocks
with results, calls with operands below the arguments.
"""

import random

TYPES = ["i32", "i64", "f32", "f64"]
INTEGER = ["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr",
           "div_s", "div_u", "rem_s", "rem_u"]
INTEGER_WEIGHTS = [10, 6, 6, 5, 5, 6, 8, 3, 6, 5, 2, 0.2, 0.2, 0.2, 0.2]
FLOAT = ["add", "sub", "mul", "div", "min", "max", "copysign"]
FLOAT_WEIGHTS = [8, 7, 9, 3, 1, 1, 1]
COMPARE = {"i": ["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"],
           "f": ["eq", "ne", "lt", "gt", "le", "ge"]}
LOADS = {"i32": ["load", "load8_s", "load8_u", "load16_s", "load16_u"],
         "i64": ["load", "load8_s", "load8_u", "load16_s", "load16_u", "load32_s", "load32_u"],
         "f32": ["load"], "f64": ["load"]}
UNARY = {"i32": [("i32.clz", "i32"), ("i32.popcnt", "i32"), ("i32.extend8_s", "i32"),
                 ("i32.wrap_i64", "i64"), ("i32.trunc_sat_f64_s", "f64"), ("i32.eqz", "i32"),
                 ("i32.reinterpret_f32", "f32"), ("i64.eqz", "i64")],
         "i64": [("i64.ctz", "i64"), ("i64.extend_i32_u", "i32"), ("i64.extend_i32_s", "i32"),
                 ("i64.trunc_sat_f64_u", "f64"), ("i64.reinterpret_f64", "f64")],
         "f32": [("f32.neg", "f32"), ("f32.sqrt", "f32"), ("f32.demote_f64", "f64"),
                 ("f32.convert_i32_s", "i32"), ("f32.floor", "f32"), ("f32.convert_i64_u", "i64")],
         "f64": [("f64.neg", "f64"), ("f64.sqrt", "f64"), ("f64.promote_f32", "f32"),
                 ("f64.convert_i32_u", "i32"), ("f64.nearest", "f64"),
                 ("f64.reinterpret_i64", "i64")]}
FLOATS = ["0", "1", "2", "0.5", "-1", "1e30", "-0", "3.14159", "0.1", "nan", "inf", "1e-30"]


class Program:
    """One random module; text() is its text."""

    def __init__(self, number):
        self.random = random.Random(number)
        self.labels = 0
        self.counters = []
        self.locals = [(f"p{i}", t) for i, t in enumerate(TYPES)]
        self.locals += [(f"l{i}", self.random.choice(TYPES)) for i in range(8)]

    def label(self):
        self.labels += 1
        return f"b{self.labels}"

    def of_type(self, kind):
        return [name for name, t in self.locals if t == kind]

    def constant(self, kind):
        choose = self.random.choice
        if kind[0] == "f":
            return f"({kind}.const {choose(FLOATS)})"
        bits = 31 if kind == "i32" else 63
        number = self.random.randrange(-2**bits, 2**bits)
        known = [0, 1, 2, 3, 5, 8, 31, 33, 255, -1, 65535, -2**31]
        return f"({kind}.const {choose([*known, number])})"

    def local(self, kind):
        return f"(local.get ${self.random.choice(self.of_type(kind))})"

    def offset(self):
        return self.random.choice(["", "", " offset=8", " offset=4",
                                   f" offset={self.random.randrange(66000)}"])

    def address(self, depth):
        choice = self.random.randrange(5)
        if choice == 0:
            return f"(i32.const {self.random.randrange(4000)})"
        if choice == 1:
            return (f"(i32.add (i32.and {self.value('i32', depth - 1)} (i32.const 1023))"
                    f" (i32.const {self.random.randrange(1000)}))")
        if choice == 2:
            return (f"(i32.add"
                    f" (i32.shl (i32.and {self.local('i32')} (i32.const 255)) (i32.const 3))"
                    f" (i32.and {self.local('i32')} (i32.const 1023)))")
        if choice == 3:
            return f"(local.tee $a (i32.and {self.value('i32', depth - 1)} (i32.const 2047)))"
        return f"(i32.and {self.value('i32', depth - 1)} (i32.const 4095))"

    def condition(self, depth):
        kind = self.random.choice(TYPES)
        text = (f"({kind}.{self.random.choice(COMPARE[kind[0]])} {self.value(kind, depth - 1)}"
                f" {self.value(kind, depth - 1)})")
        if self.random.random() < 0.1:
            text = self.value("i32", depth - 1)
        return f"(i32.eqz {text})" if self.random.random() < 0.2 else text

    def operator(self, kind, depth):
        integer = kind[0] == "i"
        name = self.random.choices(INTEGER if integer else FLOAT,
                                   INTEGER_WEIGHTS if integer else FLOAT_WEIGHTS)[0]
        return (f"({kind}.{name} {self.value(kind, depth - 1)}"
                f" {self.value(kind, depth - 1 - self.random.randrange(2))})")

    def load(self, kind, depth):
        name = self.random.choice(LOADS[kind])
        return f"({kind}.{name}{self.offset()} {self.address(depth)})"

    def select(self, kind, depth):
        return (f"(select {self.value(kind, depth - 1)} {self.value(kind, depth - 1)}"
                f" {self.condition(depth)})")

    def tee(self, kind, depth):
        name = self.random.choice(self.of_type(kind))
        return f"(local.tee ${name} {self.value(kind, depth - 1)})"

    def choice(self, kind, depth):
        arms = [f"({arm} {self.statements(1, depth - 1)} {self.value(kind, depth - 1)})"
                for arm in ("then", "else")]
        return f"(if (result {kind}) {self.condition(depth)} {' '.join(arms)})"

    def block(self, kind, depth):
        label = self.label()
        return (f"(block ${label} (result {kind}) (drop (br_if ${label}"
                f" {self.value(kind, depth - 1)} {self.condition(depth)}))"
                f" {self.statements(1, depth - 1)} {self.value(kind, depth - 1)})")

    def call(self, kind, depth):
        arguments = f"{self.value(kind, depth - 1)} {self.value(kind, depth - 2)}"
        if self.random.random() < 0.5:
            return f"(call $less_{kind} {arguments})"
        return f"(call_indirect (type $two_{kind}) {arguments} (i32.const {TYPES.index(kind)}))"

    def tower(self, kind, depth):
        """More operands on the stack than the translator keeps in mind at once."""
        height = self.random.randrange(30, 45)
        name = "add" if kind[0] == "f" else self.random.choice(["add", "xor", "sub"])
        parts = [f"({kind}.{name} {self.value(kind, 0)}" for _ in range(height)]
        return " ".join(parts) + f" {self.operator(kind, depth)}" + ")" * height

    def unary(self, kind, depth):
        name, operand = self.random.choice(UNARY[kind])
        return f"({name} {self.value(operand, depth - 1)})"

    def value(self, kind, depth):
        """An expression of a type."""
        have = bool(self.of_type(kind))
        if depth <= 0 or self.random.random() < 0.15:
            local = have and self.random.random() < 0.65
            return self.local(kind) if local else self.constant(kind)
        makers = [self.operator, self.load, self.select, self.tee, self.choice, self.block,
                  self.call, self.unary, self.tower]
        maker = self.random.choices(makers, [38, 12, 6, 6 if have else 0, 4, 4, 5, 9, 1])[0]
        return maker(kind, depth)

    def loop(self, depth):
        label, counter = self.label(), f"c{self.labels}"
        self.counters.append(counter)
        return (f"(local.set ${counter} (i32.const {self.random.randrange(1, 6)})) (loop ${label}"
                f" {self.statements(2, depth - 1)} (br_if ${label} (local.tee ${counter}"
                f" (i32.sub (local.get ${counter}) (i32.const 1)))))")

    def switch(self, depth):
        label = self.label()
        return (f"(block ${label} (block ${label}x (br_table ${label} ${label}x ${label}"
                f" (i32.and {self.value('i32', depth - 1)} (i32.const 3))))"
                f" {self.statements(2, depth - 1)})")

    def statement(self, depth):
        kind = self.random.choice(TYPES)
        choice = self.random.random()
        if choice < 0.15:
            return f"({kind}.store{self.offset()} {self.address(depth)} {self.value(kind, depth)})"
        if choice < 0.22:
            return f"(global.set $g {self.value('i64', depth)})"
        if depth > 0 and choice < 0.32:
            return (f"(if {self.condition(depth)} (then {self.statements(2, depth - 1)})"
                    f" (else {self.statements(1, depth - 1)}))")
        if depth > 1 and choice < 0.42:
            return self.loop(depth)
        if depth > 0 and choice < 0.48:
            return self.switch(depth)
        if choice < 0.52:
            return f"(drop {self.value(kind, depth)})"
        name, kind = self.random.choice(self.locals)
        return f"(local.set ${name} {self.value(kind, depth)})"

    def statements(self, count, depth):
        return " ".join(self.statement(depth) for _ in range(count))

    def function(self, index):
        self.counters = []
        body = f"{self.statements(5, 4)} {self.value('i64', 4)}"
        parameters = " ".join(f"(param ${name} {kind})" for name, kind in self.locals[:4])
        more = " ".join(f"(local ${name} {kind})" for name, kind in self.locals[4:])
        more += " (local $a i32) " + " ".join(f"(local ${name} i32)" for name in self.counters)
        return f'(func (export "f{index}") {parameters} (result i64) {more} {body})'

    def text(self):
        helpers = "\n".join(
            f"(type $two_{t} (func (param {t} {t}) (result {t})))\n"
            f"(func $less_{t} (type $two_{t}) ({t}.sub (local.get 0) (local.get 1)))"
            for t in TYPES)
        functions = "\n".join(self.function(index) for index in range(3))
        elements = " ".join(f"$less_{t}" for t in TYPES)
        return (f'(module (memory (export "memory") 1) (table funcref (elem {elements}))'
                f" (global $g (mut i64) (i64.const 1))\n{helpers}\n{functions})\n")
