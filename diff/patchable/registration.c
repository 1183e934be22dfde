// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New entries of tables that a livepatch cannot bring: those that the kernel reads only at boot or
 * when the object is loaded, and those of which klp does not know what reads them.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

/* ---- tables of unknown kinds ---- */

/* Sections into which compilers put data by themselves. */
static bool is_plain_data(const char *section)
{
	return starts_with(section, ".data") || starts_with(section, ".rodata") ||
	       starts_with(section, ".bss");
}

/*
 * Data that refers to copied code, and that nothing refers to, would be dropped in silence.  It
 * has no name, or stands in a section of the source's choice, where the kernel may look for it.
 * An object that the kernel has may point to a function, which is redirected, but not into it.
 */
static bool is_unknown_entry(const struct diff *d, const struct piece *p, const struct ref *r)
{
	const struct piece *to = ref_piece(d->patched, r);

	if (!to || to->kind > PIECE_CODE || !(to->flags & PIECE_INCLUDED))
		return false;
	return p->twin == NO_PIECE || r->off || to->kind == PIECE_CODE;
}

/*
 * Is it known that nothing is lost without the section's new ones?  Tools read versions
 * (__modver), names for the formats of events, which tracepoints are in use, and what BPF
 * programs may call.  A module's SRCU structures are set up by the loader, by pointers that are
 * global, and so copied: the livepatch's, too (include/linux/srcutree.h).
 */
static bool is_harmless_table(const struct elf_sec *sec)
{
	static const char *const names[] = { "__modver", "_ftrace_eval_map", "__tracepoint_check",
					     ".BTF_ids", "___srcu_struct_ptrs" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(sec->name, names[i]))
			return true;
	return !(sec->flags & SHF_ALLOC) || starts_with(sec->name, ".note");
}

void diff_check_unknown_table(struct diff *d, const struct piece *p)
{
	if (diff_is_kpatch(p->sec) || d->patched->secs[p->sec->index].rule ||
	    p->flags & (PIECE_REFERRED | PIECE_CALLBACK) ||
	    (p->kind == PIECE_OBJECT && is_plain_data(p->sec->name)))
		return;
	for_each_ref (d->patched, p, r) {
		if (!is_unknown_entry(d, p, r))
			continue;
		refuse(d, p, "unknown-table",
		       "an unknown section refers to %s, which is copied: pass --ignore-section %s "
		       "if the copy can do without",
		       piece_label(d->patched, &d->patched->pieces[r->piece]), p->sec->name);
		return;
	}
}

/* Does the kernel find the new object only by its section, whose ends it knows? */
static void check_unknown_registration(struct diff *d, const struct piece *p)
{
	if (p->flags & (PIECE_REFERRED | PIECE_CALLBACK | PIECE_REFUSED) || diff_is_kpatch(p->sec) ||
	    is_plain_data(p->sec->name) || is_harmless_table(p->sec))
		return;
	refuse(d, p, "unknown-table",
	       "the patch adds this to a section where the kernel may look for it, and nothing "
	       "refers to it: it would not take effect; pass --ignore-section %s if the livepatch "
	       "can do without",
	       p->sec->name);
}

/* ---- tables that are read once ---- */

static bool is_new_tracepoint(const struct piece *p)
{
	return p->kind == PIECE_OBJECT && p->twin == NO_PIECE && is_trace_key(p->name) &&
	       !strcmp(p->sec->name, "__tracepoints");
}

static bool leads_to_new_tracepoint(const struct object *obj, const struct piece *p)
{
	for_each_ref (obj, p, r) {
		const struct piece *to = ref_piece(obj, r);

		if (to && is_new_tracepoint(to))
			return true;
	}
	return false;
}

/*
 * Does the entry tell of a new tracepoint, of which a warning is enough?  It has its address
 * (__bpf_raw_tp_map), or that of an event that has it: _ftrace_events → struct trace_event_call
 * → __tracepoint_foo (include/trace/trace_events.h).
 */
static bool tells_of_new_tracepoint(const struct object *obj, const struct piece *p)
{
	if (leads_to_new_tracepoint(obj, p))
		return true;
	for_each_ref (obj, p, r) {
		const struct piece *to = ref_piece(obj, r);

		if (to && to->kind == PIECE_OBJECT && to->twin == NO_PIECE &&
		    leads_to_new_tracepoint(obj, to))
			return true;
	}
	return false;
}

void diff_check_registration(struct diff *d, const struct piece *p)
{
	const struct special_rule *rule = d->patched->secs[p->sec->index].rule;

	if (is_new_tracepoint(p))
		diag_warn(d->diag, diff_at(d, p), "new-tracepoint",
			  "the patch adds a tracepoint, which the kernel that runs will not have: "
			  "nobody can enable it");
	if (p->kind != PIECE_OBJECT || p->twin != NO_PIECE)
		return;
	if (!rule)
		check_unknown_registration(d, p);
	if (!rule || !(rule->flags & SPECIAL_REGISTER) || p->flags & PIECE_LEFT_OUT)
		return;
	if (!strcmp(p->sec->name, "__param"))
		diag_warn(d->diag, diff_at(d, p), "new-parameter",
			  "the patch adds a module parameter, which nobody can set in the kernel "
			  "that runs: its variable keeps its first value");
	else if (!tells_of_new_tracepoint(d->patched, p))
		refuse(d, p, "new-registration",
		       "the patch adds an entry that the kernel reads only at boot or when the "
		       "object is loaded: it would not take effect");
}
