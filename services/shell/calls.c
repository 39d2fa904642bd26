/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A call from Forth: its arguments from the stack into the request's struct, which stands behind
 * HERE, and the reply's struct onto the stack. Each conversion is a walk over the type's table.
 */
#include "calls.h"

#include "session.h"

#include <kernel/clock.h>
#include <kernel/integer.h>
#include <string.h>

enum {
    PATIENCE = 5, /* seconds that a service may take for an answer */
    NESTING = 4,  /* structs and arrays in each other */
};

static bool is_signed(const struct interface_type *type)
{
    return type->kind >= INTERFACE_I8 && type->kind <= INTERFACE_I64;
}

/* A number, its sign extended. */
static uint64_t load(const struct interface_type *type, const void *value)
{
    const unsigned unused = is_signed(type) ? 64 - 8 * type->size : 0;
    return (uint64_t)((int64_t)(integer_load(value, type->size) << unused) >> unused);
}

/* A capability of the session that a token stands for. */
static int pop_capability(struct forth *f, struct capability *capability)
{
    forth_cell token = 0;
    if (!forth_pop(f, &token))
        return THROW_STACK_UNDERFLOW;
    const struct shell *shell = forth_context(f);
    const struct capability *held = forth_token_object(f, token);
    if (held < shell->capabilities || held >= shell->capabilities + CONFIG_SHELL_TOKENS)
        return THROW_TOKEN;
    *capability = *held;
    return 0;
}

static int push_capability(struct forth *f, struct capability capability)
{
    struct shell *shell = forth_context(f);
    for (size_t i = 0; i < CONFIG_SHELL_TOKENS; i++) {
        struct capability *held = &shell->capabilities[i];
        if (held->value)
            continue;
        forth_cell token = forth_token_give(f, held);
        if (token)
            *held = capability;
        if (token && forth_push(f, token))
            return 0;
        break;
    }
    capability_drop(shell_holder(shell), capability);
    return session_throw(ERR_LIMIT);
}

static int pop_text(struct forth *f, const struct interface_type *type, uint8_t *to, size_t *length)
{
    forth_cell address, size;
    if (!forth_pop(f, &size) || !forth_pop(f, &address))
        return THROW_STACK_UNDERFLOW;
    const uint8_t *from = forth_bytes(f, address, size);
    if (size && !from)
        return THROW_ADDRESS;
    if (size > type->limit)
        return THROW_STRING_OVERFLOW;
    if (size)
        memmove(to, from, size);
    *length = size;
    return 0;
}

static int pop_number(struct forth *f, const struct interface_type *type, void *value)
{
    forth_cell low, high = 0;
    if ((type->size == 8 && !forth_pop(f, &high)) || !forth_pop(f, &low))
        return THROW_STACK_UNDERFLOW;
    uint64_t number = sizeof(low) == 8 ? low : low | (uint64_t)high << 32;
    integer_store(value, type->size, number);
    if (type->kind == INTERFACE_ENUM ? low >= type->limit
                                     : type->size < 8 && (forth_cell)load(type, value) != low)
        return THROW_NUMBER;
    return 0;
}

static int pop_value(struct forth *f, unsigned deep, const struct interface_type *type,
                     void *value);

static int pop_array(struct forth *f, unsigned deep, const struct interface_type *type,
                     uint8_t *value)
{
    forth_cell count;
    if (!forth_pop(f, &count))
        return THROW_STACK_UNDERFLOW;
    if (count > type->limit)
        return THROW_NUMBER;
    *(uint16_t *)(void *)value = (uint16_t)count;
    int code = 0;
    while (!code && count-- > 0)
        code = pop_value(f, deep, type->of, value + type->items + count * type->of->size);
    return code;
}

static int pop_struct(struct forth *f, unsigned deep, const struct interface_type *type,
                      uint8_t *value)
{
    const struct interface_field *field = interface_field_before(type, SIZE_MAX);
    for (; field; field = interface_field_before(type, field->offset)) {
        forth_cell present = 1;
        if (field->optional && !forth_pop(f, &present))
            return THROW_STACK_UNDERFLOW;
        if (field->optional)
            *(bool *)(value + field->has) = present != 0;
        int code = present ? pop_value(f, deep, field->type, value + field->offset) : 0;
        if (code)
            return code;
    }
    return 0;
}

