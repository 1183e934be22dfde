// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A constant that nothing but functions reads, which keep no address of it, is copied with all
 * of its users when it changes: tables of numbers, of names, of structs with more of them than
 * before, a policy with a nested one, which is handed to a function that only reads it.
 */
#include "kernel.h"

struct policy {
	u8 type, len;
	const struct policy *nested;
};

extern int __nla_parse(void **tb, int maxtype, void *head, int len, const struct policy *policy,
		       unsigned int validate, void *extack);

#ifdef PATCHED
#define MORE , 36
#define LEN  8
#define NAME "three"
#else
#define MORE
#define LEN  4
#define NAME "drei"
#endif

static const u16 rates[] = { 1, 2, 5, 11, 6, 9, 12, 18, 24 MORE };
static const char *const names[] = { "one", "two", NAME, "four", "five", "six" };
static const struct policy inner[3] = { { 1, 2, NULL }, { 3, LEN, NULL } };
static const struct policy outer[4] = { { 1, 2, NULL }, { 3, 9, inner } };
static const struct policy other[4] = { { 1, 2, NULL }, { 3, 9, NULL } };

int rate_of(unsigned int i)
{
	return i < sizeof(rates) / sizeof(*rates) ? rates[i] : -1;
}

static noinline int find(const u16 *table, unsigned int nr, u16 what)
{
	for (unsigned int i = 0; i < nr; i++)
		if (table[i] == what)
			return (int)i;
	return -1;
}

/* It is handed on to a function that does not change. */
int index_of(u16 rate, const u16 *table)
{
	return find(table ? table : rates, 4, rate) + 1;
}

int show(unsigned int i)
{
	return printk("%s\n", names[i % 6]);
}

int parse(void **tb, void *head, int len)
{
	return __nla_parse(tb, 3, head, len, outer, 0, NULL) +
	       __nla_parse(tb, 3, head, len, other, 0, NULL);
}

int untouched(void **tb, void *head, int len)
{
	return __nla_parse(tb, 3, head, len, other, 1, NULL);
}
