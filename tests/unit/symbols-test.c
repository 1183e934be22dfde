// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exports and positions: all layouts of Module.symvers, what kallsyms lists of a
 * vmlinux, a module, a text file, and how it counts; errors by their text.
 * Says nothing and returns 0 if all is well.
 */
#include <errno.h>
#include <zlib.h>

#include <klp/elf.h>
#include <klp/kernel.h>

#include "test.h"

static const char *write_text(struct test *t, const char *name, const char *text)
{
	const char *path = in_dir(t, name);
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f))
		die(t, "%s cannot be written", path);
	return path;
}

static const char *write_gzip(struct test *t, const char *name, const char *text)
{
	const char *path = in_dir(t, name);
	gzFile f = gzopen(path, "wb");

	if (!f || gzputs(f, text) < 0 || gzclose(f))
		die(t, "%s cannot be written", path);
	return path;
}

/* ---- exports ---- */

static void check_export(struct test *t, const struct export *e, const char *module, const char *ns,
			 bool gpl, uint32_t crc)
{
	if (!e)
		die(t, "an export of %s is missing", module);
	check(t, !strcmp(e->module, module), "%s", e->module);
	check(t, !strcmp(e->ns, ns), "%s", e->ns);
	check(t, e->gpl == gpl && e->crc == crc, "%s %#x", e->name, e->crc);
}

static void test_exports(struct test *t)
{
	struct exports *x = exports_new(&t->arena);
	const char *now, *old, *mid;

	now = write_text(t, "now",
			 "0x12345678\ta\tvmlinux\tEXPORT_SYMBOL\t\n"
			 "0xffffffff\tb\tdrivers/x/b-mod\tEXPORT_SYMBOL_GPL\tNS\n"
			 "\n"
			 "0x00000000\tc\tc.ko\tEXPORT_SYMBOL\tmodule:kvm-*");
	old = write_gzip(t, "old.gz",
			 "0x00000001\td\tfs/d\tEXPORT_UNUSED_SYMBOL_GPL\n"
			 "0x00000002\te\tvmlinux\tEXPORT_SYMBOL_GPL_FUTURE\n");
	mid = write_text(t, "mid",
			 "0x00000003\tf\t\tvmlinux\tEXPORT_SYMBOL\n"
			 "0x00000004\tg\tNS2\t/tmp/g-h\tEXPORT_SYMBOL_GPL\n"
			 "0x00000005\ta\t\tother\tEXPORT_SYMBOL_GPL\n");
	check(t, !exports_count(x), "empty");
	if (exports_read(x, now, &t->diag) || exports_read(x, old, &t->diag) ||
	    exports_read(x, mid, &t->diag))
		die(t, "a symvers file is refused");
	check(t, exports_count(x) == 7, "%zu exports", exports_count(x));
	check_export(t, exports_find(x, "a"), "vmlinux", "", false, 0x12345678);
	check_export(t, exports_find(x, "b"), "b_mod", "NS", true, 0xffffffff);
	check_export(t, exports_find(x, "c"), "c", "module:kvm-*", false, 0);
	check_export(t, exports_find(x, "d"), "d", "", true, 1);
	check_export(t, exports_find(x, "e"), "vmlinux", "", true, 2);
	check_export(t, exports_find(x, "f"), "vmlinux", "", false, 3);
	check_export(t, exports_find(x, "g"), "g_h", "NS2", true, 4);
	check(t, !exports_find(x, "h"), "nothing is invented");
	check(t, exports_find(x, "a")->file == now, "the first file wins");
	check_export(t, exports_find(x, "a")->next, "other", "", true, 5);
	check(t,
	      exports_find(x, "a")->next->file == mid && !exports_find(x, "a")->next->next &&
		      !exports_find(x, "b")->next,
	      "what the later file says");
	check(t, export_for_named_modules(exports_find(x, "c")), "module: namespace");
	check(t, !export_for_named_modules(exports_find(x, "b")), "ordinary namespace");
}

