/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checksums of what pieces mean (object/checksum.c), and who else wants to know
 * what they are made of (builtin/checksum.c).
 */
#ifndef KLP_CHECKSUM_H
#define KLP_CHECKSUM_H

#include <stdio.h>

#include <klp/diff.h>

/* What a reference contributes: names and contents, never places in the file. */
struct ref_meaning {
	uint32_t type;		/* relocation type; of those that mean the same, always the same */
	const char *name;	/* of what it leads to, without what compilers number; "": none */
	const char *string;	/* a string: what it holds from there on, instead of a name */
	uint64_t string_len;
	int64_t off;		/* from the name */
	uint64_t content;	/* checksum of what has no identity but its contents, else 0 */
};

/*
 * Who is told what a piece means: its bytes, its references by place, and the
 * same of the table entries that it owns.  object_checksums() hashes it.
 */
struct checksum_sink {
	/* bytes: all of p's, without relocated fields; NULL if it has none (SHT_NOBITS). */
	void (*bytes)(struct checksum_sink *s, const struct piece *p, const uint8_t *bytes);
	void (*ref)(struct checksum_sink *s, const struct piece *p, const struct ref *r,
		    const struct ref_meaning *m);
};

void piece_tell(struct object *obj, const struct piece *p, struct checksum_sink *sink);

/* Something with a name and a checksum: a function, an object. */
bool piece_has_checksum(const struct piece *p);

/*
 * Write the checksums of obj's functions and objects into its section
 * .discard.sym_checksum, in the file that it was read from.
 */
int builtin_checksum_write(struct object *obj);

#endif
