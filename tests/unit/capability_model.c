/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The model of capabilities, and its comparison with the kernel's tables.
 */
#include "capability_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct capability_holder model_holders[MODEL_HOLDERS];
struct capability_slot model_slots[MODEL_HOLDERS][MODEL_SLOTS];
int model_references;

static int thing;

static void get(void *referent)
{
    assert_ptr_equal(referent, &thing);
    model_references++;
}

static void put(void *referent)
{
    assert_ptr_equal(referent, &thing);
    model_references--;
}

const struct capability_type model_type = {"thing", get, put};

void model_init(struct model *model, int holders, unsigned slots)
{
    model->count = 0;
    model->holders = holders;
    model->slots = slots;
    model_references = 0;
    for (int i = 0; i < holders; i++)
        capability_holder_init(&model_holders[i], model_slots[i], slots);
}

static unsigned used(const struct model *model, int holder)
{
    unsigned count = 0;
    for (int i = 0; i < model->count; i++)
        count += model->rows[i].alive && model->rows[i].holder == holder;
    return count;
}

static bool full(const struct model *model, int holder)
{
    return used(model, holder) == model->slots;
}

static bool derived_from(const struct model *model, int row, int ancestor)
{
    for (row = model->rows[row].parent; row != MODEL_NONE; row = model->rows[row].parent)
        if (row == ancestor)
            return true;
    return false;
}

static void add(struct model *model, int parent, int holder, unsigned rights,
                struct capability handle)
{
    assert_true(model->count < MODEL_ROWS);
    for (int i = 0; i < model->count; i++) /* no handle comes back */
        assert_true(model->rows[i].holder != holder || model->rows[i].handle.value != handle.value);
    model->rows[model->count++] = (struct model_row){
        .handle = handle, .parent = parent, .holder = holder, .rights = rights, .alive = true};
}

static void end_descendants(struct model *model, int row)
{
    for (int i = 0; i < model->count; i++)
        if (derived_from(model, i, row))
            model->rows[i].alive = false;
}

/* The row has a new handle with another holder; its old handle stays known as one that is stale. */
static void move(struct model *model, int row, int to, struct capability handle)
{
    struct model_row old = model->rows[row];
    add(model, old.parent, to, old.rights, handle);
    int moved = model->count - 1;
    model->rows[row].alive = false;
    for (int i = 0; i < moved; i++)
        if (model->rows[i].parent == row)
            model->rows[i].parent = moved;
}

static enum status usable(const struct model_row *row)
{
    return !row->alive ? ERR_NOT_FOUND : row->lent ? ERR_BUSY : OK;
}

static void do_create(struct model *model, struct model_step step)
{
    struct capability made;
    enum status expected = full(model, step.to) ? ERR_LIMIT : OK;
    assert_int_equal(
        capability_create(&model_holders[step.to], &model_type, &thing, step.rights, &made),
        expected);
    if (!expected)
        add(model, MODEL_NONE, step.to, step.rights, made);
}

static void do_derive(struct model *model, struct model_step step)
{
    struct model_row *row = &model->rows[step.row];
    struct capability made;
    enum status expected = usable(row);
    unsigned needed = step.rights | (row->holder == step.to ? 0 : CAPABILITY_TRANSFER);
    if (!expected && (needed & ~row->rights))
        expected = ERR_DENIED;
    if (!expected && full(model, step.to))
        expected = ERR_LIMIT;
    assert_int_equal(capability_derive(&model_holders[row->holder], row->handle, step.rights,
                                       &model_holders[step.to], &made),
                     expected);
    if (!expected)
        add(model, step.row, step.to, step.rights, made);
}

static void do_transfer(struct model *model, struct model_step step)
{
    struct model_row *row = &model->rows[step.row];
    struct capability made;
    enum status expected = usable(row);
    if (!expected && !(row->rights & CAPABILITY_TRANSFER))
        expected = ERR_DENIED;
    if (!expected && full(model, step.to))
        expected = ERR_LIMIT;
    assert_int_equal(capability_transfer(&model_holders[row->holder], row->handle,
                                         &model_holders[step.to], &made),
                     expected);
    if (!expected)
        move(model, step.row, step.to, made);
}

