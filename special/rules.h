/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KLP_SPECIAL_RULES_H
#define KLP_SPECIAL_RULES_H

#include <klp/special.h>

/* The rows that every architecture has, ended by a NULL name. */
extern const struct special_rule special_generic[];

#endif
