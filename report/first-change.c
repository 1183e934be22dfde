// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first change of a function: where, and in words what.
 */
#include <stdlib.h>
#include <string.h>

#include "change.h"

const char *const change_names[] = {
	[CHANGE_UNKNOWN] = "unknown",
	[CHANGE_INSN] = "instruction",
	[CHANGE_IMMEDIATE] = "immediate",
	[CHANGE_TARGET] = "target",
	[CHANGE_STRING] = "string",
	[CHANGE_DATA] = "data",
	[CHANGE_ALTERNATIVE] = "alternative",
	[CHANGE_ENTRY] = "entry",
	[CHANGE_SIZE] = "size",
	[CHANGE_PART] = "part",
	[CHANGE_CALLEE] = "callee",
	[CHANGE_FORCED] = "forced",
};

int64_t insn_offset(const struct object *obj, const struct insn_at *at)
{
	const struct piece *p = &obj->pieces[at->piece];

	return (int64_t)(p->start + at->off - p->base);
}

struct insn_at insn_in(const struct object *obj, uint32_t piece, uint64_t off)
{
	const struct piece *p = &obj->pieces[piece];
	struct insn_at at = { .piece = piece, .off = off };
	struct insn insn;

	if (p->sec->data && off < p->end - p->start &&
	    !obj->arch->decode(p->sec->data + p->start + off, p->end - p->start - off, &insn))
		at.len = insn.len;
	return at;
}

/* ---- references ---- */

uint64_t first_byte(struct diff *d, uint32_t ia, uint32_t ib)
{
	const struct piece *a = &d->orig.pieces[ia], *b = &d->patched.pieces[ib];
	const uint8_t *x = piece_masked(&d->orig, a), *y = piece_masked(&d->patched, b);
	uint64_t n = 0;

	while (x && y && n < a->end - a->start && n < b->end - b->start && x[n] == y[n])
		n++;
	return n;
}

static bool is_content_ref(const struct object *obj, const struct ref *r)
{
	return r->piece != NO_PIECE && piece_is_content(&obj->pieces[r->piece]);
}

static const char *content_words(struct diff *d, const struct object *obj, const struct ref *r,
				 uint64_t byte)
{
	const struct piece *p = &obj->pieces[r->piece];
	uint64_t size = p->end - p->start;

	if (byte >= size)
		return arena_printf(d->arena, "%s, %llu bytes", piece_label(obj, p),
				    (unsigned long long)size);
	return arena_printf(d->arena, "%s, byte %llu is %#x", piece_label(obj, p),
			    (unsigned long long)byte, p->sec->data ? p->sec->data[p->start + byte] : 0);
}

static void describe_refs(struct diff *d, const struct ref *a, const struct ref *b, struct change *c)
{
	const char *old = a ? ref_string(&d->orig, a) : NULL;
	const char *new = b ? ref_string(&d->patched, b) : NULL;
	uint64_t byte;

	c->kind = old && new ? CHANGE_STRING : CHANGE_TARGET;
	c->was = ref_words(&d->orig, a);
	c->is = ref_words(&d->patched, b);
	if (!a || !b || old || new || !is_content_ref(&d->orig, a) || !is_content_ref(&d->patched, b))
		return;
	c->kind = CHANGE_DATA;
	byte = first_byte(d, a->piece, b->piece);
	if (byte >= d->orig.pieces[a->piece].end - d->orig.pieces[a->piece].start &&
	    byte >= d->patched.pieces[b->piece].end - d->patched.pieces[b->piece].start)
		return;		/* what they refer to differs */
	c->was = content_words(d, &d->orig, a, byte);
	c->is = content_words(d, &d->patched, b, byte);
}

/* ---- code ---- */

static const char *offset_words(struct arena *arena, const struct piece *p, int64_t off)
{
	off -= (int64_t)(p->base - p->start);
	return arena_printf(arena, "%s%s0x%llx", p->name ?: p->sec->name, off < 0 ? "-" : "+",
			    (unsigned long long)llabs(off));
}

