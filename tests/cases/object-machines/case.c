// SPDX-License-Identifier: GPL-2.0-or-later
/* Objects of another machine, or of none that is known. */
int value = 1;