/* Takes a value of a type from the stack into the C struct's member, all zero before. */
static int pop_value(struct forth *f, unsigned deep, const struct interface_type *type, void *value)
{
    size_t length;
    int code;
    if (deep > NESTING)
        return THROW_UNSUPPORTED;
    switch (type->kind) {
    case INTERFACE_STRUCT:
        return pop_struct(f, deep + 1, type, value);
    case INTERFACE_ARRAY:
        return pop_array(f, deep + 1, type, value);
    case INTERFACE_TEXT:
        return pop_text(f, type, value, &length);
    case INTERFACE_BYTES:
        code = pop_text(f, type, (uint8_t *)value + sizeof(uint16_t), &length);
        *(uint16_t *)value = code ? 0 : (uint16_t)length;
        return code;
    case INTERFACE_CAP:
        return pop_capability(f, value);
    case INTERFACE_BOOL: {
        forth_cell flag;
        if (!forth_pop(f, &flag))
            return THROW_STACK_UNDERFLOW;
        *(bool *)value = flag != 0;
        return 0;
    }
    default:
        return pop_number(f, type, value);
    }
}

static int push_two(struct forth *f, forth_cell low, forth_cell high)
{
    return forth_push(f, low) && forth_push(f, high) ? 0 : THROW_STACK_OVERFLOW;
}

static int push_number(struct forth *f, const struct interface_type *type, const void *value)
{
    uint64_t number = load(type, value);
    if (type->size < 8)
        return forth_push(f, (forth_cell)number) ? 0 : THROW_STACK_OVERFLOW;
    forth_cell high = sizeof(high) == 8 ? 0 - (forth_cell)(is_signed(type) && number >> 63)
                                        : (forth_cell)(number >> 32);
    return push_two(f, (forth_cell)number, high);
}

static int push_value(struct forth *f, unsigned deep, const struct interface_type *type,
                      const void *value);

static int push_array(struct forth *f, unsigned deep, const struct interface_type *type,
                      const uint8_t *value)
{
    uint16_t count = *(const uint16_t *)(const void *)value;
    int code = 0;
    for (uint16_t i = 0; !code && i < count; i++)
        code = push_value(f, deep, type->of, value + type->items + i * type->of->size);
    return code ? code : forth_push(f, count) ? 0 : THROW_STACK_OVERFLOW;
}

static int push_struct(struct forth *f, unsigned deep, const struct interface_type *type,
                       const uint8_t *value)
{
    const struct interface_field *field = interface_field_from(type, 0);
    for (; field; field = interface_field_from(type, field->offset + 1)) {
        bool present = !field->optional || *(const bool *)(value + field->has);
        int code = present ? push_value(f, deep, field->type, value + field->offset) : 0;
        if (!code && field->optional && !forth_push(f, 0 - (forth_cell)present))
            code = THROW_STACK_OVERFLOW;
        if (code)
            return code;
    }
    return 0;
}

/* Leaves a value; `value` lies in the task's data space, so that text is left where it is. */
static int push_value(struct forth *f, unsigned deep, const struct interface_type *type,
                      const void *value)
{
    if (deep > NESTING)
        return THROW_UNSUPPORTED;
    switch (type->kind) {
    case INTERFACE_STRUCT:
        return push_struct(f, deep + 1, type, value);
    case INTERFACE_ARRAY:
        return push_array(f, deep + 1, type, value);
    case INTERFACE_TEXT:
        return push_two(f, forth_address(f, value), strlen(value));
    case INTERFACE_BYTES:
        return push_two(f, forth_address(f, (const uint8_t *)value + sizeof(uint16_t)),
                        *(const uint16_t *)value);
    case INTERFACE_CAP:
        return push_capability(f, *(const struct capability *)value);
    case INTERFACE_BOOL:
        return forth_push(f, 0 - (forth_cell) * (const bool *)value) ? 0 : THROW_STACK_OVERFLOW;
    default:
        return push_number(f, type, value);
    }
}

/* Tokens of capabilities that went away with a request stand for nothing any more. */
static void sweep_tokens(struct shell *shell)
{
    for (size_t i = 0; i < CONFIG_SHELL_TOKENS; i++) {
        unsigned rights;
        struct capability *held = &shell->capabilities[i];
        if (!held->value || capability_rights(shell_holder(shell), *held, &rights) != ERR_NOT_FOUND)
            continue;
        forth_token_forget(shell->forth, held);
        held->value = 0;
    }
}

static enum status ask(struct shell *shell, const struct shell_call *call, const void *request,
                       void *reply)
{
    const uint64_t deadline = clock_now() + PATIENCE * NANOSECONDS_PER_SECOND;
    const enum status status = interface_call_once(shell_holder(shell), call->interface, call->call,
                                                   request, reply, deadline);
    sweep_tokens(shell);
    return status;
}

