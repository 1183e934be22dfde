// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copy what is included into the output: bytes, symbols, references.
 *
 * diff_plan() has found where each copy goes and how each of its references is written; this
 * pass carries it out.  For example, device_rename() is included: its 112 bytes are appended to
 * a section .text.device_rename of the output, with zeroes in the fields that relocations fill,
 * its symbol is added as a local one, and each of its seven references is written.
 */
#include <errno.h>
#include <string.h>

#include <klp/livepatch.h>

#include "internal.h"

/* ---- bytes ---- */

static struct elf_sec *out_section(struct diff *d, const struct elf_sec *in)
{
	struct elf_sec *out = d->out->secs[in->index];
	uint64_t drop = SHF_GROUP | SHF_COMPRESSED;
	uint64_t entsize = in->entsize;

	if (out)
		return out;
	/* A linker that merges again must not split what klp has laid out piece by piece. */
	if (d->patched->secs[in->index].role != ROLE_TABLE) {
		drop |= SHF_MERGE | SHF_STRINGS;
		entsize = 0;
	}
	out = elf_add_sec(d->out->elf, in->name, in->type, in->flags & ~drop, 1, entsize);
	d->out->secs[in->index] = out;
	return out;
}

static void count_piece(struct diff *d, const struct piece *p)
{
	if (p->kind == PIECE_STRING)
		d->stats.strings++;
	else if (p->kind == PIECE_CONST)
		d->stats.constants++;
	else if (p->kind == PIECE_ANON || p->kind == PIECE_CODE)
		d->stats.anon++;
	else if (p->kind == PIECE_OBJECT && p->flags & PIECE_STATIC)
		d->stats.statics++;
	else if (p->kind == PIECE_OBJECT)
		d->stats.data++;
}

/* Where it was planned to stand. */
static void clone_bytes(struct diff *d, struct piece *p)
{
	uint8_t fill = p->sec->flags & SHF_EXECINSTR ? d->arch->text_fill : 0, *copy;
	uint64_t align, skew = diff_copy_skew(p, &align);

	p->out_sec = out_section(d, p->sec);
	if (p->out_off < p->out_sec->size)
		return; /* an equal string stands there already */
	elf_add_data(d->out->elf, p->out_sec, NULL, skew, align, skew ? 0 : fill);
	elf_add_data(d->out->elf, p->out_sec, p->sec->data ? p->sec->data + p->start : NULL,
		     p->end - p->start, 1, fill);
	count_piece(d, p);
	if (!p->nr_refs || !p->sec->data)
		return;
	/* Loaders of some architectures insist on zeroes where they relocate. */
	copy = elf_writable(d->out->elf, p->out_sec) + p->out_off;
	for_each_ref (d->patched, p, r) {
		const struct arch_reloc *row = arch_reloc(d->arch, r->type);

		if (r->place + row->size <= p->end)
			object_mask_field(row, copy + (r->place - p->start));
	}
}

/* ---- symbols ---- */

/* A replaced function is local, so that it clashes with nothing; what is new keeps its scope. */
static uint8_t bind_of_copy(const struct piece *p, const struct elf_sym *sym)
{
	return p->flags & PIECE_NEW ? sym->bind : STB_LOCAL;
}

static void clone_symbol(struct diff *d, struct piece *p, uint32_t symndx, uint32_t *file)
{
	const struct object *obj = d->patched;
	struct elf_sym sym = obj->elf->syms[symndx];
	uint32_t out;

	if (p->file && p->file != *file) {
		*file = p->file;
		elf_add_sym(d->out->elf, &(struct elf_sym){ .name = obj->elf->syms[*file].name,
						       .type = STT_FILE, .sec = ELF_SEC_ABS });
	}
	sym.sec = p->out_sec->index;
	sym.value = sym.value - p->start + p->out_off;
	sym.bind = bind_of_copy(p, &sym);
	out = elf_add_sym(d->out->elf, &sym);
	if (symndx == p->sym)
		p->out_sym = out;
	for (size_t i = 0; i < d->nr_moved; i++)
		if (d->moved[i].sym == symndx)
			d->moved[i].out_sym = out;
}

static void clone_symbols(struct diff *d)
{
	const struct object *obj = d->patched;
	uint32_t file = 0;

	for (uint32_t i = 1; i < obj->elf->nr_syms; i++) {
		uint32_t at = obj->piece_of[i];
		struct piece *p = at == NO_PIECE ? NULL : &obj->pieces[at];

		if (p && p->flags & PIECE_INCLUDED && p->sym)
			clone_symbol(d, p, i, &file);
	}
}

/* ---- references ---- */

/*
 * objtool reads some annotations only where they name a section and an offset in it, as assemblers
 * write them (6.12: tools/objtool/check.c, read_retpoline_hints()).  A branch to a function means
 * its local entry (ppc64), one to a section the place.
 */
