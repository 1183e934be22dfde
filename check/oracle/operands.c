// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: find the targets of all operands of code and data, from relocations and from
 * instructions whose target the assembler had resolved.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <klp/text.h>

#include "internal.h"

/* ---- livepatch relocations of the output ---- */

static uint64_t klp_key(uint32_t sec, uint64_t at)
{
	return (uint64_t)sec << 40 ^ at;
}

static struct klp_entry *klp_at(const struct image *img, uint32_t sec, uint64_t at)
{
	if (!img->nr_klp)
		return NULL;
	for_each_u64 (&img->klp_places, klp_key(sec, at), e)
		if (img->klp[e->value].sec == sec && img->klp[e->value].at == at)
			return &img->klp[e->value];
	return NULL;
}

static void index_entry(struct oracle *o, const struct elf_sec *sec, uint64_t at,
			const struct elf_reloc *place, const struct elf_reloc *sym)
{
	struct image *img = &o->out;
	struct klp_entry *e;

	if (!elf_sym_in_sec(&img->elf->syms[place->sym]) || place->type != o->arch->abs64 ||
	    sym->type != o->arch->abs64) {
		oracle_finding(o, sec->index, at, "klp-reloc-form",
			       "the entry's place or symbol is not a 64-bit address");
		return;
	}
	img->klp = arena_grow(img->arena, img->klp, img->nr_klp, &img->cap_klp, sizeof(*img->klp));
	e = &img->klp[img->nr_klp];
	*e = (struct klp_entry){
		.object = sec->name + strlen(KLP_RELOCS_PREFIX "."),
		.sec = img->elf->syms[place->sym].sec,
		.at = img->elf->syms[place->sym].value + (uint64_t)place->addend,
		.sym = sym->sym,
		.addend = sym->addend,
		.type = get_le32(sec->data + at + KLP_RELOC_TYPE),
	};
	if (klp_at(img, e->sec, e->at))
		oracle_finding(o, sec->index, at, "klp-reloc-twice", "two entries are for %s+%#llx",
			       img->elf->secs[e->sec]->name, (unsigned long long)e->at);
	if (get_le32(sec->data + at + KLP_RELOC_TYPE + 4) || get_le64(sec->data + at) ||
	    get_le64(sec->data + at + KLP_RELOC_SYM))
		oracle_finding(o, sec->index, at, "klp-reloc-form",
			       "bytes that must be zero are not");
	map_add_u64(&img->klp_places, klp_key(e->sec, e->at), (uint32_t)img->nr_klp++);
	o->sym_used[place->sym] = o->sym_used[sym->sym] = 1;
}

static int index_section(struct oracle *o, const struct elf_sec *sec)
{
	struct diag_where where = { .object = o->out.elf->path, .section = sec->name };
	const struct elf_sec *rela = sec->rela;

	if (!rela || sec->size % KLP_RELOC_SIZE || !sec->data ||
	    rela->nr_relocs != sec->size / KLP_RELOC_SIZE * 2)
		return diag_error(o->diag, &where, "klp-reloc-form",
				  "it is not a list of entries of %d bytes with two relocations",
				  KLP_RELOC_SIZE);
	for (uint64_t at = 0, k = 0; at < sec->size; at += KLP_RELOC_SIZE, k += 2) {
		const struct elf_reloc *r = &rela->relocs[k];

		if (r[0].offset != at + KLP_RELOC_OFFSET || r[1].offset != at + KLP_RELOC_SYM)
			return diag_error(o->diag, &where, "klp-reloc-form",
					  "entry %#llx lacks a relocation", (unsigned long long)at);
		index_entry(o, sec, at, &r[0], &r[1]);
	}
	return 0;
}

int image_index_klp(struct oracle *o)
{
	struct elf *elf = o->out.elf;
	int err = 0;

	map_init(&o->out.klp_places, o->arena);
	for (uint32_t s = 1; s < elf->nr_secs && !err; s++)
		if (starts_with(elf->secs[s]->name, KLP_RELOCS_PREFIX ".") &&
		    elf->secs[s]->type != SHT_RELA)
			err = index_section(o, elf->secs[s]);
	return err;
}

