// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: addresses that the output makes in another way than the patched
 * object, because a module does not reach them directly.
 *
 * In the output they come from the GOT, or on ppc64 from a slot of .toc that holds them, either
 * by two instructions in the place of two, or by a branch to more of them outside of the
 * function, which branch back.  Where the instructions (told apart by the arch's own readers, not
 * by what wrote them) make the same value of the same target, the operands are written down as if
 * the output had the patched object's instructions: what is compared then is the target.
 */
#include <string.h>

#include "internal.h"

static bool has_flags(const struct oracle *o, const struct operand *op, uint32_t set, uint32_t clear)
{
	const struct arch_reloc *row = arch_reloc(o->arch, op->type);

	return row && (row->flags & set) == set && !(row->flags & clear);
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->sec == b->sec && a->off == b->off && a->klp == b->klp && a->pos == b->pos &&
	       !a->name == !b->name && (!a->name || !strcmp(a->name, b->name));
}

/* Are the operands at i and the next one of two adjacent instructions, with the one target? */
static bool is_pair(const struct oracle *o, const struct operands *ops, size_t i,
		    const uint32_t types[2])
{
	const struct operand *a, *b;

	if (i + 1 >= ops->nr || types[0] == o->arch->none)
		return false;
	a = &ops->list[i];
	b = a + 1;
	return a->type == types[0] && b->type == types[1] && b->at == a->at + o->arch->insn_size &&
	       same_place(&a->to, &b->to);
}

/* What the pair of operands loads: the target of a slot of the GOT, which the loader makes, is
 * known from the relocation, that of a slot in the output stands there. */
static bool loads(struct oracle *o, const struct operand *ref, struct place *to)
{
	struct operands ops = { .nr = 0 };
	uint64_t at = (uint64_t)ref->to.off;
	bool one;

	*to = ref->to;
	if (has_flags(o, ref, RELOC_GOT, 0))
		return true;
	if (!oracle_in_slots(&o->out, &ref->to) || ref->to.off < 0 || at % 8)
		return false;
	image_operands(&o->out, ref->to.sec, at, at + 8, &ops);
	one = ops.nr == 1 && ops.list[0].at == at && ops.list[0].type == o->arch->abs64;
	if (one) {
		*to = ops.list[0].to;
		o->sym_used[ref->to.sym] = 1;
		oracle_cover(o->ocovered, o->out.elf->secs[ref->to.sec], at, 8, o->arena);
	}
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
	return one;
}

static const uint8_t *code_at(const struct image *img, uint32_t sec, uint64_t at)
{
	return img->elf->secs[sec]->data + at;
}

/* As if it were the patched object's; the instruction as a whole has been compared. */
static void take_as(struct operand *oo, struct operand *po, const struct place *to)
{
	oo->to = *to;
	oo->type = po->type;
	oo->mask = po->mask = 0;
	oo->size = po->size;
}

static bool is_got_pair(struct oracle *o, const struct range *r, size_t i, size_t k)
{
	struct operand *oo = &o->oops.list[i], *po = &o->pops.list[k];
	struct place to;

	if (!is_pair(o, &o->oops, i, o->arch->got_pair) ||
	    !is_pair(o, &o->pops, k, o->arch->near_pair))
		return false;
	if (oo[1].at + oo[1].size > o->out.elf->secs[r->osec]->size ||
	    po[1].at + po[1].size > o->patched.elf->secs[r->psec]->size ||
	    !arch_reads_got_pair(o->arch, code_at(&o->out, r->osec, oo->at),
				 code_at(&o->patched, r->psec, po->at)) ||
	    !loads(o, oo, &to))
		return false;
	take_as(oo, po, &to);
	take_as(oo + 1, po + 1, &to);
	return true;
}

/* Nothing but the way is taken: no condition, no register. */
static bool is_plain_branch(const struct oracle *o, const uint8_t *code, uint64_t avail)
{
	struct insn insn;

	return !o->arch->decode(code, avail, &insn) && insn.len == o->arch->insn_size &&
	       (insn.flags & (INSN_PCREL | INSN_BRANCH | INSN_END | INSN_CALL)) ==
		       (INSN_PCREL | INSN_BRANCH | INSN_END);
}

/* The branch at the end of a detour leads to behind the instruction that it is for. */
static bool leads_back(const struct oracle *o, const struct operand *branch, uint32_t sec,
		       uint64_t at)
{
	return branch->branch && branch->to.sec == sec &&
	       branch->to.off == (int64_t)(at + o->arch->insn_size);
}

static void take_detour(struct oracle *o, const struct range *r, struct operand *oo,
			struct operand *po, const struct place *target, uint64_t size)
{
	uint64_t at = (uint64_t)oo->to.off;

	oracle_cover(o->ocovered, o->out.elf->secs[r->osec], at, size, o->arena);
	o->detours = arena_grow(o->arena, o->detours, o->nr_detours, &o->cap_detours,
				sizeof(*o->detours));
	map_add_u64(&o->detours_at, place_key(r->osec, at), (uint32_t)o->nr_detours);
	o->detours[o->nr_detours++] = (struct range){ .osec = r->osec, .ostart = at, .len = size,
						      .psec = r->psec, .pstart = po->at };
	take_as(oo, po, target);
}

/* A branch that no relocation leads out of its section goes to one that does. */
static void undo_branch_detour(struct oracle *o, const struct range *r, struct operand *oo,
			       struct operand *po)
{
	const struct elf_sec *os = o->out.elf->secs[r->osec];
	struct operands way = { .nr = 0 };
	uint64_t at = (uint64_t)oo->to.off, size;

