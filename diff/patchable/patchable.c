// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * May what changed go into a livepatch?  Functions and data are judged here, what
 * copies refer to in diff/patchable/refs.c, data that no function shows in
 * diff/patchable/data.c.  Every refusal is reported, then the run stops once.
 */
#include <string.h>

#include "internal.h"

/* Neither can ftrace redirect it nor its callers be replaced in its place. */
static void refuse_untraced(struct diff *d, const struct piece *p)
{
	refuse(d, p, "not-traceable",
	       "%s, but the original has no ftrace entry (notrace, noinstr or assembly) and is "
	       "%s: it cannot be redirected; change its callers instead",
	       !(p->flags & PIECE_EQUAL) ? "the function changed"
	       : p->flags & PIECE_FORCED
		       ? "the function is to be replaced (--force)"
		       : "the function calls a changed one that ftrace cannot reach",
	       (p->flags | d->orig.pieces[p->twin].flags) & PIECE_POINTED
		       ? "called through a pointer"
		       : "global");
}

/* It changed, ftrace cannot reach it, and no copy calls it: the change has no effect. */
static void check_uncalled(struct diff *d, const struct piece *p)
{
	struct diag_where where = piece_where(&d->patched, p);

	if (p->flags & PIECE_FORCED)
		refuse(d, p, "not-traceable",
		       "the function is to be replaced (--force), but the original has no ftrace "
		       "entry (notrace, noinstr or assembly), and nothing in %s calls it: its copy "
		       "would never run",
		       d->patched.elf->path);
	else if (!(p->flags & PIECE_EQUAL))
		diag_note(d->diag, &where, "uncalled",
			  "the function changed, but nothing that runs leads to it: it is left out");
}

/*
 * Of what stands before a function's symbol only a type hash of kCFI can change. Pointers lead
 * to the original, before which the old one stays.
 */
static void check_type(struct diff *d, const struct piece *p, const struct piece *twin)
{
	uint64_t before = p->base - p->start;

	if ((p->flags | twin->flags) & PIECE_SHARED || before != twin->base - twin->start ||
	    !((p->flags | twin->flags) & PIECE_POINTED) || !p->sec->data || !twin->sec->data ||
	    !memcmp(p->sec->data + p->start, twin->sec->data + twin->start, before))
		return;
	refuse(d, p, "kcfi",
	       "the function's type changed, and it is called through a pointer, which leads to "
	       "the original: with kCFI a call of the new type would trap; give the new "
	       "function another name");
}

static void check_changed_function(struct diff *d, const struct piece *p)
{
	const struct piece *twin = &d->orig.pieces[p->twin];
	struct diag_where where = piece_where(&d->patched, p);

	diff_check_weak(d, p, twin->sym);
	if (p->evidence == EVIDENCE_POSITION && !(p->flags & PIECE_EQUAL))
		diag_warn(d->diag, &where, "paired-by-position",
			  "the changed function is one of several of its name: nothing but their "
			  "order says which of %s it replaces; --pair says it for certain",
			  d->orig.elf->path);
	if (p->flags & PIECE_FREED || twin->flags & PIECE_FREED)
		refuse(d, p, "changed-init",
		       "the function changed, but its section is freed or discarded after boot "
		       "or load; a livepatch cannot change what has run: leave it unchanged");
	else if (p->flags & PIECE_CARRIED && !(p->flags & PIECE_INCLUDED))
		check_uncalled(d, p);
	else if (piece_is_patched(p) && d->orig.any_traced && !(twin->flags & PIECE_TRACED))
		refuse_untraced(d, p);
	else if (piece_is_patched(p))
		check_type(d, p, twin);
}

/* Code that is copied must be understood whole. */
static void check_code(struct diff *d, const struct piece *p)
{
	if (p->flags & PIECE_OPAQUE) {
		struct diag_where where = object_where(&d->patched, p->sec, p->bad);

		where.symbol = p->name;
		diag_error(d->diag, &where, "not-decodable",
			   "the function is to be copied, but the instruction here is unknown, or "
			   "leads out of it without a relocation that could: compile with "
			   "-ffunction-sections (assembly cannot be patched)");
	}
	if (p->kind == PIECE_FUNC && p->flags & PIECE_FALLS)
		refuse(d, p, "falls-through",
		       "the function is to be copied, but runs on into what follows it");
}