/* More than is read at once. */
static void test_many_exports(struct test *t)
{
	struct exports *x = exports_new(&t->arena);
	const char *path = in_dir(t, "many");
	FILE *f = fopen(path, "w");
	const struct export *e;
	unsigned int i, bad = 0;

	for (i = 0; f && i < 10000; i++)
		fprintf(f, "0x%08x\tsymbol_%u\tmodule_%u\tEXPORT_SYMBOL\t\n", i, i, i % 7);
	if (!f || fclose(f) || exports_read(x, path, &t->diag))
		die(t, "the file is refused");
	for (i = 0; i < 10000; i++) {
		e = exports_find(x, arena_printf(&t->arena, "symbol_%u", i));
		bad += !e || e->crc != i ||
		       strcmp(e->module, arena_printf(&t->arena, "module_%u", i % 7));
	}
	check(t, !bad && exports_count(x) == i, "%u of %zu are wrong", bad, exports_count(x));
}

static void expect_bad_symvers(struct test *t, const char *text, const char *line,
			       const char *message)
{
	const char *path = write_text(t, "bad", text);
	int err = exports_read(exports_new(&t->arena), path, &t->diag);
	const char *where = t->diag.nr_items ? t->diag.items[0].where.object : "";

	check(t, !strcmp(where, arena_printf(&t->arena, "%s%s", path, line)), "at %s", where);
	expect_error(t, err, message);
}

static void test_bad_exports(struct test *t)
{
	expect_bad_symvers(t, "0x00000001\ta\tvmlinux\tEXPORT_SYMBOL\n0x00000002\tb\tvmlinux\n",
			   ":2", "3 tab-separated columns, but a symvers line has 4 or 5");
	expect_bad_symvers(t, "0x00000001\ta\tx\tEXPORT_SYMBOL\tx\tx\n", ":1",
			   "6 tab-separated columns");
	expect_bad_symvers(t, "0x00000001 a vmlinux EXPORT_SYMBOL\n", ":1",
			   "1 tab-separated columns");
	expect_bad_symvers(t, "0x00000001\ta\tvmlinux\tEXPORTED\n", ":1",
			   "no export type (EXPORT_SYMBOL…) in column 4 or 5: 'EXPORTED'");
	expect_bad_symvers(t, "0x1ffffffff\ta\tvmlinux\tEXPORT_SYMBOL\n", ":1",
			   "'0x1ffffffff' is not a CRC");
	expect_bad_symvers(t, "12345678\ta\tvmlinux\tEXPORT_SYMBOL\n", ":1", "is not a CRC");
	expect_bad_symvers(t, "0x00000001\t\tvmlinux\tEXPORT_SYMBOL\n", ":1",
			   "the symbol is missing");
	expect_bad_symvers(t, "0x00000001\ta\t\tEXPORT_SYMBOL\n", ":1", "the module is missing");
	expect_bad_symvers(t,
			   "\x7f"
			   "ELF",
			   "", "an ELF file, not a Module.symvers");
	expect_bad_symvers(t,
			   "\xfd"
			   "7zXZ",
			   "", "a packed file or a boot image, not a Module.symvers");
}

static void test_unreadable(struct test *t)
{
	const char *path = in_dir(t, "no-such-file");
	char noise[3000];
	uint32_t seed = 1;

	expect_error(t, exports_read(exports_new(&t->arena), path, &t->diag),
		     "cannot read it: No such file or directory");
	expect_error(t, exports_read(exports_new(&t->arena), t->dir, &t->diag),
		     "cannot read it: Is a directory");
	for (size_t i = 0; i + 1 < sizeof(noise); i++)
		noise[i] = (char)('!' + ((seed = seed * 1103515245 + 12345) >> 16) % 91);
	noise[sizeof(noise) - 1] = '\0';
	path = write_gzip(t, "cut.gz", noise);
	if (truncate(path, 600))
		die(t, "%s cannot be truncated", path);
	expect_error(t, exports_read(exports_new(&t->arena), path, &t->diag),
		     "the compressed data ends too early");
	path = write_text(t, "binary", "abc");
	overwrite(t, path, 1, "", 1);
	expect_error(t, exports_read(exports_new(&t->arena), path, &t->diag),
		     "neither ELF nor text");
}

