// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Special sections of 64-bit PowerPC.  Sources: arch/powerpc/include/asm/{feature-fixups,
 * ppc_asm}.h, arch/powerpc/kernel/module.c of Linux 4.x to 6.x.
 *
 * Fields of fixup entries are distances from the entry's begin, not from the
 * field itself.
 */
#include <stddef.h>

#include "ppc64.h"

#define NO SPECIAL_NONE
#define FIXUP (SPECIAL_TABLE | SPECIAL_CONSUMED | SPECIAL_MEANING | SPECIAL_FROM_ENTRY)
#define IMAGE (SPECIAL_TABLE | SPECIAL_MEANING | SPECIAL_FROM_ENTRY)

/* u64 mask and value; begin and end of the code; begin and end of what replaces it */
#define FEATURES(section)                                                      \
	{ section, FIXUP | SPECIAL_REPL_END, {                                 \
		{ 48, 0x550, 0x000, 16, NO, NO, 32, 40, 24, 0 } } }
/* Barriers and flushes, which the kernel completes in its own image only. */
#define BOOT(section) \
	{ section, IMAGE | SPECIAL_BOOT_CODE, { { 8, 0x001, 0x000, 0, NO, NO, NO, NO, NO, 0 } } }

const struct special_rule ppc64_special[] = {
	/*                        size  refs      may  owner line key repl len orig is */
	FEATURES("__ftr_fixup"),
	FEATURES("__mmu_ftr_fixup"),
	FEATURES("__fw_ftr_fixup"),
	{ "__ftr_alt_*", SPECIAL_CODE, { { 0 } } },
	{ "__lwsync_fixup", FIXUP, { {  8, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	/* The loader looks for __spec_barrier_fixup, which no module has: nops stay nops. */
	{ "__barrier_nospec_fixup", IMAGE | SPECIAL_BOOT_BARRIER, {
		{  8, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	{ "__uaccess_flush_fixup", IMAGE | SPECIAL_BOOT_BARRIER, {
		{  8, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	BOOT("__rfi_flush_fixup"),
	BOOT("__entry_flush_fixup"),
	BOOT("__scv_entry_flush_fixup"),
	BOOT("__stf_entry_barrier_fixup"),
	BOOT("__stf_exit_barrier_fixup"),
	{ "__btb_flush_fixup", IMAGE | SPECIAL_BOOT_CODE, {
		{ 16, 0x005, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	/* One entry is of absolute addresses: arch/powerpc/kernel/exceptions-64s.S */
	{ "__soft_mask_table", SPECIAL_TABLE | SPECIAL_MEANING | SPECIAL_BOOT_CODE, {
		{ 16, 0x000, 0x005,  0, NO, NO, NO, NO, NO, 0 } } },
	{ "__restart_table", SPECIAL_TABLE | SPECIAL_MEANING | SPECIAL_BOOT_CODE, {
		{ 24, 0x015, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	/* Empty in every module: made by the loader. */
	{ ".stubs", SPECIAL_LEAVE, { { 0 } } },
	{ ".mygot", SPECIAL_LEAVE, { { 0 } } },
	{ ".machine.desc", SPECIAL_REGISTER, { { 0 } } },
	/* Function descriptors: ELFv1 */
	{ ".opd", SPECIAL_REFUSED, { { 0 } } },
	{ NULL, 0, { { 0 } } },
};
