/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of livepatch symbols.
 */
#ifndef KLP_NAME_H
#define KLP_NAME_H

#include <stddef.h>
#include <stdint.h>

#define KLP_SYM_PREFIX ".klp.sym."

#define KLP_OBJECT_MAX 55	/* MODULE_NAME_LEN - 1 on the strictest architecture */
#define KLP_NAME_MAX   511	/* KSYM_NAME_LEN - 1 */

/* .klp.sym.<object>.<name>,<pos> */
struct klp_sym_name {
	char object[KLP_OBJECT_MAX + 1];
	const char *name;	/* inside the whole name, name_len bytes */
	size_t name_len;
	uint64_t pos;
};

/*
 * Take the name of a livepatch symbol apart as the kernel will
 * (Documentation/livepatch/module-elf-format.rst).
 * NULL if it is well-formed, else what is wrong with it.
 */
const char *klp_name_parse(const char *symbol, struct klp_sym_name *out);

/* The same for the name of an object: what is wrong with its first len bytes, or NULL. */
const char *klp_name_check_object(const char *object, size_t len);

#endif
