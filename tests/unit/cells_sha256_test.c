/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/cells/sha256.c services/cells/features.c services/cells/words.c
/*
 * SHA-256: NIST's examples, and texts of every length around a block's, from every alignment and in
 * pieces, portable and by the instructions of this machine's CPU, if the profile has all of them.
 */
#include <services/cells/sha256.h>

#include <kernel/board.h>
#include <kernel/profile.h>
#include <setjmp.h>
#include <sha2.h>
#include <sha256_instructions.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { LONGEST = 260, ALIGNMENTS = 16, SHA = 1, SHA2 = 3 };

static const char *const names[] = {"ssse3", "sha", "sha512", "sha2"};
const struct board board = {.cpu_feature_names = names, .cpu_feature_count = 4};

static unsigned features; /* that the profile has, by index in `names` */

bool profile_has(unsigned feature)
{
    return features >> feature & 1;
}

static bool cpu_has_instructions(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("sha") && __builtin_cpu_supports("ssse3");
#else
    return false;
#endif
}

static bool by_instructions(void)
{
    CSha256 hash;
    sha256_begin(&hash);
    return SHA256_FEATURES && hash.v.vars.func_UpdateBlocks == SHA256_INSTRUCTIONS;
}

/* In two pieces, the first of `first` bytes. */
static void assert_hash(const char *text, size_t size, size_t first, const char *expected)
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    char in_hex[SHA256_DIGEST_STRING_LENGTH] = "";
    CSha256 hash;
    sha256_begin(&hash);
    Sha256_Update(&hash, (const uint8_t *)text, first);
    Sha256_Update(&hash, (const uint8_t *)text + first, size - first);
    Sha256_Final(&hash, digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        for (size_t nibble = 0; nibble < 2; nibble++)
            in_hex[2 * i + nibble] = "0123456789abcdef"[digest[i] >> (nibble ? 0 : 4) & 15];
    assert_string_equal(in_hex, expected);
}

/* NIST's examples for SHA-256: of no bytes, of one and two blocks, and of a million bytes. */
static void assert_examples(void)
{
    static char million[1000000];
    memset(million, 'a', sizeof(million));
    assert_hash("", 0, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash("abc", 3, 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, 0,
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_hash("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                112, 70, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    assert_hash(million, sizeof(million), 0,
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Against the libmd of the machine that builds. */
static void assert_like_another(void)
{
    char text[ALIGNMENTS + LONGEST], expected[SHA256_DIGEST_STRING_LENGTH];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(i * 89 + i / 7);
    for (size_t at = 0; at < ALIGNMENTS; at++) {
        for (size_t size = 0; size <= LONGEST; size++) {
            SHA256Data((const uint8_t *)text + at, size, expected);
            assert_hash(text + at, size, size * at / ALIGNMENTS, expected);
        }
    }
}

static void portable(void **context)
{
    (void)context;
    features = 0;
    assert_false(by_instructions());
    assert_examples();
    assert_like_another();
}

static void not_by_part_of_the_features(void **context)
{
    (void)context;
    features = ~(1U << SHA | 1U << SHA2);
    assert_false(by_instructions());
    features = 1U << SHA;
    assert_false(by_instructions());
}

static void instructions(void **context)
{
    (void)context;
    if (!cpu_has_instructions())
        skip();
    features = ~0U;
    assert_true(by_instructions());
    assert_examples();
    assert_like_another();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(portable),
        cmocka_unit_test(not_by_part_of_the_features),
        cmocka_unit_test(instructions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
