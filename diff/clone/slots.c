// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slots of ppc64's .toc in the output: one for each address that copies load, with an ordinary
 * or a livepatch relocation.  Two copies that load the address of printk() share one slot.
 */
#include "internal.h"

static struct elf_sec *slot_section(struct diff *d)
{
	const char *name = d->arch->slots;

	if (!d->out->slot_sec)
		d->out->slot_sec = elf_find_sec(d->out->elf, name)
				      ?: elf_add_sec(d->out->elf, name, SHT_PROGBITS,
						     SHF_ALLOC | SHF_WRITE, 8, 0);
	return d->out->slot_sec;
}

/* The slot with the address that r means; made when it is wanted first. */
static uint64_t slot_of(struct diff *d, uint32_t from, const struct ref *r)
{
	const char *key = arena_printf(d->arena, "%u:%u:%lld", r->piece,
				       r->piece == NO_PIECE ? r->sym : 0, (long long)r->off);
	const struct map_entry *e = map_find_str(&d->out->slots, key);
	struct target t;
	uint64_t slot;

	if (e)
		return (uint64_t)e->value * 8;
	t = diff_target(d, from, r);
	slot = elf_add_data(d->out->elf, slot_section(d), NULL, 8, 8, 0);
	diff_write_ref(d, slot_section(d), slot, d->arch->abs64, t, t.addend);
	map_add_str(&d->out->slots, key, (uint32_t)(slot / 8));
	return slot;
}

void diff_write_slot_ref(struct diff *d, uint32_t from, const struct ref *r, uint64_t place,
			 uint32_t type)
{
	uint64_t slot = slot_of(d, from, r);

	elf_add_reloc(d->out->elf, d->patched->pieces[from].out_sec, place, type,
		      elf_sec_sym(d->out->elf, slot_section(d)), (int64_t)slot);
}