static void by_section(const struct diff *d, const struct ref *r, struct target *t)
{
	const struct elf_sym *sym = &d->out->elf->syms[t->sym];

	if (!elf_sym_in_sec(sym) || sym->type == STT_SECTION)
		return;
	t->addend += (int64_t)sym->value;
	if (r->flags & REF_BRANCH)
		t->addend += (int64_t)arch_local_entry(d->arch, sym);
	t->sym = elf_sec_sym(d->out->elf, d->out->elf->secs[sym->sec]);
}

/*
 * A jump into a function, as to f.cold and back, or from replacement code.  Assemblers name the
 * section there; one that names a function is a sibling call to objtool (tools/objtool/check.c,
 * add_jump_destinations()), before which the stack has to be as it was at the begin.
 */
static bool jumps_inside(const struct diff *d, const struct ref *r)
{
	const struct elf *elf = d->patched->elf;

	if (!(r->flags & REF_BRANCH))
		return false;
	return r->sym ? elf->syms[r->sym].type == STT_SECTION : r->off != 0;
}

static void clone_ref(struct diff *d, uint32_t i, const struct ref *r)
{
	const struct piece *p = &d->patched->pieces[i];
	uint64_t place = r->place - p->start + p->out_off;
	struct target t;

	if (r->flags & REF_SLOT) {
		diff_write_slot_ref(d, i, r, place, r->type);
		return;
	}
	t = diff_target(d, i, r);
	if ((p->kind == PIECE_ENTRY && p->rule->flags & SPECIAL_TOOL) || jumps_inside(d, r))
		by_section(d, r, &t);
	diff_write_ref(d, p->out_sec, place, r->type, t, t.addend - r->bias);
}

/*
 * The kernel writes such constants into its own code once, at boot, and never
 * into a module's: the copy loads the variable that the section is named for.
 */
static void clone_boot_const(struct diff *d, const struct piece *entry)
{
	const struct ref *r = &d->patched->refs[entry->first_ref];
	const struct piece *p = &d->patched->pieces[entry->owner];
	uint8_t *code = elf_writable(d->out->elf, p->out_sec) + p->out_off;
	uint64_t place = p->base - p->start + (uint64_t)r->off;
	struct target t = diff_target_outside(d, diff_boot_const(d, entry), 0);
	struct boot_const load = { 0 };

	arch_load_boot_const(d->arch, code, p->end - p->start, place, &load);
	for (unsigned int i = 0; i < load.nr; i++)
		diff_write_ref(d, p->out_sec, p->out_off + load.refs[i].place, load.refs[i].type, t,
			       load.refs[i].addend);
}

/* As it was planned. */
static void clone_refs(struct diff *d, uint32_t i)
{
	for_each_ref (d->patched, &d->patched->pieces[i], r) {
		switch ((enum diff_way)d->ways[r - d->patched->refs]) {
		case WAY_RELOC:
			clone_ref(d, i, r);
			break;
		case WAY_DISTANCE:
		case WAY_DIFFERENCE:
			diff_fill_in(d, i, r);
			break;
		case WAY_GOT:
			diff_write_through_got(d, i, r);
			break;
		case WAY_DETOUR:
			diff_write_detour(d, i, r);
			break;
		case WAY_DROP:
		case WAY_WITH_LAST:
			break;
		}
	}
}

/* SHF_LINK_ORDER: the section of the first entry's owner, whatever the input's sh_link said. */
static void link_order(struct diff *d, const struct piece *p)
{
	const struct piece *owner = p->owner == NO_PIECE ? NULL : &d->patched->pieces[p->owner];

	if (p->out_sec->flags & SHF_LINK_ORDER && !p->out_sec->link && owner && owner->out_sec)
		p->out_sec->link = owner->out_sec->index;
}

int diff_clone(struct diff *d)
{
	const struct object *obj = d->patched;

	d->out = arena_calloc(d->arena, 1, sizeof(*d->out));
	d->out->elf = elf_new(obj->elf, d->arena);
	map_init(&d->out->slots, d->arena);
	d->out->secs = arena_calloc(d->arena, obj->elf->nr_secs, sizeof(*d->out->secs));
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if (diff_piece_is_cloned(&obj->pieces[i]))
			clone_bytes(d, &obj->pieces[i]);
	clone_symbols(d);
	diff_clone_marks(d);
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		if (!diff_piece_is_cloned(&obj->pieces[i])) {
			if (obj->pieces[i].kind == PIECE_ENTRY &&
			    obj->pieces[i].flags & PIECE_INCLUDED)
				clone_boot_const(d, &obj->pieces[i]);
			continue;
		}
		clone_refs(d, i);
		link_order(d, &obj->pieces[i]);
	}
	diff_count_entries(d);
	return d->diag->nr_errors ? -EINVAL : 0;
}

int diff_write(struct diff *d)
{
	int err = elf_write_begin(d->out->elf, d->out_path, &d->file, d->diag);

	if (!err)
		d->stats.out = d->out_path;
	return err;
}
