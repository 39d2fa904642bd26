/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// clang-format off
// link: gen/*.c !gen/main.c !gen/fixdep.c
// libraries: -lyaml -lmd -lkconfig-parser
// seeds: configs/*.yaml platforms/soc/*/soc.yaml
// seed: platforms/soc/qemu-virt/soc.yaml configs/virt-aarch64.yaml
// seed: platforms/soc/qemu-virt/soc.yaml configs/virt-aarch64-gicv2.yaml platforms/drivers/pl011/binding.yaml
// seed: platforms/soc/mps2/soc.yaml configs/mps2-an385.yaml platforms/drivers/nvic/binding.yaml services/shell/interface.yaml
// seed: platforms/soc/sim/soc.yaml configs/sim.yaml
// seed: tests/golden/base/platforms/soc/toy-soc/soc.yaml tests/golden/cases/values/configs/values.yaml tests/golden/base/platforms/drivers/uart/binding.yaml
// seed: tests/golden/base/platforms/soc/toy-soc/soc.yaml tests/golden/cases/memory/configs/windows.yaml tests/golden/base/services/relay/interface.yaml
// clang-format on
/*
 * The whole way of a board through the generator, in memory: YAML, layers, schema, values,
 * resolving, the model. The input is up to four documents, each after the first behind a line %%%%:
 * a SoC, a board, a driver's binding, a service's interface. The rest of the catalog is this
 * tree's.
 *
 * A model comes out exactly where there are no errors; everything ends and frees what it took.
 */
#include <gen/board.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR      "%%%%\n"
#define DOCUMENT_COUNT 4

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena lasting;
static struct catalog tree;
static const char *const arch_names[] = {"aarch64", "armv7m", "host"};
static struct node *arches[3];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    arena_init(&lasting);
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics, &lasting);
    struct inputs inputs = {.arena = &lasting};
    catalog_read(&diagnostics, &inputs, &tree);
    for (size_t i = 0; i < 3; i++) {
        arches[i] = yaml_read(&lasting, &diagnostics,
                              arena_printf(&lasting, "platforms/arch/%s/arch.yaml", arch_names[i]));
        if (arches[i] == NULL)
            abort();
        node_remove(node_get(arches[i], "arch"));
    }
    return 0;
}

struct run {
    struct arena arena;
    struct diagnostics diagnostics;
    struct layered layered;
    struct catalog catalog;
    struct board board;
    struct node *documents[DOCUMENT_COUNT];
};

static void parse_documents(struct run *run, const char *text, size_t size)
{
    static const char *const names[DOCUMENT_COUNT] = {"soc.yaml", "board.yaml", "binding.yaml",
                                                      "interface.yaml"};
    const char *end = text + size;
    for (size_t i = 0; i < DOCUMENT_COUNT && text <= end; i++) {
        const char *stop =
            text == end ? NULL : memmem(text, (size_t)(end - text), SEPARATOR, strlen(SEPARATOR));
        size_t length = (size_t)((stop == NULL ? end : stop) - text);
        run->documents[i] = yaml_parse(&run->arena, &run->diagnostics, names[i], text, length);
        if (stop == NULL)
            break;
        text = stop + strlen(SEPARATOR);
    }
}

/* Adds what a document describes in front of the tree's own list, which stays as it is. */
static void add_binding(struct run *run, enum binding_kind kind, struct node *root,
                        struct binding **list)
{
    struct node *name = node_get(root, kind == BINDING_DRIVER ? "driver" : "service");
    if (name == NULL || name->kind != NODE_SCALAR)
        return;
    struct binding *binding =
        binding_parse(&run->diagnostics, &run->catalog, kind,
                      arena_printf(&run->arena, "parts/%s", name->text), root);
    if (binding == NULL || binding_find(*list, binding->name) != NULL)
        return;
    binding->next = *list;
    *list = binding;
}

/* Everything on, as far as it is possible. */
static void switch_on(struct run *run)
{
    const struct binding *lists[] = {run->catalog.drivers, run->catalog.services};
    for (size_t i = 0; i < 2; i++) {
        for (const struct binding *one = lists[i]; one != NULL; one = one->next) {
            struct config_value *value = arena_alloc(&run->arena, sizeof(*value));
            value->name = arena_printf(&run->arena, "%s_%s", i == 0 ? "DRIVER" : "SERVICE",
                                       symbol_name(&run->arena, one->name));
            value->value = "y";
            value->origin = "default";
            value->next = run->board.config;
            run->board.config = value;
        }
    }
}

static void print_model(struct run *run)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        abort();
    if (run->diagnostics.error_count == 0)
        board_print(&run->board, stream);
    else
        diagnostics_print(&run->diagnostics, stream);
    fclose(stream);
    if (size == 0)
        abort(); /* neither a model nor an error */
    free(text);
}

static void resolve(struct run *run)
{
    static struct layer layers[] = {{.path = "soc.yaml", .kind = LAYER_SOC, .next = &layers[1]},
                                    {.path = "board.yaml", .kind = LAYER_BOARD}};
    struct node *soc = run->documents[0], *board = run->documents[1];
    run->layered = (struct layered){.target = "fuzz",
                                    .board_file = "board.yaml",
                                    .at = {"board.yaml", 1, 1},
                                    .soc = "fuzz",
                                    .soc_summary = "",
                                    .layers = layers,
                                    .root = soc};
    if (board != NULL && board->kind == NODE_MAP)
        layer_merge(&run->arena, &run->diagnostics, soc, board, &run->layered.deletions);
    static const char *const head[] = {"board", "soc", "extends"};
    for (size_t i = 0; i < 3; i++)
        if (node_get(soc, head[i]) != NULL)
            node_remove(node_get(soc, head[i]));
    const struct node *arch = node_get(soc, "arch");
    for (size_t i = 0; i < 3; i++)
        if (arch != NULL && arch->kind == NODE_SCALAR && strcmp(arch->text, arch_names[i]) == 0)
            run->layered.arch = arches[i];
    board_read(&run->arena, &run->diagnostics, &run->layered, &run->catalog, &run->board);
    switch_on(run);
    board_resolve(&run->board);
    print_model(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run run = {.catalog = tree};
    arena_init(&run.arena);
    diagnostics_init(&run.diagnostics, &run.arena);
    parse_documents(&run, (const char *)data, size);
    if (run.documents[2] != NULL)
        add_binding(&run, BINDING_DRIVER, run.documents[2], &run.catalog.drivers);
    if (run.documents[3] != NULL)
        add_binding(&run, BINDING_SERVICE, run.documents[3], &run.catalog.services);
    if (run.documents[0] != NULL && run.documents[0]->kind == NODE_MAP)
        resolve(&run);
    arena_free(&run.arena);
    return 0;
}
