// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bind ORIG.o OUT.o ORIG-BOUND.o OUT-BOUND.o: what post-link and the kernel do
 * with a livepatch, done to its parts, so that a linker can make a program of
 * both in which it is in force:
 *  - each livepatch symbol of OUT.o is bound to the symbol of ORIG.o that it
 *    names (a local one too), or to another file's if ORIG.o has none;
 *  - the relocations of __klp_relocs.* take the place of those to tombstones;
 *  - each original function that .init.klp_funcs names becomes a branch to its
 *    replacement.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

/* How each machine branches to a function. */
struct branch {
	uint16_t machine;
	uint8_t code[5];
	uint8_t size;
	uint8_t field;		/* where the relocation stands */
	uint32_t type;
	int64_t addend;
};

static const struct branch branches[] = {
	{ EM_X86_64, { 0xe9 }, 5, 1, R_X86_64_PLT32, -4 },
	{ EM_AARCH64, { 0, 0, 0, 0x14 }, 4, 0, R_AARCH64_JUMP26, 0 },
	{ EM_PPC64, { 0, 0, 0, 0x48 }, 4, 0, R_PPC64_REL24, 0 },
	{ 258 /* EM_LOONGARCH */, { 0, 0, 0, 0x50 }, 4, 0, 66 /* R_LARCH_B26 */, 0 },
	{ 0, { 0 }, 0, 0, 0, 0 },
};

struct bind {
	struct elf *orig, *out;
	const struct arch *arch;
	struct arena arena;
	struct diag diag;
	unsigned int nr;	/* names made */
};

static void die(const char *what, const char *name)
{
	fprintf(stderr, "bind: %s: %s\n", name, what);
	exit(1);
}

static const char *new_name(struct bind *b)
{
	return arena_printf(&b->arena, "klp_bound_%u", b->nr++);
}

/* ---- symbols ---- */

/* The nth (from 1) definition of name, or the only one (0); 0 if there is none. */
static uint32_t find_symbol(const struct elf *elf, const char *name, unsigned long pos)
{
	unsigned long nr = 0;
	uint32_t found = 0;

	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const struct elf_sym *sym = &elf->syms[i];

		if (!elf_sym_in_sec(sym) || strcmp(sym->name, name))
			continue;
		nr++;
		if (!pos && nr > 1)
			die("several of this name, and no position", name);
		if (!pos || nr == pos)
			found = i;
	}
	if (pos && !found)
		die("no such position", name);
	return found;
}

/* A global name for a symbol, beside those that it has. */
static const char *publish(struct bind *b, struct elf *elf, uint32_t sym)
{
	struct elf_sym alias = elf->syms[sym];

	alias.name = new_name(b);
	alias.bind = STB_GLOBAL;
	elf_add_sym(elf, &alias);
	return alias.name;
}

/* .klp.sym.<object>.<name>,<pos> */
static void bind_symbol(struct bind *b, uint32_t i)
{
	const char *name = strchr(b->out->syms[i].name + strlen(".klp.sym."), '.');
	const char *comma = name ? strrchr(name, ',') : NULL;
	uint32_t sym;

	if (!comma)
		die("not a livepatch symbol", b->out->syms[i].name);
	name = arena_strndup(&b->arena, name + 1, (size_t)(comma - name - 1));
	sym = find_symbol(b->orig, name, strtoul(comma + 1, NULL, 10));
	b->out->syms[i].name = sym ? publish(b, b->orig, sym) : name;
	b->out->syms[i].bind = STB_GLOBAL;
}

static void bind_symbols(struct bind *b)
{
	uint32_t nr = b->out->nr_syms;

	for (uint32_t i = 1; i < nr; i++)
		if (!strncmp(b->out->syms[i].name, ".klp.sym.", 9))
			bind_symbol(b, i);
}

/* ---- relocations ---- */

/* The slot with the address that r means; both halves of a pair get the same. */
static uint64_t slot_for(struct bind *b, const struct elf_reloc *r, struct elf_sec **slots)
{
	struct elf_sec *sec = elf_find_sec(b->out, ".bind_slots");
	uint64_t at;

	if (!sec)
		sec = elf_add_sec(b->out, ".bind_slots", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8, 0);
	*slots = sec;
	for (size_t i = 0; sec->rela && i < sec->rela->nr_relocs; i++)
		if (sec->rela->relocs[i].sym == r->sym && sec->rela->relocs[i].addend == r->addend)
			return sec->rela->relocs[i].offset;
	at = elf_add_data(b->out, sec, NULL, 8, 8, 0);
	elf_add_reloc(b->out, sec, at, b->arch->abs64, r->sym, r->addend);
	return at;
}

/*
 * The module loader makes a GOT slot for the symbol's value and the addend; a
 * linker adds the addend to the slot's address.  Such a slot is made here.
 */
static void own_slot(struct bind *b, struct elf_reloc *r)
{
	static const uint32_t near[][2] = {
		{ 75 /* R_LARCH_GOT_PC_HI20 */, 71 /* R_LARCH_PCALA_HI20 */ },
		{ 76 /* R_LARCH_GOT_PC_LO12 */, 72 /* R_LARCH_PCALA_LO12 */ },
	};
	struct elf_sec *slots;
	uint64_t at;

	if (b->arch->machine != 258 /* EM_LOONGARCH */ || !r->addend)
		return;
	for (size_t i = 0; i < sizeof(near) / sizeof(*near); i++) {
		if (r->type != near[i][0])
			continue;
		at = slot_for(b, r, &slots);
		r->type = near[i][1];
		r->sym = elf_sec_sym(b->out, slots);
		r->addend = (int64_t)at;
	}
}

