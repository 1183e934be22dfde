// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a checksum covers.  Each build with one of the macros of run differs from the plain
 * one in one thing, of which run says whose checksums it changes; no other's does.
 */
#include "kernel.h"

#ifdef VALUE
#define PLAIN 4
#else
#define PLAIN 3
#endif
#ifdef LONGER
#define LENGTH 5
#else
#define LENGTH 4
#endif
#ifdef TARGET
#define FUNCTION target_two
#else
#define FUNCTION target_one
#endif
#ifdef TEXT
#define STRING "the other text"
#else
#define STRING "the one text"
#endif
#ifdef SLOT
#define INDEX 2
#else
#define INDEX 1
#endif
#ifdef REPLACEMENT
#define REPLACED OTHER_INSN
#else
#define REPLACED NEW_INSN
#endif
#ifdef FEATURE
#define BIT 8
#else
#define BIT 7
#endif
#ifdef COLD
#define FAR_TEXT "far too much"
#else
#define FAR_TEXT "too much"
#endif

extern int target_one(int x), target_two(int x);
extern void printk_cold(const char *text) __attribute__((cold));

/* Global objects are referred to by their names, static ones by their section's symbol. */
int open_slots[4] = { 1, 2, 3, 4 };
static int own_slots[4] = { 5, 6, 7, 8 };
int plain = PLAIN;
int unset[LENGTH];

struct {
	int (*function)(int x);
} data_function = { FUNCTION };
const char *data_text = STRING;
int *data_open = &open_slots[INDEX];
int *data_own = &own_slots[INDEX];

#ifdef PADDED
/* Moves what follows by other distances. */
noinline __aligned(64) int padding(int x)
{
	return exported(x) * 3;
}
#define PLACED __aligned(64)
#else
#define PLACED
#endif

noinline static PLACED int near(int x)
{
	return exported(x) + own_slots[x & 3];
}

PLACED int code_near(int x)
{
	return near(x + 1) + 1;
}

int code_function(int x)
{
	return FUNCTION(x) + 1;
}

int code_text(int x)
{
	return printk(STRING) + x;
}

int *code_open(void)
{
	return &open_slots[INDEX];
}

int *code_own(void)
{
	return &own_slots[INDEX];
}

int code_alternative(int x)
{
	alternative(OLD_INSN, REPLACED, BIT);
	return x;
}

int code_alias(int x) __attribute__((alias("code_alternative")));

int code_split(int x)
{
	int y = exported(x);

	if (unlikely(x > 100)) {
		printk_cold(FAR_TEXT);
		y++;
	}
	return exported(y) - y;
}

/* Places that are no functions or objects: without a size, and without a section. */
asm(".pushsection .text.marker, \"ax\"\n"
    ".globl marker, constant\n"
    "marker:\n"
    ".popsection\n"
    ".set constant, 0x12345\n");
