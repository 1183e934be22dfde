// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function's instructions and where control goes from each.
 */
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "internal.h"

/* ---- places to which control comes from elsewhere ---- */

static int place_cmp(const void *pa, const void *pb)
{
	const struct flow_place *a = pa, *b = pb;

	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static bool is_trap_table(const struct piece *entry)
{
	return !strcmp(entry->rule->name, "__bug_table");
}

/*
 * The entry speaks of the instruction to which its reference r leads: it may be another one, be
 * replaced, or jump (__jump_table) or fault (__ex_table).  Where control goes then is an
 * instruction as others; *also is the reference to it, if that is all.
 */
static bool may_differ(const struct object *obj, const struct piece *entry, const struct ref *r,
		       const struct ref **also)
{
	const struct special_layout *l = entry->layout;
	unsigned int nr = 0;

	*also = NULL;
	if (l && r->place != entry->start + (uint64_t)l->owner)
		return false;
	for (uint32_t i = 0; l && l->repl == SPECIAL_NONE && i < entry->nr_refs; i++) {
		const struct ref *other = &obj->refs[entry->first_ref + i];
		enum piece_kind kind =
			other->piece == NO_PIECE ? PIECE_OBJECT : obj->pieces[other->piece].kind;

		if (other != r && !(other->flags & REF_DROP) &&
		    (kind == PIECE_FUNC || kind == PIECE_CODE) && !nr++)
			*also = other;
	}
	return true;
}

static void add_place(const struct object *obj, struct flow_places *places, const struct piece *from,
		      const struct ref *r)
{
	const struct piece *to = r->piece == NO_PIECE ? NULL : &obj->pieces[r->piece];
	bool entry = from->kind == PIECE_ENTRY, fixed = false;
	const struct ref *also = NULL;

	if (to && r->flags & REF_BRANCH &&
	    piece_root(obj, (uint32_t)(from - obj->pieces)) == piece_root(obj, r->piece))
		return; /* known from the code */

	/* Control does not come from a list of calls, or of traps, or of where the stack changes.
	 */
	if (!to || r->flags & REF_DROP || (to->kind != PIECE_FUNC && to->kind != PIECE_CODE) ||
	    (entry && (!(from->rule->flags & SPECIAL_MEANING) || is_trap_table(from))))
		return;
	if (entry)
		fixed = may_differ(obj, from, r, &also);
	places->v = arena_grow(obj->arena, places->v, places->nr, &places->cap, sizeof(*places->v));
	places->v[places->nr++] = (struct flow_place){
		.sec = to->sec->index,
		.place = to->base + (uint64_t)r->off,
		.fixed = fixed && !also,
		.emptied = entry && object_replaced_by_nops(obj, from),
		.also = also,
	};
}

void object_flow_places(const struct object *obj, struct flow_places *places)
{
	*places = (struct flow_places){ 0 };
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		for (uint32_t k = 0; k < obj->pieces[i].nr_refs; k++)
			add_place(obj, places, &obj->pieces[i],
				  &obj->refs[obj->pieces[i].first_ref + k]);
	if (places->nr)
		qsort(places->v, places->nr, sizeof(*places->v), place_cmp);
}

/* The first one that is not before that place. */
static size_t first_place(const struct flow_places *places, uint32_t sec, uint64_t place)
{
	const struct flow_place key = { .sec = sec, .place = place };
	size_t lo = 0, hi = places->nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (place_cmp(&places->v[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* ---- one piece ---- */

static struct flow_node *add_node(struct flow *flow, uint32_t piece, uint64_t place,
				  const struct insn *insn)
{
	const struct object *obj = flow->obj;
	struct flow_node *n;

	flow->nodes =
		arena_grow(obj->arena, flow->nodes, flow->nr, &flow->cap, sizeof(*flow->nodes));
	n = &flow->nodes[flow->nr++];
	*n = (struct flow_node){
		.place = place, .piece = piece, .insn = *insn, .to = NO_NODE, .also = NO_NODE
	};
	n->known = obj->arch->effect(obj->pieces[piece].sec->data + place, insn, &n->e);
	return n;
}

/* The references in the instruction at pc; *r: the first one that is not before it. */
static bool take_refs(const struct object *obj, const struct ref **r, const struct ref *end,
		      struct flow_node *n)
{
	uint64_t behind = n->place + n->insn.len;
	unsigned int nr = 0;

	for (; *r < end && (*r)->place < behind; (*r)++) {
		if ((*r)->place + arch_reloc(obj->arch, (*r)->type)->size > behind)
			return false;
		if (!((*r)->flags & REF_DROP) && !nr++)
			n->ref = *r;
	}
	/* A number with a reference is an address; of two, what they do is not known. */
	if (nr > 1)
		n->known = false;
	return true;
}

/* Data in code: nothing runs over it. */
static uint64_t skip_data(const struct object *obj, const struct piece *p, const struct ref *r,
			  const struct ref *end, uint64_t pc)
{
	uint64_t code = object_data_end(obj, p->sec, pc);

	if (code == pc && r < end && r->place == pc &&
	    arch_reloc(obj->arch, r->type)->flags & RELOC_DATA)
		return pc + arch_reloc(obj->arch, r->type)->size;
	return code;
}

/*
 * Zeros at the end: where all instructions are of one size, they are none, and nothing goes on
 * there (Power ISA, Book I, 1.3.3; DDI 0487, UDF).  clang has them behind functions of ppc64.
 */
static uint64_t code_end(const struct object *obj, const struct piece *p)
{
	uint64_t end = p->end, size = obj->arch->insn_size;

	while (size && end - p->start > size && !get_le32(p->sec->data + end - size))
		end -= size;
	return end;
}

static bool add_piece(struct flow *flow, uint32_t piece)
{
	const struct object *obj = flow->obj;
	const struct piece *p = &obj->pieces[piece];
	const struct ref *r = &obj->refs[p->first_ref], *end = r + p->nr_refs;
	uint64_t behind = code_end(obj, p);
	struct insn insn;

	for (uint64_t pc = p->start; pc < behind;) {
		uint64_t code;

		for (; r < end && (r->flags & REF_DROP || r->place < pc); r++)
			;
		code = skip_data(obj, p, r, end, pc);
		if (code != pc) {
			pc = code;
			continue;
		}
		if (obj->arch->decode(p->sec->data + pc, p->end - pc, &insn))
			return false;
		if (!take_refs(obj, &r, end, add_node(flow, piece, pc, &insn)))
			return false;
		pc += insn.len;
	}
	return true;
}

/* Is it code that an alternative replaces, with nops or other code, or such a replacement? */
static void fix_alternatives(struct flow *flow, const struct piece *p, uint32_t first)
{
	const struct object *obj = flow->obj;
	int32_t *depth = object_alternatives(obj, p), *nops = object_emptied(obj, p);

	for (uint32_t i = first; i < flow->nr; i++)
		for (uint32_t k = 0; k < flow->nodes[i].insn.len; k++) {
			uint64_t at = flow->nodes[i].place - p->start + k;

			flow->nodes[i].fixed |= depth[at] != nops[at];
			flow->nodes[i].emptied |= nops[at] != 0;
		}
	arena_give_back(obj->arena, nops, p->end - p->start + 1, sizeof(*nops));
	arena_give_back(obj->arena, depth, p->end - p->start + 1, sizeof(*depth));
}

/* Control may go from n to where r leads, too; that is a node when the function is complete. */
static void note_also(struct flow *flow, struct flow_node *n, const struct ref *r)
{
	n->fixed |= n->also != NO_NODE;
	n->also = (uint32_t)(r - flow->obj->refs);
}

static void mark_places(struct flow *flow, const struct flow_places *places, const struct piece *p,
			uint32_t first)
{
	size_t k = first_place(places, p->sec->index, p->start);

	for (uint32_t i = first; i < flow->nr; i++) {
		struct flow_node *n = &flow->nodes[i];
		uint64_t behind = n->place + n->insn.len;

		n->falls = i + 1 < flow->nr && flow->nodes[i + 1].place == behind;
		for (; k < places->nr && places->v[k].sec == p->sec->index &&
		       places->v[k].place < behind;
		     k++) {
			n->fixed |= places->v[k].fixed && !(places->v[k].emptied && n->emptied);
			if (places->v[k].emptied)
				continue;
			if (!places->v[k].also)
				n->entered = true;
			else if (places->v[k].place != n->place)
				n->fixed = true;
			else
				note_also(flow, n, places->v[k].also);
		}
	}
}

/* ---- the whole function ---- */

uint32_t object_flow_node_at(const struct flow *flow, uint32_t sec, uint64_t place)
{
	const struct object *obj = flow->obj;
	uint32_t first = 0;

	while (first < flow->nr) {
		const struct piece *p = &obj->pieces[flow->nodes[first].piece];
		uint32_t lo = first, hi = flow->nr;

		/* Nodes of one piece ascend; those of others come before or behind them. */
		while (lo < hi) {
			uint32_t mid = lo + (hi - lo) / 2;
			const struct flow_node *n = &flow->nodes[mid];

			if (&obj->pieces[n->piece] == p &&
			    (p->sec->index != sec || n->place < place))
				lo = mid + 1;
			else
				hi = mid;
		}
		if (lo < flow->nr && flow->nodes[lo].place == place &&
		    obj->pieces[flow->nodes[lo].piece].sec->index == sec)
			return lo;
		for (first = lo; first < flow->nr && &obj->pieces[flow->nodes[first].piece] == p;
		     first++)
			;
	}
	return NO_NODE;
}

/* n->also is still the reference's number. */
static void find_also(struct flow *flow, struct flow_node *n)
{
	const struct object *obj = flow->obj;
	const struct ref *r = &obj->refs[n->also];
	const struct piece *to = &obj->pieces[r->piece];

	n->also = object_flow_node_at(flow, to->sec->index, to->base + (uint64_t)r->off);
	n->fixed |= n->also == NO_NODE;
}

/* Where nops may be in its place, control goes on behind it, whatever it does. */
static void pass_emptied(struct flow *flow, uint32_t i)
{
	struct flow_node *n = &flow->nodes[i];

	if (!n->emptied)
		return;
	n->fixed |= n->also != NO_NODE || !n->falls;
	n->also = n->falls ? i + 1 : NO_NODE;
}

static void find_destination(struct flow *flow, struct flow_node *n)
{
	const struct object *obj = flow->obj;
	const struct ref *r = n->ref;
	uint64_t place;

	if (!(n->insn.flags & INSN_BRANCH) || n->insn.flags & INSN_CALL)
		return;
	if (!r) {
		n->to = object_flow_node_at(flow, obj->pieces[n->piece].sec->index,
					    n->place + (uint64_t)n->insn.rel);
	} else if (r->flags & REF_BRANCH && r->piece != NO_PIECE) {
		const struct piece *to = &obj->pieces[r->piece];

		place = to->base + (uint64_t)r->off;
		if (to->sym)
			place += arch_local_entry(obj->arch, &obj->elf->syms[to->sym]);
		n->to = object_flow_node_at(flow, to->sec->index, place);
	}
}

static void add_source(struct flow *flow, uint32_t to, uint32_t from, unsigned int way)
{
	flow->sources[3 * from + way] = flow->nodes[to].from;
	flow->nodes[to].from = 3 * from + way;
}

/* Lists of where control comes from, one for each node. */
static void find_sources(struct flow *flow)
{
	struct arena *arena = flow->obj->arena;

	if (flow->cap_sources < 3 * flow->nr) {
		arena_give_back(arena, flow->sources, flow->cap_sources, sizeof(*flow->sources));
		flow->cap_sources = 6 * flow->nr;
		flow->sources = arena_calloc(arena, flow->cap_sources, sizeof(*flow->sources));
	}
	for (uint32_t i = 0; i < flow->nr; i++)
		flow->nodes[i].from = NO_NODE;
	for (uint32_t i = 0; i < flow->nr; i++) {
		const struct flow_node *n = &flow->nodes[i];

		if (n->falls && (!(n->insn.flags & INSN_END) || n->insn.flags & INSN_TRAP))
			add_source(flow, i + 1, i, 0);
		if (n->to != NO_NODE)
			add_source(flow, n->to, i, 1);
		if (n->also != NO_NODE)
			add_source(flow, n->also, i, 2);
	}
}

static bool add_whole(struct flow *flow, const struct flow_places *places, uint32_t piece)
{
	const struct piece *p = &flow->obj->pieces[piece];
	uint32_t first = flow->nr;

	if (!p->sec->data || !add_piece(flow, piece))
		return false;
	fix_alternatives(flow, p, first);
	mark_places(flow, places, p, first);
	return true;
}

bool object_flow_build(struct flow *flow, const struct flow_places *places, uint32_t function)
{
	const struct object *obj = flow->obj;
	const struct part *part = object_parts(obj, function);

	flow->nr = 0;
	if (!add_whole(flow, places, function))
		return false;
	for (; part && part < obj->parts + obj->nr_parts && part->function == function; part++)
		if (!add_whole(flow, places, part->piece))
			return false;
	if (!flow->nr)
		return false;
	flow->nodes[0].entered = true;
	for (uint32_t i = 0; i < flow->nr; i++) {
		find_destination(flow, &flow->nodes[i]);
		if (flow->nodes[i].also != NO_NODE)
			find_also(flow, &flow->nodes[i]);
		pass_emptied(flow, i);
	}
	find_sources(flow);
	return true;
}
