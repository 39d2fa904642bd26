# SPDX-License-Identifier: MIT OR Apache-2.0
"""Running a built board: see tools/run.py and README.md."""
