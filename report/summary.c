// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The summary of klp diff: which functions changed, what was copied, how many entries of tables,
 * and how many livepatch references to how many symbols.
 */
#include <string.h>

#include <klp/term.h>

#include "internal.h"

static const char *file_of(const struct object *obj, const struct piece *p)
{
	return object_file_name(obj, p->sym);
}

void report_name(const struct report *r, const struct object *obj, const struct piece *p)
{
	const char *file = file_of(obj, p);

	printf("%s", term_paint(r->colors, PAINT_BOLD));
	term_put_name(stdout, p->name);
	printf("%s", term_unpaint(r->colors));
	if (!*file)
		return;
	printf(" (");
	term_put_name(stdout, file);
	printf(")");
}

/* Every function that is copied, with its parts counted as one. */
static bool is_function(const struct piece *p)
{
	return p->kind == PIECE_FUNC && p->owner == NO_PIECE && p->flags & PIECE_INCLUDED;
}

static enum paint status_paint(const struct piece *p)
{
	return p->flags & PIECE_NEW ? PAINT_GREEN : PAINT_YELLOW;
}

/* The function that became another name of one. */
static void print_folded(const struct report *r, const struct moved_name *m)
{
	printf("  %s%-8s%s ", term_paint(r->colors, PAINT_YELLOW), "changed",
	       term_unpaint(r->colors));
	report_name(r, r->d->orig, &r->d->orig->pieces[m->orig]);
	printf(" [another name of ");
	report_name(r, r->d->patched, &r->d->patched->pieces[m->patched]);
	printf(" now]\n");
}

static void print_functions(const struct report *r)
{
	const struct object *obj = r->d->patched;

	for_each_piece (obj, p) {
		const char *evidence = report_piece_evidence(p);

		if (!is_function(p))
			continue;
		printf("  %s%-8s%s ", term_paint(r->colors, status_paint(p)),
		       report_piece_status(p), term_unpaint(r->colors));
		report_name(r, obj, p);
		/* How it was told to be the same function is of interest where names did not do. */
		if (evidence && p->evidence != EVIDENCE_NAME &&
		    (r->level > 0 || p->evidence == EVIDENCE_USER))
			printf(" [twin by %s]", evidence);
		printf("\n");
	}
	for (size_t i = 0; i < r->d->nr_moved; i++)
		if (r->d->moved[i].folded)
			print_folded(r, &r->d->moved[i]);
}

static void print_klp_build(const struct report *r, const char *status, const struct piece *p)
{
	term_put_name(stdout, r->d->orig->elf->path);
	printf(": %s function: ", status);
	term_put_name(stdout, p->name);
	printf("\n");
}

void report_klp_build(const struct report *r)
{
	for_each_piece (r->d->patched, p) {
		if (is_function(p))
			print_klp_build(r, p->flags & PIECE_NEW ? "new" : "changed", p);
	}
	for (size_t i = 0; i < r->d->nr_moved; i++)
		if (r->d->moved[i].folded)
			print_klp_build(r, "changed", &r->d->orig->pieces[r->d->moved[i].orig]);
}

static const char *separator(bool *first)
{
	const char *s = *first ? "copied: " : ", ";

	*first = false;
	return s;
}

static void print_number(uint32_t n, const char *one, const char *many, bool *first)
{
	if (n)
		printf("%s%u %s", separator(first), n, n == 1 ? one : many);
}

static void print_copied(const struct diff_stats *s)
{
	bool first = true;

	print_number(s->data, "new object", "new objects", &first);
	print_number(s->statics, "special static", "special statics", &first);
	print_number(s->strings, "string", "strings", &first);
	print_number(s->constants, "constant", "constants", &first);
	print_number(s->anon, "nameless piece", "nameless pieces", &first);
	if (!first)
		printf("\n");
}

/* There are few kinds of tables, however many sections of each. */
static struct table_count *table_count(const struct diff *d, struct table_counts *counts,
				       uint32_t sec)
{
	const struct special_rule *rule = d->patched->secs[sec].rule;

	for (size_t i = 0; i < counts->nr; i++)
		if (counts->v[i].rule == rule)
			return &counts->v[i];
	counts->v = arena_grow(d->arena, counts->v, counts->nr, &counts->cap, sizeof(*counts->v));
	counts->v[counts->nr].rule = rule;
	counts->v[counts->nr].name = d->patched->elf->secs[sec]->name;
	return &counts->v[counts->nr++];
}

