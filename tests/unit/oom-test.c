// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that ends at the first, second, … allocation: control returns to the
 * setjmp(), and files, mappings, memory and temporary files are released.
 *
 * Linked with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc.  See oom.h.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#include "oom.h"
#include "test.h"

static void make_object(struct test *t, const char *path)
{
	static const struct elf like = { .machine = EM_X86_64 };
	struct elf *elf = elf_new(&like, &t->arena);
	struct elf_sec *sec;
	int i;

	for (i = 0; i < 8; i++) {
		sec = elf_add_sec(elf, arena_printf(&t->arena, ".text.%d", i), SHT_PROGBITS,
				  SHF_ALLOC | SHF_EXECINSTR, 16, 0);
		elf_add_data(elf, sec, NULL, 64, 16, 0);
		elf_add_reloc(elf, sec, 8, R_X86_64_64, elf_sec_sym(elf, sec), 0);
		elf_add_reloc(elf, sec, 0, R_X86_64_64, elf_sec_sym(elf, sec), 0);
	}
	if (elf_write(elf, path, &t->diag))
		die(t, "%s cannot be written", path);
}

/* What a run does: read, change, write, fail. */
static void use(struct arena *arena, const char *in, const char *out, const char *dir)
{
	struct diag diag;
	struct elf *elf;

	diag_init(&diag, arena);
	if (elf_open(&elf, in, ELF_WANT_REL, arena, &diag))
		return;
	elf_writable(elf, elf->secs[1])[0] = 1;
	elf_add_data(elf, elf->secs[2], "more", 4, 4, 0);
	elf_add_reloc(elf, elf->secs[2], 1, R_X86_64_64, 1, 0);
	elf_write(elf, out, &diag);
	elf_write(elf, dir, &diag);
	elf_open(&elf, dir, ELF_WANT_REL, arena, &diag);
}

/* True if memory ended, and control came back. */
static bool run_once(struct test *t, const char *in, const char *out, long allocations)
{
	struct arena *arena = arena_alloc(&t->arena, sizeof(*arena));

	ended = false;
	allocations_left = allocations;
	arena_init(arena);
	if (!setjmp(arena->oom)) {
		use(arena, in, out, t->dir);
		check(t, !ended, "memory ended and nobody noticed");
	} else {
		check(t, ended, "memory did not end");
	}
	/* No more of it is needed to release everything. */
	arena_free(arena);
	allocations_left = -1;
	return ended;
}

/* Open files, or mappings of the input, of this process. */
static int count_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int nr = 0;

	while (dir && readdir(dir))
		nr++;
	if (dir)
		closedir(dir);
	return nr;
}

static int count_mappings(const char *path)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512];
	int nr = 0;

	while (f && fgets(line, sizeof(line), f))
		nr += !!strstr(line, path);
	if (f)
		fclose(f);
	return nr;
}

static void test_oom(struct test *t)
{
	const char *in = in_dir(t, "in.o"), *out = in_dir(t, "out.o");
	int files = count_files();
	bool again = true;
	long n;

	make_object(t, in);
	for (n = 0; again; n++) {
		again = run_once(t, in, out, n);
		unlink(out);
		check(t, count_files() == files, "a file stays open after %ld allocations", n);
		check(t, !count_mappings(in), "a file stays mapped after %ld allocations", n);
		check(t, files_in_dir(t) == 3, "a file is left behind after %ld allocations", n);
	}
	check(t, n > 1, "memory ends somewhere: %ld", n);
	printf("memory ended in %ld places\n", n - 1);
}

int main(void)
{
	static const struct test_case cases[] = { { "oom", test_oom }, { NULL, NULL } };

	return run_tests(cases);
}