/* ---- positions ---- */

static struct kernel_file *must_open(struct test *t, const char *path)
{
	struct kernel_file *k = NULL;

	if (kernel_file_open(&k, path, &t->arena, &t->diag))
		die(t, "%s is refused", path);
	return k;
}

static void expect_bad_kernel(struct test *t, const char *path, const char *message)
{
	struct kernel_file *k = NULL;

	expect_error(t, kernel_file_open(&k, path, &t->arena, &t->diag), message);
	check(t, !k, "%s: nothing is returned", message);
}

/* All entries of name: "address:position:file", in order. */
static void check_entries(struct test *t, const struct kernel_file *k, const char *name,
			  const char *want)
{
	const struct kernel_sym *s;
	char *got = arena_strdup(&t->arena, "");
	size_t nr;

	s = kernel_file_find(k, name, &nr);
	check(t, !s == !nr, "%s: %zu", name, nr);
	for (size_t i = 0; i < nr; i++) {
		check(t, !strcmp(s[i].name, name), "%s", s[i].name);
		check(t, s[i].nth == i + 1 && s[i].of == nr, "%s: %u of %u", name, s[i].nth,
		      s[i].of);
		got = arena_printf(&t->arena, "%s%s%llx:%lld:%s", got, i ? " " : "",
				   (unsigned long long)s[i].addr, (long long)kernel_sym_pos(&s[i]),
				   s[i].file ? s[i].file : "-");
	}
	check(t, !strcmp(got, want), "%s: '%s', wanted '%s'", name, got, want);
}

/* A kernel in memory; sections stand where their symbols' values say. */
struct kernel {
	struct elf *elf;
	struct elf_sec *text, *data, *init, *comment, *nosave;
};

static struct elf_sec *add_sec(struct elf *elf, const char *name, uint64_t flags, uint64_t size)
{
	struct elf_sec *sec = elf_add_sec(elf, name, SHT_PROGBITS, flags, 16, 0);

	elf_add_data(elf, sec, NULL, size, 16, 0);
	return sec;
}

static struct kernel make_kernel(struct test *t)
{
	struct elf like = { .machine = EM_X86_64 };
	struct kernel k = { .elf = elf_new(&like, &t->arena) };

	k.text = add_sec(k.elf, ".text", SHF_ALLOC | SHF_EXECINSTR, 0x4000);
	k.data = add_sec(k.elf, ".data", SHF_ALLOC | SHF_WRITE, 0x4000);
	k.init = add_sec(k.elf, ".init.text", SHF_ALLOC | SHF_EXECINSTR, 0x4000);
	k.comment = add_sec(k.elf, ".comment", 0, 0x4000);
	k.nosave = add_sec(k.elf, ".data_nosave", SHF_WRITE, 0x4000);
	return k;
}

static void add(struct kernel *k, const char *name, uint32_t sec, uint64_t value, uint8_t bind,
		uint8_t type)
{
	elf_add_sym(k->elf, &(struct elf_sym){ .name = name,
					       .sec = sec,
					       .value = value,
					       .size = 8,
					       .bind = bind,
					       .type = type });
}

static void add_local(struct kernel *k, const char *name, const struct elf_sec *sec, uint64_t value)
{
	add(k, name, sec->index, value, STB_LOCAL, STT_NOTYPE);
}

static void add_file(struct kernel *k, const char *name)
{
	add(k, name, ELF_SEC_ABS, 0, STB_LOCAL, STT_FILE);
}

