/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the generic passes ask of an architecture: data first, then few hooks.
 *
 * arch/<name>/ holds one `const struct arch` each; arch/arch.c is the registry
 * and the only place that knows e_machine.  A hook may be NULL where an
 * architecture has nothing of its own; callers use arch_<hook>(), which says what is
 * true then.
 */
#ifndef KLP_ARCH_H
#define KLP_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <klp/elf.h>

struct special_rule;

/* The properties of a relocation type. */
enum reloc_flags {
	RELOC_PCREL	= 1 << 0,	/* the place is subtracted */
	RELOC_BRANCH	= 1 << 1,	/* only ever on a direct branch or call */
	RELOC_GOT	= 1 << 2,	/* goes through a GOT slot that the loader makes */
	RELOC_TOC	= 1 << 3,	/* ppc64: relative to the TOC pointer */
	RELOC_PAIR	= 1 << 4,	/* one half of an address (HI20/LO12, HA/LO, …) */
	RELOC_ADD	= 1 << 5,	/* adds to what stands at the place (LoongArch) */
	RELOC_SUB	= 1 << 6,	/* subtracts from it */
	RELOC_MARKER	= 1 << 7,	/* changes nothing and is not copied (NONE, RELAX, …) */
	RELOC_LOADER	= 1 << 8,	/* the kernel's module loader applies it */
	RELOC_NEAR	= 1 << 9,	/* does not reach from a module to the kernel's image */
	RELOC_FAR	= 1 << 10,	/* makes one of those of the same target reach everything */
	RELOC_DATA	= 1 << 11,	/* never in an instruction: what it fills is data, in code too */
	RELOC_ANCHOR	= 1 << 12,	/* an address from which code may go on (section anchors) */
	RELOC_EARLY	= 1 << 13,	/* the loader cannot write it once the place is read-only */
};

struct arch_reloc {
	uint32_t type;
	const char *name;		/* as the psABI names it */
	uint8_t size;			/* bytes of the field at r_offset; 0 for markers */
	uint64_t mask;			/* bits of an instruction (4 or 8 bytes) it fills; 0: all */
	uint16_t flags;			/* enum reloc_flags */
	uint32_t like; /* the type that it means the same as (a call through the PLT: a plain one),
			  or itself */
};

/* Is the field its own?  Sums are made by several relocations; marks change nothing. */
static inline bool reloc_fills_alone(const struct arch_reloc *row)
{
	return row->size && !(row->flags & (RELOC_ADD | RELOC_SUB | RELOC_MARKER));
}

/* The effects of an instruction on the flow of control, and whether it has a PC-relative field. */
enum insn_flags {
	INSN_PCREL	= 1 << 0,	/* has a PC-relative field (rel is valid) */
	INSN_BRANCH	= 1 << 1,	/* its PC-relative field is the destination of a jump or call */
	INSN_CALL	= 1 << 2,	/* returns to the next instruction (direct or indirect) */
	INSN_END	= 1 << 3,	/* control never reaches the next one: jmp, ret, trap */
	INSN_NOP	= 1 << 4,	/* does nothing; may be padding */
	INSN_TRAP	= 1 << 5,	/* int3, ud2, brk, …; may be padding */
};

struct insn {
	uint8_t len;			/* bytes */
	uint8_t flags;			/* enum insn_flags */
	uint8_t rel_off;		/* where the PC-relative field begins in the instruction */
	uint8_t rel_size;		/* its size in bytes */
	int64_t rel;			/* its destination as encoded, from the first byte of the insn */
	uint32_t rel_type;		/* the backend's own note for pcrel_type() */
	/* x86: its last bytes are a displacement and an immediate, of these sizes. */
	uint8_t disp_size, imm_size;
};

/* A number in instructions of 4 bytes: those with (word & mask) == match have it in bits. */
struct arch_imm {
	uint32_t mask, match, bits;
	enum { IMM_UNSIGNED, IMM_SIGNED, IMM_ENCODED } is;	/* encoded: bits are not the number */
};

