// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Find the tables of kallsyms in a kernel's image, and read them.
 *
 * scripts/kallsyms.c of Linux writes them into .rodata, each behind a label that is aligned.
 * Nothing says where they are or of which form.  Their order was
 *
 *	5.4	offsets, relative_base, num_syms, names, markers, token_table, token_index
 *	6.2	offsets, relative_base, num_syms, names, markers, seqs_of_names, token_table,
 *		token_index
 *	6.4	num_syms, names, markers, token_table, token_index, offsets, relative_base,
 *		seqs_of_names
 *	7.0	the same without relative_base; labels are aligned to 4, not 8
 *
 * where "offsets, relative_base" may be "addresses" before 6.11.  The forms of an entry:
 *
 *  - names: the length of what follows (ULEB128, at most two bytes; before 6.1 one byte), and so
 *    many numbers of tokens.  The first letter of the whole is nm's for the kind of symbol.
 *  - token_table: 256 strings; token_index: where each begins in it, two bytes each.
 *  - markers: where every 256th name begins, four bytes each.
 *  - offsets: from relative_base, unsigned; with --absolute-percpu (x86_64 until 6.14) a value
 *    that is not negative is the address itself, and a negative one is -1 - (the distance from
 *    relative_base).  7.0: the distance from the entry's own place.
 *  - seqs_of_names: numbers of symbols, three bytes each, the highest first, sorted by name, then
 *    address.  Kernels built with clang's LTO sorted and compared names without what LTO appended:
 *    6.5 to 6.10 without ".llvm.<number>", 6.2 to 6.4 without everything from the first dot on.
 *
 * token_index is what is searched for: 256 ascending numbers, which fit the 256 strings before
 * them.  From there on everything has to fit: each name's length and tokens, markers, number of
 * symbols, order of addresses, and that the sequence is a permutation in order.  That several
 * sets of tables are whole is possible (a kernel in a built-in initramfs): the caller decides.
 */
#include <ctype.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/elf.h>

#include "kallsyms-tables.h"

#define NR_TOKENS  256
#define INDEX_SIZE (2 * NR_TOKENS)
#define TOKEN_MAX  512			/* KSYM_NAME_LEN, the longest name */
#define MAX_SYMS   ((uint64_t)1 << 24)	/* seqs_of_names has three bytes for a number */

/* One set while it is looked at; all are places in the span. */
struct tables {
	struct kallsyms_search *search;
	const struct image_span *span;
	const uint8_t *data;	/* of the span */
	uint64_t align;
	uint64_t token_table, token_index;
	uint64_t num_syms, names, markers, seqs;	/* seqs 0: none before the tokens */
	uint64_t nr;
	bool long_lengths;	/* ULEB128 */
};

/* False when there was too much work: a file that was made so. */
static bool work(struct kallsyms_search *search, uint64_t steps)
{
	search->gave_up |= search->work < steps;
	search->work -= search->gave_up ? 0 : steps;
	return !search->gave_up;
}

/* Likewise of memory: a few bytes can expand to many. */
static bool room(struct kallsyms_search *search, uint64_t size)
{
	search->gave_up |= search->memory < size;
	search->memory -= search->gave_up ? 0 : size;
	return !search->gave_up;
}

static uint64_t aligned(const struct tables *t, uint64_t at)
{
	return (at + t->align - 1) & ~(t->align - 1);
}

static bool all_zero(const uint8_t *data, uint64_t from, uint64_t to)
{
	while (from < to && !data[from])
		from++;
	return from == to;
}

/* ---- tokens ---- */

static bool is_index(const uint8_t *p)
{
	if (get_le16(p))
		return false;
	for (int i = 1; i < NR_TOKENS; i++)
		if (get_le16(p + 2 * i) <= get_le16(p + 2 * i - 2))
			return false;
	return true;
}

static uint64_t token_at(const struct tables *t, unsigned int token)
{
	return t->token_table + get_le16(t->data + t->token_index + 2 * token);
}

/* Do the strings of a table there fill it to where the index begins? */
static bool is_token_table(const struct tables *t)
{
	uint64_t at = t->token_table, last = token_at(t, NR_TOKENS - 1);

	for (unsigned int i = 1; i < NR_TOKENS; i++) {
		uint64_t next = token_at(t, i);

		if (t->data[next - 1] || memchr(t->data + at, 0, next - 1 - at))
			return false;
		at = next;
	}
	at = last + strnlen((const char *)t->data + last, t->token_index - last) + 1;
	return at <= t->token_index && t->token_index - at < 8 &&
	       all_zero(t->data, at, t->token_index);
}