static const char *write_kernel(struct test *t, struct kernel *k, const char *name, uint16_t type)
{
	const char *path = in_dir(t, name);
	uint8_t e_type[2] = { (uint8_t)type, (uint8_t)(type >> 8) };

	t->arena.inputs = NULL; /* what was read before is of another run */
	if (elf_write(k->elf, path, &t->diag))
		die(t, "%s cannot be written", path);
	overwrite(t, path, 16, e_type, 2);
	return path;
}

static const char *const ignored_names[] = {
	"$x",
	".Ltmp1",
	"__efistub_a",
	"__pi_$d",
	"__pi_.L1",
	"__kvm_nvhe_$x",
	"__kvm_nvhe_.L2",
	"__AArch64ADRPThunk_f",
	"__kcfi_typeid_f",
	"__kvm_nvhe___kcfi_typeid_f",
	"__pi___kcfi_typeid_f",
	"__crc_f",
	"__kstrtab_f",
	"__kstrtabns_f",
	"f_from_arm",
	"f_from_thumb",
	"f_veneer",
	"L0",
	"_SDA_BASE_",
	"_SDA2_BASE_",
	"a.long_branch.f",
	"a.plt_branch.f",
	NULL,
};

/* Close to what is left out, but listed. */
static const char *const listed_names[] = {
	"x$",	    "_L1",	 "L01",		"f_veneer2", "_SDA_BASE",     "__pi_f", "__crc",
	"___crc_f", "__kstrtab", "__a_Thunk_f", "Thunk_",    "a.long_branch", NULL,
};

static void test_names(struct test *t)
{
	struct kernel k = make_kernel(t);
	struct kernel_file *file;
	size_t nr;

	for (size_t i = 0; ignored_names[i]; i++)
		add_local(&k, ignored_names[i], k.text, i);
	for (size_t i = 0; listed_names[i]; i++)
		add_local(&k, listed_names[i], k.text, i);
	file = must_open(t, write_kernel(t, &k, "vmlinux", ET_EXEC));
	for (size_t i = 0; ignored_names[i]; i++)
		check(t, !kernel_file_find(file, ignored_names[i], &nr), "%s", ignored_names[i]);
	for (size_t i = 0; listed_names[i]; i++)
		check(t, kernel_file_find(file, listed_names[i], &nr), "%s", listed_names[i]);
}

static const char *name_of_length(struct test *t, size_t len)
{
	char *s = arena_alloc(&t->arena, len + 1);

	return memset(s, 'n', len);
}

