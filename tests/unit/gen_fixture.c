/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See gen_fixture.h.
 */
#include "gen_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct class_info classes[] = {
    {.name = "interrupt-controller", .summary = "Routes", .single = true, .next = &classes[1]},
    {.name = "timer", .summary = "Counts", .single = true, .required = true, .next = &classes[2]},
    {.name = "serial", .summary = "Streams", .next = &classes[3]},
    {.name = "power", .summary = "Switches", .shared = true},
};

static const char arch_text[] =
    "summary: Toy\nbits: 32\ntoolchain: toy-\nflags: []\nprotection: mpu\n"
    "page: 4K\nguard: 4K\nstack_alignment: 16\nemulator: qemu-toy\n"
    "features: { fp: Floating point }\n"
    "cpus: { toy1: { flags: [], features: [fp] } }\n";

void fixture_init(struct fixture *fixture)
{
    static const char *roles[] = {"console"};
    classes[2].roles = (struct text_list){roles, 1};
    *fixture = (struct fixture){0};
    arena_init(&fixture->arena);
    diagnostics_init(&fixture->diagnostics, &fixture->arena);
    fixture->catalog.classes = classes;
    fixture->layered = (struct layered){.target = "lab",
                                        .board_file = "configs/lab.yaml",
                                        .at = {"configs/lab.yaml", 1, 1},
                                        .soc = "toy",
                                        .soc_summary = "Toy"};
    fixture->layered.arch = yaml_parse(&fixture->arena, &fixture->diagnostics, "arch.yaml",
                                       arch_text, sizeof(arch_text) - 1);
}

void fixture_fini(struct fixture *fixture)
{
    arena_free(&fixture->arena);
}

struct binding *fixture_add(struct fixture *fixture, enum binding_kind kind, const char *name,
                            const char *text, size_t size)
{
    struct node *root = yaml_parse(&fixture->arena, &fixture->diagnostics,
                                   arena_printf(&fixture->arena, "%s.yaml", name), text, size);
    struct binding *binding =
        root == NULL ? NULL
                     : binding_parse(&fixture->diagnostics, &fixture->catalog, kind,
                                     arena_printf(&fixture->arena, "parts/%s", name), root);
    if (binding == NULL)
        return NULL;
    struct binding **list =
        kind == BINDING_DRIVER ? &fixture->catalog.drivers : &fixture->catalog.services;
    while (*list != NULL && strcmp((*list)->name, name) < 0)
        list = &(*list)->next;
    binding->next = *list;
    *list = binding;
    return binding;
}

void fixture_add_usual(struct fixture *fixture)
{
    static const struct {
        enum binding_kind kind;
        const char *name, *text;
    } usual[] = {
        {BINDING_DRIVER, "alarm",
         "driver: alarm\nsummary: Timer\nprovides: timer\nproperties:\n"
         "  irq: { type: interrupt, required: true, summary: Alarm }\n"},
        {BINDING_DRIVER, "intc",
         "driver: intc\nsummary: Controller\nprovides: interrupt-controller\nproperties:\n"
         "  lines: { type: u32, required: true, min: 1, max: 128, summary: Interrupts }\n"},
        {BINDING_DRIVER, "uart",
         "driver: uart\nsummary: Port\nprovides: serial\nproperties:\n"
         "  registers: { type: registers, size: 4K, required: true, summary: Window }\n"
         "  irq: { type: interrupt, summary: Interrupt }\n"
         "  below: { type: device, class: serial, summary: The port below }\n"
         "  baud: { type: u32, default: 115200, min: 300, summary: Speed }\n"},
        {BINDING_SERVICE, "console",
         "service: console\nuuid: 86bd9945-9135-4b34-8302-74ab1dfb63f4\nsummary: Commands\n"
         "stack: 5000\npriority: 8\nproperties:\n"
         "  device: { type: device, class: serial, required: true, summary: Where }\n"},
    };
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
        fixture_add(fixture, usual[i].kind, usual[i].name, usual[i].text, strlen(usual[i].text));
}

/* DRIVER_X and SERVICE_X of all that there is. */
static void switch_on(struct fixture *fixture)
{
    const struct binding *lists[] = {fixture->catalog.drivers, fixture->catalog.services};
    for (size_t i = 0; i < 2; i++) {
        for (const struct binding *one = lists[i]; one != NULL; one = one->next) {
            struct config_value *value = arena_alloc(&fixture->arena, sizeof(*value));
            const struct service *service =
                i == 0 ? NULL : board_service(&fixture->board, one->name);
            value->name = arena_printf(&fixture->arena, "%s_%s", i == 0 ? "DRIVER" : "SERVICE",
                                       symbol_name(&fixture->arena, one->name));
            value->value = service == NULL || service->asked ? "y" : "n";
            value->origin = "default";
            value->next = fixture->board.config;
            fixture->board.config = value;
        }
    }
}

bool fixture_resolve(struct fixture *fixture, const char *lower, size_t lower_size,
                     const char *upper, size_t upper_size)
{
    struct arena *arena = &fixture->arena;
    struct node *soc = yaml_parse(arena, &fixture->diagnostics, "soc.yaml", lower, lower_size);
    struct node *board = NULL;
    if (upper != NULL)
        board = yaml_parse(arena, &fixture->diagnostics, "configs/lab.yaml", upper, upper_size);
    if (soc == NULL || soc->kind != NODE_MAP)
        return false;
    if (board != NULL && board->kind == NODE_MAP)
        layer_merge(arena, &fixture->diagnostics, soc, board, &fixture->layered.deletions);
    static struct layer layers[] = {{.path = "soc.yaml", .kind = LAYER_SOC, .next = &layers[1]},
                                    {.path = "configs/lab.yaml", .kind = LAYER_BOARD}};
    fixture->layered.layers = layers;
    fixture->layered.root = soc;
    board_read(arena, &fixture->diagnostics, &fixture->layered, &fixture->catalog, &fixture->board);
    switch_on(fixture);
    board_resolve(&fixture->board);
    return true;
}

char *fixture_errors(const struct fixture *fixture)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL)
        abort();
    diagnostics_print(&fixture->diagnostics, stream);
    fclose(stream);
    return text;
}