/* ---- names ---- */

/* The length of a name's tokens at *at, which is moved behind it; 0: it does not end before end. */
static uint64_t length_at(const struct tables *t, uint64_t *at, uint64_t end)
{
	uint64_t len = *at < end ? t->data[(*at)++] : 0;

	if (t->long_lengths && len & 0x80) {
		if (*at >= end || t->data[*at] & 0x80)
			return 0;
		len = (len & 0x7f) | (uint64_t)t->data[(*at)++] << 7;
	}
	return len <= end - *at ? len : 0;
}

/* Every length, the markers, and the end. */
static bool names_fit(struct tables *t)
{
	uint64_t at = t->names;

	for (uint64_t i = 0; i < t->nr; i++) {
		uint64_t len;

		if (!(i % 256) && get_le32(t->data + t->markers + i / 256 * 4) != at - t->names)
			return false;
		len = length_at(t, &at, t->markers);
		if (!len || !work(t->search, 1))
			return false;
		at += len;
	}
	return t->markers - at < t->align && all_zero(t->data, at, t->markers);
}

/* Is the number of symbols at `at`, with names behind it? */
static bool is_num_syms(struct tables *t, uint64_t at, bool seqs)
{
	uint64_t nr = get_le32(t->data + at), nr_markers = (nr + 255) / 256, last;

	t->num_syms = at;
	t->names = at + t->align;
	t->nr = nr;
	if (!nr || nr > MAX_SYMS || at % t->align || t->names > t->token_table ||
	    !all_zero(t->data, at + 4, t->names))
		return false;
	if (aligned(t, 4 * nr_markers) + (seqs ? aligned(t, 3 * nr) : 0) + 2 * nr >
	    t->token_table - t->names)
		return false;
	t->seqs = seqs ? t->token_table - aligned(t, 3 * nr) : 0;
	t->markers = (t->seqs ?: t->token_table) - aligned(t, 4 * nr_markers);
	last = get_le32(t->data + t->markers + 4 * (nr_markers - 1));
	if (get_le32(t->data + t->markers) || last >= t->markers - t->names ||
	    (nr_markers > 1 && get_le32(t->data + t->markers + 4) < 512))
		return false;
	t->long_lengths = true;
	if (names_fit(t))
		return true;
	t->long_lengths = false;
	return names_fit(t);
}

/* ---- reading ---- */

/* A name's tokens as text; NULL: it is no name. */
static char *expand(const struct tables *t, uint64_t at, uint64_t len,
		    char buf[static 2 * TOKEN_MAX])
{
	size_t n = 0;

	for (uint64_t i = 0; i < len; i++) {
		const char *token = (const char *)t->data + token_at(t, t->data[at + i]);
		size_t size = strlen(token);

		if (!size || size > TOKEN_MAX || n + size >= 2 * TOKEN_MAX)
			return NULL;
		memcpy(buf + n, token, size);
		n += size;
	}
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)buf[i] <= ' ' || buf[i] == 0x7f)
			return NULL;
	buf[n] = '\0';
	return n > 1 && (isalpha((unsigned char)*buf) || strchr("?-", *buf)) ? buf : NULL;
}

static bool read_names(const struct tables *t, struct kallsyms_sym *syms)
{
	char buf[2 * TOKEN_MAX];
	uint64_t at = t->names;

	for (uint64_t i = 0; i < t->nr; i++) {
		uint64_t len = length_at(t, &at, t->markers);

		if (!work(t->search, len + 8) || !expand(t, at, len, buf) ||
		    !room(t->search, strlen(buf)))
			return false;
		syms[i].type = *buf;
		syms[i].name = arena_strdup(t->search->arena, buf + 1);
		at += len;
	}
	return true;
}

/* ---- addresses ---- */

static bool in_order(const struct kallsyms *ks)
{
	for (size_t i = 1; i < ks->nr; i++)
		if (ks->syms[i].addr < ks->syms[i - 1].addr)
			return false;
	/* Zeroes are no addresses. */
	return ks->syms[ks->nr - 1].addr;
}

