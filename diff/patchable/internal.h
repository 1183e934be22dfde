/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What diff/patchable/patchable.c (functions and data), diff/patchable/refs.c (what copies refer to),
 * diff/patchable/kept.c (what stays in the kernel) and diff/patchable/data.c (data that no
 * function shows) share.  All of them record
 * errors and warnings in d->diag.
 */
#ifndef KLP_PATCHABLE_PRIVATE_H
#define KLP_PATCHABLE_PRIVATE_H

#include <klp/diff.h>

/* The error that piece p of patched is. */
#define refuse(d, p, code, ...)                                                                    \
	do {                                                                                       \
		struct diag_where where_ = piece_where(&(d)->patched, p);                          \
		diag_error((d)->diag, &where_, code, __VA_ARGS__);                                 \
	} while (0)

/* ---- diff/patchable/refs.c ---- */
void diff_check_refs(struct diff *d, uint32_t piece);

/* ---- diff/patchable/kpatch.c: annotations of kpatch ---- */
/* Errors for all that the patched object has. */
void diff_check_kpatch(struct diff *d);
/* Is it one of their sections? */
bool diff_is_kpatch(const struct elf_sec *sec);

/* ---- diff/patchable/data.c ---- */
/* What is left of both objects that nothing refers to must be the same. */
void diff_check_nameless(struct diff *d);
/* A table of an unknown kind that speaks of something copied. */
void diff_check_unknown_table(struct diff *d, const struct piece *p);

/* The kernel's global symbol of the name; NULL: there is none, or it is not known. */
const struct kernel_sym *diff_kernel_global(const struct diff *d, const char *name);

/* ---- diff/patchable/same-names.c ---- */
/* Names of the kernel that the patch gives to something else. */
void diff_check_same_names(struct diff *d);

/* ---- diff/patchable/kept.c ---- */
/* What stays in the kernel has the memory and the alignment that the patch wants. */
void diff_check_kept(struct diff *d);

#endif
