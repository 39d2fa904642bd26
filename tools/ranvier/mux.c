/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier mux`: every port of a board's serial mux on a TCP port of its own (10000 + N on
 * loopback, as mnemOS's crowtty has them) or a pseudo-terminal. A port is read from the board only
 * while somebody is there to take what comes, so that nothing is lost before.
 */
#include "command.h"
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum {
    MUX_PORTS = 64,         /* that are offered at once */
    MUX_BASE = 10000,       /* TCP port of port 0 */
    MUX_HELD = WIRE_WINDOW, /* frames that wait for a reader: as many as the board has credit for */
};

/* A frame that its reader has not taken yet. */
struct held {
    size_t length, done;
    uint8_t bytes[WIRE_FRAME];
};

struct offer {
    bool used;
    uint16_t port;
    int tcp;      /* port that the listener has */
    int listener; /* TCP; -1 for a pseudo-terminal */
    int client;   /* who has connected, or the pseudo-terminal; -1: nobody */
    int slave;    /* kept open, so that a pseudo-terminal outlives its readers; -1 */
    struct held held[MUX_HELD];
    size_t first, count;
    uint8_t typed[WIRE_FRAME]; /* for the board */
    size_t typed_length;
};

struct mux {
    struct wire wire;
    bool ptys, json;
    bool missed; /* a port could not be offered */
    int base;    /* 0: the system chooses each TCP port */
    struct offer offers[MUX_PORTS];
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static struct offer *find(struct mux *mux, uint16_t port)
{
    for (size_t i = 0; i < MUX_PORTS; i++)
        if (mux->offers[i].used && mux->offers[i].port == port)
            return &mux->offers[i];
    return NULL;
}

/* --- offering */

static bool listen_on(struct offer *offer, int tcp)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)tcp),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    const int one = 1;
    offer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (offer->listener < 0)
        return false;
    if (tcp > UINT16_MAX) {
        errno = EADDRNOTAVAIL;
        return false;
    }
    setsockopt(offer->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(offer->listener, (struct sockaddr *)&address, size) || listen(offer->listener, 1) ||
        getsockname(offer->listener, (struct sockaddr *)&address, &size))
        return false;
    offer->tcp = ntohs(address.sin_port);
    return true;
}

static bool open_terminal(struct offer *offer)
{
    struct termios modes;
    offer->client = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (offer->client < 0 || grantpt(offer->client) || unlockpt(offer->client))
        return false;
    offer->slave = open(ptsname(offer->client), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (offer->slave < 0 || tcgetattr(offer->slave, &modes))
        return false;
    cfmakeraw(&modes);
    return !tcsetattr(offer->slave, TCSANOW, &modes);
}

static void tell(const struct mux *mux, const struct offer *offer, const char *event)
{
    char place[64];
    if (mux->ptys)
        snprintf(place, sizeof(place), "%s", ptsname(offer->client));
    else
        snprintf(place, sizeof(place), "tcp:127.0.0.1:%d", offer->tcp);
    if (mux->json)
        printf("{\"event\":\"%s\",\"port\":%u,\"link\":\"%s\"}\n", event, offer->port, place);
    else
        printf("port %u %s %s\n", offer->port, strcmp(event, "open") == 0 ? "is" : "was", place);
    fflush(stdout);
}

static void give_up(struct offer *offer)
{
    const int descriptors[] = {offer->listener, offer->client, offer->slave};
    for (size_t i = 0; i < 3; i++)
        if (descriptors[i] >= 0)
            close(descriptors[i]);
    offer->used = false;
}

/* The others are offered nevertheless. */
static void miss(struct mux *mux, uint16_t port, const char *why)
{
    mux->missed = true;
    if (mux->ptys || mux->base == 0)
        command_fail("port %u cannot be a %s: %s", port, mux->ptys ? "pseudo-terminal" : "TCP port",
                     why);
    else
        command_fail("port %u cannot be tcp:127.0.0.1:%d: %s; --base moves all of them", port,
                     mux->base + port, why);
}

static void begin(struct mux *mux, uint16_t port)
{
    struct offer *offer = NULL;
    for (size_t i = 0; i < MUX_PORTS && !offer; i++)
        if (!mux->offers[i].used)
            offer = &mux->offers[i];
    if (!offer) {
        mux->missed = true;
        command_fail("port %u is not offered: there are %d already", port, MUX_PORTS);
        return;
    }
    *offer = (struct offer){.used = true, .port = port, .listener = -1, .client = -1, .slave = -1};
    const int tcp = mux->base ? mux->base + port : 0;
    if (mux->ptys ? open_terminal(offer) : listen_on(offer, tcp)) {
        tell(mux, offer, "open");
        if (mux->ptys)
            wire_read(&mux->wire, port, true);
        return;
    }
    miss(mux, port, strerror(errno));
    give_up(offer);
}

/* --- the board's side */

/* A port that closes and opens again, as when the board restarts, keeps its reader. */
static void on_port(void *context, uint16_t port, bool open)
{
    struct mux *mux = context;
    if (open && !find(mux, port))
        begin(mux, port);
}

static void on_data(void *context, uint16_t port, const uint8_t *data, size_t size)
{
    struct mux *mux = context;
    struct offer *offer = find(mux, port);
    if (!offer || offer->count == MUX_HELD) { /* a board that knows no credit */
        wire_taken(&mux->wire, port);
        return;
    }
    struct held *held = &offer->held[(offer->first + offer->count++) % MUX_HELD];
    held->length = size;
    held->done = 0;
    memcpy(held->bytes, data, size);
}

static void on_text(void *context, const uint8_t *text, size_t size)
{
    (void)context;
    fwrite(text, 1, size, stderr);
}

static void on_connected(void *context, bool connected)
{
    const struct mux *mux = context;
    fprintf(stderr, "ranvier: %s is %s\n", mux->wire.link.name,
            connected ? "back" : "gone; waiting");
}

/* --- the readers' side */

static void leave(struct mux *mux, struct offer *offer)
{
    if (offer->listener < 0)
        return; /* a pseudo-terminal stays */
    close(offer->client);
    offer->client = -1;
    offer->typed_length = 0;
    wire_read(&mux->wire, offer->port, false);
}

/* Whether the client says no more, though what it said may not be read yet. */
static bool has_left(int client)
{
    struct pollfd state = {.fd = client, .events = POLLRDHUP};
    return poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* One client at a time: another is refused, but waits for one that leaves. */
static void accept_client(struct mux *mux, struct offer *offer)
{
    if (offer->client >= 0 && has_left(offer->client))
        return;
    const int client = accept4(offer->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0)
        return;
    if (offer->client >= 0) {
        close(client);
        return;
    }
    offer->client = client;
    wire_read(&mux->wire, offer->port, true);
}

static void write_held(struct mux *mux, struct offer *offer)
{
    while (offer->count > 0 && offer->client >= 0) {
        struct held *held = &offer->held[offer->first];
        const ssize_t count =
            write(offer->client, held->bytes + held->done, held->length - held->done);
        if (count < 0) {
            if (errno != EAGAIN && errno != EINTR)
                leave(mux, offer);
            return;
        }
        held->done += (size_t)count;
        if (held->done < held->length)
            return;
        offer->first = (offer->first + 1) % MUX_HELD;
        offer->count--;
        wire_taken(&mux->wire, offer->port);
    }
}

static void read_typed(struct mux *mux, struct offer *offer)
{
    const size_t most = mux->wire.frame - FRAME_HEADER;
    if (offer->typed_length >= most)
        return;
    const ssize_t count =
        read(offer->client, offer->typed + offer->typed_length, most - offer->typed_length);
    if (count > 0)
        offer->typed_length += (size_t)count;
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        leave(mux, offer);
}

static void send_typed(struct mux *mux, struct offer *offer)
{
    if (offer->typed_length == 0 || !wire_allows(&mux->wire, offer->port))
        return;
    wire_send(&mux->wire, offer->port, offer->typed, offer->typed_length);
    offer->typed_length = 0;
}

/* What to poll of an offer. */
static size_t fill(const struct mux *mux, const struct offer *offer, struct pollfd *polls)
{
    size_t count = 0;
    if (offer->listener >= 0)
        polls[count++] = (struct pollfd){.fd = offer->listener, .events = POLLIN};
    short events = offer->count > 0 ? POLLOUT : 0;
    if (offer->typed_length < mux->wire.frame - FRAME_HEADER)
        events |= POLLIN;
    if (offer->client >= 0 && events)
        polls[count++] = (struct pollfd){.fd = offer->client, .events = events};
    return count;
}

static void handle(struct mux *mux, struct offer *offer)
{
    if (offer->listener >= 0)
        accept_client(mux, offer);
    if (offer->client >= 0)
        read_typed(mux, offer);
    if (offer->client >= 0)
        write_held(mux, offer);
    if (offer->client >= 0)
        send_typed(mux, offer);
}

/* Whether the link ended, rather than that somebody stopped this program. */
static bool serve(struct mux *mux)
{
    struct pollfd polls[2 + 2 * MUX_PORTS];
    bool up = true;
    while (up && !stopped) {
        int timeout = 1000;
        size_t count = wire_poll_fill(&mux->wire, polls, &timeout);
        for (size_t i = 0; i < MUX_PORTS; i++)
            if (mux->offers[i].used)
                count += fill(mux, &mux->offers[i], polls + count);
        poll(polls, count, timeout);
        for (size_t i = 0; i < MUX_PORTS; i++)
            if (mux->offers[i].used)
                handle(mux, &mux->offers[i]);
        up = wire_handle(&mux->wire);
    }
    return !up;
}

static int run_mux(const struct command *self, int count, char **words)
{
    static const struct option options[] = {{"base", required_argument, NULL, 'b'},
                                            {"pty", no_argument, NULL, 'p'},
                                            {"json", no_argument, NULL, 'j'},
                                            {0}};
    static struct mux mux;
    const struct wire_user user = {.data = on_data,
                                   .text = on_text,
                                   .port = on_port,
                                   .connected = on_connected,
                                   .context = &mux};
    mux.base = MUX_BASE;
    for (int option; (option = command_option(self, count, words, options)) != -1;) {
        if (option == '?')
            return COMMAND_USAGE;
        if (option == 'b' && !command_number(optarg, 65535 - 255, &mux.base))
            return command_refuse(self, "%s is no TCP port that 255 more follow", optarg);
        mux.ptys |= option == 'p';
        mux.json |= option == 'j';
    }
    const char *trouble = command_link(&mux.wire.link, count, words);
    if (trouble)
        return command_refuse(self, "%s", trouble);
    trouble = wire_open(&mux.wire, &user);
    if (trouble)
        return command_fail("%s: %s", mux.wire.link.name, trouble);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    const bool ended = serve(&mux);
    for (size_t i = 0; i < MUX_PORTS; i++)
        if (mux.offers[i].used)
            give_up(&mux.offers[i]);
    wire_close(&mux.wire);
    const int status = ended ? command_link_status(&mux.wire.link) : COMMAND_OK;
    return status == COMMAND_OK && mux.missed ? COMMAND_FAILED : status;
}

const struct command mux_command = {
    .name = "mux",
    .usage = "[--pty | --base PORT] [--json] LINK",
    .summary = "put every port of a board's serial mux on a TCP port or pseudo-terminal",
    .details =
        "  --base PORT  port N is on TCP port PORT + N of 127.0.0.1 (10000); 0: on any free one\n"
        "  --pty        each port is a pseudo-terminal instead\n"
        "  --json       tell ports as objects, one a line\n"
        "\n" LINK_HELP
        "Ports are told as the board opens them. A lost link is opened again. Ctrl-C ends it.\n"
        "Status 1 if a port could not be offered; that of the COMMAND where it ends.\n",
    .run = run_mux,
};
