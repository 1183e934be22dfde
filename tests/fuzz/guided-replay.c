// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guided-replay TARGET-NAME...: inputs of guided fuzzing through their targets, without libFuzzer,
 * each within a minute.
 * guided-replay -p CONTAINER FILE...: pack files to such an input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guided.h"

#define MAX_SIZE ((size_t)16 << 20)

static size_t read_all(const char *path, uint8_t *buf, size_t max)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(buf, 1, max, f) : 0;

	if (!f || fclose(f)) {
		perror(path);
		exit(2);
	}
	return n;
}

static int pack(const char *to, char **files, int nr)
{
	static uint8_t out[MAX_SIZE];
	struct fuzz_file parts[MAX_PARTS];
	size_t size;
	FILE *f;

	for (int i = 0; i < nr && i < MAX_PARTS; i++) {
		uint8_t *data = malloc(MAX_SIZE);

		if (!data)
			return 2;
		parts[i] = (struct fuzz_file){ data, read_all(files[i], data, MAX_SIZE) };
	}
	size = parts_join(parts, (size_t)nr, out, MAX_SIZE);
	f = fopen(to, "w");
	if (!size || !f || fwrite(out, 1, size, f) != size || fclose(f))
		return 2;
	for (int i = 0; i < nr && i < MAX_PARTS; i++)
		free((void *)parts[i].data);
	return 0;
}

int main(int argc, char **argv)
{
	static uint8_t buf[MAX_SIZE];

	if (argc > 3 && argc <= 3 + MAX_PARTS && !strcmp(argv[1], "-p"))
		return pack(argv[2], argv + 3, argc - 3);
	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');
		size_t size = read_all(argv[i], buf, sizeof(buf));
		/* Of its size: the sanitizer sees what is read behind it. */
		uint8_t *copy = malloc(size ?: 1);

		if (!copy || !guided_choose(slash ? slash + 1 : argv[i]))
			return 2;
		memcpy(copy, buf, size);
		fprintf(stderr, "%s\n", argv[i]);
		alarm(60);
		if (LLVMFuzzerTestOneInput(copy, size))
			return 2;
		free(copy);
	}
	return 0;
}
