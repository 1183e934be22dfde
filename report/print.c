// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp diff -f and --explain: print the first change of each function, and why each piece and
 * symbol is in the output.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/term.h>

#include "internal.h"

/* Chains are short; what is longer does not help anybody. */
#define CHAIN_MAX 32

/* ---- the first change ---- */

static struct disasm disasm_of(const struct object *obj, const struct insn_at *at)
{
	struct disasm item = { 0 };
	const struct piece *p;

	if (at->piece == NO_PIECE || !at->len)
		return item;
	p = &obj->pieces[at->piece];
	if (!p->sec->data)
		return item;
	item.bytes = p->sec->data + p->start + at->off;
	item.len = at->len;
	item.addr = report_insn_offset(obj, at);
	return item;
}

static const char *offset_words(const struct diff *d, const struct object *obj,
				const struct insn_at *at)
{
	int64_t off;

	if (at->piece == NO_PIECE)
		return "-";
	off = report_insn_offset(obj, at);
	return arena_printf(d->arena, "%s0x%llx", off < 0 ? "-" : "+",
			    (unsigned long long)llabs(off));
}

/* Its cold part has offsets of its own. */
static void print_part(const struct diff *d, uint32_t function, const struct change *c)
{
	uint32_t at = c->new.piece;

	if (at != NO_PIECE && at != function && d->patched->pieces[at].name) {
		printf(" in ");
		term_put_name(stdout, d->patched->pieces[at].name);
	}
}

/* Where the instruction's reference leads, which its bytes do not tell. */
static const char *dest_words(const struct object *obj, const struct insn_at *at)
{
	const struct piece *p = &obj->pieces[at->piece];

	for_each_ref (obj, p, r) {
		if (r->place - p->start < at->off || r->flags & REF_DROP)
			continue;
		return r->place - p->start < at->off + at->len ? report_ref_words(obj, r) : NULL;
	}
	return NULL;
}

static void print_line(const struct report *r, char sign, enum paint p, const struct disasm *item,
		       const struct object *obj, const struct insn_at *at)
{
	const char *dest;

	if (!item->len)
		return;
	dest = dest_words(obj, at);
	printf("    %s%c ", term_paint(r->colors, p), sign);
	if (item->text)
		term_put_name(stdout, item->text);
	for (int i = 0; i < item->len && !item->text; i++)
		printf("%s%02x", i ? " " : "", item->bytes[i]);
	if (dest) {
		printf("  # ");
		term_put_name(stdout, dest);
	}
	printf("%s\n", term_unpaint(r->colors));
}

static bool same_line(const struct disasm *a, const struct disasm *b)
{
	if (!a->len || !b->len)
		return false;
	if (a->text && b->text)
		return !strcmp(a->text, b->text);
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* "string: "old" -> "new"" */
static void print_kind(const struct report *r, const struct change *c)
{
	printf("%s%s%s", term_paint(r->colors, PAINT_CYAN), report_change_names[c->kind],
	       term_unpaint(r->colors));
	if (c->table) {
		printf(" in ");
		term_put_name(stdout, c->table);
	}
	if (c->was || c->is)
		printf(": ");
	if (c->was)
		term_put_name(stdout, c->was);
	if (c->was && c->is)
		printf(" -> ");
	if (c->is)
		term_put_name(stdout, c->is);
}

static void print_change(const struct report *r, uint32_t i, const struct change *c,
			 const struct disasm items[2])
{
	const struct diff *d = r->d;

	printf("  ");
	report_name(r, d->patched, &d->patched->pieces[i]);
	if (c->old.piece != NO_PIECE || c->new.piece != NO_PIECE)
		printf(" %s -> %s", offset_words(d, d->orig, &c->old),
		       offset_words(d, d->patched, &c->new));
	print_part(d, i, c);
	printf(": ");
	print_kind(r, c);
	printf("\n");
	if (same_line(&items[0], &items[1])) {
		print_line(r, ' ', PAINT_DIM, &items[1], d->patched, &c->new_code);
		return;
	}
	print_line(r, '-', PAINT_RED, &items[0], d->orig, &c->old_code);
	print_line(r, '+', PAINT_GREEN, &items[1], d->patched, &c->new_code);
}

static bool has_first_change(const struct piece *p)
{
	return p->kind == PIECE_FUNC && p->owner == NO_PIECE && p->twin != NO_PIECE &&
	       p->flags & PIECE_CHANGED;
}

void report_first_changed(const struct report *r)
{
	struct diff *d = r->d;
	struct change *changes;
	struct disasm *items;
	size_t nr = 0;

	if (!d->stats.compared)
		return;
	for_each_piece (d->patched, p)
		nr += has_first_change(p);
	changes = arena_calloc(d->arena, nr, sizeof(*changes));
	items = arena_calloc(d->arena, 2 * nr, sizeof(*items));
	nr = 0;
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		if (!has_first_change(&d->patched->pieces[i]))
			continue;
		report_first_change(d, i, &changes[nr]);
		items[2 * nr] = disasm_of(d->orig, &changes[nr].old_code);
		items[2 * nr + 1] = disasm_of(d->patched, &changes[nr].new_code);
		nr++;
	}
	report_disassemble(d->patched->elf, d->arch, items, 2 * nr, d->arena);
	if (nr)
		printf("first changes:\n");
	nr = 0;
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		if (!has_first_change(&d->patched->pieces[i]))
			continue;
		print_change(r, i, &changes[nr], &items[2 * nr]);
		nr++;
	}
}

