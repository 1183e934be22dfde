// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp post-link: every field of the result, and what it leaves alone.  The
 * modules are made in memory, one by assembler and linker.  Says nothing and
 * returns 0 if all is well.
 */
#include "post-link-test.h"

static struct elf *reread(struct test *t, const char *path)
{
	struct elf *elf = NULL;

	if (elf_open(&elf, path, ELF_WANT_REL, &t->arena, &t->diag))
		die(t, "%s is refused", path);
	return elf;
}

static struct elf *convert(struct test *t, const char *path)
{
	if (klp_post_link(path, &t->arena, &t->diag))
		die(t, "klp post-link failed");
	check(t, !t->diag.nr_items, "%zu messages", t->diag.nr_items);
	return reread(t, path);
}

static struct elf_sec *need_sec(struct test *t, const struct elf *elf, const char *name)
{
	struct elf_sec *sec = elf_find_sec(elf, name);

	if (!sec)
		die(t, "section %s is missing", name);
	return sec;
}

static const struct elf_sym *find_sym(const struct elf *elf, const char *name)
{
	for (uint32_t i = 1; i < elf->nr_syms; i++)
		if (!strcmp(elf->syms[i].name, name))
			return &elf->syms[i];
	return NULL;
}

static void check_reloc(struct test *t, const struct elf *elf, const struct elf_reloc *r,
			uint64_t offset, uint32_t type, const char *sym, int64_t addend)
{
	check(t, r->offset == offset, "offset %#llx", (unsigned long long)r->offset);
	check(t, r->type == type, "type %u", r->type);
	check(t, !strcmp(elf->syms[r->sym].name, sym), "'%s'", elf->syms[r->sym].name);
	check(t, r->addend == addend, "addend %lld", (long long)r->addend);
}

/* A livepatch relocation section with the fields that the kernel demands, and nr relocations. */
static struct elf_sec *check_klp_rela(struct test *t, const struct elf *elf, const char *name,
				      const char *target, size_t nr)
{
	struct elf_sec *rela = need_sec(t, elf, name);

	check(t, rela->type == SHT_RELA, "%s", name);
	check(t, rela->flags == (SHF_ALLOC | SHF_INFO_LINK | SHF_RELA_LIVEPATCH), "%s", name);
	check(t, rela->link == elf->symtab, "%s", name);
	check(t, rela->entsize == sizeof(Elf64_Rela) && rela->align == 8, "%s", name);
	check(t, !strcmp(elf->secs[rela->info]->name, target), "%s", name);
	if (rela->nr_relocs != nr)
		die(t, "%s has %zu relocations", name, rela->nr_relocs);
	return rela;
}

static void check_livepatch_sym(struct test *t, const struct elf *elf, const char *name)
{
	const struct elf_sym *sym = find_sym(elf, name);

	if (!sym)
		die(t, "%s is missing", name);
	check(t, sym->sec == ELF_SEC_LIVEPATCH, "%s", name);
	check(t, sym->bind == STB_WEAK && sym->type == STT_NOTYPE, "%s", name);
	check(t, !sym->value && !sym->size && !sym->other, "%s", name);
}

static void check_readelf(struct test *t, const char *path)
{
	FILE *p = popen(arena_printf(&t->arena, "readelf -aW %s 2>&1 >/dev/null", path), "r");
	char line[256];

	check(t, p && !fgets(line, sizeof(line), p), "readelf complains: %s", line);
	check(t, p && !pclose(p), "readelf fails");
}

static void check_nothing_left(struct test *t, const struct elf *elf)
{
	for (uint32_t i = 1; i < elf->nr_secs; i++)
		check(t, !strstr(elf->secs[i]->name, "__klp_relocs"), "%s", elf->secs[i]->name);
	for (uint32_t i = 1; i < elf->nr_syms; i++) {
		const char *name = elf->syms[i].name;

		check(t, !strstr(name, ".klp.tombstone.") && !strstr(name, ".klp.entry."), "%s",
		      name);
		check(t, !strstr(name, "__klp_relocs"), "%s", name);
	}
}

/* ---- what is converted ---- */

