/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declarations that the files of special/ share.
 */
#ifndef KLP_SPECIAL_PRIVATE_H
#define KLP_SPECIAL_PRIVATE_H

#include <klp/special.h>

/* The rows that every architecture has, ended by a NULL name. */
extern const struct special_rule special_generic[];

/*
 * Which known forms of entries a section may be made of.  Of a split, only the
 * rule and the architecture are looked at.
 *
 * The first layout that fits of those with the size (0: of all), or NULL;
 * *known: there are some of that size.
 */
const struct special_layout *special_fit(const struct special_split *split, const struct elf *elf,
					 const struct elf_sec *sec, uint64_t size, bool *known);

/* The layout that fits, if none of another size fits as well; otherwise NULL. */
const struct special_layout *special_fit_only(const struct special_split *split,
					      const struct elf *elf, const struct elf_sec *sec);

/* Why special_fit_only() found none: what fits or does not, and what the user can do. */
const char *special_fit_text(const struct special_split *split, const struct elf *elf,
			     const struct elf_sec *sec, struct arena *arena);

#endif
