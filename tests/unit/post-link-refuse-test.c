// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What klp post-link refuses: each rule by its text and place, with the file
 * untouched.  Says nothing and returns 0 if all is well.
 */
#include "post-link-test.h"

/* ---- damages ---- */

static void odd_size(struct module *m)
{
	elf_add_data(m->elf, m->relocs, NULL, 4, 1, 0);
}

static void no_place(struct module *m)
{
	m->relocs->rela->relocs[2].offset = 28;
}

static void no_symbol(struct module *m)
{
	m->relocs->rela->nr_relocs = 3;
}

static void reloc_too_many(struct module *m)
{
	elf_add_reloc(m->elf, m->relocs, 40, R_X86_64_64, m->f, 0);
}

static void two_places(struct module *m)
{
	elf_add_reloc(m->elf, m->relocs, 0, R_X86_64_64, m->f, 0);
}

static void not_abs64(struct module *m)
{
	m->relocs->rela->relocs[1].type = R_X86_64_32;
}

static void padding(struct module *m)
{
	elf_writable(m->elf, m->relocs)[47] = 1;
}

static void place_undefined(struct module *m)
{
	m->relocs->rela->relocs[0].sym = m->tomb_call;
}

static void place_outside(struct module *m)
{
	m->relocs->rela->relocs[2].addend = 32;
}

static void place_negative(struct module *m)
{
	m->relocs->rela->relocs[2].addend = -8;
}

static void place_not_loaded(struct module *m)
{
	m->data->flags = SHF_WRITE;
}

static void place_in_relocs(struct module *m)
{
	m->relocs->rela->relocs[0].sym = elf_sec_sym(m->elf, m->relocs);
}

static void not_klp_sym(struct module *m)
{
	m->relocs->rela->relocs[1].sym = m->f;
}

static void no_tombstone(struct module *m)
{
	m->text->rela->relocs[0].sym = m->f;
}

static void other_type(struct module *m)
{
	m->text->rela->relocs[0].type = R_X86_64_PC32;
}

static void named_twice(struct module *m)
{
	add_entry(m, m->relocs, m->data, 8, R_X86_64_64, m->call, 0);
}

static void no_relocs_there(struct module *m)
{
	add_entry(m, m->relocs, m->init, 8, R_X86_64_64, m->call, 0);
}

static void tombstone_left(struct module *m)
{
	elf_add_reloc(m->elf, m->data, 0, R_X86_64_64, m->tomb_data, 0);
}

static void entry_used(struct module *m)
{
	elf_add_reloc(m->elf, m->data, 0, R_X86_64_64, m->entry, 0);
}

static void ordinary_to_klp(struct module *m)
{
	elf_add_reloc(m->elf, m->data, 0, R_X86_64_64, m->data_ref, 0);
}

static void klp_sym_defined(struct module *m)
{
	m->elf->syms[m->call].sec = m->text->index;
}

static void klp_sym_name(struct module *m)
{
	m->elf->syms[m->call].name = ".klp.sym.vmlinux.callee";
}

static void no_object(struct module *m)
{
	m->relocs->name = "__klp_relocs";
}

static void object_with_dot(struct module *m)
{
	m->relocs->name = "__klp_relocs.a.b";
}

/* A livepatch relocation of module mod at sec + 8. */
static void module_reloc(struct module *m, struct elf_sec *sec, const char *object,
			 const char *symbol)
{
	struct elf_sec *relocs = add_sec(m, object, 0, 0);
	uint32_t sym = add_sym(m->elf, symbol, 0, STB_WEAK);

	elf_add_reloc(m->elf, sec, 8, R_X86_64_64, m->tomb_call, 0);
	add_entry(m, relocs, sec, 8, R_X86_64_64, sym, 0);
}

static void vmlinux_in_module(struct module *m)
{
	module_reloc(m, m->init, "__klp_relocs.mod", ".klp.sym.vmlinux.x,0");
}

static void module_in_vmlinux(struct module *m)
{
	module_reloc(m, m->init, "__klp_relocs.vmlinux", ".klp.sym.mod.x,0");
}

