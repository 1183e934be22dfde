// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The opcode maps of 64-bit mode, for x86_decode().
 *
 * Rows are those of the manual's tables: two lines of eight opcodes each.  An
 * opcode that is defined for some operands is taken for all of them, unless
 * the length depends on it: LEA with a register or an unused x87 code has a
 * length, though it faults.  The same goes for the maps that have one rule for
 * every opcode (x86_maps), so that new vector instructions need no new rows.
 */
#include "x86.h"

/* clang-format off */

/*
 * What the manual calls the operands.  M: any that ModRM names (E, G, M, P, Q,
 * V, W, …); OO: none that takes a byte; XX: not an instruction.
 */
#define OO   OP_NO_IMM
#define M    OP_MODRM
#define R    (OP_MODRM | OP_REG)
#define Ib   OP_IB
#define Iw   OP_IW
#define IwIb OP_IWB
#define Iz   OP_IZ
#define Iv   OP_IV
#define Ob   OP_MOFFS
#define Ov   OP_MOFFS
#define Jb   OP_JB
#define Jd   OP_JD
#define Jz   OP_JZ
#define MIb  (OP_MODRM | OP_IB)
#define MIw  (OP_MODRM | OP_IW)
#define MIz  (OP_MODRM | OP_IZ)
#define MId  (OP_MODRM | OP_ID)
#define XX   OP_BAD
#define PFX  OP_PREFIX
#define CALL OP_CALL
#define END  OP_END
#define TRAP OP_TRAP
#define NOP  OP_NOP
#define VAR  OP_VARIANT
#define G(n) (OP_MODRM | OP_GROUP | GRP_##n)

/*
 * SDM table A-2.  Marked XX although they lead somewhere: 0f (escape), 62
 * (EVEX), c4 and c5 (VEX), d5 (REX2): the decoder has them before it gets here,
 * and none of them may follow REX2.
 */
const uint16_t x86_one_byte[256] = {
	/* 00 ADD */
	M, M, M, M, Ib, Iz, XX, XX,
	/* 08 OR; 0f escape */
	M, M, M, M, Ib, Iz, XX, XX,
	/* 10 ADC */
	M, M, M, M, Ib, Iz, XX, XX,
	/* 18 SBB */
	M, M, M, M, Ib, Iz, XX, XX,
	/* 20 AND; ES: */
	M, M, M, M, Ib, Iz, PFX, XX,
	/* 28 SUB; CS: */
	M, M, M, M, Ib, Iz, PFX, XX,
	/* 30 XOR; SS: */
	M, M, M, M, Ib, Iz, PFX, XX,
	/* 38 CMP; DS: */
	M, M, M, M, Ib, Iz, PFX, XX,
	/* 40 REX */
	PFX, PFX, PFX, PFX, PFX, PFX, PFX, PFX,
	/* 48 REX.W */
	PFX, PFX, PFX, PFX, PFX, PFX, PFX, PFX,
	/* 50 PUSH */
	OO, OO, OO, OO, OO, OO, OO, OO,
	/* 58 POP */
	OO, OO, OO, OO, OO, OO, OO, OO,
	/* 60 -, -, EVEX, MOVSXD, FS:, GS:, operand size, address size */
	XX, XX, XX, M, PFX, PFX, PFX, PFX,
	/* 68 PUSH, IMUL, PUSH, IMUL, INS, INS, OUTS, OUTS */
	Iz, MIz, Ib, MIb, OO, OO, OO, OO,
	/* 70 Jcc */
	Jb, Jb, Jb, Jb, Jb, Jb, Jb, Jb,
	/* 78 Jcc */
	Jb, Jb, Jb, Jb, Jb, Jb, Jb, Jb,
	/* 80 group 1: Eb,Ib Ev,Iz - Ev,Ib; TEST, TEST, XCHG, XCHG */
	MIb, MIz, XX, MIb, M, M, M, M,
	/* 88 MOV (4), MOV Sreg, LEA, MOV Sreg, POP */
	M, M, M, M, M, M, M, G(1A),
	/* 90 NOP or PAUSE, XCHG */
	VAR, OO, OO, OO, OO, OO, OO, OO,
	/* 98 CBW, CWD, -, FWAIT, PUSHF, POPF, SAHF, LAHF */
	OO, OO, XX, OO, OO, OO, OO, OO,
	/* a0 MOV, MOVS, CMPS */
	Ob, Ov, Ob, Ov, OO, OO, OO, OO,
	/* a8 TEST, STOS, LODS, SCAS */
	Ib, Iz, OO, OO, OO, OO, OO, OO,
	/* b0 MOV */
	Ib, Ib, Ib, Ib, Ib, Ib, Ib, Ib,
	/* b8 MOV */
	Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv,
	/* c0 group 2, RET, RET, VEX3, VEX2, group 11 */
	MIb, MIb, Iw | END, END, XX, XX, G(11B), G(11V),
	/* c8 ENTER, LEAVE, RETF, RETF, INT3, INT, -, IRET */
	IwIb, OO, Iw | END, END, TRAP, Ib, XX, END,
	/* d0 group 2, -, REX2, UDB (invalid before SDM of 2025; faults either way), XLAT */
	M, M, M, M, XX, XX, END | TRAP, OO,
	/* d8 x87 */
	M, M, M, M, M, M, M, M,
	/* e0 LOOPNE, LOOPE, LOOP, JRCXZ, IN, OUT */
	Jb, Jb, Jb, Jb, Ib, Ib, Ib, Ib,
	/* e8 CALL, JMP, -, JMP, IN, OUT */
	Jd | CALL, Jd | END, XX, Jb | END, OO, OO, OO, OO,
	/* f0 LOCK, INT1, REPNE, REP, HLT, CMC, group 3 */
	PFX, OO, PFX, PFX, OO, OO, G(3B), G(3V),
	/* f8 CLC, STC, CLI, STI, CLD, STD, groups 4 and 5 */
	OO, OO, OO, OO, OO, OO, G(4), G(5),
};

