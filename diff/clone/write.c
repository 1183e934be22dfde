// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Write one reference of a copy, to the copy of its target or to the symbol that was decided: as
 * an ordinary relocation, or as an entry of __klp_relocs and a relocation against a tombstone.
 *
 * For example, a load of the kernel's local variable nr_renamed becomes an entry of
 * __klp_relocs.vmlinux, which names .klp.sym.vmlinux.nr_renamed,0, and at the place itself a
 * relocation against .klp.tombstone.nr_renamed, which keeps linkers from touching the place.
 */
#include <string.h>

#include <klp/arena.h>
#include <klp/livepatch.h>

#include "internal.h"

/* The symbol of the output for one that stays outside. */
static uint32_t out_symbol(struct diff *d, struct decision *to)
{
	if (to->sym)
		return to->sym;
	if (to->key)
		out_symbol(d, to->key);
	to->sym = elf_add_sym(d->out->elf, &(struct elf_sym){
					      .name = to->symbol,
					      .bind = to->object ? STB_WEAK : to->bind,
				      });
	d->stats.livepatch_syms += to->object != NULL;
	return to->sym;
}

struct target diff_target_outside(struct diff *d, struct decision *to, int64_t addend)
{
	return (struct target){ .sym = out_symbol(d, to), .addend = addend, .to = to };
}

struct target diff_target(struct diff *d, uint32_t from, const struct ref *r)
{
	bool copy = diff_ref_wants_copy(d, from, r);
	struct decision *outside = copy ? NULL : diff_decision(d, r);
	const struct piece *to;

	if (outside)
		return diff_target_outside(d, outside, diff_decision_off(d, r));
	if (!copy)
		return (struct target){
			.sym = r->sym ? elf_add_sym(d->out->elf, &d->patched->elf->syms[r->sym])
				      : 0,
			.addend = r->off,
		};
	to = &d->patched->pieces[r->piece];
	if (to->out_sym)
		return (struct target){ .sym = to->out_sym, .addend = r->off };
	return (struct target){ .sym = elf_sec_sym(d->out->elf, to->out_sec),
				.addend = r->off + (int64_t)to->out_off };
}

/* One section for vmlinux, one for the module. */
static struct elf_sec *klp_relocs(struct diff *d, const char *object)
{
	struct elf_sec **sec = &d->out->klp_relocs[strcmp(object, "vmlinux") != 0];

	if (!*sec)
		*sec = elf_add_sec(d->out->elf, arena_printf(d->arena, KLP_RELOCS_PREFIX ".%s", object),
				   SHT_PROGBITS, SHF_ALLOC, 8, 0);
	return *sec;
}

/* An entry of __klp_relocs.<object>; the linker carries it into the module. */
static void klp_reloc(struct diff *d, struct elf_sec *of, uint64_t place, uint32_t type,
		      const struct target *t, int64_t addend)
{
	struct elf_sec *sec = klp_relocs(d, t->to->with);
	uint8_t entry[KLP_RELOC_SIZE] = { 0 };
	uint64_t at;

	put_le32(entry + KLP_RELOC_TYPE, type);
	at = elf_add_data(d->out->elf, sec, entry, sizeof(entry), 8, 0);
	elf_add_reloc(d->out->elf, sec, at + KLP_RELOC_OFFSET, d->arch->abs64, elf_sec_sym(d->out->elf, of),
		      (int64_t)place);
	elf_add_reloc(d->out->elf, sec, at + KLP_RELOC_SYM, d->arch->abs64, t->sym, addend);
}

/*
 * What the place refers to until post-link: nothing that a loader would look for.  Linux' objtool
 * (tools/objtool/elf.c, 7.0) takes the prefix off and looks the rest up, as in its list of
 * functions that do not return; so the name alone is behind it, and several symbols of one name
 * have one tombstone.
 */
static uint32_t tombstone(struct diff *d, struct decision *to)
{
	if (!to->tombstone)
		to->tombstone = elf_add_sym(d->out->elf, &(struct elf_sym){
			.name = arena_printf(d->arena, KLP_TOMBSTONE_PREFIX "%s", to->name),
			.bind = STB_WEAK,
		});
	return to->tombstone;
}

void diff_write_ref(struct diff *d, struct elf_sec *sec, uint64_t place, uint32_t type,
		    struct target t, int64_t addend)
{
	if (t.to && t.to->object) {
		klp_reloc(d, sec, place, type, &t, addend);
		t.sym = tombstone(d, t.to->first_of_name);
		d->stats.livepatch_refs++;
	}
	elf_add_reloc(d->out->elf, sec, place, type, t.sym, addend);
}