static bool read_addresses(struct kallsyms *ks, uint64_t at)
{
	for (size_t i = 0; i < ks->nr; i++)
		ks->syms[i].addr = get_le64(ks->span->data + at + 8 * i);
	return in_order(ks);
}

static bool read_from_place(struct kallsyms *ks, uint64_t at)
{
	ks->from_place = true;
	for (size_t i = 0; i < ks->nr; i++) {
		uint64_t place = at + 4 * i;
		int64_t distance = (int32_t)get_le32(ks->span->data + place);

		ks->syms[i].addr = ks->span->addr + place + (uint64_t)distance;
	}
	return in_order(ks);
}

/*
 * Unsigned, the first is 0: relative_base is the lowest address.  With absolute per-CPU
 * addresses, it is that of the first other symbol, whose offset is -1.
 */
static bool read_offsets(struct kallsyms *ks, uint64_t at, uint64_t base_at)
{
	uint64_t base = get_le64(ks->span->data + base_at);
	bool absolute = false, first = true;

	ks->has_base = true;
	ks->base_at = base_at;
	for (size_t i = 0; i < ks->nr && !absolute; i++)
		absolute = get_le32(ks->span->data + at + 4 * i) == UINT32_MAX;
	for (size_t i = 0; i < ks->nr; i++) {
		uint32_t offset = get_le32(ks->span->data + at + 4 * i);
		int64_t distance = (int32_t)offset;

		if (!absolute)
			ks->syms[i].addr = base + offset;
		else if (distance >= 0)
			ks->syms[i].addr = offset;
		else
			ks->syms[i].addr = base + (uint64_t)(-1 - distance);
		if (first && (!absolute || distance < 0)) {
			if (ks->syms[i].addr != base)
				return false;
			first = false;
		}
	}
	return in_order(ks);
}

/* ---- the sequence by name ---- */

/* Where a name ends that the kernel compares: at the string, or at its end. */
static size_t compared(const char *name, const char *cut)
{
	const char *at = cut ? strstr(name, cut) : NULL;

	return at ? (size_t)(at - name) : strlen(name);
}

static int compare(const struct kallsyms_sym *a, const struct kallsyms_sym *b, const char *cut)
{
	size_t x = compared(a->name, cut), y = compared(b->name, cut);
	int order = memcmp(a->name, b->name, x < y ? x : y);

	return order ?: (x > y) - (x < y);
}

static uint64_t seq_at(const uint8_t *p)
{
	return (uint64_t)p[0] << 16 | (uint64_t)p[1] << 8 | p[2];
}

static bool is_sorted(const struct kallsyms *ks, uint64_t at, const char *cut)
{
	const uint8_t *p = ks->span->data + at;

	for (size_t i = 1; i < ks->nr; i++) {
		uint64_t a = seq_at(p + 3 * i - 3), b = seq_at(p + 3 * i);
		int order = compare(&ks->syms[a], &ks->syms[b], cut);

		/* Numbers are in the order of addresses. */
		if (order > 0 || (!order && a >= b))
			return false;
	}
	return true;
}

static bool is_permutation(struct kallsyms_search *search, const struct kallsyms *ks, uint64_t at)
{
	uint8_t *seen = arena_calloc(search->arena, ks->nr, 1);
	bool is = true;

	for (size_t i = 0; i < ks->nr && is; i++) {
		uint64_t seq = seq_at(ks->span->data + at + 3 * i);

		is = seq < ks->nr && !seen[seq]++;
	}
	arena_give_back(search->arena, seen, ks->nr, 1);
	return is;
}

/* The table, and by which names it is sorted: the kernel knows its symbols by those. */
static bool read_seqs(struct kallsyms_search *search, struct kallsyms *ks, uint64_t at)
{
	static const char *const cuts[] = { NULL, ".llvm.", "." };

	if (!work(search, 8 * ks->nr) || !is_permutation(search, ks, at))
		return false;
	for (size_t c = 0; c < sizeof(cuts) / sizeof(*cuts); c++) {
		if (!is_sorted(ks, at, cuts[c]))
			continue;
		for (size_t i = 0; i < ks->nr && cuts[c]; i++)
			ks->syms[i].name =
				arena_strndup(search->arena, ks->syms[i].name,
					      compared(ks->syms[i].name, cuts[c]));
		return true;
	}
	return false;
}