static void consumed(struct module *m)
{
	module_reloc(m, m->table, "__klp_relocs.mod", ".klp.sym.mod.x,0");
}

static void freed(struct module *m)
{
	module_reloc(m, m->init, "__klp_relocs.mod", ".klp.sym.mod.x,0");
}

static void unknown_type(struct module *m)
{
	m->data->rela->relocs[0].type = 200;
	put_le32(elf_writable(m->elf, m->relocs) + 40, 200);
}

static void not_for_loader(struct module *m)
{
	m->data->rela->relocs[0].type = R_X86_64_GOTPCREL;
	put_le32(elf_writable(m->elf, m->relocs) + 40, R_X86_64_GOTPCREL);
}

static void over_the_end(struct module *m)
{
	m->data->rela->relocs[0].offset = 28;
	m->relocs->rela->relocs[2].addend = 28;
}

/* Final form, but wrong: what klp-convert or a hand might have written. */
static struct elf_sec *final_rela(struct module *m, const char *name, uint32_t sym)
{
	struct elf_sec *rela = elf_add_sec(m->elf, name, SHT_RELA,
					   SHF_ALLOC | SHF_INFO_LINK | SHF_RELA_LIVEPATCH, 8, 24);

	rela->link = m->elf->symtab;
	rela->info = m->init->index;
	elf_add_rela(m->elf, rela, &(struct elf_reloc){ .type = R_X86_64_64, .sym = sym });
	return rela;
}

static void final_name(struct module *m)
{
	final_rela(m, ".klp.rela.vmlinux..text", m->call);
}

static void final_object(struct module *m)
{
	final_rela(m, ".klp.rela.a-b..init.data", m->call);
}

static void final_symbol(struct module *m)
{
	final_rela(m, ".klp.rela.vmlinux..init.data", m->f);
}

static void final_flags(struct module *m)
{
	final_rela(m, ".klp.rela.vmlinux..init.data", m->call)->flags = SHF_ALLOC;
}

static void final_unloaded(struct module *m)
{
	final_rela(m, ".klp.rela.vmlinux.init.data", m->call);
	m->init->flags = SHF_WRITE;
}