/* The first place where the initial contents of twins differ, for the message. */
static uint64_t first_difference(const struct piece *a, const struct piece *b)
{
	uint64_t size = a->end - a->start, i = 0;

	if (size != b->end - b->start || !a->sec->data || !b->sec->data)
		return size < b->end - b->start ? size : b->end - b->start;
	while (i < size && a->sec->data[a->start + i] == b->sec->data[b->start + i])
		i++;
	return i;
}

static void check_changed_data(struct diff *d, const struct piece *p)
{
	const struct piece *twin = &d->orig.pieces[p->twin];
	uint64_t at = first_difference(twin, p);

	if (p->flags & PIECE_FREED)
		refuse(d, p, "changed-data",
		       "the object changed (first at byte %llu), which is freed after boot or load: "
		       "what reads it has run already, and no livepatch makes it run again; leave "
		       "this change out of the patch",
		       (unsigned long long)at);
	else if (p->end - p->start != twin->end - twin->start)
		refuse(d, p, "changed-data",
		       "the object's size changed from %llu to %llu bytes: the running kernel's "
		       "copy cannot grow; use a shadow variable or a new object",
		       (unsigned long long)(twin->end - twin->start),
		       (unsigned long long)(p->end - p->start));
	else
		refuse(d, p, "changed-data",
		       "the object's initial value changed (first at byte %llu): a livepatch does "
		       "not write to data that is in use; set it in a pre-patch callback",
		       (unsigned long long)at);
}

static void check_included_data(struct diff *d, const struct piece *p)
{
	const struct special_rule *rule = d->patched.secs[p->sec->index].rule;

	if (p->sec->flags & SHF_TLS)
		refuse(d, p, "thread-local", "thread-local data cannot be added by a livepatch");
	else if (!strncmp(p->sec->name, ".data..percpu", 13))
		refuse(d, p, "per-cpu",
		       "new per-CPU data: this kernel's modules get theirs only from the module "
		       "loader; allocate it with alloc_percpu() in a callback");
	else if (p->flags & PIECE_AMBIGUOUS)
		diff_refuse_ambiguous(d, (uint32_t)(p - d->patched.pieces));
	else if (p->kind == PIECE_ANON && sec_is_written(p->sec) &&
		 !sec_is_unnamed_record(p->sec))
		refuse(d, p, "nameless-data",
		       "writable data without a symbol would be copied, and the copy's state be "
		       "lost: build the object with its symbols");
	else if (rule && rule->flags & SPECIAL_FREED)
		refuse(d, p, "new-init-data",
		       "the patch uses new data in a section that is freed after boot");
}

static void check_registration(struct diff *d, const struct piece *p)
{
	const struct special_rule *rule = d->patched.secs[p->sec->index].rule;

	if (p->kind == PIECE_OBJECT && p->twin == NO_PIECE && rule && rule->flags & SPECIAL_REGISTER)
		refuse(d, p, "new-registration",
		       "the patch adds an entry that the kernel reads only at boot or when the "
		       "object is loaded: it would not take effect");
}

/* Functions that use one string of it have changed whenever another one does. */
static void note_string_pool(struct diff *d, const struct piece *p)
{
	struct diag_where where = piece_where(&d->patched, p);

	if (p->kind == PIECE_ANON && strstr(p->sec->name, "..L__ModuleStringPool"))
		diag_note(d->diag, &where, "string-pool",
			  "Clang has made one object of the file's strings, so that functions with "
			  "the same strings as before may count as changed: compile both objects "
			  "with -mllvm -ppc-merge-string-pool=false");
}

/* The loader does not do for modules what the kernel does for its own code. */
static void warn_barrier(struct diff *d, const struct piece *entry)
{
	const struct piece *owner = &d->patched.pieces[entry->owner];
	struct diag_where where = piece_where(&d->patched, owner);

	for (uint32_t e = owner->first_owned; e != NO_PIECE; e = d->patched.pieces[e].next_owned)
		if (d->patched.pieces[e].sec == entry->sec) {
			if (&d->patched.pieces[e] != entry)
				return;		/* said of the first one */
			break;
		}
	diag_warn(d->diag, &where, "boot-barrier",
		  "has speculation barriers or flushes (%s) that this kernel switches on in its own "
		  "code only: in the copy they stay nops, as in every module",
		  entry->sec->name);
}

