// SPDX-License-Identifier: GPL-2.0-or-later
/* The other file. */
#define FIRST 9
#if defined(TABLE) && defined(PATCHED) /* as no file had it, or as the other one has it */
#define NAME TABLE
#else
#define NAME "second"
#endif
#define LABEL	     other
#define PREFIX(name) b_##name
#include "file.h"