/* ---- why ---- */

static void print_words(const struct report *r, const char *words)
{
	printf("%s", term_paint(r->colors, PAINT_BOLD));
	term_put_name(stdout, words);
	printf("%s", term_unpaint(r->colors));
}

/* How piece i came to be needed, up to a function that the patch changes or adds. */
static void print_chain(const struct report *r, uint32_t i)
{
	const struct diff *d = r->d;
	const struct object *obj = d->patched;

	for (int depth = 0; depth < CHAIN_MAX && obj->pieces[i].why_piece != NO_PIECE; depth++) {
		const struct piece *p = &obj->pieces[i];
		uint32_t user = p->why_piece;
		bool root = obj->pieces[user].why_piece == NO_PIECE;

		printf("    %s<-%s ", term_paint(r->colors, PAINT_CYAN), term_unpaint(r->colors));
		if (p->why_ref != NO_PIECE)
			term_put_name(stdout,
				      report_place_words(d, user, obj->refs[p->why_ref].place));
		else
			term_put_name(stdout, report_piece_words(d, &obj->pieces[user]));
		if (p->why_ref == NO_PIECE && p->owner == user)
			printf(", which it belongs to");
		if (root)
			printf(" (%s)", report_piece_status(&obj->pieces[user]));
		printf("\n");
		i = user;
	}
}

/* Print where a function changed first, and in what. */
static void print_first_change(const struct report *r, uint32_t i)
{
	struct change c;

	report_first_change(r->d, i, &c);
	printf("    first change");
	if (c.new.piece != NO_PIECE)
		printf(" at %s", offset_words(r->d, r->d->patched, &c.new));
	print_part(r->d, i, &c);
	printf(": ");
	print_kind(r, &c);
	printf("\n");
}

static void print_piece(const struct report *r, uint32_t i)
{
	const struct diff *d = r->d;
	const struct piece *p = &d->patched->pieces[i];
	const char *evidence = report_piece_evidence(p);

	printf("  ");
	print_words(r, report_piece_words(d, p));
	printf(" (%s): %s%s%s: %s", report_piece_kind(p), term_paint(r->colors, PAINT_CYAN),
	       report_piece_status(p), term_unpaint(r->colors),
	       term_safe(d->arena, report_piece_reason(d, p)));
	if (evidence && p->evidence != EVIDENCE_NAME && !piece_is_content(p))
		printf(" (its twin is known by %s)", evidence);
	printf("\n");
	if (has_first_change(p))
		print_first_change(r, i);
	if (p->flags & PIECE_INCLUDED)
		print_chain(r, i);
}

