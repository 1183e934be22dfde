/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of this folder share: each of them judges something else, and records errors and
 * warnings in d->diag.
 */
#ifndef KLP_PATCHABLE_PRIVATE_H
#define KLP_PATCHABLE_PRIVATE_H

#include "../internal.h"

/* The error that piece p of patched is. */
#define refuse(d, p, code, ...)                                                          \
	do {                                                                             \
		struct diag_where where_ = piece_where((d)->patched, p);                 \
		(d)->patched->pieces[(p) - (d)->patched->pieces].flags |= PIECE_REFUSED; \
		diag_error((d)->diag, &where_, code, __VA_ARGS__);                       \
	} while (0)

/* ---- annotations of kpatch ---- */
/* Errors for all that the patched object has. */
void diff_check_kpatch(struct diff *d);
/* Is it one of their sections? */
bool diff_is_kpatch(const struct elf_sec *sec);

/* The kernel's global symbol of the name; NULL: there is none, or it is not known. */
const struct kernel_sym *diff_kernel_global(const struct diff *d, const char *name);

/* ---- names ---- */
/* Names of the kernel that the patch gives to something else. */
void diff_check_same_names(struct diff *d);

/* Callbacks that the kernel would not call for this object. */
void diff_check_callbacks(struct diff *d);
/* Names and addresses of places inside of what is replaced, and such names that moved. */
void diff_check_inside(struct diff *d);
/* A variable that exists holds the address of such a place, and nothing else refused it. */
void diff_check_held(struct diff *d, const struct piece *p);

/* ---- diff/patchable/trace-entries.c ---- */
/* Errors for entries of the function in ftrace's table that lead to no place of ftrace. */
void diff_check_trace_entries(struct diff *d, const struct object *obj, const struct piece *p);

/* ---- diff/patchable/registration.c ---- */
/* New entries of tables that the kernel reads at boot, or when the object is loaded. */
void diff_check_registration(struct diff *d, const struct piece *p);
/* Refuse data of an unknown section that refers to something copied, or that is new there. */
void diff_check_unknown_table(struct diff *d, const struct piece *p);

/* ---- what stays in the kernel ---- */
/* Errors where a kept object has other memory, or less alignment, than the patch wants. */
void diff_check_kept(struct diff *d);

/* ---- types ---- */
/* No copy uses objects whose layout changed, as far as debugging information tells. */
void diff_check_types(struct diff *d);

/* ---- diff/patchable/renamed.c ---- */
/* Warnings of new variables that may be the kernel's by another name. */
void diff_check_renamed(struct diff *d);

#endif
