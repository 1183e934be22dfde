// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Find the first change of a function, in its code or in its entries of special sections, and
 * put it into words: "+0x5 -> +0x5: instruction", and both instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define QUOTE_MAX 200

/* ---- words ---- */

const char *report_quote_bytes(struct arena *arena, const uint8_t *s, uint64_t len)
{
	bool cut = len > QUOTE_MAX;
	char *text, *to;

	if (cut)
		len = QUOTE_MAX;
	text = to = arena_alloc(arena, 4 * len + sizeof("\"\"…"));
	*to++ = '"';
	for (uint64_t i = 0; i < len; i++) {
		uint8_t c = s[i];

		if (c == '"' || c == '\\')
			to += sprintf(to, "\\%c", c);
		else if (c == '\n')
			to += sprintf(to, "\\n");
		else if (c == '\t')
			to += sprintf(to, "\\t");
		else if (c >= ' ' && c < 0x7f)
			*to++ = (char)c;
		else
			to += sprintf(to, "\\%03o", c);
	}
	strcpy(to, cut ? "\"…" : "\"");
	return text;
}

/* The string that r leads into, as C writes it, or NULL. */
static const char *quoted_string(const struct object *obj, const struct ref *r)
{
	const char *string = r ? ref_string(obj, r) : NULL;

	return string ? report_quote_bytes(obj->arena, (const uint8_t *)string, strlen(string))
		      : NULL;
}

const char *report_ref_words(const struct object *obj, const struct ref *r)
{
	return r ? quoted_string(obj, r) ?: ref_label(obj, r) : NULL;
}

/* "12 bytes" */
static const char *size_words(struct diff *d, const struct piece *p)
{
	return arena_printf(d->arena, "%llu bytes", (unsigned long long)(p->end - p->start));
}

static const char *number_words(struct arena *arena, int64_t value)
{
	if (value > -0x10000 && value < 0x10000)
		return arena_printf(arena, "%lld", (long long)value);
	return arena_printf(arena, "%#llx", (unsigned long long)value);
}

/* ---- immediates ---- */

static int64_t sign_extended(uint64_t v, unsigned int bits)
{
	uint64_t sign = (uint64_t)1 << (bits - 1);

	return (int64_t)((v ^ sign) - sign);
}

static int64_t load(const uint8_t *p, unsigned int size)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < size; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return size && size < 8 ? sign_extended(v, 8 * size) : (int64_t)v;
}

/* Instructions of 4 bytes: the row that fits both, if they differ in its number only. */
static bool imm_by_row(struct diff *d, const uint8_t *a, const uint8_t *b, struct change *c)
{
	uint32_t x = get_le32(a), y = get_le32(b);
	const struct arch_imm *i = d->arch->imms;
	int shift;

	while (i->mask && (x & i->mask) != i->match)
		i++;
	if (!i->mask || (x ^ y) & ~i->bits)
		return false;
	if (i->is == IMM_ENCODED)
		return true;
	shift = __builtin_ctz(i->bits);
	x = (x & i->bits) >> shift;
	y = (y & i->bits) >> shift;
	if (i->is == IMM_UNSIGNED) {
		c->was = number_words(d->arena, x);
		c->is = number_words(d->arena, y);
	} else {
		unsigned int bits = (unsigned int)__builtin_popcount(i->bits);

		c->was = number_words(d->arena, sign_extended(x, bits));
		c->is = number_words(d->arena, sign_extended(y, bits));
	}
	return true;
}

/* x86: opcode and registers first, then the displacement, then the immediate. */
static bool imm_at_end(struct diff *d, const uint8_t *a, const struct insn *i, const uint8_t *b,
		       const struct insn *k, struct change *c)
{
	size_t disp = (size_t)(i->len - i->imm_size - i->disp_size);
	size_t imm = (size_t)(i->len - i->imm_size);

	if (i->len != k->len || i->imm_size != k->imm_size || i->disp_size != k->disp_size ||
	    memcmp(a, b, disp))
		return false;
	if (memcmp(a + disp, b + disp, i->disp_size)) {
		c->was = number_words(d->arena, load(a + disp, i->disp_size));
		c->is = number_words(d->arena, load(b + disp, i->disp_size));
	} else {
		c->was = number_words(d->arena, load(a + imm, i->imm_size));
		c->is = number_words(d->arena, load(b + imm, i->imm_size));
	}
	return true;
}