/* ---- the whole ---- */

static bool in_span(const struct tables *t, uint64_t at, uint64_t size)
{
	return at <= t->span->size && size <= t->span->size - at;
}

static void note_whole(struct kallsyms_search *search, struct kallsyms *ks)
{
	search->nr_whole++;
	if (!search->fits(ks, search->arg))
		return;
	search->nr_found++;
	search->found = *ks;
	/* The next form to be tried writes its addresses over these. */
	if (room(search, ks->nr * sizeof(*ks->syms)))
		search->found.syms = memcpy(arena_calloc(search->arena, ks->nr, sizeof(*ks->syms)),
					    ks->syms, ks->nr * sizeof(*ks->syms));
}

/* The tables before the number of symbols: until 6.3. */
static void look_before(const struct tables *t, const struct kallsyms *begin)
{
	uint64_t offsets = aligned(t, 4 * t->nr) + 8, addresses = 8 * t->nr;
	struct kallsyms ks = *begin;

	if (t->align != 8)
		return;
	if (offsets <= t->num_syms &&
	    read_offsets(&ks, t->num_syms - offsets, t->num_syms - 8) &&
	    (!t->seqs || read_seqs(t->search, &ks, t->seqs)))
		note_whole(t->search, &ks);
	ks = *begin;
	if (addresses <= t->num_syms && read_addresses(&ks, t->num_syms - addresses) &&
	    (!t->seqs || read_seqs(t->search, &ks, t->seqs)))
		note_whole(t->search, &ks);
}

/* The tables behind the tokens: since 6.4. */
static void look_behind(const struct tables *t, const struct kallsyms *begin)
{
	uint64_t at = t->token_index + INDEX_SIZE, nr = t->nr;
	uint64_t offsets = aligned(t, 4 * nr);
	struct kallsyms ks = *begin;

	if (t->seqs)
		return;
	if (t->align == 4) {
		if (in_span(t, at, offsets + 3 * nr) && read_from_place(&ks, at) &&
		    read_seqs(t->search, &ks, at + offsets))
			note_whole(t->search, &ks);
		return;
	}
	if (in_span(t, at, offsets + 8 + 3 * nr) && read_offsets(&ks, at, at + offsets) &&
	    read_seqs(t->search, &ks, at + offsets + 8))
		note_whole(t->search, &ks);
	ks = *begin;
	if (in_span(t, at, 8 * nr + 3 * nr) && read_addresses(&ks, at) &&
	    read_seqs(t->search, &ks, at + 8 * nr))
		note_whole(t->search, &ks);
}

static void look_at(struct tables *t)
{
	struct kallsyms ks = { .span = t->span, .nr = t->nr };

	if (!work(t->search, 4 * t->nr) || !room(t->search, t->nr * sizeof(*ks.syms)))
		return;
	ks.syms = arena_calloc(t->search->arena, ks.nr, sizeof(*ks.syms));
	if (!read_names(t, ks.syms))
		return;
	look_before(t, &ks);
	look_behind(t, &ks);
}

/* Of the tables that end in these tokens: where do they begin? */
static void look_before_tokens(struct tables *t)
{
	for (uint64_t at = t->token_table; at >= 4 && work(t->search, 1); at -= 4)
		for (int form = 0; form < 3; form++) {
			t->align = form == 2 ? 4 : 8;
			if (is_num_syms(t, at - 4, form == 1))
				look_at(t);
		}
}

void kernel_kallsyms_search(struct kallsyms_search *search, const struct image_span *span)
{
	struct tables t = { .search = search, .span = span, .data = span->data };

	for (uint64_t at = 0; at + INDEX_SIZE <= span->size && work(search, 1); at += 4) {
		uint64_t length, most;

		if (!is_index(span->data + at))
			continue;
		/* The last token is as long as a name at most, and what fills up is less than 8. */
		length = get_le16(span->data + at + INDEX_SIZE - 2);
		most = length + TOKEN_MAX + 8;
		t.token_index = at;
		for (t.token_table = at > most ? (at - most + 3) & ~3ull : 0;
		     t.token_table + length < at && work(search, 16); t.token_table += 4)
			if (is_token_table(&t))
				look_before_tokens(&t);
	}
}
