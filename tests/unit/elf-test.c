// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects made in memory, written, read again and compared; refusals by text;
 * failing writes.  Says nothing and returns 0 if all is well.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#include "test.h"

/* ---- helpers ---- */

/* Without /proc, a file without a name could get none: the writer has to do with a named one. */
static bool no_proc;

int access(const char *path, int mode)
{
	if (no_proc && !strcmp(path, "/proc/self/fd")) {
		errno = ENOENT;
		return -1;
	}
	return faccessat(AT_FDCWD, path, mode, 0);
}

static const struct elf like = { .machine = EM_X86_64, .abiversion = 0 };

static struct elf *must_open(struct test *t, const char *path)
{
	struct elf *elf = NULL;

	if (elf_open(&elf, path, ELF_WANT_REL, &t->arena, &t->diag))
		die(t, "%s is refused", path);
	return elf;
}

static void must_write(struct test *t, struct elf *elf, const char *path)
{
	t->arena.inputs = NULL; /* what was read before is of another run */
	if (elf_write(elf, path, &t->diag))
		die(t, "%s cannot be written", path);
}

static struct elf *again(struct test *t, struct elf *elf)
{
	const char *path = in_dir(t, "again.o");

	must_write(t, elf, path);
	return must_open(t, path);
}

static struct elf_sec *sec_of(struct test *t, const struct elf *elf, const char *name)
{
	struct elf_sec *sec = elf_find_sec(elf, name);

	if (!sec)
		die(t, "section %s is missing", name);
	return sec;
}

static uint32_t sym_of(const struct elf *elf, const char *name)
{
	uint32_t i;

	for (i = 1; i < elf->nr_syms; i++) {
		if (elf->syms[i].type != STT_SECTION && !strcmp(elf->syms[i].name, name))
			return i;
	}
	return 0;
}

static uint32_t add_sym(struct elf *elf, const char *name, uint32_t sec, uint8_t bind, uint8_t type,
			uint64_t value, uint64_t size)
{
	struct elf_sym sym = {
		.name = name, .sec = sec, .bind = bind, .type = type, .value = value, .size = size
	};

	return elf_add_sym(elf, &sym);
}

/* Two functions, data, strings, zeroes; relocations added out of order. */
static struct elf *small_object(struct test *t)
{
	struct elf *elf = elf_new(&like, &t->arena);
	struct elf_sec *text, *data, *bss, *str;
	uint32_t f, g, h;

	text = elf_add_sec(elf, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 16, 0);
	data = elf_add_sec(elf, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 1, 0);
	bss = elf_add_sec(elf, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 1, 0);
	str = elf_add_sec(elf, ".rodata.str1.1", SHT_PROGBITS, SHF_ALLOC | SHF_MERGE | SHF_STRINGS,
			  1, 1);
	elf_add_data(elf, text, "\xe8\0\0\0\0\xc3", 6, 16, 0xcc);
	elf_add_data(elf, text, "\xe8\0\0\0\0\xe8\0\0\0\0\xc3", 11, 16, 0xcc);
	elf_add_data(elf, data, NULL, 8, 8, 0);
	elf_add_data(elf, bss, NULL, 100, 64, 0);
	elf_add_data(elf, str, "hello", 6, 1, 0);

	f = add_sym(elf, "f", text->index, STB_GLOBAL, STT_FUNC, 0, 6);
	g = add_sym(elf, "g", text->index, STB_LOCAL, STT_FUNC, 16, 11);
	h = add_sym(elf, "h", ELF_SEC_UNDEF, STB_WEAK, STT_NOTYPE, 0, 0);
	elf->syms[f].other = STV_HIDDEN | 3 << 5;
	add_sym(elf, "small.c", ELF_SEC_ABS, STB_LOCAL, STT_FILE, 0, 0);
	add_sym(elf, "common", ELF_SEC_COMMON, STB_GLOBAL, STT_OBJECT, 32, 4096);
	add_sym(elf, ".klp.sym.vmlinux.x,0", ELF_SEC_LIVEPATCH, STB_GLOBAL, STT_NOTYPE, 0, 0);
	add_sym(elf, "zero", bss->index, STB_LOCAL, STT_OBJECT, 36, 64);

	elf_add_reloc(elf, text, 22, R_X86_64_PLT32, h, -4);
	elf_add_reloc(elf, text, 17, R_X86_64_PLT32, f, -4);
	elf_add_reloc(elf, text, 1, R_X86_64_PLT32, g, -4);
	elf_add_reloc(elf, text, 17, R_X86_64_NONE, 0, 7);
	elf_add_reloc(elf, data, 0, R_X86_64_64, elf_sec_sym(elf, str), 3);
	return elf;
}

