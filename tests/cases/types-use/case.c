// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * struct s gets another layout; -DKIND says what the functions that are copied have to do with it.
 * The lines of "kinds" have what klp diff says of each.
 */
#include "kernel.h"

#ifdef PATCHED
#define NEW(x...) x
#define OLD(x...)
#else
#define NEW(x...)
#define OLD(x...) x
#endif

struct s { NEW(int y;) int x; OLD(int y;) };
#if defined(CHAIN) || defined(GLOBAL_CHAIN)
struct holder { int a; struct s *s; };
struct far { struct { struct holder holders[4]; } deep; };
#else
struct far;
#endif

extern void outside(void *), outside_s(struct s *);
extern struct s *returns_s(int);
#if defined(GLOBAL) || defined(GLOBAL_POINTER)
struct s global_s, *global_p;
#endif
extern struct s extern_s;
#ifdef GLOBAL_CHAIN
struct far global_far;
#endif
#ifdef LOCAL_STORED
struct s *kept_pointer;
#endif

/* It stays as it is. */
noinline int kept(void *p, int x)
{
#if defined(KEPT_LOCAL)
	struct s own[2];

	outside(own);
#endif
	return exported(x);
}

static noinline int kept_s(struct s *s, int x)
{
	use(s);
	return exported(x);
}

static inline __attribute__((always_inline)) void inlined(void *p, int x)
{
	struct s *s = p;

	s->x = x;
}

static noinline int helper(struct s *s, int x)
{
	barrier();
	return s->x + x NEW(+ 1);
}

#ifdef CHAIN
noinline int changed(struct far *far, void *p, int x)
#else
noinline int changed(void *far, void *p, int x)
#endif
{
#if defined(LOCAL)
	struct s s = { .x = x };

	x = helper(&s, x) + helper(&s, 1);
#elif defined(LOCAL_FILLED)
	struct s s;

	outside(&s);
	x = s.x;
#elif defined(LOCAL_ARRAY)
	struct s s[4];

	outside(s);
	x = s[2].x;
#elif defined(LOCAL_STORED)
	struct s s = { .x = x };

	kept_pointer = &s;
	x = helper(&s, x);
#elif defined(LOCAL_OUTSIDE)
	struct s s = { .x = x };

	outside_s(&s);
#elif defined(LOCAL_KEPT)
	struct s s = { .x = x };

	x = helper(&s, x);
	x = kept_s(&s, x);
#elif defined(KEPT_LOCAL)
	struct s s;

	outside(&s);
	x = s.x;
#elif defined(STATIC_LOCAL)
	static struct s s;

	s.x = x;
	use(&s);
#elif defined(VARIABLE)
	struct s *s = p;

	s->x = x;
#elif defined(INLINED)
	inlined(p, x);
#elif defined(CHAIN)
	far->deep.holders[x].s->x = x;
#elif defined(RETURNED)
	returns_s(x)->x = x;
#elif defined(GLOBAL)
	x += global_s.x;
#elif defined(EXTERN)
	x += extern_s.x;
#elif defined(GLOBAL_POINTER)
	x += global_p->x;
#elif defined(GLOBAL_CHAIN)
	x += global_far.deep.holders[2].s->x;
#elif defined(CAST)
	((struct s *)p)->x = x;
#elif defined(UNUSED)
#endif
	kept(p, x);
	return x NEW(+ 1);
}

#if defined(UNUSED)
noinline int other(struct s **s, int x)
{
	return kept(*s, x);
}
#endif
