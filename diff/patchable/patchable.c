// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * May the changes go into a livepatch?  Every reason against it is recorded, and the run stops
 * once, with all of them.
 *
 * Functions and data are judged here, and the references of copies by their targets: which
 * symbol each becomes is decided before (diff_resolve()), and how it is written afterwards
 * (diff_plan()).  For example, a patch that changes the initial value of `limit` and a function
 * that ftrace cannot reach is told both.
 */
#include <string.h>

#include <klp/facts.h>
#include <klp/rust.h>
#include <klp/text.h>

#include "internal.h"

static void check_ref_section(struct diff *d, const struct piece *p, const struct ref *r)
{
	diag_error(d->diag, diff_at_ref(d, p, r), "unknown-section",
		   "refers to section %s, which is not part of a livepatch",
		   d->patched->elf->secs[r->sec]->name);
}

/* Code that stays referred to it before the patch, and so must have a guard. */
static bool was_guarded(struct diff *d, const struct piece *to)
{
	struct users users;

	if (to->twin == NO_PIECE)
		return false;
	users = object_users(d->orig, to->twin);
	for (uint32_t i = 0; i < users.nr; i++) {
		const struct piece *p = &d->orig->pieces[users.v[i]];

		if ((p->kind == PIECE_FUNC || p->kind == PIECE_CODE) && !(p->flags & PIECE_FREED))
			return true;
	}
	return false;
}

/* The kernel's own is gone by now: its section was freed in both builds. */
static bool is_freed(const struct diff *d, const struct piece *to)
{
	return to->flags & PIECE_FREED &&
	       (to->twin == NO_PIECE || d->orig->pieces[to->twin].flags & PIECE_FREED);
}

static void check_ref_freed(struct diff *d, const struct piece *p, const struct ref *r)
{
	if (was_guarded(d, &d->patched->pieces[r->piece]))
		diag_warn(d->diag, diff_at_ref(d, p, r), "refers-to-init",
			  "refers to %s, which is freed after boot or load; the original kernel "
			  "must guard this reference",
			  ref_label(d->patched, r));
	else
		diag_error(d->diag, diff_at_ref(d, p, r), "refers-to-init",
			   "refers to %s, which is freed after boot or load, and no code that stays "
			   "referred to it before the patch",
			   ref_label(d->patched, r));
}

static void report_position(struct diff *d, const struct piece *p, const struct ref *r)
{
	if (d->patched->pieces[r->piece].evidence != EVIDENCE_POSITION ||
	    piece_root(d->patched, (uint32_t)(p - d->patched->pieces)) == r->piece)
		return;
	diag_warn(d->diag, diff_at_ref(d, p, r), "paired-by-position",
		  "refers to %s, of which there are or were several: nothing but their order says "
		  "which is which in %s; --pair says it for certain",
		  ref_label(d->patched, r), d->orig->elf->path);
}

/* The pointer that declares a callback is not copied: it becomes a field of klp_object_ext. */
static void check_ref_callback(struct diff *d, const struct piece *p, const struct ref *r)
{
	diag_error(d->diag, diff_at_ref(d, p, r), "callback",
		   "refers to %s, which only tells klp of a callback: call the function itself",
		   ref_label(d->patched, r));
}

/* The kernel's table leads into the original function, from wherever it is read. */
static void check_ref_labels(struct diff *d, uint32_t i, const struct piece *p, const struct ref *r)
{
	const struct object *obj = d->patched;
	const struct piece *table = &obj->pieces[r->piece];

	for_each_ref (obj, table, label) {
		if (label->piece == NO_PIECE || !label->off ||
		    piece_root(obj, label->piece) != piece_root(obj, i) ||
		    diff_ref_wants_copy(d, i, r))
			continue;
		diag_error(d->diag, diff_at_ref(d, p, r), "code-table",
			   "jumps through %s, which is written to and holds addresses inside the "
			   "original function: the copy would run on there",
			   ref_label(obj, r));
		return;
	}
}

/* ---- references that copies keep ---- */