static void test_vmlinux(struct test *t)
{
	struct kernel k = make_kernel(t);
	struct kernel_file *file;
	const struct kernel_sym *const *all;
	size_t nr;

	add_file(&k, "b.c");
	add_local(&k, "twin", k.text, 0x30);
	add_local(&k, "only", k.text, 0x34);
	add_file(&k, "a.c");
	add_local(&k, "twin", k.init, 0x10);
	add_local(&k, "twin", k.text, 0x20);
	add_local(&k, "alias", k.text, 0x20);
	add_local(&k, "alias", k.text, 0x20);
	add(&k, "section", k.text->index, 0, STB_LOCAL, STT_SECTION);
	add(&k, "twin", ELF_SEC_ABS, 1, STB_LOCAL, STT_NOTYPE);
	add_local(&k, "twin", k.comment, 2);
	add_local(&k, "__nosave_begin", k.nosave, 0);
	add_file(&k, "");
	add_local(&k, "linker", k.data, 0);
	add_local(&k, name_of_length(t, 511), k.data, 0);
	add_local(&k, name_of_length(t, 512), k.data, 0);
	add(&k, "undef", ELF_SEC_UNDEF, 0, STB_GLOBAL, STT_NOTYPE);
	add(&k, "undef", ELF_SEC_UNDEF, 0, STB_WEAK, STT_OBJECT);
	add(&k, "absolute", ELF_SEC_ABS, 0x77, STB_GLOBAL, STT_NOTYPE);
	add(&k, "__gp", ELF_SEC_ABS, 0x76, STB_LOCAL, STT_NOTYPE);
	add(&k, "__gp", ELF_SEC_ABS, 0x78, STB_GLOBAL, STT_NOTYPE);
	add(&k, "unique", k.data->index, 0x79, STB_GNU_UNIQUE, STT_OBJECT);
	add(&k, "twin", k.data->index, 0x28, STB_WEAK, STT_OBJECT);
	file = must_open(t, write_kernel(t, &k, "vmlinux", ET_EXEC));

	check(t, !strcmp(kernel_file_object(file), "vmlinux"), "%s", kernel_file_object(file));
	check_entries(t, file, "twin", "10:1:a.c 20:2:a.c 28:3:- 30:4:b.c");
	check_entries(t, file, "only", "34:0:b.c");
	check_entries(t, file, "alias", "20:1:a.c 20:2:a.c");
	check_entries(t, file, "__nosave_begin", "0:0:a.c");
	check_entries(t, file, "linker", "0:0:-");
	check_entries(t, file, name_of_length(t, 511), "0:0:-");
	check_entries(t, file, name_of_length(t, 512), "");
	check_entries(t, file, "__gp", "78:0:-");
	check_entries(t, file, "undef", "");
	check_entries(t, file, "absolute", "");
	check_entries(t, file, "unique", "");
	check_entries(t, file, "section", "");
	check_entries(t, file, "a.c", "");

	check(t,
	      kernel_file_find(file, "alias", &nr)[0].index <
		      kernel_file_find(file, "alias", &nr)[1].index,
	      "then by symbol");
	all = kernel_file_syms(file, &nr);
	check(t, nr == 11, "%zu entries", nr);
	check(t,
	      nr && !strcmp(all[0]->name, "twin") && all[0]->nth == 4 && all[0]->size == 8 &&
		      all[0]->func && !all[0]->global,
	      "the file's order");
	check(t, nr && !strcmp(kernel_file_elf(file)->syms[all[0]->index].name, "twin"), "index");
	check(t,
	      kernel_file_find(file, "twin", &nr)[2].global &&
		      !kernel_file_find(file, "twin", &nr)[2].func,
	      "a weak object");
	check(t, kernel_file_module(file, "vmlinux") == file && !kernel_file_module(file, "m"),
	      "one object");
	check(t, !kernel_file_live_only(file), "vmlinux stays as it is");
}

static void test_module(struct test *t)
{
	struct kernel k = make_kernel(t);
	struct elf_sec *modinfo = add_sec(k.elf, ".modinfo", SHF_ALLOC, 0);
	const char info[] = "license=GPL\0name=my-mod";
	const struct kernel_sym *s;
	struct kernel_file *file;
	size_t nr;

	elf_add_data(k.elf, modinfo, info, sizeof(info), 1, 0);
	add_sec(k.elf, ".gnu.linkonce.this_module", SHF_ALLOC | SHF_WRITE, 64);
	add_file(&k, "twin");
	add_local(&k, "core", k.text, 0x40);
	add_local(&k, "core", k.text, 0x20);
	add_local(&k, "early", k.text, 0);
	add_local(&k, "early", k.init, 0);
	add_local(&k, "late", k.init, 0);
	add_local(&k, "late", k.text, 0);
	add_local(&k, "info", modinfo, 0);
	add_local(&k, "$d", k.data, 0);
	add(&k, "twin", k.data->index, 8, STB_GLOBAL, STT_OBJECT);
	add(&k, "absolute", ELF_SEC_ABS, 9, STB_GLOBAL, STT_NOTYPE);
	add(&k, "core", ELF_SEC_UNDEF, 0, STB_GLOBAL, STT_NOTYPE);
	file = must_open(t, write_kernel(t, &k, "file.ko", ET_REL));

	check(t, !strcmp(kernel_file_object(file), "my_mod"), "%s", kernel_file_object(file));
	check_entries(t, file, "core", "40:1:twin 20:2:twin");
	check_entries(t, file, "early", "0:1:twin 0:-1:twin");
	check_entries(t, file, "late", "0:-1:twin 0:-2:twin");
	check_entries(t, file, "info", "0:-1:twin");
	check_entries(t, file, "$d", "0:0:twin");
	check_entries(t, file, "twin", "0:-1:twin 8:-2:-");
	check_entries(t, file, "absolute", "9:-1:-");
	s = kernel_file_find(file, "late", &nr);
	check(t, s && s[1].live_nth == 1 && s[1].live_of == 1 && !s[0].live_nth, "once it is live");

	modinfo->dropped = true;
	for (uint32_t i = 1; i < k.elf->nr_syms; i++)
		k.elf->syms[i].dropped |= k.elf->syms[i].sec == modinfo->index;
	file = must_open(t, write_kernel(t, &k, "other-name.ko", ET_REL));
	check(t, !strcmp(kernel_file_object(file), "other_name"), "%s", kernel_file_object(file));
}

