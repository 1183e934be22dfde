// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: helpers of all passes.  They record a finding, mask operands, take names apart, and
 * tell which place of the output corresponds to which of the patched object.
 */
#include <ctype.h>
#include <string.h>

#include <klp/facts.h>
#include <klp/rust.h>
#include <klp/text.h>

#include "internal.h"

struct diag_where oracle_where(const struct oracle *o, uint32_t osec, uint64_t off)
{
	struct diag_where where = { .object = o->out.elf->path };

	if (osec) {
		uint32_t sym = image_sym_at(&o->out, osec, (int64_t)off);

		where.section = o->out.elf->secs[osec]->name;
		where.offset = off;
		where.has_offset = true;
		where.symbol = sym ? o->out.elf->syms[sym].name : NULL;
	}
	return where;
}

void oracle_finding(struct oracle *o, uint32_t osec, uint64_t off, const char *id, const char *fmt,
		    ...)
{
	struct diag_where where = oracle_where(o, osec, off);
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(o->arena, fmt, ap);
	va_end(ap);
	klp_check_finding(o->diag, &where, id, "%s", text);
}

void oracle_mask_operands(uint8_t *bytes, uint64_t start, uint64_t len, const struct operands *ops)
{
	for (size_t i = 0; i < ops->nr; i++) {
		const struct operand *op = &ops->list[i];
		uint64_t at = op->at - start;

		if (at >= len || op->size > len - at)
			continue;
		if (op->mask && at + 4 <= len)
			put_le32(bytes + at, get_le32(bytes + at) & ~op->mask);
		else
			memset(bytes + at, 0, op->size);
	}
}

