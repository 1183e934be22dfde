// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rust's mangled names: what of them the compiler has numbered.
 *
 * The v0 scheme, which the kernel uses, is a grammar (Rust RFC 2603, and "v0 symbol format" of the
 * rustc book).  A place in the crate is a path of identifiers; those that would be equal, closures
 * and implementations are told apart by a disambiguator, "s" and a number in base 62, which counts
 * them in the order of the source: one more before them changes it.  The types are in the name, too,
 * and say which implementation it is.  A part that was there before is "B" and its offset, which
 * changes with the length of what stands between: in the stem, it is written out.
 *
 * In the legacy scheme (_ZN…17h<hash>E), all that is a hash of both the types and the numbers.
 */
#include <ctype.h>
#include <string.h>

#include <klp/rust.h>
#include <klp/text.h>

/* Names that refer to parts that refer to parts … */
#define MAX_DEPTH 64

struct rust {
	const char *s;		/* behind "_R" */
	size_t len, pos;
	char *out;
	size_t nr;
	unsigned int depth;
	bool numbered, bad;
};

static void path(struct rust *r);

static char peek(const struct rust *r)
{
	return !r->bad && r->pos < r->len ? r->s[r->pos] : '\0';
}

static bool skip(struct rust *r, char c)
{
	if (peek(r) != c)
		return false;
	r->pos++;
	return true;
}

static void emit(struct rust *r, const char *s, size_t len)
{
	if (len >= RUST_STEM_SIZE - r->nr) {
		r->bad = true;
		return;
	}
	memcpy(r->out + r->nr, s, len);
	r->nr += len;
}

/* One character, as it is. */
static char take(struct rust *r)
{
	char c = peek(r);

	if (!c)
		r->bad = true;
	else
		emit(r, &c, 1);
	r->pos++;
	return c;
}

/* "_" is 0, "0_" is 1, …; only backreferences ask for the value, and hashes do not fit. */
static size_t base62(struct rust *r)
{
	size_t n = 0;

	if (skip(r, '_'))
		return 0;
	for (;;) {
		char c = peek(r);

		if (!isalnum((unsigned char)c))
			break;
		n = n * 62 + (size_t)(isdigit((unsigned char)c) ? c - '0' :
				      islower((unsigned char)c) ? c - 'a' + 10 :
								  c - 'A' + 36);
		r->pos++;
	}
	if (!skip(r, '_'))
		r->bad = true;
	return n + 1;
}

/* A number, up to its '_', as it is. */
static void take_base62(struct rust *r)
{
	size_t from = r->pos;

	base62(r);
	if (!r->bad)
		emit(r, r->s + from, r->pos - from);
}

static bool skip_disambiguator(struct rust *r)
{
	if (!skip(r, 's'))
		return false;
	base62(r);
	return true;
}

static void word(struct rust *r)
{
	size_t from = r->pos, n = 0;

	skip(r, 'u');
	if (!isdigit((unsigned char)peek(r)))
		r->bad = true;
	while (isdigit((unsigned char)peek(r)) && n <= r->len)
		n = n * 10 + (size_t)(r->s[r->pos++] - '0');
	skip(r, '_');
	if (r->bad || n > r->len - r->pos) {
		r->bad = true;
		return;
	}
	r->pos += n;
	emit(r, r->s + from, r->pos - from);
}

/* What stands at an earlier place, as if it stood here. */
static void backref(struct rust *r, void (*what)(struct rust *r))
{
	size_t from = r->pos, to, back;

	skip(r, 'B');
	to = base62(r);
	if (r->bad || to >= from) {
		r->bad = true;
		return;
	}
	back = r->pos;
	r->pos = to;
	what(r);
	r->pos = back;
}

/* Is what begins there a function, so that what is in it has no name of the module? */
static bool is_function(const struct rust *r, size_t pos)
{
	struct rust at = *r;

	for (unsigned int i = 0; i < MAX_DEPTH; i++) {
		at.pos = pos;
		if (skip(&at, 'I'))
			pos = at.pos;
		else if (skip(&at, 'B'))
			pos = base62(&at);
		else
			return skip(&at, 'N') && (peek(&at) == 'v' || isupper((unsigned char)peek(&at)));
	}
	return false;
}

