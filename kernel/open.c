// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Open a file of the kernel's symbols, of whatever kind: linked ELF, System.map, /proc/kallsyms.
 */
#include <klp/diag.h>
#include <klp/kernel.h>
#include <klp/text.h>

#include "internal.h"

int kernel_file_read(struct kernel_file **out, struct text *text, struct arena *arena,
		     struct diag *diag)
{
	struct kernel_file *k = kernel_file_new(text->path, "vmlinux", arena, diag);
	struct diag_where where = { .object = text->path };
	int err;

	if (text->elf && text->gzip)
		return diag_error(diag, &where, "compressed",
				  "this is a gzip-compressed ELF file: unpack it first");
	err = text->elf ? kernel_file_read_elf(k) : kernel_file_read_text(k, text);
	if (!err)
		*out = k;
	return err;
}

int kernel_file_open(struct kernel_file **out, const char *path, struct arena *arena,
		     struct diag *diag)
{
	struct text text;
	int err = text_open(&text, path, arena, diag);

	return err ?: kernel_file_read(out, &text, arena, diag);
}
