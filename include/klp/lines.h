/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's functions to which a line number is handed (special/line-reporters.c).
 */
#ifndef KLP_LINES_H
#define KLP_LINES_H

#include <stddef.h>
#include <stdint.h>

struct line_reporter {
	const char *name;
	unsigned int arg;	/* which of its arguments the line is, from 1 */
	uint32_t min;		/* what is less may be something else, in older kernels */
	const char *file;	/* it is a static function of that file; NULL: a global one */
};

extern const struct line_reporter special_line_reporters[];
extern const size_t special_nr_line_reporters;

#endif