/* The copy would have the begin of the field only. */
static void check_ref_end(struct diff *d, const struct piece *p, const struct ref *r)
{
	const struct arch_reloc *row = arch_reloc(d->arch, r->type);

	if (row->size > p->end - r->place)
		diag_error(d->diag, diff_at_ref(d, p, r), "relocation-outside",
			   "%s reaches beyond the end of %s (%llu bytes): its symbol's size (.size, in "
			   "assembly) is wrong",
			   row->name, piece_label(d->patched, p),
			   (unsigned long long)(p->end - p->start));
}

static void diff_check_refs(struct diff *d, uint32_t i)
{
	const struct piece *p = &d->patched->pieces[i];
	const struct object *obj = d->patched;

	for_each_ref (obj, p, r) {
		const struct piece *to = ref_piece(obj, r);

		if (r->flags & REF_DROP)
			continue;
		check_ref_end(d, p, r);
		if (!to && r->sec)
			check_ref_section(d, p, r);
		if (!to)
			continue;
		if (to->flags & PIECE_CALLBACK)
			check_ref_callback(d, p, r);
		if (to->flags & PIECE_LABELS)
			check_ref_labels(d, i, p, r);
		if (is_freed(d, to) && !(to->flags & PIECE_INCLUDED) && !(p->flags & PIECE_FREED))
			check_ref_freed(d, p, r);
		report_position(d, p, r);
		diff_check_pad(d, i, r);
		diff_check_layout(d, p, r);
	}
}

/* ---- what changed ---- */

static void mark_referred(const struct object *obj)
{
	for (uint32_t i = 0; i < obj->nr_refs; i++)
		if (obj->refs[i].piece != NO_PIECE)
			obj->pieces[obj->refs[i].piece].flags |= PIECE_REFERRED;
}

/* __tracepoints_ptrs has the tracepoints of the object: distances to them, without names. */
static bool lists_tracepoints(const struct object *obj, const struct piece *p)
{
	if (strcmp(p->sec->name, "__tracepoints_ptrs") != 0)
		return false;
	for_each_ref (obj, p, r) {
		const struct piece *to = ref_piece(obj, r);

		if (!to || !is_trace_key(to->name ?: ""))
			return false;
	}
	return p->nr_refs;
}

/* The next nameless piece of the section that nothing refers to. */
static uint32_t next_unreferred(const struct object *obj, const struct sec_info *info, uint32_t *i)
{
	while (*i < info->nr_pieces) {
		uint32_t at = info->first_piece + (*i)++;
		const struct piece *p = &obj->pieces[at];

		if ((p->kind == PIECE_ANON || p->kind == PIECE_CODE) &&
		    !(p->flags & PIECE_REFERRED) && !lists_tracepoints(obj, p))
			return at;
	}
	return NO_PIECE;
}

/*
 * Under a label that the assembler forgets (".data..Lubsan_data7"), as compilers have for their
 * own: GCC leaves a sanitizer's record, with its line, where it found the check needless.
 * Without a reference, no code and no table can lead there.
 */
static bool is_unreachable(const struct elf_sec *sec)
{
	return strstr(sec->name, "..L");
}

/* sec_a: 0 if the original has no section of that name. */
static void check_unreferred(struct diff *d, uint32_t sec_a, uint32_t sec_b)
{
	const struct sec_info *a = &d->orig->secs[sec_a], *b = &d->patched->secs[sec_b];
	uint32_t i = 0, k = 0, x, y;

	do {
		x = next_unreferred(d->orig, a, &i);
		y = next_unreferred(d->patched, b, &k);
		if (x != NO_PIECE && y != NO_PIECE && diff_content_equal(d, x, y))
			continue;
		if (x == NO_PIECE && y == NO_PIECE)
			return;
		refuse(d, &d->patched->pieces[y != NO_PIECE ? y : b->first_piece],
		       "changed-nameless",
		       "something without a symbol changed here, which no function refers to: a "
		       "livepatch cannot bring it; pass --ignore-section %s if it can do without",
		       d->patched->elf->secs[sec_b]->name);
		return;
	} while (x != NO_PIECE);
}

