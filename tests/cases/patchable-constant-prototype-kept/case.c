// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The address of a constant is in a register that passes an argument, or may: of a declaration with
 * that many parameters, with more than it names, or with none at all; and where the call is
 * assembly's, of which the declaration says nothing.
 */
#include "kernel.h"

#ifdef PATCHED
#define VALUE 8
#else
#define VALUE 4
#endif

struct pair {
	long a, b;
};

extern int third(int x, int y, const u16 *p);
extern int third_behind(struct pair pair, const u16 *p);
extern int more(int x, ...);
extern int anything();
extern void in_assembly(void);

static const u16 handed[] = { 1, 2, 5, 11, 6, 9, 12, 18, 24, VALUE };
static const u16 behind[] = { 2, 2, 5, 11, 6, 9, 12, 18, 24, VALUE };
static const u16 variadic[] = { 3, 2, 5, 11, 6, 9, 12, 18, 24, VALUE };
static const u16 nameless[] = { 4, 2, 5, 11, 6, 9, 12, 18, 24, VALUE };
static const u16 assembly[] = { 5, 2, 5, 11, 6, 9, 12, 18, 24, VALUE };

#if defined(__x86_64__)
#define SIXTH "r9"
#define CALL  "call in_assembly"
#elif defined(__aarch64__)
#define SIXTH "x5"
#define CALL  "bl in_assembly"
#elif defined(__powerpc64__)
#define SIXTH "r8"
#define CALL  "bl in_assembly\n\tnop"
#else
#define SIXTH "$a5"
#define CALL  "bl in_assembly"
#endif

int hands(int i)
{
	return third(i, handed[i], handed) + 1;
}

int hands_behind(int i)
{
	return third_behind((struct pair){ i, behind[i] }, behind) + 1;
}

int hands_variadic(int i)
{
	return more(i, variadic[i], variadic) + 1;
}

int hands_nameless(int i)
{
	return anything(i, nameless[i], nameless) + 1;
}

int hands_assembly(int i)
{
	register const u16 *p __asm__(SIXTH) = assembly;

	__asm__ volatile(CALL : "+r"(p) : : "memory");
	return p[i];
}
