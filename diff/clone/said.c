// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is to be said of symbols to which references cannot lead, or only under a condition:
 * once for each symbol, of the first place that refers to it, with the number of the others.
 */
#include <errno.h>
#include <stdarg.h>

#include <klp/diff.h>

struct said {
	enum diag_severity severity;
	const char *code, *name, *text;
	struct diag_where first;	/* place that refers to it */
	uint32_t more;
};

int diff_say(struct diff *d, struct target *t, enum diag_severity severity, const char *code,
	     const char *name, const char *fmt, ...)
{
	struct said *said = arena_calloc(d->arena, 1, sizeof(*said));
	va_list ap;

	*said = (struct said){ .severity = severity, .code = code, .name = name };
	va_start(ap, fmt);
	said->text = arena_vprintf(d->arena, fmt, ap);
	va_end(ap);
	t->said = said;
	return severity == DIAG_ERROR ? -EINVAL : 0;
}

void diff_keep_said(struct diff *d, const struct diag_where *where, const struct target *t)
{
	const struct map_entry *e;

	if (!t->said)
		return;
	e = map_find_str(&d->said_of, t->said->name);
	if (e) {
		d->said[e->value]->more++;
		return;
	}
	t->said->first = *where;
	d->said = arena_grow(d->arena, d->said, d->nr_said, &d->cap_said, sizeof(*d->said));
	map_add_str(&d->said_of, t->said->name, (uint32_t)d->nr_said);
	d->said[d->nr_said++] = t->said;
}

void diff_tell_said(struct diff *d)
{
	for (size_t i = 0; i < d->nr_said; i++) {
		const struct said *s = d->said[i];
		const char *more = "";

		if (s->more)
			more = arena_printf(d->arena, ", as %s %u more place%s",
					    s->more == 1 ? "does" : "do", s->more,
					    s->more == 1 ? "" : "s");
		diag_add(d->diag, s->severity, &s->first, s->code, "refers to %s%s: %s", s->name,
			 more, s->text);
	}
}
