// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Words for what changed: strings, sizes, and the numbers in instructions.
 */
#include <string.h>

#include "change.h"

#define QUOTE_MAX 200

/* ---- words ---- */

const char *quote_bytes(struct arena *arena, const uint8_t *s, uint64_t len)
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

const char *ref_string(const struct object *obj, const struct ref *r)
{
	const struct piece *p = r && r->piece != NO_PIECE ? &obj->pieces[r->piece] : NULL;
	uint64_t len;

	if (!p || p->kind != PIECE_STRING || p->sec->entsize > 1)
		return NULL;
	len = p->end - p->start;
	if (r->off < 0 || (uint64_t)r->off >= len)
		return NULL;
	len -= (uint64_t)r->off;
	len -= !p->sec->data[p->start + (uint64_t)r->off + len - 1];
	return quote_bytes(obj->arena, p->sec->data + p->start + r->off, len);
}

const char *ref_words(const struct object *obj, const struct ref *r)
{
	return r ? ref_string(obj, r) ?: ref_label(obj, r) : NULL;
}

const char *size_words(struct diff *d, const struct piece *p)
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

bool describe_immediate(struct diff *d, const struct walk *w, struct change *c)
{
	const uint8_t *a = insn_bytes(&d->orig, &w->old), *b = insn_bytes(&d->patched, &w->new);
	struct insn i, k;

	if (!a || !b || d->arch->decode(a, w->old.len, &i) || d->arch->decode(b, w->new.len, &k))
		return false;
	if ((i.flags | k.flags) & INSN_PCREL)
		return false;
	if (d->arch->insn_align == 1)
		return imm_at_end(d, a, &i, b, &k, c);
	return w->old.len == 4 && w->new.len == 4 && imm_by_row(d, a, b, c);
}
