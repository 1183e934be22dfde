// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The entries of special sections in the output: they are counted, and with --entry-symbols each
 * gets a symbol, which post-link drops.  Sections that are left out although copied functions
 * have entries in them are noted: of a function whose message is in .printk_index, only the
 * original's entry exists.
 */
#include <string.h>

#include <klp/livepatch.h>
#include <klp/text.h>

#include "internal.h"

/* Entries of the input that copied code owns = entries in the output. */
void diff_count_entries(struct diff *d)
{
	const struct object *obj = d->patched;

	for_each_piece (obj, p) {
		bool owned = p->kind == PIECE_ENTRY && p->owner != NO_PIECE &&
			     !(p->flags & PIECE_LEFT_OUT) &&
			     obj->pieces[p->owner].flags & PIECE_INCLUDED &&
			     !(p->rule->flags & SPECIAL_RANGES) && !diff_piece_boot_const(p);
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
		elf_add_sym(d->out->elf, &sym);
}

void diff_name_entries(struct diff *d)
{
	const struct object *obj = d->patched;
	uint64_t *nr = arena_calloc(d->arena, obj->elf->nr_secs, sizeof(*nr));

	for_each_piece (obj, p) {
		if (p->kind == PIECE_ENTRY && p->out_sec)
			diff_name_entry(d, p->out_sec, p->out_off, p->end - p->start,
					nr[p->sec->index]++);
	}
}

/* The piece that a relocation of a section that was not looked at leads to, or NULL. */
static const struct piece *leads_to(const struct object *obj, const struct elf_reloc *r)
{
	const struct elf_sym *sym = &obj->elf->syms[r->sym];
	uint32_t at = NO_PIECE;

	if (elf_sym_in_sec(sym))
		at = object_piece_at(obj, obj->elf->secs[sym->sec],
				     (int64_t)sym->value + r->addend);
	return at == NO_PIECE ? NULL : &obj->pieces[at];
}

static bool is_copied_function(const struct diff *d, const struct piece *p)
{
	(void)d;
	return p && p->kind == PIECE_FUNC && p->flags & PIECE_INCLUDED;
}

static bool is_new(const struct diff *d, const struct piece *p)
{
	(void)d;
	return p && p->kind <= PIECE_OBJECT && p->flags & PIECE_INCLUDED && p->flags & PIECE_NEW;
}

static bool names_copied_function(const struct diff *d, const char *name)
{
	const struct object *obj = d->patched;

	for_each_str (&obj->names, name, e) {
		uint32_t at = obj->piece_of[e->value];

		if (at != NO_PIECE && obj->pieces[at].sym == e->value &&
		    is_copied_function(d, &obj->pieces[at]))
			return true;
	}
	return false;
}

/* struct pi_entry of include/linux/printk.h names the function at its second pointer. */
static bool is_message_of_copied(const struct diff *d, const struct piece *entry)
{
	const struct elf *elf = d->patched->elf;
	const struct elf_sec *rela = entry ? entry->sec->rela : NULL;
	size_t k = entry ? elf_first_reloc(rela, entry->start + 8) : 0;

	/* By relocations: the entry may be frozen. */
	for (; rela && k < rela->nr_relocs && rela->relocs[k].offset == entry->start + 8; k++) {
		const struct elf_sym *sym = &elf->syms[rela->relocs[k].sym];
		const struct elf_sec *sec = elf_sym_in_sec(sym) ? elf->secs[sym->sec] : NULL;
		uint64_t off = sym->value + (uint64_t)rela->relocs[k].addend;
		const char *name;

		if (!sec || !sec->data || off >= sec->size)
			continue;
		name = (const char *)sec->data + off;
		if (memchr(name, 0, sec->size - off) && names_copied_function(d, name))
			return true;
	}
	return false;
}

/* Sections that are left out, which of their entries count, and the message's words. */
static const struct {
	const char *section; /* or what its name begins with */
	bool (*counts)(const struct diff *d, const struct piece *p);
	const char *of, *effect;
} left_out[] = {
	{ ".printk_index", is_message_of_copied, "copied functions",
	  "the index of messages has the original's only" },
	{ ".export_symbol", is_new, "what is new", "only the livepatch itself can use that" },
	{ "__ksymtab", is_new, "what is new", "only the livepatch itself can use that" },
	{ "___ksymtab", is_new, "what is new", "only the livepatch itself can use that" },
};

static void note_left_out(struct diff *d, const struct elf_sec *sec, size_t row)
{
	struct diag_where where = { .object = d->patched->elf->path, .section = sec->name };
	uint32_t nr = 0;

	for_each_reloc (sec->rela, r)
		nr += left_out[row].counts(d, leads_to(d->patched, r));
	if (nr)
		diag_note(d->diag, &where, "left-out", "left out, with %u %s of %s: %s", nr,
			  nr == 1 ? "entry" : "entries", left_out[row].of, left_out[row].effect);
}

void diff_note_left_out(struct diff *d)
{
	for_each_sec (d->patched->elf, sec) {
		if (d->patched->secs[sec->index].role != ROLE_NONE || sec->type == SHT_RELA)
			continue;
		for (size_t row = 0; row < sizeof(left_out) / sizeof(*left_out); row++)
			if (starts_with(sec->name, left_out[row].section))
				note_left_out(d, sec, row);
	}
}
