// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The effects of instructions of the Power ISA on registers and the stack.
 */
#include "ppc64.h"

#define PRIMARY(word)  ((word) >> 26)
#define EXTENDED(word) ((word) >> 1 & 0x3ff)
#define RT(word)       ((word) >> 21 & 0x1f) /* also RS */
#define RA(word)       ((word) >> 16 & 0x1f)
#define RB(word)       ((word) >> 11 & 0x1f)
#define BIT(reg)       (1u << (reg))

#define SP    1
#define IMM16 0x0000ffffu

enum primary {
	OP_TDI = 2,
	OP_TWI = 3,
	OP_MULLI = 7,
	OP_SUBFIC = 8,
	OP_CMPLI = 10,
	OP_CMPI = 11,
	OP_ADDIC = 12,
	OP_ADDIC_ = 13,
	OP_ADDI = 14,
	OP_ADDIS = 15,
	OP_BC = 16,
	OP_B = 18,
	OP_19 = 19,
	OP_RLWIMI = 20,
	OP_RLWINM = 21,
	OP_RLWNM = 23,
	OP_ORI = 24,
	OP_ANDIS = 29,
	OP_RLD = 30,
	OP_31 = 31,
	OP_LWZ = 32,
	OP_STW = 36,
	OP_LHZ = 40,
	OP_STH = 44,
	OP_STHU = 45,
	OP_LD = 58,
	OP_STD = 62,
};

/* How instructions of primary opcode 31 use RT (or RS), RA and RB. */
enum form_31 {
	RT_IS_RA_RB = 1, /* RT = RA, RB */
	RA_IS_RS_RB,	 /* RA = RS, RB */
	READS_ALL,	 /* RS, RA and RB are read */
	READS_RA_RB,	 /* as the row above, and RT is a field of CR, or TO */
	RT_IS,		 /* RT = */
	READS_RS,
	NO_REGISTERS,
};

static const struct {
	uint16_t extended;
	uint8_t form;
} forms_31[] = {
	{ 0 /* cmp */, READS_RA_RB },
	{ 4 /* tw */, READS_RA_RB },
	{ 8 /* subfc */, RT_IS_RA_RB },
	{ 9 /* mulhdu */, RT_IS_RA_RB },
	{ 10 /* addc */, RT_IS_RA_RB },
	{ 11 /* mulhwu */, RT_IS_RA_RB },
	{ 19 /* mfcr */, RT_IS },
	{ 20 /* lwarx */, RT_IS_RA_RB },
	{ 21 /* ldx */, RT_IS_RA_RB },
	{ 23 /* lwzx */, RT_IS_RA_RB },
	{ 24 /* slw */, RA_IS_RS_RB },
	{ 26 /* cntlzw */, RA_IS_RS_RB },
	{ 27 /* sld */, RA_IS_RS_RB },
	{ 28 /* and */, RA_IS_RS_RB },
	{ 32 /* cmpl */, READS_RA_RB },
	{ 40 /* subf */, RT_IS_RA_RB },
	{ 52 /* lbarx */, RT_IS_RA_RB },
	{ 58 /* cntlzd */, RA_IS_RS_RB },
	{ 60 /* andc */, RA_IS_RS_RB },
	{ 68 /* td */, READS_RA_RB },
	{ 73 /* mulhd */, RT_IS_RA_RB },
	{ 75 /* mulhw */, RT_IS_RA_RB },
	{ 83 /* mfmsr */, RT_IS },
	{ 84 /* ldarx */, RT_IS_RA_RB },
	{ 87 /* lbzx */, RT_IS_RA_RB },
	{ 104 /* neg */, RT_IS_RA_RB },
	{ 116 /* lharx */, RT_IS_RA_RB },
	{ 124 /* nor */, RA_IS_RS_RB },
	{ 128 /* setb */, RT_IS },
	{ 136 /* subfe */, RT_IS_RA_RB },
	{ 138 /* adde */, RT_IS_RA_RB },
	{ 144 /* mtcrf */, READS_RS },
	{ 149 /* stdx */, READS_ALL },
	{ 150 /* stwcx. */, READS_ALL },
	{ 151 /* stwx */, READS_ALL },
	{ 200 /* subfze */, RT_IS_RA_RB },
	{ 202 /* addze */, RT_IS_RA_RB },
	{ 214 /* stdcx. */, READS_ALL },
	{ 215 /* stbx */, READS_ALL },
	{ 232 /* subfme */, RT_IS_RA_RB },
	{ 233 /* mulld */, RT_IS_RA_RB },
	{ 234 /* addme */, RT_IS_RA_RB },
	{ 235 /* mullw */, RT_IS_RA_RB },
	{ 246 /* dcbtst */, READS_RA_RB },
	{ 265 /* modud */, RT_IS_RA_RB },
	{ 266 /* add */, RT_IS_RA_RB },
	{ 267 /* moduw */, RT_IS_RA_RB },
	{ 278 /* dcbt */, READS_RA_RB },
	{ 279 /* lhzx */, RT_IS_RA_RB },
	{ 284 /* eqv */, RA_IS_RS_RB },
	{ 316 /* xor */, RA_IS_RS_RB },
	{ 339 /* mfspr */, RT_IS },
	{ 341 /* lwax */, RT_IS_RA_RB },
	{ 343 /* lhax */, RT_IS_RA_RB },
	{ 378 /* popcntw */, RA_IS_RS_RB },
	{ 407 /* sthx */, READS_ALL },
	{ 412 /* orc */, RA_IS_RS_RB },
	{ 444 /* or */, RA_IS_RS_RB },
	{ 457 /* divdu */, RT_IS_RA_RB },
	{ 459 /* divwu */, RT_IS_RA_RB },
	{ 467 /* mtspr */, READS_RS },
	{ 476 /* nand */, RA_IS_RS_RB },
	{ 489 /* divd */, RT_IS_RA_RB },
	{ 491 /* divw */, RT_IS_RA_RB },
	{ 506 /* popcntd */, RA_IS_RS_RB },
	{ 508 /* cmpb */, RA_IS_RS_RB },
	{ 532 /* ldbrx */, RT_IS_RA_RB },
	{ 534 /* lwbrx */, RT_IS_RA_RB },
	{ 536 /* srw */, RA_IS_RS_RB },
	{ 538 /* cnttzw */, RA_IS_RS_RB },
	{ 539 /* srd */, RA_IS_RS_RB },
	{ 570 /* cnttzd */, RA_IS_RS_RB },
	{ 598 /* sync */, NO_REGISTERS },
	{ 660 /* stdbrx */, READS_ALL },
	{ 662 /* stwbrx */, READS_ALL },
	{ 694 /* stbcx. */, READS_ALL },
	{ 726 /* sthcx. */, READS_ALL },
	{ 777 /* modsd */, RT_IS_RA_RB },
	{ 779 /* modsw */, RT_IS_RA_RB },
	{ 790 /* lhbrx */, RT_IS_RA_RB },
	{ 792 /* sraw */, RA_IS_RS_RB },
	{ 794 /* srad */, RA_IS_RS_RB },
	{ 824 /* srawi */, RA_IS_RS_RB },
	{ 826 /* sradi */, RA_IS_RS_RB },
	{ 827 /* sradi */, RA_IS_RS_RB },
	{ 854 /* eieio */, NO_REGISTERS },
	{ 890 /* extswsli */, RA_IS_RS_RB },
	{ 891 /* extswsli */, RA_IS_RS_RB },
	{ 918 /* sthbrx */, READS_ALL },
	{ 922 /* extsh */, RA_IS_RS_RB },
	{ 954 /* extsb */, RA_IS_RS_RB },
	{ 986 /* extsw */, RA_IS_RS_RB },
};