/* ---- round trips ---- */

static void test_small(struct test *t)
{
	struct elf *elf = again(t, small_object(t));
	const struct elf_sec *text = sec_of(t, elf, ".text");
	const struct elf_reloc *r;
	const struct elf_sym *f;

	check(t, elf->machine == EM_X86_64 && elf->type == ET_REL, "machine and type");
	check(t, elf->nr_secs == 10, "%u sections instead of 10", elf->nr_secs);
	check(t, text->index == 1 && text->align == 16 && text->size == 27, ".text's header");
	check(t, !memcmp(text->data + 5, "\xc3\xcc\xcc\xcc\xcc\xcc\xcc\xcc\xcc\xcc\xcc\xe8", 12),
	      "gaps are filled");
	check(t, sec_of(t, elf, ".bss")->size == 100 && !sec_of(t, elf, ".bss")->data, ".bss");
	check(t, !strcmp((const char *)sec_of(t, elf, ".rodata.str1.1")->data, "hello"), "strings");

	check(t, sym_of(elf, "g") == 1 && sym_of(elf, "small.c") == 2 && sym_of(elf, "zero") == 3,
	      "locals come first, in their order");
	check(t, sym_of(elf, "f") == 5 && sym_of(elf, "h") == 6 && sym_of(elf, "common") == 7,
	      "then the others, in theirs");
	f = &elf->syms[5];
	check(t,
	      f->size == 6 && f->other == (STV_HIDDEN | 3 << 5) && f->bind == STB_GLOBAL &&
		      f->type == STT_FUNC && f->sec == 1,
	      "fields of f");
	check(t, elf->syms[6].bind == STB_WEAK && elf->syms[6].sec == ELF_SEC_UNDEF, "h");
	check(t, elf->syms[7].sec == ELF_SEC_COMMON && elf->syms[7].value == 32, "common");
	check(t, elf->syms[2].sec == ELF_SEC_ABS, "the file symbol");
	check(t, elf->syms[8].sec == ELF_SEC_LIVEPATCH, "the livepatch symbol");

	check(t, text->rela && text->rela->nr_relocs == 4, ".text's relocations");
	r = text->rela->relocs;
	check(t, r[0].offset == 1 && r[0].sym == 1 && r[0].addend == -4, "relocation 0");
	check(t, r[1].offset == 17 && r[1].sym == 5, "relocation 1 (sorted, stable)");
	check(t, r[2].offset == 17 && !r[2].sym && r[2].addend == 7, "relocation 2");
	check(t, r[3].offset == 22 && r[3].sym == 6, "relocation 3");
	r = sec_of(t, elf, ".data")->rela->relocs;
	check(t,
	      r->sym == sec_of(t, elf, ".rodata.str1.1")->sym &&
		      elf->syms[r->sym].type == STT_SECTION &&
		      !strcmp(elf->syms[r->sym].name, ".rodata.str1.1"),
	      "the section symbol");
}

static void test_same_bytes(struct test *t)
{
	struct elf *elf = small_object(t);
	const char *a = in_dir(t, "a.o"), *b = in_dir(t, "b.o"), *c = in_dir(t, "c.o");

	must_write(t, elf, a);
	must_write(t, elf, b);
	must_write(t, must_open(t, a), c);
	check(t, same_file(a, b), "writing twice gives the same bytes");
	check(t, same_file(a, c), "so does writing what was read");
}

static void test_empty(struct test *t)
{
	struct elf *elf = again(t, elf_new(&like, &t->arena));

	check(t, elf->nr_syms == 1 && elf->nr_secs == 4 && elf->symtab, "an empty object");
}

static void test_writable(struct test *t)
{
	struct elf *elf = again(t, small_object(t));
	struct elf_sec *text = sec_of(t, elf, ".text");
	uint8_t *p = elf_writable(elf, text);
	uint64_t at;

	p[0] = 0x90;
	check(t, elf_writable(elf, text) == p, "a private copy is made once");
	at = elf_add_data(elf, text, "\x90\x90", 2, 64, 0xcc);
	check(t, at == 64 && text->align == 64 && text->size == 66, "appending to a read section");
	elf_add_reloc(elf, text, 65, R_X86_64_NONE, elf_sec_sym(elf, text), 0);
	elf = again(t, elf);
	text = sec_of(t, elf, ".text");
	check(t, text->data[0] == 0x90 && text->data[27] == 0xcc && text->data[65] == 0x90,
	      "changed contents");
	check(t, text->rela->nr_relocs == 5 && text->rela->relocs[4].sym == text->sym,
	      "a relocation added to a read section");
	check(t, !elf_writable(elf, sec_of(t, elf, ".bss")), ".bss has no contents");
}

