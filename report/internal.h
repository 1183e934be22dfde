/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations that texts for people and JSON share: the first change, words, counts, and
 * instructions as text.
 */
#ifndef KLP_REPORT_PRIVATE_H
#define KLP_REPORT_PRIVATE_H

#include <klp/report.h>

/* ---- where two builds of a function part ---- */

/* Some bytes of a piece: an instruction, or data that stands in its place. */
struct insn_at {
	uint32_t piece;
	uint64_t off;		/* from the piece's begin */
	uint8_t len;		/* 0: the piece ends there */
};

struct walk {
	bool differs;
	struct insn_at old, new;	/* the first that differ */
	bool branch;			/* only in where they lead within the function */
	int64_t old_dest, new_dest;	/* destinations, from the pieces' begins */
	const struct ref *old_ref, *new_ref;	/* the references that differ; NULL: the bytes do */
	/* Instructions up to there, in pairs: old and new offset. */
	uint64_t (*pairs)[2];
	size_t nr_pairs, cap_pairs;
};

/*
 * Walk through two pieces of code side by side.  Branches within the function
 * that only got further because something between was added count as equal.
 */
void report_walk(struct diff *d, uint32_t orig, uint32_t patched, struct walk *w);

/* ---- how a changed function differs first ---- */

enum change_kind {
	CHANGE_UNKNOWN,
	CHANGE_INSN,		/* another instruction, or other registers */
	CHANGE_IMMEDIATE,	/* the same with another number */
	CHANGE_TARGET,		/* it leads elsewhere */
	CHANGE_STRING,		/* to another string */
	CHANGE_DATA,		/* to other contents: a constant, a jump table, … */
	CHANGE_ALTERNATIVE,	/* what the kernel may put in its place */
	CHANGE_ENTRY,		/* another entry of a special section */
	CHANGE_SIZE,		/* one of them ends there */
	CHANGE_PART,		/* a part of it (.cold) is new */
	CHANGE_CALLEE,		/* it leads to a changed place that is not redirected */
	CHANGE_FORCED,		/* --force */
};

extern const char *const report_change_names[];

struct change {
	enum change_kind kind;
	struct insn_at old, new;	/* where; piece NO_PIECE: nowhere in particular */
	struct insn_at old_code, new_code;	/* what to disassemble: mostly the same */
	const char *table;		/* CHANGE_ALTERNATIVE, CHANGE_ENTRY: the special section */
	const char *was, *is;		/* what it was and is, in words; or NULL */
};

/* The first change of a changed function of patched. */
void report_first_change(struct diff *d, uint32_t piece, struct change *c);
/* From the function's symbol, as people count. */
int64_t report_insn_offset(const struct object *obj, const struct insn_at *at);
/* Where it leads, in words; NULL if r is. */
const char *report_ref_words(const struct object *obj, const struct ref *r);
/* A string of len bytes in C's notation, with quotes, cut when it is long. */
const char *report_quote_bytes(struct arena *arena, const uint8_t *s, uint64_t len);

/* ---- words that both texts and JSON use ---- */

const char *report_piece_kind(const struct piece *p);	  /* "function", "string", … */
const char *report_piece_status(const struct piece *p);	  /* "changed", "new", "carried", … */
const char *report_piece_evidence(const struct piece *p); /* of its twin; NULL: none */
/* Likewise, of the twin of what stays outside. */
const char *report_decision_evidence(const struct diff *d, const struct decision *to);
const char *report_piece_reason(const struct diff *d, const struct piece *p);
const char *report_removed_reason(const struct piece *p); /* of a piece of orig; NULL: it was not */
/* Its name, or what else tells people which one it is. */
const char *report_piece_words(const struct diff *d, const struct piece *p);
/* A place in a piece's section: "function+0x1c". */
const char *report_place_words(const struct diff *d, uint32_t piece, uint64_t place);

/* All decisions but those that are refused. */
#define for_each_decision(d, to)                                                       \
	for (size_t i_ = 0; i_ < (d)->decisions.nr; i_++)                              \
		for (const struct decision *to = (d)->decisions.v[i_]; to && to->symbol; to = NULL)

/* Entries of each kind of table: how many of the object's the output has. */
struct table_count {
	const struct special_rule *rule;
	const char *name;
	uint32_t kept, total;
};

struct table_counts {
	struct table_count *v;
	size_t nr, cap;
};

struct table_counts report_count_tables(const struct diff *d);

void report_name(const struct report *r, const struct object *obj, const struct piece *p);

/* ---- instructions as text, by an objdump of the machine's, if there is one ---- */

struct disasm {
	const uint8_t *bytes;
	uint8_t len;		/* 0: none */
	int64_t addr;		/* where it stands */
	const char *text;	/* the answer; NULL: the program did not tell */
};

/*
 * Fill in the texts.  Programs tried: $OBJDUMP, or objdump, the machine's own
 * one, llvm-objdump.  Each gets a few seconds; it is no error if none can.
 */
void report_disassemble(const struct elf *like, const struct arch *arch, struct disasm *items,
			size_t nr, struct arena *arena);

#endif
