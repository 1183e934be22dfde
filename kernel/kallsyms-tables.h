/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables in a kernel's image from which it looks names up (kernel/kallsyms.c of Linux).
 */
#ifndef KALLSYMS_TABLES_H
#define KALLSYMS_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Bytes of the image that lie together in memory. */
struct image_span {
	const uint8_t *data;
	uint64_t size;
	uint64_t addr;		/* of the first; a raw image: 0, it is not known yet */
};

struct kallsyms_sym {
	const char *name;	/* as the kernel compares it */
	uint64_t addr;
	char type;		/* nm's letter; 'A' of a per-CPU symbol says nothing of its scope */
};

/* One set of tables that is whole. */
struct kallsyms {
	const struct image_span *span;
	struct kallsyms_sym *syms;	/* in the table's order, which is by address */
	size_t nr;
	bool has_base;			/* addresses count from a word of the image (base) */
	uint64_t base_at;		/* that word is in the span */
	bool from_place;		/* addresses count from the table itself */
};

/* Is it the kernel's own?  May add to all addresses. */
typedef bool kallsyms_fits(struct kallsyms *ks, void *arg);

struct kallsyms_search {
	struct arena *arena;
	kallsyms_fits *fits;
	void *arg;
	struct kallsyms found;		/* the last that fits */
	size_t nr_found, nr_whole;	/* how many fit, and how many were whole */
	uint64_t work, memory;		/* steps and bytes that are left */
	bool gave_up;			/* work or memory were used up */
};

/* How many steps a search of so many bytes may take: a kernel needs a small part of it. */
#define KALLSYMS_WORK(size) (64 * (size) + (1u << 20))
/* How much memory: a million symbols take 80 MiB. */
#define KALLSYMS_MEMORY	    ((uint64_t)512 << 20)

/* Find all sets of tables in the span. */
void kernel_kallsyms_search(struct kallsyms_search *search, const struct image_span *span);

#endif
