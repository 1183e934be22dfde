// SPDX-License-Identifier: GPL-2.0-or-later
/* A file whose symbol the link of a module discards, so that it is not counted; see case.c. */
static int helper[2] __attribute__((used, section(".discard.helper")));