/* nr sections with a symbol each, and a relocation from each to the next one's symbol. */
static struct elf *wide_object(struct test *t, uint32_t nr)
{
	struct elf *elf = elf_new(&like, &t->arena);
	struct elf_sec *sec = NULL;
	uint32_t i, sym = 0;

	for (i = 0; i < nr; i++) {
		const char *name = arena_printf(&t->arena, "s%u", i);

		sec = elf_add_sec(elf, name, SHT_PROGBITS, SHF_ALLOC, 4, 0);
		elf_add_data(elf, sec, &i, 4, 4, 0);
		sym = add_sym(elf, name, sec->index, i % 2 ? STB_LOCAL : STB_GLOBAL, STT_OBJECT, 0,
			      4);
	}
	elf_add_reloc(elf, sec, 0, R_X86_64_32, sym, 1);
	elf_add_reloc(elf, elf->secs[1], 0, R_X86_64_32, sym, 1);
	return elf;
}

static void check_wide(struct test *t, struct elf *elf, uint32_t nr)
{
	const struct elf_sec *sec;
	uint32_t i, bad = 0;

	for (i = 1; i < elf->nr_syms; i++) {
		sec = elf->secs[elf->syms[i].sec];
		bad += strcmp(sec->name, elf->syms[i].name) || sec->size != 4 ||
		       get_le32(sec->data) != (uint32_t)atoi(sec->name + 1);
	}
	check(t, elf->nr_syms == nr + 1 && !bad, "%u of %u symbols of %u sections", bad,
	      elf->nr_syms, nr);
	sec = elf->secs[1]->rela;
	check(t, sec && elf->syms[sec->relocs[0].sym].sec == nr, "%u: relocation", nr);
}

/* The table of sections moves when it grows. */
static void test_added_meanwhile(struct test *t)
{
	struct elf *elf = wide_object(t, 3000);
	uint32_t nr = elf->nr_secs, seen = 0, wrong = 0;

	for_each_sec (elf, sec) {
		wrong += sec->index != ++seen;
		elf_add_sec(elf, "added", SHT_PROGBITS, SHF_ALLOC, 1, 0);
	}
	check(t, seen == nr - 1 && !wrong, "%u of %u sections, %u of them wrong", seen, nr - 1, wrong);
	check(t, elf->nr_secs == 2 * nr - 1, "as many more");
}

static bool has_shndx(const struct elf *elf)
{
	uint32_t i;

	for (i = 1; i < elf->nr_secs; i++) {
		if (elf->secs[i]->type == SHT_SYMTAB_SHNDX)
			return true;
	}
	return false;
}

static void test_wide(struct test *t)
{
	const uint32_t sizes[] = { 0xfefa, 0xfefb, 0xfefc, 70000 };
	const char *path = in_dir(t, "wide2.o");
	struct elf *elf = NULL;
	size_t i;
	uint32_t k;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		elf = again(t, wide_object(t, sizes[i]));
		check_wide(t, elf, sizes[i]);
		check(t, has_shndx(elf) == (elf->nr_secs > SHN_LORESERVE),
		      "%u sections: SHT_SYMTAB_SHNDX", elf->nr_secs);
		must_write(t, elf, path);
		check(t, same_file(path, elf->path), "%u sections written again are the same",
		      elf->nr_secs);
	}

	/* Down to a size for which 16 bits are enough. */
	for (k = 10000; k < 70000; k++) {
		elf->secs[k]->dropped = true;
		elf->syms[k].dropped = true;
	}
	elf->secs[1]->rela->nr_relocs = 0;
	for (k = 1; k < elf->nr_syms; k++)
		elf->syms[k].dropped = false;
	elf->secs[70000]->rela->dropped = true;
	elf = again(t, elf);
	check(t, elf->nr_secs == 10000 + 1 + 3 && !has_shndx(elf), "the table goes: %u",
	      elf->nr_secs);
}

/* ---- dropping ---- */

