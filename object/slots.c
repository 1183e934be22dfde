// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slots with addresses, from which code loads them (ppc64: .toc).
 *
 * Which slot of an object holds which address is for the compiler and the
 * linker to choose, and means nothing: a reference to a slot is taken as one to
 * what the slot names, through a slot (REF_SLOT).  So only the slots in use are
 * copied, and each address has one slot in the output, with an ordinary or a
 * livepatch relocation.
 */
#include <errno.h>
#include <string.h>

#include <klp/diff.h>

/* ---- in an input ---- */

/* The address that the piece holds, or NULL: a constant, or no slot at all. */
static const struct ref *address_in(const struct object *obj, const struct piece *p)
{
	const struct ref *r = &obj->refs[p->first_ref];

	if (obj->secs[p->sec->index].role != ROLE_SLOTS || p->nr_refs != 1 ||
	    r->place != p->start || r->type != obj->arch->abs64)
		return NULL;
	return r;
}

static void follow(struct object *obj, struct ref *r)
{
	const struct ref *to;

	if (r->piece == NO_PIECE || r->off || !(arch_reloc(obj->arch, r->type)->flags & RELOC_TOC))
		return;
	to = address_in(obj, &obj->pieces[r->piece]);
	if (!to)
		return;
	r->sym = to->sym;
	r->sec = to->sec;
	r->piece = to->piece;
	r->off = to->off;
	r->flags |= REF_SLOT;
}

void object_follow_slots(struct object *obj)
{
	for (uint32_t i = 0; obj->arch->slots && i < obj->nr_refs; i++)
		follow(obj, &obj->refs[i]);
}

/* ---- in the output ---- */

static struct elf_sec *slot_section(struct diff *d)
{
	const char *name = d->arch->slots;

	if (!d->slot_sec)
		d->slot_sec = elf_find_sec(d->out, name) ?:
			      elf_add_sec(d->out, name, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8, 0);
	return d->slot_sec;
}

/* The slot with the address that r means; made when it is wanted first. */
static int slot_of(struct diff *d, uint32_t from, const struct ref *r, uint64_t *slot)
{
	const char *key = arena_printf(d->arena, "%u:%u:%lld", r->piece,
				       r->piece == NO_PIECE ? r->sym : 0, (long long)r->off);
	const struct map_entry *e = map_find_str(&d->slots, key);
	struct target t;

	if (e) {
		*slot = (uint64_t)e->value * 8;
		return 0;
	}
	if (diff_target(d, from, r, &t))
		return -EINVAL;		/* recorded */
	*slot = elf_add_data(d->out, slot_section(d), NULL, 8, 8, 0);
	diff_write_ref(d, slot_section(d), *slot, d->arch->abs64, t, t.addend);
	map_add_str(&d->slots, key, (uint32_t)(*slot / 8));
	return 0;
}

void diff_write_slot_ref(struct diff *d, uint32_t from, const struct ref *r, uint64_t place,
			 uint32_t type)
{
	struct elf_sec *sec = d->patched.pieces[from].out_sec;
	uint64_t slot;

	if (!slot_of(d, from, r, &slot))
		elf_add_reloc(d->out, sec, place, type, elf_sec_sym(d->out, slot_section(d)),
			      (int64_t)slot);
}
