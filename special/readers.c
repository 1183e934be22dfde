// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions of the kernel that only read what a pointer leads to: when they have returned, nothing
 * of theirs holds it.  The prototypes are those of Linux 6.12, and were the same in every kernel
 * that has a function of that name.
 */
#include <string.h>

#include <klp/special.h>

/* The arguments nr, and those behind the last one of a format. */
#define ARG(nr)	  (1u << ((nr)-1))
#define FROM(nr)  (~0u << ((nr)-1))
#define VARIADIC  32

static const struct special_reader readers[] = {
	/* include/net/netlink.h: (tb, maxtype, head, len, policy, …), (head, len, maxtype, policy, …).
	 * What netlink_ack() tells of a message goes back to the policy as to the text of an error. */
	{ "__nla_parse", 7, ARG(5) },
	{ "__nla_validate", 6, ARG(4) },
	{ "nla_policy_len", 2, ARG(1) },
	{ "nla_put", 4, ARG(4) },
	/* include/linux/string.h */
	{ "memcpy", 3, ARG(2) },
	{ "__memcpy", 3, ARG(2) },
	{ "memmove", 3, ARG(2) },
	{ "memcmp", 3, ARG(1) | ARG(2) },
	{ "bcmp", 3, ARG(1) | ARG(2) },
	{ "strlen", 1, ARG(1) },
	{ "strnlen", 2, ARG(1) },
	{ "strcmp", 2, ARG(1) | ARG(2) },
	{ "strncmp", 3, ARG(1) | ARG(2) },
	{ "strcasecmp", 2, ARG(1) | ARG(2) },
	{ "strncasecmp", 3, ARG(1) | ARG(2) },
	{ "strcpy", 2, ARG(2) },
	{ "strncpy", 3, ARG(2) },
	{ "strscpy", 3, ARG(2) },
	{ "sized_strscpy", 3, ARG(2) },
	{ "match_string", 3, ARG(1) | ARG(3) },
	{ "__sysfs_match_string", 3, ARG(1) | ARG(3) },
	{ "kmemdup_noprof", 3, ARG(1) },
	{ "kmemdup", 3, ARG(1) },
	{ "kstrdup", 2, ARG(1) },
	/* include/linux/parser.h: (s, table, args): args lead into s */
	{ "match_token", 3, ARG(2) },
	/* include/linux/uaccess.h */
	{ "_copy_to_user", 3, ARG(2) },
	/* include/linux/seq_file.h */
	{ "seq_puts", 2, ARG(2) },
	{ "__seq_puts", 2, ARG(2) },
	{ "seq_write", 3, ARG(2) },
	{ "seq_printf", VARIADIC, FROM(2) },
	/* include/linux/sprintf.h, sysfs.h, printk.h, dev_printk.h: what they print they print at once */
	{ "sprintf", VARIADIC, FROM(2) },
	{ "snprintf", VARIADIC, FROM(3) },
	{ "scnprintf", VARIADIC, FROM(3) },
	{ "sysfs_emit", VARIADIC, FROM(2) },
	{ "_printk", VARIADIC, FROM(1) },
	{ "printk", VARIADIC, FROM(1) },
	{ "_dev_err", VARIADIC, FROM(2) },
	{ "_dev_warn", VARIADIC, FROM(2) },
	{ "_dev_info", VARIADIC, FROM(2) },
};

const struct special_reader *special_reader(const char *name)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (!strcmp(readers[i].name, name))
			return &readers[i];
	return NULL;
}