static void test_drop(struct test *t)
{
	struct elf *elf = again(t, small_object(t));
	struct elf_sec *text = sec_of(t, elf, ".text"), *note;

	note = elf_add_sec(elf, ".linked", SHT_PROGBITS, SHF_LINK_ORDER, 1, 0);
	elf_add_data(elf, note, "x", 1, 1, 0);
	note->link = text->index;
	note = elf_add_sec(elf, ".linked2", SHT_PROGBITS, SHF_LINK_ORDER, 1, 0);
	elf_add_data(elf, note, "x", 1, 1, 0);
	note->link = note->index - 1;
	elf_add_reloc(elf, note, 0, R_X86_64_NONE, 0, 0);
	note = elf_add_sec(elf, ".about", SHT_PROGBITS, SHF_INFO_LINK, 1, 0);
	note->info = text->index;
	note->link = sec_of(t, elf, ".data")->index;
	note = elf_add_sec(elf, ".llvm_addrsig", 0x6fff4c03, SHF_EXCLUDE, 1, 0);
	elf_add_data(elf, note, "x", 1, 1, 0);
	elf_add_reloc(elf, note, 0, R_X86_64_NONE, 0, 0);

	elf = again(t, elf);
	check(t, elf_find_sec(elf, ".llvm_addrsig"), "unchanged symbols keep .llvm_addrsig");
	note = sec_of(t, elf, ".linked2");
	check(t, elf->secs[note->link] == sec_of(t, elf, ".linked"), "SHF_LINK_ORDER");
	check(t, note->rela, ".rela.linked2");

	sec_of(t, elf, ".text")->dropped = true;
	sec_of(t, elf, ".rodata.str1.1")->dropped = true;
	sec_of(t, elf, ".rela.data")->dropped = true;
	elf->syms[sym_of(elf, "h")].dropped = true;
	elf = again(t, elf);
	check(t,
	      !elf_find_sec(elf, ".rela.text") && !elf_find_sec(elf, ".linked") &&
		      !elf_find_sec(elf, ".linked2") && !elf_find_sec(elf, ".rela.linked2"),
	      "what belongs to a dropped section goes too");
	check(t, !elf_find_sec(elf, ".llvm_addrsig"), "changed symbols drop .llvm_addrsig");
	check(t, !sym_of(elf, "f") && !sym_of(elf, "h") && sym_of(elf, "zero") == 2, "symbols");
	note = sec_of(t, elf, ".about");
	check(t, !note->info && !(note->flags & SHF_INFO_LINK), "no link to what is gone");
	check(t, elf->secs[note->link] == sec_of(t, elf, ".data"), "other links follow");
}

/* Rings of links neither hang nor drop anything by themselves. */
static void test_link_ring(struct test *t)
{
	struct elf *elf = elf_new(&like, &t->arena);
	uint32_t i, n = 1000;

	for (i = 1; i <= n; i++) {
		elf_add_sec(elf, "ring", SHT_PROGBITS, SHF_LINK_ORDER, 1, 0);
		elf->secs[i]->link = i % n + 1;
	}
	elf = again(t, elf);
	check(t, elf->nr_secs == n + 4, "a ring stays");
	elf->secs[n / 2]->dropped = true;
	elf = again(t, elf);
	check(t, elf->nr_secs == 4, "a broken ring goes: %u", elf->nr_secs);
}

static struct elf *group_object(struct test *t)
{
	struct elf *elf = small_object(t);
	struct elf_sec *group = elf_add_sec(elf, ".group", SHT_GROUP, 0, 4, 4), *sec;
	uint8_t word[4];
	int i;

	put_le32(word, GRP_COMDAT);
	elf_add_data(elf, group, word, 4, 4, 0);
	for (i = 0; i < 2; i++) {
		sec = elf_add_sec(elf, i ? ".text.b" : ".text.a", SHT_PROGBITS,
				  SHF_ALLOC | SHF_GROUP, 1, 0);
		elf_add_data(elf, sec, "\xc3", 1, 1, 0);
		put_le32(word, sec->index);
		elf_add_data(elf, group, word, 4, 4, 0);
		sec->group = group;
	}
	elf_add_reloc(elf, sec, 0, R_X86_64_NONE, 0, 0);
	group->info = add_sym(elf, "sig", sec->index, STB_WEAK, STT_FUNC, 0, 1);
	return elf;
}

