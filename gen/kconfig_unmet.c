/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Why a symbol has the value it has: walks the library's expressions for the part that is not met.
 */
#include "kconfig_library.h"

#include <string.h>

/* The condition under which a symbol can be set: its prompt's, which holds its dependencies too; of
 * a symbol without a prompt its dependencies. */
static struct expr *condition_of(const struct kconfig_symbol *symbol)
{
    struct symbol *library = library_symbol(symbol);
    for (struct property *property = library->prop; property != NULL; property = property->next) {
        if (property->type == P_PROMPT)
            return property->visible.expr;
    }
    return library->dir_dep.expr;
}

static const char *comparison_of(enum expr_type type)
{
    switch (type) {
    case E_UNEQUAL:
        return "!=";
    case E_LTH:
        return "<";
    case E_LEQ:
        return "<=";
    case E_GTH:
        return ">";
    case E_GEQ:
        return ">=";
    default:
        return "=";
    }
}

static const char *expression_text(struct arena *arena, struct expr *e, bool unmet);

/* An alternative within a conjunction needs its parentheses, if all of it is printed. */
static const char *operand_text(struct arena *arena, struct expr *e, bool unmet)
{
    const char *text = expression_text(arena, e, unmet);
    return e->type == E_OR ? arena_printf(arena, "(%s)", text) : text;
}

/* An expression as text; with `unmet` only the part of it that does not hold. */
static const char *expression_text(struct arena *arena, struct expr *e, bool unmet)
{
    switch (e->type) {
    case E_SYMBOL:
        return e->left.sym->name != NULL ? e->left.sym->name : "its choice";
    case E_NOT:
        return arena_printf(arena, "!%s", expression_text(arena, e->left.expr, false));
    case E_AND:
        if (unmet && expr_calc_value(e->left.expr) != no)
            return expression_text(arena, e->right.expr, true);
        if (unmet && expr_calc_value(e->right.expr) != no)
            return expression_text(arena, e->left.expr, true);
        return arena_printf(arena, "%s && %s", operand_text(arena, e->left.expr, unmet),
                            operand_text(arena, e->right.expr, unmet));
    case E_OR:
        return arena_printf(arena, "%s || %s", expression_text(arena, e->left.expr, unmet),
                            expression_text(arena, e->right.expr, unmet));
    default:
        return arena_printf(arena, "%s %s %s", e->left.sym->name, comparison_of(e->type),
                            e->right.sym->name);
    }
}

const char *kconfig_symbol_dependencies(const struct kconfig_menu *menu,
                                        const struct kconfig_symbol *symbol)
{
    struct expr *condition = condition_of(symbol);
    return expr_is_yes(condition) ? NULL : expression_text(menu->arena, condition, false);
}

const char *kconfig_symbol_unmet(const struct kconfig_menu *menu,
                                 const struct kconfig_symbol *symbol)
{
    struct expr *condition = condition_of(symbol);
    if (condition == NULL || expr_calc_value(condition) != no)
        return NULL;
    return expression_text(menu->arena, condition, true);
}

struct walk {
    const struct kconfig_menu *menu;
    void (*visit)(void *context, const char *name, const struct kconfig_symbol *blocker);
    void *context;
};

static void visit_symbol(const struct walk *walk, const struct symbol *library)
{
    if (library->name == NULL || (library->flags & SYMBOL_CONST))
        return;
    const struct kconfig_symbol *symbol = kconfig_menu_find(walk->menu, library->name);
    bool is_number = library->name[0] >= '0' && library->name[0] <= '9';
    if (symbol != NULL || !is_number)
        walk->visit(walk->context, library->name, symbol);
}

static void walk_unmet(const struct walk *walk, struct expr *e)
{
    switch (e->type) {
    case E_SYMBOL:
        visit_symbol(walk, e->left.sym);
        break;
    case E_NOT:
        walk_unmet(walk, e->left.expr);
        break;
    case E_AND:
    case E_OR:
        if (expr_calc_value(e->left.expr) == no)
            walk_unmet(walk, e->left.expr);
        if (expr_calc_value(e->right.expr) == no)
            walk_unmet(walk, e->right.expr);
        break;
    default:
        visit_symbol(walk, e->left.sym);
        visit_symbol(walk, e->right.sym);
        break;
    }
}

void kconfig_symbol_blockers(const struct kconfig_menu *menu, const struct kconfig_symbol *symbol,
                             void (*visit)(void *context, const char *name,
                                           const struct kconfig_symbol *blocker),
                             void *context)
{
    struct expr *condition = condition_of(symbol);
    struct walk walk = {menu, visit, context};
    if (condition != NULL && expr_calc_value(condition) == no)
        walk_unmet(&walk, condition);
}

/* Finds a symbol that is on within a reverse dependency, "A || B && C". */
static const struct kconfig_symbol *first_set(const struct kconfig_menu *menu, struct expr *e)
{
    if (e == NULL || expr_calc_value(e) == no)
        return NULL;
    if (e->type == E_SYMBOL)
        return e->left.sym->name != NULL ? kconfig_menu_find(menu, e->left.sym->name) : NULL;
    if (e->type != E_AND && e->type != E_OR)
        return NULL;
    const struct kconfig_symbol *found = first_set(menu, e->left.expr);
    return found != NULL ? found : first_set(menu, e->right.expr);
}

const struct kconfig_symbol *kconfig_symbol_selector(const struct kconfig_menu *menu,
                                                     const struct kconfig_symbol *symbol)
{
    return first_set(menu, library_symbol(symbol)->rev_dep.expr);
}

bool kconfig_symbol_range(const struct kconfig_menu *menu, const struct kconfig_symbol *symbol,
                          const char **low, const char **high, struct position *at)
{
    struct symbol *library = library_symbol(symbol);
    for (struct property *property = library->prop; property != NULL; property = property->next) {
        if (property->type != P_RANGE)
            continue;
        if (property->visible.expr != NULL && expr_calc_value(property->visible.expr) == no)
            continue;
        *low = arena_strdup(menu->arena, sym_get_string_value(property->expr->left.sym));
        *high = arena_strdup(menu->arena, sym_get_string_value(property->expr->right.sym));
        *at = (struct position){arena_strdup(menu->arena, property->file->name),
                                (unsigned)property->lineno, 1};
        return true;
    }
    return false;
}