/* Whether the bytes agree but for what relocations fill. */
static bool same_bytes(struct diff *d, const struct walk *w)
{
	const struct piece *a = &d->orig.pieces[w->old.piece], *b = &d->patched.pieces[w->new.piece];
	const uint8_t *x = piece_masked(&d->orig, a), *y = piece_masked(&d->patched, b);

	return w->old.len == w->new.len && x && y && !memcmp(x + w->old.off, y + w->new.off, w->old.len);
}

static void describe_walk(struct diff *d, const struct walk *w, struct change *c)
{
	c->old = c->old_code = w->old;
	c->new = c->new_code = w->new;
	if (w->branch) {
		c->kind = CHANGE_TARGET;
		c->was = offset_words(d->arena, &d->orig.pieces[w->old.piece], w->old_dest);
		c->is = offset_words(d->arena, &d->patched.pieces[w->new.piece], w->new_dest);
	} else if (!w->old.len || !w->new.len) {
		c->kind = CHANGE_SIZE;
		c->was = size_words(d, &d->orig.pieces[w->old.piece]);
		c->is = size_words(d, &d->patched.pieces[w->new.piece]);
	} else if (w->old_ref && w->new_ref && same_bytes(d, w)) {
		describe_refs(d, w->old_ref, w->new_ref, c);
	} else if (!w->old_ref && !w->new_ref && describe_immediate(d, w, c)) {
		c->kind = CHANGE_IMMEDIATE;
	} else {
		c->kind = CHANGE_INSN;
	}
}

/* ---- the whole function ---- */

static bool change_of(struct diff *d, uint32_t ia, uint32_t ib, struct change *c)
{
	struct walk w;

	diff_walk(d, ia, ib, &w);
	if (describe_entries(d, ia, ib, &w, c))
		return true;
	if (w.differs)
		describe_walk(d, &w, c);
	return w.differs;
}

/* The instruction that has the place in it. */
static struct insn_at insn_around(const struct object *obj, uint32_t piece, uint64_t place)
{
	struct insn_at at = insn_in(obj, piece, 0);

	while (at.len && at.off + at.len <= place)
		at = insn_in(obj, piece, at.off + at.len);
	return at.len ? at : insn_in(obj, piece, place);
}

/* In a .cold or .part of it. */
static bool change_of_parts(struct diff *d, uint32_t ib, struct change *c)
{
	const struct object *obj = &d->patched;
	const struct part *part = object_parts(obj, ib), *end = obj->parts + obj->nr_parts;

	for (; part && part < end && part->function == ib; part++) {
		const struct piece *p = &obj->pieces[part->piece];

		if (p->twin == NO_PIECE) {
			c->kind = CHANGE_PART;
			c->was = "none";
			c->is = p->name;
			c->new = c->new_code = insn_in(obj, part->piece, 0);
			return true;
		}
		if (p->flags & PIECE_CHANGED && change_of(d, p->twin, part->piece, c))
			return true;
	}
	return false;
}

/* What it calls without being able to change it otherwise (diff/carry.c). */
static bool change_of_callee(struct diff *d, uint32_t ib, struct change *c)
{
	const struct object *obj = &d->patched;
	const struct piece *p = &obj->pieces[ib];

	for (uint32_t k = 0; k < p->nr_refs; k++) {
		const struct ref *r = &obj->refs[p->first_ref + k];

		if (r->piece == NO_PIECE || r->piece == ib ||
		    !(obj->pieces[r->piece].flags & (PIECE_CARRIED | PIECE_CALLS_CARRIED)))
			continue;
		c->kind = CHANGE_CALLEE;
		c->is = ref_label(obj, r);
		c->new = c->new_code = insn_around(obj, ib, r->place - p->start);
		c->old = c->old_code = insn_around(&d->orig, p->twin, r->place - p->start);
		return true;
	}
	return false;
}

void diff_first_change(struct diff *d, uint32_t piece, struct change *c)
{
	const struct piece *p = &d->patched.pieces[piece];

	*c = (struct change){ .old.piece = NO_PIECE, .new.piece = NO_PIECE,
			      .old_code.piece = NO_PIECE, .new_code.piece = NO_PIECE };
	if (p->twin == NO_PIECE)
		return;
	if (change_of(d, p->twin, piece, c) || change_of_parts(d, piece, c) ||
	    change_of_callee(d, piece, c))
		return;
	if (p->flags & PIECE_FORCED)
		c->kind = CHANGE_FORCED;
}
