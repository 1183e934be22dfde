// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * .discard.sym_checksum: an entry for each function and object, whatever number
 * of names it has, in place of a section that is there already.
 */
#include <klp/object.h>

#include "tests/bench/object.c"

#include "test.h"

#define FUNCTIONS 5

static const struct load_options defaults;

static struct object *load(struct test *t, const char *path)
{
	struct object *obj = arena_alloc(&t->arena, sizeof(*obj));

	if (object_load(obj, path, &defaults, &t->arena, &t->diag))
		die(t, "%s cannot be loaded", path);
	object_checksums(obj);
	return obj;
}

static void write_checksums(struct test *t, const char *path)
{
	if (builtin_checksum_write(load(t, path)))
		die(t, "no checksums can be written into %s", path);
}

static const struct piece *piece_named(const struct object *obj, const char *name)
{
	const struct map_entry *e = map_find_str(&obj->names, name);

	return e ? &obj->pieces[obj->piece_of[e->value]] : NULL;
}

/* The only section of that name. */
static const struct elf_sec *section(struct test *t, const struct elf *elf)
{
	const struct elf_sec *found = NULL;

	for (uint32_t i = 1; i < elf->nr_secs; i++) {
		if (strcmp(elf->secs[i]->name, ".discard.sym_checksum"))
			continue;
		check(t, !found, "the section is there twice");
		found = elf->secs[i];
	}
	if (!found || !found->rela)
		die(t, "the section, or its relocations, are missing");
	return found;
}

static void check_entries(struct test *t, const char *path)
{
	struct object *obj = load(t, path);
	const struct elf_sec *sec = section(t, obj->elf);

	check(t, sec->size == (uint64_t)2 * FUNCTIONS * 16 && sec->entsize == 16,
	      "%llu bytes, entries of %llu", (unsigned long long)sec->size,
	      (unsigned long long)sec->entsize);
	check(t, sec->rela->nr_relocs == sec->size / 16, "%zu addresses", sec->rela->nr_relocs);
	for (size_t i = 0; i < sec->rela->nr_relocs; i++) {
		const struct elf_reloc *r = &sec->rela->relocs[i];
		const struct elf_sym *sym = &obj->elf->syms[r->sym];
		const struct piece *p = piece_named(obj, sym->name);

		check(t, r->offset == i * 16 && r->type == R_X86_64_64 && !r->addend,
		      "address %zu", i);
		check(t, p && get_le64(sec->data + i * 16 + 8) == p->checksum,
		      "the checksum of %s", sym->name);
		check(t, !get_le64(sec->data + i * 16), "the field of the address is not empty");
		for (size_t k = 0; k < i; k++)
			check(t, p != piece_named(obj, obj->elf->syms[sec->rela->relocs[k].sym].name),
			      "%s has two entries", sym->name);
	}
}

/* With a second name for a function, and somebody else's checksums. */
static void make_object(struct test *t, const char *path)
{
	const struct bench_object b = { .functions = FUNCTIONS };
	struct elf_sec *old;
	struct elf_sym alias;
	struct elf *elf;

	if (bench_write(&b, path, &t->arena, &t->diag) ||
	    elf_open(&elf, path, ELF_WANT_REL, &t->arena, &t->diag))
		die(t, "%s cannot be made", path);
	for (uint32_t i = 1; i < elf->nr_syms; i++)
		if (!strcmp(elf->syms[i].name, "function_2"))
			alias = elf->syms[i];
	alias.name = "alias";
	alias.bind = STB_GLOBAL;
	elf_add_sym(elf, &alias);
	old = elf_add_sec(elf, ".discard.sym_checksum", SHT_PROGBITS, SHF_ALLOC, 1, 16);
	elf_add_data(elf, old, NULL, 32, 1, 0);
	elf_add_reloc(elf, old, 0, R_X86_64_64, 1, 0);
	elf_sec_sym(elf, old);
	t->arena.inputs = NULL; /* what was read before is of another run */
	if (elf_write(elf, path, &t->diag))
		die(t, "%s cannot be written", path);
}

static void test_section(struct test *t)
{
	const char *path = in_dir(t, "a.o"), *once = in_dir(t, "once.o");

	make_object(t, path);
	write_checksums(t, path);
	check_entries(t, path);

	make_object(t, once);
	write_checksums(t, once);
	check(t, same_file(path, once), "the same twice");
	write_checksums(t, once);
	check(t, same_file(path, once), "replaced by the same");
}

/* No two functions of the object mean the same: each has its own string. */
static void test_checksums(struct test *t)
{
	const char *path = in_dir(t, "a.o");
	struct object *obj;

	make_object(t, path);
	obj = load(t, path);
	check(t, piece_named(obj, "alias") == piece_named(obj, "function_2"), "an alias is the same");
	for (uint32_t i = 0; i < FUNCTIONS; i++)
		for (uint32_t k = 0; k < i; k++) {
			const char *a = arena_printf(&t->arena, "function_%u", i);
			const char *b = arena_printf(&t->arena, "function_%u", k);

			check(t, piece_named(obj, a)->checksum != piece_named(obj, b)->checksum,
			      "%s and %s have the same checksum", a, b);
		}
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "section", test_section },
		{ "checksums", test_checksums },
		{ NULL, NULL },
	};

	return run_tests(cases);
}
