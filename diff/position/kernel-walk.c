// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Go over the instructions of a function of the original and of the kernel's in step, past what
 * other flags, linkers and objtool make of them.
 *
 * For example, nops for alignment are as many as the place needs; a jump label is a jump in the one
 * and a nop in the other; of adrp and add, a linker may have left adr.
 */
#include <string.h>

#include "kernel-walk.h"

/* How many instructions that are the same make it sure, and how deep such questions may go. */
#define AHEAD_SURE 4
#define AHEAD_MAX  3

static void next_insn(struct kernel_walk *w)
{
	w->a.at += w->a.len;
	while (w->ref < w->p->nr_refs &&
	       w->obj->refs[w->p->first_ref + w->ref].place < w->p->base + w->a.at)
		w->ref++;
}

/* objtool makes nops of the calls by which ftrace reaches functions. */
static bool is_trace_call(const struct kernel_walk *w)
{
	const struct ref *r = diff_kernel_insn_ref(w, 0);

	return r && r->sym && arch_is_trace_symbol(w->arch, w->obj->elf->syms[r->sym].name);
}

static bool is_jump(const struct insn *insn)
{
	return insn->flags & INSN_BRANCH && !(insn->flags & INSN_CALL);
}

/* A jump label: objtool makes a nop of its jump in the kernel that is linked, or a jump of its nop.
 */
static bool is_jump_label(const struct kernel_walk *w)
{
	const struct object *obj = w->obj;

	if (!(is_jump(&w->a.insn) && w->b.insn.flags & INSN_NOP) &&
	    !(is_jump(&w->b.insn) && w->a.insn.flags & INSN_NOP))
		return false;

	for_each_owned (obj, w->p, e) {
		const struct piece *entry = &obj->pieces[e];

		for_each_ref (obj, entry, r) {
			if (r->piece != NO_PIECE && &obj->pieces[r->piece] == w->p &&
			    r->off == (int64_t)w->a.at)
				return true;
		}
	}
	return false;
}

/* A nop, or (assemblers pad so where many would stand) a jump over nothing but nops. */
static bool does_nothing(const struct arch *arch, const struct side *s)
{
	struct side over = *s;
	uint64_t dest = s->at + (uint64_t)s->insn.rel;

	if (s->insn.flags & INSN_NOP)
		return true;
	if (!(s->insn.flags & INSN_BRANCH) || !(s->insn.flags & INSN_END) || s->insn.rel <= 0 ||
	    dest > s->size)
		return false;
	for (over.at += over.len; over.at < dest; over.at += over.len) {
		diff_kernel_look(arch, &over);
		if (!(over.insn.flags & INSN_NOP))
			return false;
	}
	return over.at == dest;
}

/*
 * Tables between the instructions (behind a jump to one of their entries) hold distances
 * in the function, which added nops make others.
 */
static void note_table(struct kernel_walk *w)
{
	bool small = w->a.size - w->a.at >= 4 && get_le32(w->a.bytes + w->a.at) < w->a.size;

	w->in_table = w->arch->data_in_text && small &&
		      (w->in_table || (w->a.insn.flags & INSN_END && !is_jump(&w->a.insn)));
}

/* An entry of __bug_table tells of a trap that is shorter than what it would be decoded to. */
static void look_at_both(struct kernel_walk *w)
{
	const struct side *a = &w->a, *b = &w->b;
	uint64_t place = w->p->base + a->at;
	unsigned int trap = arch_short_trap(w->arch, a->bytes + a->at, a->size - a->at);

	diff_kernel_look(w->arch, &w->a);
	diff_kernel_look(w->arch, &w->b);
	if (!trap || object_data_end(w->obj, w->p->sec, place) == place)
		return;
	w->a.insn = (struct insn){ .len = (uint8_t)trap };
	w->a.len = w->a.insn.len;
	if (arch_short_trap(w->arch, b->bytes + b->at, b->size - b->at)) {
		w->b.insn = w->a.insn;
		w->b.len = w->a.len;
	}
}

/* The reference by which linkers may make something else of the instruction at a.at, or NULL. */
static const struct ref *rewritten_ref(const struct kernel_walk *w)
{
	const struct ref *r;

	for (uint32_t k = 0; (r = diff_kernel_insn_ref(w, k)); k++) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);

		if (row && diff_kernel_is_rewritten(w->arch, row))
			return r;
	}
	return NULL;
}

static void note_fate(struct kernel_walk *w, enum fate fate)
{
	const struct ref *r = w->ahead ? NULL : rewritten_ref(w);

	if (r)
		w->fates[r - &w->obj->refs[w->p->first_ref]] = fate;
}

