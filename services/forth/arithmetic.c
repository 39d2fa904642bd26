/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Double-cell products and quotients, from single-cell operations alone, so that no compiler needs
 * a library for them.
 */
#include <services/forth/engine.h>

#define HALF      (CELL_BITS / 2)
#define LOW(x)    ((x) & (((forth_cell)1 << HALF) - 1))
#define HIGH(x)   ((x) >> HALF)
#define IS_NEG(x) ((forth_signed)(x) < 0)

void forth_um_star(forth_cell a, forth_cell b, forth_cell product[2])
{
    forth_cell low = LOW(a) * LOW(b);
    forth_cell middle = HIGH(a) * LOW(b) + HIGH(low);
    forth_cell other = LOW(a) * HIGH(b) + LOW(middle);

    product[0] = other << HALF | LOW(low);
    product[1] = HIGH(a) * HIGH(b) + HIGH(middle) + HIGH(other);
}

void forth_negate(forth_cell number[2])
{
    number[0] = 0 - number[0];
    number[1] = ~number[1] + !number[0];
}

void forth_m_star(forth_cell a, forth_cell b, forth_cell product[2])
{
    bool negative = IS_NEG(a ^ b);

    forth_um_star(IS_NEG(a) ? 0 - a : a, IS_NEG(b) ? 0 - b : b, product);
    if (negative)
        forth_negate(product);
}

int forth_um_divide(const forth_cell dividend[2], forth_cell divisor, forth_cell *quotient,
                    forth_cell *remainder)
{
    forth_cell low = dividend[0], high = dividend[1];

    if (!divisor)
        return THROW_DIVIDE;
    if (high >= divisor)
        return THROW_RANGE;
    if (!high) {
        *quotient = low / divisor;
        *remainder = low % divisor;
        return 0;
    }
    for (unsigned i = 0; i < CELL_BITS; i++) {
        bool carry = IS_NEG(high);

        high = high << 1 | low >> (CELL_BITS - 1);
        low <<= 1;
        if (carry || high >= divisor) {
            high -= divisor;
            low |= 1;
        }
    }
    *quotient = low;
    *remainder = high;
    return 0;
}

int forth_sm_divide(const forth_cell dividend[2], forth_cell divisor, forth_cell *quotient,
                    forth_cell *remainder)
{
    forth_cell positive[2] = {dividend[0], dividend[1]};
    bool negative = IS_NEG(dividend[1]), differ = IS_NEG(dividend[1] ^ divisor);
    int code;

    if (negative)
        forth_negate(positive);
    code = forth_um_divide(positive, IS_NEG(divisor) ? 0 - divisor : divisor, quotient, remainder);
    if (code)
        return code;
    if (*quotient > ((forth_cell)1 << (CELL_BITS - 1)) - !differ)
        return THROW_RANGE;
    if (differ)
        *quotient = 0 - *quotient;
    if (negative)
        *remainder = 0 - *remainder;
    return 0;
}

int forth_fm_divide(const forth_cell dividend[2], forth_cell divisor, forth_cell *quotient,
                    forth_cell *remainder)
{
    int code = forth_sm_divide(dividend, divisor, quotient, remainder);

    if (code || !*remainder || !IS_NEG(*remainder ^ divisor))
        return code;
    if (*quotient == (forth_cell)1 << (CELL_BITS - 1))
        return THROW_RANGE;
    *quotient -= 1;
    *remainder += divisor;
    return 0;
}
