// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mutate SEED COUNT ORIG PATCHED OUT OBJECT [--symvers FILE] [--kernel FILE]: damage OUT,
 * which klp diff made of the other two, in COUNT ways, one at a time, and see whether
 * klp check notices; called by tests/mutate.
 *
 * "survivor KIND: OUT: what" for each damage that it does not, "harmless KIND: why" where
 * that is right, and in the end "kind KIND all noticed harmless".  The same SEED gives
 * the same damages.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/check.h>
#include <klp/diag.h>

#include "mutate.h"

/* 1 if something is found, or it cannot be read; 0 if not. */
static int check(const char *orig, const char *patched, const char *out,
		 const struct check_options *opts, bool say)
{
	struct arena *a = malloc(sizeof(*a));
	struct diag diag;
	size_t nr = 0;
	volatile int found = 1;

	arena_init(a);
	if (!setjmp(a->oom)) {
		diag_init(&diag, a);
		found = klp_check_object(orig, patched, out, opts, a, &diag, &nr) || nr;
		for (size_t i = 0; say && i < diag.nr_items; i++)
			fprintf(stderr, "%s: %s\n", diag.items[i].where.section ?: "",
				diag.items[i].text);
	}
	arena_free(a);
	free(a);
	return found;
}

int main(int argc, char **argv)
{
	struct check_options opts = { .object = argv[6] };
	unsigned long count = strtoul(argv[2], NULL, 0), done = 0, tried = 0;
	unsigned long noticed[NR_KINDS] = { 0 }, harmless[NR_KINDS] = { 0 }, all[NR_KINDS] = { 0 };
	const char *symvers[4], *kernels[4];
	int fd = open(argv[5], O_RDONLY), survivors = 0;
	char path[64];
	struct stat st;
	struct file f;
	struct damage d;
	int memory;

	opts.symvers = symvers;
	opts.kernels = kernels;
	for (int i = 7; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--symvers") && opts.nr_symvers < 4)
			symvers[opts.nr_symvers++] = argv[i + 1];
		else if (opts.nr_kernels < 4)
			kernels[opts.nr_kernels++] = argv[i + 1];
	}
	if (argc < 7 || fd < 0 || fstat(fd, &st))
		return 2;
	f.size = (size_t)st.st_size;
	f.good = malloc(f.size);
	f.bytes = malloc(f.size);
	memory = memfd_create("mutated", 0);
	if (read(fd, f.good, f.size) != (ssize_t)f.size || memory < 0)
		return 2;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	if (check(argv[3], argv[4], argv[5], &opts, true)) {
		fprintf(stderr, "%s: the undamaged output has findings\n", argv[5]);
		return 2;
	}
	f.kernel = opts.nr_kernels;
	seed_damages(strtoull(argv[1], NULL, 0));
	while (done < count && tried++ < 20 * count) {
		enum kind kind = any_kind();

		memcpy(f.bytes, f.good, f.size);
		index_file(&f);
		if (!make_damage(&f, kind, &d) || !memcmp(f.bytes, f.good, f.size))
			continue;
		if (pwrite(memory, f.bytes, f.size, 0) != (ssize_t)f.size)
			return 2;
		done++;
		all[kind]++;
		if (check(argv[3], argv[4], path, &opts, false)) {
			noticed[kind]++;
		} else if (why_harmless(&f, &d)) {
			harmless[kind]++;
			printf("harmless %s: %s\n", kind_names[kind], why_harmless(&f, &d));
		} else {
			printf("survivor %s: %s: %s\n", kind_names[kind], argv[5], d.text);
			survivors++;
		}
	}
	for (int k = 0; k < NR_KINDS; k++)
		if (all[k])
			printf("kind %s %lu %lu %lu\n", kind_names[k], all[k], noticed[k], harmless[k]);
	return survivors ? 1 : 0;
}
