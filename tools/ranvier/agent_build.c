/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier agent new`, `build` and `pack`: an agent's sources, its module, its manifest.
 */
#include "agent.h"
#include "agent_module.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define JSON_HELP "  --json         as an object\n"

/* The SDK's folder: RANVIER_SDK, or the tree's that this program was built in. */
static bool find_sdk(char *path, size_t size)
{
    char self[PATH_MAX];
    const char *named = getenv("RANVIER_SDK");
    if (named)
        return (size_t)snprintf(path, size, "%s", named) < size;
    const ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[length > 0 ? length : 0] = '\0';
    for (unsigned up = 0; up < 3 && strrchr(self, '/'); up++)
        *strrchr(self, '/') = '\0';
    return (size_t)snprintf(path, size, "%s/tools/sdk", self) < size;
}

/* Runs a program; its exit status, or 127. */
static int run_program(char *const *words)
{
    int status = 0;
    const pid_t process = fork();
    if (process == 0) {
        execvp(words[0], words);
        command_fail("%s: %s; the Debian packages clang and lld have it", words[0],
                     strerror(errno));
        _exit(127);
    }
    if (process < 0 || waitpid(process, &status, 0) != process)
        return 127;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

/* --- build --- */

/* foo.c, foo or foo/foo.c becomes foo.wasm beside it. */
static bool name_output(const char *source, const char *output, char *path, size_t size)
{
    const char *dot = strrchr(source, '.'), *slash = strrchr(source, '/');
    const size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - source) : strlen(source);
    return (size_t)(output ? snprintf(path, size, "%s", output)
                           : snprintf(path, size, "%.*s.wasm", (int)stem, source)) < size;
}

/* The source that the compiler would overwrite; NULL: none. */
static const char *find_overwritten(const char *output, char *const *sources)
{
    struct stat to, from;
    if (stat(output, &to))
        return NULL;
    while (*sources &&
           (stat(*sources, &from) || from.st_dev != to.st_dev || from.st_ino != to.st_ino))
        sources++;
    return *sources;
}

/* The SDK's script has the compiler's options, which make uses, too. */
static int run_build(const struct command *self, int count, char **words)
{
    static const struct option list[] = {{"output", required_argument, NULL, 'o'},
                                         {"wasi", no_argument, NULL, 'i'},
                                         AGENT_JSON,
                                         {0}};
    struct agent_options options;
    char sdk[PATH_MAX], script[PATH_MAX + 16], output[PATH_MAX], wasi[] = "--wasi", dash_o[] = "-o";
    int status = agent_options(self, count, words, list, &options);
    if (status)
        return status;
    if (optind >= count)
        return command_refuse(self, "which C file?");
    if (!name_output(words[optind], options.output, output, sizeof(output)) ||
        !find_sdk(sdk, sizeof(sdk)))
        return command_fail("%s: its name is too long", words[optind]);
    const char *const overwritten = find_overwritten(output, words + optind);
    if (overwritten)
        return command_fail(
            "%s: it would be overwritten; sources go in, and --output names a module", overwritten);
    snprintf(script, sizeof(script), "%s/cc", sdk);
    if (access(script, X_OK))
        return command_fail("%s: %s; RANVIER_SDK names the SDK's folder", script, strerror(errno));
    char **line = calloc((size_t)(count - optind) + 5, sizeof(*line));
    if (!line)
        return command_fail("%s", strerror(ENOMEM));
    size_t length = 0;
    line[length++] = script;
    if (options.wasi)
        line[length++] = wasi;
    line[length++] = dash_o;
    line[length++] = output;
    memcpy(line + length, words + optind, (size_t)(count - optind) * sizeof(*line));
    status = run_program(line) ? COMMAND_FAILED : COMMAND_OK;
    free(line);
    if (!status)
        agent_print_text(&options, "file", output);
    return status;
}

/* --- new --- */

static const char source_text[] =
    "/* An agent: it greets, and then counts for whoever calls it. */\n"
    "#include <ranvier.h>\n"
    "\n"
    "static uint32_t count;\n"
    "\n"
    "/* Runs when the agent starts. */\n"
    "RANVIER_EXPORT(_initialize) void initialize(void)\n"
    "{\n"
    "    ranvier_print(\"hello\\n\");\n"
    "}\n"
    "\n"
    "/* Another one. */\n"
    "RANVIER_EXPORT(count) uint32_t count_up(void)\n"
    "{\n"
    "    return ++count;\n"
    "}\n";

static const char readme_text[] = "# %s\n"
                                  "\n"
                                  "    ranvier agent build %s.c\n"
                                  "    ranvier agent pack --grants log %s.wasm\n"
                                  "    ranvier agent run --exec count %s.wasm\n"
                                  "    ranvier agent deploy %s.wasm LINK\n";

static bool is_name(const char *name)
{
    const size_t length = strlen(name);
    return length > 0 && length <= 31 && *name != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length;
}

static int run_new(const struct command *self, int count, char **words)
{
    static const struct option list[] = {AGENT_JSON, {0}};
    struct agent_options options;
    char path[128], readme[512];
    const int status = agent_options(self, count, words, list, &options);
    if (status)
        return status;
    if (optind != count - 1)
        return command_refuse(self, "which name?");
    const char *name = words[optind];
    if (!is_name(name))
        return command_fail("%s: a name has up to 31 small letters, digits, - and _", name);
    if (mkdir(name, 0777))
        return command_fail("%s: %s", name, strerror(errno));
    snprintf(path, sizeof(path), "%s/%s.c", name, name);
    if (!agent_write_file(path, (const uint8_t *)source_text, strlen(source_text)))
        return COMMAND_FAILED;
    snprintf(path, sizeof(path), "%s/README.md", name);
    snprintf(readme, sizeof(readme), readme_text, name, name, name, name, name);
    if (!agent_write_file(path, (const uint8_t *)readme, strlen(readme)))
        return COMMAND_FAILED;
    agent_print_text(&options, "folder", name);
    return COMMAND_OK;
}

/* --- pack --- */

static int run_pack(const struct command *self, int count, char **words)
{
    static const struct option list[] = {
        {"output", required_argument, NULL, 'o'}, AGENT_POLICY, AGENT_JSON, {0}};
    struct cells_manifest_reply manifest = {0};
    struct agent_options options;
    uint8_t *made;
    size_t size, made_size;
    int status = agent_options(self, count, words, list, &options);
    if (status)
        return status;
    if (optind != count - 1)
        return command_refuse(self, "which module?");
    const char *path = words[optind], *grants = options.grants ? options.grants : "";
    const char *output = options.output ? options.output : path;
    if (strlen(grants) >= sizeof(manifest.grants))
        return command_fail("more than %zu characters of grants", sizeof(manifest.grants) - 1);
    manifest.policy = options.policy;
    snprintf(manifest.grants, sizeof(manifest.grants), "%s", grants);
    uint8_t *module = agent_read_file(path, &size);
    if (!module)
        return COMMAND_FAILED;
    /* A malformed manifest is no obstacle: it is replaced. */
    status = agent_module_pack(path, module, size, &manifest, &made, &made_size);
    free(module);
    if (status)
        return status;
    if (!agent_write_file(output, made, made_size))
        status = COMMAND_FAILED;
    else
        agent_print_text(&options, "file", output);
    free(made);
    return status;
}

const struct command agent_new_command = {
    .name = "agent new",
    .usage = "[--json] NAME",
    .summary = "make a folder with the beginning of an agent in C",
    .details = "Prints the folder's name.\n\n" JSON_HELP,
    .run = run_new,
};
const struct command agent_build_command = {
    .name = "agent build",
    .usage = "[--wasi] [--output FILE.wasm] [--json] FILE.c…",
    .summary = "compile an agent with clang and the SDK",
    .details =
        "Prints the module's name, that of the first source with .wasm. RANVIER_SDK names "
        "the SDK's folder, where it\nis not the one of this tree; AGENT_CC another clang; "
        "AGENT_CLIENTS the folder of the services' headers,\n<service>_agent.h, where it is not "
        "the one that make fills.\n\n"
        "  --wasi         a program with a main and the C library (Debian's wasi-libc and\n"
        "                 libclang-rt-dev-wasm32)\n"
        "  --output FILE  the module's name\n" JSON_HELP,
    .run = run_build,
};
const struct command agent_pack_command = {
    .name = "agent pack",
    .usage = "[OPTION]… FILE.wasm",
    .summary = "write an agent's policy and the grants that it wants into its module",
    .details = "Prints the module's name.\n\n"
               "  --output FILE  another file than the module's\n" JSON_HELP AGENT_POLICY_HELP,
    .run = run_pack,
};
