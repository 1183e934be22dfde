// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel.h"

int untouched(const long *p);
int with_tables(const long *p);
int now_with_tables(const long *p);
void here(void);

struct ex_entry {
	int insn, fixup;
#ifndef __powerpc64__
	int type;
#endif
};

struct bug_entry {
	int addr, file;
	u16 line, flags;
};

struct jump_entry {
	int code, target;
	long key;
};

extern struct ex_entry __start___ex_table[], __stop___ex_table[];
extern struct bug_entry __start___bug_table[], __stop___bug_table[];
extern struct jump_entry __start___jump_table[], __stop___jump_table[];

/* Where a self-relative field leads. */
static ulong to(const int *field)
{
	return (ulong)field + (ulong)(long)*field;
}

/* The table's entry whose field leads to the next place behind at. */
#define NEXT(table, field, at)                                                      \
({                                                                                  \
	__typeof__(&__start_##table[0]) best_ = NULL;                               \
	for (__typeof__(best_) e_ = __start_##table; e_ < __stop_##table; e_++)     \
		if (to(&e_->field) >= (at) && to(&e_->field) - (at) < 0x200 &&      \
		    (!best_ || to(&e_->field) < to(&best_->field)))                 \
			best_ = e_;                                                 \
	best_;                                                                      \
})

void here(void)
{
	ulong at = (ulong)__builtin_return_address(0);
	struct ex_entry *ex = NEXT(__ex_table, insn, at);
	struct bug_entry *bug = NEXT(__bug_table, addr, at);
	struct jump_entry *jump = NEXT(__jump_table, code, at);

	if (ex)
		printk("  load at +%lx, fixup %ld behind it\n", to(&ex->insn) - at,
		       (long)(to(&ex->fixup) - to(&ex->insn)));
	if (bug)
		printk("  warning at +%lx, line %d, flags %x\n", to(&bug->addr) - at, bug->line,
		       bug->flags);
	if (jump)
		printk("  branch at +%lx, by %ld, key %lx\n", to(&jump->code) - at,
		       (long)(to(&jump->target) - to(&jump->code)),
		       ((struct static_key *)((ulong)&jump->key + (ulong)jump->key))->entries);
}

int main(void)
{
	long value = 42;

	printk("untouched %d\n", untouched(&value));
	printk("with_tables %d\n", with_tables(&value));
	printk("now_with_tables %d\n", now_with_tables(&value));
	return 0;
}
