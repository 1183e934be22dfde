// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Special sections of arm64.  Sources: arch/arm64/include/asm/{alternative-macros,runtime-const,
 * asm-extable}.h and arch/arm64/kernel/{alternative,patch-scs}.c of Linux 4.x to 7.x.  __ex_table,
 * __bug_table, __jump_table and __patchable_function_entries have the generic forms.
 */
#include <stddef.h>

#include "arm64.h"

#define NO SPECIAL_NONE
#define TABLE (SPECIAL_TABLE | SPECIAL_CONSUMED)
#define MEANT (SPECIAL_TABLE | SPECIAL_CONSUMED | SPECIAL_MEANING)

const struct special_rule a64_special[] = {
	/*                        size  refs      may  owner line key repl len orig is */
	{ ".altinstructions", MEANT | SPECIAL_CALLBACK, {
		{ 12, 0x003, 0x000,  0, NO, NO,  4, 11, 10, 0 } } },	/* u16 capability, u8 lengths */
	{ ".altinstr_replacement", SPECIAL_CODE, { { 0 } } },
	{ ".kcfi_traps", TABLE | SPECIAL_ARRAY, {
		{  4, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	/* The kernel's own code only, once at boot. */
	{ "runtime_ptr_*", SPECIAL_TABLE | SPECIAL_MEANING | SPECIAL_BOOT_CONST, {
		{  4, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	{ "runtime_shift_*", SPECIAL_TABLE | SPECIAL_MEANING | SPECIAL_BOOT_CODE, {
		{  4, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	/* Dynamic shadow call stack: modules have it as .init.eh_frame, made by their linker script. */
	{ ".init.eh_frame", SPECIAL_LEAVE, { { 0 } } },
	/* Exceptions in code of the hypervisor, which no livepatch can replace. */
	{ "__kvm_ex_table", SPECIAL_TABLE | SPECIAL_MEANING, {
		{  8, 0x003, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	{ ".hyp.reloc", SPECIAL_LEAVE, { { 0 } } },
	{ NULL, 0, { { 0 } } },
};
