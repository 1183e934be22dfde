// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patched function takes for granted an alignment that the kernel's object need not
 * have: compilers leave out what the alignment makes superfluous (F42).
 */
#include "kernel.h"

#ifdef PATCHED
#define MORE(n) __aligned(n)
#else
#define MORE(n)
#endif

static MORE(64) char buffer[16];
MORE(128) struct { long v[4]; } global_one = { { 1 } };
/* In a section with others, which asks for as much before: the bytes in front tell. */
#define SHARED __section(".data..shared")
SHARED char tail[5] = { 1 };
SHARED MORE(64) char with_others[16] = { 4 };
SHARED char small[3] = { 1 };
SHARED __aligned(64) char strict[64] = { 7 };
/* Less is no matter, nor what nobody that is copied uses. */
#ifdef PATCHED
static __aligned(8) long less[2] = { 1 };
#else
static __aligned(64) long less[2] = { 1 };
#endif
static MORE(256) long unused_here[2] = { 1 };
/* What the compiler chooses by the size alone is the same in both. */
static char large[4096];

int untouched(int x)
{
	unused_here[x]++;
	buffer[x] = (char)x;
	with_others[x] = (char)x;
	return less[x]++;
}

ulong changed(ulong x)
{
#ifdef PATCHED
	x += (ulong)buffer & 63;
	large[x] = 2;
#else
	large[x] = 1;
#endif
	buffer[x]++;
	less[x]++;
	with_others[x]++;
	return x + large[1];
}
