/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a boot loader is given: bzImage, Image, Image.gz, EFI zboot; and compressed ELF files.
 */
#ifndef KERNEL_BOOT_IMAGE_H
#define KERNEL_BOOT_IMAGE_H

#include <stdint.h>

#include <klp/unpack.h>

struct boot_image {
	struct bytes bytes;	/* unpacked: an ELF file, or as it lies in memory */
	uint16_t machine;	/* of a raw one; 0: it is an ELF file */
};

/* Unpack all layers of the file at path: 0, or a negative code with one error in diag. */
int kernel_boot_image(struct boot_image *out, const char *path, struct arena *arena,
		      struct diag *diag);

#endif
