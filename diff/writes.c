// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * --write OBJECT: one number or pointer in the kernel's data is set before the functions are
 * replaced, and put back after they are the original's again.
 *
 * What is to be written becomes an entry of __klp_writes, which the module's own callbacks carry
 * out (module/init.c): they hold the running value against the original's, so that nothing is
 * overwritten that somebody has set since, and set it in one access.  For example, a sysctl's
 * bound "static int limit = 4096" that is 8192 now, or the slot of a table of functions.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

/* ---- what differs ---- */

struct difference {
	uint64_t from, to; /* bytes of the object; from == to: none */
	const struct ref *old, *new;
	unsigned int refs; /* that differ */
};

static void widen(struct difference *diff, uint64_t from, uint64_t to)
{
	bool none = diff->from == diff->to;

	diff->from = none || from < diff->from ? from : diff->from;
	diff->to = none || to > diff->to ? to : diff->to;
}

static const struct ref *next_ref(const struct object *obj, const struct piece *p, uint32_t *k)
{
	while (*k < p->nr_refs && obj->refs[p->first_ref + *k].flags & REF_DROP)
		++*k;
	return *k < p->nr_refs ? &obj->refs[p->first_ref + *k] : NULL;
}

static void compare_refs(struct diff *d, const struct piece *a, const struct piece *b,
			 struct difference *diff)
{
	uint32_t i = 0, k = 0;

	for (;;) {
		const struct ref *x = next_ref(d->orig, a, &i), *y = next_ref(d->patched, b, &k);
		uint64_t at_x = x ? x->place - a->start : UINT64_MAX;
		uint64_t at_y = y ? y->place - b->start : UINT64_MAX;
		uint64_t at = at_x < at_y ? at_x : at_y;

		if (!x && !y)
			return;
		i += at_x == at;
		k += at_y == at;
		if (at_x == at_y && diff_ref_equal(d, a, x, b, y))
			continue;
		diff->refs++;
		diff->old = at_x == at ? x : NULL;
		diff->new = at_y == at ? y : NULL;
		widen(diff, at, at + 8);
	}
}

static uint8_t byte_at(const uint8_t *bytes, uint64_t at)
{
	return bytes ? bytes[at] : 0;
}

static void compare_bytes(struct diff *d, const struct piece *a, const struct piece *b,
			  struct difference *diff)
{
	const uint8_t *x = piece_masked(d->orig, a), *y = piece_masked(d->patched, b);

	for (uint64_t i = 0; i < b->end - b->start; i++)
		if (byte_at(x, i) != byte_at(y, i))
			widen(diff, i, i + 1);
}

/* ---- how it is written ---- */

static bool overlaps_ref(const struct object *obj, const struct piece *p, uint64_t from, uint64_t to)
{
	for_each_ref (obj, p, r)
		if (r->place - p->start < to && r->place - p->start + 8 > from)
			return true;
	return false;
}

/*
 * The word in which the difference is.  Of a number that is part of a larger object the size is
 * not known: most are of four bytes, and those around it are compared as well.  0: there is none.
 */
static uint8_t word_size(const struct piece *a, const struct piece *b, const struct difference *diff)
{
	static const uint8_t sizes[] = { 4, 8, 2, 1 };
	uint64_t size = b->end - b->start;

	for (size_t i = 0; i < sizeof(sizes); i++) {
		uint64_t n = sizes[i], from = diff->from & ~(n - 1);

		if ((diff->refs && n != 8) || (size <= 8 && !(size & (size - 1)) && n != size))
			continue;
		if (diff->to <= from + n && from + n <= size && a->sec->align >= n &&
		    b->sec->align >= n && !(a->start & (n - 1)) && !(b->start & (n - 1)))
			return (uint8_t)n;
	}
	return 0;
}

/* A static key's value is in code as well, which only its own functions change. */
static bool is_key(const struct object *obj, uint32_t piece)
{
	struct users users = object_users(obj, piece);

	for (uint32_t i = 0; i < users.nr; i++) {
		const struct piece *p = &obj->pieces[users.v[i]];

		if (p->kind == PIECE_ENTRY && p->rule->flags & SPECIAL_KEYED)
			return true;
	}
	return is_trace_key(obj->pieces[piece].name);
}

