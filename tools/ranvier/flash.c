/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier flash`: puts a built image where its board boots from. What a file system or a disk can
 * take is written here and read back; where a programmer's own program does it, the exact command
 * is printed.
 */
#include "command.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gen/json.h>
#include <gen/yaml_tree.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 16, PATH_SIZE = 4096 };

struct image {
    const char *board, *soc, *arch; /* names */
    const char *base;               /* decimal; where the code goes */
    const char *code;               /* name of its region */
    char build[PATH_SIZE];
    struct json *json; /* results as objects; NULL: as text */
};

/* Tells the commands that write the image, one a line of `format`. */
__attribute__((format(printf, 2, 3))) static int tell_how(const struct image *image,
                                                          const char *format, ...)
{
    char text[8 * PATH_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (!image->json) {
        fputs(text, stdout);
        return COMMAND_OK;
    }
    json_open_object(image->json, NULL);
    json_text(image->json, "board", image->board);
    json_text(image->json, "how", text);
    json_close_object(image->json);
    return COMMAND_OK;
}

static void tell_written(const struct image *image, const char *from, const char *to)
{
    if (!image->json) {
        printf("%s -> %s\n", from, to);
        return;
    }
    json_open_object(image->json, NULL);
    json_text(image->json, "from", from);
    json_text(image->json, "to", to);
    json_close_object(image->json);
}

/* Reads all of a chunk, less only at the end; -1 with errno. */
static ssize_t read_chunk(int file, char *bytes)
{
    size_t length = 0;
    while (length < CHUNK) {
        const ssize_t count = read(file, bytes + length, CHUNK - length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -1;
        if (count == 0)
            break;
        length += (size_t)count;
    }
    return (ssize_t)length;
}

static bool write_chunk(int file, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t count = write(file, bytes, size);
        if (count < 0 && errno != EINTR)
            return false;
        bytes += count > 0 ? count : 0;
        size -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

/* Copies or, from the start again, compares. */
static bool pass(int from, int to, bool compare)
{
    static char bytes[CHUNK], again[CHUNK];
    ssize_t count;
    if (lseek(from, 0, SEEK_SET) < 0 || lseek(to, 0, SEEK_SET) < 0)
        return false;
    while ((count = read_chunk(from, bytes)) > 0) {
        if (!compare && !write_chunk(to, bytes, (size_t)count))
            return false;
        if (!compare)
            continue;
        const ssize_t got = read_chunk(to, again);
        if (got < count || memcmp(bytes, again, (size_t)count) != 0) {
            errno = got < 0 ? errno : EIO;
            return false;
        }
    }
    return count == 0;
}

/* Writes a file to another or to a disk and compares what is there then. A disk that is in use is
 * refused by the system (O_EXCL). */
static int write_file(const struct image *image, const char *from, const char *to)
{
    struct stat status;
    const bool disk = stat(to, &status) == 0 && S_ISBLK(status.st_mode);
    const int source = open(from, O_RDONLY | O_CLOEXEC);
    if (source < 0)
        return command_fail("%s: %s", from, strerror(errno));
    const int target = open(to, O_RDWR | O_CLOEXEC | (disk ? O_EXCL : O_CREAT | O_TRUNC), 0666);
    bool good = target >= 0 && pass(source, target, false) && fsync(target) == 0;
    if (good)
        posix_fadvise(target, 0, 0, POSIX_FADV_DONTNEED); /* so that it is read from there */
    good = good && pass(source, target, true);
    const int error = errno;
    close(source);
    if (target >= 0)
        close(target);
    if (!good)
        return command_fail("%s: %s; what is there now is not the image", to, strerror(error));
    tell_written(image, from, to);
    return COMMAND_OK;
}

/* Copies the files of a folder, which has no folders in it, to another. */
static int write_files(const struct image *image, const char *from, const char *to)
{
    DIR *folder = opendir(from);
    if (!folder)
        return command_fail("%s: %s", from, strerror(errno));
    int status = COMMAND_OK;
    for (struct dirent *one; !status && (one = readdir(folder));) {
        char source[3 * PATH_SIZE], target[3 * PATH_SIZE];
        if (one->d_name[0] == '.')
            continue;
        snprintf(source, sizeof(source), "%s/%s", from, one->d_name);
        snprintf(target, sizeof(target), "%s/%s", to, one->d_name);
        status = write_file(image, source, target);
    }
    closedir(folder);
    return status;
}

static bool exists(const char *path)
{
    return access(path, R_OK) == 0;
}

/* A Raspberry Pi: the files of its card's boot partition. */
static int flash_card(const struct image *image, const char *to)
{
    char from[2 * PATH_SIZE];
    snprintf(from, sizeof(from), "%s/sdcard", image->build);
    if (!exists(from))
        return command_fail("%s: not made yet; run `make TARGET=%s sdcard`", from, image->board);
    if (!to)
        return tell_how(
            image,
            "ranvier flash --target %s --to FOLDER, where the card's boot partition (FAT) is "
            "mounted; or\n"
            "cp %s/* FOLDER/\n",
            image->board, from);
    return write_files(image, from, to);
}

/* A PC: a CD image, which disks boot, too. */
static int flash_disk(const struct image *image, const char *to)
{
    char from[2 * PATH_SIZE];
    snprintf(from, sizeof(from), "%s/ranvier.iso", image->build);
    if (!exists(from))
        return command_fail("%s: not made yet; run `make TARGET=%s iso`", from, image->board);
    if (!to)
        return tell_how(
            image,
            "ranvier flash --target %s --to /dev/sdX, a USB stick that loses what it has; or\n"
            "dd if=%s of=/dev/sdX bs=1M conv=fsync\n",
            image->board, from);
    return write_file(image, from, to);
}

/* A microcontroller: a programmer's program, or the board's own drive. */
static int flash_code(const struct image *image, const char *to)
{
    char from[2 * PATH_SIZE];
    const unsigned long long base = strtoull(image->base, NULL, 10);
    snprintf(from, sizeof(from), "%s/ranvier.bin", image->build);
    if (!exists(from))
        return command_fail("%s: not built; run `make TARGET=%s`", from, image->board);
    const bool stm32 = strncmp(image->soc, "stm32", strlen("stm32")) == 0;
    if (to && stm32)
        return command_fail("%s is written by a programmer, not to %s: leave --to out",
                            image->board, to);
    if (to)
        return write_file(image, from, to);
    if (stm32)
        return tell_how(image, "st-flash --reset write %s %#llx\n", from, base);
    return tell_how(
        image,
        "cp %s DRIVE/SOFTWARE/ranvier.bin\n"
        "DRIVE is the board's USB drive; the images.txt of its board file names the image:\n"
        "IMAGE0ADDRESS: 0x%08llx\n"
        "IMAGE0FILE: \\SOFTWARE\\ranvier.bin\n",
        from, base);
}

static int flash(const struct image *image, const char *to)
{
    if (strncmp(image->soc, "bcm", strlen("bcm")) == 0)
        return flash_card(image, to);
    if (strcmp(image->arch, "x86_64") == 0)
        return flash_disk(image, to);
    if (strcmp(image->code, "flash") == 0)
        return flash_code(image, to);
    return command_fail(
        "%s is emulated: there is nothing to write to; `make TARGET=%s run` boots it", image->board,
        image->board);
}

static const char *text_of(struct node *model, const char *path)
{
    const struct node *node = node_find(model, path);
    return node && node->kind == NODE_SCALAR && !node->is_null ? node->text : "";
}

static int run_flash(const struct command *self, int count, char **words)
{
    static const struct option options[] = {{"target", required_argument, NULL, 't'},
                                            {"to", required_argument, NULL, 'o'},
                                            {"json", no_argument, NULL, 'j'},
                                            {0}};
    struct json json = {.stream = stdout, .compact = true};
    bool as_json = false;
    const char *target = NULL, *to = NULL;
    for (int option; (option = command_option(self, count, words, options)) != -1;) {
        if (option == '?')
            return COMMAND_USAGE;
        if (option == 'j')
            as_json = true;
        else
            *(option == 't' ? &target : &to) = optarg;
    }
    if (!target)
        return command_refuse(self, "--target is missing");
    if (count > optind)
        return command_refuse(self, "%s is too much", words[optind]);
    struct image image = {.board = target, .json = as_json ? &json : NULL};
    char path[2 * PATH_SIZE];
    snprintf(image.build, sizeof(image.build), "build/%s", target);
    snprintf(path, sizeof(path), "%s/model.json", image.build);
    if (!exists(path))
        return command_fail("%s: %s; run `make TARGET=%s`", path, strerror(errno), target);
    struct arena arena;
    struct diagnostics diagnostics;
    arena_init(&arena);
    diagnostics_init(&diagnostics, &arena);
    struct node *model = yaml_read(&arena, &diagnostics, path); /* JSON is YAML */
    image.soc = text_of(model, "soc.name");
    image.arch = text_of(model, "arch.name");
    image.base = text_of(model, "image.base");
    image.code = text_of(model, "image.code");
    const int status =
        model ? flash(&image, to) : command_fail("%s: damaged; run `make TARGET=%s`", path, target);
    arena_free(&arena);
    return status;
}

const struct command flash_command = {
    .name = "flash",
    .usage = "--target BOARD [--to PLACE] [--json]",
    .summary = "put a built image where its board boots from",
    .details =
        "  --target BOARD  the board, built: build/BOARD\n"
        "  --to PLACE      the folder where a Raspberry Pi's card is mounted, the disk (or file)\n"
        "                  that a PC boots from, a file; it is read back\n"
        "  --json          one object a line\n"
        "\n"
        "Without --to it prints the exact command that writes the image.\n",
    .run = run_flash,
};
