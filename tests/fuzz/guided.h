/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzing that the coverage of klp guides (libFuzzer): what targets, mutator and replay share.
 *
 * An input of every target is a container of one to three files: "klpfuzz1", then for each
 * file its size (four bytes, little-endian) and its bytes.
 */
#ifndef GUIDED_H
#define GUIDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUIDED_MAGIC "klpfuzz1"
#define MAX_PARTS    4

struct fuzz_file {
	const uint8_t *data;
	size_t size;
};

/* The files of a container; their number, 0: it is none. */
size_t parts_split(const uint8_t *data, size_t size, struct fuzz_file parts[MAX_PARTS]);
/* The reverse, into at most max bytes at out; the size, 0: it does not fit. */
size_t parts_join(const struct fuzz_file *parts, size_t nr, uint8_t *out, size_t max);

/* Choose the target by its name; false: there is none. */
bool guided_choose(const char *name);

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t size_a, const uint8_t *b, size_t size_b,
				 uint8_t *out, size_t max, unsigned int seed);

#endif
