/* SPDX-License-Identifier: GPL-2.0-or-later */
int pair_count(void);
int pair_step(int n);
