// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: data of the kernel that code of ppc64 reaches from r2.
 *
 * A module's TOC is too far from it (arch/ppc64/calls.c), so that the output has
 * other instructions there than the patched object.  Which ones mean the same is
 * decided here, from the instructions alone (Power ISA 3.1, book I):
 *
 *	addis X,r2,sym@toc@ha			addis X,r2,slot@toc@ha
 *	addi  X,X,sym@toc@l			ld    X,slot@toc@l(X)
 *
 *	addis X,r2,sym@toc@ha			b     to what makes the same of a slot
 *
 * where the slot in .toc holds the address of sym.  What is found to be right is
 * made equal to the patched object's operands, and then compared like them.
 */
#include <string.h>

#include "internal.h"

#define TOC16_LO    48
#define TOC16_HA    50
#define TOC16_LO_DS 64
#define REL24	    10
#define REG(word)   ((word) >> 21 & 31)
#define IMM	    0x0000ffffu
#define LI	    0x03fffffcu
#define DETOUR_WORDS 8

static uint32_t word_at(const struct image *img, uint32_t sec, uint64_t off)
{
	const struct elf_sec *s = img->elf->secs[sec];

	return s->data && off + 4 <= s->size ? get_le32(s->data + off) : 0;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->sec == b->sec && a->off == b->off && a->sym == b->sym;
}

/* What the slot holds the address of. */
static bool slot_content(struct oracle *o, const struct operand *ref, struct place *content)
{
	struct operands ops = { .nr = 0 };
	bool one;

	if (!oracle_in_slots(&o->out, &ref->to) || ref->to.off < 0 || ref->to.off % 8)
		return false;
	image_operands(&o->out, ref->to.sec, (uint64_t)ref->to.off, (uint64_t)ref->to.off + 8,
		       &ops);
	one = ops.nr == 1 && ops.list[0].at == (uint64_t)ref->to.off &&
	      ops.list[0].type == o->arch->abs64;
	if (one) {
		*content = ops.list[0].to;
		o->sym_used[ref->to.sym] = 1;
		oracle_cover(o->ocovered, o->out.elf->secs[ref->to.sec], (uint64_t)ref->to.off, 8,
			     o->arena);
	}
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
	return one;
}

/* addis X,r2,… with an X that is neither r2 nor the r0 that addi takes for zero */
static bool is_upper(uint32_t word)
{
	return (word & ~IMM) == (0x3c020000u | REG(word) << 21) && REG(word) && REG(word) != 2;
}

static void make_equal(struct operand *oo, struct operand *po, const struct place *to)
{
	oo->to = *to;
	oo->type = po->type;
	oo->branch = po->branch;
	oo->resolved = false;
	oo->mask = po->mask = UINT32_MAX;
}

/* The address is made by two instructions side by side, of one register. */
static bool match_load(struct oracle *o, const struct range *r, struct operand *oo,
		       struct operand *po)
{
	uint32_t o1 = word_at(&o->out, r->osec, oo[0].at), x = REG(o1);
	uint32_t p1 = word_at(&o->patched, r->psec, po[0].at);
	struct place to;

	if (oo[0].type != TOC16_HA || oo[1].type != TOC16_LO_DS || po[1].type != TOC16_LO ||
	    oo[1].at != oo[0].at + 4 || po[1].at != po[0].at + 4 ||
	    !same_place(&oo[0].to, &oo[1].to) || !same_place(&po[0].to, &po[1].to))
		return false;
	if (!is_upper(o1) || (o1 & ~IMM) != (p1 & ~IMM) ||
	    (word_at(&o->out, r->osec, oo[1].at) & ~0xfffcu) != (58u << 26 | x << 21 | x << 16) ||
	    (word_at(&o->patched, r->psec, po[1].at) & ~IMM) != (14u << 26 | x << 21 | x << 16) ||
	    !slot_content(o, oo, &to))
		return false;
	make_equal(&oo[0], &po[0], &to);
	make_equal(&oo[1], &po[1], &to);
	return true;
}

/* X = r2 + ((slot - r2 + 0x8000) & ~0xffff), which is what the upper half makes. */
static bool is_detour(const struct image *img, uint32_t sec, uint64_t at, uint32_t x)
{
	const uint32_t words[DETOUR_WORDS] = {
		0x3c020000u | x << 21,			    /* addis  X,r2,slot@toc@ha */
		0xe8000000u | x << 21 | x << 16,	    /* ld     X,slot@toc@l(X) */
		0x7c020050u | x << 21 | x << 11,	    /* subf   X,r2,X */
		0x38007fffu | x << 21 | x << 16,	    /* addi   X,X,0x7fff */
		0x38000001u | x << 21 | x << 16,	    /* addi   X,X,1 */
		0x780003e4u | x << 21 | x << 16,	    /* rldicr X,X,0,47 */
		0x7c001214u | x << 21 | x << 16,	    /* add    X,X,r2 */
		0x48000000u,				    /* b      back */
	};
	const uint32_t fields[DETOUR_WORDS] = { IMM, 0xfffc, 0, 0, 0, 0, 0, LI };

	for (size_t i = 0; i < DETOUR_WORDS; i++)
		if ((word_at(img, sec, at + 4 * i) & ~fields[i]) != words[i])
			return false;
	return true;
}

static bool match_detour(struct oracle *o, const struct range *r, struct operand *oo,
			 struct operand *po)
{
	uint32_t p1 = word_at(&o->patched, r->psec, po->at);
	uint64_t at = (uint64_t)oo->to.off;
	struct operands ops = { .nr = 0 };
	struct place to;
	bool right;

	if (oo->type != REL24 || oo->to.sec != r->osec || oo->to.off < 0 || !is_upper(p1) ||
	    (word_at(&o->out, r->osec, oo->at) & ~LI) != 0x48000000u ||
	    !is_detour(&o->out, r->osec, at, REG(p1)))
		return false;
	image_operands(&o->out, r->osec, at, at + 4 * DETOUR_WORDS, &ops);
	right = ops.nr == 3 && ops.list[0].at == at && ops.list[0].type == TOC16_HA &&
		ops.list[1].at == at + 4 && ops.list[1].type == TOC16_LO_DS &&
		same_place(&ops.list[0].to, &ops.list[1].to) &&
		ops.list[2].at == at + 4 * (DETOUR_WORDS - 1) && ops.list[2].type == REL24 &&
		ops.list[2].to.sec == r->osec && ops.list[2].to.off == (int64_t)oo->at + 4 &&
		slot_content(o, ops.list, &to);
	if (right) {
		o->sym_used[oo->to.sym] = o->sym_used[ops.list[2].to.sym] = 1;
		oracle_cover(o->ocovered, o->out.elf->secs[r->osec], at, 4 * DETOUR_WORDS,
			     o->arena);
		make_equal(oo, po, &to);
	}
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
	return right;
}

void oracle_match_toc(struct oracle *o, const struct range *r)
{
	struct operands *oops = &o->oops, *pops = &o->pops;

	if (!o->arch->slots || !oracle_is_code(o->out.elf->secs[r->osec]))
		return;
	for (size_t i = 0, k = 0; i < oops->nr && k < pops->nr;) {
		struct operand *oo = &oops->list[i], *po = &pops->list[k];
		uint64_t oat = oo->at - r->ostart, pat = po->at - r->pstart;

		if (oat == pat && po->type == TOC16_HA && !oracle_in_slots(&o->patched, &po->to) &&
		    !match_detour(o, r, oo, po) && i + 1 < oops->nr && k + 1 < pops->nr)
			match_load(o, r, oo, po);
		i += oat <= pat;
		k += pat <= oat;
	}
}
