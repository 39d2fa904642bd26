/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Where the test program's own stack is, which the simulated board's contexts ask for.
 */
#include <platforms/arch/host/host.h>

#include <pthread.h>
#include <stddef.h>

struct host_stack host_kernel_stack(void)
{
    pthread_attr_t attributes;
    void *base = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &base, &size);
        pthread_attr_destroy(&attributes);
    }
    return (struct host_stack){base, size};
}
