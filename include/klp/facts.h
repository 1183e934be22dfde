/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's sources fix and several rooms have to know: forms of structs, and the
 * meaning of names.
 */
#ifndef KLP_FACTS_H
#define KLP_FACTS_H

#include <stdint.h>
#include <stdlib.h>

#include <klp/text.h>

/* struct klp_func_ext and klp_object_ext (Linux 6.19: include/linux/livepatch_external.h) */
#define KLP_FUNC_SIZE		24
#define KLP_FUNC_OLD_NAME	0
#define KLP_FUNC_NEW		8
#define KLP_FUNC_POS		16
#define KLP_OBJECT_SIZE		64
#define KLP_OBJECT_NAME		0
#define KLP_OBJECT_FUNCS	8
#define KLP_OBJECT_CALLBACKS	16	/* four pointers, as klp_callback_kind() counts */
#define KLP_OBJECT_NR_FUNCS	56

/* Callbacks, as klp_callback_kind() counts. */
enum { KLP_PRE_PATCH, KLP_POST_PATCH, KLP_PRE_UNPATCH, KLP_POST_UNPATCH, KLP_NR_CALLBACKS };

/*
 * The function of module/init.c that carries out the entries of __klp_writes at that time; leads:
 * among them is one that leads to the livepatch.  NULL: none.
 */
static inline const char *klp_write_callback(unsigned int kind, bool leads)
{
	switch (kind) {
	case KLP_PRE_PATCH:
		return "klp_module_write";
	case KLP_POST_PATCH:
		return leads ? "klp_module_lead" : NULL;
	case KLP_PRE_UNPATCH:
		return leads ? "klp_module_unlead" : NULL;
	default:
		return "klp_module_unwrite";
	}
}

/* struct klp_module_data (module/init.c) */
#define KLP_WRITES	 "__klp_writes"
#define KLP_WRITE_SIZE	 40
#define KLP_WRITE_AT	 0
#define KLP_WRITE_OLD	 8
#define KLP_WRITE_NEW	 16
#define KLP_WRITE_OBJECT 24	/* its name; NULL: vmlinux */
#define KLP_WRITE_BYTES	 32
/* 1: what is written is the address of a function of the livepatch; half of it is init.c's own. */
#define KLP_WRITE_LEADS 36

/*
 * __klp_pre_patch_callback_<object> and so on (include/linux/livepatch_helpers.h): for when the
 * callback is, from 0 on, and *object; -1: name is none.
 */
static inline int klp_callback_kind(const char *name, const char **object)
{
	static const char *const prefixes[] = {
		"__klp_pre_patch_callback_", "__klp_post_patch_callback_",
		"__klp_pre_unpatch_callback_", "__klp_post_unpatch_callback_",
	};

	*object = NULL;
	for (int i = 0; i < 4 && starts_with(name, "__klp_"); i++) {
		if (!starts_with(name, prefixes[i]))
			continue;
		*object = name + strlen(prefixes[i]);
		return i;
	}
	return -1;
}

/* A static call's trampoline and key: the prefix, then the name (include/linux/static_call_types.h). */
#define STATIC_CALL_TRAMP "__SCT__"
#define STATIC_CALL_KEY	  "__SCK__"

/*
 * The key of a tracepoint or of its static call.  Without its entry, the code takes the branch
 * that it was compiled with: tracing is off.
 */
static inline bool is_trace_key(const char *name)
{
	return starts_with(name, "__tracepoint_") || starts_with(name, STATIC_CALL_KEY "tp_func_");
}

/* Before a function's symbol: the type's hash that kCFI checks. */
#define CFI_PREFIX "__cfi_"

/* The symbol of what stands before a function's: the hash of its type, or nops (x86). */
static inline bool is_function_prefix(const char *name)
{
	return starts_with(name, "__pfx_") || starts_with(name, CFI_PREFIX);
}

/* Of "SECTION=BYTES …" as users give them, the size for that section; 0: none is said. */
static inline uint64_t said_entry_size(const char *const *said, size_t nr, const char *section)
{
	size_t len = strlen(section);

	for (size_t i = 0; i < nr; i++)
		if (!strncmp(said[i], section, len) && said[i][len] == '=')
			return strtoull(said[i] + len + 1, NULL, 0);
	return 0;
}

#endif
