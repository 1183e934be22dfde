/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Livepatch modules written by hand: their undefined symbols that the kernel does
 * not export become livepatch symbols (livepatch/convert.c, livepatch/annotations.c).
 */
#ifndef KLP_CONVERT_H
#define KLP_CONVERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;

struct convert_options {
	const char **symbols; /* as symlist_add() takes them */
	size_t nr_symbols;
	const char **symvers; /* none: the nearest one to the input, if there is one */
	size_t nr_symvers;
};

struct convert_stats {
	size_t nr_relocs, nr_syms; /* converted */
};

/*
 * Convert the linked module at in, and write it to out (which may be in): of
 * each livepatch symbol only name and section change, its relocations move to
 * .klp.rela.<object>.<section>.  The result is checked against the kernel's
 * rules before it is written.  0, or a negative code with errors in diag; out is
 * then as it was.
 */
int klp_convert(const char *in, const char *out, const struct convert_options *opts,
		struct arena *arena, struct diag *diag, struct convert_stats *stats);

#endif
