/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle: what is known of registers and of the stack while both builds of a function run in
 * lockstep (line-state.c), for the search of line numbers in lines.c.
 */
#ifndef CHECK_ORACLE_LINE_STATE_H
#define CHECK_ORACLE_LINE_STATE_H

#include "internal.h"

#define NR_REGS	 32
#define NR_SLOTS 32 /* of 8 bytes, from the first argument on the stack on */

/* The contents of a register in both builds. */
struct value {
	enum { UNSEEN, NUMBER, TEXT, SAME, DIFFERENT } is;
	uint32_t a, b; /* a NUMBER, in orig and patched */
	const char *atext, *btext; /* a TEXT: its address is what is there */
	bool maybe;    /* it may also be the same in both: control comes both ways */
	uint32_t sec;  /* SAME: an address, in patched; 0: that is not known */
	int64_t off;
	uint32_t from; /* the instruction that differs and made it (struct origin), or 0 */
};

/* An instruction in which a number differs.  Numbers that come together have one fate. */
struct origin {
	uint32_t same; /* another one that shares its fate; itself: it is the first of them */
	bool reported;
};

struct state {
	struct value reg[NR_REGS], slot[NR_SLOTS];
};

/* A function, or what the compiler split off from it as unlikely. */
struct half {
	struct code_pair code;
	struct operands ops, aops; /* of patched, of orig */
	struct state **at;   /* before the instruction there; NULL: control has not come there */
	uint32_t *origin;    /* of the instruction there, or 0 */
};

#define MAX_HALVES 2

struct run {
	struct oracle *o;
	struct half halves[MAX_HALVES];
	size_t nr;
	struct todo {
		size_t half;
		uint64_t off;
	} * todo;
	size_t nr_todo, cap_todo;
	uint32_t kept, loaded; /* slots that differ during a call; and are loaded from */
	bool moved;	       /* … and have another name then */
	struct origin *origins;
	size_t nr_origins, cap_origins;
	bool differ;
	bool jumps;	       /* control goes on somewhere that only a value says */
	size_t left_half;      /* up to there, control has come to every instruction */
	uint64_t left;
};

/* One instruction of both. */
struct pair {
	struct half *half;
	uint64_t off;
	struct insn insn;
	struct effect a, b;
	const struct operand *op; /* in it; NULL: none */
	const char *atext, *btext; /* it refers to these texts, which differ in the number at their end */
};

/* What an entry of a trap says of it. */
struct statement {
	uint16_t line, flags;
	const char *file; /* NULL: it does not say */
};

static inline bool is_different(const struct value *v)
{
	return v->is == DIFFERENT || v->is == TEXT || (v->is == NUMBER && v->a != v->b);
}

static inline bool any_different(const struct state *s, uint32_t regs, bool slots)
{
	for (unsigned int i = 0; i < NR_REGS; i++)
		if ((regs >> i & 1 && is_different(&s->reg[i])) ||
		    (slots && is_different(&s->slot[i])))
			return true;
	return false;
}

/* An entry of the trap there states a line. */
bool oracle_trap_states(struct oracle *o, struct entries *list, uint32_t sec, uint64_t place,
			struct statement *statement);
/* A new one, by itself. */
uint32_t oracle_line_new_origin(struct run *run);
/* The one that stands for all that share its fate. */
uint32_t oracle_line_origin(const struct run *run, uint32_t i);
/* These registers, and the slots, hold the same in both now. */
void oracle_line_forget(struct state *s, uint32_t regs, bool slots);
/* Control comes to off of that half with s: it is gone through again if that is news. */
void oracle_line_arrive(struct run *run, size_t half, uint64_t off, const struct state *s);
/* What the instruction makes of s. */
void oracle_line_execute(struct run *run, const struct pair *p, struct state *s);
/* Nothing differs in it but the number, which neither has from a relocation? */
bool oracle_line_is_alike(const struct pair *p);

#endif
