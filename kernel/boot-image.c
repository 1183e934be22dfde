// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From what a boot loader is given to the kernel itself.
 *
 *  - x86 bzImage: setup code, whose header says where the packed kernel is
 *    (Documentation/arch/x86/boot.rst: payload_offset, payload_length; protocol 2.08); it is an
 *    ELF file.  Behind all formats but gzip stand four bytes: the size of what was packed
 *    (size_append of scripts/Makefile.lib).
 *  - EFI zboot (drivers/firmware/efi/libstub/zboot-header.S): "MZ", "zimg", where the packed
 *    kernel is, and its size without those four bytes; it is raw.
 *  - Image of arm64, vmlinux.bin of LoongArch: raw, as it lies in memory.
 *  - any of these, or an ELF file, packed as a whole (Image.gz, vmlinux.xz, MODULE.ko.zst).
 */
#include <elf.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#include "boot-image.h"

#define MAX_LAYERS 3

#define SETUP_SECTS	0x1f1
#define SETUP_MAGIC	0x202
#define SETUP_VERSION	0x206
#define PAYLOAD_OFFSET	0x248
#define PAYLOAD_LENGTH	0x24c
#define SETUP_END	0x250

#define ZBOOT_OFFSET	8
#define ZBOOT_SIZE	12
#define ZBOOT_END	16

static bool has(const struct bytes *b, uint64_t at, const char *magic, size_t len)
{
	return at + len <= b->size && !memcmp(b->data + at, magic, len);
}

static bool is_bzimage(const struct bytes *b)
{
	return b->size >= SETUP_END && has(b, SETUP_MAGIC, "HdrS", 4);
}

static bool is_zboot(const struct bytes *b)
{
	return b->size >= ZBOOT_END && has(b, 0, "MZ\0\0zimg", 8);
}

/* The machine of a raw image, or 0. */
static uint16_t raw_machine(const struct bytes *b)
{
	for (const struct arch *const *arch = arch_all; *arch; arch++)
		if ((*arch)->is_image && (*arch)->is_image(b->data, b->size))
			return (*arch)->machine;
	return 0;
}

struct peeling {
	const char *path;
	struct arena *arena;
	struct diag *diag;
};

#define refuse(p, code, ...) \
	diag_error((p)->diag, &(struct diag_where){ .object = (p)->path }, code, __VA_ARGS__)

/* Unpack [at, at + size), which has its unpacked size in its last bytes if has_size. */
static int unpack_payload(const struct peeling *p, struct bytes *b, uint64_t at, uint64_t size,
			  bool has_size)
{
	struct bytes in = { b->data + at, size };
	const struct packing *packing;
	uint32_t right = 0;
	int err;

	if (at > b->size || size > b->size - at || size < 4)
		return refuse(p, "boot-image",
			      "it is a boot image whose packed kernel (%llu bytes at %#llx) is not "
			      "inside the file's %llu bytes: the file is cut off or damaged",
			      (unsigned long long)size, (unsigned long long)at,
			      (unsigned long long)b->size);
	packing = unpack_find(in.data, in.size);
	if (!packing && has(&in, 0, ELFMAG, SELFMAG)) {
		*b = in;
		return 0;
	}
	if (!packing)
		return refuse(p, "boot-image",
			      "it is a boot image whose kernel at %#llx is packed in no known way",
			      (unsigned long long)at);
	has_size &= strcmp(unpack_name(packing), "gzip") != 0;
	if (has_size) {
		in.size -= 4;
		right = get_le32(in.data + in.size);
	}
	err = unpack_bytes(b, packing, &in, p->path, p->arena, p->diag);
	if (!err && has_size && right != b->size)
		return refuse(p, "boot-image",
			      "its kernel unpacks to %llu bytes, and it says %u: the file is damaged",
			      (unsigned long long)b->size, right);
	return err;
}

static int peel_bzimage(const struct peeling *p, struct bytes *b)
{
	uint64_t sectors = b->data[SETUP_SECTS] ?: 4;
	unsigned int version = get_le16(b->data + SETUP_VERSION);

	if (version < 0x208)
		return refuse(p, "boot-image",
			      "it is an image of boot protocol %u.%02u, which does not say where "
			      "the kernel is in it",
			      version >> 8, version & 0xff);
	return unpack_payload(p, b, (sectors + 1) * 512 + get_le32(b->data + PAYLOAD_OFFSET),
			      get_le32(b->data + PAYLOAD_LENGTH), true);
}

/* One layer; *done: there is none left. */
static int peel(const struct peeling *p, struct boot_image *img, bool *done)
{
	struct bytes *b = &img->bytes;
	const struct packing *packing = unpack_find(b->data, b->size);

	*done = has(b, 0, ELFMAG, SELFMAG);
	if (*done)
		return 0;
	if (packing)
		return unpack_bytes(b, packing, &(struct bytes){ b->data, b->size }, p->path, p->arena,
			      p->diag);
	if (is_bzimage(b))
		return peel_bzimage(p, b);
	if (is_zboot(b))
		return unpack_payload(p, b, get_le32(b->data + ZBOOT_OFFSET),
				      get_le32(b->data + ZBOOT_SIZE), false);
	img->machine = raw_machine(b);
	*done = img->machine;
	return *done ? 0 :
		       refuse(p, "boot-image",
			      "it is no image of a kernel that klp knows: bzImage of x86_64, Image "
			      "of arm64, vmlinux.bin of LoongArch, EFI zboot, ELF, or one of these "
			      "packed with gzip, xz, zstd, lz4, bzip2, lzo or lzma");
}

int kernel_boot_image(struct boot_image *out, const char *path, struct arena *arena,
		      struct diag *diag)
{
	const struct peeling p = { path, arena, diag };
	bool done = false;
	int err;

	*out = (struct boot_image){ { NULL, 0 }, 0 };
	err = unpack_read(&out->bytes, path, arena, diag);
	for (int layers = 0; !err && !done; layers++) {
		if (layers == MAX_LAYERS)
			return refuse(&p, "boot-image", "it is packed more than %d times",
				      MAX_LAYERS);
		err = peel(&p, out, &done);
	}
	return err;
}