/* Does the call with what is on the stack; *reply is where its reply's struct is then. */
static int call_with_stack(struct forth *f, const struct shell_call *call, uint8_t **reply)
{
    size_t room, request_size = (call->call->request->size + 7) & ~(size_t)7;
    uint8_t *request = forth_room(f, &room);
    if (room < request_size + call->call->reply->size)
        return THROW_DICTIONARY_OVERFLOW;
    *reply = request + request_size;
    memset(request, 0, request_size + call->call->reply->size);
    int code = pop_value(f, 0, call->call->request, request);
    return code ? code : session_throw(ask(forth_context(f), call, request, *reply));
}

int shell_call(struct forth *f, forth_cell *s)
{
    (void)s;
    const struct shell_call *call = forth_running(f)->data;
    uint8_t *reply;
    int code = call_with_stack(f, call, &reply);
    return code ? code : push_value(f, 0, call->call->reply, reply);
}

int shell_enum(struct forth *f, forth_cell *s)
{
    s[0] = *(const uint16_t *)forth_running(f)->data;
    return 0;
}

static void print_indent(struct shell *shell, unsigned deep)
{
    shell_print(shell, "%*s", (int)(2 * deep), "");
}

static void print_bytes(struct shell *shell, const uint8_t *value)
{
    uint16_t length = *(const uint16_t *)(const void *)value;
    for (uint16_t i = 0; i < length; i++)
        shell_print(shell, "%02x", value[sizeof(uint16_t) + i]);
    shell_print(shell, "\n");
}

/* By its name; one that this image knows no name of as its number. */
static void print_enum(struct shell *shell, const struct interface_type *type, uint64_t number)
{
    if (number < type->limit)
        shell_print(shell, "%s\n", type->names[number]);
    else
        shell_print(shell, "%llu\n", (unsigned long long)number);
}

static void print_value(struct shell *shell, unsigned deep, const struct interface_type *type,
                        const uint8_t *value);

static void print_struct(struct shell *shell, unsigned deep, const struct interface_type *type,
                         const uint8_t *value)
{
    const struct interface_field *field = interface_field_from(type, 0);
    for (; field; field = interface_field_from(type, field->offset + 1)) {
        if (field->optional && !*(const bool *)(value + field->has))
            continue;
        print_indent(shell, deep - 1);
        shell_print(shell, "%s: ", field->name);
        print_value(shell, deep, field->type, value + field->offset);
    }
}

static void print_array(struct shell *shell, unsigned deep, const struct interface_type *type,
                        const uint8_t *value)
{
    uint16_t count = *(const uint16_t *)(const void *)value;
    shell_print(shell, "%u\n", count);
    for (uint16_t i = 0; i < count; i++) {
        print_indent(shell, deep - 1);
        shell_print(shell, "- ");
        print_value(shell, deep, type->of, value + type->items + i * type->of->size);
    }
}

/* A value as lines; of a struct one for each field. */
static void print_value(struct shell *shell, unsigned deep, const struct interface_type *type,
                        const uint8_t *value)
{
    if (deep > NESTING)
        return;
    switch (type->kind) {
    case INTERFACE_STRUCT:
        if (deep)
            shell_print(shell, "\n");
        print_struct(shell, deep + 1, type, value);
        return;
    case INTERFACE_ARRAY:
        print_array(shell, deep + 1, type, value);
        return;
    case INTERFACE_TEXT:
        shell_print(shell, "%s\n", (const char *)value);
        return;
    case INTERFACE_BYTES:
        print_bytes(shell, value);
        return;
    case INTERFACE_BOOL:
        shell_print(shell, *(const bool *)value ? "true\n" : "false\n");
        return;
    case INTERFACE_ENUM:
        print_enum(shell, type, load(type, value));
        return;
    default:
        shell_print(shell, is_signed(type) ? "%lld\n" : "%llu\n",
                    (unsigned long long)load(type, value));
    }
}

int shell_show(struct forth *f, forth_cell *s)
{
    (void)s;
    size_t length;
    const char *name = forth_word(f, &length);
    const struct forth_host_word *word = forth_find_host(f, name, length);
    if (!word || word->function != shell_call)
        return THROW_TO;
    const struct shell_call *call = word->data;
    uint8_t *reply;
    int code = call_with_stack(f, call, &reply);
    if (!code)
        print_value(forth_context(f), 0, call->call->reply, reply);
    return code;
}