/* ---- operands ---- */

static struct operand *add_operand(const struct image *img, struct operands *ops)
{
	ops->list = arena_grow(img->arena, ops->list, ops->nr, &ops->cap, sizeof(*ops->list));
	return &ops->list[ops->nr++];
}

static struct place place_of(const struct image *img, uint32_t sym, int64_t addend)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	struct klp_sym_name klp;

	if (elf_sym_in_sec(s))
		return (struct place){ .sec = s->sec, .off = (int64_t)s->value + addend,
				       .sym = sym };
	if (starts_with(s->name, KLP_SYM_PREFIX) &&
	    !klp_name_parse(s->name, &klp))
		return (struct place){ .name = arena_strndup(img->arena, klp.name, klp.name_len),
				       .off = addend, .sym = sym, .klp = true, .pos = klp.pos };
	if (!sym || s->sec == ELF_SEC_ABS)
		return (struct place){ .off = (int64_t)(s->value + (uint64_t)addend), .sym = sym };
	return (struct place){ .name = s->name, .off = addend, .sym = sym };
}

/*
 * ppc64: a branch to a symbol leads to the local entry behind it, one to a section to
 * the place itself.  Who comes to a local entry calls the function.
 */
static void enter(const struct image *img, struct operand *op)
{
	const struct elf_sym *s;

	if (!op->branch || !op->to.sec)
		return;
	if (!op->resolved)
		op->to.off += (int64_t)arch_local_entry(img->arch, &img->elf->syms[op->to.sym]);
	s = &img->elf->syms[image_sym_at(img, op->to.sec, op->to.off)];
	if (elf_sym_in_sec(s) && op->to.off == (int64_t)(s->value + arch_local_entry(img->arch, s)))
		op->to.off = (int64_t)s->value;
}

static void add_reloc(const struct image *img, uint32_t sec, const struct elf_reloc *r,
		      const struct insn *insn, uint64_t insn_at, struct operands *ops)
{
	const struct arch_reloc *row = arch_reloc(img->arch, r->type);
	struct klp_entry *klp;
	struct operand *op;

	if (row->flags & RELOC_MARKER)
		return;
	op = add_operand(img, ops);
	*op = (struct operand){ .at = r->offset, .type = r->type, .size = row->size,
				.mask = row->mask };
	if (insn && img->arch->pcrel_from_insn_end && row->flags & RELOC_PCREL)
		op->bias = (int64_t)(insn_at + insn->len - r->offset);
	op->branch = row->flags & RELOC_BRANCH ||
		     (insn && insn->flags & INSN_BRANCH && insn_at + insn->rel_off == r->offset);
	klp = klp_at(img, sec, r->offset);
	/* The other half of a difference stands at the same place. */
	if (klp && klp->type == r->type) {
		klp->used = true;
		op->to = place_of(img, klp->sym, klp->addend + op->bias);
	} else {
		op->to = place_of(img, r->sym, r->addend + op->bias);
	}
	enter(img, op);
}

static void add_resolved(const struct image *img, uint32_t sec, uint64_t at,
			 const struct insn *insn, struct operands *ops)
{
	uint32_t type = img->arch->pcrel_type(insn);
	const struct arch_reloc *row = arch_reloc(img->arch, type);
	struct operand *op = add_operand(img, ops);

	*op = (struct operand){
		.at = at + insn->rel_off,
		.type = type,
		.size = insn->rel_size,
		.mask = row ? row->mask : 0,
		.resolved = true,
		.branch = insn->flags & INSN_BRANCH,
		.to = { .sec = sec, .off = (int64_t)at + insn->rel },
	};
	enter(img, op);
}

