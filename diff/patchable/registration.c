// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New entries of tables that the kernel reads only at boot, or when the object is loaded: they
 * would take no effect.  Of a new tracepoint and of a module parameter it is enough to know that.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

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
	if (p->kind != PIECE_OBJECT || p->twin != NO_PIECE || !rule ||
	    !(rule->flags & SPECIAL_REGISTER) || p->flags & PIECE_LEFT_OUT)
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
