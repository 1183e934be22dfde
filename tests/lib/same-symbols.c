// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * same-symbols FILE OTHER: do both files give the same symbols of vmlinux, each name's at the
 * same addresses in the order of positions, in memory of the same kind, and is as much known of
 * what ftrace can redirect?
 *
 * FILE is the linked kernel, OTHER its image, say.  Prints what differs and how many symbols
 * were compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/kernel.h>

static unsigned long differences;
static size_t unlisted; /* of FILE: what no image lists */

static void differ(const struct kernel_sym *s, const char *what)
{
	if (differences++ < 20)
		printf("%s (%llu of %u, %#llx): %s\n", s->name, (unsigned long long)s->nth, s->of,
		       (unsigned long long)s->addr, what);
}

static void compare(const struct kernel_file *a, const struct kernel_file *b,
		    const struct kernel_sym *s, const struct kernel_sym *o)
{
	const struct arch *arch = arch_find(kernel_file_elf(a)->machine);

	if (s->addr != o->addr)
		differ(s, o->addr > s->addr ? "at a higher address" : "at a lower address");
	else if (s->func != o->func)
		differ(s, "another kind");
	else if (!o->no_scope && s->global != o->global)
		differ(s, "another scope");
	else if (s->weak != o->weak)
		differ(s, "weak in one");
	else if (kernel_storage(a, arch, s) != kernel_storage(b, arch, o))
		differ(s, "in memory of another kind");
	else if (s->func && s->size && kernel_may_trace(a, s) != kernel_may_trace(b, o))
		differ(s, kernel_may_trace(a, s) ? "traceable in the first" :
						   "traceable in the second");
}

static unsigned long compare_all(const struct kernel_file *a, const struct kernel_file *b)
{
	size_t nr, nr_a, nr_b;
	const struct kernel_sym *const *all = kernel_file_syms(a, &nr);
	unsigned long compared = 0;

	for (size_t i = 0; i < nr; i++) {
		const struct kernel_sym *s = all[i], *of_a, *of_b;

		if (s->nth > 1)
			continue;
		of_a = kernel_file_find(a, s->name, &nr_a);
		of_b = kernel_file_find(b, s->name, &nr_b);
		/* Before 6.2, kallsyms did not list its own tables. */
		if (!nr_b && !strncmp(s->name, "kallsyms_", 9)) {
			unlisted += nr_a;
			continue;
		}
		if (nr_a != nr_b) {
			differ(s, nr_b ? "another number of them" : "not in the other");
			continue;
		}
		for (size_t n = 0; n < nr_a; n++, compared++)
			compare(a, b, &of_a[n], &of_b[n]);
	}
	return compared;
}

static int run(const char *const paths[2], struct arena *arena)
{
	struct kernel_file *k[2];
	size_t nr[2], len[2];
	unsigned long compared;
	struct diag diag;

	diag_init(&diag, arena);
	for (int i = 0; i < 2; i++) {
		if (kernel_file_open(&k[i], paths[i], arena, &diag)) {
			fprintf(stderr, "%s: %s\n", paths[i], diag.items[0].text);
			return 1;
		}
		kernel_file_syms(k[i], &nr[i]);
	}
	compared = compare_all(k[0], k[1]);
	printf("%lu of %zu and %zu symbols compared, %lu differ\n", compared, nr[0], nr[1],
	       differences);
	if (nr[0] - unlisted != nr[1])
		return 1;
	for (int i = 0; i < 2; i++)
		if (!kernel_file_build_id(k[i], &len[i])) {
			printf("%s: no build ID\n", paths[i]);
			return 1;
		}
	return differences || len[0] != len[1] ||
	       memcmp(kernel_file_build_id(k[0], &len[0]), kernel_file_build_id(k[1], &len[1]), len[0]);
}

int main(int argc, char **argv)
{
	const char *const paths[2] = { argv[1], argc > 2 ? argv[2] : NULL };
	struct arena arena;
	int status;

	if (argc != 3)
		return 2;
	arena_init(&arena);
	if (setjmp(arena.oom)) {
		fprintf(stderr, "no memory\n");
		return 1;
	}
	status = run(paths, &arena);
	arena_free(&arena);
	return status;
}
