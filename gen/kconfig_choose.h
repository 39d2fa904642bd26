/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Step 2, choose: what is compiled in. Three parties speak, the later one wins:
 *
 *   Kconfig's defaults  <  the board and its overlays (`config:`, `services:`)  <  a person
 *
 * Invariants:
 * 1. What a party asks for either takes effect or is an error that says why.
 * 2. `choices.config` holds what a person chose, and no more than that; it is absent if nothing.
 * 3. `.config` is derived: written anew from the three whenever they change. `.config.derived` is
 *    its copy. Where the two differ, a person (an editor, menuconfig) changed `.config`, and the
 *    difference is taken over into `choices.config` before anything is written.
 * 4. With errors, none of the three is written, so nothing a person did is lost.
 */
#ifndef GEN_KCONFIG_CHOOSE_H
#define GEN_KCONFIG_CHOOSE_H

#include "board.h"
#include "kconfig_menu.h"

/* The outcome, for what is printed from it. Everything in it belongs to the board's arena. */
struct kconfig {
    struct board *board;          /* borrowed */
    const char *build;            /* "build/virt-aarch64" */
    struct kconfig_menu menu;     /* evaluated */
    struct kconfig_wishes asked;  /* the board's and its overlays' */
    struct kconfig_wishes chosen; /* a person's */
};

/* Makes Kconfig.gen, choices.config and .config in `build` and fills board->config, as well as
 * errors allow; errors go to the board's diagnostics. Returns whether there are a Kconfig.gen and a
 * .config with which menuconfig can run. */
bool kconfig_choose(struct board *board, struct inputs *inputs, const char *build,
                    struct kconfig *kconfig);

/* The same for a board as its files have it: no person, no build folder, nothing written. */
bool kconfig_check(struct board *board, struct inputs *inputs, struct kconfig *kconfig);

/* Values under the board's wishes and `chosen`. */
void kconfig_evaluate(struct kconfig *kconfig, const struct kconfig_wishes *chosen);

/* Takes out of `chosen` what changes nothing. */
void kconfig_minimise(struct kconfig *kconfig, struct kconfig_wishes *chosen);

/* Where a symbol is described: in a binding, an interface, an arch.yaml or a Kconfig file. */
struct position kconfig_described_at(const struct kconfig *kconfig,
                                     const struct kconfig_symbol *symbol);

/* The option of a driver or service that a symbol is, or NULL. */
const struct option *kconfig_option(const struct board *board, const char *name);

/* A scalar of a `config:` map as Kconfig writes it: y for true, 16384 for 16K. What is of another
 * type stays as it is. */
const char *kconfig_yaml_value(struct arena *arena, enum option_type type, const struct node *node);

#endif
