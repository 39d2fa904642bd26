/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Whole files in and out; see file.h.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads until the end or until the buffer is full; -1 with errno set on failure. */
static ssize_t read_fully(int fd, char *buffer, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = read(fd, buffer + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static bool write_fully(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        size -= (size_t)n;
    }
    return true;
}

char *file_read(struct arena *arena, const char *path, size_t limit, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    char *data = NULL;
    int error = 0;
    struct stat status;
    if (fstat(fd, &status) != 0) {
        error = errno;
    } else if (S_ISDIR(status.st_mode)) {
        error = EISDIR;
    } else if (status.st_size < 0 || (size_t)status.st_size > limit) {
        error = EFBIG;
    } else {
        data = arena_alloc(arena, (size_t)status.st_size + 1);
        ssize_t n = read_fully(fd, data, (size_t)status.st_size);
        if (n < 0) {
            error = errno;
            data = NULL;
        } else {
            data[n] = '\0';
            *size = (size_t)n;
        }
    }
    close(fd);
    errno = error;
    return data;
}

/* The folders above `path`; false with errno set on failure. */
static bool make_folders(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL)
        return false;
    bool ok = true;
    for (char *slash = strchr(copy + 1, '/'); ok && slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ok = mkdir(copy, 0777) == 0 || errno == EEXIST;
        *slash = '/';
    }
    int error = errno;
    free(copy);
    errno = error;
    return ok;
}

static bool holds_already(const char *path, const void *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    size_t old_size = 0;
    const char *old = file_read(&arena, path, size, &old_size);
    bool same = old != NULL && old_size == size && memcmp(old, data, size) == 0;
    arena_free(&arena);
    return same;
}

/* The permissions a replaced file keeps; those of a new file follow the umask. */
static mode_t permissions_of(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0)
        return status.st_mode & 07777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

bool file_write(const char *path, const void *data, size_t size)
{
    if (holds_already(path, data, size))
        return true;
    if (!make_folders(path))
        return false;
    size_t length = strlen(path) + sizeof ".XXXXXX";
    char *temporary = malloc(length);
    if (temporary == NULL)
        return false;
    snprintf(temporary, length, "%s.XXXXXX", path);
    int error = 0;
    int fd = mkstemp(temporary);
    if (fd < 0) {
        error = errno;
    } else {
        if (!write_fully(fd, data, size) || fchmod(fd, permissions_of(path)) != 0)
            error = errno;
        if (close(fd) != 0 && error == 0)
            error = errno;
        if (error == 0 && rename(temporary, path) != 0)
            error = errno;
        if (error != 0)
            unlink(temporary);
    }
    free(temporary);
    errno = error;
    return error == 0;
}

void draft_open(struct draft *draft)
{
    *draft = (struct draft){0};
    draft->out = open_memstream(&draft->text, &draft->size);
    if (draft->out == NULL)
        abort();
}

void draft_close(struct draft *draft)
{
    if (fclose(draft->out) != 0)
        abort();
    draft->out = NULL;
}
