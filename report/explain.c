// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why is it in the output?  The words for what passes have remembered: of a piece, the piece
 * that needs it; of a symbol of the kernel, the rule that chose it.
 */
#include <string.h>

#include "internal.h"

static const char *const kinds[] = {
	[PIECE_FUNC] = "function",  [PIECE_CODE] = "code",     [PIECE_OBJECT] = "object",
	[PIECE_STRING] = "string",  [PIECE_CONST] = "constant", [PIECE_ANON] = "data",
	[PIECE_ENTRY] = "entry",
};

const char *report_piece_kind(const struct piece *p)
{
	return p->flags & PIECE_STATIC ? "special static" : kinds[p->kind];
}

static const char *const evidences[] = {
	[EVIDENCE_NONE] = NULL,
	[EVIDENCE_NAME] = "name",
	[EVIDENCE_SCOPE] = "scope",
	[EVIDENCE_STEM] = "stem",
	[EVIDENCE_HASH] = "hash",
	[EVIDENCE_CHECKSUM] = "checksum",
	[EVIDENCE_PARENT] = "parent",
	[EVIDENCE_REFS] = "references",
	[EVIDENCE_POSITION] = "position",
	[EVIDENCE_USER] = "user",
};

const char *report_piece_evidence(const struct piece *p)
{
	size_t nr = sizeof(evidences) / sizeof(*evidences);

	return p->twin != NO_PIECE && (size_t)p->evidence < nr ? evidences[p->evidence] : NULL;
}

const char *report_decision_evidence(const struct diff *d, const struct decision *to)
{
	return to->piece == NO_PIECE ? NULL : report_piece_evidence(&d->patched->pieces[to->piece]);
}

const char *report_piece_status(const struct piece *p)
{
	if (p->flags & PIECE_CALLBACK)
		return "callback";
	if (!(p->flags & PIECE_INCLUDED))
		return "kept";
	if (p->flags & PIECE_CARRIED)
		return "carried";
	if (p->flags & PIECE_CHANGED && p->kind == PIECE_FUNC)
		return "changed";
	return p->flags & PIECE_NEW ? "new" : "copied";
}

static const char *included_reason(const struct diff *d, const struct piece *p)
{
	const struct piece *user =
		p->why_piece == NO_PIECE ? NULL : &d->patched->pieces[p->why_piece];

	if (p->flags & PIECE_CARRIED)
		return "it changed, and ftrace cannot reach it: its callers are replaced, and call "
		       "its copy";
	if (p->kind == PIECE_FUNC && p->flags & PIECE_CHANGED)
		return user && p->why_ref != NO_PIECE ? "it changed, and other copies refer to it"
						      : "it changed";
	if (p->kind == PIECE_FUNC && p->owner != NO_PIECE)
		return "it is a part of its function";
	if (p->flags & PIECE_NEW)
		return "it is new: the kernel does not have it";
	if (p->kind == PIECE_ENTRY)
		return "its function is copied, and the kernel needs the entry for the copy";
	if (p->flags & PIECE_STATIC)
		return "compilers make one for each user: it is copied with it";
	if (piece_is_content(p))
		return "it is what it contains, and is copied with its user";
	return p->twin == NO_PIECE ? "the kernel does not have it" : "a copy needs it";
}

const char *report_piece_reason(const struct diff *d, const struct piece *p)
{
	if (p->flags & PIECE_CALLBACK)
		return "it becomes a callback of the livepatch";
	if (p->flags & PIECE_INCLUDED)
		return included_reason(d, p);
	if (p->flags & PIECE_LEFT_OUT)
		return "it is left out on purpose";
	if (p->flags & PIECE_EQUAL && p->flags & PIECE_LINE_ONLY)
		return "only line numbers differ, which does not count";
	if (p->flags & PIECE_CHANGED)
		return "it changed, but a livepatch does not replace data";
	if (p->twin != NO_PIECE)
		return "it did not change: the kernel has it";
	if (piece_is_content(p))
		return "nothing that is copied uses it";
	return "nothing that is copied needs it";
}

/* Of orig: what became of it. */
const char *report_removed_reason(const struct piece *p)
{
	return p->twin == NO_PIECE && !piece_is_content(p)
		       ? "the patch removes it: whoever called it is changed"
		       : NULL;
}

const char *report_piece_words(const struct diff *d, const struct piece *p)
{
	uint64_t len = p->end - p->start;

	if (p->name)
		return p->name;
	if (p->kind == PIECE_STRING && p->sec->data && p->sec->entsize <= 1) {
		len -= len && !p->sec->data[p->start + len - 1];
		return report_quote_bytes(d->arena, p->sec->data + p->start, len);
	}
	return piece_label(d->patched, p);
}

const char *report_place_words(const struct diff *d, uint32_t piece, uint64_t place)
{
	const struct piece *p = &d->patched->pieces[piece];
	int64_t off = (int64_t)(place - p->base);

	if (!p->name)
		return arena_printf(d->arena, "%s+0x%llx", p->sec->name, (unsigned long long)place);
	return arena_printf(d->arena, "%s%s0x%llx", p->name, off < 0 ? "-" : "+",
			    (unsigned long long)(off < 0 ? -off : off));
}
