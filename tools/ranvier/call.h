/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Calls of a board's exposed services, by its gateway (services/gateway/message.h). Requests and
 * replies are the structs of the generated <service>_interface.h, as on the board:
 *
 *   struct status_node_reply node;
 *   status = call_service(&board, &status_interface, STATUS_CALL_NODE, NULL, &node, CALL_PATIENCE);
 */
#ifndef RANVIER_CALL_H
#define RANVIER_CALL_H

#include "command.h"
#include "wire.h"

#include <kernel/interface.h>
#include <kernel/status.h>
#include <services/gateway/message.h>

enum { CALL_MESSAGE = 65536, CALL_PATIENCE = 15 /* seconds */ };

/* A board that is called. `wire` may be used for other ports, too, but its user is call.c's. */
struct caller {
    struct wire wire;
    uint16_t port; /* of the gateway */
    uint32_t id;   /* of the last call */
    struct message_gathering coming;
    uint8_t bytes[CALL_MESSAGE];
    bool whole; /* a message has come */
    bool lost;  /* the link was lost since the last call, and with it its reply */
};

/* The option that says where the gateway is, for commands that call; 'g' is its letter. */
#define CALL_OPTION                                                                                \
    {                                                                                              \
        "gateway", required_argument, NULL, 'g'                                                    \
    }
#define CALL_HELP "  --gateway N  the port of the board's gateway (4)\n"

/* Opens the link that `words` name behind their options, and waits until the board's gateway is
 * there. Says what is wrong and returns COMMAND_FAILED or COMMAND_USAGE. `port` 0: the usual one.
 */
int call_open(struct caller *caller, const struct command *command, int port, int count,
              char **words);

void call_close(struct caller *caller);

/* Makes a call; `request` and `reply` are the structs of its types, NULL where these have no
 * fields. Returns what the service did; ERR_TIMEOUT after `seconds`; ERR_CLOSED if the link was
 * lost; ERR_CORRUPT for a reply that is none. */
enum status call_service(struct caller *caller, const struct interface *interface, size_t call,
                         const void *request, void *reply, unsigned seconds);

/* The interfaces of this tree's services, in the order of their names; ends with NULL. Generated.
 */
extern const struct interface *const interfaces[];

#endif
