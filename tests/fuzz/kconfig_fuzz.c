/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/*.c !gen/main.c !gen/fixdep.c
// libraries: -lyaml -lmd -lkconfig-parser
// seeds: tests/fuzz/kconfig_seeds/*
/*
 * Bytes as a `.config` that a person left behind, through all of step 2: the strict reader, the
 * merge with what was derived, Kconfig's library, the reasons, the smallest set of choices, and
 * back to text. Runs from the root of the tree, whose board sim it takes. What must hold: no crash,
 * and choices that were taken give the same values when they are read again.
 */
#include "gen/kconfig_choose.h"
#include "gen/kconfig_takeover.h"
#include "gen/kconfig_verify.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The library frees nothing of a menu. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libkconfig-parser";
}

static struct arena base;
static struct diagnostics setup;
static struct inputs inputs;
static struct layered layered;
static struct catalog catalog;
static struct board board;
static struct kconfig kconfig;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    arena_init(&base);
    diagnostics_init(&setup, &base);
    inputs.arena = &base;
    if (!layer_board(&base, &setup, &inputs, "sim", NULL, 0, &layered))
        abort();
    catalog_read(&setup, &inputs, &catalog);
    board_read(&base, &setup, &layered, &catalog, &board);
    if (!kconfig_check(&board, &inputs, &kconfig) || setup.error_count > 0) {
        diagnostics_print(&setup, stderr);
        abort();
    }
    return 0;
}

/* All values in the order of the menu. */
static char *values(struct kconfig_wishes *chosen, size_t *size)
{
    char *text = NULL;
    kconfig_evaluate(&kconfig, chosen);
    FILE *out = open_memstream(&text, size);
    if (out == NULL)
        abort();
    kconfig_menu_print(&kconfig.menu, out);
    fclose(out);
    return text;
}

static void take_and_minimise(struct diagnostics *diagnostics, struct kconfig_wishes *edited,
                              const struct kconfig_wishes *derived)
{
    struct kconfig_wishes chosen;
    kconfig_wishes_init(&chosen, board.arena);
    kconfig_take_over(&kconfig, derived, edited, &chosen);
    kconfig_evaluate(&kconfig, &chosen);
    if (!kconfig_verify(&kconfig, &chosen) || diagnostics->error_count > 0)
        return;
    size_t before_size, after_size;
    char *before = values(&chosen, &before_size);
    kconfig_minimise(&kconfig, &chosen);
    char *after = values(&chosen, &after_size);
    if (before_size != after_size || memcmp(before, after, after_size) != 0)
        abort();
    free(before);
    free(after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct diagnostics diagnostics;
    arena_init(&arena);
    diagnostics_init(&diagnostics, &arena);
    board.arena = kconfig.menu.arena = &arena;
    board.diagnostics = &diagnostics;
    for (size_t i = 0; i < kconfig.menu.count; i++)
        kconfig.menu.symbols[i].value = "";

    struct kconfig_wishes edited, derived;
    kconfig_wishes_init(&edited, &arena);
    kconfig_wishes_init(&derived, &arena);
    kconfig_file_parse(&diagnostics, ".config", (const char *)data, size, &edited);
    take_and_minimise(&diagnostics, &edited, NULL);
    size_t text_size;
    char *text = values(&derived, &text_size);
    kconfig_file_parse(&diagnostics, ".config.derived", text, text_size, &derived);
    free(text);
    take_and_minimise(&diagnostics, &edited, &derived);

    board.arena = kconfig.menu.arena = &base;
    board.diagnostics = &setup;
    arena_free(&arena);
    return 0;
}