/* Sections of one name in both, in order. */
static void diff_check_nameless(struct diff *d)
{
	struct map secs;

	map_init(&secs, d->arena);
	mark_referred(d->orig);
	mark_referred(d->patched);
	for_each_sec (d->orig->elf, sec)
		if (d->orig->secs[sec->index].nr_pieces && !d->orig->secs[sec->index].frozen)
			map_add_str(&secs, sec->name, sec->index);
	for_each_sec (d->patched->elf, sec) {
		const struct map_entry *e;

		if (!d->patched->secs[sec->index].nr_pieces ||
		    d->patched->secs[sec->index].frozen || is_unreachable(sec))
			continue;
		e = map_find_str(&secs, sec->name);
		/* Several of one name (groups): which is which is for their symbols to tell. */
		if (e && !map_next(&secs, e))
			check_unreferred(d, e->value, sec->index);
		else if (!e && d->patched->secs[sec->index].role == ROLE_DATA)
			check_unreferred(d, 0, sec->index);
	}
}

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
	       (p->flags | d->orig->pieces[p->twin].flags) & PIECE_POINTED
		       ? "called through a pointer"
		       : "global");
}

/* It changed, ftrace cannot reach it, and no copy calls it: the change has no effect. */
static void check_uncalled(struct diff *d, const struct piece *p)
{
	if (p->flags & PIECE_FORCED)
		refuse(d, p, "not-traceable",
		       "the function is to be replaced (--force), but the original has no ftrace "
		       "entry (notrace, noinstr or assembly), and nothing in %s calls it: its copy "
		       "would never run",
		       d->patched->elf->path);
	else if (!(p->flags & PIECE_EQUAL))
		diag_note(d->diag, diff_at(d, p), "uncalled",
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
	const struct piece *twin = &d->orig->pieces[p->twin];

	diff_check_weak(d, p, twin->sym);
	if (p->evidence == EVIDENCE_POSITION && !(p->flags & PIECE_EQUAL))
		diag_warn(d->diag, diff_at(d, p), "paired-by-position",
			  "the changed function is one of several of its name: nothing but their "
			  "order says which of %s it replaces; --pair says it for certain",
			  d->orig->elf->path);
	if (p->flags & PIECE_FREED || twin->flags & PIECE_FREED)
		refuse(d, p, "changed-init",
		       "the function changed, but its section is freed or discarded after boot "
		       "or load; a livepatch cannot change what has run: leave it unchanged");
	else if (p->flags & PIECE_CARRIED && !(p->flags & PIECE_INCLUDED))
		check_uncalled(d, p);
	else if (diff_piece_is_patched(p) && d->orig->any_traced && !(twin->flags & PIECE_TRACED))
		refuse_untraced(d, p);
	else if (diff_piece_is_patched(p)) {
		check_type(d, p, twin);
		diff_check_trace_entries(d, d->orig, twin);
	}
}

/* Code that is copied must be understood whole. */
static void check_code(struct diff *d, const struct piece *p)
{
	if (p->flags & PIECE_OPAQUE) {
		struct diag_where where = object_where(d->patched, p->sec, p->bad);

		where.symbol = p->name;
		diag_error(d->diag, &where, "not-decodable",
			   "the function is to be copied, but the instruction here is unknown, or "
			   "leads out of it without a relocation that could: compile with "
			   "-ffunction-sections (assembly cannot be patched)");
	}
	if (p->kind == PIECE_FUNC && p->flags & PIECE_FALLS)
		refuse(d, p, "falls-through",
		       "the function is to be copied, but runs on into what follows it");
	if (p->kind == PIECE_FUNC)
		diff_check_trace_entries(d, d->patched, p);
}

static uint64_t ref_at(const struct object *obj, const struct piece *p, uint32_t k)
{
	return k < p->nr_refs ? obj->refs[p->first_ref + k].place - p->start : UINT64_MAX;
}

/* The first reference of one that leads to something else than the other's, up to limit. */
static uint64_t first_other_ref(struct diff *d, const struct piece *a, const struct piece *b,
				uint64_t limit)
{
	for (uint32_t k = 0;; k++) {
		uint64_t ia = ref_at(d->orig, a, k), ib = ref_at(d->patched, b, k);
		uint64_t at = ia < ib ? ia : ib;

		if (at >= limit)
			return limit;
		if (ia != ib || !diff_ref_equal(d, a, &d->orig->refs[a->first_ref + k], b,
						&d->patched->refs[b->first_ref + k]))
			return at;
	}
}

/* Of a piece without bytes (.bss), they are 0. */
static uint8_t first_value(const struct piece *p, uint64_t i)
{
	return p->sec->data ? p->sec->data[p->start + i] : 0;
}

/* The first place where the initial contents of twins differ, for the message. */
static uint64_t first_difference(struct diff *d, const struct piece *a, const struct piece *b)
{
	uint64_t size = a->end - a->start, i = 0;

	if (size != b->end - b->start)
		return size < b->end - b->start ? size : b->end - b->start;
	while (i < size && first_value(a, i) == first_value(b, i))
		i++;
	return first_other_ref(d, a, b, i);
}

static void check_changed_data(struct diff *d, const struct piece *p)
{
	const struct piece *twin = &d->orig->pieces[p->twin];
	uint64_t at = first_difference(d, twin, p);
	const char *kept = d->kept_constants[p - d->patched->pieces];
	struct data_write write;
	uint64_t size = p->end - p->start, was = twin->end - twin->start;

	if (diff_is_written(d, (uint32_t)(p - d->patched->pieces)))
		return;
	if (kept)
		refuse(d, p, "changed-data",
		       "the constant object changed (first at byte %llu), the kernel's is read-only, "
		       "and it is not certain that a copy would do: %s; let the functions that need "
		       "it use a new object of another name, or pass --no-pair %s to copy it with "
		       "all of its users if nothing keeps its address",
		       (unsigned long long)at, kept, p->name);
	else if (size != was)
		refuse(d, p, "changed-data",
		       "the object's size changed from %llu to %llu bytes: the running kernel's "
		       "%s; use a shadow variable or a new object",
		       (unsigned long long)was, (unsigned long long)size,
		       size > was
			       ? "copy cannot grow"
			       : "stays as large as it was, and what is not copied uses all of it");
	else
		refuse(d, p, "changed-data",
		       "the object's initial value changed (first at byte %llu): a livepatch does "
		       "not write to data that is in use%s; set it in a pre-patch callback",
		       (unsigned long long)at,
		       diff_plan_write(d, (uint32_t)(p - d->patched->pieces), &write)
			       ? ""
			       : arena_printf(d->arena,
					      " (--write %s lets it set that word, if nothing else "
					      "depends on it)",
					      p->name));
}

static void check_included_data(struct diff *d, const struct piece *p)
{
	const struct special_rule *rule = d->patched->secs[p->sec->index].rule;

	if (p->sec->flags & SHF_TLS)
		refuse(d, p, "thread-local", "thread-local data cannot be added by a livepatch");
	else if (starts_with(p->sec->name, ".data..percpu") &&
		 strstr(piece_label(d->patched, p), "_alloc_tag_cntr"))
		refuse(d, p, "per-cpu",
		       "new per-CPU data: an allocation's counters (CONFIG_MEM_ALLOC_PROFILING), "
		       "which a livepatch cannot add; " DIFF_NO_TAG);
	else if (starts_with(p->sec->name, ".data..percpu"))
		refuse(d, p, "per-cpu",
		       "new per-CPU data: this kernel's modules get theirs only from the module "
		       "loader; allocate it with alloc_percpu() in a callback");
	else if (p->flags & PIECE_AMBIGUOUS)
		diff_refuse_ambiguous(d, (uint32_t)(p - d->patched->pieces));
	else if (p->kind == PIECE_ANON && object_sec_is_written(p->sec) &&
		 !object_sec_is_unnamed_record(p->sec))
		refuse(d, p, "nameless-data",
		       "writable data without a symbol would be copied, and the copy's state be "
		       "lost: build the object with its symbols");
	else if (rule && rule->flags & SPECIAL_FREED)
		refuse(d, p, "new-init-data",
		       "the patch uses new data in a section that is freed after boot");
}

/* Functions that use one string of it have changed whenever another one does. */
static void note_string_pool(struct diff *d, const struct piece *p)
{
	if (p->kind == PIECE_ANON && strstr(p->sec->name, "..L__ModuleStringPool"))
		diag_note(d->diag, diff_at(d, p), "string-pool",
			  "Clang has made one object of the file's strings, so that functions with "
			  "the same strings as before may count as changed: compile both objects "
			  "with -mllvm -ppc-merge-string-pool=false");
}

/* The loader does not do for modules what the kernel does for its own code. */
static void warn_barrier(struct diff *d, const struct piece *entry)
{
	const struct piece *owner = &d->patched->pieces[entry->owner];

	for_each_owned (d->patched, owner, e)
		if (d->patched->pieces[e].sec == entry->sec) {
			if (&d->patched->pieces[e] != entry)
				return;		/* said of the first one */
			break;
		}
	diag_warn(d->diag, diff_at(d, owner), "boot-barrier",
		  "has speculation barriers or flushes (%s) that this kernel switches on in its own "
		  "code only: in the copy they stay nops, as in every module",
		  entry->sec->name);
}

static bool is_called(const struct object *obj, uint32_t function)
{
	struct users users = object_users(obj, function);

	for (uint32_t i = 0; i < users.nr; i++)
		if (users.v[i] != function && obj->pieces[users.v[i]].kind == PIECE_FUNC)
			return true;
	return false;
}

/*
 * A function of which nothing tells which one it was is as good as new, as long as
 * all who call it are copied with it: they refer to something without a twin, and so
 * have changed.  Pointers to it may be anywhere.
 */
static void check_ambiguous_function(struct diff *d, uint32_t i)
{
	const struct piece *p = &d->patched->pieces[i];

	if (p->flags & PIECE_POINTED || !is_called(d->patched, i)) {
		diff_refuse_ambiguous(d, i);
		return;
	}
	diag_note(d->diag, diff_at(d, p), "ambiguous-twin",
		  "nothing tells which function of its name in %s it was: it is taken as new, and "
		  "its callers are replaced; --pair says which it was",
		  d->orig->elf->path);
}

/*
 * "int limit;" has become "int limit(int x)".  Other files of the kernel, and their parts of the
 * livepatch, find the old one by that name.  A static one is not seen by other files.
 */
static void check_kind(struct diff *d, const struct piece *p)
{
	const char *is = p->kind == PIECE_FUNC ? "function" : "object";
	const struct object *orig = d->orig;

	if (p->twin != NO_PIECE || (p->kind != PIECE_FUNC && p->kind != PIECE_OBJECT) ||
	    d->patched->elf->syms[p->sym].bind == STB_LOCAL)
		return;
	for_each_str (&orig->names, p->name, e) {
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

/*
 * The kernel writes such constants into its own code once, at boot, and never into a module's:
 * the copy loads the variable that the section is named for, if its instructions can.
 */
static void check_boot_const(struct diff *d, const struct piece *entry)
{
	const struct ref *r = &d->patched->refs[entry->first_ref];
	const struct piece *p = &d->patched->pieces[entry->owner];
	uint64_t size = p->end - p->start, place = p->base - p->start + (uint64_t)r->off;
	struct diag_where where = object_where(d->patched, p->sec, p->start + place);
	uint8_t *code = arena_alloc(d->arena, size);
	struct boot_const load;

	memcpy(code, p->sec->data + p->start, size);
	where.symbol = p->name;
	if (!arch_load_boot_const(d->arch, code, size, place, &load))
		diag_error(d->diag, &where, "boot-const",
			   "the constant of %s that the kernel fills in at boot is loaded by an "
			   "unexpected instruction: it cannot be copied",
			   entry->sec->name);
	arena_give_back(d->arena, code, size, 1);
}

/* A hash of types and of numbers that closures have by their order: the same one may be another's. */
static void check_mangling(struct diff *d, const struct piece *p)
{
	if (p->kind <= PIECE_OBJECT && p->name && rust_is_legacy(p->name))
		refuse(d, p, "legacy-name",
		       "the name is one of Rust's legacy mangling, in which only a hash tells closures "
		       "and instances of a function apart: compile both objects with "
		       "-C symbol-mangling-version=v0, as the kernel does");
}

static void check_included(struct diff *d, uint32_t i)
{
	const struct piece *p = &d->patched->pieces[i];

	check_mangling(d, p);
	check_kind(d, p);
	if (p->kind == PIECE_FUNC && p->flags & PIECE_AMBIGUOUS)
		check_ambiguous_function(d, i);
	if (p->kind <= PIECE_CODE)
		check_code(d, p);
	else if (p->kind != PIECE_ENTRY)
		check_included_data(d, p);
	else if (diff_piece_boot_const(p))
		check_boot_const(d, p);
	else if (p->rule->flags & SPECIAL_BOOT_CODE)
		refuse(d, p, "boot-code",
		       "%s is to be copied, but the kernel completes its code at boot (%s), which "
		       "it does not for modules: move the change to another function",
		       piece_label(d->patched, &d->patched->pieces[p->owner]), p->sec->name);
	else if (p->rule->flags & SPECIAL_BOOT_BARRIER)
		warn_barrier(d, p);
	note_string_pool(d, p);
	diff_check_refs(d, i);
}

/* .orc_unwind_ip has the addresses, .orc_unwind at the same index what holds there. */
static void check_unwind_tables(struct diff *d)
{
	const struct object *obj = d->patched;
	const struct elf_sec *ip = elf_find_sec(obj->elf, ".orc_unwind_ip");
	const struct elf_sec *data = elf_find_sec(obj->elf, ".orc_unwind");
	uint32_t nr;

	if (!ip || obj->secs[ip->index].role != ROLE_TABLE || d->opts->no_objtool_tables)
		return;
	nr = obj->secs[ip->index].split->nr;
	if (!data || !nr || !data->data || data->size % nr) {
		struct diag_where where = object_where(obj, ip, 0);

		diag_error(d->diag, &where, "orc-lockstep",
			   ".orc_unwind does not have an entry for each of its %u addresses", nr);
	}
}

static bool copies_code(const struct object *obj)
{
	for_each_piece (obj, p) {
		if (p->kind <= PIECE_CODE && p->flags & PIECE_INCLUDED)
			return true;
	}
	return false;
}

void diff_check_patchable(struct diff *d)
{
	diff_check_kpatch(d);
	diff_check_callbacks(d);
	diff_check_nameless(d);
	diff_check_kept(d);
	diff_check_renamed(d);
	diff_check_same_names(d);
	diff_check_inside(d);
	diff_find_moved(d);
	diff_check_unreferenced(d);
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		const struct piece *p = &d->patched->pieces[i];

		if (p->twin != NO_PIECE && p->kind == PIECE_FUNC && p->flags & PIECE_CHANGED)
			check_changed_function(d, p);
		else if (p->twin != NO_PIECE && p->kind == PIECE_OBJECT && p->flags & PIECE_CHANGED)
			check_changed_data(d, p);
		if (p->flags & PIECE_INCLUDED)
			check_included(d, i);
		else if (p->kind == PIECE_ANON || p->kind == PIECE_OBJECT)
			diff_check_unknown_table(d, p);
		diff_check_registration(d, p);
		diff_check_held(d, p);
	}
	if (copies_code(d->patched)) {
		check_unwind_tables(d);
		diff_check_types(d);
	}
}
