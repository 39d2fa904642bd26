/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The release this source is, or is to become.
 */
#ifndef KERNEL_VERSION_H
#define KERNEL_VERSION_H

#define RANVIER_VERSION "0.1.0"

#endif
