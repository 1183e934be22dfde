/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KLP_STR_H
#define KLP_STR_H

#include <stdbool.h>
#include <string.h>

static inline bool starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

#endif
