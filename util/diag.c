// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Record diagnostics.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>

const char *diag_severity_name(enum diag_severity severity)
{
	static const char *const names[] = {
		[DIAG_DEBUG] = "debug",
		[DIAG_NOTE] = "note",
		[DIAG_WARNING] = "warning",
		[DIAG_ERROR] = "error",
	};

	return names[severity];
}

void diag_init(struct diag *d, struct arena *arena)
{
	memset(d, 0, sizeof(*d));
	d->arena = arena;
}

static void record(struct diag *d, enum diag_severity severity, const struct diag_where *where,
		   const char *code, const char *fmt, va_list ap)
{
	struct diag_item *item;

	d->items = arena_grow(d->arena, d->items, d->nr_items, &d->cap_items, sizeof(*d->items));
	item = &d->items[d->nr_items];
	memset(item, 0, sizeof(*item));
	item->severity = severity;
	item->code = code;
	if (where)
		item->where = *where;
	item->text = term_safe(d->arena, arena_vprintf(d->arena, fmt, ap));

	/* Counted last: if memory ended above, the item does not exist. */
	d->nr_items++;
	if (severity == DIAG_ERROR)
		d->nr_errors++;
	else if (severity == DIAG_WARNING)
		d->nr_warnings++;
}

void diag_take_back(struct diag *d, const struct diag *then)
{
	d->nr_items = then->nr_items;
	d->nr_errors = then->nr_errors;
	d->nr_warnings = then->nr_warnings;
}

void diag_add(struct diag *d, enum diag_severity severity, const struct diag_where *where,
	      const char *code, const char *fmt, ...)
{
	va_list ap;

	if (severity == DIAG_DEBUG && !d->debug)
		return;
	va_start(ap, fmt);
	record(d, severity, where, code, fmt, ap);
	va_end(ap);
}

int diag_error(struct diag *d, const struct diag_where *where, const char *code, const char *fmt,
	       ...)
{
	va_list ap;

	va_start(ap, fmt);
	record(d, DIAG_ERROR, where, code, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

void diag_line(struct diag *d, const char *fmt, ...)
{
	struct diag_item *item = &d->items[d->nr_items - 1];
	va_list ap;

	va_start(ap, fmt);
	item->text = arena_printf(d->arena, "%s\n%s", item->text,
				  term_safe(d->arena, arena_vprintf(d->arena, fmt, ap)));
	va_end(ap);
}
