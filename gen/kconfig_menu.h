/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Kconfig's own library (libkconfig-parser), behind an interface without its global state, its
 * messages and its exits: read the menu, evaluate it under a set of wishes, ask why a wish has no
 * effect. The library has one menu at a time: loading another one ends the use of the first, whose
 * texts stay readable.
 */
#ifndef GEN_KCONFIG_MENU_H
#define GEN_KCONFIG_MENU_H

#include "kconfig_file.h"

enum kconfig_type { KCONFIG_BOOL, KCONFIG_INT, KCONFIG_HEX, KCONFIG_STRING };

struct kconfig_symbol {
    const char *name; /* without CONFIG_ */
    enum kconfig_type type;
    const char *prompt;    /* NULL: nobody can set it */
    struct position at;    /* where it is first defined */
    struct position again; /* where it is defined once more; file NULL: nowhere */
    const void *choice;    /* members of one choice have the same; NULL: of none */
    /* of the last evaluation */
    const char *value; /* "" where it has none */
    bool active;       /* its dependencies are met, so that it has a value */
    bool visible;      /* its prompt is shown */
    void *library;     /* the library's own */
};

struct kconfig_menu {
    struct arena *arena;            /* borrowed */
    struct kconfig_symbol *symbols; /* sorted by name */
    size_t count;
};

/* Reads `path` and what it sources; `build` stands for $RANVIER_BUILD there. What is wrong in these
 * files is reported; where the library can't go on, the program prints all diagnostics and ends
 * with status 1. Returns false if there were errors. */
bool kconfig_menu_load(struct arena *arena, struct diagnostics *diagnostics, const char *path,
                       const char *build, struct kconfig_menu *menu);

/* The symbol of that name, or NULL. */
struct kconfig_symbol *kconfig_menu_find(const struct kconfig_menu *menu, const char *name);

/* Values under these wishes; a later one wins over an earlier. A wish for an unknown symbol or with
 * a value that is not of the symbol's type has no effect. */
void kconfig_menu_evaluate(struct kconfig_menu *menu, const struct kconfig_wishes *wishes);

/* Whether `value` is one of the symbol's type: y or n, a decimal or 0x number of 64 bits. */
bool kconfig_value_valid(enum kconfig_type type, const char *value);

/* The range that holds now, with where it is given; false if there is none. */
bool kconfig_symbol_range(const struct kconfig_menu *menu, const struct kconfig_symbol *symbol,
                          const char **low, const char **high, struct position *at);

/* What a symbol depends on, as Kconfig writes it; NULL if on nothing. */
const char *kconfig_symbol_dependencies(const struct kconfig_menu *menu,
                                        const struct kconfig_symbol *symbol);

/* The unmet part of it, "DRIVER_PL011 && !ASAN"; NULL if all is met. */
const char *kconfig_symbol_unmet(const struct kconfig_menu *menu,
                                 const struct kconfig_symbol *symbol);

/* Calls `visit` for each symbol that the unmet part names, with its name if there is no such
 * symbol. */
void kconfig_symbol_blockers(const struct kconfig_menu *menu, const struct kconfig_symbol *symbol,
                             void (*visit)(void *context, const char *name,
                                           const struct kconfig_symbol *blocker),
                             void *context);

/* The first symbol that is on and selects this one, or NULL. */
const struct kconfig_symbol *kconfig_symbol_selector(const struct kconfig_menu *menu,
                                                     const struct kconfig_symbol *symbol);

/* Prints `.config`: the values of the last evaluation in the order of the menu, with its titles. */
void kconfig_menu_print(const struct kconfig_menu *menu, FILE *out);

#endif