static void test_group(struct test *t)
{
	struct elf *elf = again(t, group_object(t));
	struct elf_sec *group = sec_of(t, elf, ".group"), *b = sec_of(t, elf, ".text.b");

	check(t, group->size == 16 && get_le32(group->data) == GRP_COMDAT, "a group of three");
	check(t, b->group == group && b->rela && b->rela->group == group, "its members");
	check(t, !strcmp(elf->syms[group->info].name, "sig"), "its signature");

	sec_of(t, elf, ".text.a")->dropped = true;
	sec_of(t, elf, ".bss")->dropped = true;
	elf->syms[sym_of(elf, "small.c")].dropped = true;
	elf = again(t, elf);
	group = sec_of(t, elf, ".group");
	b = sec_of(t, elf, ".text.b");
	check(t, group->size == 12 && b->group == group, "a member less");
	check(t, !strcmp(elf->syms[group->info].name, "sig"), "the signature follows");

	group->dropped = true;
	elf = again(t, elf);
	check(t, !(sec_of(t, elf, ".text.b")->flags & SHF_GROUP), "members of a dropped group");

	elf = again(t, group_object(t));
	sec_of(t, elf, ".text.a")->dropped = true;
	sec_of(t, elf, ".text.b")->dropped = true;
	elf = again(t, elf);
	check(t, !elf_find_sec(elf, ".group"), "a group without members goes");
}

/* Two relocation sections for one section, as in a finished livepatch module. */
static void test_livepatch_rela(struct test *t)
{
	struct elf *elf = small_object(t);
	struct elf_sec *text = sec_of(t, elf, ".text"), *rela;
	struct elf_reloc reloc = { .offset = 2, .type = R_X86_64_PC32, .sym = 2 };

	rela = elf_add_sec(elf, ".klp.rela.vmlinux..text", SHT_RELA,
			   SHF_ALLOC | SHF_INFO_LINK | SHF_RELA_LIVEPATCH, 8, 24);
	rela->info = text->index;
	elf_add_rela(elf, rela, &reloc);
	elf = again(t, elf);
	text = sec_of(t, elf, ".text");
	rela = sec_of(t, elf, ".klp.rela.vmlinux..text");
	check(t, text->rela && text->rela != rela, "the ordinary relocations");
	check(t,
	      rela->nr_relocs == 1 && rela->info == text->index &&
		      rela->flags == (SHF_ALLOC | SHF_INFO_LINK | SHF_RELA_LIVEPATCH),
	      "the livepatch ones");
}

/* A section compressed by hand: one stored block. */
static struct elf *compressed_object(struct test *t, uint32_t type, uint64_t claimed)
{
	static const uint8_t stream[] = { 0x78, 0x01, 0x01, 0x05, 0x00, 0xfa, 0xff, 'h',
					  'e',	'l',  'l',  'o',  0x06, 0x2c, 0x02, 0x15 };
	struct elf *elf = small_object(t);
	struct elf_sec *sec = elf_add_sec(elf, ".debug_x", SHT_PROGBITS, SHF_COMPRESSED, 8, 0);
	uint8_t chdr[24] = { 0 };

	put_le32(chdr, type);
	put_le64(chdr + 8, claimed);
	put_le64(chdr + 16, 1);
	elf_add_data(elf, sec, chdr, sizeof(chdr), 8, 0);
	elf_add_data(elf, sec, stream, sizeof(stream), 1, 0);
	return elf;
}

static void test_compressed(struct test *t)
{
	struct elf *elf = again(t, compressed_object(t, 1, 5));
	struct elf_sec *sec = sec_of(t, elf, ".debug_x");
	const char *path = in_dir(t, "compressed.o");

	check(t, sec->size == 5 && !sec->data && sec->packed, "packed");
	check(t, elf_unpack(elf, sec) && !memcmp(sec->data, "hello", 5), "unpacked");
	check(t, !(sec->flags & SHF_COMPRESSED) && sec->align == 1, "its header");
	must_write(t, elf, path);
	check(t, same_file(path, elf->path), "written as it was");
	elf_writable(elf, sec)[0] = 'j';
	elf = again(t, elf);
	sec = sec_of(t, elf, ".debug_x");
	check(t, !memcmp(sec->data, "jello", 5) && !sec->packed, "written plain once changed");
}

/* ---- the output file ---- */

static void test_mode(struct test *t)
{
	struct elf *elf = small_object(t);
	const char *path = in_dir(t, "mode.o"), *link = in_dir(t, "link.o");
	mode_t old = umask(027);
	struct stat st;

	must_write(t, elf, path);
	check(t, !stat(path, &st) && (st.st_mode & 07777) == 0640, "a new file's mode");
	umask(old);
	check(t, !chmod(path, 0755), "chmod");
	must_write(t, elf, path);
	check(t, !stat(path, &st) && (st.st_mode & 07777) == 0755, "an existing file's mode");

	check(t, !symlink("mode.o", link) && !unlink(path), "symlink");
	must_write(t, elf, link);
	check(t, !lstat(link, &st) && S_ISLNK(st.st_mode), "a link stays");
	check(t, !lstat(path, &st) && S_ISREG(st.st_mode), "what it names is written");
	must_write(t, elf, link);
	must_write(t, elf, "/dev/null");
}