/* SDM table A-3; 0e and 0f: APM appendix A; a6 and a7: VIA's PadLock programming guide. */
const uint16_t x86_two_byte[256] = {
	/* 00 groups 6 and 7, LAR, LSL, -, SYSCALL, CLTS, SYSRET */
	M, G(7), M, M, XX, OO, OO, END,
	/* 08 INVD, WBINVD, -, UD2, -, PREFETCHW, FEMMS, 3DNow! (the code is the last byte) */
	OO, OO, XX, END | TRAP, XX, M, OO, MIb,
	/* 10 SSE moves */
	M, M, M, M, M, M, M, M,
	/* 18 prefetch (group 16), hint NOPs, MPX, ENDBR; 1f NOP */
	M, M, M, M, M, M, M, G(NOP),
	/* 20 MOV from and to control and debug registers */
	R, R, R, R, XX, XX, XX, XX,
	/* 28 SSE */
	M, M, M, M, M, M, M, M,
	/* 30 WRMSR, RDTSC, RDMSR, RDPMC, SYSENTER, SYSEXIT, -, GETSEC */
	OO, OO, OO, OO, OO, END, XX, OO,
	/* 38 escape (table A-4), -, escape (table A-5) */
	XX, XX, XX, XX, XX, XX, XX, XX,
	/* 40 CMOVcc */
	M, M, M, M, M, M, M, M,
	/* 48 CMOVcc */
	M, M, M, M, M, M, M, M,
	/* 50 SSE */
	M, M, M, M, M, M, M, M,
	/* 58 */
	M, M, M, M, M, M, M, M,
	/* 60 MMX, SSE2 */
	M, M, M, M, M, M, M, M,
	/* 68 */
	M, M, M, M, M, M, M, M,
	/* 70 PSHUF, groups 12 to 14, PCMPEQ, EMMS */
	MIb, MIb, MIb, MIb, M, M, M, OO,
	/* 78 VMREAD or SSE4A, VMWRITE or INSERTQ, -, -, HADD, HSUB, MOV */
	VAR, M, XX, XX, M, M, M, M,
	/* 80 Jcc */
	Jd, Jd, Jd, Jd, Jd, Jd, Jd, Jd,
	/* 88 Jcc */
	Jd, Jd, Jd, Jd, Jd, Jd, Jd, Jd,
	/* 90 SETcc */
	M, M, M, M, M, M, M, M,
	/* 98 SETcc */
	M, M, M, M, M, M, M, M,
	/* a0 PUSH FS, POP FS, CPUID, BT, SHLD Ib, SHLD CL, PadLock */
	OO, OO, OO, M, MIb, M, VAR, VAR,
	/* a8 PUSH GS, POP GS, RSM, BTS, SHRD Ib, SHRD CL, group 15, IMUL */
	OO, OO, END, M, MIb, M, M, M,
	/* b0 CMPXCHG, LSS, BTR, LFS, LGS, MOVZX */
	M, M, M, M, M, M, M, M,
	/* b8 POPCNT, UD1, group 8, BTC, BSF, BSR, MOVSX */
	VAR, M | END, G(8), M, M, M, M, M,
	/* c0 XADD, XADD, CMPPS, MOVNTI, PINSRW, PEXTRW, SHUFPS, group 9 */
	M, M, MIb, M, MIb, MIb, MIb, M,
	/* c8 BSWAP */
	OO, OO, OO, OO, OO, OO, OO, OO,
	/* d0 MMX, SSE2 */
	M, M, M, M, M, M, M, M,
	/* d8 */
	M, M, M, M, M, M, M, M,
	/* e0 */
	M, M, M, M, M, M, M, M,
	/* e8 */
	M, M, M, M, M, M, M, M,
	/* f0 */
	M, M, M, M, M, M, M, M,
	/* f8; ff UD0 (with a ModRM byte, as Intel has it) */
	M, M, M, M, M, M, M, M | END,
};

