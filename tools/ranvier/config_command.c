/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * ranvier config pack: its command line.
 */
#include "command.h"
#include "config_pack.h"

enum { OVERLAYS_MAX = 32 };

static int run(const struct command *command, int count, char **words)
{
    static const struct option known[] = {{"target", required_argument, NULL, 't'},
                                          {"overlay", required_argument, NULL, 'l'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"json", no_argument, NULL, 'j'},
                                          {0}};
    const char *target = NULL, *output = NULL, *overlays[OVERLAYS_MAX];
    size_t overlay_count = 0;
    struct json json = {.stream = stdout, .compact = true};
    bool as_json = false;
    for (int option; (option = command_option(command, count, words, known)) != -1;) {
        if (option == '?')
            return COMMAND_USAGE;
        if (option == 't')
            target = optarg;
        else if (option == 'o')
            output = optarg;
        else if (option == 'j')
            as_json = true;
        else if (overlay_count < OVERLAYS_MAX)
            overlays[overlay_count++] = optarg;
        else
            return command_refuse(command, "more than %d overlays", (int)OVERLAYS_MAX);
    }
    if (!target || !output)
        return command_refuse(command, "--%s is missing", target ? "output" : "target");
    if (count - optind != 1)
        return command_refuse(command, "it wants one FILE");
    return config_pack(target, overlays, overlay_count, words[optind], output,
                       as_json ? &json : NULL);
}

const struct command config_pack_command = {
    .name = "config pack",
    .usage = "--target BOARD --output PACKED [--overlay FILE]… [--json] FILE",
    .summary = "pack values of options for a board to load at boot",
    .details =
        "  --target BOARD   the board, a file of configs/\n"
        "  --output PACKED  where to: `make TARGET=BOARD run CONFIG=PACKED` loads it\n"
        "  --overlay FILE   as the image was built with\n"
        "  --json           tell as an object what was packed\n"
        "\n"
        "Run it from the root of the tree. FILE is YAML and holds what the board's file says\n"
        "of these options, of devices, services and the log:\n"
        "\n"
        "  services: { shell: { banner: false } }\n"
        "  log: { level: warning }\n"
        "\n"
        "Only options that their binding marks `runtime: true` can be in it. The board refuses\n"
        "it as a whole where it is damaged, for another board, or for an image with other\n"
        "options.\n",
    .run = run,
};
