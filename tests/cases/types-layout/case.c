// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A structure changes that a copied function uses through a pointer (F44); -DKIND says how.  The
 * lines of "kinds" have what klp diff says of each.
 */
#include "kernel.h"

#ifdef PATCHED
#define NEW(x...) x
#define OLD(x...)
#else
#define NEW(x...)
#define OLD(x...) x
#endif

struct list { struct list *next, *prev; };
struct completion { unsigned int done; struct list wait; };
struct inner { int x, y; NEW(int z;) };
struct inside { struct inner inner; int last; };
typedef struct { int counter; } atomic_t;
typedef u32 count_t;
struct first { int a; long b; };
struct second { long a; int b; long c; };
struct opaque;
struct node { struct node *parent; OLD(int key;) NEW(long key;) struct node *left, *right; };
#ifdef TAG
struct NEW(renamed) OLD(tagged) { int a; NEW(long b;) OLD(int b;) };
#else
struct NEW(renamed) OLD(tagged) { int a, b; };
#endif

struct s {
	int a;
#if defined(REPLACED)
	OLD(struct completion exited;) NEW(void *thread;) long b;
#elif defined(GONE)
	long b; OLD(int gone;) char pad[4]; long c;
#elif defined(GONE_FITS)
	long b; OLD(int gone;) NEW(int :32;) long c;
#elif defined(APPENDED)
	long b; NEW(long more;)
#elif defined(PADDING)
	NEW(int in_padding;) long b;
#elif defined(MOVED)
	NEW(char x; int y;) OLD(int y; char x;)
#elif defined(WIDER)
	OLD(u32 y;) NEW(u64 y;) long b;
#elif defined(SAME_SIZE)
	OLD(long y;) NEW(void *y;)
#elif defined(SIGN)
	OLD(int y;) NEW(unsigned int y;)
#elif defined(WRAPPED)
	OLD(int y;) NEW(atomic_t y;)
#elif defined(TYPEDEF)
	OLD(unsigned int y;) NEW(volatile count_t y;)
#elif defined(FIELD_NAME)
	OLD(int reserved;) NEW(int flags;)
#elif defined(BITS)
	u32 x : 3; u32 y : OLD(4) NEW(5); u32 z : 9;
#elif defined(LAST_BITS)
	u32 x : 3; u32 y : OLD(4) NEW(5);
#elif defined(NEW_BIT)
	u32 x : 3; NEW(u32 y : 1;)
#elif defined(ANON)
	union { struct { NEW(int w;) int x; OLD(int w;) }; long y; };
#elif defined(ANON_SAME)
	OLD(int x; int w;) NEW(struct { int x; int w; };)
#elif defined(UNION)
	union { int x; NEW(int y;) };
#elif defined(ARRAY)
	u32 x[OLD(4) NEW(3)]; u32 y;
#elif defined(FLEXIBLE)
	int n; int x[OLD(0)];
#elif defined(FLEXIBLE_NEW)
	int n; NEW(int x[];)
#elif defined(NESTED)
	struct inside in;
#elif defined(RECURSIVE)
	struct node *root;
#elif defined(TAG) || defined(TAG_SAME)
	struct NEW(renamed) OLD(tagged) *p;
#elif defined(POINTEE)
	struct OLD(first) NEW(second) *p;
#elif defined(DECLARED)
	struct OLD(opaque) NEW(second) *p;
#elif defined(CALL)
	int (*call)(struct s *s NEW(, int flags));
#elif defined(CALL_SAME)
	int (*call)(OLD(const) struct s *s, OLD(int) NEW(unsigned int) x);
#elif defined(SIZE)
} NEW(__aligned(64)) OLD(__aligned(32));
struct other {
	int a;
#endif
};

#ifdef GLOBAL
struct first *used_first;
#endif

noinline int changed(struct s *s, struct second *second, struct first *first, int x)
{
	use(second->c);
	use(first->b);
#if defined(TAG) || defined(TAG_SAME)
	x += s->p->b;
#elif defined(RECURSIVE)
	x += s->root->left->key;
#elif defined(NESTED)
	x += s->in.last;
#elif defined(POINTEE)
	x += s->p->b;
#endif
	s->a = x NEW(+ 1);
	return x;
}