static void test_convert(struct test *t)
{
	struct module m = make_x86(t);
	const char *path = write_module(t, m.elf);
	struct elf *elf = convert(t, path);
	struct elf_sec *text = need_sec(t, elf, ".text.f"), *data = need_sec(t, elf, ".data.d");
	const struct elf_sym *f = find_sym(elf, "f");
	struct elf_sec *rela;

	rela = check_klp_rela(t, elf, ".klp.rela.vmlinux..text.f", ".text.f", 1);
	check_reloc(t, elf, &rela->relocs[0], 4, R_X86_64_PLT32, ".klp.sym.vmlinux.callee,0", -4);
	rela = check_klp_rela(t, elf, ".klp.rela.vmlinux..data.d", ".data.d", 1);
	check_reloc(t, elf, &rela->relocs[0], 8, R_X86_64_64, ".klp.sym.vmlinux.a.b-c,12", 16);

	check(t, text->rela && text->rela->nr_relocs == 2, "ordinary relocations stay");
	check_reloc(t, elf, &text->rela->relocs[0], 4, R_X86_64_NONE, "", 0);
	check_reloc(t, elf, &text->rela->relocs[1], 12, R_X86_64_64, ".data.d", 3);
	check(t, data->rela && data->rela->nr_relocs == 1, "ordinary relocations stay");
	check_reloc(t, elf, &data->rela->relocs[0], 8, R_X86_64_NONE, "", 0);

	check_livepatch_sym(t, elf, ".klp.sym.vmlinux.callee,0");
	check_livepatch_sym(t, elf, ".klp.sym.vmlinux.a.b-c,12");
	check_nothing_left(t, elf);
	check(t,
	      f && f->value == 8 && f->size == 24 && f->type == STT_FUNC && f->bind == STB_GLOBAL &&
		      f->other == (0x60 | STV_HIDDEN) && f->sec == text->index,
	      "f stays as it was");
	check(t, find_sym(elf, "lp.c"), "other symbols stay");
	check_readelf(t, path);
}

static void test_objects(struct test *t)
{
	struct module m = make_x86(t);
	struct elf_sec *relocs = add_sec(&m, "__klp_relocs.some_mod", 0, 0);
	uint32_t sym = add_sym(m.elf, ".klp.sym.some_mod.x,2", 0, STB_WEAK);
	uint32_t other = add_sym(m.elf, ".klp.sym.helper.y,0", 0, STB_WEAK);
	struct elf_sec *rela;
	struct elf *elf;

	elf_add_reloc(m.elf, m.data, 0, R_X86_64_64, m.tomb_data, 0);
	elf_add_reloc(m.elf, m.data, 24, R_X86_64_64, m.tomb_data, 0);
	add_entry(&m, relocs, m.data, 24, R_X86_64_64, sym, 1);
	add_entry(&m, relocs, m.data, 0, R_X86_64_64, other, (int64_t)0x123456789abcdef0);
	elf = convert(t, write_module(t, m.elf));

	check_klp_rela(t, elf, ".klp.rela.vmlinux..data.d", ".data.d", 1);
	rela = check_klp_rela(t, elf, ".klp.rela.some_mod..data.d", ".data.d", 2);
	check_reloc(t, elf, &rela->relocs[0], 0, R_X86_64_64, ".klp.sym.helper.y,0",
		    (int64_t)0x123456789abcdef0);
	check_reloc(t, elf, &rela->relocs[1], 24, R_X86_64_64, ".klp.sym.some_mod.x,2", 1);
	check_nothing_left(t, elf);
}

/* A section that another tool has made already is continued, not doubled. */
static void test_partly_converted(struct test *t)
{
	struct module m = make_x86(t);
	uint32_t sym = elf_add_sym(m.elf, &(struct elf_sym){ .name = ".klp.sym.vmlinux.old,1",
							     .sec = ELF_SEC_LIVEPATCH,
							     .bind = STB_GLOBAL });
	struct elf_sec *rela = elf_add_sec(m.elf, ".klp.rela.vmlinux..data.d", SHT_RELA,
					   SHF_ALLOC | SHF_INFO_LINK | SHF_RELA_LIVEPATCH, 8, 24);
	struct elf *elf;

	rela->link = m.elf->symtab;
	rela->info = m.data->index;
	elf_add_rela(m.elf, rela, &(struct elf_reloc){ 0, R_X86_64_64, sym, 7 });
	elf = convert(t, write_module(t, m.elf));
	rela = check_klp_rela(t, elf, ".klp.rela.vmlinux..data.d", ".data.d", 2);
	check_reloc(t, elf, &rela->relocs[0], 0, R_X86_64_64, ".klp.sym.vmlinux.old,1", 7);
	check_reloc(t, elf, &rela->relocs[1], 8, R_X86_64_64, ".klp.sym.vmlinux.a.b-c,12", 16);
	for (uint32_t i = rela->index + 1; i < elf->nr_secs; i++)
		check(t, strcmp(elf->secs[i]->name, rela->name), "a second %s", rela->name);
}

