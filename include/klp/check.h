/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klp check: is the object that a livepatch is linked from what its inputs say?
 */
#ifndef KLP_CHECK_H
#define KLP_CHECK_H

#include <stddef.h>

struct arena;
struct diag;

struct check_options {
	const char **symvers;	/* exports; none: that something is exported is not checked */
	size_t nr_symvers;
	const char **kernels;	/* linked objects; none: positions are not checked */
	size_t nr_kernels;
};

/*
 * Check what klp diff (or another tool) made of orig and patched.  Everything that is wrong
 * becomes an error in diag, whose code is the finding's stable identifier.  0 and the number of
 * findings, or a negative code if the files could not be checked.
 */
int klp_check_object(const char *orig, const char *patched, const char *out,
		     const struct check_options *opts, struct arena *arena, struct diag *diag,
		     size_t *nr_findings);

#endif
