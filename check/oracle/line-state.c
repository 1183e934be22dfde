// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what both builds of a function have in registers and on the stack, the same or not,
 * and what an instruction makes of that.
 */
#include <string.h>

#include "line-state.h"

/* ---- values ---- */

uint32_t oracle_line_origin(const struct run *run, uint32_t i)
{
	while (run->origins[i].same != i)
		i = run->origins[i].same;
	return i;
}

static uint32_t together(struct run *run, uint32_t a, uint32_t b)
{
	if (!a || !b)
		return a | b;
	a = oracle_line_origin(run, a);
	b = oracle_line_origin(run, b);
	run->origins[b].same = a;
	run->origins[a].reported |= run->origins[b].reported;
	return a;
}

uint32_t oracle_line_new_origin(struct run *run)
{
	size_t i = run->nr_origins++;

	run->origins = arena_grow(run->o->arena, run->origins, i, &run->cap_origins,
				  sizeof(*run->origins));
	run->origins[i].same = (uint32_t)i;
	return (uint32_t)i;
}

/* It differs, and it is known what both have. */
static bool is_certain(const struct value *v)
{
	return (v->is == NUMBER || v->is == TEXT) && is_different(v);
}

/* Control comes with v, too: what is known then.  True: less than before. */
static bool join(struct run *run, struct value *known, const struct value *v)
{
	struct value was = *known;
	uint32_t from = together(run, known->from, v->from);

	if (known->is == UNSEEN) {
		*known = *v;
	} else if (known->is == v->is && known->a == v->a && known->b == v->b &&
		   known->atext == v->atext && known->btext == v->btext) {
		known->maybe |= v->maybe;
		if (known->sec != v->sec || known->off != v->off)
			known->sec = 0;
	} else if (is_certain(known) && !is_different(v)) {
		known->maybe = true;
	} else if (is_certain(v) && !is_different(known)) {
		*known = *v;
		known->maybe = true;
	} else {
		known->is = is_different(known) || is_different(v) ? DIFFERENT : SAME;
		known->a = known->b = known->sec = 0;
		known->atext = known->btext = NULL;
		known->maybe = false;
	}
	known->from = from;
	return was.is != known->is || was.a != known->a || was.b != known->b ||
	       was.maybe != known->maybe || was.sec != known->sec;
}

void oracle_line_forget(struct state *s, uint32_t regs, bool slots)
{
	for (unsigned int i = 0; i < NR_REGS; i++) {
		if (regs >> i & 1)
			s->reg[i] = (struct value){ .is = SAME };
		if (slots)
			s->slot[i] = (struct value){ .is = SAME };
	}
}

void oracle_line_arrive(struct run *run, size_t half, uint64_t off, const struct state *s)
{
	struct half *h = &run->halves[half];
	bool news = false;

	if (off >= h->code.size) { /* behind its end */
		run->differ |= any_different(s, UINT32_MAX, true);
		return;
	}
	if (!h->at[off])
		h->at[off] = arena_calloc(run->o->arena, 1, sizeof(*h->at[off]));
	for (unsigned int i = 0; i < NR_REGS; i++) {
		news |= join(run, &h->at[off]->reg[i], &s->reg[i]);
		news |= join(run, &h->at[off]->slot[i], &s->slot[i]);
	}
	if (!news)
		return;
	run->todo = arena_grow(run->o->arena, run->todo, run->nr_todo, &run->cap_todo,
			       sizeof(*run->todo));
	run->todo[run->nr_todo++] = (struct todo){ half, off };
}

/* ---- the stack ---- */

static unsigned int stack_args(const struct run *run)
{
	return run->o->arch->abi.stack_args;
}

/* [*from, *to) of the slots hold bytes of [off, off + len) from the stack pointer. */
static void slots_of(const struct run *run, const struct effect *e, unsigned int *from,
		     unsigned int *to)
{
	int64_t begin = (int64_t)e->off - stack_args(run);
	int64_t end = e->len == STACK_ALL ? 8 * NR_SLOTS : begin + e->len;

	begin = begin < 0 ? 0 : begin > 8 * NR_SLOTS ? 8 * NR_SLOTS : begin;
	end = end < begin ? begin : end > 8 * NR_SLOTS ? 8 * NR_SLOTS : end;
	*from = (unsigned int)begin / 8;
	*to = (unsigned int)(end + 7) / 8;
}

static void move_stack(struct run *run, const struct effect *e, struct state *s)
{
	struct value old[NR_SLOTS];

	if (!e->sp && !e->sp_lost)
		return;
	if (e->sp_lost || e->sp % 8) {
		run->differ |= any_different(s, 0, true);
		oracle_line_forget(s, 0, true);
		return;
	}
	memcpy(old, s->slot, sizeof(old));
	for (int64_t i = 0; i < NR_SLOTS; i++) {
		int64_t was = i + e->sp / 8;

		s->slot[i] = was >= 0 && was < NR_SLOTS ? old[was] : (struct value){ .is = SAME };
	}
	run->moved |= any_different(s, 0, true);
	for (int64_t i = NR_SLOTS + e->sp / 8; e->sp < 0 && i < NR_SLOTS; i++)
		run->differ |= i >= 0 && is_different(&old[i]);
	for (int64_t i = 0; NR_SLOTS + e->sp / 8 < 0 && i < NR_SLOTS; i++)
		run->differ |= is_different(&old[i]);
}