static void test_refused_kernels(struct test *t)
{
	struct kernel k = make_kernel(t);
	const char *text = "ffffffff81000000 T _text\n";

	expect_bad_kernel(t, write_kernel(t, &k, "vmlinux", ET_EXEC), "no symbol table");
	add_local(&k, "f", k.text, 0);
	expect_bad_kernel(t, write_kernel(t, &k, "vmlinux.o", ET_REL),
			  "neither a linked kernel nor a module");
	expect_bad_kernel(t,
			  write_gzip(t, "elf.gz",
				     "\x7f"
				     "ELF"),
			  "ends inside its ELF header");
	expect_bad_kernel(t, write_text(t, "bzImage", "MZ"), "no image of a kernel that klp knows");
	expect_bad_kernel(t, write_text(t, "empty", ""), "it lists no symbol of vmlinux");
	expect_bad_kernel(t, write_text(t, "zero", "0000000000000000 T a\n0000000000000000 t b\n"),
			  "the kernel hides them from this user");
	expect_bad_kernel(t, write_text(t, "x", "main\n"), "neither ELF nor a line of System.map");
	expect_bad_kernel(t, write_text(t, "x", "ffffffff81000000 TT a\n"), "nor a line of");
	expect_bad_kernel(t, write_text(t, "x", "ffffffff81000000 T a b\n"), "nor a line of");
	expect_bad_kernel(t, write_text(t, "x", "ffffffff81000000 T a [m] b\n"), "nor a line of");
	expect_bad_kernel(t, write_text(t, "x", "      T a\n"), "nor a line of");
	expect_bad_kernel(t, write_text(t, "x", "fffffff81000000000 T a\n"), "nor a line of");
	text = write_text(t, "x", arena_printf(&t->arena, "%s%sx\n", text, text));
	check(t,
	      kernel_file_open(&(struct kernel_file *){ NULL }, text, &t->arena, &t->diag) &&
		      !strcmp(t->diag.items[0].where.object, arena_printf(&t->arena, "%s:3", text)),
	      "the line's number");
}