/* SDM table A-6: where the length or the flow depends on ModRM.reg. */
const uint16_t x86_groups[NR_GROUPS][8] = {
	/* 8f POP; XOP is told from it before */
	[GRP_1A] = { M, XX, XX, XX, XX, XX, XX, XX },
	/* f6, f7 TEST, TEST, NOT, NEG, MUL, IMUL, DIV, IDIV */
	[GRP_3B] = { MIb, MIb, M, M, M, M, M, M },
	[GRP_3V] = { MIz, MIz, M, M, M, M, M, M },
	/* fe INC, DEC */
	[GRP_4] = { M, M, XX, XX, XX, XX, XX, XX },
	/* ff INC, DEC, CALL, CALL far, JMP, JMP far, PUSH */
	[GRP_5] = { M, M, M | CALL, M | CALL, M | END, M | END, M, XX },
	/* 0f 01; with the instructions that ModRM completes in /1 and /5 */
	[GRP_7] = { M, VAR, M, M, M, VAR, M, M },
	/* 0f ba -, -, -, -, BT, BTS, BTR, BTC */
	[GRP_8] = { XX, XX, XX, XX, MIb, MIb, MIb, MIb },
	/* c6, c7 MOV; XABORT, XBEGIN */
	[GRP_11B] = { MIb, XX, XX, XX, XX, XX, XX, VAR },
	[GRP_11V] = { MIz, XX, XX, XX, XX, XX, XX, VAR },
	/* 0f 1f; the others are reserved NOPs that no assembler pads with */
	[GRP_NOP] = { M | NOP, M, M, M, M, M, M, M },
};