/* N: a word in a namespace of another path. */
static void nested(struct rust *r)
{
	char space = take(r);
	bool inside = is_function(r, r->pos);

	if (!isalpha((unsigned char)space))
		r->bad = true;
	path(r);
	if (skip_disambiguator(r) || inside || isupper((unsigned char)space))
		r->numbered = true;
	word(r);
}

/* The value of a constant parameter: a number in hexadecimal, or a place holder. */
static void constant(struct rust *r)
{
	if (peek(r) == 'B') {
		backref(r, constant);
		return;
	}
	if (take(r) == 'p')
		return;
	if (peek(r) == 'n')
		take(r);
	while (isxdigit((unsigned char)peek(r)))
		take(r);
	if (take(r) != '_')
		r->bad = true;
}

static void lifetime(struct rust *r)
{
	if (peek(r) == 'L') {
		take(r);
		take_base62(r);
	}
}

static void generic_argument(struct rust *r)
{
	if (peek(r) == 'L') {
		lifetime(r);
	} else if (peek(r) == 'K') {
		take(r);
		constant(r);
	} else {
		path(r);
	}
}

/* Up to an 'E'. */
static void list(struct rust *r, void (*what)(struct rust *r))
{
	while (peek(r) && peek(r) != 'E')
		what(r);
	if (take(r) != 'E')
		r->bad = true;
}

static void binder(struct rust *r)
{
	if (peek(r) == 'G') {
		take(r);
		take_base62(r);
	}
}

static void signature(struct rust *r)
{
	binder(r);
	if (peek(r) == 'U')
		take(r);
	if (peek(r) == 'K') {
		take(r);
		if (peek(r) == 'C')
			take(r);
		else
			word(r);
	}
	list(r, path);
	path(r);
}

static void dyn_trait(struct rust *r)
{
	path(r);
	while (peek(r) == 'p') {
		take(r);
		word(r);
		path(r);
	}
}

/* Behind the letter that says what it is. */
static void composite(struct rust *r, char c)
{
	switch (c) {
	case 'C': /* a crate's number is a hash of its name: it is another crate then */
		if (peek(r) == 's') {
			take(r);
			take_base62(r);
		}
		word(r);
		return;
	case 'M': case 'X':
		skip_disambiguator(r);
		path(r); /* where the implementation stands */
		path(r); /* the type */
		if (c == 'X')
			path(r); /* the trait */
		return;
	case 'Y':
		path(r);
		path(r);
		return;
	case 'N': nested(r); return;
	case 'I':
		path(r);
		list(r, generic_argument);
		return;
	case 'A':
		path(r);
		constant(r);
		return;
	case 'R': case 'Q':
		lifetime(r);
		path(r);
		return;
	case 'S': case 'P': case 'O': path(r); return;
	case 'T': list(r, path); return;
	case 'F': signature(r); return;
	case 'D':
		binder(r);
		list(r, dyn_trait);
		lifetime(r);
		return;
	default: /* a basic type is one small letter */
		if (!islower((unsigned char)c))
			r->bad = true;
	}
}

/* A path or a type: the letters that they begin with are different ones. */
static void path(struct rust *r)
{
	if (r->depth++ > MAX_DEPTH)
		r->bad = true;
	if (r->bad)
		;
	else if (peek(r) == 'B')
		backref(r, path);
	else
		composite(r, take(r));
	r->depth--;
}

bool rust_stem(const char *name, char stem[RUST_STEM_SIZE], size_t *used, bool *numbered)
{
	struct rust r = { .s = name + 2, .out = stem };

	*numbered = false;
	if (!starts_with(name, "_R") || !isupper((unsigned char)name[2]))
		return false;
	r.len = strcspn(r.s, ".$");
	emit(&r, "_R", 2);
	path(&r);
	while (!r.bad && r.pos < r.len)
		path(&r); /* the crate for which it was made */
	if (r.bad)
		return false;
	stem[r.nr] = '\0';
	*used = 2 + r.len;
	*numbered = r.numbered;
	return true;
}

bool rust_is_legacy(const char *name)
{
	const char *hash = starts_with(name, "_ZN") ? strstr(name, "17h") : NULL;

	for (; hash; hash = strstr(hash + 3, "17h"))
		if (strspn(hash + 3, "0123456789abcdef") == 16 && hash[19] == 'E')
			return true;
	return false;
}
