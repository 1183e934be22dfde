// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A small object with something of everything that a reader has to look at:
 * functions, data, strings, constants, tables, a group, a weak and an alias symbol.
 */
#include "kernel.h"

static int counter = 3;
int shared[4] = { 1, 2, 3, 4 };
static int zeroes[16];

/* A function in a section group, as C++ and the assembler's comdat make them. */
int grouped(void);
asm(".pushsection .text.grouped, \"axG\", @progbits, grouped, comdat\n"
    ".globl grouped\n"
    ".type grouped, %function\n"
    "grouped: .long 0\n"
    ".size grouped, . - grouped\n"
    ".popsection\n");

noinline static int add(int x)
{
	static int calls;

	return x + ++calls + counter;
}

int by_name(int x)
{
	printk("by name %d\n", x);
	zeroes[x & 15] = add(x);
	switch (x) {
	case 0: return add(11);
	case 1: return shared[2];
	case 2: return add(13) * 3;
	case 3: return grouped();
	case 4: return exported(5);
	}
	return zeroes[3];
}

int by_alias(int x) __attribute__((alias("by_name")));
int __attribute__((weak)) by_chance(int x)
{
	return shared[x & 3];
}
