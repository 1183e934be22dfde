// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Special sections of LoongArch.  Sources: arch/loongarch/include/asm/{alternative,
 * alternative-asm,orc_types}.h of Linux 6.2 to 7.x.  __ex_table, __bug_table and
 * __jump_table have the generic forms.
 */
#include <stddef.h>

#include "loongarch.h"

#define NO SPECIAL_NONE
#define TABLE (SPECIAL_TABLE | SPECIAL_CONSUMED)
#define MEANT (SPECIAL_TABLE | SPECIAL_CONSUMED | SPECIAL_MEANING)

const struct special_rule larch_special[] = {
	/*                        size  refs      may  owner line key repl len orig is */
	{ ".altinstructions", MEANT, {
		{ 12, 0x003, 0x000,  0, NO, NO,  4, 11, 10, 0 } } },	/* u16 feature, u8 lengths */
	/* Entries of .orc_unwind, which have no references, stand beside those of _ip. */
	{ ".orc_unwind_ip", TABLE | SPECIAL_ARRAY | SPECIAL_RANGES | SPECIAL_MADE, {
		{  4, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	{ ".orc_unwind", SPECIAL_LEAVE, { { 0 } } },
	{ ".orc_header", SPECIAL_LEAVE, { { 0 } } },
	{ NULL, 0, { { 0 } } },
};