static void do_cut(struct model *model, struct model_step step)
{
    struct model_row *row = &model->rows[step.row];
    struct capability_holder *holder = &model_holders[row->holder];
    enum status expected = usable(row);
    bool drop = step.operation == MODEL_DROP;
    assert_int_equal(drop ? capability_drop(holder, row->handle)
                          : capability_revoke(holder, row->handle),
                     expected);
    if (!expected) {
        end_descendants(model, step.row);
        row->alive = !drop;
    }
}

static void do_lend(struct model *model, struct model_step step)
{
    struct model_row *row = &model->rows[step.row];
    enum status expected = usable(row);
    if (!expected && !(row->rights & CAPABILITY_TRANSFER))
        expected = ERR_DENIED;
    assert_int_equal(capability_lend(&model_holders[row->holder], row->handle), expected);
    row->lent |= !expected;
}

static void do_take(struct model *model, struct model_step step)
{
    struct model_row *row = &model->rows[step.row];
    struct capability made;
    enum status expected = !row->alive ? ERR_NOT_FOUND : full(model, step.to) ? ERR_LIMIT : OK;
    if (row->alive && !row->lent)
        return; /* only what was lent is taken */
    assert_int_equal(
        capability_take(&model_holders[row->holder], row->handle, &model_holders[step.to], &made),
        expected);
    if (!expected)
        move(model, step.row, step.to, made);
}

static void do_clear(struct model *model, struct model_step step)
{
    capability_holder_clear(&model_holders[step.to]);
    for (int i = 0; i < model->count; i++)
        if (model->rows[i].alive && model->rows[i].holder == step.to) {
            end_descendants(model, i);
            model->rows[i].alive = false;
        }
}

void model_do(struct model *model, struct model_step step)
{
    switch (step.operation) {
    case MODEL_CREATE:
        do_create(model, step);
        break;
    case MODEL_DERIVE:
        do_derive(model, step);
        break;
    case MODEL_TRANSFER:
        do_transfer(model, step);
        break;
    case MODEL_REVOKE:
    case MODEL_DROP:
        do_cut(model, step);
        break;
    case MODEL_LEND:
        do_lend(model, step);
        break;
    case MODEL_RETURN:
        capability_return(&model_holders[model->rows[step.row].holder],
                          model->rows[step.row].handle);
        model->rows[step.row].lent = false;
        break;
    case MODEL_TAKE:
        do_take(model, step);
        break;
    case MODEL_CLEAR:
        do_clear(model, step);
        break;
    case MODEL_OPERATIONS:
        break;
    }
}

static void check_table(const struct model *model, int holder)
{
    const struct capability_holder *table = &model_holders[holder];
    unsigned free = 0;
    for (const struct capability_slot *slot = table->free; slot; slot = slot->next)
        free++;
    assert_int_equal(free, table->room);
    assert_int_equal(free + used(model, holder), model->slots);
    for (unsigned i = 0; i < table->count; i++) {
        const struct capability_slot *slot = &table->slots[i];
        if (!slot->type)
            continue;
        assert_true(!slot->next || slot->next->previous == slot);
        assert_true(!slot->previous == (slot->depth == 0));
        assert_true(!slot->previous || slot->depth <= slot->previous->depth + 1);
    }
}

void model_check(const struct model *model)
{
    int alive = 0;
    for (int i = 0; i < model->count; i++) {
        const struct model_row *row = &model->rows[i];
        void *referent = NULL;
        unsigned rights = 0;
        enum status expected = usable(row);
        const struct capability_holder *holder = &model_holders[row->holder];
        assert_int_equal(
            capability_resolve(holder, row->handle, &model_type, row->rights, &referent), expected);
        assert_int_equal(capability_rights(holder, row->handle, &rights), expected);
        if (!expected) {
            assert_ptr_equal(referent, &thing);
            assert_int_equal(rights, row->rights);
        }
        alive += row->alive;
    }
    assert_int_equal(model_references, alive);
    for (int i = 0; i < model->holders; i++)
        check_table(model, i);
}
