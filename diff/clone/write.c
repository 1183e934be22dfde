// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Write one reference of a copy: an ordinary relocation, or an entry of __klp_relocs with a
 * tombstone.
 */
#include <string.h>

#include <klp/arena.h>
#include <klp/diff.h>
#include <klp/post-link.h>

/* One section for vmlinux, one for the module. */
static struct elf_sec *klp_relocs(struct diff *d, const char *object)
{
	struct elf_sec **sec = &d->klp_relocs[strcmp(object, "vmlinux") != 0];

	if (!*sec)
		*sec = elf_add_sec(d->out, arena_printf(d->arena, KLP_RELOCS_PREFIX ".%s", object),
				   SHT_PROGBITS, SHF_ALLOC, 8, 0);
	return *sec;
}

/* An entry of __klp_relocs.<object>; the linker carries it into the module. */
static void klp_reloc(struct diff *d, struct elf_sec *of, uint64_t place, uint32_t type,
		      const struct target *t, int64_t addend)
{
	struct elf_sec *sec = klp_relocs(d, t->klp_object);
	uint8_t entry[KLP_RELOC_SIZE] = { 0 };
	uint64_t at;

	put_le32(entry + KLP_RELOC_TYPE, type);
	at = elf_add_data(d->out, sec, entry, sizeof(entry), 8, 0);
	elf_add_reloc(d->out, sec, at + KLP_RELOC_OFFSET, d->arch->abs64, elf_sec_sym(d->out, of),
		      (int64_t)place);
	elf_add_reloc(d->out, sec, at + KLP_RELOC_SYM, d->arch->abs64, t->sym, addend);
}

/*
 * What the place refers to until post-link: nothing that a loader would look for.  Linux' objtool
 * (tools/objtool/elf.c, 7.0) takes the prefix off and looks the rest up, as in its list of
 * functions that do not return; so the name alone is behind it, and several symbols of one name
 * have one tombstone.
 */
static uint32_t tombstone(struct diff *d, uint32_t klp_sym)
{
	const struct map_entry *e;
	struct klp_sym_name klp;
	const char *name;
	uint32_t sym;

	klp_name_parse(d->out->syms[klp_sym].name, &klp);
	name = arena_printf(d->arena, KLP_TOMBSTONE_PREFIX "%.*s", (int)klp.name_len, klp.name);
	e = map_find_str(&d->tombstones, name);
	if (e)
		return e->value;
	sym = elf_add_sym(d->out, &(struct elf_sym){ .name = name, .bind = STB_WEAK });
	map_add_str(&d->tombstones, name, sym);
	return sym;
}

void diff_write_ref(struct diff *d, struct elf_sec *sec, uint64_t place, uint32_t type,
		    struct target t, int64_t addend)
{
	if (t.klp_object) {
		klp_reloc(d, sec, place, type, &t, addend);
		t.sym = tombstone(d, t.sym);
	}
	elf_add_reloc(d->out, sec, place, type, t.sym, addend);
}
