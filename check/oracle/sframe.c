// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: unwind data in the SFrame format.  The output has for each copy what the patched
 * object has for what it is a copy of, byte by byte, and for nothing else; and its header counts
 * that.
 */
#include <string.h>

#include <klp/special.h>

#include "internal.h"

struct frame {
	struct sframe_entry e;
	uint32_t sec;
	int64_t off;
	uint32_t type;
	bool used;
};

struct frames {
	struct sframe s;
	struct frame *list;
};

/* NULL, or what is wrong with it. */
static const char *read_frames(const struct image *img, const struct elf_sec *sec, struct frames *f)
{
	const char *why = special_sframe_open(&f->s, sec);

	f->list = why ? NULL : arena_calloc(img->arena, f->s.nr + 1, sizeof(*f->list));
	for (uint32_t i = 0; !why && i < f->s.nr; i++) {
		struct frame *x = &f->list[i];
		const struct elf_reloc *r;
		const struct elf_sym *sym;

		why = special_sframe_entry(&f->s, i, &x->e);
		r = special_sframe_reloc(&f->s, &x->e);
		sym = r ? &img->elf->syms[r->sym] : NULL;
		if (!why && (!sym || !elf_sym_in_sec(sym)))
			why = "a function's address has no relocation of its own";
		if (why)
			break;
		x->sec = sym->sec;
		x->off = (int64_t)sym->value + r->addend;
		x->type = r->type;
		if (x->off < 0 || x->e.func_size > img->elf->secs[x->sec]->size ||
		    (uint64_t)x->off > img->elf->secs[x->sec]->size - x->e.func_size)
			why = "what it has of a function is not for all of it";
	}
	return why;
}

/* All but the address and where its rows stand. */
static bool same_frame(const struct frames *of, const struct frame *x, const struct frames *pf,
		       const struct frame *y)
{
	const uint8_t *a = of->s.sec->data, *b = pf->s.sec->data;
	uint64_t rows_at = of->s.rows_at;

	for (uint64_t i = 0; i < of->s.entry_size; i++)
		if ((i < rows_at || i >= rows_at + 4) && a[x->e.at + i] != b[y->e.at + i])
			return false;
	return x->type == y->type && x->e.size == y->e.size &&
	       !memcmp(a + x->e.rows, b + y->e.rows, x->e.size);
}

static struct frame *find_frame(struct frames *f, uint32_t sec, int64_t off)
{
	for (uint32_t i = 0; i < f->s.nr; i++)
		if (f->list[i].sec == sec && f->list[i].off == off && !f->list[i].used)
			return &f->list[i];
	return NULL;
}

static void check_frame(struct oracle *o, struct frames *of, const struct frame *x,
			struct frames *pf)
{
	struct frame *y = NULL;
	uint32_t psec;
	int64_t poff;

	if (oracle_to_patched(o, x->sec, x->off, &psec, &poff))
		y = find_frame(pf, psec, poff);
	if (!y) {
		oracle_finding(o, x->sec, (uint64_t)x->off, "sframe",
			       "there is unwind data of it, which %s does not have",
			       o->patched.elf->path);
		return;
	}
	y->used = true;
	if (!same_frame(of, x, pf, y))
		oracle_finding(o, x->sec, (uint64_t)x->off, "sframe",
			       "its unwind data is other than that of %s+%#llx of %s",
			       o->patched.elf->secs[psec]->name, (unsigned long long)poff,
			       o->patched.elf->path);
}

/* The header, but for the counts that the rows themselves tell, and whether it is sorted. */
static void check_header(struct oracle *o, const struct frames *of, const struct frames *pf)
{
	const uint8_t *a = of->s.sec->data, *b = pf->s.sec->data;
	uint64_t rows = 0, size = 0;

	for (uint32_t i = 0; i < of->s.nr; i++) {
		rows += of->list[i].e.nr_rows;
		size += of->list[i].e.size;
	}
	if (of->s.header != pf->s.header || memcmp(a, b, SFRAME_FLAGS_AT) ||
	    a[SFRAME_FLAGS_AT] != (b[SFRAME_FLAGS_AT] & ~SFRAME_SORTED) ||
	    memcmp(a + SFRAME_FLAGS_AT + 1, b + SFRAME_FLAGS_AT + 1,
		   SFRAME_NR_AT - SFRAME_FLAGS_AT - 1) ||
	    memcmp(a + SFRAME_ROWS_AT + 4, b + SFRAME_ROWS_AT + 4,
		   of->s.header - SFRAME_ROWS_AT - 4))
		oracle_finding(o, 0, 0, "sframe-form", "the header of .sframe is another one");
	else if (rows != of->s.nr_rows || size != of->s.end - of->s.rows ||
		 of->s.end != of->s.sec->size || of->s.index != of->s.header ||
		 of->s.rows != of->s.index + of->s.nr * of->s.entry_size)
		oracle_finding(o, 0, 0, "sframe-form",
			       "the header of .sframe counts other entries than there are");
}

/* Of what is a copy there is all that there was. */
static void check_missing(struct oracle *o, const struct frames *pf)
{
	for (uint32_t i = 0; i < pf->s.nr; i++) {
		const struct frame *y = &pf->list[i];

		if (!y->used && y->e.func_size &&
		    oracle_is_covered(o->pcovered, o->patched.elf->secs[y->sec], y->off))
			oracle_finding(o, 0, 0, "sframe",
				       "the copy of %s+%#llx has no unwind data, as it has in %s",
				       o->patched.elf->secs[y->sec]->name,
				       (unsigned long long)y->off, o->patched.elf->path);
	}
}

void check_sframe(struct oracle *o)
{
	const struct elf_sec *psec = elf_find_sec(o->patched.elf, ".sframe");
	const struct elf_sec *osec = elf_find_sec(o->out.elf, ".sframe");
	struct frames of, pf;
	const char *why;

	/* What cannot be read is left out. */
	if (!psec || read_frames(&o->patched, psec, &pf)) {
		if (osec)
			oracle_finding(o, 0, 0, "sframe", "there is nothing of which it is a part");
		return;
	}
	if (osec) {
		why = read_frames(&o->out, osec, &of);
		if (why) {
			oracle_finding(o, 0, 0, "sframe-form", ".sframe: %s", why);
			return;
		}
		check_header(o, &of, &pf);
		for (uint32_t i = 0; i < of.s.nr; i++)
			check_frame(o, &of, &of.list[i], &pf);
	}
	check_missing(o, &pf);
}
