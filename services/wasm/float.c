/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See float.h.
 */
#include <services/wasm/float.h>

/* Digit by digit: the root of an even power of two times a 54-bit fraction, with two bits more than
 * the result has, the last of which says whether anything is left. Then rounding to even. */
double f64_sqrt_digits(double a)
{
    uint64_t bits = f64_bits(a), fraction = bits & 0xFFFFFFFFFFFFFu, root = 0, rest = 0;
    int exponent = (int)(bits >> 52 & 0x7FF);

    if (a == 0 || bits == 0x7FF0000000000000u)
        return a;
    if (a != a || bits >> 63)
        return f64_from_bits(WASM_F64_NAN);
    if (exponent == 0) {
        int shift = __builtin_clzll(fraction) - 11;

        fraction <<= shift;
        exponent = 1 - shift;
    }
    fraction |= 0x10000000000000u;
    exponent -= 1023;
    if (exponent & 1) {
        fraction <<= 1;
        exponent--;
    }
    /* fraction < 2^54 stands for fraction / 2^52; its root times 2^54 has 55 bits. */
    for (int i = 0; i < 55; i++) {
        uint64_t pair = i < 27 ? fraction >> (52 - 2 * i) & 3 : 0, trial;

        rest = rest << 2 | pair;
        trial = root << 2 | 1;
        root <<= 1;
        if (rest >= trial) {
            rest -= trial;
            root |= 1;
        }
    }
    root |= rest != 0;
    fraction = root >> 2;
    if ((root & 2) && ((root & 1) || (fraction & 1)))
        fraction++;
    return f64_from_bits(((uint64_t)(exponent / 2 + 1022) << 52) + fraction);
}
