// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp diff --json: doc/klp-diff.schema.json says what the members mean.  Whoever
 * adds one adds it there; whoever changes or removes one raises JSON_VERSION.
 */
#include <string.h>

#include <klp/json.h>
#include <klp/outfile.h>

#include "internal.h"

#define JSON_VERSION 1	/* of doc/klp-diff.schema.json */

static void put_place(struct json *j, const char *key, const struct diff *d, uint32_t piece,
		      uint64_t place)
{
	const struct piece *p = &d->patched->pieces[piece];

	json_begin(j, key, '{');
	json_uint(j, "piece", piece);
	json_string(j, "section", p->sec->name);
	json_uint(j, "offset", place);
	json_string(j, "text", report_place_words(d, piece, place));
	json_end(j, '}');
}

static void put_files(struct json *j, const struct diff *d, const char *out)
{
	json_begin(j, "inputs", '{');
	json_string(j, "original", d->orig->elf ? d->orig->elf->path : NULL);
	json_string(j, "patched", d->patched->elf ? d->patched->elf->path : NULL);
	json_begin(j, "symvers", '[');
	for (size_t i = 0; i < d->opts->nr_symvers + (d->stats.symvers != NULL); i++) {
		bool given = i < d->opts->nr_symvers;

		json_begin(j, NULL, '{');
		json_string(j, "path", given ? d->opts->symvers[i] : d->stats.symvers);
		json_bool(j, "found", !given);
		json_end(j, '}');
	}
	json_end(j, ']');
	json_begin(j, "kernel", '[');
	for (size_t i = 0; i < d->ctx.nr_kernels; i++) {
		json_begin(j, NULL, '{');
		json_string(j, "path", d->ctx.kernel_paths[i]);
		json_bool(j, "found", d->ctx.kernels_found);
		json_end(j, '}');
	}
	json_end(j, ']');
	json_end(j, '}');
	json_string(j, "output", out);
}

static void put_summary(struct json *j, const struct diff *d)
{
	const struct diff_stats *s = &d->stats;

	json_begin(j, "summary", '{');
	json_uint(j, "changed", s->nr_changed);
	json_uint(j, "new", s->nr_new);
	json_uint(j, "carried", s->nr_carried);
	json_uint(j, "line_changes", s->line_changes);
	json_begin(j, "copied", '{');
	json_uint(j, "objects", s->data);
	json_uint(j, "special_statics", s->statics);
	json_uint(j, "strings", s->strings);
	json_uint(j, "constants", s->constants);
	json_uint(j, "nameless", s->anon);
	json_end(j, '}');
	json_uint(j, "livepatch_references", s->livepatch_refs);
	json_uint(j, "livepatch_symbols", s->livepatch_syms);
	json_end(j, '}');
}

