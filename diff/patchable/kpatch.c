// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kpatch's macros (kpatch-macros.h) say of a patch in sections of their own.  klp diff does
 * not do what they ask for, and so refuses each by its name, rather than do something else.
 */
#include <string.h>

#include <klp/text.h>

#include "internal.h"

static const struct {
	const char *section;
	const char *before, *behind;	/* the text around the label */
} wishes[] = {
	{ ".kpatch.ignore.functions", "KPATCH_IGNORE_FUNCTION",
	  "is not done: the function would be patched all the same; take its change out of the "
	  "patch" },
	{ ".kpatch.ignore.sections", "KPATCH_IGNORE_SECTION",
	  "is not done: pass --ignore-section for that section, and take this out of the patch" },
	{ ".kpatch.force", "KPATCH_FORCE_UNSAFE",
	  "is not done: nothing is checked less for it; take it out of the patch" },
	{ ".kpatch.callbacks.*", "kpatch's callback",
	  "would never run: name it by KLP_PRE_PATCH_CALLBACK() or the like (klp-diff(1), "
	  "CALLBACKS)" },
	{ ".kpatch.*", "an annotation of kpatch that klp does not know, for",
	  "would have no effect: take it out of the patch" },
};

bool diff_is_kpatch(const struct elf_sec *sec)
{
	return starts_with(sec->name, ".kpatch.");
}

/* A function is known by its name, a section by a string. */
static const char *subject(struct diff *d, const struct ref *r)
{
	const struct object *obj = d->patched;
	const struct piece *to = ref_piece(obj, r);

	if (!to || obj->secs[to->sec->index].role != ROLE_STRINGS)
		return ref_label(obj, r);
	return arena_printf(d->arena, "%.*s", (int)(to->end - to->start),
			    (const char *)to->sec->data + to->start);
}

/* r: leads to the function that it is about; NULL: it is about none. */
static void refuse_wish(struct diff *d, const struct elf_sec *sec, const struct ref *r)
{
	struct diag_where where = object_where(d->patched, sec, r ? r->place : 0);
	size_t i = 0;

	while (!text_matches(sec->name, wishes[i].section))
		i++;
	diag_error(d->diag, &where, "kpatch", "%s %s %s", wishes[i].before,
		   r ? subject(d, r) : "nothing", wishes[i].behind);
}

void diff_check_kpatch(struct diff *d)
{
	const struct object *obj = d->patched;

	for_each_sec (obj->elf, sec) {
		const struct sec_info *info = &obj->secs[sec->index];

		if (!diff_is_kpatch(sec) || !sec->size || sec->type != SHT_PROGBITS ||
		    info->role == ROLE_NONE)
			continue;
		for (uint32_t k = 0; k < info->nr_refs; k++)
			refuse_wish(d, sec, &obj->refs[info->first_ref + k]);
		if (!info->nr_refs)
			refuse_wish(d, sec, NULL);
	}
}
