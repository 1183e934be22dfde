// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generic ELF reader: compressed sections (SHF_COMPRESSED), the only thing for
 * which it needs libelf.
 */
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>

#include "internal.h"

/* Newer than the elf.h of Debian 12 (ELFCOMPRESS_ZSTD). */
#define COMPRESS_ZSTD 2

/* No deflate stream grows more than that (zlib's documentation). */
#define MAX_COMPRESSION 1032

static int check_chdr(struct elf_reader *r, struct elf_sec *sec, uint64_t *size, uint64_t *align)
{
	uint32_t type;

	if (sec->size < sizeof(Elf64_Chdr))
		return damaged_sec(r, sec, "ends inside its compression header");
	type = get_le32(sec->data);
	*size = get_le64(sec->data + offsetof(Elf64_Chdr, ch_size));
	*align = get_le64(sec->data + offsetof(Elf64_Chdr, ch_addralign));

	if (type != ELFCOMPRESS_ZLIB && type != COMPRESS_ZSTD)
		return refuse_sec(r, sec, "compressed-unknown",
				  "is compressed in the unknown way %u", type);
	if (*align & (*align - 1) || *align > ELF_MAX_ALIGN)
		return damaged_sec(r, sec, "has the bad alignment %#llx once decompressed",
				   (unsigned long long)*align);
	if (*size / MAX_COMPRESSION > sec->size)
		return damaged_sec(r, sec, "claims %llu bytes in %llu compressed ones",
				   (unsigned long long)*size, (unsigned long long)sec->size);
	return 0;
}

/* libelf learnt zstd in 0.189, and may be built without it. */
static int refuse_stream(struct elf_reader *r, const struct elf_sec *sec)
{
	if (get_le32(sec->data) == COMPRESS_ZSTD)
		return refuse_sec(
			r, sec, "compressed-zstd",
			"is compressed with zstd, which the libelf in use cannot read (%s): "
			"run objcopy --decompress-debug-sections on the file, or build with "
			"CONFIG_DEBUG_INFO_COMPRESSED_NONE",
			elf_errmsg(-1));
	return damaged_sec(r, sec, "cannot be decompressed: %s", elf_errmsg(-1));
}

/* libelf's memory stays with its handle, which the arena releases. */
static int decompress(struct elf_reader *r, struct elf_sec *sec)
{
	uint64_t size = 0, align = 0;
	Elf_Data *data;
	Elf_Scn *scn;
	int err = check_chdr(r, sec, &size, &align);

	if (err)
		return err;
	if (!r->libelf) {
		elf_version(EV_CURRENT);
		r->libelf = elf_begin(r->fd, ELF_C_READ_MMAP, NULL);
	}
	scn = elf_getscn(r->libelf, sec->index);
	if (!scn || elf_compress(scn, 0, 0) < 0)
		return refuse_stream(r, sec);
	data = elf_rawdata(scn, NULL);
	if (!data || data->d_size != size)
		return damaged_sec(r, sec, "was not decompressed to the size it claims");

	sec->flags &= ~(uint64_t)SHF_COMPRESSED;
	sec->packed = sec->data;
	sec->packed_size = sec->size;
	sec->data = size ? data->d_buf : NULL;
	sec->size = size;
	sec->align = align ? align : 1;
	return 0;
}

int elf_decompress(struct elf_reader *r)
{
	uint32_t i;
	int err = 0;

	for (i = 1; i < r->elf->nr_secs && !err; i++) {
		if (r->elf->secs[i]->flags & SHF_COMPRESSED)
			err = decompress(r, r->elf->secs[i]);
	}
	return err;
}
