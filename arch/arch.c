// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The architectures that exist, and what those without peculiarities share.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>

/* A new architecture is one line here. */
const struct arch *const arch_all[] = {
	&arch_x86,
	&arch_arm64,
	&arch_ppc64,
	&arch_loongarch,
	NULL,
};

const struct arch *arch_find(uint16_t machine)
{
	for (const struct arch *const *arch = arch_all; *arch; arch++)
		if ((*arch)->machine == machine)
			return *arch;
	return NULL;
}

static int cmp_reloc(const void *key, const void *elem)
{
	uint32_t type = *(const uint32_t *)key;
	const struct arch_reloc *reloc = elem;

	return (type > reloc->type) - (type < reloc->type);
}

const struct arch_reloc *arch_reloc(const struct arch *arch, uint32_t type)
{
	return bsearch(&type, arch->relocs, arch->nr_relocs, sizeof(*arch->relocs), cmp_reloc);
}

/* Section symbols carry their section's name, which says nothing about the symbol. */
bool arch_generic_is_label(const struct elf_sym *sym)
{
	if (sym->type == STT_SECTION)
		return false;
	return !sym->name[0] || (sym->name[0] == '.' && sym->name[1] == 'L');
}

enum mapping arch_generic_mapping(const struct elf_sym *sym)
{
	(void)sym;
	return MAPPING_NONE;
}

const char *const arch_no_symbols[] = { NULL };

bool arch_is_own_symbol(const struct arch *arch, const char *name)
{
	for (const char *const *own = arch->own_symbols; *own; own++) {
		size_t len = strlen(*own);

		if ((*own)[len - 1] == '*' ? !strncmp(*own, name, len - 1) : !strcmp(*own, name))
			return true;
	}
	return false;
}

/* A jump has one form. */
bool arch_generic_same_jump(const uint8_t *a, uint8_t a_len, const uint8_t *b, uint8_t b_len)
{
	(void)a;
	(void)a_len;
	(void)b;
	(void)b_len;
	return false;
}

/* The loader and its stubs can do everything that has a relocation. */
const struct arch_refusal *arch_generic_refuse_outside(const uint8_t *code, uint64_t size,
						       uint64_t place, uint32_t type, int64_t off)
{
	(void)code;
	(void)size;
	(void)place;
	(void)type;
	(void)off;
	return NULL;
}

uint64_t arch_generic_local_entry(const struct elf_sym *sym)
{
	(void)sym;
	return 0;
}

/* No such constants, or none that could be loaded instead. */
bool arch_generic_load_boot_const(uint8_t *code, uint64_t size, uint64_t place,
				  struct boot_const *load)
{
	(void)code;
	(void)size;
	(void)place;
	(void)load;
	return false;
}

/* Without relocations that the kernel's module loader leaves to others. */
bool arch_generic_apply(uint32_t type, uint8_t *field, size_t avail, int64_t value)
{
	(void)type;
	(void)field;
	(void)avail;
	(void)value;
	return false;
}

/* Modules reach the kernel's image, or the loader sees to it. */
bool arch_generic_through_got(uint8_t *code, size_t avail, uint32_t types[2])
{
	(void)code;
	(void)avail;
	(void)types;
	return false;
}

bool arch_generic_detour(uint8_t *insn, uint32_t type, struct detour *out)
{
	(void)insn;
	(void)type;
	(void)out;
	return false;
}

bool arch_generic_reads_got_pair(const uint8_t *out, const uint8_t *in)
{
	(void)out;
	(void)in;
	return false;
}

size_t arch_generic_reads_got_detour(const uint8_t *out, size_t avail, const uint8_t *in)
{
	(void)out;
	(void)avail;
	(void)in;
	return 0;
}
