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
	/* name, arguments, those that are only read, what they lead to is copied */
	/* include/net/netlink.h: (tb, maxtype, head, len, policy, …), (head, len, maxtype, policy, …).
	 * What netlink_ack() tells of a message goes back to the policy as to the text of an error. */
	{ "__nla_parse", 7, ARG(5), false },
	{ "__nla_validate", 6, ARG(4), false },
	{ "nla_policy_len", 2, ARG(1), false },
	{ "nla_put", 4, ARG(4), false },
	/* include/linux/string.h */
	{ "memcpy", 3, ARG(2), true },
	{ "__memcpy", 3, ARG(2), true },
	{ "memmove", 3, ARG(2), true },
	{ "memcmp", 3, ARG(1) | ARG(2), false },
	{ "bcmp", 3, ARG(1) | ARG(2), false },
	{ "strlen", 1, ARG(1), false },
	{ "strnlen", 2, ARG(1), false },
	{ "strcmp", 2, ARG(1) | ARG(2), false },
	{ "strncmp", 3, ARG(1) | ARG(2), false },
	{ "strcasecmp", 2, ARG(1) | ARG(2), false },
	{ "strncasecmp", 3, ARG(1) | ARG(2), false },
	{ "strcpy", 2, ARG(2), false },
	{ "strncpy", 3, ARG(2), false },
	{ "strscpy", 3, ARG(2), false },
	{ "sized_strscpy", 3, ARG(2), false },
	{ "match_string", 3, ARG(1) | ARG(3), false },
	{ "__sysfs_match_string", 3, ARG(1) | ARG(3), false },
	{ "kmemdup_noprof", 3, ARG(1), true },
	{ "kmemdup", 3, ARG(1), true },
	{ "kstrdup", 2, ARG(1), false },
	/* include/linux/parser.h: (s, table, args): args lead into s */
	{ "match_token", 3, ARG(2), false },
	/* include/linux/uaccess.h */
	{ "_copy_to_user", 3, ARG(2), false },
	/* include/linux/seq_file.h */
	{ "seq_puts", 2, ARG(2), false },
	{ "__seq_puts", 2, ARG(2), false },
	{ "seq_write", 3, ARG(2), false },
	{ "seq_printf", VARIADIC, FROM(2), false },
	/* include/linux/sprintf.h, sysfs.h, printk.h, dev_printk.h: what they print they print at once */
	{ "sprintf", VARIADIC, FROM(2), false },
	{ "snprintf", VARIADIC, FROM(3), false },
	{ "scnprintf", VARIADIC, FROM(3), false },
	{ "sysfs_emit", VARIADIC, FROM(2), false },
	{ "_printk", VARIADIC, FROM(1), false },
	{ "printk", VARIADIC, FROM(1), false },
	{ "_dev_err", VARIADIC, FROM(2), false },
	{ "_dev_warn", VARIADIC, FROM(2), false },
	{ "_dev_info", VARIADIC, FROM(2), false },
};

const struct special_reader *special_reader(const char *name)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (!strcmp(readers[i].name, name))
			return &readers[i];
	return NULL;
}