/* Are both the same but for what references fill? */
static bool is_as_it_was(const struct kernel_walk *w)
{
	uint8_t x[16] = { 0 }, y[16] = { 0 };
	const struct ref *r;

	if (w->a.len != w->b.len)
		return false;
	memcpy(x, w->a.bytes + w->a.at, w->a.len);
	memcpy(y, w->b.bytes + w->b.at, w->b.len);
	for (uint32_t k = 0; (r = diff_kernel_insn_ref(w, k)); k++) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);
		uint64_t at = r->place - w->p->base - w->a.at;

		if (!row || at + row->size > w->a.len)
			return false;
		object_mask_field(row, x + at);
		object_mask_field(row, y + at);
	}
	return !memcmp(x, y, sizeof(x));
}

/* Do the next instructions differ, if that at b is what became of the one at a, or nothing did? */
static bool differs_ahead(const struct kernel_walk *w, enum fate fate)
{
	struct kernel_walk next = *w;
	bool differs = false;
	int sure = 0;

	next.ahead++;
	next_insn(&next);
	next.b.at += fate == FATE_KEPT ? next.b.len : 0;
	while (sure < AHEAD_SURE) {
		struct kernel_walk was = next;

		arena_work(w->d->arena, 1);
		if (!diff_kernel_step(&next, UINT64_MAX, &differs))
			break;
		sure += next.a.at > was.a.at && next.b.at > was.b.at && !rewritten_ref(&was);
	}
	return differs;
}

/*
 * Of two instructions that make an address, linkers leave one where that reaches, and a nop, or
 * nothing at all, in the place of the other: "adr x0, foo" for adrp and add.  Which one it was,
 * what follows tells: nops for alignment look the same.
 */
static bool is_left_out(const struct kernel_walk *w)
{
	if (w->ahead == AHEAD_MAX || !rewritten_ref(w) || is_as_it_was(w))
		return false;
	return !w->b.len || (differs_ahead(w, FATE_KEPT) && !differs_ahead(w, FATE_LEFT_OUT));
}

/* What both of two halves lead to; several of them may have one number. */
static uint64_t target_number(const struct ref *r)
{
	uint64_t of = r->piece == NO_PIECE ? r->sym : (uint64_t)r->piece << 32;

	return of ^ (uint64_t)r->off << 16;
}

bool diff_kernel_has_all_addresses(const struct kernel_walk *w)
{
	const struct ref *refs = &w->obj->refs[w->p->first_ref];
	struct arena *arena = w->d->arena;
	int32_t *balance = arena_calloc(arena, w->p->nr_refs + 1, sizeof(*balance));
	struct map targets; /* the first reference to each */
	bool all = true;

	map_init(&targets, arena);
	for (uint32_t i = 0; i < w->p->nr_refs; i++) {
		uint64_t to = target_number(&refs[i]);

		if (w->fates[i] == FATE_NONE)
			continue;
		if (!map_find_u64(&targets, to))
			map_add_u64(&targets, to, i);
		balance[map_find_u64(&targets, to)->value] += w->fates[i] == FATE_KEPT ? 1 : -1;
	}
	for (uint32_t i = 0; i < w->p->nr_refs; i++)
		all &= balance[i] >= 0;
	arena_give_back(arena, balance, w->p->nr_refs + 1, sizeof(*balance));
	return all;
}

bool diff_kernel_step(struct kernel_walk *w, uint64_t stop, bool *differs)
{
	note_table(w);
	look_at_both(w);
	if (!w->a.len && w->open)
		return false;
	if (w->a.len && w->b.len && rewritten_ref(w) && does_nothing(w->arch, &w->b)) {
		w->b.at += w->b.len;
	} else if (w->a.len && is_left_out(w)) {
		note_fate(w, FATE_LEFT_OUT);
		next_insn(w);
	} else if (w->a.len && w->b.len && diff_kernel_same_insn(w)) {
		if (stop < w->a.at + w->a.len)
			return false;
		note_fate(w, FATE_KEPT);
		next_insn(w);
		w->b.at += w->b.len;
	} else if (w->a.len && w->a.len == w->b.len && is_jump_label(w)) {
		next_insn(w);
		w->b.at += w->b.len;
	} else if (w->a.len && (does_nothing(w->arch, &w->a) || is_trace_call(w))) {
		next_insn(w);
	} else if (w->b.len && does_nothing(w->arch, &w->b)) {
		w->b.at += w->b.len;
	} else {
		w->unknown = w->in_table;
		*differs = w->a.len || w->b.len;
		return false;
	}
	return true;
}
