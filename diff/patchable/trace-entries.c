// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Places of ftrace: an entry of __mcount_loc has to lead to a call of ftrace, or to a nop that
 * becomes one, at the function's begin.  The kernel calls the copy from there: further on the
 * original has a frame already, and an instruction that is none of the two it would overwrite.
 */
#include "internal.h"

/* A place is that far from a function's begin at most, before it or behind it (kernel/). */
#define NEAR 16

static bool is_trace_place(const struct object *obj, const struct piece *p, uint64_t place)
{
	struct insn insn;

	if (place + NEAR < p->base || place > p->base + NEAR || place < p->start ||
	    place >= p->end || !p->sec->data ||
	    obj->arch->decode(p->sec->data + place, p->end - place, &insn))
		return false;
	if (insn.flags & INSN_NOP)
		return true;
	for_each_ref (obj, p, r) {
		if (r->place >= place && r->place < place + insn.len &&
		    arch_is_trace_symbol(obj->arch, obj->elf->syms[r->sym].name))
			return true;
	}
	return false;
}

static void check_entry(struct diff *d, const struct object *obj, const struct piece *p,
			const struct piece *entry)
{
	for_each_ref (obj, entry, r) {
		struct diag_where where;

		if (ref_piece(obj, r) != p || r->flags & REF_DROP ||
		    is_trace_place(obj, p, p->base + (uint64_t)r->off))
			continue;
		where = object_where(obj, p->sec, p->base + (uint64_t)r->off);
		where.symbol = p->name;
		diag_error(d->diag, &where, "not-traceable",
			   "%s has an entry for this place, where neither a call of ftrace nor a nop "
			   "at the function's begin stands: the kernel would overwrite an "
			   "instruction, or leave the function in its middle; compile it anew",
			   entry->sec->name);
	}
}

void diff_check_trace_entries(struct diff *d, const struct object *obj, const struct piece *p)
{
	for_each_owned (obj, p, e)
		if (obj->pieces[e].rule->flags & SPECIAL_TRACE)
			check_entry(d, obj, p, &obj->pieces[e]);
}
