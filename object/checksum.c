// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A checksum of what a piece means: its bytes without relocated fields, and
 * what its references lead to, by names that do not change from build to
 * build.  It is evidence for pairing; whether twins are equal is decided by
 * diff/compare.c, through the twins of what they refer to.
 */
#include <string.h>

#include <xxhash.h>

#include "internal.h"

/* Chains of nameless data are short; what is further away than that does not count. */
#define MAX_ROUNDS 16

bool piece_is_content(const struct piece *p)
{
	return p->kind == PIECE_CODE || p->kind == PIECE_STRING || p->kind == PIECE_CONST ||
	       p->kind == PIECE_ANON || p->kind == PIECE_ENTRY || p->flags & PIECE_STATIC;
}

static bool is_named(const struct piece *p)
{
	return p->kind == PIECE_FUNC || p->kind == PIECE_OBJECT;
}

/*
 * A label without bytes ("marker:" at a section's end) says nothing that could change, and its
 * address is that of whatever begins there.
 */
bool piece_has_checksum(const struct piece *p)
{
	return is_named(p) && p->end > p->start;
}

void object_mask_field(const struct arch_reloc *row, uint8_t *field)
{
	if (row->flags & (RELOC_ADD | RELOC_SUB))
		return;		/* works on what stands there */
	if (row->mask && row->size == 8)
		put_le64(field, get_le64(field) & ~row->mask);
	else if (row->mask)
		put_le32(field, get_le32(field) & (uint32_t)~row->mask);
	else
		memset(field, 0, row->size);
}

/* Room for size bytes, the same as at the last call. */
static uint8_t *scratch(const struct object *obj, size_t size)
{
	if (size > obj->memo->scratch_size) {
		obj->memo->scratch_size = size < 4096 ? 4096 : 2 * size;
		obj->memo->scratch = arena_alloc(obj->arena, obj->memo->scratch_size);
	}
	return obj->memo->scratch;
}

const uint8_t *piece_masked(const struct object *obj, const struct piece *p)
{
	bool lines = p->layout && p->layout->line != SPECIAL_NONE && !obj->opts->keep_line_changes;
	uint8_t *buf;

	if (!p->sec->data)
		return NULL;
	if (!p->nr_refs && !p->nr_lines && !lines)
		return p->sec->data + p->start;
	buf = scratch(obj, p->end - p->start);
	memcpy(buf, p->sec->data + p->start, p->end - p->start);
	for_each_ref (obj, p, r) {
		const struct arch_reloc *row = arch_reloc(obj->arch, r->type);

		if (r->place + row->size <= p->end)
			object_mask_field(row, buf + (r->place - p->start));
	}
	if (lines)
		memset(buf + p->layout->line, 0, 2);
	object_mask_lines(obj, p, buf);
	return buf;
}

/* ---- what a piece means ---- */

static bool is_string(const struct piece *to, int64_t off)
{
	return to->kind == PIECE_STRING && off >= 0 && (uint64_t)off < to->end - to->start;
}

static struct ref_meaning ref_meaning(const struct object *obj, const struct ref *r)
{
	const struct piece *to = ref_piece(obj, r);
	struct ref_meaning m = {
		.type = arch_reloc(obj->arch, r->type)->like,
		.name = "",
		.off = r->off,
	};

	if (!to) {
		m.name = r->sec ? obj->elf->secs[r->sec]->name : obj->elf->syms[r->sym].name;
	} else if (is_string(to, r->off)) {
		m.string = (const char *)to->sec->data + to->start + r->off;
		m.string_len = r->flags & REF_LINE ? special_before_number(m.string)
						  : to->end - to->start - (uint64_t)r->off;
		m.off = 0;
	} else {
		m.name = to->stem ?: "";
		m.content = piece_is_content(to) ? to->checksum : 0;
	}
	return m;
}

static void tell_one(const struct object *obj, const struct piece *p, struct checksum_sink *sink)
{
	sink->bytes(sink, p, piece_masked(obj, p));
	for_each_ref (obj, p, r) {
		struct ref_meaning m;

		if (r->flags & (REF_DROP | REF_FILE))
			continue;
		m = ref_meaning(obj, r);
		sink->ref(sink, p, r, &m);
	}
}

void piece_tell(const struct object *obj, const struct piece *p, struct checksum_sink *sink)
{
	tell_one(obj, p, sink);
	if (p->kind == PIECE_ENTRY)
		return;
	for_each_owned (obj, p, e)
		if (obj->pieces[e].rule->flags & SPECIAL_MEANING)
			tell_one(obj, &obj->pieces[e], sink);
}

/* ---- its hash ---- */

