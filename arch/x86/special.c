// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Special sections of x86.  Sources: arch/x86/include/asm/{alternative,nospec-branch,orc_types,
 * static_call,paravirt_types,smp}.h and tools/objtool/check.c of Linux 4.x to 7.x.
 */
#include <stddef.h>

#include <klp/special.h>

#include "x86.h"

#define NO SPECIAL_NONE
#define TABLE (SPECIAL_TABLE | SPECIAL_CONSUMED)
#define MEANT (SPECIAL_TABLE | SPECIAL_CONSUMED | SPECIAL_MEANING)
#define PLACES(section) \
	{ section, TABLE | SPECIAL_ARRAY, { { 4, 0x001, 0x000, 0, NO, NO, NO, NO, NO, 0 } } }
#define PLACES_MADE(section) \
	{ section, TABLE | SPECIAL_ARRAY | SPECIAL_MADE, \
	  { { 4, 0x001, 0x000, 0, NO, NO, NO, NO, NO, 0 } } }

const struct special_rule x86_special[] = {
	/*                        size  refs      may  owner line key repl len orig is */
	{ ".altinstructions", MEANT, {
		{ 12, 0x003, 0x000,  0, NO, NO,  4, 11, 10, 0 },	/* u16 feature, lengths */
		{ 13, 0x003, 0x000,  0, NO, NO,  4, 11, 10, 0 },	/* … padding length (4.x) */
		{ 14, 0x003, 0x000,  0, NO, NO,  4, 13, 12, 0 } } },	/* u32 feature and flags (6.3) */
	{ ".altinstr_replacement", SPECIAL_CODE, { { 0 } } },
	{ ".parainstructions", TABLE, {
		{ 16, 0x001, 0x000,  0, NO, NO, NO, NO, NO, LAYOUT_SHORT } } }, /* pointer, type, len */
	{ ".static_call_sites", MEANT | SPECIAL_KEYED, {
		{  8, 0x003, 0x000,  0, NO,  4, NO, NO, NO, 0 } } },
	/* arch/x86/include/asm/runtime-const.h: the kernel's own code only, once at boot */
	{ "runtime_ptr_*", SPECIAL_TABLE | SPECIAL_MEANING | SPECIAL_BOOT_CONST, {
		{  4, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	{ "runtime_shift_*", SPECIAL_TABLE | SPECIAL_MEANING | SPECIAL_BOOT_CODE, {
		{  4, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	/* Padding for call thunks; ftrace's entries stand in __mcount_loc. */
	{ "__patchable_function_entries", TABLE | SPECIAL_ARRAY | SPECIAL_PREFIX, {
		{  8, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	PLACES(".smp_locks"),
	PLACES_MADE(".retpoline_sites"),
	PLACES_MADE(".return_sites"),
	PLACES_MADE(".call_sites"),
	{ ".ibt_endbr_seal", TABLE | SPECIAL_ARRAY | SPECIAL_SEAL | SPECIAL_MADE, {
		{  4, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	PLACES(".kcfi_traps"),
	PLACES_MADE(".cfi_sites"),
	/* Entries of .orc_unwind, which have no references, stand beside those of _ip. */
	{ ".orc_unwind_ip", TABLE | SPECIAL_ARRAY | SPECIAL_RANGES | SPECIAL_MADE, {
		{  4, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	{ ".orc_unwind", SPECIAL_LEAVE, { { 0 } } },
	{ ".orc_header", SPECIAL_LEAVE, { { 0 } } },
	{ ".static_call_tramp_key", SPECIAL_LEAVE, { { 0 } } },
	{ ".apicdrivers", SPECIAL_REGISTER, { { 0 } } },
	{ ".x86_cpu_dev.init", SPECIAL_FREED | SPECIAL_REGISTER, { { 0 } } },
	{ NULL, 0, { { 0 } } },
};
