/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packed files as the kernel's build and distributions make them: gzip by zlib, all others by
 * the program of that name as a child.
 */
#ifndef KLP_UNPACK_H
#define KLP_UNPACK_H

#include <stdint.h>

struct arena;
struct diag;

/*
 * The most that anything is unpacked to: kernels of distributions have some 60 MiB, and are packed
 * to a fifth.  What is small may be packed better, and what is made for it a thousandfold.
 */
#define UNPACK_MAX   ((uint64_t)512 << 20)
#define UNPACK_LEAST ((uint64_t)64 << 20)
#define UNPACK_TIMES 32

/* Bytes of a file, or what was packed in it; they belong to the arena. */
struct bytes {
	const uint8_t *data;
	uint64_t size;
};

struct packing;

/* How what begins so is packed; NULL: in no way that is known. */
const struct packing *unpack_find(const uint8_t *data, uint64_t size);

/* "xz" */
const char *unpack_name(const struct packing *packing);

/* Read the file at path: 0, or a negative code with one error in diag. */
int unpack_read(struct bytes *out, const char *path, struct arena *arena, struct diag *diag);

/*
 * Unpack one stream.  What follows it is ignored by gzip and is an error for all others.
 * *out is at most UNPACK_LEAST or UNPACK_TIMES in->size bytes long, and UNPACK_MAX.  0, or a
 * negative code with one error about path:
 * damaged, too large, or the program that it takes is not there.
 */
int unpack_bytes(struct bytes *out, const struct packing *packing, const struct bytes *in,
	   const char *path, struct arena *arena, struct diag *diag);

#endif
