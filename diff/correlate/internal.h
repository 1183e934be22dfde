/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of correlation share: the layers of evidence, source files, references,
 * users and position, the word of the user, and what evidence does not settle.
 */
#ifndef KLP_CORRELATE_PRIVATE_H
#define KLP_CORRELATE_PRIVATE_H

#include "../internal.h"

/* What is known of one of the objects while twins are looked for. */
struct matching {
	uint32_t *open;			/* pieces that may still find a twin */
	uint32_t nr_open;
	uint32_t *paired;		/* pieces with a twin, in the order in which it was found */
	uint32_t nr_paired;
	uint32_t *file_id;		/* per STT_FILE symbol: the same in both objects */
	bool *file_by_order;		/* … of patched: where only order or names said so */
	struct map hash_id;		/* hashes of ThinLTO's files: the same in both objects */
};

/* It has a name of its own, and nothing has said what its twin is, or that it has none. */
static inline bool piece_is_open(const struct piece *p)
{
	return p->twin == NO_PIECE && p->name && !piece_is_content(p) &&
	       !(p->flags & PIECE_ALONE);
}

/* How many pieces are still open; matching.open has no others any more. */
uint32_t diff_nr_open(const struct object *obj);

/* Make piece a of orig and b of patched twins; both must be open. */
void diff_pair(struct diff *d, uint32_t a, uint32_t b, enum evidence evidence);
/* "references of twins" */
const char *diff_evidence_text(enum evidence evidence);

/* Their kinds, stems and, of objects, sizes do not speak against it. */
bool diff_could_be_twins(const struct diff *d, uint32_t a, uint32_t b);

/* ---- source files ---- */
/*
 * Number the STT_FILE groups of both objects, so that groups of one source file have one number
 * (matching.file_id).  Globals should be paired before: they tell their files by what locals they
 * refer to.
 */
void diff_match_files(struct diff *d);

/* ThinLTO's ".llvm.<hash>": the hash stands for a file; 0 if there is none. */
uint64_t diff_name_hash(const char *name);
/* Which hash of orig is which of patched, by the twins that are known: patched → number of it. */
void diff_match_hashes(struct diff *d);

/* ---- references ---- */
/* What twins refer to at corresponding places are twins. */
void diff_pair_by_refs(struct diff *d);

/* ---- who uses them, and their order ---- */
/* Several of one name, of which each has other users: true if some were paired. */
bool diff_pair_by_users(struct diff *d);
/* Same users, same contents: in order; likewise. */
bool diff_pair_by_position(struct diff *d);
/* What has candidates, and none that is certain, is PIECE_AMBIGUOUS. */
void diff_mark_ambiguous(struct diff *d);

/* ---- what the user says ---- */
/* --pair and --no-pair, before anything else; 0 or a negative code after errors. */
int diff_pair_by_user(struct diff *d);
/* How messages and --pair call a piece: "name", or "file:name" where the name is not unique. */
const char *diff_piece_call(const struct object *obj, uint32_t piece);

/* ---- what evidence does not settle ---- */
/* Twins that mean the same, but lead to what was paired otherwise on weak evidence: refused. */
void diff_check_pairs(struct diff *d);

#endif
