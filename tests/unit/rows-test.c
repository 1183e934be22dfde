// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tests/cases/special-rows has every row of the tables of special sections, with every
 * form that its entries may have.
 */
#include <klp/arch.h>
#include <klp/elf.h>
#include <klp/special.h>

#include "special/internal.h"
#include "test.h"

#define ROWS "tests/cases/special-rows/rows"

/* A line of the file on one target. */
struct row {
	const struct special_rule *rule;
	size_t target;
	unsigned long size;	/* 0: not said */
	bool own_case;		/* which has entries of all forms */
};

static const struct {
	const char *target;
	uint16_t machine;
} targets[] = {
	{ "x86_64", EM_X86_64 },
	{ "arm64", EM_AARCH64 },
	{ "ppc64le", EM_PPC64 },
	{ "loongarch64", EM_LOONGARCH },
};

#define NR_TARGETS (sizeof(targets) / sizeof(*targets))
#define MAX_ROWS 1024

static struct row rows[MAX_ROWS];
static size_t nr_rows;

/* The next field of a line, without the blanks around it. */
static char *next_field(char **line)
{
	char *field = strsep(line, "|"), *end;

	if (!field)
		return "";
	field += strspn(field, " \t");
	for (end = field + strlen(field); end > field && strchr(" \t\n", end[-1]); end--)
		end[-1] = '\0';
	return field;
}

static void add_row(struct test *t, char *line)
{
	char *section = next_field(&line), *on = next_field(&line), *kind = next_field(&line);
	char *size = next_field(&line);
	struct elf_sec sec = { .name = section };

	for (size_t i = 0; i < NR_TARGETS; i++) {
		if (strcmp(on, "*") && !strstr(on, targets[i].target))
			continue;
		check(t, nr_rows < MAX_ROWS, "%s", section);
		rows[nr_rows++] = (struct row){
			.rule = special_rule(arch_find(targets[i].machine), &sec),
			.target = i,
			.size = strtoul(size, NULL, 10),
			.own_case = !strncmp(kind, "case:", 5),
		};
		/* Code that is code everywhere needs none. */
		check(t, rows[nr_rows - 1].rule || !strcmp(kind, "code"), "%s on %s: it has no rule",
		      section, targets[i].target);
	}
}

static void read_rows(struct test *t)
{
	FILE *f = fopen(ROWS, "r");
	char line[1024];

	check(t, f, "%s cannot be read", ROWS);
	while (f && fgets(line, sizeof(line), f))
		if (*line != '#' && *line != '\n')
			add_row(t, line);
	if (f)
		fclose(f);
}

/* How many lines are for the rule, with entries of that size (0: any), on the target with most. */
static unsigned int count(const struct special_rule *rule, unsigned long size)
{
	unsigned int most = 0, n[NR_TARGETS] = { 0 };

	for (size_t i = 0; i < nr_rows; i++)
		if (rows[i].rule == rule && (!size || rows[i].size == size || rows[i].own_case) &&
		    ++n[rows[i].target] > most)
			most = n[rows[i].target];
	return most;
}

static void check_rules(struct test *t, const char *whose, const struct special_rule *rule)
{
	for (; rule->name; rule++) {
		check(t, count(rule, 0), "%s: no line for %s in " ROWS, whose, rule->name);
		for (int i = 0; i < SPECIAL_LAYOUTS && rule->layouts[i].size; i++) {
			unsigned int forms = 0;

			for (int k = 0; k < SPECIAL_LAYOUTS; k++)
				forms += rule->layouts[k].size == rule->layouts[i].size;
			check(t, count(rule, rule->layouts[i].size) >= forms,
			      "%s: %u forms of %u bytes are not all in " ROWS, rule->name, forms,
			      rule->layouts[i].size);
		}
	}
}

static void every_rule(struct test *t)
{
	read_rows(t);
	check_rules(t, "every architecture", special_generic);
	for (size_t i = 0; i < NR_TARGETS; i++)
		check_rules(t, targets[i].target, arch_find(targets[i].machine)->special);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "every rule", every_rule },
		{ NULL, NULL },
	};

	return run_tests(cases);
}