static const struct refusal {
	void (*damage)(struct module *m);
	const char *text, *section, *symbol;
	uint64_t offset;
} refusals[] = {
	{ odd_size, "its size 0x34 is not a multiple of 24", "__klp_relocs.vmlinux", NULL, 0 },
	{ no_place, "no relocation for its place", "__klp_relocs.vmlinux", NULL, 24 },
	{ no_symbol, "no relocation for its livepatch symbol", "__klp_relocs.vmlinux", NULL, 32 },
	{ reloc_too_many, "a relocation where an entry", "__klp_relocs.vmlinux", NULL, 40 },
	{ two_places, "a relocation where an entry", "__klp_relocs.vmlinux", NULL, 0 },
	{ not_abs64, "relocation type 10 where x86_64's 64-bit absolute type (1) belongs",
	  "__klp_relocs.vmlinux", NULL, 8 },
	{ padding, "last four bytes are not zero", "__klp_relocs.vmlinux", NULL, 24 },
	{ place_undefined, "the place '.klp.tombstone.callee' is not in a section",
	  "__klp_relocs.vmlinux", NULL, 0 },
	{ place_outside, "the place .data.d+0x20 lies outside the section (0x20 bytes)",
	  "__klp_relocs.vmlinux", NULL, 24 },
	{ place_negative, "the place .data.d+0xfffffffffffffff8 lies outside",
	  "__klp_relocs.vmlinux", NULL, 24 },
	{ place_not_loaded, "in section .data.d, which is not loaded", "__klp_relocs.vmlinux", NULL,
	  24 },
	{ place_in_relocs, "in section __klp_relocs.vmlinux, which is not loaded",
	  "__klp_relocs.vmlinux", NULL, 0 },
	{ not_klp_sym, "'f' is not a livepatch symbol", "__klp_relocs.vmlinux", NULL, 0 },
	{ no_tombstone, "no relocation of type 4 to a tombstone", ".text.f",
	  ".klp.sym.vmlinux.callee,0", 4 },
	{ other_type, "no relocation of type 4 to a tombstone", ".text.f",
	  ".klp.sym.vmlinux.callee,0", 4 },
	{ named_twice, "or named twice?", ".data.d", ".klp.sym.vmlinux.callee,0", 8 },
	{ no_relocs_there, "no relocation of type 1 to a tombstone", ".init.data",
	  ".klp.sym.vmlinux.callee,0", 8 },
	{ tombstone_left, "a relocation to a tombstone symbol without an entry", ".data.d",
	  ".klp.tombstone.a", 0 },
	{ entry_used, "a relocation to a symbol that klp post-link removes", ".data.d",
	  ".klp.entry.0", 0 },
	{ ordinary_to_klp, "an ordinary relocation to a livepatch symbol", ".data.d",
	  ".klp.sym.vmlinux.a.b-c,12", 0 },
	{ klp_sym_defined, "must be undefined, but the module defines it", NULL,
	  ".klp.sym.vmlinux.callee,0", 0 },
	{ klp_sym_name, "a bad name: the comma and position are missing", NULL,
	  ".klp.sym.vmlinux.callee", 0 },
	{ no_object, "no object name after __klp_relocs", "__klp_relocs", NULL, 0 },
	{ object_with_dot, "the object name has a dot", "__klp_relocs.a.b", NULL, 0 },
	{ vmlinux_in_module, "a symbol of vmlinux in the livepatch relocations of module mod",
	  ".init.data", ".klp.sym.vmlinux.x,0", 8 },
	{ module_in_vmlinux, "a symbol of module mod in the livepatch relocations of vmlinux",
	  ".init.data", ".klp.sym.mod.x,0", 8 },
	{ consumed, "the kernel reads section __jump_table when the patch module loads",
	  "__jump_table", ".klp.sym.mod.x,0", 8 },
	{ freed, "the kernel reads section .init.data when the patch module loads", ".init.data",
	  ".klp.sym.mod.x,0", 8 },
	{ unknown_type, "relocation type 200 (unknown) is not one that the kernel of x86_64",
	  ".data.d", ".klp.sym.vmlinux.a.b-c,12", 8 },
	{ not_for_loader, "_GOTPCREL) is not one that the kernel of x86_64 applies", ".data.d",
	  ".klp.sym.vmlinux.a.b-c,12", 8 },
	{ over_the_end, "reaches beyond the end of the section (0x20 bytes)", ".data.d",
	  ".klp.sym.vmlinux.a.b-c,12", 28 },
	{ final_name, "it applies to section .init.data, but its name says '.text'",
	  ".klp.rela.vmlinux..text", NULL, 0 },
	{ final_object, "a '-', which the kernel writes as '_'", ".klp.rela.a-b..init.data", NULL,
	  0 },
	{ final_symbol, "to a symbol that is not one of livepatch's", ".init.data", "f", 0 },
	{ final_flags, "SHF_RELA_LIVEPATCH, and is named .klp.rela.",
	  ".klp.rela.vmlinux..init.data", NULL, 0 },
	{ final_unloaded, "it applies to section .init.data, which is not loaded",
	  ".klp.rela.vmlinux.init.data", NULL, 0 },
};

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void check_refusal(struct test *t, const struct refusal *r)
{
	struct module m = make_x86(t);
	struct diag_where where = { 0 };
	const char *path, *copy;
	int err, files;

	r->damage(&m);
	path = write_module(t, m.elf);
	copy = keep_copy(t, path);
	files = files_in_dir(t);
	err = klp_post_link(path, &t->arena, &t->diag);
	if (t->diag.nr_items)
		where = t->diag.items[0].where;
	expect_error(t, err, r->text);
	check(t, same(where.object, path), "%s: the file's name", r->text);
	check(t, same(where.section, r->section), "%s: section %s", r->text, where.section);
	check(t, same(where.symbol, r->symbol), "%s: symbol %s", r->text, where.symbol);
	check(t, where.offset == r->offset, "%s: offset %#llx", r->text,
	      (unsigned long long)where.offset);
	check(t, same_file(path, copy), "%s: the file is untouched", r->text);
	check(t, files == files_in_dir(t), "%s: nothing is left behind", r->text);
}