/* The references that load_boot_const() needs, all to the variable. */
struct boot_const {
	unsigned int nr;
	struct {
		uint64_t place;
		uint32_t type;
		int64_t addend;
	} refs[2];
};

/* The kind of the bytes from a mapping symbol up to the next one. */
enum mapping {
	MAPPING_NONE,			/* it is none */
	MAPPING_CODE,
	MAPPING_DATA,
};

/* Where a constant is in an instruction. */
struct imm_at {
	uint8_t at;			/* where its four bytes are, little-endian */
	uint32_t mask;			/* the bits of these bytes that hold it; 0: it is in no field */
};

enum effect_kind {
	EFFECT_OTHER,			/* what the masks say, and no more is known */
	EFFECT_CONST,			/* dst = value */
	EFFECT_PART,			/* dst = (src & keep) | value */
	EFFECT_MOVE,			/* dst = src */
	EFFECT_LOAD,			/* dst = the stack's bytes */
	EFFECT_STORE,			/* the stack's bytes = src */
	EFFECT_STORE_CONST,		/* the stack's bytes = value */
};

/* The use that an instruction makes of the stack's bytes at off from the stack pointer. */
enum stack_use { STACK_NONE, STACK_READ, STACK_WRITE, STACK_CHANGE };

/*
 * What an instruction does with registers, each of which is a bit, and with the stack.  Of
 * memory that is reached by another register than the stack pointer is told only whether
 * something may be written there.
 */
struct effect {
	enum effect_kind kind;
	bool stores;			/* what it reads may go to memory, or to another register
					 * than those here; those above store nothing but src or value */
	uint8_t address_end;		/* a reference in the bytes before makes the address of what it
					 * reads or writes, and no number; 0: there is none */
	uint32_t address;		/* of reads, those that are nothing but that address */
	uint32_t reads;			/* may be read; not src of those above */
	uint32_t writes;		/* are changed, dst too; one that keeps some bits is read, too */
	uint8_t dst, src;
	struct imm_at imm;
	uint32_t keep, value;
	int32_t sp;			/* is added to the stack pointer, before the stack is used */
	bool sp_lost;			/* it becomes something unknown instead */
	bool returns;			/* to the caller, if control does not go on */
	enum stack_use stack;
	int32_t off;
	uint32_t len;			/* STACK_ALL: to its end */
};

#define STACK_ALL UINT32_MAX

/* Does it load from memory, but not into a register (x86's push)? */
static inline bool effect_pushes_memory(const struct effect *e)
{
	return e->kind == EFFECT_OTHER && e->address_end && e->stack == STACK_WRITE && e->sp;
}

/* The psABI's registers: numbers as in struct effect. */
struct arch_abi {
	uint8_t args[8];		/* of arguments, in their order */
	uint8_t nr_args;
	uint8_t stack_args;		/* from the stack pointer to the first one there, at a call */
	uint32_t saved;			/* what a function leaves as it was, but for the stack pointer */
	uint32_t passed;		/* may be read by a function that is called */
	uint32_t returned;		/* may be read by the caller */
};

/*
 * An instruction at which an indirect call may arrive where the processor checks that: the
 * first one of a function.  Only some say that the code was compiled for such a check: arm64's
 * PACIASP counts as one, but is there without BTI, too.
 */
struct arch_pad {
	uint32_t insn;			/* its four bytes */
	bool tells;			/* there for nothing else */
	const char *name;
};

/* The things before or at a function's begin that an indirect call may need there. */
enum pads {
	PAD_INSN	= 1 << 0,	/* one of those instructions at its begin (IBT, BTI) */
	PAD_HASH	= 1 << 1,	/* the hash of its type before it (kCFI) */
};

/* How far before a function, and the nops for ftrace there, its hash begins at most. */
#define PAD_HASH_REACH 64

#define DETOUR_MAX 32

