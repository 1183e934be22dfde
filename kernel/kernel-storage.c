// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kind of memory of a symbol in the kernel's file, and its alignment there.
 */
#include <klp/elf.h>
#include <klp/kernel.h>

/*
 * The linker script's symbols that stand around each kind, the narrow before the wide
 * (include/asm-generic/vmlinux.lds.h, arch/<arch>/kernel/vmlinux.lds.S).
 */
static const struct {
	const char *from, *to;
	enum storage storage;
} ranges[] = {
	{ "__per_cpu_start", "__per_cpu_end", STORAGE_PER_CPU },
	{ "__init_begin", "__init_end", STORAGE_INIT },
	{ "__start_ro_after_init", "__end_ro_after_init", STORAGE_RO_AFTER_INIT },
	{ "__start_rodata", "__end_rodata", STORAGE_READ_ONLY },
	{ "_stext", "_etext", STORAGE_CODE },
	{ "_sdata", "_edata", STORAGE_DATA },
	{ "__bss_start", "__bss_stop", STORAGE_DATA },
};

static bool find_address(const struct kernel_file *k, const char *name, uint64_t *addr)
{
	size_t nr;
	const struct kernel_sym *s = kernel_file_find(k, name, &nr);

	if (nr == 1)
		*addr = s->addr;
	return nr == 1;
}

enum storage kernel_storage(const struct kernel_file *k, const struct arch *arch,
			    const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);
	uint64_t from, to;

	if (elf && elf->type == ET_REL)
		return elf_sym_in_sec(&elf->syms[s->index])
			       ? special_storage_of(arch, elf->secs[elf->syms[s->index].sec])
			       : STORAGE_UNKNOWN;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		if (find_address(k, ranges[i].from, &from) && find_address(k, ranges[i].to, &to) &&
		    s->addr >= from && s->addr < to)
			return ranges[i].storage;
	return STORAGE_UNKNOWN;
}

uint64_t kernel_alignment(const struct kernel_file *k, const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);
	uint64_t low = s->addr & -s->addr, align;

	if (!elf || elf->type != ET_REL)
		return low;	/* the kernel moves by multiples of more than any of these */
	if (!elf_sym_in_sec(&elf->syms[s->index]))
		return 0;
	align = elf->secs[elf->syms[s->index].sec]->align;
	return low && low < align ? low : align;
}
