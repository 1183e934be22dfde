// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running: tables that the program walks.  Each function says where it is
 * (here()), and the entry of the exception, bug and jump table that stands next
 * behind that place is looked up, as the kernel would for a trap there.
 */
#include "kernel.h"

/* warn()'s entry without its trap. */
#undef TRAP
#define TRAP JUMP_NOP

void here(void);
static struct static_key key_a = { 1, 0xa };
static struct static_key key_b = { 0, 0xb };

int untouched(const long *p)
{
	long value = 0;
	int fault;

	here();
	fault = get_user(value, p, 3);
	warn_at(77, 0x901);
	if (static_branch(&key_a))
		printk("key a\n");
	return fault + (int)value;
}

int with_tables(const long *p)
{
	long value = 0;
	int fault;

#ifdef PATCHED
	printk("patched %s\n", "with tables");
#endif
	here();
	fault = get_user(value, p, 4);
	warn_at(88, 0x903);
	if (static_branch(&key_b))
		printk("key b\n");
	alternative(OLD_INSN, NEW_INSN, 5);
	return fault + (int)value;
}

int now_with_tables(const long *p)
{
	long value = 0;
	int fault = 0;

	here();
#ifdef PATCHED
	fault = get_user(value, p, 5);
	warn_at(99, 0x905);
	if (static_branch(&key_a))
		printk("key a\n");
#endif
	return fault + (int)value;
}