static void must_fail(struct test *t, struct elf *elf, const char *path, const char *text)
{
	int before = files_in_dir(t), err = elf_write(elf, path, &t->diag);

	expect_error(t, err, text);
	check(t, files_in_dir(t) == before, "%s: something is left behind", path);
}

static void test_failing_writes(struct test *t)
{
	struct elf *elf = small_object(t);
	const char *old = in_dir(t, "old.o"), *link = in_dir(t, "loop");
	struct rlimit limit, small;
	uint32_t f = sym_of(elf, "f");
	struct stat st;

	must_write(t, elf, old);
	must_fail(t, elf, t->dir, "Is a directory");
	must_fail(t, elf, in_dir(t, "none/x.o"), "No such file or directory");
	must_fail(t, elf, in_dir(t, "old.o/x.o"), "Not a directory");
	must_fail(t, elf, "", "No such file or directory");
	must_fail(t, elf, "/dev/full", "No space left on device");
	check(t, !symlink("loop", link), "symlink");
	must_fail(t, elf, link, "Too many levels of symbolic links");

	getrlimit(RLIMIT_FSIZE, &limit);
	small = limit;
	small.rlim_cur = 100;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	must_fail(t, elf, old, "File too large");
	must_fail(t, elf, in_dir(t, "new.o"), "File too large");
	setrlimit(RLIMIT_FSIZE, &limit);
	check(t, !stat(old, &st) && st.st_size > 100, "the old file is untouched");

	elf->syms[f].dropped = true;
	must_fail(t, elf, old, "refers to a symbol that is left out");
	elf->syms[f].dropped = false;
	elf->syms[f].size = 28;
	must_fail(t, elf, old, "would lie outside its section");
	elf->syms[f].size = 6;
	elf_add_reloc(elf, elf->secs[1], 27, R_X86_64_NONE, 0, 0);
	must_fail(t, elf, old, "a relocation would lie outside section .text");
	must_open(t, old);
}

/* As on file systems that have no files without a name (O_TMPFILE). */
static void test_named(struct test *t)
{
	sigset_t now;

	no_proc = true;
	test_mode(t);
	test_failing_writes(t);
	no_proc = false;
	check(t, !sigprocmask(SIG_BLOCK, NULL, &now) && !sigismember(&now, SIGTERM),
	      "signals stay held");
}

static void rewrite(struct test *t, const char *path, off_t size)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = 1 } };

	check(t, !truncate(path, size) && !utimensat(AT_FDCWD, path, times, 0), "truncate");
}

/* An input that changes after it was read, before the output gets its name. */
static void test_changed_input(struct test *t)
{
	const char *in = in_dir(t, "in.o"), *out = in_dir(t, "out.o");
	struct elf *elf;
	struct stat st;

	must_write(t, small_object(t), in);
	check(t, !stat(in, &st), "stat");

	elf = must_open(t, in);
	rewrite(t, in, st.st_size);
	must_fail(t, elf, out, "it changed while it was read");
	must_fail(t, elf, in, "it changed while it was read");
	t->arena.inputs = NULL;

	elf = must_open(t, in);
	rewrite(t, in, 0);
	must_fail(t, elf, out, "it changed while it was read");
	check(t, !unlink(in), "unlink");
	must_fail(t, elf, out, "it went away while it was read");
	t->arena.inputs = NULL;
	must_write(t, elf, out);

	/* Its own file may be written, and once more. */
	elf = must_open(t, out);
	must_write(t, elf, out);
	must_write(t, elf, in);
	must_open(t, in);
	must_fail(t, must_open(t, out), in, "it is an input");
}

/* ---- refusals ---- */

/* Change len bytes of a good object at the place, and expect an error. */
static void refused(struct test *t, uint64_t at, const void *bytes, size_t len, const char *text)
{
	const char *path = in_dir(t, "bad.o");
	struct elf *elf = NULL;

	must_write(t, group_object(t), path);
	overwrite(t, path, at, bytes, len);
	expect_error(t, elf_open(&elf, path, ELF_WANT_REL, &t->arena, &t->diag), text);
	check(t, !elf, "%s: no object comes of it", text);
}

