/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What klp diff prints to people: report/summary.c, report/print.c.
 */
#ifndef KLP_BUILTIN_REPORT_H
#define KLP_BUILTIN_REPORT_H

#include <klp/report.h>

struct report {
	struct diff *d;
	bool colors;
	int level;		/* 0; 1: -v; -1: -q */
};

void report_summary(const struct report *r);
/* --show-first-changed: where and how each changed function differs first. */
void report_first_changed(const struct report *r);
/* --explain: everything, or only what has that name. */
void report_explain(const struct report *r, const char *name);

void report_name(const struct report *r, const struct object *obj, const struct piece *p);

#endif
