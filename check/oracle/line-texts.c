// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: texts that end in a line of the source, in code and in entries of __bug_table.
 */
#include <string.h>

#include <klp/special.h>

#include "line-state.h"

const char *oracle_text_at(const struct image *img, const struct operand *op)
{
	struct place to = image_follow(img, op);
	const struct elf_sec *sec = to.sec ? img->elf->secs[to.sec] : NULL;

	if (!sec || !sec->data || !(sec->flags & SHF_STRINGS) || sec->entsize > 1 || to.off < 0 ||
	    (uint64_t)to.off >= sec->size ||
	    !memchr(sec->data + to.off, 0, sec->size - (uint64_t)to.off))
		return NULL;
	return (const char *)sec->data + to.off;
}

bool oracle_texts_alike(const char *a, const char *b)
{
	size_t len = a ? special_before_number(a) : 0;

	return a && b && a[len] && b[len] && len == special_before_number(b) && !memcmp(a, b, len);
}

/* The text to which the field leads that ends at that byte of the entry. */
static const char *file_of(const struct entry *e, uint64_t end)
{
	struct operands ops = { .nr = 0 };
	const char *file = NULL;

	oracle_entry_operands(e, &ops);
	for (size_t i = 0; i < ops.nr; i++)
		if (ops.list[i].at + ops.list[i].size == e->at + end)
			file = oracle_text_at(e->table->img, &ops.list[i]);
	arena_give_back(e->table->img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return file;
}

bool oracle_trap_states(struct oracle *o, struct entries *list, uint32_t sec, uint64_t place,
			struct statement *statement)
{
	struct entry_walk w = oracle_entries_of(o, list, sec, place, place + 1);
	const struct entry *e;

	while ((e = oracle_next_entry(&w)))
		if (!e->doubtful && e->table->layout && e->table->layout->line != SPECIAL_NONE &&
		    e->table->layout->line + 4 <= e->size) {
			const uint8_t *at = e->table->sec->data + e->at + e->table->layout->line;

			*statement = (struct statement){
				.line = get_le16(at),
				.flags = get_le16(at + 2),
				.file = file_of(e, (uint64_t)e->table->layout->line),
			};
			return true;
		}
	return false;
}
