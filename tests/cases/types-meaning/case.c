// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is right in the copies, and means something else to code that is not in the livepatch: other
 * parameters, a function that is inlined now, or was, constants of enums that nothing has stored.
 * -DKIND says which; the lines of "kinds" have what klp diff says of each.
 */
#include "kernel.h"

#ifdef PATCHED
#define NEW(x...) x
#define OLD(x...)
#else
#define NEW(x...)
#define OLD(x...) x
#endif

struct s { int x; };
typedef struct { short a, b; } pair;

/* ---- constants ---- */

#if defined(NAMELESS)
enum { FIRST, LIMIT = OLD(4) NEW(8), LAST };
#elif defined(ALONE)
enum limits { LIMIT = OLD(4) NEW(8) };
#elif defined(INSERTED)
enum limits { FIRST, NEW(MORE,) LIMIT, LAST };
#elif defined(COUNT)
enum { FIRST, LIMIT, NEW(MORE,) AFTER_LAST, MAX_LIMIT = AFTER_LAST - 1 };
#elif defined(COUNT_ONE)
enum { FIRST, LIMIT, NEW(MORE,) NR_LIMITS };
#elif defined(APPENDED)
enum { FIRST, LIMIT NEW(, MORE) };
#else
enum { LIMIT = 4 };
#endif

/* ---- parameters and results ---- */

#if defined(PARAMETER)
noinline int called(struct s *s, int x NEW(, int y))
#elif defined(RESULT)
noinline OLD(int) NEW(long) called(struct s *s, int x)
#elif defined(NARROWER)
noinline int called(struct s *s, OLD(long) NEW(int) x)
#elif defined(BY_VALUE)
noinline int called(OLD(struct s *s) NEW(pair p), int x)
#elif defined(SAME_SIZE)
noinline NEW(unsigned) int called(NEW(const) struct s *s, NEW(unsigned) int x)
#elif defined(POINTED)
static noinline int called(struct s *s, int x NEW(, int y))
#elif defined(LOCAL)
static noinline int called(struct s *s, int x NEW(, int y))
#else
noinline int called(struct s *s, int x)
#endif
{
	use(x);
#if defined(PATCHED) && (defined(PARAMETER) || defined(POINTED) || defined(LOCAL))
	use(y);
#endif
#if defined(PATCHED) && defined(BY_VALUE)
	use(p.a);
#else
	use(s);
#endif
	return exported((int)x NEW(+ 1));
}

#ifdef POINTED
void *volatile pointer = called;
#endif

/* ---- inlined now, or before ---- */

#if (defined(TO_INLINE) && defined(PATCHED)) || (defined(TO_FUNCTION) && !defined(PATCHED)) || \
	(defined(TO_OUTSIDE) && !defined(PATCHED)) || (defined(FROM_OUTSIDE) && defined(PATCHED))
static inline __attribute__((always_inline)) int helper(int x)
{
	use(x);
	return x + 1;
}
#elif defined(TO_INLINE) || defined(TO_FUNCTION)
noinline int helper(int x)
{
	use(x);
	return exported(x);
}
#elif defined(STAYS_LOCAL)
static NEW(inline __attribute__((always_inline))) OLD(noinline) int helper(int x)
{
	use(x);
	return x + 1;
}
#else
extern int helper(int x);
#define exported_helper
#endif

noinline int changed(struct s *s, int x)
{
	x += x * LIMIT;
#if defined(TO_OUTSIDE) || defined(FROM_OUTSIDE) || !defined(exported_helper)
	x += helper(x);
#endif
#if defined(LOCAL)
	x += called(s, x NEW(, x));
#endif
	return exported(x NEW(+ 7));
}