struct hash_sink {
	struct checksum_sink sink;	/* first: the functions below get its address */
	XXH3_state_t *state;
};

static void hash_str(struct hash_sink *h, const char *s)
{
	XXH3_64bits_update(h->state, s, strlen(s) + 1);
}

static void hash_u64(struct hash_sink *h, uint64_t v)
{
	uint8_t le[8];

	put_le64(le, v);	/* the same on every host */
	XXH3_64bits_update(h->state, le, sizeof(le));
}

static void hash_bytes(struct checksum_sink *s, const struct piece *p, const uint8_t *bytes)
{
	struct hash_sink *h = (struct hash_sink *)s;

	if (p->kind == PIECE_ENTRY)
		hash_str(h, p->sec->name);
	hash_u64(h, p->end - p->start);
	if (bytes)
		XXH3_64bits_update(h->state, bytes, p->end - p->start);
}

static void hash_ref(struct checksum_sink *s, const struct piece *p, const struct ref *r,
		     const struct ref_meaning *m)
{
	struct hash_sink *h = (struct hash_sink *)s;

	hash_u64(h, r->place - p->start);
	hash_u64(h, m->type);
	hash_u64(h, m->string_len);
	if (m->string)
		XXH3_64bits_update(h->state, m->string, m->string_len);
	else
		hash_str(h, m->name);
	hash_u64(h, (uint64_t)m->off);
	hash_u64(h, m->content);
}

static uint64_t hash_piece(const struct object *obj, const struct piece *p, struct hash_sink *h)
{
	XXH3_64bits_reset(h->state);
	piece_tell(obj, p, &h->sink);
	return XXH3_64bits_digest(h->state);
}

/* Its checksum depends on those of other contents. */
static bool leads_to_content(const struct object *obj, const struct piece *p)
{
	for_each_ref (obj, p, r) {
		if (r->piece != NO_PIECE && piece_is_content(&obj->pieces[r->piece]))
			return true;
	}
	return p->first_owned != NO_PIECE;
}

static bool hash_round(const struct object *obj, struct hash_sink *h, const uint32_t *which, uint32_t nr,
		       uint64_t *sums)
{
	bool changed = false;

	for (uint32_t i = 0; i < nr; i++)
		sums[i] = hash_piece(obj, &obj->pieces[which[i]], h);
	for (uint32_t i = 0; i < nr; i++) {
		changed |= obj->pieces[which[i]].checksum != sums[i];
		obj->pieces[which[i]].checksum = sums[i];
	}
	return changed;
}

/*
 * Content may refer to content, in circles too.  Each round carries what is one
 * step further away, from the values of the round before, so that the order of
 * the pieces does not matter; it ends when nothing changes any more.
 */
static void hash_contents(const struct object *obj, struct hash_sink *h)
{
	uint64_t *sums = arena_calloc(obj->arena, obj->nr_pieces + 1, sizeof(*sums));
	uint32_t *which = arena_calloc(obj->arena, obj->nr_pieces + 1, sizeof(*which));
	bool *wanted = arena_calloc(obj->arena, obj->nr_pieces + 1, sizeof(*wanted));
	uint32_t nr = 0, nested = 0;

	for (uint32_t i = 0; i < obj->nr_refs; i++)
		if (obj->refs[i].piece != NO_PIECE)
			wanted[obj->refs[i].piece] = true;
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if (piece_is_content(&obj->pieces[i]) && obj->pieces[i].kind != PIECE_STRING &&
		    !piece_is_frozen(obj, &obj->pieces[i]) &&
		    (wanted[i] || is_named(&obj->pieces[i])))
			which[nr++] = i;
	hash_round(obj, h, which, nr, sums);
	for (uint32_t i = 0; i < nr; i++)
		if (leads_to_content(obj, &obj->pieces[which[i]]))
			which[nested++] = which[i];
	for (int round = 1; round < MAX_ROUNDS; round++)
		if (!hash_round(obj, h, which, nested, sums))
			break;
}

static void free_state(void *h)
{
	XXH3_freeState(h);
}

void object_checksums(const struct object *obj)
{
	struct hash_sink h = {
		.sink = { .bytes = hash_bytes, .ref = hash_ref },
		.state = XXH3_createState(),
	};

	if (!h.state)
		arena_fail(obj->arena);
	arena_defer(obj->arena, free_state, h.state);
	hash_contents(obj, &h);
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if (!piece_is_content(&obj->pieces[i]) && !piece_is_frozen(obj, &obj->pieces[i]))
			obj->pieces[i].checksum = hash_piece(obj, &obj->pieces[i], &h);
}