#define REFUSED_EHDR(t, field, value, text)                                      \
	do {                                                                     \
		__typeof__(((Elf64_Ehdr *)0)->field) v = (__typeof__(v))(value); \
		refused(t, offsetof(Elf64_Ehdr, field), &v, sizeof(v), text);    \
	} while (0)

#define REFUSED_SHDR(t, name, field, value, text)                                            \
	do {                                                                                 \
		__typeof__(((Elf64_Shdr *)0)->field) v = (__typeof__(v))(value);             \
		refused(t, shdr_place(t, name) + offsetof(Elf64_Shdr, field), &v, sizeof(v), \
			text);                                                               \
	} while (0)

/* Where the header of a section of group_object() is in its file. */
static uint64_t shdr_place(struct test *t, const char *name)
{
	const char *path = in_dir(t, "good.o");
	const struct elf_sec *sec;
	uint8_t shoff[8];
	FILE *f;

	must_write(t, group_object(t), path);
	sec = sec_of(t, must_open(t, path), name);
	f = fopen(path, "r");
	if (!f || fseek(f, offsetof(Elf64_Ehdr, e_shoff), SEEK_SET) || fread(shoff, 8, 1, f) != 1)
		die(t, "%s cannot be read", path);
	fclose(f);
	return get_le64(shoff) + sec->index * sizeof(Elf64_Shdr);
}

static void test_refused_headers(struct test *t)
{
	refused(t, 0, "ELF?", 4, "is not an ELF object");
	refused(t, 0, "!<arch>\n", 8, "is an archive");
	refused(t, 0, "\x1f\x8b", 2, "is compressed (gzip, xz or zstd): unpack it first");
	refused(t, 0, "\xfd\x37zXZ", 6, "is compressed (gzip, xz or zstd): unpack it first");
	refused(t, 0, "\x28\xb5\x2f\xfd", 4, "is compressed (gzip, xz or zstd): unpack it first");
	refused(t, EI_CLASS, "\1", 1, "is a 32-bit ELF object");
	refused(t, EI_CLASS, "\3", 1, "unknown ELF class 3");
	refused(t, EI_DATA, "\2", 1, "is a big-endian ELF object");
	refused(t, EI_VERSION, "\2", 1, "unknown ELF version");
	REFUSED_EHDR(t, e_type, ET_EXEC, "is an executable (e_type 2), not a relocatable object");
	REFUSED_EHDR(t, e_type, ET_DYN, "is a shared object");
	REFUSED_EHDR(t, e_phnum, 1, "has program headers");
	REFUSED_EHDR(t, e_ehsize, 52, "ELF header of a wrong size");
	REFUSED_EHDR(t, e_shentsize, 40, "section headers of a wrong size");
	REFUSED_EHDR(t, e_shoff, 0, "has no section headers");
	REFUSED_EHDR(t, e_shoff, -8, "section headers outside the file");
	REFUSED_EHDR(t, e_shnum, 60000, "section headers outside the file (60000 of them)");
	REFUSED_EHDR(t, e_shnum, 0, "section headers outside the file (0 of them)");
	REFUSED_EHDR(t, e_shstrndx, 0, "has no section name table");
	REFUSED_EHDR(t, e_shstrndx, 200, "has no section name table");
	REFUSED_EHDR(t, e_shstrndx, 1, "is used as a string table but is none");
}