/* Several relocations at one offset: the tombstone's of the entry's type is meant. */
static void test_one_offset(struct test *t)
{
	struct module m = make_x86(t);
	struct elf_sec *data, *rela;
	struct elf *elf;

	elf_add_reloc(m.elf, m.data, 16, R_X86_64_64, m.f, 0);
	elf_add_reloc(m.elf, m.data, 16, R_X86_64_PC64, m.tomb_data, 0);
	elf_add_reloc(m.elf, m.data, 16, R_X86_64_64, m.tomb_data, 0);
	add_entry(&m, m.relocs, m.data, 16, R_X86_64_64, m.data_ref, 5);
	add_entry(&m, m.relocs, m.data, 16, R_X86_64_PC64, m.data_ref, 6);
	elf = convert(t, write_module(t, m.elf));

	data = need_sec(t, elf, ".data.d");
	check(t, data->rela->nr_relocs == 4, "ordinary relocations stay");
	check_reloc(t, elf, &data->rela->relocs[1], 16, R_X86_64_64, "f", 0);
	check_reloc(t, elf, &data->rela->relocs[2], 16, R_X86_64_NONE, "", 0);
	check_reloc(t, elf, &data->rela->relocs[3], 16, R_X86_64_NONE, "", 0);
	rela = check_klp_rela(t, elf, ".klp.rela.vmlinux..data.d", ".data.d", 3);
	check_reloc(t, elf, &rela->relocs[1], 16, R_X86_64_64, ".klp.sym.vmlinux.a.b-c,12", 5);
	check_reloc(t, elf, &rela->relocs[2], 16, R_X86_64_PC64, ".klp.sym.vmlinux.a.b-c,12", 6);
}

/* Every machine that has a backend; some loaders do not know R_*_NONE (ppc64). */
static void test_machines(struct test *t)
{
	for (const struct arch *const *a = arch_all; *a; a++) {
		const struct arch *arch = *a;
		const struct arch_reloc *none = arch_reloc(arch, arch->none);
		size_t left = none && none->flags & RELOC_LOADER ? 2 : 1;
		struct module m = make_module(t, arch->machine, arch->abs64, arch->abs64);
		struct elf *elf = convert(t, write_module(t, m.elf));
		struct elf_sec *rela = need_sec(t, elf, ".text.f")->rela;
		struct elf_sec *klp;

		check(t, elf->machine == arch->machine, "%s", arch->name);
		check(t, rela && rela->nr_relocs == left, "%s: NONE", arch->name);
		klp = check_klp_rela(t, elf, ".klp.rela.vmlinux..text.f", ".text.f", 1);
		check_reloc(t, elf, &klp->relocs[0], 4, arch->abs64, ".klp.sym.vmlinux.callee,0",
			    -4);
		check_nothing_left(t, elf);
	}
}

/* Places through named symbols; an object's sections that the linker merged. */
static const char first_s[] = ".weak \".klp.tombstone.x\", \".klp.sym.vmlinux.x,0\"\n"
			      ".text\n nop\nf:	call \".klp.tombstone.x\"\n ret\n"
			      ".section __klp_relocs.vmlinux,\"a\"\n .balign 8\n"
			      " .quad f+1, \".klp.sym.vmlinux.x,0\"-4\n .long 4, 0\n";
static const char second_s[] =
	".weak \".klp.tombstone.y\", \".klp.sym.vmlinux.y,3\"\n"
	".text\n .balign 16\n .globl g\ng:	mov \".klp.tombstone.y\"(%rip), %rax\n ret\n"
	".section __klp_relocs.vmlinux,\"a\"\n .balign 8\n"
	" .quad g+3, \".klp.sym.vmlinux.y,3\"-4\n .long 2, 0\n"
	".section .modinfo,\"a\"\n .asciz \"livepatch=Y\"\n";