static void test_refusals(struct test *t)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		check_refusal(t, &refusals[i]);
}

static void test_signed(struct test *t)
{
	struct module m = make_x86(t);
	const char *path = write_module(t, m.elf), *copy;
	FILE *f = fopen(path, "a");

	if (!f || fputs("xx~Module signature appended~\n", f) < 0 || fclose(f))
		die(t, "the signature cannot be written");
	copy = keep_copy(t, path);
	expect_error(t, klp_post_link(path, &t->arena, &t->diag),
		     "run klp post-link before signing");
	check(t, same_file(path, copy), "the file is untouched");
}

static void test_machine(struct test *t)
{
	struct elf like = { .machine = EM_S390 };
	struct elf *elf = elf_new(&like, &t->arena);

	expect_error(t, klp_post_link(write_module(t, elf), &t->arena, &t->diag),
		     "machine 22 (e_machine) is not supported");
	expect_error(t, klp_post_link(in_dir(t, "none"), &t->arena, &t->diag), "");
}

/* ---- names ---- */

static void expect_bad(struct test *t, const char *symbol, const char *reason)
{
	struct klp_sym_name name;
	const char *got = klp_name_parse(symbol, &name);

	check(t, got && strstr(got, reason), "'%s': %s", symbol, got ? got : "accepted");
}

static char *repeat(struct test *t, const char *before, size_t nr, const char *after)
{
	char *s = arena_alloc(&t->arena, nr + 1);

	memset(s, 'x', nr);
	return arena_printf(&t->arena, ".klp.sym.%s%s%s", before, s, after);
}

static void test_names(struct test *t)
{
	struct klp_sym_name n;

	check(t, !klp_name_parse(".klp.sym.vmlinux.a.b,18446744073709551609", &n), "a good name");
	check(t,
	      !strcmp(n.object, "vmlinux") && n.name_len == 3 && !memcmp(n.name, "a.b", 3) &&
		      n.pos == 18446744073709551609u,
	      "its parts");
	check(t, !klp_name_parse(repeat(t, "", 55, ".x,0"), &n), "55 characters");
	check(t, !klp_name_parse(repeat(t, "m.", 511, ",0"), &n), "511 characters");
	expect_bad(t, repeat(t, "", 56, ".x,0"), "the object name has more than 55 characters");
	expect_bad(t, repeat(t, "m.", 512, ",0"), "the symbol name has more than 511 characters");
	expect_bad(t, "vmlinux.x,0", "does not begin with .klp.sym.");
	expect_bad(t, ".klp.sym.vmlinux", "no dot between object and symbol");
	expect_bad(t, ".klp.sym..x,0", "the object name is empty");
	expect_bad(t, ".klp.sym.a-b.x,0", "'-', which the kernel writes as '_'");
	expect_bad(t, ".klp.sym.vmlinux.,0", "the symbol name is empty");
	expect_bad(t, ".klp.sym.vmlinux.x", "the comma and position are missing");
	expect_bad(t, ".klp.sym.vmlinux.x,", "the position after the comma is missing");
	expect_bad(t, ".klp.sym.vmlinux.x,y,0", "the symbol name has a comma");
	expect_bad(t, ".klp.sym.vmlinux.x,1a", "the position is not a decimal number");
	expect_bad(t, ".klp.sym.vmlinux.x,-1", "the position is not a decimal number");
	expect_bad(t, ".klp.sym.vmlinux.x,99999999999999999999", "the position is too large");
}

static const struct test_case cases[] = {
	{ "refusals", test_refusals },
	{ "signed", test_signed },
	{ "machine", test_machine },
	{ "names", test_names },
	{ NULL, NULL },
};

int main(void)
{
	return run_tests(cases);
}
