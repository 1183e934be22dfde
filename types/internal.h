/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of types/: records of DWARF (DIEs), one after the other.
 */
#ifndef KLP_TYPES_PRIVATE_H
#define KLP_TYPES_PRIVATE_H

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/elf.h>
#include <klp/types.h>

/* The attributes that are of interest, by their place in struct record. */
enum wanted {
	W_NAME,
	W_TYPE,
	W_BYTE_SIZE,
	W_BIT_SIZE,
	W_BIT_OFFSET,
	W_DATA_BIT_OFFSET,
	W_MEMBER_LOCATION,
	W_COUNT,
	W_UPPER_BOUND,
	W_CONST_VALUE,
	W_DECLARATION,
	W_PROTOTYPED,
	W_EXTERNAL,
	W_INLINE,
	W_LOW_PC,
	W_RANGES,
	W_LOCATION,
	W_ORIGIN,	/* DW_AT_abstract_origin, DW_AT_specification, DW_AT_call_origin */
	W_DWO_NAME,	/* the rest is in another file */
	NR_WANTED,
};

enum value_kind {
	VALUE_NONE,	/* the record has no such attribute, or one that is not known */
	VALUE_NUMBER,
	VALUE_STRING,
	VALUE_REF,	/* u: a record */
	VALUE_ADDRESS,	/* u in section sec */
	VALUE_BLOCK,	/* len bytes at u of .debug_info */
};

struct value {
	enum value_kind kind;
	uint64_t u, len;
	const char *str;
	uint32_t sec;
	uint16_t form;
};

struct record {
	uint32_t at;
	uint16_t tag;
	bool children;
	struct value v[NR_WANTED];
};

/* Codes of DWARF 5, section 7, as far as they are used. */
enum {
	TAG_ARRAY = 0x01, TAG_ENUM = 0x04, TAG_PARAM = 0x05, TAG_LEXICAL_BLOCK = 0x0b,
	TAG_MEMBER = 0x0d, TAG_POINTER = 0x0f, TAG_UNIT = 0x11, TAG_STRUCT = 0x13,
	TAG_SUBROUTINE_TYPE = 0x15, TAG_TYPEDEF = 0x16, TAG_UNION = 0x17, TAG_VARIADIC = 0x18,
	TAG_INLINED = 0x1d, TAG_SUBRANGE = 0x21, TAG_BASE = 0x24, TAG_CONST = 0x26,
	TAG_ENUMERATOR = 0x28, TAG_SUBPROGRAM = 0x2e, TAG_VARIABLE = 0x34, TAG_VOLATILE = 0x35,
	TAG_RESTRICT = 0x37, TAG_PARTIAL_UNIT = 0x3c, TAG_ATOMIC = 0x47, TAG_CALL_SITE = 0x48,
	TAG_SKELETON_UNIT = 0x4a, TAG_GNU_CALL_SITE = 0x4109,
};

struct dwarf;

/* Begin to read; NULL: there is no .debug_info.  *why: as of types_read(). */
struct dwarf *dwarf_open(struct elf *elf, const struct arch *arch, struct arena *arena,
			 const char **why);
/*
 * The next record.  1: it is in *rec; 0: the children of the record before end here; -1: there are
 * no more, and dwarf_why() is the reason if that is one.
 */
int dwarf_next(struct dwarf *d, struct record *rec);
/* Why it was not read to its end, or NULL. */
const char *dwarf_why(const struct dwarf *d);
/* Give up, for that reason; always -1. */
int dwarf_stop(struct dwarf *d, const char *why);
/* The byte at that place of a block, or 0. */
uint8_t dwarf_block_byte(const struct dwarf *d, const struct value *block, uint64_t at);
/* The LEB128 number at that place of a block. */
uint64_t dwarf_block_number(struct dwarf *d, const struct value *block, uint64_t at);

#endif
