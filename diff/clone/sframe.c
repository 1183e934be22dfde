// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unwind data in the SFrame format (special/sframe.c): the output has what the patched object has of
 * each copied function, with the copy's address.  That is all there is to adapt: rows count from
 * their function's begin, and the header's numbers are the output's.  The linker joins the sections of
 * several outputs, and sorts them.
 */
#include "internal.h"

struct frame {
	struct sframe_entry e;
	const struct elf_reloc *reloc;
	const struct piece *piece;
	uint64_t off;		/* of the function in its section */
};

struct frames {
	struct sframe s;
	struct frame *v;
	uint32_t nr, nr_rows, rows_size;
};

/* The copied function that the entry is about, in *f; false: another one's. */
static bool find_function(const struct diff *d, struct frame *f)
{
	const struct object *obj = d->patched;
	const struct elf_sym *sym = &obj->elf->syms[f->reloc->sym];
	uint32_t at;

	if (!elf_sym_in_sec(sym))
		return false;
	f->off = sym->value + (uint64_t)f->reloc->addend;
	at = object_piece_at(obj, obj->elf->secs[sym->sec], (int64_t)f->off);
	f->piece = at == NO_PIECE ? NULL : &obj->pieces[at];
	return f->piece && f->piece->kind <= PIECE_CODE && f->piece->flags & PIECE_INCLUDED;
}

/* Those of copied functions; NULL, or why they cannot be carried. */
static const char *collect(struct diff *d, struct frames *f)
{
	const char *why = NULL;

	f->v = arena_calloc(d->arena, f->s.nr + 1, sizeof(*f->v));
	for (uint32_t i = 0; i < f->s.nr && !why; i++) {
		struct frame *x = &f->v[f->nr];

		why = special_sframe_entry(&f->s, i, &x->e);
		x->reloc = special_sframe_reloc(&f->s, &x->e);
		if (!why && !x->reloc)
			why = "a function's address has no relocation of its own";
		if (why || !find_function(d, x))
			continue;
		if (x->off < x->piece->start || x->e.func_size > x->piece->end - x->off)
			why = "what it has of a function is not for all of it";
		f->nr++;
		f->nr_rows += x->e.nr_rows;
		f->rows_size += (uint32_t)x->e.size;
	}
	return why;
}

static void write_header(struct diff *d, const struct frames *f, struct elf_sec *sec)
{
	uint8_t *h;

	elf_add_data(d->out->elf, sec, f->s.sec->data, f->s.header, f->s.sec->align, 0);
	h = elf_writable(d->out->elf, sec);
	h[SFRAME_FLAGS_AT] &= (uint8_t)~SFRAME_SORTED;
	put_le32(h + SFRAME_NR_AT, f->nr);
	put_le32(h + SFRAME_NR_ROWS_AT, f->nr_rows);
	put_le32(h + SFRAME_ROWS_SIZE_AT, f->rows_size);
	put_le32(h + SFRAME_INDEX_AT, 0);
	put_le32(h + SFRAME_ROWS_AT, (uint32_t)(f->nr * f->s.entry_size));
}

static void write_frames(struct diff *d, const struct frames *f)
{
	const struct elf_sec *from = f->s.sec;
	struct elf *elf = d->out->elf;
	struct elf_sec *sec = elf_add_sec(elf, from->name, from->type, from->flags, from->align, 0);
	uint32_t rows = 0;

	write_header(d, f, sec);
	for (uint32_t i = 0; i < f->nr; i++) {
		const struct frame *x = &f->v[i];
		uint64_t at = elf_add_data(elf, sec, from->data + x->e.at, f->s.entry_size, 1, 0);

		put_le32(elf_writable(elf, sec) + at + f->s.rows_at, rows);
		rows += (uint32_t)x->e.size;
		elf_add_reloc(elf, sec, at, x->reloc->type, elf_sec_sym(elf, x->piece->out_sec),
			      (int64_t)(x->piece->out_off + x->off - x->piece->start));
	}
	for (uint32_t i = 0; i < f->nr; i++)
		elf_add_data(elf, sec, from->data + f->v[i].e.rows, f->v[i].e.size, 1, 0);
}

/* How many relocations of it lead to copied functions. */
static uint32_t count_copied(struct diff *d, const struct elf_sec *sec)
{
	uint32_t nr = 0;

	for_each_reloc (sec->rela, r)
		nr += find_function(d, &(struct frame){ .reloc = r });
	return nr;
}

static void clone_section(struct diff *d, const struct elf_sec *sec)
{
	struct diag_where where = { .object = d->patched->elf->path, .section = sec->name };
	uint32_t nr = count_copied(d, sec);
	struct frames f = { .nr = 0 };
	const char *why = special_sframe_open(&f.s, sec) ?: collect(d, &f);

	if (nr && why)
		diag_note(d->diag, &where, "left-out",
			  "left out, with %u %s of copied functions: stacks are not unwound through "
			  "the copies by it: %s",
			  nr, nr == 1 ? "entry" : "entries", why);
	else if (f.nr && !why)
		write_frames(d, &f);
}

void diff_clone_sframe(struct diff *d)
{
	for_each_sec (d->patched->elf, sec)
		if (!strcmp(sec->name, ".sframe"))
			clone_section(d, sec);
}