static bool is_addressed(uint32_t word)
{
	static const uint16_t memory[] = { 20,	21,  23,  52,  84,  87,	 116, 149, 150,
					   151, 214, 215, 246, 278, 279, 341, 343, 407,
					   532, 534, 660, 662, 694, 726, 790, 918 };

	for (size_t i = 0; i < sizeof(memory) / sizeof(*memory); i++)
		if (EXTENDED(word) == memory[i])
			return true;
	return false;
}

static bool effect_31(uint32_t word, struct effect *e)
{
	uint32_t ab = BIT(RA(word)) | BIT(RB(word));
	unsigned int form = 0;

	for (size_t i = 0; i < sizeof(forms_31) / sizeof(*forms_31); i++)
		if (EXTENDED(word) == forms_31[i].extended)
			form = forms_31[i].form;
	if (!form && (EXTENDED(word) & 0x1f) == 15) /* isel */
		form = RT_IS_RA_RB;
	e->reads = form == READS_RS				? BIT(RT(word))
		   : form == RT_IS_RA_RB || form == READS_RA_RB ? ab
		   : form == READS_ALL				? ab | BIT(RT(word))
		   : form == RA_IS_RS_RB			? BIT(RT(word)) | BIT(RB(word))
								: 0;
	if (form == RT_IS || form == RT_IS_RA_RB)
		e->writes = BIT(RT(word));
	if (form == RA_IS_RS_RB)
		e->writes = BIT(RA(word));
	if (EXTENDED(word) == 444 && RT(word) == RB(word)) { /* mr */
		e->kind = EFFECT_MOVE;
		e->dst = (uint8_t)RA(word);
		e->src = (uint8_t)RT(word);
		e->reads = 0;
	}
	/* mtspr, mtcrf: to registers that are not followed */
	e->stores = form == READS_RS || form == READS_ALL;
	if (is_addressed(word)) {
		e->address = ab & ~(form == READS_ALL ? BIT(RT(word)) : 0);
		e->address_end = 4;
	}
	/* An address somewhere on the stack: what is there may be read. */
	if (EXTENDED(word) == 266 && e->reads & BIT(SP)) {
		e->reads &= ~BIT(SP);
		e->stack = STACK_READ;
		e->off = INT32_MIN;
		e->len = STACK_ALL;
	}
	/* Nothing is known of the stack pointer's value from here on, nor of memory through it. */
	return form && !(e->writes & BIT(SP)) &&
	       !(e->reads & BIT(SP) && (is_addressed(word) || form == RT_IS_RA_RB));
}

