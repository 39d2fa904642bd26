/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See link.h.
 */
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum {                         /* ms */
       END_PATIENCE = 2000,    /* that the command's process has to end when it is asked to */
       CONNECT_PATIENCE = 5000 /* that the other end has to take a connection */
};

static const struct {
    unsigned long baud;
    speed_t speed;
} speeds[] = {
    {1200, B1200},       {2400, B2400},       {4800, B4800},       {9600, B9600},
    {19200, B19200},     {38400, B38400},     {57600, B57600},     {115200, B115200},
    {230400, B230400},   {460800, B460800},   {500000, B500000},   {576000, B576000},
    {921600, B921600},   {1000000, B1000000}, {1152000, B1152000}, {1500000, B1500000},
    {2000000, B2000000}, {2500000, B2500000}, {3000000, B3000000}, {4000000, B4000000},
};

const char *link_parse(struct link *link, int count, char **words)
{
    *link = (struct link){.in = -1, .out = -1};
    if (count > 0 && strcmp(words[0], "--") == 0) {
        words++;
        count--;
        link->command = words;
        link->name = words[0];
        return count > 0 ? NULL : "there is no command behind --";
    }
    if (count < 1)
        return "which board? name the link to it";
    if (count > 1)
        return "there is more than one link";
    link->name = words[0];
    return NULL;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static const char *set_speed(int device, const char *baud)
{
    char *end;
    const unsigned long wanted = baud ? strtoul(baud, &end, 10) : 115200;
    struct termios modes;
    if (tcgetattr(device, &modes))
        return strerror(errno);
    cfmakeraw(&modes);
    modes.c_cflag |= CLOCAL | CREAD;
    modes.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
    for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
        if (speeds[i].baud != wanted || (baud && *end))
            continue;
        cfsetspeed(&modes, speeds[i].speed);
        return tcsetattr(device, TCSANOW, &modes) ? strerror(errno) : NULL;
    }
    return "no such line speed; 9600, 115200, 921600 are usual";
}

static const char *open_device(struct link *link)
{
    char *path = strdup(link->name), *comma = strchr(path, ',');
    if (comma)
        *comma = '\0';
    link->in = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    const char *trouble = link->in < 0 ? strerror(errno) : NULL;
    if (!trouble && isatty(link->in))
        trouble = set_speed(link->in, comma ? comma + 1 : NULL);
    else if (!trouble)
        trouble = "is no serial device";
    free(path);
    link->out = link->in;
    return trouble;
}

/* As connect, but ends: a host may be silent, a server that serves somebody else have no place to
 * wait in. */
static const char *connect_in_time(int descriptor, const void *address, socklen_t size)
{
    int error = 0;
    socklen_t error_size = sizeof(error);
    struct pollfd poll_for = {.fd = descriptor, .events = POLLOUT};
    if (connect(descriptor, address, size) == 0)
        return NULL;
    if (errno == EAGAIN)
        return "others are connected to it already";
    if (errno != EINPROGRESS)
        return strerror(errno);
    if (poll(&poll_for, 1, CONNECT_PATIENCE) <= 0)
        return strerror(ETIMEDOUT);
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &error_size);
    return error ? strerror(error) : NULL;
}

static const char *open_unix(struct link *link, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path))
        return "the path is longer than a Unix socket's can be";
    strcpy(address.sun_path, path);
    link->in = link->out = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return link->in < 0 ? strerror(errno) : connect_in_time(link->in, &address, sizeof(address));
}

static const char *open_tcp(struct link *link, const char *place)
{
    const char *colon = strrchr(place, ':');
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (!colon || colon == place)
        return "a TCP link is tcp:HOST:PORT";
    char *host = strndup(place, (size_t)(colon - place));
    int error = getaddrinfo(host, colon + 1, &hints, &found);
    free(host);
    if (error)
        return gai_strerror(error);
    const char *trouble = "there is no address";
    for (const struct addrinfo *one = found; one && trouble; one = one->ai_next) {
        link->in = link->out =
            socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        trouble = link->in < 0 ? strerror(errno)
                               : connect_in_time(link->in, one->ai_addr, one->ai_addrlen);
        if (trouble && link->in >= 0)
            close(link->in);
    }
    freeaddrinfo(found);
    if (trouble)
        link->in = link->out = -1;
    return trouble;
}

/* The board is a process: it dies with this one, and keys for the terminal don't reach it. */
static const char *start(struct link *link)
{
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
        return strerror(errno);
    const pid_t parent = getpid();
    link->process = fork();
    if (link->process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(127);
        setsid();
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        signal(SIGPIPE, SIG_DFL);
        execvp(link->command[0], link->command);
        fprintf(stderr, "ranvier: %s: %s\n", link->command[0], strerror(errno));
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    link->in = from[0];
    link->out = to[1];
    return link->process < 0 ? strerror(errno) : NULL;
}

static void set_nonblocking(int descriptor)
{
    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

const char *link_open(struct link *link)
{
    signal(SIGPIPE, SIG_IGN);
    const char *trouble;
    if (link->command)
        trouble = start(link);
    else if (begins(link->name, "unix:"))
        trouble = open_unix(link, link->name + strlen("unix:"));
    else if (begins(link->name, "tcp:"))
        trouble = open_tcp(link, link->name + strlen("tcp:"));
    else
        trouble = open_device(link);
    if (trouble) {
        link_close(link);
        return trouble;
    }
    set_nonblocking(link->in);
    set_nonblocking(link->out);
    return NULL;
}

/* Waits for the process; where it has to end, asks it to and then makes it. */
static void wait_for_end(struct link *link)
{
    for (unsigned waited = 0; waited < END_PATIENCE; waited += 10) {
        if (waitpid(link->process, &link->status, WNOHANG) == link->process) {
            link->process = 0;
            return;
        }
        if (waited == 0)
            kill(link->process, SIGTERM);
        usleep(10 * 1000);
    }
    kill(link->process, SIGKILL);
    waitpid(link->process, &link->status, 0);
    link->process = 0;
}

void link_close(struct link *link)
{
    if (link->out >= 0 && link->out != link->in)
        close(link->out);
    if (link->in >= 0)
        close(link->in);
    link->in = link->out = -1;
    if (link->process > 0)
        wait_for_end(link);
}

/* The process whose output has ended has as long as others to end by itself. */
static void collect(struct link *link)
{
    for (unsigned waited = 0; link->process > 0 && waited < END_PATIENCE; waited += 10) {
        if (waitpid(link->process, &link->status, WNOHANG) == link->process)
            link->process = 0;
        else
            usleep(10 * 1000);
    }
}

ssize_t link_read(struct link *link, void *bytes, size_t size)
{
    const ssize_t count = link->in < 0 ? 0 : read(link->in, bytes, size);
    if (count > 0)
        return count;
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    collect(link);
    return -1;
}

ssize_t link_write(struct link *link, const void *bytes, size_t size)
{
    const ssize_t count = link->out < 0 ? -1 : write(link->out, bytes, size);
    if (count >= 0)
        return count;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}
