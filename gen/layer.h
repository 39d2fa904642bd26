/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Step 1, layer: a board's file upon what it extends, down to its SoC, and overlays upon it, merged
 * into one tree. Maps merge by key, scalars and lists replace, null deletes; what a value replaced
 * hangs on node->overridden, newest first. Names are checked; what is in the tree is checked later,
 * against the schema (board.h).
 */
#ifndef GEN_LAYER_H
#define GEN_LAYER_H

#include "yaml_tree.h"

#define CONFIGS_FOLDER   "configs"
#define SOC_FOLDER       "platforms/soc"
#define ARCH_FOLDER      "platforms/arch"
#define DRIVER_FOLDER    "platforms/drivers"
#define SERVICE_FOLDER   "services"
#define LIBRARIES_FOLDER "tools/deps"
#define CLASSES_FILE     "platforms/classes.yaml"

/* One file of the stack, lowest first: the SoC's, boards, overlays. */
struct layer {
    const char *path;
    struct node *root; /* as merged: no longer a whole document */
    enum layer_kind { LAYER_SOC, LAYER_BOARD, LAYER_OVERLAY } kind;
    struct layer *next;
};

/* A value that a null took away: for `explain`. */
struct deletion {
    const char *path;  /* devices.uart1 */
    struct node *node; /* the null; `overridden` is what was deleted */
    struct deletion *next;
};

struct layered {
    const char *target;     /* the board's name */
    const char *board_file; /* configs/<target>.yaml */
    struct position at;     /* of its name */
    const char *soc;        /* name, and its summary */
    const char *soc_summary;
    struct layer *layers;
    struct node *root; /* the merged tree, without board:, soc:, extends: and overlay: */
    struct node *arch; /* platforms/arch/<arch>/arch.yaml, NULL if there is none */
    const char *arch_file;
    struct deletion *deletions;
};

/* Every file and folder that a run looked at, for the dependencies of what it writes. */
struct inputs {
    struct arena *arena; /* borrowed */
    struct input {
        const char *path;
        struct input *next;
    } * first, *last;
};

void inputs_add(struct inputs *inputs, const char *path);

/* Layers configs/<target>.yaml and `overlays` (paths). Returns false where errors keep the tree
 * from being of use; errors may be reported where it returns true, too. The tree belongs to the
 * arena. */
bool layer_board(struct arena *arena, struct diagnostics *diagnostics, struct inputs *inputs,
                 const char *target, const char *const *overlays, size_t overlay_count,
                 struct layered *layered);

/* Whether `a` was written after `b`: in a higher layer, or further down in one file. */
bool position_is_later(const struct layered *layered, struct position a, struct position b);

/* Merges `upper` into `lower`, which becomes the result. Deletions are added to the list. */
void layer_merge(struct arena *arena, struct diagnostics *diagnostics, struct node *lower,
                 struct node *upper, struct deletion **deletions);

#endif