static const uint8_t *insn_bytes(const struct object *obj, const struct insn_at *at)
{
	const struct piece *p = &obj->pieces[at->piece];

	return p->sec->data ? p->sec->data + p->start + at->off : NULL;
}

/*
 * True if the two instructions at which the walk ended differ in a number only; *c has both,
 * if they can be told.
 */
static bool describe_immediate(struct diff *d, const struct walk *w, struct change *c)
{
	const uint8_t *a = insn_bytes(d->orig, &w->old), *b = insn_bytes(d->patched, &w->new);
	struct insn i, k;

	if (!a || !b || d->arch->decode(a, w->old.len, &i) || d->arch->decode(b, w->new.len, &k))
		return false;
	if ((i.flags | k.flags) & INSN_PCREL)
		return false;
	if (d->arch->imm_at_end)
		return imm_at_end(d, a, &i, b, &k, c);
	return w->old.len == 4 && w->new.len == 4 && imm_by_row(d, a, b, c);
}

const char *const report_change_names[] = {
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

int64_t report_insn_offset(const struct object *obj, const struct insn_at *at)
{
	const struct piece *p = &obj->pieces[at->piece];

	return (int64_t)(p->start + at->off - p->base);
}

struct insn_at report_insn_in(const struct object *obj, uint32_t piece, uint64_t off)
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

/* The first byte in which piece a of orig and b of patched differ, or the shorter one's length. */
static uint64_t first_byte(struct diff *d, uint32_t ia, uint32_t ib)
{
	const struct piece *a = &d->orig->pieces[ia], *b = &d->patched->pieces[ib];
	const uint8_t *x = piece_masked(d->orig, a), *y = piece_masked(d->patched, b);
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
	const char *old = a ? quoted_string(d->orig, a) : NULL;
	const char *new = b ? quoted_string(d->patched, b) : NULL;
	uint64_t byte;

	c->kind = old && new ? CHANGE_STRING : CHANGE_TARGET;
	c->was = report_ref_words(d->orig, a);
	c->is = report_ref_words(d->patched, b);
	if (!a || !b || old || new || !is_content_ref(d->orig, a) || !is_content_ref(d->patched, b))
		return;
	c->kind = CHANGE_DATA;
	byte = first_byte(d, a->piece, b->piece);
	if (byte >= d->orig->pieces[a->piece].end - d->orig->pieces[a->piece].start &&
	    byte >= d->patched->pieces[b->piece].end - d->patched->pieces[b->piece].start)
		return;		/* what they refer to differs */
	c->was = content_words(d, d->orig, a, byte);
	c->is = content_words(d, d->patched, b, byte);
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
	const struct piece *a = &d->orig->pieces[w->old.piece], *b = &d->patched->pieces[w->new.piece];
	const uint8_t *x = piece_masked(d->orig, a), *y = piece_masked(d->patched, b);

	return w->old.len == w->new.len && x && y && !memcmp(x + w->old.off, y + w->new.off, w->old.len);
}

static void describe_walk(struct diff *d, const struct walk *w, struct change *c)
{
	c->old = c->old_code = w->old;
	c->new = c->new_code = w->new;
	if (w->branch) {
		c->kind = CHANGE_TARGET;
		c->was = offset_words(d->arena, &d->orig->pieces[w->old.piece], w->old_dest);
		c->is = offset_words(d->arena, &d->patched->pieces[w->new.piece], w->new_dest);
	} else if (!w->old.len || !w->new.len) {
		c->kind = CHANGE_SIZE;
		c->was = size_words(d, &d->orig->pieces[w->old.piece]);
		c->is = size_words(d, &d->patched->pieces[w->new.piece]);
	} else if (w->old_ref && w->new_ref && same_bytes(d, w)) {
		describe_refs(d, w->old_ref, w->new_ref, c);
	} else if (!w->old_ref && !w->new_ref && describe_immediate(d, w, c)) {
		c->kind = CHANGE_IMMEDIATE;
	} else {
		c->kind = CHANGE_INSN;
	}
}

/* ---- entries of special sections ---- */

/* The place in its owner's code that an entry is about, as offset from the owner's begin. */
static uint64_t entry_place(const struct object *obj, const struct piece *entry, uint32_t owner)
{
	const struct piece *o = &obj->pieces[owner];

	for_each_ref (obj, entry, r) {
		if (r->piece == owner && !(r->flags & REF_DROP))
			return o->base - o->start + (uint64_t)r->off;
	}
	return 0;
}

/* Where in the new function the place of the old one is, as far as they run in step. */
static bool place_in_new(const struct walk *w, uint64_t old, uint64_t *new)
{
	size_t from = 0, to = w->nr_pairs;

	while (to - from > 1) {
		size_t mid = from + (to - from) / 2;

		if (w->pairs[mid][0] <= old)
			from = mid;
		else
			to = mid;
	}
	*new = w->pairs[from][1] + (old - w->pairs[from][0]);
	return old < w->pairs[w->nr_pairs - 1][0] || !w->differs;
}

static bool in_step(const struct walk *w, uint64_t new)
{
	return new < w->pairs[w->nr_pairs - 1][1] || !w->differs;
}

static bool is_meaning(const struct piece *entry)
{
	return entry->rule->flags & SPECIAL_MEANING;
}

struct entry_pair {
	const struct piece *a, *b; /* either may be NULL */
	uint64_t place;		   /* in the new function */
};

/* The first reference in which two entries of one form differ. */
static bool entry_refs_differ(struct diff *d, const struct piece *a, const struct piece *b,
			      const struct ref **ra, const struct ref **rb)
{
	for (uint32_t k = 0; k < a->nr_refs || k < b->nr_refs; k++) {
		*ra = k < a->nr_refs ? &d->orig->refs[a->first_ref + k] : NULL;
		*rb = k < b->nr_refs ? &d->patched->refs[b->first_ref + k] : NULL;
		if (!*ra || !*rb || (*ra)->place - a->start != (*rb)->place - b->start)
			return true;
		/* Places in the function itself have been matched, or moved with what follows. */
		if ((*ra)->piece == a->owner && (*rb)->piece == b->owner)
			continue;
		if (!((*ra)->flags & (*rb)->flags & REF_DROP) && !diff_ref_equal(d, a, *ra, b, *rb))
			return true;
	}
	*ra = *rb = NULL;
	return false;
}

static uint64_t entry_byte(struct diff *d, const struct piece *a, const struct piece *b)
{
	return first_byte(d, (uint32_t)(a - d->orig->pieces), (uint32_t)(b - d->patched->pieces));
}

static bool entries_agree(struct diff *d, const struct piece *a, const struct piece *b)
{
	const struct ref *ra, *rb;
	uint64_t size = a->end - a->start;

	return size == b->end - b->start && entry_byte(d, a, b) == size &&
	       !entry_refs_differ(d, a, b, &ra, &rb);
}

/* The owner's entries that mean something, by their place; w: by what that is in the new function.
 */
static void index_entries(struct map *index, const struct object *obj, uint32_t owner,
			  const struct walk *w)
{
	map_init(index, obj->arena);
	for_each_owned (obj, &obj->pieces[owner], e) {
		uint64_t place = entry_place(obj, &obj->pieces[e], owner);

		if (is_meaning(&obj->pieces[e]) && (!w || place_in_new(w, place, &place)))
			map_add_u64(index, place, e);
	}
}

/* An entry of the new function for the same place, preferably an equal one. */
static const struct piece *find_entry(struct diff *d, const struct map *new, const struct piece *a,
				      uint64_t place)
{
	const struct piece *found = NULL;

	for_each_u64 (new, place, e) {
		const struct piece *b = &d->patched->pieces[e->value];

		if (strcmp(a->sec->name, b->sec->name))
			continue;
		if (entries_agree(d, a, b))
			return b;
		found = b;
	}
	return found;
}

static bool has_old(const struct diff *d, const struct map *old, const struct piece *b,
		    uint64_t place)
{
	for_each_u64 (old, place, e)
		if (!strcmp(d->orig->pieces[e->value].sec->name, b->sec->name))
			return true;
	return false;
}

/* The first place at which the entries differ, as far as the code does not. */
static bool find_entries(struct diff *d, uint32_t ia, uint32_t ib, const struct walk *w,
			 struct entry_pair *pair)
{
	const struct object *orig = d->orig, *patched = d->patched;
	struct map old, new;
	uint64_t place;

	index_entries(&old, orig, ia, w);
	index_entries(&new, patched, ib, NULL);
	*pair = (struct entry_pair){ .place = UINT64_MAX };
	for_each_owned (orig, &orig->pieces[ia], e) {
		const struct piece *a = &orig->pieces[e], *b;

		if (!is_meaning(a) || !place_in_new(w, entry_place(orig, a, ia), &place) ||
		    place >= pair->place)
			continue;
		b = find_entry(d, &new, a, place);
		if (!b || !entries_agree(d, a, b))
			*pair = (struct entry_pair){ a, b, place };
	}
	for_each_owned (patched, &patched->pieces[ib], e) {
		const struct piece *b = &patched->pieces[e];

		place = entry_place(patched, b, ib);
		if (is_meaning(b) && in_step(w, place) && place < pair->place &&
		    !has_old(d, &old, b, place))
			*pair = (struct entry_pair){ NULL, b, place };
	}
	return pair->a || pair->b;
}

/* Replacement code that differs: the instruction in it. */
static bool describe_replacement(struct diff *d, const struct ref *a, const struct ref *b,
				 struct change *c)
{
	struct walk w;

	if (a->piece == NO_PIECE || b->piece == NO_PIECE ||
	    d->orig->pieces[a->piece].kind != PIECE_CODE ||
	    d->patched->pieces[b->piece].kind != PIECE_CODE)
		return false;
	report_walk(d, a->piece, b->piece, &w);
	if (!w.differs)
		return false;
	c->old_code = w.old;
	c->new_code = w.new;
	if (!w.old.len || !w.new.len) {
		c->was = size_words(d, &d->orig->pieces[a->piece]);
		c->is = size_words(d, &d->patched->pieces[b->piece]);
	} else if (w.old_ref && w.new_ref) {
		c->was = report_ref_words(d->orig, w.old_ref);
		c->is = report_ref_words(d->patched, w.new_ref);
	}
	return true;
}

static void describe_entry_pair(struct diff *d, const struct entry_pair *pair, struct change *c)
{
	const struct piece *a = pair->a, *b = pair->b;
	const struct ref *ra, *rb;
	uint64_t byte;

	if (entry_refs_differ(d, a, b, &ra, &rb)) {
		if (ra && rb && describe_replacement(d, ra, rb, c))
			return;
		c->was = report_ref_words(d->orig, ra);
		c->is = report_ref_words(d->patched, rb);
		return;
	}
	byte = entry_byte(d, a, b);
	if (byte >= a->end - a->start || byte >= b->end - b->start)
		return;
	c->was = arena_printf(d->arena, "byte %llu is %#x", (unsigned long long)byte,
			      a->sec->data[a->start + byte]);
	c->is = arena_printf(d->arena, "byte %llu is %#x", (unsigned long long)byte,
			     b->sec->data[b->start + byte]);
}

static void describe_entry(struct diff *d, uint32_t ia, uint32_t ib, const struct walk *w,
			   const struct entry_pair *pair, struct change *c)
{
	const struct piece *e = pair->b ?: pair->a;
	uint64_t old = 0;

	c->kind = e->layout && e->layout->repl != SPECIAL_NONE ? CHANGE_ALTERNATIVE : CHANGE_ENTRY;
	c->table = e->sec->name;
	for (size_t i = 0; i < w->nr_pairs && w->pairs[i][1] <= pair->place; i++)
		old = w->pairs[i][0] + (pair->place - w->pairs[i][1]);
	c->old = c->old_code = report_insn_in(d->orig, ia, old);
	c->new = c->new_code = report_insn_in(d->patched, ib, pair->place);
	if (pair->a && pair->b) {
		describe_entry_pair(d, pair, c);
		return;
	}
	c->was = pair->a ? "an entry" : "no entry";
	c->is = pair->b ? "an entry" : "no entry";
}

/*
 * If entries of ia and ib differ, and at a place up to which the code is the same (w):
 * true, and *c says how.
 */
static bool describe_entries(struct diff *d, uint32_t ia, uint32_t ib, const struct walk *w,
			     struct change *c)
{
	struct entry_pair pair;

	if (!find_entries(d, ia, ib, w, &pair))
		return false;
	describe_entry(d, ia, ib, w, &pair, c);
	return true;
}

/* ---- the whole function ---- */

static bool change_of(struct diff *d, uint32_t ia, uint32_t ib, struct change *c)
{
	struct walk w;

	report_walk(d, ia, ib, &w);
	if (describe_entries(d, ia, ib, &w, c))
		return true;
	if (w.differs)
		describe_walk(d, &w, c);
	return w.differs;
}

/* The instruction that has the place in it. */
static struct insn_at insn_around(const struct object *obj, uint32_t piece, uint64_t place)
{
	struct insn_at at = report_insn_in(obj, piece, 0);

	while (at.len && at.off + at.len <= place)
		at = report_insn_in(obj, piece, at.off + at.len);
	return at.len ? at : report_insn_in(obj, piece, place);
}

/* In a .cold or .part of it. */
static bool change_of_parts(struct diff *d, uint32_t ib, struct change *c)
{
	const struct object *obj = d->patched;

	for_each_part (obj, ib, part) {
		const struct piece *p = &obj->pieces[part->piece];

		if (p->twin == NO_PIECE) {
			c->kind = CHANGE_PART;
			c->was = "none";
			c->is = p->name;
			c->new = c->new_code = report_insn_in(obj, part->piece, 0);
			return true;
		}
		if (p->flags & PIECE_CHANGED && change_of(d, p->twin, part->piece, c))
			return true;
	}
	return false;
}

static const struct ref *ref_to_carried(const struct object *obj, uint32_t ib)
{
	for_each_ref (obj, &obj->pieces[ib], r) {
		if (r->piece != NO_PIECE && r->piece != ib &&
		    obj->pieces[r->piece].flags & (PIECE_CARRIED | PIECE_CALLS_CARRIED))
			return r;
	}
	return NULL;
}

/* It changed only in that it leads to where the kernel is not redirected. */
static bool change_of_callee(struct diff *d, uint32_t ib, struct change *c)
{
	const struct object *obj = d->patched;
	const struct piece *p = &obj->pieces[ib];
	const struct ref *r = ref_to_carried(obj, ib) ?: diff_entering_ref(d, ib);

	if (!r)
		return false;
	c->kind = CHANGE_CALLEE;
	c->is = ref_label(obj, r);
	c->new = c->new_code = insn_around(obj, ib, r->place - p->start);
	c->old = c->old_code = insn_around(d->orig, p->twin, r->place - p->start);
	return true;
}

void report_first_change(struct diff *d, uint32_t piece, struct change *c)
{
	const struct piece *p = &d->patched->pieces[piece];

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