/* Where mapping symbols say that data stand in code: their end, or off. */
static uint64_t skip_data(const struct image *img, uint32_t sec, uint64_t off,
			  const uint8_t *data_map)
{
	uint64_t size = img->elf->secs[sec]->size;

	while (data_map && off < size && data_map[off])
		off++;
	return off;
}

/* Branches that the assembler resolved: all, or those that lead out. */
static void code_operands(const struct image *img, uint32_t sec, uint64_t start, uint64_t end,
			  bool all, struct operands *ops)
{
	const struct elf_sec *s = img->elf->secs[sec];
	const struct elf_sec *rela = s->rela;
	const uint8_t *data_map = img->data_map[sec];
	size_t k = elf_first_reloc(rela, start), nr = rela ? rela->nr_relocs : 0;

	for (uint64_t at = start; at < end;) {
		uint64_t data_end = skip_data(img, sec, at, data_map), dest;
		struct insn insn = { .len = 0 };
		bool decoded = false, relocated = false;

		arena_work(img->arena, 1);
		if (data_end == at) {
			decoded = !img->arch->decode(s->data + at, s->size - at, &insn);
			data_end = at + (decoded ? insn.len : img->arch->insn_align);
		}
		for (; k < nr && rela->relocs[k].offset < data_end; k++) {
			const struct elf_reloc *r = &rela->relocs[k];

			if (r->offset >= end)
				return;
			relocated |= !(arch_reloc(img->arch, r->type)->flags & RELOC_MARKER) &&
				     r->offset >= at + insn.rel_off;
			add_reloc(img, sec, r, decoded ? &insn : NULL, at, ops);
		}
		dest = at + (uint64_t)insn.rel;
		if (decoded && insn.flags & INSN_PCREL && !relocated &&
		    (all || dest < start || dest >= end))
			add_resolved(img, sec, at, &insn, ops);
		at = data_end;
	}
}

static void find_operands(const struct image *img, uint32_t sec, uint64_t start, uint64_t end,
			  bool all, struct operands *ops)
{
	const struct elf_sec *s = img->elf->secs[sec];
	const struct elf_sec *rela = s->rela;

	ops->nr = 0;
	/* An operand may be asked for that lies where a relocation says, and not in the section. */
	if (end > s->size)
		end = s->size;
	if (start >= end)
		return;
	if (oracle_is_code(s) && s->data) {
		code_operands(img, sec, start, end, all, ops);
		return;
	}
	for (size_t k = elf_first_reloc(rela, start); rela && k < rela->nr_relocs; k++) {
		if (rela->relocs[k].offset >= end)
			return;
		arena_work(img->arena, 1);
		add_reloc(img, sec, &rela->relocs[k], NULL, 0, ops);
	}
}

void image_operands(const struct image *img, uint32_t sec, uint64_t start, uint64_t end,
		    struct operands *ops)
{
	find_operands(img, sec, start, end, false, ops);
}

void image_all_operands(const struct image *img, uint32_t sec, uint64_t start, uint64_t end,
			struct operands *ops)
{
	find_operands(img, sec, start, end, true, ops);
}

struct place image_follow(const struct image *img, const struct operand *op)
{
	struct operands ops = { .nr = 0 };
	struct place to = op->to;

	if (!oracle_in_slots(img, &to) || to.off < 0)
		return to;
	image_operands(img, to.sec, (uint64_t)to.off, (uint64_t)to.off + 8, &ops);
	if (ops.nr == 1)
		to = ops.list[0].to;
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return to;
}

int64_t image_from_label(const struct image *img, const struct operand *op)
{
	const struct elf_sec *sec = op->to.sec ? img->elf->secs[op->to.sec] : NULL;
	const struct elf_sym *sym = &img->elf->syms[op->to.sym];

	if (!sec || !(sec->flags & SHF_MERGE) || !sec->data || op->resolved ||
	    sym->sec != op->to.sec || sym->type == STT_SECTION)
		return 0;
	return op->to.off - (int64_t)sym->value;
}