/* Those of the patch's own; it is asked for each value that changed. */
static void find_callbacks(struct diff *d)
{
	const char *object;

	if (d->knows_callbacks)
		return;
	d->knows_callbacks = true;
	for_each_piece (d->patched, p) {
		int kind = p->kind == PIECE_OBJECT ? klp_callback_kind(p->name, &object) : -1;

		if (kind >= 0)
			d->callbacks |= 1u << kind;
	}
}

/* Does the patch have a callback of its own where the write needs one? */
static bool has_own_callback(struct diff *d, const struct data_write *w)
{
	bool has = false;

	find_callbacks(d);
	for (unsigned int kind = 0; kind < KLP_NR_CALLBACKS; kind++)
		has |= d->callbacks & 1u << kind && klp_write_callback(kind, w->leads);
	return has;
}

/* This object of it, or another one. */
static bool is_of_livepatch(const struct diff *d, uint32_t piece, const struct ref *r)
{
	return diff_ref_wants_copy(d, piece, r) || diff_is_left_to_others(d, r);
}

/*
 * A function that the livepatch has: a call may be in it at any time, so that the module stays in
 * memory.  Whatever else it has is no more than copied for its own functions.  What another object
 * of it has is taken for a function, which klp check of the module confirms.
 */
static bool leads_to_function(const struct diff *d, uint32_t piece, const struct ref *new)
{
	const struct piece *to;

	if (!new || new->off || !is_of_livepatch(d, piece, new))
		return false;
	to = ref_piece(d->patched, new);
	return !to || (to->kind == PIECE_FUNC && to->owner == NO_PIECE && !(to->flags & PIECE_FREED));
}

/* Does nothing say whether the kernel has it, or another object of the livepatch? */
static bool is_of_anybody(const struct diff *d, const struct ref *r)
{
	return r->piece == NO_PIECE && d->patched->elf->syms[r->sym].sec == ELF_SEC_UNDEF &&
	       !exports_count(d->ctx.exports) && !d->ctx.kernel;
}

/* What the slot held, or is to hold, has to be the kernel's, with a name.  NULL: it is. */
static const char *bad_targets(struct diff *d, uint32_t piece, const struct difference *diff)
{
	const struct piece *old = diff->old ? ref_piece(d->orig, diff->old) : NULL;

	if ((diff->old && arch_reloc(d->arch, diff->old->type)->type != d->arch->abs64) ||
	    (diff->new && diff->new->type != d->arch->abs64))
		return "it is no plain pointer that differs";
	if (diff->old && (old ? !old->sym || piece_is_content(old) || old->flags & PIECE_FREED
			      : diff->old->sec != 0))
		return "what it pointed to has no name in the kernel by which it could be put back";
	if (!diff->new)
		return NULL;
	if (leads_to_function(d, piece, diff->new))
		return NULL;
	if (diff->new->piece == NO_PIECE ? diff->new->sec != 0
					 : d->patched->pieces[diff->new->piece].flags & PIECE_FREED)
		return "what it is to point to is no part of a livepatch";
	if (is_of_anybody(d, diff->new))
		return "without a Module.symvers it is unknown whether the livepatch has what it is to "
		       "point to (--symvers FILE)";
	if (is_of_livepatch(d, piece, diff->new))
		return arena_printf(d->arena,
				    "it is to point to %s, which the livepatch has and which is no "
				    "function: who reads it could keep its address",
				    ref_label(d->patched, diff->new));
	return NULL;
}

static uint64_t number(const struct piece *p, uint64_t off, uint8_t size)
{
	uint64_t value = 0;

	for (uint8_t i = 0; i < size && p->sec->data; i++)
		value |= (uint64_t)p->sec->data[p->start + off + i] << (8 * i);
	return value;
}

