\ SPDX-License-Identifier: MIT OR Apache-2.0
\ Two tests that must be reported.
T{ 1 1 + -> 3 }T
T{ 1 DUP -> 1 }T
.( END OF TESTS) CR