/* An entry: two relocations, to the place and to the symbol, and a type. */
static void apply_klp_reloc(struct bind *b, const struct elf_sec *sec, size_t k)
{
	const struct elf_reloc *place = &sec->rela->relocs[k], *to = place + 1;
	const struct elf_sym *at = &b->out->syms[place->sym];
	uint64_t offset = at->value + (uint64_t)place->addend;
	uint32_t type = get_le32(sec->data + place->offset + 16);
	const struct elf_sec *rela;

	if (!elf_sym_in_sec(at) || !b->out->secs[at->sec]->rela)
		die("leads nowhere", sec->name);
	rela = b->out->secs[at->sec]->rela;
	for (size_t i = 0; i < rela->nr_relocs; i++) {
		struct elf_reloc *r = &rela->relocs[i];

		if (r->offset != offset || r->type != type ||
		    strncmp(b->out->syms[r->sym].name, ".klp.tombstone.", 15))
			continue;
		r->sym = to->sym;
		r->addend = to->addend;
		own_slot(b, r);
		return;
	}
	die("there is no relocation to a tombstone at the place", sec->name);
}

static void apply_klp_relocs(struct bind *b)
{
	for (uint32_t i = 1; i < b->out->nr_secs; i++) {
		struct elf_sec *sec = b->out->secs[i];

		if (strncmp(sec->name, "__klp_relocs.", 13))
			continue;
		for (size_t k = 0; sec->rela && k + 1 < sec->rela->nr_relocs; k += 2)
			apply_klp_reloc(b, sec, k);
		sec->dropped = true;
	}
	for (uint32_t i = 1; i < b->out->nr_syms; i++)
		if (!strncmp(b->out->syms[i].name, ".klp.tombstone.", 15))
			b->out->syms[i].dropped = true;
}

/* ---- functions ---- */

static void redirect(struct bind *b, uint32_t func, const char *to)
{
	const struct elf_sym *sym = &b->orig->syms[func];
	struct elf_sec *sec = b->orig->secs[sym->sec];
	uint64_t at = sym->value + arch_local_entry(b->arch, sym);
	const struct branch *branch = branches;
	const struct elf_sym undef = { .name = to, .bind = STB_GLOBAL };
	struct elf_sec *rela = sec->rela;
	size_t kept = 0;

	while (branch->machine && branch->machine != b->orig->machine)
		branch++;
	if (!branch->machine || at + branch->size > sec->size)
		die("cannot be redirected", sym->name);
	for (size_t i = 0; rela && i < rela->nr_relocs; i++)
		if (rela->relocs[i].offset < at || rela->relocs[i].offset >= at + branch->size)
			rela->relocs[kept++] = rela->relocs[i];
	if (rela)
		rela->nr_relocs = kept;
	memcpy(elf_writable(b->orig, sec) + at, branch->code, branch->size);
	elf_add_reloc(b->orig, sec, at + branch->field, branch->type,
		      elf_add_sym(b->orig, &undef), branch->addend);
}

/* A symbol of OUT.o for the place that a relocation leads to. */
static uint32_t symbol_for(struct bind *b, const struct elf_reloc *r)
{
	struct elf_sym sym = b->out->syms[r->sym];
	uint32_t best = 0;

	if (sym.type != STT_SECTION && !r->addend)
		return r->sym;
	sym.value += (uint64_t)r->addend;
	for (uint32_t i = 1; i < b->out->nr_syms && !best; i++)
		if (b->out->syms[i].type == STT_FUNC && b->out->syms[i].sec == sym.sec &&
		    b->out->syms[i].value == sym.value)
			best = i;
	if (!best)
		die("the new function has no symbol", b->out->path);
	return best;
}

/* 24 bytes: name, new function, position. */
static void redirect_functions(struct bind *b)
{
	const struct elf_sec *funcs = elf_find_sec(b->out, ".init.klp_funcs");

	for (uint64_t at = 0; funcs && at + 24 <= funcs->size; at += 24) {
		const struct elf_reloc *r = funcs->rela->relocs + at / 24 * 2;
		const struct elf_sym *str = &b->out->syms[r[0].sym];
		const char *name = (const char *)b->out->secs[str->sec]->data + str->value +
				   r[0].addend;
		uint32_t func = find_symbol(b->orig, name, get_le64(funcs->data + at + 16));

		if (!func)
			die("the original has no such function", name);
		redirect(b, func, publish(b, b->out, symbol_for(b, &r[1])));
	}
}

/* ---- main ---- */

static int report(const struct bind *b, int err)
{
	for (size_t i = 0; i < b->diag.nr_items; i++)
		fprintf(stderr, "bind: %s\n", b->diag.items[i].text);
	return err ? 1 : 0;
}

static int run(struct bind *b, char **argv)
{
	int err;

	err = elf_open(&b->orig, argv[1], ELF_WANT_REL, &b->arena, &b->diag);
	err = err ?: elf_open(&b->out, argv[2], ELF_WANT_REL, &b->arena, &b->diag);
	if (err)
		return err;
	b->arch = arch_find(b->orig->machine);
	if (!b->arch)
		die("unknown machine", argv[1]);
	bind_symbols(b);
	apply_klp_relocs(b);
	redirect_functions(b);
	err = elf_write(b->orig, argv[3], &b->diag);
	return err ?: elf_write(b->out, argv[4], &b->diag);
}

int main(int argc, char **argv)
{
	struct bind b = { 0 };
	int ret;

	if (argc != 5)
		die("takes four files", "bind");
	arena_init(&b.arena);
	diag_init(&b.diag, &b.arena);
	if (setjmp(b.arena.oom))
		die("out of memory", argv[1]);
	ret = report(&b, run(&b, argv));
	arena_free(&b.arena);
	return ret;
}
