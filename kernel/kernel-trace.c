// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions of a kernel or module ftrace can redirect, by their tables.
 *
 * ftrace's places are, in vmlinux, the addresses from __start_mcount_loc to
 * __stop_mcount_loc, and in a module what the relocations of __mcount_loc or
 * __patchable_function_entries lead to (kernel/trace/ftrace.c: ftrace_init(),
 * ftrace_module_init()).  A kernel that moves itself at boot may have its addresses in
 * relative relocations alone (ld --no-apply-dynamic-relocs, arch/arm64/Makefile).  An entry
 * that is 0 belonged to a weak function that another one overrides; sorted by the kernel's
 * build (scripts/sorttable.c), these come first.
 */
#include <stdlib.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/elf.h>
#include <klp/special.h>

#include "symbols.h"

/* Nops for ftrace may stand that far before a function. */
#define BEFORE 16

#define RELA_SIZE   24	/* Elf64_Rela */
#define RELA_SYM    12
#define RELA_ADDEND 16

/* ---- places ---- */

/* An address, or in a module, whose sections have none yet, section and offset. */
static uint64_t place_of(const struct elf *elf, uint32_t sec, uint64_t value)
{
	return elf->type == ET_REL ? ((uint64_t)sec << 40) + value : value;
}

static void add_place(struct kernel_file *k, uint64_t place)
{
	k->traced = arena_grow(k->arena, k->traced, k->nr_traced, &k->cap_traced,
			       sizeof(*k->traced));
	k->traced[k->nr_traced++] = place;
}

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

/* The relative relocations of a linked kernel have no symbol: the addend is the address. */
static void read_relative(struct kernel_file *k, uint64_t start, uint64_t stop)
{
	for (uint32_t i = 1; i < k->elf->nr_secs; i++) {
		const struct elf_sec *sec = k->elf->secs[i];

		if (sec->type != SHT_RELA || !(sec->flags & SHF_ALLOC) || !sec->data)
			continue;
		for (uint64_t at = 0; sec->size - at >= RELA_SIZE; at += RELA_SIZE) {
			const uint8_t *rela = sec->data + at;
			uint64_t offset = get_le64(rela), addr = get_le64(rela + RELA_ADDEND);

			if (offset >= start && offset < stop && !get_le32(rela + RELA_SYM) && addr)
				add_place(k, addr);
		}
	}
}

static void read_table(struct kernel_file *k)
{
	uint64_t start, stop;
	const uint8_t *table;

	if (!find_table(k, &start, &stop))
		return;
	table = bytes_at(k->elf, start, stop);
	for (uint64_t i = 0; table && i + 8 <= stop - start; i += 8)
		if (get_le64(table + i))
			add_place(k, get_le64(table + i));
	read_relative(k, start, stop);
	k->knows_traced = k->nr_traced;
}

/* Without a table nothing of a module can be redirected. */
static void read_module(struct kernel_file *k)
{
	const struct elf *elf = k->elf;
	const struct arch *arch = arch_find(elf->machine);

	k->knows_traced = arch != NULL;
	for (uint32_t i = 1; arch && i < elf->nr_secs; i++) {
		const struct elf_sec *rela = elf->secs[i]->rela;
		const struct special_rule *rule = special_rule(arch, elf->secs[i]);

		if (!rela || !rule || !(rule->flags & SPECIAL_TRACE))
			continue;
		for (size_t n = 0; n < rela->nr_relocs; n++) {
			const struct elf_reloc *r = &rela->relocs[n];
			const struct elf_sym *sym = &elf->syms[r->sym];

			if (elf_sym_in_sec(sym))
				add_place(k, place_of(elf, sym->sec,
						      sym->value + (uint64_t)r->addend));
		}
	}
}

/* ---- functions ---- */

static uint64_t sym_place(const struct kernel_file *k, const struct kernel_sym *s)
{
	return place_of(k->elf, k->elf->syms[s->index].sec, s->addr);
}

static void list_functions(struct kernel_file *k)
{
	k->funcs = arena_calloc(k->arena, k->nr, sizeof(*k->funcs));
	for (size_t i = 0; i < k->nr; i++)
		if (k->in_order[i]->func)
			k->funcs[k->nr_funcs++] =
				(struct kernel_range){ sym_place(k, k->in_order[i]),
						       k->in_order[i]->size };
}

static int cmp_place(const void *pa, const void *pb)
{
	uint64_t a = *(const uint64_t *)pa, b = *(const uint64_t *)pb;

	return (a > b) - (a < b);
}

static int cmp_range(const void *pa, const void *pb)
{
	const struct kernel_range *a = pa, *b = pb;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return (a->size > b->size) - (a->size < b->size);
}

/* Whether the last function that begins at or before the place, the longest there, has it. */
static bool is_inside(const struct kernel_file *k, uint64_t place)
{
	size_t low = 0, high = k->nr_funcs;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->funcs[mid].begin <= place)
			low = mid + 1;
		else
			high = mid;
	}
	return low && place - k->funcs[low - 1].begin < k->funcs[low - 1].size;
}

void kernel_file_read_trace(struct kernel_file *k)
{
	if (k->elf->type == ET_REL)
		read_module(k);
	else
		read_table(k);
	if (!k->knows_traced)
		return;
	list_functions(k);
	if (k->nr_traced)
		qsort(k->traced, k->nr_traced, sizeof(*k->traced), cmp_place);
	if (k->nr_funcs)
		qsort(k->funcs, k->nr_funcs, sizeof(*k->funcs), cmp_range);
}

/* ---- questions ---- */

bool kernel_traces(const struct kernel_file *k)
{
	uint64_t start, stop;

	return find_table(k, &start, &stop);
}

/* The first place at or behind that one: its number. */
static size_t first_place(const struct kernel_file *k, uint64_t place)
{
	size_t low = 0, high = k->nr_traced;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->traced[mid] < place)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool kernel_may_trace(const struct kernel_file *k, const struct kernel_sym *s)
{
	uint64_t begin, from;

	if (!k->knows_traced)
		return true;
	begin = sym_place(k, s);
	from = begin > BEFORE ? begin - BEFORE : 0;
	for (size_t i = first_place(k, from); i < k->nr_traced; i++) {
		if (k->traced[i] >= begin + (s->size ?: 32))
			return false;
		/* What stands before it may be another function's: a short one, or padding. */
		if (k->traced[i] >= begin || !is_inside(k, k->traced[i]))
			return true;
	}
	return false;
}
