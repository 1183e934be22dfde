// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Weak definitions: a change of one is an error if the kernel runs another file's definition of
 * the name, and a warning if nothing tells.  For example, a generic arch_setup() is weak; if the
 * architecture defines it too, the kernel runs that one, which the copy would replace.
 */
#include "internal.h"

const struct kernel_sym *diff_kernel_global(const struct diff *d, const char *name)
{
	size_t nr = 0;
	const struct kernel_sym *s = d->ctx.kernel ? kernel_file_find(d->ctx.kernel, name, &nr) : NULL;

	while (nr && !s->global)
		s++, nr--;
	return nr ? s : NULL;
}

bool diff_is_overridden(const struct diff *d, uint32_t orig_sym)
{
	const struct elf_sym *sym = &d->orig->elf->syms[orig_sym];
	const struct kernel_sym *s = sym->bind == STB_WEAK ? diff_kernel_global(d, sym->name) : NULL;

	/* Linkers leave a weak definition weak (gABI, "Symbol Binding"). */
	return s && !s->weak;
}

/* The kernel may run another file's definition of the name. */
void diff_check_weak(struct diff *d, const struct piece *p, uint32_t orig_sym)
{
	const struct elf_sym *sym = &d->orig->elf->syms[orig_sym];
	struct diag_where where = piece_where(d->patched, p);

	where.symbol = sym->name;
	if (!diff_piece_is_patched(p) || sym->bind != STB_WEAK)
		return;
	if (diff_is_overridden(d, orig_sym))
		diag_error(d->diag, &where, "weak",
			   "the changed function is weak, and %s has another file's definition of it, "
			   "which is what runs: the livepatch would replace that one; patch the "
			   "file that defines it",
			   kernel_file_path(d->ctx.kernel));
	else if (!diff_kernel_global(d, sym->name))
		diag_warn(d->diag, &where, "weak",
			  "the changed function is weak: if another file of the kernel defines it, "
			  "that is what runs and what the livepatch would replace; --kernel FILE "
			  "tells");
}
