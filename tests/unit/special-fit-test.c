// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which forms of a table fit a section.  Of every table, entries of each form are told from those
 * of its other forms, whatever their number, except where all is references; what does not
 * repeat as a form has it does not fit.
 */
#include <klp/arch.h>
#include <klp/elf.h>
#include <klp/special.h>

#include "special/internal.h"
#include "elf/internal.h"
#include "test.h"

#define MAX_RELOCS 4096

static const uint16_t machines[] = { EM_X86_64, EM_AARCH64, EM_PPC64, EM_LOONGARCH };

/* A section of entries, with relocations to a source file's name, an object or nothing. */
struct made {
	struct elf elf;
	struct elf_sec null, file, table, rela;
	struct elf_sec *secs[4];
	struct elf_sym syms[3];
	struct elf_reloc relocs[MAX_RELOCS];
};

static void refer(struct made *m, const struct arch *arch, uint64_t at, uint32_t sym)
{
	m->relocs[m->rela.nr_relocs++] =
		(struct elf_reloc){ .offset = at, .type = arch->pcrel32, .sym = sym };
}

static struct made *make(struct test *t, const char *section, uint64_t size)
{
	struct made *m = arena_calloc(&t->arena, 1, sizeof(*m));

	m->file = (struct elf_sec){ .name = ".rodata.str", .index = 1, .size = 7,
				    .data = (const uint8_t *)"file.c" };
	m->table = (struct elf_sec){ .name = section, .index = 2, .size = size, .rela = &m->rela,
				     .data = arena_calloc(&t->arena, size + 1, 1) };
	m->rela.relocs = m->relocs;
	m->secs[0] = &m->null;
	m->secs[1] = &m->file;
	m->secs[2] = &m->table;
	m->syms[0].name = "";
	m->syms[1] = (struct elf_sym){ .name = "", .sec = 1 };
	m->syms[2] = (struct elf_sym){ .name = "elsewhere" };
	m->elf = (struct elf){ .path = "made.o", .secs = m->secs, .nr_secs = 3, .syms = m->syms,
			       .nr_syms = 3, .names = elf_names_new(&t->arena) };
	return m;
}

/* All entries have the references of that form. */
static struct made *made_of(struct test *t, const struct arch *arch, const char *section,
			    const struct special_layout *l, uint64_t size)
{
	struct made *m = make(t, section, size);

	for (uint64_t at = 0; at < size; at += l->size)
		for (unsigned int word = 0; word < 16; word++)
			if (l->refs >> word & 1)
				refer(m, arch, at + 4 * word,
				      l->is & LAYOUT_FILE && word == 1 ? 1 : 2);
	return m;
}

/* The size of the entries that klp sees, or 0 if it refuses. */
static uint64_t seen(struct test *t, const struct made *m, const struct arch *arch,
		     const struct special_rule *rule, uint64_t entsize)
{
	struct special_split split;

	diag_init(&t->diag, &t->arena);
	if (special_split(&split, &m->elf, &m->table, rule, arch, entsize, &t->arena, &t->diag))
		return 0;
	return split.nr ? split.starts[1] : 0;
}

/* Every word of both forms is a reference. */
static bool all_references(const struct special_layout *a, const struct special_layout *b)
{
	return a->refs == (1u << a->size / 4) - 1 && b->refs == (1u << b->size / 4) - 1;
}

/* Entries of another form, of which the section may be made as well; or NULL. */
static const struct special_layout *other_form(const struct special_rule *rule,
					       const struct special_layout *l, uint64_t size)
{
	for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++)
		if (rule->layouts[i].size != l->size && all_references(&rule->layouts[i], l) &&
		    !(size % rule->layouts[i].size))
			return &rule->layouts[i];
	return NULL;
}

static void check_size(struct test *t, const struct arch *arch, const struct special_rule *rule,
		       const struct special_layout *l, uint64_t size)
{
	const struct special_layout *other = other_form(rule, l, size);
	const struct made *m = made_of(t, arch, rule->name, l, size);
	uint64_t got = seen(t, m, arch, rule, 0);

	if (!other) {
		check(t, got == l->size, "%s of %s: %u bytes in entries of %u are seen as of %u",
		      rule->name, arch->name, (unsigned int)size, l->size, (unsigned int)got);
		return;
	}
	check(t, !strcmp(rule->name, "__ex_table"), "%s of %s", rule->name, arch->name);
	check(t, !got, "%s: %u is taken for certain", rule->name, (unsigned int)got);
	check(t, strstr(t->diag.items[0].text, "several of the known sizes fit"), "%s",
	      t->diag.items[0].text);
	check(t, seen(t, m, arch, rule, l->size) == l->size, "--entry-size %u", l->size);
	check(t, seen(t, m, arch, rule, other->size) == other->size, "--entry-size %u",
	      other->size);
}

static void check_rules(struct test *t, const struct arch *arch, const struct special_rule *rule)
{
	for (; rule->name; rule++)
		for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++)
			for (uint64_t nr = 1; rule->layouts[i].refs && nr <= 60; nr++)
				check_size(t, arch, rule, &rule->layouts[i],
					   nr * rule->layouts[i].size);
}

static void every_form(struct test *t)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++) {
		check_rules(t, arch_find(machines[i]), special_generic);
		check_rules(t, arch_find(machines[i]), arch_find(machines[i])->special);
	}
}

/* Two entries of 8 bytes, each with references at these places. */
static void two_entries(struct test *t, uint64_t second, uint64_t third, bool fits,
			const char *why)
{
	const struct arch *arch = arch_find(EM_X86_64);
	const struct special_rule *rule = special_generic;
	struct made *m = make(t, "__ex_table", 16);

	refer(m, arch, 0, 2);
	refer(m, arch, second, 2);
	refer(m, arch, 8, 2);
	if (third)
		refer(m, arch, third, 2);
	check(t, !strcmp(rule->name, "__ex_table"), "%s", rule->name);
	check(t, seen(t, m, arch, rule, 0) == (fits ? 8 : 0), "%s", why ?: "right");
	if (why)
		check(t, strstr(t->diag.items[0].text, why), "%s", t->diag.items[0].text);
	/* Not by the user's word either. */
	check(t, seen(t, m, arch, rule, 8) == (fits ? 8 : 0), "%s", why ?: "right");
}

static void irregular(struct test *t)
{
	two_entries(t, 4, 12, true, NULL);
	two_entries(t, 4, 0, false, "8 (no reference at +0xc)");
	two_entries(t, 5, 12, false, "8 (a reference at +0x5)");
	two_entries(t, 4, 14, false, "8 (a reference at +0xe)");
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "every form", every_form },
		{ "irregular", irregular },
		{ NULL, NULL },
	};

	return run_tests(cases);
}
