// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The entries of special sections in the output: counted, and given symbols for
 * people and tools that want to look (--entry-symbols), which post-link drops.
 */
#include <klp/diff.h>
#include <klp/post-link.h>

/* Entries of the input that copied code owns = entries in the output. */
void diff_count_entries(struct diff *d)
{
	const struct object *obj = &d->patched;

	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];
		bool owned = p->kind == PIECE_ENTRY && p->owner != NO_PIECE &&
			     !(p->flags & PIECE_LEFT_OUT) &&
			     obj->pieces[p->owner].flags & PIECE_INCLUDED &&
			     !(p->rule->flags & (SPECIAL_RANGES | SPECIAL_BOOT_CONST));
		struct diag_where where = object_where(obj, p->sec, p->start);

		if (p->kind == PIECE_ENTRY && owned != (p->out_sec != NULL))
			diag_error(d->diag, &where, "internal-entry-count",
				   "internal error: a table entry is %s; please report this",
				   owned ? "missing from the output" : "in the output without need");
	}
}

void diff_name_entry(struct diff *d, const struct elf_sec *sec, uint64_t off, uint64_t size,
		     uint64_t nr)
{
	struct elf_sym sym = {
		.name = arena_printf(d->arena, KLP_ENTRY_PREFIX "%s.%llu", sec->name,
				     (unsigned long long)nr),
		.sec = sec->index,
		.value = off,
		.size = size,
		.bind = STB_LOCAL,
		.type = STT_OBJECT,
	};

	if (d->opts->entry_symbols)
		elf_add_sym(d->out, &sym);
}

void diff_name_entries(struct diff *d)
{
	const struct object *obj = &d->patched;
	uint64_t *nr = arena_calloc(d->arena, obj->elf->nr_secs, sizeof(*nr));

	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];

		if (p->kind == PIECE_ENTRY && p->out_sec)
			diff_name_entry(d, p->out_sec, p->out_off, p->end - p->start,
					nr[p->sec->index]++);
	}
}
