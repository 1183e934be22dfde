// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * References of copies for which no relocation serves, written as diff_plan() has found: a
 * constant in the field itself, a pair of instructions that loads the address from the GOT, or a
 * branch to a detour behind the function.
 */
#include "internal.h"

static uint8_t *code_at(struct diff *d, const struct piece *p, const struct ref *r)
{
	return elf_writable(d->out->elf, p->out_sec) + p->out_off + (r->place - p->start);
}

void diff_fill_in(struct diff *d, uint32_t i, const struct ref *r)
{
	const struct piece *p = &d->patched->pieces[i];
	const struct ref *sub =
		d->ways[r - d->patched->refs] == WAY_DIFFERENCE ? diff_next_ref(d, p, r) : NULL;

	arch_apply(d->arch, r->type, code_at(d, p, r), p->end - r->place,
		   (int64_t)diff_constant(d, p, r, sub));
}

static void write_as(struct diff *d, uint32_t i, const struct ref *r, uint64_t place, uint32_t type,
		     int bias)
{
	struct target t;

	if (arch_reloc(d->arch, type)->flags & RELOC_TOC) {
		diff_write_slot_ref(d, i, r, place, type);
		return;
	}
	t = diff_target(d, i, r);
	diff_write_ref(d, d->patched->pieces[i].out_sec, place, type, t, t.addend - bias);
}

void diff_write_through_got(struct diff *d, uint32_t i, const struct ref *r)
{
	const struct piece *p = &d->patched->pieces[i];
	const struct ref *next = diff_next_ref(d, p, r);
	uint64_t at = p->out_off + r->place - p->start;
	uint32_t types[2] = { r->type, next->type };

	arch_through_got(d->arch, code_at(d, p, r), p->end - r->place, types);
	write_as(d, i, r, at, types[0], r->bias);
	write_as(d, i, next, at + d->arch->insn_size, types[1], next->bias);
}

static void remember(struct diff *d, uint32_t i, const struct ref *r, uint64_t at, uint8_t size)
{
	d->out->detours = arena_grow(d->arena, d->out->detours, d->out->nr_detours, &d->out->cap_detours,
				sizeof(*d->out->detours));
	d->out->detours[d->out->nr_detours++] = (struct detour_at){ i, r->place, at, size };
}

void diff_write_detour(struct diff *d, uint32_t i, const struct ref *r)
{
	const struct piece *p = &d->patched->pieces[i];
	uint64_t from = p->out_off + r->place - p->start, at;
	struct detour way = { 0 };
	uint8_t *code;

	arch_detour(d->arch, code_at(d, p, r), r->type, &way);
	at = elf_add_data(d->out->elf, p->out_sec, way.code, way.size, d->arch->insn_align,
			  d->arch->text_fill);
	code = elf_writable(d->out->elf, p->out_sec);
	arch_apply(d->arch, way.branch, code + from, d->arch->insn_align,
		   (int64_t)(at - from) - r->bias);
	if (way.back)
		arch_apply(d->arch, way.branch, code + at + way.back, d->arch->insn_align,
			   (int64_t)(from + d->arch->insn_align - at - way.back));
	for (size_t n = 0; n < sizeof(way.refs) / sizeof(*way.refs); n++)
		if (way.refs[n].type != d->arch->none)
			write_as(d, i, r, at + way.refs[n].at, way.refs[n].type, way.refs[n].bias);
	remember(d, i, r, at, way.size);
}
