// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * edit IN OUT COMMAND...: change an object, to see what klp makes of the result.
 *
 *	sym NAME FIELD=VALUE...		name, sec (UND, LIVEPATCH, COMMON), value, size,
 *					bind, type, other; NAME may end in '*': the first such
 *	rel SECTION+OFFSET FIELD=VALUE...	its first relocation: offset, addend, type,
 *					sym (a name), drop=1, twice=1 (once more)
 *	sec NAME FIELD=VALUE...		name, flags, noflags, align, entsize, size (less),
 *					link (a name), drop=1; SECTION of a rel may be a
 *					.klp.rela section itself, too
 *	elf FLAGS			e_flags
 *	byte SECTION+OFFSET VALUE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

static struct elf *elf;
static struct arena arena;

static void die(const char *what, const char *name)
{
	fprintf(stderr, "edit: %s '%s'\n", what, name);
	exit(2);
}

static bool is_called(const char *name, const char *pattern)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return !strncmp(name, pattern, len - 1);
	return !strcmp(name, pattern);
}

static uint32_t find_sym(const char *pattern)
{
	for (uint32_t i = 1; i < elf->nr_syms; i++)
		if (is_called(elf->syms[i].name, pattern))
			return i;
	die("no symbol", pattern);
	return 0;
}

static struct elf_sec *find_sec(const char *pattern)
{
	for (uint32_t i = 1; i < elf->nr_secs; i++)
		if (is_called(elf->secs[i]->name, pattern))
			return elf->secs[i];
	die("no section", pattern);
	return NULL;
}

/* SECTION+OFFSET */
static struct elf_sec *find_place(char *place, uint64_t *off)
{
	char *plus = strrchr(place, '+');

	if (!plus)
		die("no place", place);
	*plus = '\0';
	*off = strtoull(plus + 1, NULL, 0);
	return find_sec(place);
}

static bool is_field(char *arg, const char *field, char **value)
{
	size_t len = strlen(field);

	*value = arg + len + 1;
	return !strncmp(arg, field, len) && arg[len] == '=';
}

static void edit_sym(struct elf_sym *sym, char *arg)
{
	char *v;

	if (is_field(arg, "name", &v))
		sym->name = v;
	else if (is_field(arg, "value", &v))
		sym->value = strtoull(v, NULL, 0);
	else if (is_field(arg, "size", &v))
		sym->size = strtoull(v, NULL, 0);
	else if (is_field(arg, "bind", &v))
		sym->bind = (uint8_t)atoi(v);
	else if (is_field(arg, "type", &v))
		sym->type = (uint8_t)atoi(v);
	else if (is_field(arg, "other", &v))
		sym->other = (uint8_t)strtoul(v, NULL, 0);
	else if (is_field(arg, "sec", &v))
		sym->sec = !strcmp(v, "UND") ? ELF_SEC_UNDEF :
			   !strcmp(v, "COMMON") ? ELF_SEC_COMMON :
			   !strcmp(v, "LIVEPATCH") ? ELF_SEC_LIVEPATCH :
			   find_sec(v)->index;
	else
		die("no field", arg);
}

static void edit_sec(struct elf_sec *sec, char *arg)
{
	char *v;

	if (is_field(arg, "name", &v))
		sec->name = v;
	else if (is_field(arg, "flags", &v))
		sec->flags |= strtoull(v, NULL, 0);
	else if (is_field(arg, "noflags", &v))
		sec->flags &= ~strtoull(v, NULL, 0);
	else if (is_field(arg, "align", &v))
		sec->align = strtoull(v, NULL, 0);
	else if (is_field(arg, "entsize", &v))
		sec->entsize = strtoull(v, NULL, 0);
	else if (is_field(arg, "size", &v))
		sec->size = strtoull(v, NULL, 0);
	else if (is_field(arg, "link", &v))
		sec->link = find_sec(v)->index;
	else if (is_field(arg, "drop", &v))
		sec->dropped = true;
	else
		die("no field", arg);
}

static void edit_rel(struct elf_sec *rela, size_t k, char *arg)
{
	struct elf_reloc *r = &rela->relocs[k], copy = *r;
	char *v;

	if (is_field(arg, "offset", &v))
		r->offset = strtoull(v, NULL, 0);
	else if (is_field(arg, "addend", &v))
		r->addend = strtoll(v, NULL, 0);
	else if (is_field(arg, "type", &v))
		r->type = (uint32_t)atoi(v);
	else if (is_field(arg, "sym", &v))
		r->sym = find_sym(v);
	else if (is_field(arg, "twice", &v))
		elf_add_rela(elf, rela, &copy);
	else if (is_field(arg, "drop", &v))
		*r = rela->relocs[--rela->nr_relocs];
	else
		die("no field", arg);
}

static void edit_rels(char *place, char *const *args)
{
	uint64_t off;
	struct elf_sec *sec = find_place(place, &off), *rela = sec->rela ?: sec;
	size_t k = 0;

	while (k < rela->nr_relocs && rela->relocs[k].offset != off)
		k++;
	if (k == rela->nr_relocs)
		die("no relocation there in", place);
	for (; *args; args++)
		edit_rel(rela, k, *args);
}

static void edit_byte(char *place, const char *value)
{
	uint64_t off;
	struct elf_sec *sec = find_place(place, &off);

	if (off >= sec->size)
		die("no such place in", place);
	elf_writable(elf, sec)[off] = (uint8_t)strtoul(value, NULL, 0);
}

static int run(char **argv)
{
	struct elf_sec *sec;
	struct diag diag;

	diag_init(&diag, &arena);
	if (elf_open(&elf, argv[1], ELF_WANT_REL, &arena, &diag))
		die("cannot read", argv[1]);
	sec = !strcmp(argv[3], "sec") ? find_sec(argv[4]) : NULL;
	if (!strcmp(argv[3], "sym"))
		for (uint32_t i = find_sym(argv[4]), k = 5; argv[k]; k++)
			edit_sym(&elf->syms[i], argv[k]);
	else if (sec)
		for (uint32_t k = 5; argv[k]; k++)
			edit_sec(sec, argv[k]);
	else if (!strcmp(argv[3], "rel"))
		edit_rels(argv[4], argv + 5);
	else if (!strcmp(argv[3], "elf"))
		elf->flags = (uint32_t)strtoul(argv[4], NULL, 0);
	else if (!strcmp(argv[3], "byte"))
		edit_byte(argv[4], argv[5]);
	else
		die("no command", argv[3]);
	if (elf_write(elf, argv[2], &diag))
		die(diag.items[0].text, argv[2]);
	return 0;
}

int main(int argc, char **argv)
{
	int status;

	arena_init(&arena);
	if (setjmp(arena.oom) || argc < 5)
		return 2;
	status = run(argv);
	arena_free(&arena);
	return status;
}
