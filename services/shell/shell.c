/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See shell.h: its terminal from the board's file, and the console on it.
 */
#include <services/shell/shell.h>

#include "blocks.h"
#include "console.h"

#include <kernel/log.h>

static struct console console;

static enum status open_terminal(const struct shell_config *config,
                                 struct capability_holder *holder)
{
    if (CONFIG_SERVICE_SERMUX && config->has_port)
        return terminal_open_port(&console.terminal, config->port, holder);
    if (!config->device) {
        log_error("shell",
                  "the board's file gives it neither `device:` nor the `port:` of a sermux");
        return ERR_INVALID;
    }
    terminal_open_serial(&console.terminal, config->device);
    console.writes_log = config->device == board.console;
    return OK;
}

enum status shell_main(const struct service *service)
{
    const struct shell_config *config = service->config;
    enum status status = open_terminal(config, service->holder);
    if (!status && config->blocks)
        shell_blocks_check(config->blocks);
    if (!status)
        status = console_open(&console, service);
    if (status)
        return status;
    console_run(&console, config->start);
    session_close(&console.shell);
    return ERR_CANCELLED;
}
