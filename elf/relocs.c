// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The relocations of an object (SHT_RELA), sorted by the place that they apply to.
 */
#include <string.h>

#include "internal.h"

/* Newer than the elf.h of Debian 12. */
#ifndef SHT_CREL
#define SHT_CREL 0x40000014
#endif

static int check_rela(struct elf_reader *r, const struct elf_sec *sec)
{
	struct elf *elf = r->elf;
	const struct elf_sec *target;

	if (sec->entsize != sizeof(Elf64_Rela))
		return damaged_sec(r, sec, "has relocations of %llu bytes instead of %zu",
				   (unsigned long long)sec->entsize, sizeof(Elf64_Rela));
	if (sec->size % sizeof(Elf64_Rela))
		return damaged_sec(r, sec, "does not hold a whole number of relocations");
	if (!elf->symtab || sec->link != elf->symtab)
		return damaged_sec(r, sec, "is linked to section %u, which is not the symbol table",
				   sec->link);
	if (!sec->info || sec->info >= elf->nr_secs)
		return damaged_sec(r, sec, "applies to section %u, which does not exist",
				   sec->info);
	target = elf->secs[sec->info];
	if (elf_is_table(elf, target) || (target->type == SHT_NOBITS && sec->size))
		return damaged_sec(r, sec, "applies to section %u (%s), which has no contents",
				   sec->info, target->name);
	if (target->rela && !(sec->flags & SHF_RELA_LIVEPATCH))
		return damaged_sec(r, sec, "is a second relocation section of section %u (%s)",
				   sec->info, target->name);
	return 0;
}

/* Merge two sorted runs that lie one behind the other. */
static void merge(struct elf_reloc *to, const struct elf_reloc *a, const struct elf_reloc *mid,
		  const struct elf_reloc *end)
{
	const struct elf_reloc *b = mid;

	while (a < mid || b < end)
		*to++ = b == end || (a < mid && a->offset <= b->offset) ? *a++ : *b++;
}

static bool is_sorted(const struct elf_reloc *relocs, size_t nr)
{
	size_t i;

	for (i = 1; i < nr; i++) {
		if (relocs[i].offset < relocs[i - 1].offset)
			return false;
	}
	return true;
}

/* Not qsort(), which is not stable. */
void elf_sort_relocs(struct arena *arena, struct elf_reloc *relocs, size_t nr)
{
	struct elf_reloc *from = relocs, *to, *swap;
	size_t width, i;

	if (is_sorted(relocs, nr))
		return;
	to = arena_calloc(arena, nr, sizeof(*to));
	for (width = 1; width < nr; width *= 2) {
		for (i = 0; i < nr; i += 2 * width) {
			size_t mid = width < nr - i ? i + width : nr;
			size_t end = width < nr - mid ? mid + width : nr;

			merge(to + i, from + i, from + mid, from + end);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != relocs)
		memcpy(relocs, from, nr * sizeof(*relocs));
}

size_t elf_first_reloc(const struct elf_sec *rela, uint64_t offset)
{
	size_t low = 0, high = rela ? rela->nr_relocs : 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (rela->relocs[mid].offset < offset)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

_Static_assert(sizeof(struct elf_reloc) == sizeof(Elf64_Rela), "relocations stay in place");

/*
 * Those of a kernel are millions: where they lie in our own memory and the host has the file's
 * byte order, they are used where they are.  Otherwise they are copied.
 */
static void place_relocs(struct elf_reader *r, struct elf_sec *sec)
{
	const uint8_t *p = sec->data;
	size_t i;

	sec->nr_relocs = sec->size / sizeof(Elf64_Rela);
	if (!sec->nr_relocs)
		return;
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && r->memory &&
	    (uintptr_t)p % _Alignof(struct elf_reloc) == 0) {
		sec->relocs = (struct elf_reloc *)(r->memory + (p - r->image));
		return;
	}
	sec->cap_relocs = sec->nr_relocs;
	sec->relocs = arena_calloc(r->elf->arena, sec->nr_relocs, sizeof(*sec->relocs));
	for (i = 0; i < sec->nr_relocs; i++, p += sizeof(Elf64_Rela))
		sec->relocs[i] = (struct elf_reloc){
			.offset = get_le64(p),
			.type = get_le32(p + 8),
			.sym = get_le32(p + 12),
			.addend = (int64_t)get_le64(p + 16),
		};
}

static int read_relocs(struct elf_reader *r, struct elf_sec *sec)
{
	struct elf *elf = r->elf;
	const struct elf_sec *target = elf->secs[sec->info];
	size_t i;

	place_relocs(r, sec);
	for (i = 0; i < sec->nr_relocs; i++) {
		const struct elf_reloc *reloc = &sec->relocs[i];

		if (reloc->offset >= target->size)
			return damaged_sec(r, sec, "relocation %zu lies outside section %s", i,
					   target->name);
		if (reloc->sym >= elf->nr_syms)
			return damaged_sec(
				r, sec, "relocation %zu refers to symbol %u, which does not exist",
				i, reloc->sym);
	}
	elf_sort_relocs(elf->arena, sec->relocs, sec->nr_relocs);
	return 0;
}

/* Those of what linkers read and leave out, as Clang's counts of calls (.llvm.call-graph-profile). */
static bool is_for_linkers(const struct elf *elf, const struct elf_sec *sec)
{
	return sec->info && sec->info < elf->nr_secs &&
	       (elf->secs[sec->info]->flags & (SHF_ALLOC | SHF_EXCLUDE)) == SHF_EXCLUDE;
}

static int refuse_other_relocs(struct elf_reader *r, const struct elf_sec *sec)
{
	if (sec->type == SHT_REL && !is_for_linkers(r->elf, sec))
		return refuse_sec(r, sec, "rel",
				  "holds relocations without addends (SHT_REL), which are not "
				  "supported on 64-bit machines");
	if (sec->type == SHT_CREL)
		return refuse_sec(r, sec, "crel",
				  "holds compact relocations (SHT_CREL), which are not supported: "
				  "build without -Wa,--crel");
	return 0;
}

int elf_read_relocs(struct elf_reader *r)
{
	struct elf *elf = r->elf;
	uint32_t i;
	int err = 0;

	/* Those of linked files apply to addresses and are of no use here. */
	if (elf->type != ET_REL)
		return 0;
	for (i = 1; i < elf->nr_secs && !err; i++) {
		struct elf_sec *sec = elf->secs[i];

		err = refuse_other_relocs(r, sec);
		if (err || sec->type != SHT_RELA)
			continue;
		err = check_rela(r, sec);
		if (err)
			break;
		if (!(sec->flags & SHF_RELA_LIVEPATCH))
			elf->secs[sec->info]->rela = sec;
		err = read_relocs(r, sec);
	}
	return err;
}
