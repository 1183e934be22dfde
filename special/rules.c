// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Special sections that exist on every architecture.  Sources: include/asm-generic/vmlinux.lds.h,
 * include/linux/{bug,jump_label,init,export,dynamic_debug,tracepoint}.h of Linux 4.x to 7.x.
 */
#include <stddef.h>

#include "internal.h"

#define NO SPECIAL_NONE
#define TABLE (SPECIAL_TABLE | SPECIAL_CONSUMED)
#define TOLD (SPECIAL_TABLE | SPECIAL_TOOL)
/* A place in each entry: a distance or a pointer. */
#define PLACES { { 4, 0x001, 0, 0, NO, NO, NO, NO, NO, 0 }, { 8, 0x001, 0, 0, NO, NO, NO, NO, NO, 0 } }
#define MEANT (SPECIAL_TABLE | SPECIAL_CONSUMED | SPECIAL_MEANING)

const struct special_rule special_generic[] = {
	/*                        size  refs      may  owner line key repl len orig is */
	{ "__ex_table", MEANT, {
		{  8, 0x003, 0x000,  0, NO, NO, NO, NO, NO, 0 },	/* insn, fixup */
		{ 12, 0x003, 0x000,  0, NO, NO, NO, NO, NO, 0 },	/* … type and data (5.16) */
		{ 12, 0x007, 0x000,  0, NO, NO, NO, NO, NO, LAYOUT_HANDLER }, /* x86, 4.6 to 5.15 */
		{ 16, 0x005, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },	/* two pointers */
	{ "__bug_table", MEANT | SPECIAL_TRAPS, {
		{  8, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 },	/* !CONFIG_DEBUG_BUGVERBOSE */
		{ 12, 0x003, 0x000,  0,  8, NO, NO, NO, NO, LAYOUT_FILE }, /* code, file, line, flags */
		{ 12, 0x003, 0x000,  0, NO, NO, NO, NO, NO, 0 },	/* … format, flags (6.19) */
		{ 16, 0x007, 0x000,  0, 12, NO, NO, NO, NO, 0 },	/* address, format, file, … */
		{ 16, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 },	/* a pointer, flags */
		{ 24, 0x005, 0x000,  0, 16, NO, NO, NO, NO, 0 } } },	/* pointers */
	{ "__jump_table", MEANT | SPECIAL_KEYED, {
		{ 16, 0x007, 0x000,  0, NO,  8, NO, NO, NO, 0 },	/* code, target, key */
		{ 24, 0x015, 0x000,  0, NO, 16, NO, NO, NO, 0 } } },	/* pointers */
	{ "__mcount_loc", TABLE | SPECIAL_ARRAY | SPECIAL_TRACE, {
		{  8, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	{ "__patchable_function_entries", TABLE | SPECIAL_ARRAY | SPECIAL_TRACE, {
		{  8, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	{ "_kprobe_blacklist", TABLE | SPECIAL_ARRAY, {
		{  8, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },
	{ "_error_injection_whitelist", TABLE, {
		{ 16, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },

	/* A warning that fires once, a debug message's descriptor: the copy has its own. */
	{ ".data..once", SPECIAL_STATIC, { { 0 } } },
	{ ".data.once", SPECIAL_STATIC, { { 0 } } },
	{ "__dyndbg", SPECIAL_STATIC, { { 0 } } },
	{ "__verbose", SPECIAL_STATIC, { { 0 } } },

	/* Exports stay those of the original; the rest describes the object to tools. */
	{ "__ksymtab*", SPECIAL_LEAVE, { { 0 } } },
	{ "___ksymtab*", SPECIAL_LEAVE, { { 0 } } },
	{ "__kcrctab*", SPECIAL_LEAVE, { { 0 } } },
	{ "___kcrctab*", SPECIAL_LEAVE, { { 0 } } },
	{ ".export_symbol", SPECIAL_LEAVE, { { 0 } } },	/* for modpost, from 6.4 */
	{ ".modinfo", SPECIAL_LEAVE, { { 0 } } },
	{ "__versions", SPECIAL_LEAVE, { { 0 } } },
	{ ".printk_index", SPECIAL_LEAVE, { { 0 } } },

	/*
	 * For objtool, which passes over the livepatch module where it passes over linked modules:
	 * include/linux/objtool.h and annotate.h, asm/{alternative,ibt,nospec-branch}.h.
	 */
	{ ".discard.annotate_insn", TOLD, {			/* from 6.14 */
		{  8, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },	/* instruction, kind */
	{ ".discard.unwind_hints", TOLD, {
		{ 12, 0x001, 0x000,  0, NO, NO, NO, NO, NO, 0 } } },	/* instruction, struct unwind_hint */
	{ ".discard.reachable", TOLD | SPECIAL_ARRAY | SPECIAL_BEHIND, PLACES },
	{ ".discard.unreachable", TOLD | SPECIAL_ARRAY | SPECIAL_BEHIND, PLACES },
	{ ".discard.func_stack_frame_non_standard", TOLD | SPECIAL_ARRAY, PLACES },
	{ ".discard.ibt_endbr_noseal", TOLD | SPECIAL_ARRAY, PLACES },
	{ ".discard.ignore_alts", TOLD | SPECIAL_ARRAY, PLACES },
	{ ".discard.instr_begin", TOLD | SPECIAL_ARRAY, PLACES },
	{ ".discard.instr_end", TOLD | SPECIAL_ARRAY, PLACES },
	{ ".discard.intra_function_calls", TOLD | SPECIAL_ARRAY, PLACES },
	{ ".discard.noendbr", TOLD | SPECIAL_ARRAY, PLACES },
	{ ".discard.retpoline_safe", TOLD | SPECIAL_ARRAY, PLACES },
	{ ".discard.validate_unret", TOLD | SPECIAL_ARRAY, PLACES },
	/* include/linux/livepatch_helpers.h: pointers to a livepatch's callbacks, data to klp diff */
	{ ".discard.klp_callback_ptrs", 0, { { 0 } } },
	{ ".discard*", SPECIAL_LEAVE, { { 0 } } },
	{ ".eh_frame*", SPECIAL_LEAVE, { { 0 } } },
	{ ".sframe", SPECIAL_LEAVE, { { 0 } } },
	{ ".gnu.linkonce.this_module", SPECIAL_LEAVE, { { 0 } } },

	{ ".initcall*", SPECIAL_FREED | SPECIAL_REGISTER, { { 0 } } },
	{ ".con_initcall*", SPECIAL_FREED | SPECIAL_REGISTER, { { 0 } } },
	{ ".init.setup*", SPECIAL_FREED | SPECIAL_REGISTER, { { 0 } } },
	{ ".exitcall.exit", SPECIAL_FREED | SPECIAL_REGISTER, { { 0 } } },
	{ ".pci_fixup*", SPECIAL_REGISTER, { { 0 } } },
	{ "__param", SPECIAL_REGISTER, { { 0 } } },
	{ "__tracepoints_ptrs", SPECIAL_REGISTER, { { 0 } } },
	{ "_ftrace_events", SPECIAL_REGISTER, { { 0 } } },
	{ "__bpf_raw_tp_map", SPECIAL_REGISTER, { { 0 } } },
	{ "__syscalls_metadata", SPECIAL_REGISTER, { { 0 } } },
	{ ".init.*", SPECIAL_FREED, { { 0 } } },
	{ ".exit.*", SPECIAL_FREED, { { 0 } } },
	{ ".meminit.*", SPECIAL_FREED, { { 0 } } },
	{ ".memexit.*", SPECIAL_FREED, { { 0 } } },
	{ NULL, 0, { { 0 } } },
};