static void write_text(struct test *t, const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f))
		die(t, "%s cannot be written", path);
}

static void test_linked(struct test *t)
{
	const char *path = in_dir(t, "lp.ko");
	struct elf_sec *rela;
	struct elf *elf;

	write_text(t, in_dir(t, "a.s"), first_s);
	write_text(t, in_dir(t, "b.s"), second_s);
	if (system(arena_printf(&t->arena,
				"cd %s && as --64 a.s -o a.o && as --64 b.s -o b.o && "
				"ld -m elf_x86_64 -r a.o b.o -o lp.ko",
				t->dir)))
		die(t, "as or ld failed");
	elf = convert(t, path);
	rela = check_klp_rela(t, elf, ".klp.rela.vmlinux..text", ".text", 2);
	check_reloc(t, elf, &rela->relocs[0], 2, R_X86_64_PLT32, ".klp.sym.vmlinux.x,0", -4);
	check_reloc(t, elf, &rela->relocs[1], 19, R_X86_64_PC32, ".klp.sym.vmlinux.y,3", -4);
	check_livepatch_sym(t, elf, ".klp.sym.vmlinux.x,0");
	check_nothing_left(t, elf);
	check_readelf(t, path);
}

/* ---- what is left alone ---- */

static void expect_note(struct test *t, const char *path, const char *text)
{
	const char *copy = keep_copy(t, path);

	check(t, !klp_post_link(path, &t->arena, &t->diag), "nothing to do");
	check(t, t->diag.nr_items == 1 && t->diag.items[0].severity == DIAG_NOTE, "one note");
	check(t, t->diag.nr_items && strstr(t->diag.items[0].text, text), "%s", text);
	check(t, same_file(path, copy), "the file is untouched");
	diag_init(&t->diag, &t->arena);
}

static void test_twice(struct test *t)
{
	struct module m = make_x86(t);
	const char *path = write_module(t, m.elf);

	convert(t, path);
	expect_note(t, path, "already in the form that the kernel loads, nothing to do");
}

/* A livepatch module that needs no livepatch relocation. */
static void test_nothing(struct test *t)
{
	struct elf like = { .machine = EM_X86_64 };
	struct module m = { .elf = elf_new(&like, &t->arena) };

	m.modinfo = add_sec(&m, ".modinfo", 0, 0);
	elf_add_data(m.elf, m.modinfo, modinfo, sizeof(modinfo), 1, 0);
	expect_note(t, write_module(t, m.elf), "no livepatch relocations, nothing to do");
}

/* Without entries, symbols are still finished. */
static void test_symbols_only(struct test *t)
{
	struct module m = make_x86(t);
	struct elf *elf;

	m.relocs->dropped = m.relocs->rela->dropped = true;
	m.elf->syms[elf_sec_sym(m.elf, m.relocs)].dropped = true;
	m.text->rela->relocs[0].sym = 0;
	m.data->rela->relocs[0].sym = 0;
	elf = convert(t, write_module(t, m.elf));
	check_livepatch_sym(t, elf, ".klp.sym.vmlinux.callee,0");
	check_nothing_left(t, elf);
}

static void test_unmarked(struct test *t)
{
	struct module m = make_x86(t);

	memcpy(elf_writable(m.elf, m.modinfo) + sizeof("license=GPL"), "livepitch", 9);
	check(t, !klp_post_link(write_module(t, m.elf), &t->arena, &t->diag), "converted");
	check(t, t->diag.nr_items == 1 && t->diag.nr_warnings == 1, "one warning");
	check(t, t->diag.nr_items && strstr(t->diag.items[0].text, "not marked livepatch=Y"),
	      "the warning's text");
}

static const struct test_case cases[] = {
	{ "convert", test_convert },
	{ "objects", test_objects },
	{ "partly-converted", test_partly_converted },
	{ "one-offset", test_one_offset },
	{ "machines", test_machines },
	{ "linked", test_linked },
	{ "twice", test_twice },
	{ "nothing", test_nothing },
	{ "symbols-only", test_symbols_only },
	{ "unmarked", test_unmarked },
	{ NULL, NULL },
};

int main(void)
{
	return run_tests(cases);
}
