// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Damaged files through the reader and the writer: each gives exactly one
 * error, or is written again so that it can be read again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#include "damage.h"

/* Touch what elf_open() vouches for, so that the sanitizers see it. */
static uint64_t read_all(const struct elf *elf)
{
	uint64_t sum = 0, i;
	uint32_t k;

	for (k = 0; k < elf->nr_secs; k++) {
		const struct elf_sec *sec = elf->secs[k];

		for (i = 0; sec->data && i < sec->size; i++)
			sum += sec->data[i];
		for (i = 0; sec->name[i]; i++)
			sum += (uint8_t)sec->name[i];
		for (i = 0; i < sec->nr_relocs; i++)
			sum += elf->syms[sec->relocs[i].sym].value +
			       elf->secs[sec->info]->data[sec->relocs[i].offset];
		sum += elf->secs[sec->link]->size + elf->syms[sec->sym].size;
	}
	for (k = 0; k < elf->nr_syms; k++) {
		for (i = 0; elf->syms[k].name[i]; i++)
			sum += (uint8_t)elf->syms[k].name[i];
		if (elf_sym_in_sec(&elf->syms[k]))
			sum += elf->secs[elf->syms[k].sec]->size;
	}
	return sum;
}

static int complain(const struct diag *diag, const char *what)
{
	size_t i;

	fprintf(stderr, "%s; %zu diagnostics\n", what, diag->nr_items);
	for (i = 0; i < diag->nr_items; i++)
		fprintf(stderr, "\t%s: %s: %s\n", diag->items[i].where.object,
			diag->items[i].where.section ? diag->items[i].where.section : "",
			diag->items[i].text);
	return -1;
}

static int read_and_write(const char *damaged, const char *out, struct arena *arena, uint64_t *sum)
{
	struct elf *elf;
	struct diag diag;

	diag_init(&diag, arena);
	if (elf_open(&elf, damaged, ELF_WANT_ANY, arena, &diag))
		return diag.nr_items == 1 && diag.nr_errors == 1
			       ? 1
			       : complain(&diag, "refused without one error");
	*sum += read_all(elf);
	if (elf_write(elf, out, &diag))
		return diag.nr_items == 1 && diag.nr_errors == 1
			       ? 1
			       : complain(&diag, "not written without one error");
	if (elf_open(&elf, out, ELF_WANT_REL, arena, &diag))
		return complain(&diag, "the output cannot be read");
	*sum += read_all(elf);
	return diag.nr_items ? complain(&diag, "accepted with diagnostics") : 0;
}

static int one(const char *damaged, const char *good, const char *dir, void *arg)
{
	struct arena arena;
	char out[128];
	int result;

	(void)good;
	snprintf(out, sizeof(out), "%s/out.o", dir);
	arena_init(&arena);
	if (setjmp(arena.oom)) {
		arena_free(&arena);
		fprintf(stderr, "memory is exhausted\n");
		return -1;
	}
	result = read_and_write(damaged, out, &arena, arg);
	arena_free(&arena);
	unlink(out);
	return result;
}

int main(int argc, char **argv)
{
	uint64_t sum = 0;

	return damage_files(argc, argv, one, &sum);
}
