/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of object/lines.c: what object/line-bugs.c knows of the lines of traps.
 */
#ifndef KLP_OBJECT_LINES_H
#define KLP_OBJECT_LINES_H

#include <klp/object.h>

/* An entry of __bug_table: in which line of the source the instruction stands. */
struct line_bug {
	uint32_t sec;
	uint64_t place;
	uint16_t line;
};

struct line_bugs {
	struct line_bug *v;	/* by section, then place */
	size_t nr, cap;
};

/* All of an object's; they live in its arena. */
void object_line_bugs_find(struct object *obj, struct line_bugs *bugs);
/* The first one at that place, NULL: none.  Of several that stand there, bugs->v tells. */
const struct line_bug *object_line_bug_at(const struct line_bugs *bugs, uint32_t sec,
					  uint64_t place);

#endif