static void test_refused_sections(struct test *t)
{
	REFUSED_SHDR(t, ".text", sh_name, 100000, "the name of section 1");
	REFUSED_SHDR(t, ".text", sh_offset, -1, "lies outside the file");
	REFUSED_SHDR(t, ".text", sh_size, -1, "lies outside the file");
	REFUSED_SHDR(t, ".bss", sh_size, -1, "absurd size");
	REFUSED_SHDR(t, ".text", sh_addralign, 3, "bad alignment 0x3");
	REFUSED_SHDR(t, ".text", sh_addralign, (uint64_t)1 << 40, "bad alignment");
	REFUSED_SHDR(t, ".text", sh_link, 1000, "linked to section 1000");
	REFUSED_SHDR(t, ".text", sh_flags, SHF_COMPRESSED | SHF_ALLOC, "cannot be compressed");
	REFUSED_SHDR(t, ".text", sh_size, 8, "lies outside");
	REFUSED_SHDR(t, ".text", sh_type, SHT_NULL, "lies outside its section");
	REFUSED_SHDR(t, ".text", sh_type, SHT_NOBITS, "which has no contents");
	REFUSED_SHDR(t, ".text", sh_type, SHT_SYMTAB, "is a second symbol table");
	REFUSED_SHDR(t, ".symtab", sh_entsize, 16, "has symbols of 16 bytes instead of 24");
	REFUSED_SHDR(t, ".symtab", sh_size, 25, "whole number of symbols");
	REFUSED_SHDR(t, ".symtab", sh_info, 100, "claims 100 local symbols");
	REFUSED_SHDR(t, ".symtab", sh_link, 1, "is used as a string table but is none");
	REFUSED_SHDR(t, ".strtab", sh_size, 2, "is not terminated");
	REFUSED_SHDR(t, ".strtab", sh_size, 0, "the name of symbol 1");
	REFUSED_SHDR(t, ".rela.text", sh_entsize, 16, "has relocations of 16 bytes instead of 24");
	REFUSED_SHDR(t, ".rela.text", sh_size, 25, "whole number of relocations");
	REFUSED_SHDR(t, ".rela.text", sh_link, 1, "which is not the symbol table");
	REFUSED_SHDR(t, ".rela.text", sh_info, 0, "applies to section 0, which does not exist");
	REFUSED_SHDR(t, ".rela.text", sh_info, 1000, "refers to section 1000");
	REFUSED_SHDR(t, ".rela.data", sh_info, 1, "is a second relocation section of section 1");
	REFUSED_SHDR(t, ".rela.text", sh_type, SHT_REL, "relocations without addends");
	REFUSED_SHDR(t, ".rela.text", sh_type, 0x40000014, "compact relocations (SHT_CREL)");
	REFUSED_SHDR(t, ".group", sh_size, 6, "has a bad size");
	REFUSED_SHDR(t, ".group", sh_info, 0, "has no signature symbol");
	REFUSED_SHDR(t, ".group", sh_info, 1000, "has no signature symbol");
}

static void refused_object(struct test *t, struct elf *elf, const char *text)
{
	const char *path = in_dir(t, "bad.o");

	must_write(t, elf, path);
	expect_error(t, elf_open(&elf, path, ELF_WANT_REL, &t->arena, &t->diag), text);
}

static void test_refused_files(struct test *t)
{
	const char *empty = in_dir(t, "empty.o");
	struct elf *elf = NULL;
	FILE *f = fopen(empty, "w");

	if (f)
		fclose(f);
	expect_error(t, elf_open(&elf, empty, ELF_WANT_REL, &t->arena, &t->diag), "is empty");
	expect_error(t, elf_open(&elf, t->dir, ELF_WANT_REL, &t->arena, &t->diag),
		     "is a directory");
	expect_error(t, elf_open(&elf, "/dev/null", ELF_WANT_REL, &t->arena, &t->diag),
		     "is not a regular file");
	expect_error(t, elf_open(&elf, "/nowhere/x.o", ELF_WANT_REL, &t->arena, &t->diag),
		     "cannot be opened: No such file or directory");
	refused_object(t, compressed_object(t, 1, (uint64_t)1 << 40), "claims 1099511627776 bytes");
	elf = again(t, compressed_object(t, 1, 6));
	check(t, !elf_unpack(elf, sec_of(t, elf, ".debug_x")), "a stream that ends too early");
	elf = again(t, compressed_object(t, 2, 5));
	check(t, !elf_unpack(elf, sec_of(t, elf, ".debug_x")), "a stream of zstd");
	elf = compressed_object(t, 1, 5);
	sec_of(t, elf, ".debug_x")->name = ".comment";
	refused_object(t, elf, "cannot be compressed: it is no debugging information");
	elf = small_object(t);
	sec_of(t, elf, ".text")->name = ".te\nxt";
	refused_object(t, elf, "has more than one line");
	elf = small_object(t);
	elf->syms[sym_of(elf, "f")].name = "f\nklp: forged";
	refused_object(t, elf, "has more than one line");
	refused_object(t, compressed_object(t, 7, 5), "compressed in the unknown way 7");
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "small", test_small },
		{ "same bytes", test_same_bytes },
		{ "empty", test_empty },
		{ "writable", test_writable },
		{ "wide", test_wide },
		{ "added meanwhile", test_added_meanwhile },
		{ "drop", test_drop },
		{ "link ring", test_link_ring },
		{ "group", test_group },
		{ "livepatch relocations", test_livepatch_rela },
		{ "compressed", test_compressed },
		{ "mode", test_mode },
		{ "failing writes", test_failing_writes },
		{ "named", test_named },
		{ "changed input", test_changed_input },
		{ "refused headers", test_refused_headers },
		{ "refused sections", test_refused_sections },
		{ "refused files", test_refused_files },
		{ NULL, NULL },
	};

	return run_tests(cases);
}
