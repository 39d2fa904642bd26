/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * ranvier log: what a board's console shows where its image has no log formats, decoded. Lines
 * without a record pass as they are.
 */
#include "command.h"
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct output {
    struct trace_decoder decoder;
    struct json json;
    bool as_json;
    size_t bad; /* records that cannot be decoded */
};

/* Characters of `text` that can be base64. */
static size_t record_length(const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
}

/* What is before the mark, if it is more than what takes a prompt away, passes. */
static void take_record(struct output *output, const char *line, const char *mark)
{
    uint8_t record[TRACE_RECORD_MAX];
    struct trace_event event;
    const char *text = mark + strlen(TRACE_LINE_MARK);
    const size_t size = trace_from_base64(text, record_length(text), record, sizeof(record));
    const char *trouble =
        size == SIZE_MAX ? "is no base64" : trace_decode(&output->decoder, record, size, &event);
    if (trouble) {
        command_fail("a record %s: %s", trouble, line);
        output->bad++;
    } else if (output->as_json) {
        trace_print_json(&output->json, &event);
    } else {
        fwrite(line, 1, (size_t)(mark - line), stdout);
        trace_print(stdout, &event);
    }
}

static void take_line(struct output *output, char *line)
{
    line[strcspn(line, "\r\n")] = '\0';
    const char *mark = strstr(line, TRACE_LINE_MARK);
    if (mark)
        take_record(output, line, mark);
    else if (!output->as_json)
        puts(line);
    fflush(stdout);
}

static int decode(struct output *output, const char *path)
{
    FILE *input = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (!input)
        return command_fail("%s: %s", path, strerror(errno));
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, input) > 0)
        take_line(output, line);
    free(line);
    const bool failed = ferror(input);
    if (input != stdin)
        fclose(input);
    if (failed)
        return command_fail("%s: %s", path, strerror(errno));
    return output->bad ? COMMAND_FAILED : COMMAND_OK;
}

static int run(const struct command *command, int count, char **words)
{
    static const struct option options[] = {
        {"elf", required_argument, NULL, 'e'}, {"json", no_argument, NULL, 'j'}, {0}};
    struct output output = {.json = {.stream = stdout, .compact = true}};
    const char *path = NULL;
    for (int option; (option = command_option(command, count, words, options)) != -1;) {
        if (option == '?')
            return COMMAND_USAGE;
        if (option == 'e')
            path = optarg;
        else
            output.as_json = true;
    }
    if (!path)
        return command_refuse(command, "--elf is missing");
    if (count - optind > 1)
        return command_refuse(command, "%s is too much", words[optind + 1]);
    struct elf elf;
    const char *trouble = elf_open(&elf, path);
    if (trouble)
        return command_fail("%s: %s", path, trouble);
    trace_init(&output.decoder, &elf);
    int status = decode(&output, count > optind ? words[optind] : "-");
    trace_fini(&output.decoder);
    elf_close(&elf);
    return status;
}

const struct command log_command = {
    .name = "log",
    .usage = "--elf ELF [--json] [FILE]",
    .summary = "decode the log of a board whose image has no log formats",
    .details = "  --elf ELF  the image's ELF file, build/BOARD/ranvier.elf\n"
               "  --json     print records as JSON, one a line, and nothing else\n"
               "\n"
               "FILE, or stdin, is what the board's console showed. Lines that hold no record are\n"
               "printed as they are. Status 1 if a record cannot be decoded.\n",
    .run = run,
};