const struct x86_variant x86_variants[] = {
	{ MAP_ONE, 0x90, 0xf3, 0x00, 0x00, OO },	/* PAUSE */
	{ MAP_ONE, 0x90, PREFIX_ANY, 0x00, 0x00, NOP },	/* NOP, or XCHG with REX.B */
	{ MAP_ONE, 0xc6, PREFIX_ANY, 0xff, 0xf8, MIb },	/* XABORT */
	{ MAP_ONE, 0xc7, PREFIX_ANY, 0xff, 0xf8, M | Jz }, /* XBEGIN */
	{ MAP_0F, 0x01, 0xf2, 0xff, 0xca, M | END },	/* ERETS */
	{ MAP_0F, 0x01, 0xf3, 0xff, 0xca, M | END },	/* ERETU */
	{ MAP_0F, 0x01, 0xf3, 0xff, 0xec, M | END },	/* UIRET */
	{ MAP_0F, 0x01, PREFIX_ANY, 0x00, 0x00, M },
	{ MAP_0F, 0x78, 0x00, 0x00, 0x00, M },		/* VMREAD */
	{ MAP_0F, 0x78, 0x66, 0xc0, 0xc0, MIw },	/* EXTRQ (APM group 17) */
	{ MAP_0F, 0x78, 0xf2, 0xc0, 0xc0, MIw },	/* INSERTQ */
	{ MAP_0F, 0xa6, PREFIX_ANY, 0xc0, 0xc0, M },	/* MONTMUL, XSHA */
	{ MAP_0F, 0xa7, PREFIX_ANY, 0xc0, 0xc0, M },	/* XSTORE, XCRYPT */
	{ MAP_0F, 0xb8, 0xf3, 0x00, 0x00, M },		/* POPCNT */
};
const size_t x86_nr_variants = sizeof(x86_variants) / sizeof(*x86_variants);

/*
 * SDM tables and, for the vector forms, the encodings on the
 * instructions' pages.  Map 4 is APX's, 5 and 6 came with AVX512-FP16, 7 holds
 * URDMSR and its like; XOP: APM volume 6.
 */
const struct x86_map x86_maps[NR_MAPS] = {
	[MAP_0F] = { M, FORM_VEX | FORM_EVEX },
	[MAP_0F38] = { M, FORM_LEGACY | FORM_VEX | FORM_EVEX },
	[MAP_0F3A] = { MIb, FORM_LEGACY | FORM_VEX | FORM_EVEX },
	[MAP_4] = { M, FORM_EVEX },
	[MAP_5] = { M, FORM_VEX | FORM_EVEX },
	[MAP_6] = { M, FORM_EVEX },
	[MAP_7] = { MId, FORM_VEX | FORM_EVEX },
	[MAP_XOP8] = { MIb, FORM_XOP },
	[MAP_XOP9] = { M, FORM_XOP },
	[MAP_XOPA] = { MId, FORM_XOP },
};

const struct x86_exception x86_exceptions[] = {
	{ MAP_0F, 0x70, MIb },		/* VPSHUF */
	{ MAP_0F, 0x71, MIb },		/* VPSRLW, VPSRAW, VPSLLW by a constant */
	{ MAP_0F, 0x72, MIb },
	{ MAP_0F, 0x73, MIb },
	{ MAP_0F, 0x77, OO },		/* VZEROUPPER, VZEROALL */
	{ MAP_0F, 0xc2, MIb },		/* VCMPPS */
	{ MAP_0F, 0xc4, MIb },		/* VPINSRW */
	{ MAP_0F, 0xc5, MIb },		/* VPEXTRW */
	{ MAP_0F, 0xc6, MIb },		/* VSHUFPS */
	{ MAP_4, 0x24, MIb },		/* SHLD */
	{ MAP_4, 0x2c, MIb },		/* SHRD */
	{ MAP_4, 0x69, MIz },		/* IMUL */
	{ MAP_4, 0x6b, MIb },
	{ MAP_4, 0x80, MIb },		/* group 1, CCMP */
	{ MAP_4, 0x81, MIz },
	{ MAP_4, 0x83, MIb },
	{ MAP_4, 0xc0, MIb },		/* group 2 */
	{ MAP_4, 0xc1, MIb },
	{ MAP_4, 0xd4, MIb },		/* SHA1RNDS4 */
	{ MAP_4, 0xf6, G(3B) },		/* with CTEST */
	{ MAP_4, 0xf7, G(3V) },
};
const size_t x86_nr_exceptions = sizeof(x86_exceptions) / sizeof(*x86_exceptions);
