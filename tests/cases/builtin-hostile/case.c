// SPDX-License-Identifier: GPL-2.0-or-later
/* What is judged is made by tests/bench/hostile: files of a megabyte that no compiler writes. */