const char *diff_plan_write(struct diff *d, uint32_t piece, struct data_write *w)
{
	const struct piece *b = &d->patched->pieces[piece], *a = &d->orig->pieces[b->twin];
	enum storage was = special_storage_of(d->arch, a->sec), is = special_storage_of(d->arch, b->sec);
	struct difference diff = { 0 };
	const char *why;

	if (was != STORAGE_DATA || is != STORAGE_DATA)
		return arena_printf(d->arena, "it is %s",
				    special_storage_text(was != STORAGE_DATA ? was : is));
	if (a->end - a->start != b->end - b->start)
		return "its size changed";
	if (is_key(d->patched, piece) || is_key(d->orig, b->twin))
		return "its value is in code as well, as that of a static key";
	compare_refs(d, a, b, &diff);
	compare_bytes(d, a, b, &diff);
	w->leads = leads_to_function(d, piece, diff.new);
	if (has_own_callback(d, w))
		return "the patch has a callback of its own for one of those times";
	w->size = word_size(a, b, &diff);
	if (diff.refs > 1 || !w->size)
		return "more than one word of it changes: others could read some of them as they "
		       "were and some as they are to be";
	w->off = diff.from & ~((uint64_t)w->size - 1);
	if (!diff.refs && (overlaps_ref(d->orig, a, w->off, w->off + w->size) ||
			   overlaps_ref(d->patched, b, w->off, w->off + w->size)))
		return "a part of a pointer changes";
	why = bad_targets(d, piece, &diff);
	w->piece = piece;
	w->old = diff.old;
	w->new = diff.new;
	w->old_value = diff.old ? 0 : number(a, w->off, w->size);
	w->new_value = diff.new ? 0 : number(b, w->off, w->size);
	return why;
}

/* ---- those that the user names ---- */

/* Several source files may have a static of the name: one that changed is meant. */
static uint32_t find_object(const struct diff *d, const char *name)
{
	uint32_t found = NO_PIECE;

	for_each_str (&d->patched->names, name, e) {
		uint32_t at = d->patched->piece_of[e->value];
		const struct piece *p = at == NO_PIECE ? NULL : &d->patched->pieces[at];

		if (!p || p->kind != PIECE_OBJECT || p->twin == NO_PIECE)
			continue;
		if (p->flags & PIECE_CHANGED)
			return at;
		found = at;
	}
	return found;
}

bool diff_is_written(const struct diff *d, uint32_t piece)
{
	for (size_t i = 0; i < d->nr_writes; i++)
		if (d->writes[i].piece == piece)
			return true;
	return false;
}

static void add_write(struct diff *d, const char *name)
{
	struct diag_where where = { .object = d->patched->elf->path, .symbol = name };
	uint32_t piece = find_object(d, name);
	struct data_write *w;
	const char *why;

	if (piece == NO_PIECE) {
		diag_error(d->diag, &where, "no-such-name",
			   "--write: there is no object of that name in both builds");
		return;
	}
	if (!(d->patched->pieces[piece].flags & PIECE_CHANGED)) {
		diag_warn(d->diag, &where, "write-unchanged",
			  "--write: it did not change: nothing is written");
		return;
	}
	if (diff_is_written(d, piece))
		return;
	w = &d->writes[d->nr_writes];
	why = diff_plan_write(d, piece, w);
	d->nr_writes++;
	w->piece = piece;
	where = piece_where(d->patched, &d->patched->pieces[piece]);
	if (why)
		diag_error(d->diag, &where, "write",
			   "--write: %s; set it in a pre-patch callback of your own, or keep what it "
			   "is to be in a new object or a shadow variable",
			   why);
	else if (w->leads)
		diag_note(d->diag, &where, "write",
			  "the pointer at byte %llu leads to %s once all functions are replaced, and "
			  "back before they no longer are; a call may be there at any time, so that "
			  "the module stays in memory from then on, also when it is disabled; the "
			  "kernel refuses the livepatch if the pointer is not what the original has",
			  (unsigned long long)w->off, ref_label(d->patched, w->new));
	else
		diag_note(d->diag, &where, "write",
			  "%u bytes at byte %llu are set before functions are replaced, and put "
			  "back when they no longer are: for all at once, whatever runs; the kernel "
			  "refuses the livepatch if they are not what the original has",
			  w->size, (unsigned long long)w->off);
}

void diff_find_writes(struct diff *d)
{
	d->writes = arena_calloc(d->arena, d->opts->nr_writes + 1, sizeof(*d->writes));
	for (size_t i = 0; i < d->opts->nr_writes; i++)
		add_write(d, d->opts->writes[i]);
}
