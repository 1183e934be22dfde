/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What became of a type: from the one file that compares to the one that asks.
 */
#ifndef KLP_PATCHABLE_TYPES_H
#define KLP_PATCHABLE_TYPES_H

#include <klp/types.h>

struct diff;
struct map;

enum type_verdict {
	TYPE_SAME,
	TYPE_DOUBT,	/* whether objects that exist are right is not known */
	TYPE_CHANGED,	/* they are wrong for code that was compiled for the new one */
};

struct type_change {
	enum type_verdict verdict;
	const char *text;	/* the first change that is as bad as that */
	unsigned int more;	/* so many others are, too */
	uint32_t renamed_old, renamed_new;	/* a member points to this one by a new name, or NO_TYPE */
};

/* What became of a structure, a union or an enum; both are more than declared. */
void diff_type_change(struct diff *d, const struct types *old, uint32_t old_type,
		      const struct types *new, uint32_t new_type, struct type_change *change);

/* Are values of both types passed in the same way? */
bool diff_same_form(struct diff *d, const struct types *old, uint32_t old_type,
		    const struct types *new, uint32_t new_type);

/*
 * Notes of what means something else to code that is not in the livepatch: copied functions of new;
 * reported: types of which there is an error or a warning already.
 */
void diff_note_meaning(struct diff *d, const struct types *old, const struct types *new,
		       const bool *copied, const struct map *reported);

#endif