/* Something else is written there; a whole slot is overwritten, whatever it held. */
static void use_slots(struct run *run, const struct effect *e, struct state *s,
		      const struct value *stored, struct value *made)
{
	unsigned int from, to;
	bool aligned = e->off >= (int)stack_args(run) && !((e->off - (int)stack_args(run)) % 8);
	bool whole = e->stack == STACK_WRITE && aligned;

	if (e->stack == STACK_NONE)
		return;
	slots_of(run, e, &from, &to);
	if (made)
		*made = from < to && aligned ? s->slot[from] : (struct value){ .is = SAME };
	for (unsigned int i = from; i < to; i++) {
		if (i == from && made)
			run->loaded |= is_different(&s->slot[i]) ? 1u << i : 0;
		else
			run->differ |= is_different(&s->slot[i]) && !(whole && i == from);
		if (e->stack != STACK_READ)
			s->slot[i] = (struct value){ .is = SAME };
	}
	if (!stored)
		return;
	if (whole && from < to)
		s->slot[from] = *stored;
	else
		run->differ |= is_different(stored);
}

/* ---- one instruction ---- */

/* Nothing differs in it but the number, which neither has from a relocation? */
bool oracle_line_is_alike(const struct pair *p)
{
	const uint8_t *a = p->half->code.a + p->off, *b = p->half->code.b + p->off;
	const struct effect *x = &p->a, *y = &p->b;

	if (!memcmp(a, b, p->insn.len))
		return true;
	if (x->kind != y->kind || x->dst != y->dst || x->src != y->src || x->reads != y->reads ||
	    x->writes != y->writes || x->keep != y->keep || x->imm.at != y->imm.at ||
	    x->imm.mask != y->imm.mask || !x->imm.mask || p->op)
		return false;
	for (unsigned int i = 0; i < p->insn.len; i++) {
		bool in = i >= x->imm.at && i < x->imm.at + 4u;

		if ((a[i] ^ b[i]) & ~(in ? x->imm.mask >> 8 * (i - x->imm.at) : 0) & 0xff)
			return false;
	}
	return true;
}

static struct value part_of(const struct value *src, const struct effect *a, const struct effect *b)
{
	if (src->is == NUMBER && !(src->maybe && a->value != b->value))
		return (struct value){ .is = NUMBER,
				       .maybe = src->maybe,
				       .a = (src->a & a->keep) | a->value,
				       .b = (src->b & b->keep) | b->value };
	return (struct value){ .is = is_different(src) || a->value != b->value ? DIFFERENT : SAME };
}

/*
 * The texts to which the instruction refers are read by it, or it makes of their address something
 * else?  Where all instructions are of one size, the register that it reads has a part of that
 * address; only from a slot is an address loaded.
 */
static bool uses_text(const struct run *run, const struct pair *p, const struct state *s)
{
	const struct effect *e = &p->b;
	struct place to = image_follow(&run->o->patched, p->op);
	bool slot = to.sec != p->op->to.sec || to.off != p->op->to.off;

	if ((e->reads && !run->o->arch->insn_size) || e->reads & (e->reads - 1) ||
	    (e->address_end && (!slot || e->stores)))
		return true;
	for (unsigned int i = 0; i < NR_REGS; i++)
		if (e->reads >> i & 1 && is_different(&s->reg[i]) &&
		    (s->reg[i].atext != p->atext || s->reg[i].btext != p->btext))
			return true;
	return false;
}

void oracle_line_execute(struct run *run, const struct pair *p, struct state *s)
{
	const struct effect *e = &p->b;
	struct value made = { .is = NUMBER, .a = p->a.value, .b = p->b.value };
	struct value src = s->reg[e->src % NR_REGS];
	bool stores = e->kind == EFFECT_STORE || e->kind == EFFECT_STORE_CONST;

	if (p->op) /* an address */
		made = (struct value){
			.is = p->atext ? TEXT : SAME, .atext = p->atext, .btext = p->btext
		};
	if (e->kind == EFFECT_PART)
		made = part_of(&src, &p->a, &p->b);
	else if (e->kind == EFFECT_MOVE || e->kind == EFFECT_STORE)
		made = src;
	if (e->kind == EFFECT_PART)
		made.from = src.from;
	if (p->atext && e->reads) /* the rest of an address: both halves have one fate */
		made.from = s->reg[__builtin_ctz(e->reads)].from;
	if (p->half->origin[p->off])
		made.from = together(run, made.from, p->half->origin[p->off]);
	run->differ |= p->atext ? uses_text(run, p, s) : any_different(s, e->reads, false);
	move_stack(run, e, s);
	use_slots(run, e, s, stores ? &made : NULL, e->kind == EFFECT_LOAD ? &made : NULL);
	oracle_line_forget(s, e->writes, false);
	if (!stores && e->kind != EFFECT_OTHER && e->writes >> e->dst & 1)
		s->reg[e->dst] = made;
	/* One register alone: it gets the address, or the rest of it. */
	if (!p->op || !e->writes || e->writes & (e->writes - 1))
		return;
	if (p->atext) {
		s->reg[__builtin_ctz(e->writes)] = made;
	} else if (p->op->to.sec) {
		struct place to = image_follow(&run->o->patched, p->op);

		s->reg[__builtin_ctz(e->writes)] =
			(struct value){ .is = SAME, .sec = to.sec, .off = to.off };
	}
}