struct table_counts report_count_tables(const struct diff *d)
{
	const struct object *obj = d->patched;
	struct table_counts counts = { 0 };

	for_each_sec (obj->elf, sec) {
		const struct sec_info *info = &obj->secs[sec->index];
		struct table_count *c;

		if (info->role != ROLE_TABLE)
			continue;
		c = table_count(d, &counts, sec->index);
		c->total += info->split->nr;
		for (uint32_t i = 0; i < info->nr_pieces; i++)
			c->kept += obj->pieces[info->first_piece + i].out_sec != NULL;
	}
	return counts;
}

static int digits(uint32_t n)
{
	return snprintf(NULL, 0, "%u", n);
}

/* Tables that only objtool reads are of no interest to people. */
static void print_tables(const struct diff *d)
{
	struct table_counts counts = report_count_tables(d);
	int kept = 0, total = 0;

	for (size_t i = 0; i < counts.nr; i++) {
		const struct table_count *c = &counts.v[i];

		if (c->rule->flags & SPECIAL_TOOL)
			continue;
		kept = c->kept && digits(c->kept) > kept ? digits(c->kept) : kept;
		total = c->kept && digits(c->total) > total ? digits(c->total) : total;
	}
	for (size_t i = 0; i < counts.nr; i++)
		if (counts.v[i].kept && !(counts.v[i].rule->flags & SPECIAL_TOOL))
			printf("entries: %*u of %*u in %s\n", kept, counts.v[i].kept, total,
			       counts.v[i].total, term_safe(d->arena, counts.v[i].name));
}

static void print_symbols(const struct report *r)
{
	for_each_decision (r->d, to) {
		const char *evidence = report_decision_evidence(r->d, to);

		printf("  %-9s ", to->object ? "livepatch" : "ordinary");
		term_put_name(stdout, to->symbol);
		if (evidence && strcmp(evidence, "name") != 0)
			printf(" [twin by %s]", evidence);
		printf("\n");
	}
}

/* -v: what the numbers above are. */
static void print_details(const struct report *r)
{
	const struct object *obj = r->d->patched;

	if (r->level < 1)
		return;
	print_symbols(r);
	for_each_piece (obj, p) {
		const char *what = NULL;

		if (p->kind == PIECE_OBJECT && p->flags & PIECE_INCLUDED)
			what = p->flags & PIECE_STATIC ? "static" : "data";
		else if (p->kind == PIECE_FUNC && p->flags & PIECE_EQUAL &&
			 p->flags & PIECE_LINE_ONLY)
			what = "lines";
		if (!what)
			continue;
		printf("  %-9s ", what);
		report_name(r, obj, p);
		printf("\n");
	}
}

static const char *plural(uint32_t n)
{
	return n == 1 ? "" : "s";
}

void report_summary(const struct report *r)
{
	const struct diff_stats *s = &r->d->stats;
	struct arena *arena = r->d->arena;

	if (!s->out) {
		printf("%s: nothing changed", term_safe(arena, s->object_name));
		if (s->line_changes)
			printf(" but line numbers (%u function%s)", s->line_changes,
			       plural(s->line_changes));
		printf("; no output\n");
		print_details(r);
		return;
	}
	printf("%s%s%s (%s): %zu changed, %zu new", term_paint(r->colors, PAINT_BOLD),
	       term_safe(arena, s->object_name), term_unpaint(r->colors), s->object_name_from,
	       s->nr_changed, s->nr_new);
	if (s->nr_carried)
		printf(", %zu carried by their callers", s->nr_carried);
	printf("\n");
	print_functions(r);
	print_copied(s);
	print_tables(r->d);
	if (s->livepatch_refs)
		printf("livepatch references: %u, to %u symbol%s of the kernel\n",
		       s->livepatch_refs, s->livepatch_syms, plural(s->livepatch_syms));
	print_details(r);
	if (s->line_changes)
		printf("ignored: %u function%s in which only line numbers changed\n",
		       s->line_changes, plural(s->line_changes));
	if (s->symvers)
		printf("exports: %s\n", term_safe(arena, s->symvers));
	for (size_t i = 0; r->d->ctx.kernels_found && i < r->d->ctx.nr_kernels; i++)
		printf("kernel: %s\n", term_safe(arena, r->d->ctx.kernel_paths[i]));
	printf("wrote %s\n", term_safe(arena, s->out));
}
