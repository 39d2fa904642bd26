/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "pins": one port of the STM32F4's general-purpose pins (ST, RM0090, 8). Gives each pin that
 * the board names its function, before the devices start that use them; others stay as reset left
 * them, the debugger's among them.
 */
#ifndef STM32_GPIO_H
#define STM32_GPIO_H

#include <kernel/device.h>
#include <stm32_gpio_config.h>

extern const struct driver stm32_gpio_driver;

#endif