/* Instructions that stand elsewhere, to do for one what it cannot do so far from its target. */
struct detour {
	uint8_t code[DETOUR_MAX];
	uint8_t size;
	uint8_t back;			/* of the branch to behind the one replaced; 0: none */
	uint32_t branch;		/* relocation type of the branches, for apply() */
	struct {
		uint8_t at;
		uint32_t type;		/* none: there is no such reference */
		uint8_t bias;		/* to the end of its instruction, if distances count from it */
	} refs[2];			/* to the target of the instruction replaced */
};

/* Why a reference may not leave the module, and what to do about it. */
struct arch_refusal {
	const char *code, *text;
};

struct arch {
	const char *name;		/* "x86_64" */
	uint16_t machine;		/* EM_* */
	uint32_t flags_mask;		/* bits of e_flags in which both inputs must agree */

	const struct arch_reloc *relocs;/* sorted by type */
	size_t nr_relocs;
	uint32_t none, abs64, abs32, pcrel32; /* relocation types; ADD/SUB machines: the plain ones */
	uint32_t relative;		/* of a linked kernel that moves: the word is the addend */
	/*
	 * The type that expresses a branch or address which the assembler
	 * resolved by itself, for each size of the field (x86: PC32 for 4); none
	 * where there is none, and then such a place cannot be moved.
	 */
	uint32_t (*pcrel_type)(const struct insn *insn);

	/*
	 * x86: a PC-relative addend counts from the field, the CPU from the end
	 * of the instruction.
	 */
	bool pcrel_from_insn_end;

	/*
	 * Every instruction begins at a multiple of insn_align.  Where all have one size but for
	 * prefixed ones, that is insn_size; where sizes vary, it is 0.
	 */
	uint8_t insn_align, insn_size;
	bool imm_at_end;		/* numbers and distances are whole bytes at the instruction's end */
	bool rewrites_pairs;  /* linkers replace instructions of RELOC_PAIR, not only fields */
	bool section_anchors; /* GCC reaches several objects from the address of one */
	uint8_t text_fill;		/* byte for gaps between functions */

	const char *objdump;		/* a disassembler that may be there on another machine */

	/* Where its instructions hold numbers, first fit, ended by a mask of 0; for people only. */
	const struct arch_imm *imms;

	/* Instructions at which indirect calls may arrive, the usual one first, ended by no name;
	 * NULL: at any. */
	const struct arch_pad *pads;

	/*
	 * The two bytes of a trap that decoders take for a longer instruction, where an entry of
	 * __bug_table names the place; as a little-endian word, 0: there is none.
	 */
	uint16_t short_trap;

	/* Undefined symbols that a traced function refers to at its entry (__fentry__), NULL-ended. */
	const char *const *trace_symbols;

	/*
	 * Undefined symbols that every module has of its own (.TOC.), NULL-ended; a
	 * '*' at a name's end stands for any rest.
	 */
	const char *const *own_symbols;

	/* Sections that the module loader refuses a module without, NULL-ended. */
	const char *const *module_sections;

	/*
	 * ppc64: the section of slots from which code loads addresses (RELOC_TOC).
	 * What refers to a slot refers to what the slot names.  NULL: there is none.
	 */
	const char *slots;

	/* The kernel may be built with ftrace's nops before a function (-fpatchable-function-entry=M,N). */
	bool traces_before;

	/* Tables without relocations stand between the instructions. */
	bool data_in_text;

	/*
	 * ppc64: objects of a pair are built with more nops than the kernel has
	 * (scripts/ppc64-as): a function's size tells nothing about its identity.
	 */
	bool nops_added;

	/* Advice for the user where RELOC_NEAR does not reach, or NULL. */
	const char *reach_advice;

	/* Rows added before the generic special sections (special.h), ended by a NULL name. */
	const struct special_rule *special;

	/*
	 * Decode the instruction at p, of which avail bytes exist.  Returns 0,
	 * or -1 if it is not one (or cut short); *insn is then undefined.
	 */
	int (*decode)(const uint8_t *p, size_t avail, struct insn *insn);

