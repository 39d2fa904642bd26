/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The specification's tests, as convert.py wrote them, in the image.
 */
    .section .far_constants.spec_script, "a", %progbits
    .balign 8
    .global spec_script_start, spec_script_end
spec_script_start:
    .incbin SCRIPT
spec_script_end:

    .section .note.GNU-stack, "", %progbits