/* 1 + index of the last range that begins at the place or before, 0: none. */
size_t oracle_last_named(const struct oracle *o, uint32_t osec, int64_t off)
{
	size_t low = 0, high = o->nr_named;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct range *r = &o->named[mid];

		if (r->osec < osec || (r->osec == osec && (int64_t)r->ostart <= off))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* An empty object (a lock's class) is where it stands. */
bool oracle_includes(const struct range *r, int64_t off)
{
	return off < (int64_t)(r->ostart + r->len) || (!r->len && off == (int64_t)r->ostart);
}

const struct range *oracle_named_at(const struct oracle *o, uint32_t osec, int64_t off)
{
	for (size_t i = oracle_last_named(o, osec, off), n = 0; i-- > 0 && n < 16; n++)
		if (o->named[i].osec != osec)
			break;
		else if (oracle_includes(&o->named[i], off))
			return &o->named[i];
	return NULL;
}

const struct range *oracle_pair_at(const struct oracle *o, uint32_t osec, int64_t off)
{
	for_each_u64 (&o->pairs_by_block, oracle_block(osec, off), e) {
		const struct range *r = &o->pairs[e->value];

		if (r->osec == osec && off >= (int64_t)r->ostart &&
		    off < (int64_t)(r->ostart + r->len))
			return r;
	}
	return NULL;
}

bool oracle_to_patched(const struct oracle *o, uint32_t osec, int64_t off, uint32_t *psec,
		       int64_t *poff)
{
	const struct range *r = oracle_named_at(o, osec, off);

	if (!r && oracle_is_code(o->out.elf->secs[osec]))
		r = oracle_pair_at(o, osec, off);
	if (!r)
		return false;
	*psec = r->psec;
	*poff = (int64_t)r->pstart + off - (int64_t)r->ostart;
	return true;
}

/* Where a name has numbers of the preprocessor, beside those behind dots. */
enum counter {
	COUNTER_NONE,
	COUNTER_ANYWHERE,
	COUNTER_AT_END,
};

/* Length of what numbers at s may be left out; 0: none. */
static size_t numbering(const char *s, enum counter counter)
{
	size_t n = 0;

	if (counter != COUNTER_NONE && isdigit((unsigned char)*s)) {
		while (isdigit((unsigned char)s[n]))
			n++;
		return counter == COUNTER_ANYWHERE || !s[n] ? n : 0;
	}
	if (*s != '.')
		return 0;
	n = starts_with(s, ".llvm.") ? 6 : 1;
	s += n;
	if (!isdigit((unsigned char)*s))
		return 0;
	while (isdigit((unsigned char)*s))
		s++, n++;
	return *s == '.' || !*s ? n : 0;
}

/* Linux: include/linux/compiler.h, init.h, btf_ids.h */
static enum counter counter_of(const char *name)
{
	if (strstr(name, "__UNIQUE_ID_") || starts_with(name, "__initcall__") ||
	    starts_with(name, "__initstub__"))
		return COUNTER_ANYWHERE;
	return starts_with(name, "__BTF_ID__") ? COUNTER_AT_END : COUNTER_NONE;
}

/* Rust's numbers stand inside of its names, and what refers to parts of a name moves with them. */
static bool rust_same_stem(const char *a, const char *b, bool *same)
{
	char x[RUST_STEM_SIZE], y[RUST_STEM_SIZE];
	size_t used_a, used_b;
	bool numbered;

	if (!rust_stem(a, x, &used_a, &numbered) || !rust_stem(b, y, &used_b, &numbered))
		return false;
	*same = !strcmp(x, y) && oracle_same_stem(a + used_a, b + used_b);
	return true;
}

bool oracle_same_stem(const char *a, const char *b)
{
	bool same;
	enum counter counter = counter_of(a) == counter_of(b) ? counter_of(a) : COUNTER_NONE;

	if (rust_same_stem(a, b, &same))
		return same;
	for (;;) {
		size_t n;

		while ((n = numbering(a, counter)))
			a += n;
		while ((n = numbering(b, counter)))
			b += n;
		if (*a != *b)
			return false;
		if (!*a)
			return true;
		a++, b++;
	}
}

/* As many letters, one at least, are no number: without a counter, one begins at a dot. */
static size_t up_to_number(const char *name, enum counter counter)
{
	return 1 + (counter == COUNTER_NONE ? strcspn(name + 1, ".") : 0);
}

bool oracle_is_numbered(const char *name)
{
	enum counter counter = counter_of(name);
	char rust[RUST_STEM_SIZE];
	bool numbered;
	size_t used;

	if (rust_stem(name, rust, &used, &numbered))
		return numbered || strlen(rust) != used || oracle_is_numbered(name + used);
	for (; *name; name += up_to_number(name, counter))
		if (numbering(name, counter))
			return true;
	return false;
}

/*
 * A name without what may be left out: two have one stem if this is the same.  What of it tells
 * which counter it has has no number in it, so names with other counters are other stems.
 */
static const char *stem_of(struct arena *arena, const char *name)
{
	char rust[RUST_STEM_SIZE], *stem, *to;
	enum counter counter = counter_of(name);
	bool numbered;
	size_t n;

	if (!oracle_is_numbered(name))
		return name;
	if (rust_stem(name, rust, &n, &numbered))
		return arena_printf(arena, "%s%s", rust, stem_of(arena, name + n));
	stem = to = arena_alloc(arena, strlen(name) + 1);
	for (; *name; name += n) {
		if ((n = numbering(name, counter)))
			continue;
		n = up_to_number(name, counter);
		memcpy(to, name, n);
		to += n;
	}
	return stem;
}

const struct map_entry *image_first_in(struct image *img, struct map *stems, const char *name,
				       bool (*is_in)(const void *arg, uint32_t sym),
				       const void *arg)
{
	if (!stems->arena) {
		map_init(stems, img->arena);
		for (uint32_t i = 0; i < img->first[img->elf->nr_secs]; i++)
			if (is_in(arg, img->syms[i]))
				map_add_str(stems,
					    stem_of(img->arena, img->elf->syms[img->syms[i]].name),
					    img->syms[i]);
	}
	return map_find_str(stems, stem_of(img->arena, name));
}

static bool is_any(const void *arg, uint32_t sym)
{
	(void)arg;
	return sym;
}

const struct map_entry *image_first_of_stem(struct image *img, const char *name)
{
	return image_first_in(img, &img->stems, name, is_any, NULL);
}

bool oracle_same_symbol_place(const struct image *img, uint32_t a, uint32_t b)
{
	const struct elf_sym *x = &img->elf->syms[a], *y = &img->elf->syms[b];

	return x->sec == y->sec && x->value == y->value;
}

bool oracle_is_own_table(const struct oracle *o, const struct elf_sec *sec)
{
	static const char *const names[] = { ".init.klp_funcs", ".init.klp_objects", KLP_WRITES,
					     ".rodata.klp.str1.1", NULL };

	for (int i = 0; names[i]; i++)
		if (elf_find_sec(o->out.elf, names[i]) == sec)
			return true;
	return starts_with(sec->name, KLP_RELOCS_PREFIX ".");
}