static void test_symids(struct test *t)
{
	struct kernel k = make_kernel(t);
	struct elf_sec *ids = elf_add_sec(k.elf, ".klp.symid", SHT_PROGBITS, 0, 8, 0);
	struct elf_sec *note = elf_add_sec(k.elf, ".notes", SHT_NOTE, SHF_ALLOC, 4, 0);
	const uint32_t notes[] = { 6, 4, 1, 0x6e654758, 0x58, 7, 4, 3, 3, 0x554e47, 0x00030201 };
	const uint64_t table[] = { 7, 0x70, 8, 0x80, 9, 0x90, 9, 0x91 };
	struct kernel_file *file;
	const uint8_t *build_id;
	uint64_t addr = 0;
	size_t len;

	add_local(&k, "f", k.text, 0);
	elf_add_data(k.elf, ids, table, sizeof(table), 8, 0);
	elf_add_data(k.elf, note, notes, sizeof(notes), 4, 0);
	file = must_open(t, write_kernel(t, &k, "vmlinux", ET_DYN));
	check(t, kernel_file_symid(file, 8, &addr) && addr == 0x80, "%#llx",
	      (unsigned long long)addr);
	check(t, !kernel_file_symid(file, 9, &addr), "twice the same id");
	check(t, !kernel_file_symid(file, 10, &addr), "no such id");
	build_id = kernel_file_build_id(file, &len);
	check(t, build_id && len == 3 && !memcmp(build_id, "\1\2\3", 3), "build-id, %zu", len);

	elf_add_data(k.elf, ids, "x", 1, 1, 0);
	expect_bad_kernel(t, write_kernel(t, &k, "vmlinux", ET_EXEC),
			  "its size 65 is not a multiple of 16");
}

/* ---- text ---- */

static void test_system_map(struct test *t)
{
	static const char map[] = "0000000000000000 D __per_cpu_start\n"
				  "0000000000000008 A VDSO32_PRELINK\n"
				  "0000000000001000 D __per_cpu_end\n"
				  "ffffffff81000010 t twin\n"
				  "ffffffff81000000 t twin\n"
				  "                 U undefined\n"
				  "                 w weak\n"
				  "ffffffff81000020 T .Llabel\n"
				  "ffffffff81000028 a local_absolute\n"
				  "ffffffff81000030 0000000000000004 W sized\n"
				  "ffffffff81000040 D data";
	struct kernel_file *k = must_open(t, write_text(t, "System.map", map));
	const struct kernel_sym *s;
	size_t nr;

	check_entries(t, k, "twin", "ffffffff81000000:1:- ffffffff81000010:2:-");
	check_entries(t, k, "VDSO32_PRELINK", "");
	check_entries(t, k, "local_absolute", "");
	check_entries(t, k, ".Llabel", "");
	check_entries(t, k, "__per_cpu_start", "0:0:-");
	s = kernel_file_find(k, "sized", &nr);
	check(t, s && s->size == 4 && s->func && s->global && s->index == 10, "nm -S");
	s = kernel_file_find(k, "data", &nr);
	check(t, s && !s->size && !s->func, "the last line");
	kernel_file_syms(k, &nr);
	check(t, nr == 6, "%zu entries", nr);
	check(t, !kernel_file_elf(k) && !kernel_file_build_id(k, &nr), "no ELF file");
}