/* li, lis, addi, addis; number 0 is zero here. */
static bool add_immediate(uint32_t word, struct effect *e)
{
	bool shifted = PRIMARY(word) == OP_ADDIS;

	e->writes = BIT(RT(word));
	if (!RA(word)) {
		e->kind = EFFECT_CONST;
		e->dst = (uint8_t)RT(word);
		e->imm = (struct imm_at){ .mask = IMM16 };
		e->value = shifted ? word << 16 : (uint32_t)(int16_t)word;
	} else if (RT(word) == SP) {
		e->writes = 0;
		e->sp = (int16_t)word;
		e->sp_lost = RA(word) != SP || shifted; /* from the frame pointer */
	} else if (RA(word) == SP) {
		e->stack = STACK_READ;
		e->off = (int16_t)word;
		e->len = STACK_ALL;
		return !shifted;
	} else {
		e->reads = BIT(RA(word));
	}
	return true;
}

/* Those with a distance of 16 bits; ld and std have two bits of their opcode in it. */
static bool load_store(uint32_t word, struct effect *e)
{
	uint32_t op = PRIMARY(word);
	bool ds = op == OP_LD || op == OP_STD;
	bool load = ds ? op == OP_LD : op < OP_STW || (op >= OP_LHZ && op < OP_STH);
	bool update = ds ? (word & 3) == 1 : op & 1;
	uint32_t len = ds	      ? (op == OP_LD && (word & 3) == 2 ? 4 : 8)
		       : op >= OP_LHZ ? 2
				      : (op & 2 ? 1 : 4);
	int32_t off = (int16_t)(ds ? word & ~3u : word);

	*(load ? &e->writes : &e->reads) = BIT(RT(word));
	e->stores = !load;
	e->address = RA(word) && !update ? BIT(RA(word)) & ~e->reads : 0;
	e->address_end = 4;
	e->reads |= RA(word) ? BIT(RA(word)) : 0;
	if (update && RA(word) != SP)
		e->writes |= BIT(RA(word));
	if (RA(word) != SP)
		return RT(word) != SP || !load;
	if (update) {
		e->sp = off;
		off = 0;
	}
	e->stack = load ? STACK_READ : STACK_WRITE;
	e->off = off;
	e->len = len;
	if (load && len >= 4) {
		e->kind = EFFECT_LOAD;
		e->dst = (uint8_t)RT(word);
	} else if (!load && len >= 4) {
		e->kind = EFFECT_STORE;
		e->stores = false;
		e->src = (uint8_t)RT(word);
		e->reads &= ~BIT(RT(word));
	}
	return RT(word) != SP || !load;
}

bool ppc64_effect(const uint8_t *p, const struct insn *insn, struct effect *e)
{
	uint32_t word = get_le32(p), op = PRIMARY(word);

	(void)insn;
	*e = (struct effect){ .kind = EFFECT_OTHER };
	if (op == OP_ADDI || op == OP_ADDIS)
		return add_immediate(word, e);
	if (op == OP_ORI) { /* nop is one of number 0 */
		e->kind = EFFECT_PART;
		e->dst = (uint8_t)RA(word);
		e->src = (uint8_t)RT(word);
		e->imm = (struct imm_at){ .mask = IMM16 };
		e->keep = UINT32_MAX;
		e->value = word & IMM16;
		e->writes = BIT(RA(word));
		if (!e->value && e->src == e->dst)
			*e = (struct effect){ .kind = EFFECT_OTHER };
		return RA(word) != SP && RT(word) != SP;
	}
	if ((op >= OP_LWZ && op <= OP_STHU) || (op == OP_LD && (word & 3) != 3) ||
	    (op == OP_STD && !(word & 2))) /* 2: stq, of two registers */
		return load_store(word, e);
	if (op == OP_31)
		return effect_31(word, e);
	if (op == OP_CMPLI || op == OP_CMPI || op == OP_TDI || op == OP_TWI)
		e->reads = BIT(RA(word));
	else if (op == OP_MULLI || op == OP_SUBFIC || op == OP_ADDIC || op == OP_ADDIC_)
		e->reads = BIT(RA(word)), e->writes = BIT(RT(word));
	else if (op == OP_RLWINM || op == OP_RLWNM || (op > OP_ORI && op <= OP_ANDIS))
		e->reads = BIT(RT(word)) | (op == OP_RLWNM ? BIT(RB(word)) : 0),
		e->writes = BIT(RA(word));
	else if (op == OP_RLWIMI || op == OP_RLD) /* rldimi keeps bits, rldcl has RB */
		e->reads = BIT(RT(word)) | BIT(RA(word)) | BIT(RB(word)), e->writes = BIT(RA(word));
	else if (op == OP_19)
		e->returns = EXTENDED(word) == 16; /* bclr */
	else
		return op == OP_B || op == OP_BC;
	return !(e->writes & BIT(SP));
}