static void put_tables(struct json *j, const struct diff *d)
{
	struct table_counts counts = { 0 };

	if (d->stats.included)
		counts = report_count_tables(d);
	json_begin(j, "tables", '[');
	for (size_t i = 0; i < counts.nr; i++) {
		json_begin(j, NULL, '{');
		json_string(j, "section", counts.v[i].name);
		json_uint(j, "copied", counts.v[i].kept);
		json_uint(j, "total", counts.v[i].total);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_insn(struct json *j, const char *key, const struct object *obj,
		     const struct insn_at *at)
{
	const struct piece *p;
	char hex[2 * UINT8_MAX + 1] = "";

	if (at->piece == NO_PIECE) {
		json_string(j, key, NULL);
		return;
	}
	p = &obj->pieces[at->piece];
	for (uint8_t i = 0; i < at->len && p->sec->data; i++)
		snprintf(hex + 2 * i, 3, "%02x", p->sec->data[p->start + at->off + i]);
	json_begin(j, key, '{');
	json_string(j, "symbol", p->name);
	json_string(j, "section", p->sec->name);
	json_int(j, "offset", report_insn_offset(obj, at));
	json_string(j, "code", hex);
	json_end(j, '}');
}

static void put_change(struct json *j, struct diff *d, uint32_t i)
{
	const struct piece *p = &d->patched->pieces[i];
	struct change c;

	if (p->twin == NO_PIECE) {
		json_string(j, "first_change", NULL);
		return;
	}
	report_first_change(d, i, &c);
	json_begin(j, "first_change", '{');
	json_string(j, "kind", report_change_names[c.kind]);
	put_insn(j, "original", d->orig, &c.old);
	put_insn(j, "patched", d->patched, &c.new);
	json_string(j, "table", c.table);
	json_string(j, "was", c.was);
	json_string(j, "is", c.is);
	json_end(j, '}');
}

/* Changed and new ones; of a run that ended early, as far as they are known. */
static void put_functions(struct json *j, struct diff *d)
{
	const struct object *obj = d->patched;

	json_begin(j, "functions", '[');
	for (uint32_t i = 0; i < obj->nr_pieces && d->stats.compared; i++) {
		const struct piece *p = &obj->pieces[i];
		const char *file;

		if (p->kind != PIECE_FUNC || p->owner != NO_PIECE ||
		    (p->twin != NO_PIECE && !(p->flags & (PIECE_CHANGED | PIECE_INCLUDED))))
			continue;
		file = object_file_name(obj, p->sym);
		json_begin(j, NULL, '{');
		json_uint(j, "piece", i);
		json_string(j, "name", p->name);
		json_string(j, "file", *file ? file : NULL);
		json_string(j, "status", p->twin == NO_PIECE	? "new"
					 : p->flags & PIECE_CARRIED ? "carried"
								    : "changed");
		json_string(j, "twin_by", report_piece_evidence(p));
		put_change(j, d, i);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_why(struct json *j, const struct diff *d, const struct piece *p)
{
	if (p->why_piece == NO_PIECE || !(p->flags & PIECE_INCLUDED))
		json_string(j, "because_of", NULL);
	else if (p->why_ref == NO_PIECE)
		put_place(j, "because_of", d, p->why_piece, d->patched->pieces[p->why_piece].start);
	else
		put_place(j, "because_of", d, p->why_piece, d->patched->refs[p->why_ref].place);
}

static void put_pieces(struct json *j, const struct diff *d)
{
	const struct object *obj = d->patched;

	json_begin(j, "pieces", '[');
	for (uint32_t i = 0; i < obj->nr_pieces && d->stats.included; i++) {
		const struct piece *p = &obj->pieces[i];

		if (!(p->flags & (PIECE_INCLUDED | PIECE_CALLBACK)))
			continue;
		json_begin(j, NULL, '{');
		json_uint(j, "piece", i);
		json_string(j, "kind", report_piece_kind(p));
		json_string(j, "name", p->name);
		json_string(j, "text", report_piece_words(d, p));
		json_string(j, "section", p->sec->name);
		json_uint(j, "offset", p->start);
		json_uint(j, "size", p->end - p->start);
		json_string(j, "status", report_piece_status(p));
		json_string(j, "reason", report_piece_reason(d, p));
		put_why(j, d, p);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_symbols(struct json *j, const struct diff *d)
{
	json_begin(j, "symbols", '[');
	for_each_decision (d, to) {
		json_begin(j, NULL, '{');
		json_string(j, "name", to->name);
		json_string(j, "kind", to->object ? "livepatch" : "ordinary");
		json_string(j, "symbol", to->symbol);
		json_string(j, "object", to->object);
		if (to->object)
			json_uint(j, "position", to->sympos);
		json_string(j, "twin_by", report_decision_evidence(d, to));
		json_string(j, "reason", to->why);
		json_uint(j, "references", to->refs);
		put_place(j, "first_reference", d, to->from, to->place);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_diagnostics(struct json *j, const struct diag *diag)
{
	json_begin(j, "diagnostics", '[');
	for (size_t i = 0; i < diag->nr_items; i++)
		json_diag(j, &diag->items[i], true);
	json_end(j, ']');
}

int report_write_json(struct diff *d, struct outfile *file, const char *version, bool done)
{
	struct json j = { .arena = d->arena };

	json_begin(&j, NULL, '{');
	json_string(&j, "format", "klp-diff");
	json_uint(&j, "version", JSON_VERSION);
	json_string(&j, "klp", version);
	json_string(&j, "result", !done ? "failed" : d->stats.out ? "written" : "unchanged");
	json_string(&j, "machine", d->arch ? d->arch->name : NULL);
	json_begin(&j, "object", '{');
	json_string(&j, "name", d->stats.object_name);
	json_string(&j, "from", d->stats.object_name_from);
	json_end(&j, '}');
	put_files(&j, d, d->stats.out);
	put_summary(&j, d);
	put_tables(&j, d);
	put_functions(&j, d);
	put_pieces(&j, d);
	put_symbols(&j, d);
	put_diagnostics(&j, d->diag);
	json_end(&j, '}');
	return outfile_write(file, j.text, j.size);
}