	/* Two instructions of different lengths are one jump but for the size of its distance. */
	bool (*same_jump)(const uint8_t *a, uint8_t a_len, const uint8_t *b, uint8_t b_len);

	/* Who has which register at a call. */
	struct arch_abi abi;

	/*
	 * What the instruction at p, decoded as insn, does; of a transfer of control, what it
	 * reads to decide.  False: it may do anything.
	 */
	bool (*effect)(const uint8_t *p, const struct insn *insn, struct effect *e);

	/*
	 * At place in code (size bytes) stands a constant that the kernel would
	 * have replaced at boot by a variable's value: make the instruction
	 * load the variable, and tell where its address goes.  False if the
	 * instruction is not the expected one.
	 */
	bool (*load_boot_const)(uint8_t *code, uint64_t size, uint64_t place,
				struct boot_const *load);

	/*
	 * What a loader does, for types that the kernel's does not know: encode
	 * value (target - place; an ADD type: what is to be added) in the field,
	 * behind whose begin avail bytes exist.  False if it is not known, or
	 * does not fit.
	 */
	bool (*apply)(uint32_t type, uint8_t *field, size_t avail, int64_t value);

	/*
	 * Two instructions with the types types[0] and types[1] make an address
	 * that may be out of reach (RELOC_NEAR): let them load it from the GOT.
	 * False if they are not such a pair, or the first one's result is used
	 * elsewhere.
	 */
	bool (*through_got)(uint8_t *code, size_t avail, uint32_t types[2]);

	/* Let the instruction with that type branch to code that does what it cannot. */
	bool (*detour)(uint8_t *insn, uint32_t type, struct detour *out);

	/*
	 * For klp check, which must not trust through_got() and detour(): does the pair at out,
	 * which loads an address from the GOT (or a slot), what the pair at in does
	 * with the address itself?  And the code at out for the one instruction at in:
	 * its size with the branch back at its end, or 0.  The relocations of the two
	 * pairs have the types got_pair and near_pair.
	 */
	uint32_t near_pair[2], got_pair[2];
	bool (*reads_got_pair)(const uint8_t *out, const uint8_t *in);
	size_t (*reads_got_detour)(const uint8_t *out, size_t avail, const uint8_t *in);

	/*
	 * At place in code (size bytes) stands a reference, off bytes behind
	 * something that is not in the module: NULL if the loader can do that.
	 */
	const struct arch_refusal *(*refuse_outside)(const uint8_t *code, uint64_t size,
						     uint64_t place, uint32_t type, int64_t off);

	/*
	 * ppc64: the loader writes over the nop behind a call of that type which leads
	 * out of the module.  Why it cannot where that nop is something else's, too;
	 * NULL: it writes nothing there.
	 */
	uint32_t nop_call;
	const struct arch_refusal *nop_is_taken;

	/*
	 * arm64: the instruction, which is at that address, makes the begin of the page of what
	 * others refer to by what they add (ADRP).
	 */
	bool (*makes_page)(const uint8_t *insn, uint64_t addr, uint64_t *page);
	/* … and the rest of an address: what insn adds to the register in which that begin is. */
	bool (*adds_to_page)(const uint8_t *page, const uint8_t *insn, uint64_t *low);

	/* Is it a kernel as it lies in memory, which boot loaders take?  NULL: there is no such form. */
	bool (*is_image)(const uint8_t *data, uint64_t size);

	/* The kind of mapping symbol that it is, on architectures that have them. */
	enum mapping (*mapping)(const struct elf_sym *sym);

	/* Labels of the architecture's assembler besides those that begin with .L. */
	bool (*is_label)(const struct elf_sym *sym);

	/* Bytes from a function's st_value to the entry that callers inside the object use. */
	uint64_t (*local_entry)(const struct elf_sym *sym);
};

/* The backend for e_machine, or NULL. */
const struct arch *arch_find(uint16_t machine);

/* All of them, ended by NULL. */
extern const struct arch *const arch_all[];

/* The row of a relocation type, or NULL. */
const struct arch_reloc *arch_reloc(const struct arch *arch, uint32_t type);

