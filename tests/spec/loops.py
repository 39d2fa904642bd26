# SPDX-License-Identifier: MIT OR Apache-2.0
"""Loops that count, in every form that a compiler writes them, and what each must give.

A loop adds a step to its counter and goes on while a comparison holds, for at most MOST turns. The
engine makes one instruction of addition, comparison and jump where it can: the expected result is
computed here, so that an error common to all forms of the engine shows.
"""

import itertools
import random

MOST = 40
COMPARES = {"eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
            "lt": lambda a, b: a < b, "gt": lambda a, b: a > b,
            "le": lambda a, b: a <= b, "ge": lambda a, b: a >= b}
NAMES = ["eq", "ne"] + [f"{name}_{sign}" for name in ("lt", "gt", "le", "ge") for sign in "su"]
STEPS = [1, -1, 7, -32768, 32768, 100000]
ORDERS = ["counter first", "counter last"]
LIMITS = ["constant", "local", "counter"]


def signed(value):
    return (value + 2 ** 31) % 2 ** 32 - 2 ** 31


class Loop:
    """One of them; `held` has the counter used right before it is added to."""

    def __init__(self, name, step, order, limit, seed):
        choose = random.Random(seed)
        self.name, self.step, self.order, self.limit = name, step, order, limit
        self.start = choose.choice([0, 10, 5 * step % 2 ** 32, 2 ** 31 - 3])
        self.bound = (self.start + step * choose.randrange(1, 30)) % 2 ** 32
        self.held, self.tee, self.negated = (choose.random() < 0.5 for _ in range(3))

    def text(self, index):
        step = f"(i32.add (local.get $i) (i32.const {self.step}))"
        counter, before = f"(local.tee $i {step})", ""
        if not self.tee:
            counter, before = "(local.get $i)", f"(local.set $i {step})"
        limit = {"constant": f"(i32.const {self.bound})", "local": "(local.get $n)",
                 "counter": "(local.get $i)"}[self.limit]
        pair = (counter, limit) if self.order == ORDERS[0] else (limit, counter)
        condition = f"(i32.{self.name} {pair[0]} {pair[1]})"
        if self.negated:
            condition = f"(i32.eqz {condition})"
        use = "(local.set $used (local.tee $i (i32.or (local.get $i) (i32.const 0))))"
        return (f'(func (export "f{index}") (param i32 i64 f32 f64) (result i64)\n'
                f" (local $i i32) (local $n i32) (local $turns i32) (local $used i32)\n"
                f" (local.set $i (i32.const {self.start})) (local.set $n (i32.const {self.bound}))\n"
                f" (block $out (loop $on\n"
                f"  (local.set $turns (i32.add (local.get $turns) (i32.const 1)))\n"
                f"  (br_if $out (i32.ge_u (local.get $turns) (i32.const {MOST})))\n"
                f"  {use if self.held else ''} {before} (br_if $on {condition})))\n"
                f" (i64.or (i64.extend_i32_u (local.get $i))\n"
                f"  (i64.shl (i64.extend_i32_u (local.get $turns)) (i64.const 32))))\n")

    def result(self):
        compare = COMPARES[self.name[:2]]
        view = signed if self.name.endswith("_s") else lambda value: value
        counter = self.start
        for turns in range(1, MOST):
            old, counter = counter, (counter + self.step) % 2 ** 32
            first = counter
            other = self.bound
            if self.limit == "counter":  # before the addition where it is pushed before
                other = old if self.order == ORDERS[1] and self.tee else counter
            pair = (first, other) if self.order == ORDERS[0] else (other, first)
            if compare(view(pair[0]), view(pair[1])) == self.negated:
                return turns << 32 | counter
        return MOST << 32 | counter


def loops():
    every = itertools.product(NAMES, STEPS, ORDERS, LIMITS)
    return [Loop(*each, seed) for seed, each in enumerate(every)]


def module(some):
    return "(module\n" + "".join(loop.text(index) for index, loop in enumerate(some)) + ")\n"