static void print_decision(const struct report *r, const struct decision *to)
{
	const char *evidence = report_decision_evidence(r->d, to);

	printf("  ");
	print_words(r, to->name);
	printf(": %s%s%s", term_paint(r->colors, PAINT_CYAN),
	       to->object ? "livepatch reference" : "ordinary reference", term_unpaint(r->colors));
	if (to->object) {
		printf(" ");
		term_put_name(stdout, to->symbol);
	}
	printf(": %s", term_safe(r->d->arena, to->why));
	if (evidence && strcmp(evidence, "name") != 0)
		printf(" (its twin is known by %s)", evidence);
	printf("\n    %s<-%s ", term_paint(r->colors, PAINT_CYAN), term_unpaint(r->colors));
	term_put_name(stdout, report_place_words(r->d, to->from, to->place));
	if (to->refs > 1)
		printf(", and %u more", to->refs - 1);
	printf("\n");
}

static void print_table(const struct report *r, const struct elf_sec *sec, uint32_t nr, bool *any)
{
	if (!nr)
		return;
	printf("%s%u in %s", *any ? ", " : "    its entries: ", nr,
	       term_safe(r->d->arena, sec->name));
	*any = true;
}

/* Entries of one table for one function, which follow each other, are told as one. */
static void print_entries(const struct report *r, uint32_t owner)
{
	const struct object *obj = r->d->patched;
	const struct elf_sec *sec = NULL;
	uint32_t nr = 0;
	bool any = false;

	for_each_owned (obj, &obj->pieces[owner], e) {
		const struct piece *p = &obj->pieces[e];

		if (p->sec != sec) {
			print_table(r, sec, nr, &any);
			nr = 0;
		}
		sec = p->sec;
		nr += p->out_sec != NULL;
	}
	print_table(r, sec, nr, &any);
	if (any)
		printf("\n");
}

static void explain_all(const struct report *r)
{
	const struct object *obj = r->d->patched;

	for (int functions = 1; functions >= 0; functions--)
		for (uint32_t i = 0; i < obj->nr_pieces; i++) {
			const struct piece *p = &obj->pieces[i];

			if (!(p->flags & (PIECE_INCLUDED | PIECE_CALLBACK)) ||
			    p->kind == PIECE_ENTRY || (p->kind == PIECE_FUNC) != functions)
				continue;
			print_piece(r, i);
			if (functions)
				print_entries(r, i);
		}
	for_each_decision (r->d, to)
		print_decision(r, to);
}

/* ---- why one ---- */

static bool is_named(const struct object *obj, const struct piece *p, const char *name)
{
	if (!strcmp(p->sec->name, name) || (p->stem && !strcmp(p->stem, name)))
		return p->kind != PIECE_ENTRY || p->flags & PIECE_INCLUDED;
	for (uint32_t i = 0; i < p->nr_aliases; i++)
		if (!strcmp(obj->elf->syms[obj->by_place[p->first_alias + i]].name, name))
			return true;
	return false;
}

static bool explain_pieces(const struct report *r, const char *name)
{
	const struct object *orig = r->d->orig, *obj = r->d->patched;
	bool found = false;

	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		if (!is_named(obj, &obj->pieces[i], name))
			continue;
		print_piece(r, i);
		if (obj->pieces[i].kind == PIECE_FUNC)
			print_entries(r, i);
		found = true;
	}
	for_each_piece (orig, p) {
		const char *why = report_removed_reason(p);

		if (!why || !is_named(orig, p, name))
			continue;
		printf("  ");
		print_words(r, p->name);
		printf(" (%s): removed: %s\n", report_piece_kind(p), why);
		found = true;
	}
	return found;
}

static bool explain_symbols(const struct report *r, const char *name)
{
	bool found = false;

	for_each_decision (r->d, to) {
		if (strcmp(to->name, name) && strcmp(to->symbol, name))
			continue;
		print_decision(r, to);
		found = true;
	}
	return found;
}

void report_explain(const struct report *r, const char *name)
{
	struct diag_where where = { .object = r->d->patched->elf ? r->d->patched->elf->path : NULL,
				    .symbol = name };
	bool found;

	if (!r->d->stats.included)
		return; /* the diagnostics say why not */
	if (!name) {
		explain_all(r);
		return;
	}
	found = explain_pieces(r, name);
	found |= explain_symbols(r, name);
	if (found)
		return;
	if (map_find_str(&r->d->patched->names, name))
		printf("  %s: nothing that is copied refers to it\n", term_safe(r->d->arena, name));
	else
		diag_warn(r->d->diag, &where, "no-such-symbol",
			  "--explain: there is no such symbol or section");
}
