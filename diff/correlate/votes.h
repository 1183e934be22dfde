/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pairing by votes: candidates of orig and patched, each a number from 0
 * on, for whom evidence speaks that is worth little alone.
 */
#ifndef KLP_BALLOT_H
#define KLP_BALLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <klp/hash.h>

struct arena;

#define NOBODY UINT32_MAX

/* What two have got in this ballot. */
struct tally {
	uint32_t a, b;		/* numbers of candidates */
	uint32_t votes;
};

/* Candidates of orig and patched by number, and who is whose. */
struct ballot {
	struct arena *arena;
	struct map index;	/* a and b → tally */
	struct tally *v;
	size_t nr, cap;
	uint32_t *twin_a, *twin_b;	/* NOBODY: not known yet */
	uint32_t nr_a, nr_b;
};

/* A ballot without votes, in the arena, of nr_a candidates of orig and nr_b of patched. */
void diff_ballot_init(struct ballot *l, struct arena *arena, uint32_t nr_a, uint32_t nr_b);

/* Votes for a and b to be twins; void if one of them has a twin. */
void diff_ballot_cast(struct ballot *l, uint32_t a, uint32_t b, uint32_t votes);

/*
 * Those who prefer each other to all others are twins from now on; then no votes are left.
 * False: there were no such two.
 */
bool diff_ballot_count(struct ballot *l);

#endif
