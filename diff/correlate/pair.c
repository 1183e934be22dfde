// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Make a pair of twins, by some evidence; the names of evidence; the pieces that have no twin yet.
 */
#include "internal.h"

static const char *const evidence_texts[] = {
	[EVIDENCE_NAME] = "name, file and scope",
	[EVIDENCE_SCOPE] = "a unique name in another scope",
	[EVIDENCE_STEM] = "a unique name but for the compiler's suffix",
	[EVIDENCE_HASH] = "its file's hash",
	[EVIDENCE_CHECKSUM] = "the checksum",
	[EVIDENCE_PARENT] = "being parts of twins",
	[EVIDENCE_REFS] = "references of twins",
	[EVIDENCE_POSITION] = "position",
	[EVIDENCE_USER] = "the user",
};

const char *diff_evidence_text(enum evidence evidence)
{
	return evidence_texts[evidence];
}

void diff_pair(struct diff *d, uint32_t a, uint32_t b, enum evidence evidence)
{
	struct piece *pa = &d->orig->pieces[a], *pb = &d->patched->pieces[b];
	struct diag_where where = piece_where(d->patched, pb);

	if (evidence != EVIDENCE_NAME)
		diag_debug(d->diag, &where, "paired", "the twin of %s in %s, by %s", pa->name,
			   d->orig->elf->path, diff_evidence_text(evidence));

	pa->twin = b;
	pb->twin = a;
	pa->evidence = pb->evidence = evidence;
	d->patched->matching->paired[d->patched->matching->nr_paired++] = b;
}

uint32_t diff_nr_open(const struct object *obj)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < obj->matching->nr_open; i++)
		if (piece_is_open(&obj->pieces[obj->matching->open[i]]))
			obj->matching->open[nr++] = obj->matching->open[i];
	obj->matching->nr_open = nr;
	return nr;
}