	if (!oo->branch || !po->branch || oo->type != po->type || oo->to.sec != r->osec ||
	    at >= os->size || oo->to.name || !has_flags(o, po, RELOC_PCREL | RELOC_NEAR, 0) ||
	    has_flags(o, po, RELOC_LOADER, 0))
		return;
	size = arch_reads_got_detour(o->arch, os->data + at, os->size - at,
					 code_at(&o->patched, r->psec, po->at));
	if (!size || image_sym_at(&o->out, r->osec, (int64_t)at))
		return;
	image_operands(&o->out, r->osec, at, at + size, &way);
	if (way.nr != 1 || !way.list[0].branch || way.list[0].resolved)
		return;
	take_detour(o, r, oo, po, &way.list[0].to, size);
	/* The way to the copy of a neighbour is as the patched object's. */
	oo->resolved = !way.list[0].to.name;
}

static void undo_detour(struct oracle *o, const struct range *r, struct operand *oo,
			struct operand *po)
{
	const struct elf_sec *os = o->out.elf->secs[r->osec];
	struct operands way = { .nr = 0 };
	uint64_t at = (uint64_t)oo->to.off, size;
	uint32_t branch_sym = oo->to.sym;
	struct place to;

	if (!oo->branch || oo->to.sec != r->osec || at >= os->size || oo->to.name ||
	    po->type != o->arch->near_pair[0] || oracle_in_slots(&o->patched, &po->to) ||
	    !is_plain_branch(o, os->data + oo->at, os->size - oo->at))
		return;
	size = arch_reads_got_detour(o->arch, os->data + at, os->size - at,
					 code_at(&o->patched, r->psec, po->at));
	if (!size)
		return;
	image_operands(&o->out, r->osec, at, at + size, &way);
	if (way.nr != 3 || way.list[0].at != at || !is_pair(o, &way, 0, o->arch->got_pair) ||
	    way.list[2].at != at + size - o->arch->insn_size ||
	    !leads_back(o, &way.list[2], r->osec, oo->at) || !loads(o, &way.list[0], &to))
		return;
	take_detour(o, r, oo, po, &to, size);
	oo->branch = oo->resolved = false;
	o->sym_used[branch_sym] = o->sym_used[way.list[2].to.sym] = 1;
}

void oracle_undo_far(struct oracle *o, const struct range *r)
{
	size_t i = 0, k = 0;

	if (!oracle_is_code(o->out.elf->secs[r->osec]) ||
	    !oracle_is_code(o->patched.elf->secs[r->psec]))
		return;
	while (i < o->oops.nr && k < o->pops.nr) {
		struct operand *oo = &o->oops.list[i], *po = &o->pops.list[k];
		uint64_t oat = oo->at - r->ostart, pat = po->at - r->pstart;

		if (oat == pat && !is_got_pair(o, r, i, k)) {
			undo_detour(o, r, oo, po);
			undo_branch_detour(o, r, oo, po);
		}
		i += oat <= pat;
		k += pat <= oat;
	}
}

/* ---- distances in the instruction ---- */

static void insert_operand(struct oracle *o, size_t i, const struct operand *op)
{
	struct operands *ops = &o->oops;

	ops->list = arena_grow(o->arena, ops->list, ops->nr, &ops->cap, sizeof(*ops->list));
	memmove(ops->list + i + 1, ops->list + i, (ops->nr++ - i) * sizeof(*ops->list));
	ops->list[i] = *op;
}

static bool read_distance(const struct oracle *o, const struct range *r, const struct operand *po,
			  struct operand *op)
{
	const struct elf_sec *os = o->out.elf->secs[r->osec];
	uint64_t at = r->ostart + (po->at - r->pstart);
	struct insn insn;

	if (!has_flags(o, po, RELOC_PCREL, RELOC_LOADER) || at >= os->size ||
	    o->arch->decode(os->data + at, os->size - at, &insn) || !(insn.flags & INSN_PCREL) ||
	    insn.rel_off || o->arch->pcrel_type(&insn) != po->type)
		return false;
	*op = *po;
	op->at = at;
	op->resolved = true;
	op->branch = insn.flags & INSN_BRANCH;
	op->to = (struct place){ .sec = r->osec, .off = (int64_t)at + insn.rel };
	return true;
}

void oracle_undo_filled(struct oracle *o, const struct range *r)
{
	size_t i = 0;

	if (!oracle_is_code(o->out.elf->secs[r->osec]) || !o->out.elf->secs[r->osec]->data)
		return;
	for (size_t k = 0; k < o->pops.nr; k++) {
		struct operand *po = &o->pops.list[k], op;

		while (i < o->oops.nr && o->oops.list[i].at - r->ostart < po->at - r->pstart)
			i++;
		if (i < o->oops.nr && o->oops.list[i].at - r->ostart == po->at - r->pstart)
			continue;
		if (read_distance(o, r, po, &op))
			insert_operand(o, i, &op);
	}
}

/* Do others complete it to an address of 64 bits? */
static bool is_completed(const struct oracle *o, const struct elf_sec *rela,
			 const struct elf_reloc *r)
{
	for_each_reloc (rela, other) {
		if (other->sym == r->sym && other->addend == r->addend &&
		    arch_reloc(o->arch, other->type)->flags & RELOC_FAR)
			return true;
	}
	return false;
}

void check_reach(struct oracle *o, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(o->arch, r->type);
	const struct elf_sym *sym = &o->out.elf->syms[r->sym];

	if (row->flags & RELOC_NEAR && sym->sec == ELF_SEC_UNDEF && r->sym &&
	    !is_completed(o, sec->rela, r))
		oracle_finding(o, sec->index, r->offset, "reach",
			       "%s does not reach %s, which is not in the module", row->name,
			       sym->name);
}
