/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Words of the system: keys, questions, time, tasks. Names with `::` are mnemOS's.
 */
#include "words.h"

#include "calls.h"
#include "console.h"
#include "ports.h"
#include "spawned.h"

#include <kernel/clock.h>
#include <services/port/port.h>
#include <shell_config.h>
#include <string.h>

#define W(id) static int id(struct forth *f, forth_cell *s)

enum { ANSWER = 80 }; /* bytes of an answer */

static const struct shell_config *config_of(const struct shell *shell)
{
    return shell->service->config;
}

/* ( -- char ) Forth-2012, 6.1.1750 */
W(take_key)
{
    struct shell *shell = forth_context(f);
    int key = shell->operations->key(shell, true);
    s[0] = (forth_cell)key;
    return key < 0 ? THROW_INTERRUPT : 0;
}

/* ( -- flag ) 10.6.1.1755 */
W(has_key)
{
    struct shell *shell = forth_context(f);
    s[0] = 0 - (forth_cell)(shell->operations->key(shell, false) > 0);
    return 0;
}

/* ( -- ) and ( column row -- ), 10.6.1.2005 and .0742, as ECMA-48 has them */
W(clear_page)
{
    (void)s;
    shell_print(forth_context(f), "\033[2J\033[H");
    return 0;
}

W(at_xy)
{
    shell_print(forth_context(f), "\033[%u;%uH", (unsigned)s[1] + 1, (unsigned)s[0] + 1);
    return 0;
}

static int sleep_for(struct forth *f, forth_cell count, uint64_t unit)
{
    const uint64_t most = (uint64_t)1 << 62;
    uint64_t time = count < most / unit ? count * unit : most;
    return session_pause(forth_context(f), clock_now() + time);
}

W(sleep_us)
{
    return sleep_for(f, s[0], 1000);
}

W(sleep_ms)
{
    return sleep_for(f, s[0], 1000000);
}

W(sleep_s)
{
    return sleep_for(f, s[0], 1000000000);
}

/* Leaves the id of the task at s[0]. */
static int spawn(struct forth *f, forth_cell *s, const struct spawned_work *work)
{
    unsigned id = 0;
    enum status status = spawned_start(forth_context(f), work, &id);
    s[0] = id;
    return session_throw(status);
}

/* ( xt -- task ) */
W(spawn_once)
{
    return spawn(f, s, &(struct spawned_work){.xt = s[0]});
}

/* ( ms xt -- task ) */
W(spawn_after)
{
    return spawn(f, s, &(struct spawned_work){.xt = s[1], .delay = s[0] * UINT64_C(1000000)});
}

W(spawn_every)
{
    if (!s[0])
        return THROW_NUMBER;
    return spawn(
        f, s,
        &(struct spawned_work){.xt = s[1], .delay = s[0] * UINT64_C(1000000), .repeats = true});
}

/* ( task -- ) */
W(kill_task)
{
    (void)f;
    return session_throw(spawned_kill((unsigned)s[0]));
}

static int read_answer(struct forth *f, const forth_cell *question, char *text, size_t size)
{
    struct shell *shell = forth_context(f);
    const char *asked = (const char *)forth_bytes(f, question[0], question[1]);
    if (question[1] && !asked)
        return THROW_ADDRESS;
    shell_print(shell, "%.*s ", (int)question[1], asked);
    return shell->operations->take_line(shell, false, text, size);
}

/* ( c-addr u -- c-addr2 u2 ) asks, and leaves the answer */
W(ask)
{
    size_t room;
    uint8_t *answer = forth_room(f, &room);
    if (room < ANSWER)
        return THROW_DICTIONARY_OVERFLOW;
    int length = read_answer(f, s, (char *)answer, ANSWER);
    s[0] = forth_address(f, answer);
    s[1] = (forth_cell)length;
    return length < 0 ? length == -1 ? THROW_INTERRUPT : length : 0;
}

