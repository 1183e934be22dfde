// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generic ELF reader: compressed sections (SHF_COMPRESSED), which are debugging information
 * and stay as they are until somebody asks for what is in one.
 */
#include <zlib.h>

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

static int pack(struct elf_reader *r, struct elf_sec *sec)
{
	uint64_t size = 0, align = 0;
	int err = check_chdr(r, sec, &size, &align);

	if (err)
		return err;
	sec->flags &= ~(uint64_t)SHF_COMPRESSED;
	sec->packed = sec->data;
	sec->packed_size = sec->size;
	sec->data = NULL;
	sec->size = size;
	sec->align = align ? align : 1;
	return 0;
}

/*
 * What compilers write is packed to a third, zeroes that relocations fill to a hundredth; a file
 * that is made for it unpacks to a thousand times its size, in each of its sections.
 */
#define UNPACK_LEAST ((uint64_t)16 << 20)
#define UNPACK_TIMES 8

int elf_find_packed(struct elf_reader *r)
{
	uint32_t i;
	int err = 0;

	r->elf->may_unpack = UNPACK_LEAST + UNPACK_TIMES * r->size;

	for (i = 1; i < r->elf->nr_secs && !err; i++) {
		if (r->elf->secs[i]->flags & SHF_COMPRESSED)
			err = pack(r, r->elf->secs[i]);
	}
	return err;
}

bool elf_unpack(struct elf *elf, struct elf_sec *sec)
{
	uLongf size = sec->size;
	uint8_t *data;

	if (!sec->packed || sec->data)
		return true;
	if (get_le32(sec->packed) != ELFCOMPRESS_ZLIB || !size)
		return !size;
	if (size > elf->may_unpack)
		return false;
	elf->may_unpack -= size;
	data = arena_alloc(elf->arena, size);
	if (uncompress(data, &size, sec->packed + sizeof(Elf64_Chdr),
		       sec->packed_size - sizeof(Elf64_Chdr)) != Z_OK ||
	    size != sec->size)
		return false;
	sec->data = data;
	return true;
}