/* The kind of a mapping symbol (arm64's $x and $d), or MAPPING_NONE. */
enum mapping arch_mapping(const struct arch *arch, const struct elf_sym *sym);

/* True for symbols that name nothing: assembler labels, mapping symbols. */
bool arch_is_label(const struct arch *arch, const struct elf_sym *sym);

/* The pad with which the code begins of which avail bytes exist; NULL: none. */
const struct arch_pad *arch_pad(const struct arch *arch, const uint8_t *code, uint64_t avail);
/*
 * Where the type's hash (kCFI) of a function is, if it has one: in the four bytes before the nops for
 * ftrace before its begin, which is at off of the code.  UINT64_MAX: there is no room, or symbols
 * tell (machines whose instructions differ in size).
 */
uint64_t arch_hash_place(const struct arch *arch, const uint8_t *code, uint64_t off);
/* How long the trap of __bug_table is at code, if decoders take it for longer; 0: it is none. */
unsigned int arch_short_trap(const struct arch *arch, const uint8_t *code, uint64_t avail);
/* The name, for people, of the first of the pads (enum pads). */
const char *arch_pads_name(const struct arch *arch, unsigned int pads);

/* True if the module itself has the undefined symbol of that name (own_symbols). */
bool arch_is_own_symbol(const struct arch *arch, const char *name);

/* True if a traced function refers to the undefined symbol of that name at its entry. */
bool arch_is_trace_symbol(const struct arch *arch, const char *name);

/*
 * The hooks that an architecture may leave out, with what is true without them.
 */

/* A jump has one form. */
static inline bool arch_same_jump(const struct arch *arch, const uint8_t *a, uint8_t a_len,
				  const uint8_t *b, uint8_t b_len)
{
	return arch->same_jump && arch->same_jump(a, a_len, b, b_len);
}

/* There are no such constants, or none that could be loaded instead. */
static inline bool arch_load_boot_const(const struct arch *arch, uint8_t *code, uint64_t size,
					uint64_t place, struct boot_const *load)
{
	return arch->load_boot_const && arch->load_boot_const(code, size, place, load);
}

/* The kernel's module loader applies every type itself. */
static inline bool arch_apply(const struct arch *arch, uint32_t type, uint8_t *field, size_t avail,
			      int64_t value)
{
	return arch->apply && arch->apply(type, field, avail, value);
}

/* Modules reach the kernel's image, or the loader sees to it. */
static inline bool arch_through_got(const struct arch *arch, uint8_t *code, size_t avail,
				    uint32_t types[2])
{
	return arch->through_got && arch->through_got(code, avail, types);
}

static inline bool arch_detour(const struct arch *arch, uint8_t *insn, uint32_t type,
			       struct detour *out)
{
	return arch->detour && arch->detour(insn, type, out);
}

static inline bool arch_reads_got_pair(const struct arch *arch, const uint8_t *out,
				       const uint8_t *in)
{
	return arch->reads_got_pair && arch->reads_got_pair(out, in);
}

static inline size_t arch_reads_got_detour(const struct arch *arch, const uint8_t *out,
					   size_t avail, const uint8_t *in)
{
	return arch->reads_got_detour ? arch->reads_got_detour(out, avail, in) : 0;
}

/* The loader and its stubs can do everything that has a relocation. */
static inline const struct arch_refusal *arch_refuse_outside(const struct arch *arch,
							     const uint8_t *code, uint64_t size,
							     uint64_t place, uint32_t type,
							     int64_t off)
{
	return arch->refuse_outside ? arch->refuse_outside(code, size, place, type, off) : NULL;
}

/* A function has one entry, at its st_value. */
static inline uint64_t arch_local_entry(const struct arch *arch, const struct elf_sym *sym)
{
	return arch->local_entry ? arch->local_entry(sym) : 0;
}

extern const struct arch arch_x86;
extern const struct arch arch_arm64;
extern const struct arch arch_ppc64;
extern const struct arch arch_loongarch;

#endif