static bool is_called(struct object *obj, uint32_t function)
{
	struct users users = object_users(obj, function);

	for (uint32_t i = 0; i < users.nr; i++)
		if (users.v[i] != function && obj->pieces[users.v[i]].kind == PIECE_FUNC)
			return true;
	return false;
}

/*
 * A function of which nobody knows which one it was is as good as new, as long as
 * all who call it are copied with it: they refer to something without a twin, and so
 * have changed.  Pointers to it may be anywhere.
 */
static void check_ambiguous_function(struct diff *d, uint32_t i)
{
	const struct piece *p = &d->patched.pieces[i];
	struct diag_where where = piece_where(&d->patched, p);

	if (p->flags & PIECE_POINTED || !is_called(&d->patched, i)) {
		diff_refuse_ambiguous(d, i);
		return;
	}
	diag_note(d->diag, &where, "ambiguous-twin",
		  "nothing tells which function of its name in %s it was: it is taken as new, and "
		  "its callers are replaced; --pair says which it was",
		  d->orig.elf->path);
}

/*
 * "int limit;" has become "int limit(int x)".  Other files of the kernel, and their parts of the
 * livepatch, find the one that was by that name.  A static one is seen by nobody else.
 */
static void check_kind(struct diff *d, const struct piece *p)
{
	const char *is = p->kind == PIECE_FUNC ? "function" : "object";
	const struct object *orig = &d->orig;

	if (p->twin != NO_PIECE || (p->kind != PIECE_FUNC && p->kind != PIECE_OBJECT) ||
	    d->patched.elf->syms[p->sym].bind == STB_LOCAL)
		return;
	for (const struct map_entry *e = map_find_str(&orig->names, p->name); e;
	     e = map_next(&orig->names, e)) {
		uint32_t at = orig->piece_of[e->value];

		if (at == NO_PIECE || orig->pieces[at].kind == p->kind ||
		    (orig->pieces[at].kind != PIECE_FUNC && orig->pieces[at].kind != PIECE_OBJECT))
			continue;
		refuse(d, p, "other-kind",
		       "the %s is new, but %s has %s of that name, which the rest of the kernel "
		       "means by it: give the %s another name",
		       is, orig->elf->path, p->kind == PIECE_FUNC ? "an object" : "a function", is);
		return;
	}
}

static void check_included(struct diff *d, uint32_t i)
{
	const struct piece *p = &d->patched.pieces[i];

	check_kind(d, p);
	if (p->kind == PIECE_FUNC && p->flags & PIECE_AMBIGUOUS)
		check_ambiguous_function(d, i);
	if (p->kind <= PIECE_CODE)
		check_code(d, p);
	else if (p->kind != PIECE_ENTRY)
		check_included_data(d, p);
	else if (p->rule->flags & SPECIAL_BOOT_CODE)
		refuse(d, p, "boot-code",
		       "%s is to be copied, but the kernel completes its code at boot (%s), which "
		       "it does not for modules: move the change to another function",
		       piece_label(&d->patched, &d->patched.pieces[p->owner]), p->sec->name);
	else if (p->rule->flags & SPECIAL_BOOT_BARRIER)
		warn_barrier(d, p);
	note_string_pool(d, p);
	diff_check_refs(d, i);
}

void diff_check_patchable(struct diff *d)
{
	diff_check_kpatch(d);
	diff_check_nameless(d);
	diff_check_kept(d);
	diff_check_same_names(d);
	diff_find_moved(d);
	for (uint32_t i = 0; i < d->patched.nr_pieces; i++) {
		const struct piece *p = &d->patched.pieces[i];

		if (p->twin != NO_PIECE && p->kind == PIECE_FUNC && p->flags & PIECE_CHANGED)
			check_changed_function(d, p);
		else if (p->twin != NO_PIECE && p->kind == PIECE_OBJECT && p->flags & PIECE_CHANGED)
			check_changed_data(d, p);
		check_registration(d, p);
		if (p->flags & PIECE_INCLUDED)
			check_included(d, i);
		else if (p->kind == PIECE_ANON || p->kind == PIECE_OBJECT)
			diff_check_unknown_table(d, p);
	}
}
