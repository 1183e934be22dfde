// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What tables of the kernel say of its functions: which ftrace can redirect (its places are
 * the addresses from __start_mcount_loc to __stop_mcount_loc), and which no pointer may call.
 */
#include <klp/elf.h>
#include <klp/symbols.h>

static bool addr_of(const struct kernel_file *k, const char *name, uint64_t *addr)
{
	size_t nr;
	const struct kernel_sym *s = kernel_file_find(k, name, &nr);

	*addr = s ? s->addr : 0;
	return s && nr == 1;
}

static bool find_table(const struct kernel_file *k, uint64_t *start, uint64_t *stop)
{
	return addr_of(k, "__start_mcount_loc", start) && addr_of(k, "__stop_mcount_loc", stop) &&
	       *start < *stop;
}

bool kernel_traces(const struct kernel_file *k)
{
	uint64_t start, stop;

	return find_table(k, &start, &stop);
}

static const uint8_t *bytes_at(const struct elf *elf, uint64_t start, uint64_t stop)
{
	for (uint32_t i = 1; i < elf->nr_secs; i++) {
		const struct elf_sec *sec = elf->secs[i];

		if (sec->flags & SHF_ALLOC && sec->data && start >= sec->addr &&
		    stop - sec->addr <= sec->size)
			return sec->data + (start - sec->addr);
	}
	return NULL;
}

bool kernel_may_trace(const struct kernel_file *k, const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);
	uint64_t start, stop, end = s->addr + (s->size ?: 32);
	const uint8_t *table;

	if (!elf || elf->type == ET_REL || !find_table(k, &start, &stop))
		return true;
	table = bytes_at(elf, start, stop);
	if (!table || stop - start < 8 || !get_le64(table))
		return true;
	for (uint64_t i = 0; i + 8 <= stop - start; i += 8) {
		uint64_t addr = get_le64(table + i);

		/* Nops for ftrace may stand before a function, and behind its setting up of r2. */
		if (addr && addr + 16 > s->addr && addr < end)
			return true;
	}
	return false;
}

/* apply_seal_endbr() of arch/x86/kernel/alternative.c: a list of distances from the entry. */
bool kernel_sealed(const struct kernel_file *k, const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);
	const struct elf_sec *sec = elf ? elf_find_sec(elf, ".ibt_endbr_seal") : NULL;

	if (!sec || !sec->data || elf->type == ET_REL)
		return false;
	for (uint64_t at = 0; at + 4 <= sec->size; at += 4) {
		int64_t distance = (int32_t)get_le32(sec->data + at);

		if (sec->addr + at + (uint64_t)distance == s->addr)
			return true;
	}
	return false;
}