static void test_kallsyms(struct test *t)
{
	static const char list[] = "0000000000000000 A fixed_percpu_data\n"
				   "0000000000000000 A __per_cpu_start\n"
				   "0000000000000010 A percpu\n"
				   "0000000000001000 A __per_cpu_end\n"
				   "0000000000002000 A beyond\n"
				   "ffffffff81000000 T f\n"
				   "ffffffffc0000010 t f\t[mod_a]\n"
				   "ffffffffc0000000 t f\t[mod_a]\n"
				   "ffffffffc0000020 d $d\t[mod_a]\n"
				   "ffffffffc0000030 a percpu\t[mod_a]\n"
				   "0000000000000000 u printk\t[mod_a]\n"
				   "0000000000000000 w weak\t[mod_a]\n"
				   "ffffffffc0000040 w weak\t[mod_a]\n"
				   "ffffffffc0000050 T weak\t[mod_a]\n"
				   "ffffffffc0001000 t f\t[mod_b]\n"
				   "ffffffffc0002000 t bpf_prog_x\t[bpf]\n";
	struct kernel_file *k = must_open(t, write_gzip(t, "kallsyms.gz", list));
	const struct kernel_file *m = kernel_file_module(k, "mod_a");
	size_t nr;

	check_entries(t, k, "f", "ffffffff81000000:0:-");
	check_entries(t, k, "percpu", "10:0:-");
	check_entries(t, k, "beyond", "");
	check_entries(t, k, "bpf_prog_x", "");
	kernel_file_syms(k, &nr);
	check(t, nr == 5, "%zu entries", nr);
	if (!m)
		die(t, "mod_a is missing");
	check_entries(t, m, "f", "ffffffffc0000010:1:- ffffffffc0000000:2:-");
	check_entries(t, m, "$d", "ffffffffc0000020:0:-");
	check_entries(t, m, "percpu", "ffffffffc0000030:0:-");
	check_entries(t, m, "printk", "");
	check_entries(t, m, "weak", "ffffffffc0000040:1:- ffffffffc0000050:2:-");
	check(t, kernel_file_live_only(m) && !strcmp(kernel_file_object(m), "mod_a"), "mod_a");
	check(t, kernel_file_find(m, "weak", &nr)[1].global, "exported");
	check_entries(t, kernel_file_module(k, "mod_b"), "f", "ffffffffc0001000:0:-");
	check(t, !kernel_file_module(k, "mod_c"), "no such module");
}

/* ---- a real link: the order of the objects is not that of the addresses (F1) ---- */

static const char first_s[] = ".file \"first.c\"\n.section .text.unlikely,\"ax\"\n"
			      "twin:	ret\n .text\n.globl _start\n_start: ret\n";
static const char second_s[] = ".file \"second.c\"\n.text\ntwin:	ret\n"
			       ".data\n.balign 8\nonly:	.quad 1\n";

static void test_linked(struct test *t)
{
	struct kernel_file *elf, *text;
	const struct kernel_sym *s, *u;
	size_t nr, nr_text;

	write_text(t, "a.s", first_s);
	write_text(t, "b.s", second_s);
	write_text(t, "lds",
		   "SECTIONS { . = 0x10000; .text : { *(.text) *(.text.unlikely) } "
		   ".data : { *(.data) } }");
	if (system(arena_printf(&t->arena,
				"cd %s && as --64 a.s -o a.o && as --64 b.s -o b.o && "
				"ld -m elf_x86_64 -T lds a.o b.o -o vmlinux 2>/dev/null && "
				"nm vmlinux >nm",
				t->dir)))
		die(t, "as, ld or nm failed");
	elf = must_open(t, in_dir(t, "vmlinux"));
	text = must_open(t, in_dir(t, "nm"));
	s = kernel_file_find(elf, "twin", &nr);
	if (nr != 2)
		die(t, "%zu twins", nr);
	check(t,
	      !strcmp(s[0].file, "second.c") && !strcmp(s[1].file, "first.c") &&
		      s[0].addr < s[1].addr,
	      "by address");
	u = kernel_file_find(text, "twin", &nr_text);
	check(t, nr_text == 2 && u[0].addr == s[0].addr && u[1].addr == s[1].addr, "nm agrees");
	kernel_file_syms(elf, &nr);
	kernel_file_syms(text, &nr_text);
	check(t, nr == nr_text, "%zu entries, nm has %zu", nr, nr_text);
}

static const struct test_case cases[] = {
	{ "exports", test_exports },
	{ "many-exports", test_many_exports },
	{ "bad-exports", test_bad_exports },
	{ "unreadable", test_unreadable },
	{ "names", test_names },
	{ "vmlinux", test_vmlinux },
	{ "module", test_module },
	{ "refused-kernels", test_refused_kernels },
	{ "symids", test_symids },
	{ "system-map", test_system_map },
	{ "kallsyms", test_kallsyms },
	{ "linked", test_linked },
	{ NULL, NULL },
};

int main(void)
{
	return run_tests(cases);
}
