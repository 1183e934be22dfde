// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Section groups (SHT_GROUP): which sections stay or go together.
 */
#include "internal.h"

static int read_group(struct elf_reader *r, struct elf_sec *group)
{
	struct elf *elf = r->elf;
	uint64_t at;

	if (!elf->symtab || group->link != elf->symtab || !group->info ||
	    group->info >= elf->nr_syms)
		return damaged_sec(r, group, "section group %u has no signature symbol",
				   group->index);
	if (group->size < 4 || group->size % 4)
		return damaged_sec(r, group, "section group %u has a bad size", group->index);
	for (at = 4; at < group->size; at += 4) {
		uint32_t index = get_le32(group->data + at);
		struct elf_sec *sec;

		if (!index || index >= elf->nr_secs)
			return damaged_sec(r, group,
					   "section group %u has the member %u, "
					   "which does not exist",
					   group->index, index);
		sec = elf->secs[index];
		if (sec->group || sec->type == SHT_GROUP || index == elf->symtab)
			return damaged_sec(
				r, group,
				"section group %u cannot have section %u (%s) as a member",
				group->index, index, sec->name);
		sec->group = group;
	}
	return 0;
}

int elf_read_groups(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;
	int err = 0;

	for (i = 1; i < elf->nr_secs && elf->type == ET_REL && !err; i++) {
		if (elf->secs[i]->type == SHT_GROUP)
			err = read_group(r, elf->secs[i]);
	}
	return err;
}