/* ( c-addr u -- flag ) asks for yes or no until it is answered */
W(confirm)
{
    char answer[4];
    int length;
    do
        length = read_answer(f, s, answer, sizeof(answer));
    while (length >= 0 && (!length || !strchr("yYnN", answer[0])));
    s[0] = 0 - (forth_cell)(answer[0] == 'y' || answer[0] == 'Y');
    return length < 0 ? length == -1 ? THROW_INTERRUPT : length : 0;
}

/* The port that a token stands for, NULL if it stands for none. */
static struct shell_port *port_of(struct forth *f, forth_cell token)
{
    const struct shell *shell = forth_context(f);
    const struct capability *object = forth_token_object(f, token);
    bool other =
        object >= shell->capabilities && object < shell->capabilities + CONFIG_SHELL_TOKENS;
    return other ? NULL : (struct shell_port *)(uintptr_t)object;
}

/* ( port size -- token ): `size` bytes that may wait to be read, at most what a client has */
W(open_port)
{
    struct shell_port *port;
    if (s[0] > UINT16_MAX || s[1] > PORT_ROOM * PORT_DATA)
        return THROW_NUMBER;
    enum status status = shell_port_open(forth_context(f), (uint16_t)s[0], &port);
    if (status)
        return session_throw(status);
    s[0] = forth_token_give(f, port);
    if (!s[0])
        shell_port_close(port);
    return s[0] ? 0 : session_throw(ERR_LIMIT);
}

/* ( c-addr u token -- ) */
W(write_outbuf)
{
    const uint8_t *data = forth_bytes(f, s[0], s[1]);
    struct shell_port *port = port_of(f, s[2]);
    if (!port)
        return THROW_TOKEN;
    if (s[1] && !data)
        return THROW_ADDRESS;
    return session_throw(shell_port_write(port, forth_context(f), data, s[1]));
}

/* ( c-addr u token -- u2 ) waits for data */
W(read_inbuf)
{
    uint8_t *data = forth_bytes(f, s[0], s[1]);
    struct shell_port *port = port_of(f, s[2]);
    size_t length = 0;
    if (!port)
        return THROW_TOKEN;
    if (!data || !s[1])
        return THROW_ADDRESS;
    enum status status = shell_port_read(port, forth_context(f), data, s[1], &length);
    s[0] = length;
    return session_throw(status);
}

/* Interprets the board file's `script:` once the line has ended. */
W(script)
{
    struct shell *shell = forth_context(f);
    (void)s;
    if (&shell->console->shell != shell)
        return THROW_UNSUPPORTED;
    shell->console->script = config_of(shell)->script;
    return 0;
}

static const struct forth_host_word system_words[] = {
    {"KEY", take_key, 0, 1, NULL},
    {"KEY?", has_key, 0, 1, NULL},
    {"PAGE", clear_page, 0, 0, NULL},
    {"AT-XY", at_xy, 2, 0, NULL},
    {"MS", sleep_ms, 1, 0, NULL},
    {"sleep::us", sleep_us, 1, 0, NULL},
    {"sleep::ms", sleep_ms, 1, 0, NULL},
    {"sleep::s", sleep_s, 1, 0, NULL},
    {"spawn", spawn_once, 1, 1, NULL},
    {"after", spawn_after, 2, 1, NULL},
    {"every", spawn_every, 2, 1, NULL},
    {"kill", kill_task, 1, 0, NULL},
    {"ask", ask, 2, 2, NULL},
    {"confirm", confirm, 2, 1, NULL},
    {"script", script, 0, 0, NULL},
    {"sermux::open_port", open_port, 2, 1, NULL},
    {"sermux::write_outbuf", write_outbuf, 3, 0, NULL},
    {"sermux::read_inbuf", read_inbuf, 3, 1, NULL},
    {"show", shell_show, 0, 0, NULL},
};

static const struct forth_host_words system_table = {system_words, sizeof(system_words) /
                                                                       sizeof(system_words[0])};

static const struct forth_host_words command_table = {command_words, COMMAND_COUNT};

const struct forth_host_words *const words_tables[WORDS_TABLES] = {
    &command_table, &shell_enums, &shell_calls, &system_table, /* found before the others */
};
