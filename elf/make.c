// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Making objects: sections, symbols and relocations, appended to new objects and to read ones.
 */
#include <string.h>

#include "internal.h"

struct elf *elf_new(const struct elf *like, struct arena *arena)
{
	struct elf *elf = arena_alloc(arena, sizeof(*elf));
	struct elf_sym null = { .name = "" };

	elf->arena = arena;
	elf->names = elf_names_new(arena);
	elf->type = ET_REL;
	elf->machine = like->machine;
	elf->osabi = like->osabi;
	elf->abiversion = like->abiversion;
	elf->flags = like->flags;
	elf_add_sec(elf, "", SHT_NULL, 0, 1, 0);
	elf_add_sym(elf, &null);
	return elf;
}

struct elf_sec *elf_add_sec(struct elf *elf, const char *name, uint32_t type, uint64_t flags,
			    uint64_t align, uint64_t entsize)
{
	struct elf_sec *sec = arena_alloc(elf->arena, sizeof(*sec));

	if (elf->nr_secs >= ELF_SEC_RESERVED - 1)
		arena_fail(elf->arena);
	sec->name = name;
	sec->index = elf->nr_secs;
	sec->type = type;
	sec->flags = flags;
	sec->align = align ? align : 1;
	sec->entsize = entsize;
	elf->secs =
		arena_grow(elf->arena, elf->secs, elf->nr_secs, &elf->cap_secs, sizeof(*elf->secs));
	elf->secs[elf->nr_secs++] = sec;
	return sec;
}

/* A private copy of the contents, with room for cap bytes. */
static uint8_t *own_data(struct elf *elf, struct elf_sec *sec, uint64_t cap)
{
	uint8_t *data = arena_alloc(elf->arena, cap);

	if (sec->data)
		memcpy(data, sec->data, sec->size);
	sec->data = data;
	sec->cap_data = cap;
	sec->packed = NULL;
	return data;
}

uint8_t *elf_writable(struct elf *elf, struct elf_sec *sec)
{
	if (!sec->data)
		return NULL;
	if (!sec->cap_data)
		return own_data(elf, sec, sec->size);
	return (uint8_t *)sec->data;
}

uint64_t elf_place(struct arena *arena, uint64_t *end, uint64_t size, uint64_t align)
{
	uint64_t offset;

	align = align ? align : 1;
	if (__builtin_add_overflow(*end, align - 1, &offset))
		arena_fail(arena);
	offset &= ~(align - 1);
	if (__builtin_add_overflow(offset, size, end))
		arena_fail(arena);
	return offset;
}

uint64_t elf_add_data(struct elf *elf, struct elf_sec *sec, const void *bytes, uint64_t size,
		      uint64_t align, uint8_t fill)
{
	uint64_t old = sec->size, end = old, offset = elf_place(elf->arena, &end, size, align);
	uint8_t *data;

	if (align > sec->align)
		sec->align = align;
	if (sec->type != SHT_NOBITS && end) {
		if (end > UINT64_MAX / 2)
			arena_fail(elf->arena);
		data = (uint8_t *)sec->data;
		if (end > sec->cap_data)
			data = own_data(elf, sec, old ? 2 * end : end);
		memset(data + old, fill, offset - old);
		if (bytes && size)
			memcpy(data + offset, bytes, size);
		else
			memset(data + offset, 0, size);
	}
	sec->size = end;
	return offset;
}

uint32_t elf_add_sym(struct elf *elf, const struct elf_sym *sym)
{
	struct elf_sym copy = *sym; /* sym may be one of those that move */

	if (elf->nr_syms == UINT32_MAX)
		arena_fail(elf->arena);
	elf->syms =
		arena_grow(elf->arena, elf->syms, elf->nr_syms, &elf->cap_syms, sizeof(*elf->syms));
	elf->syms[elf->nr_syms] = copy;
	return elf->nr_syms++;
}

uint32_t elf_sec_sym(struct elf *elf, struct elf_sec *sec)
{
	struct elf_sym sym = {
		.name = sec->name,
		.sec = sec->index,
		.type = STT_SECTION,
		.bind = STB_LOCAL,
	};

	if (!sec->sym || elf->syms[sec->sym].dropped)
		sec->sym = elf_add_sym(elf, &sym);
	return sec->sym;
}

/* A group's member needs its relocations in the group too, lest a linker keep them alone. */
static void join_group(struct elf *elf, struct elf_sec *rela, struct elf_sec *group)
{
	uint8_t index[4];

	if (!group)
		return;
	put_le32(index, rela->index);
	elf_add_data(elf, group, index, sizeof(index), 4, 0);
	rela->flags |= SHF_GROUP;
	rela->group = group;
}

void elf_add_reloc(struct elf *elf, struct elf_sec *sec, uint64_t offset, uint32_t type,
		   uint32_t sym, int64_t addend)
{
	struct elf_reloc reloc = { .offset = offset, .type = type, .sym = sym, .addend = addend };

	if (!sec->rela || sec->rela->dropped) {
		sec->rela = elf_add_sec(elf, arena_printf(elf->arena, ".rela%s", sec->name),
					SHT_RELA, SHF_INFO_LINK, 8, sizeof(Elf64_Rela));
		sec->rela->info = sec->index;
		join_group(elf, sec->rela, sec->group);
	}
	elf_add_rela(elf, sec->rela, &reloc);
}

void elf_add_rela(struct elf *elf, struct elf_sec *rela, const struct elf_reloc *reloc)
{
	struct elf_reloc copy = *reloc, *own;

	if (rela->nr_relocs && !rela->cap_relocs) {	/* they are the file's */
		own = arena_calloc(elf->arena, rela->nr_relocs, sizeof(*own));
		memcpy(own, rela->relocs, rela->nr_relocs * sizeof(*own));
		rela->relocs = own;
		rela->cap_relocs = rela->nr_relocs;
	}
	rela->relocs = arena_grow(elf->arena, rela->relocs, rela->nr_relocs, &rela->cap_relocs,
				  sizeof(*rela->relocs));
	rela->relocs[rela->nr_relocs++] = copy;
}
