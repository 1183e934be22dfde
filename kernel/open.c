// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Open a file of the kernel's symbols, of whatever kind: linked ELF, stripped or not, packed or
 * not; what a boot loader is given; System.map, /proc/kallsyms.
 */
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/kernel.h>
#include <klp/text.h>

#include "boot-image.h"
#include "internal.h"

/* A linked kernel may be stripped. */
static int read_any_elf(struct kernel_file *k, struct elf *elf)
{
	return elf->nr_syms <= 1 && elf->type != ET_REL ? kernel_file_read_stripped(k, elf)
							: kernel_file_read_elf(k, elf);
}

static int read_image(struct kernel_file *k)
{
	struct boot_image image;
	struct elf *elf;
	int err = kernel_boot_image(&image, k->path, k->arena, k->diag);

	if (err)
		return err;
	if (image.machine)
		return kernel_file_read_raw(k, &image);
	return elf_open_bytes(&elf, &image.bytes, k->path, ELF_WANT_ANY, k->arena, k->diag) ?:
	       read_any_elf(k, elf);
}

static int read_elf(struct kernel_file *k)
{
	struct elf *elf;

	return elf_open(&elf, k->path, ELF_WANT_ANY, k->arena, k->diag) ?:
	       read_any_elf(k, elf);
}

int kernel_file_read(struct kernel_file **out, struct text *text, struct arena *arena,
		     struct diag *diag)
{
	struct kernel_file *k = kernel_file_new(text->path, "vmlinux", arena, diag);
	int err;

	if (text->image || (text->elf && text->gzip))
		err = read_image(k);
	else
		err = text->elf ? read_elf(k) : kernel_file_read_text(k, text);
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
