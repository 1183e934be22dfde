// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: is the kernel's symbol that a position chooses the original's?
 *
 * The kernel may be built with other flags (a section for each function): the size
 * and the bytes of a function tell only which of several it is like most.
 */
#include <string.h>

#include "internal.h"

#define POSITION_MAX 9999	/* of one name; the most in a kernel of 2024 are some hundreds */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool same_file(const struct oracle *o, uint32_t orig, const struct kernel_sym *k)
{
	const char *file = o->orig.files[orig];

	return !k->file || !*k->file || !*file || !strcmp(base_name(k->file), base_name(file));
}

static bool could_be(const struct oracle *o, uint32_t orig, const struct kernel_sym *k)
{
	const struct elf_sym *sym = &o->orig.elf->syms[orig];

	if (k->func != is_code(o->orig.elf->secs[sym->sec]) || !same_file(o, orig, k) ||
	    (sym->bind == STB_LOCAL && k->global))
		return false;
	return k->func || !k->size || !sym->size || k->size == sym->size;
}

/* The kernel's bytes at an address; NULL: unknown. */
static const uint8_t *kernel_bytes(const struct elf *elf, uint64_t addr, uint64_t size)
{
	for (uint32_t s = 1; elf && elf->type != ET_REL && s < elf->nr_secs; s++) {
		const struct elf_sec *sec = elf->secs[s];

		if (sec->flags & SHF_ALLOC && sec->data && addr >= sec->addr &&
		    addr - sec->addr < sec->size && size <= sec->size - (addr - sec->addr))
			return sec->data + (addr - sec->addr);
	}
	return NULL;
}

/* How many bytes are the same; none if the sizes differ. */
static uint64_t likeness(const struct oracle *o, uint32_t orig, const struct kernel_sym *k)
{
	const struct elf_sym *sym = &o->orig.elf->syms[orig];
	const uint8_t *data = o->orig.elf->secs[sym->sec]->data;
	const uint8_t *bytes = kernel_bytes(kernel_file_elf(o->kernel), k->addr, k->size);
	struct operands ops = { .nr = 0 };
	uint8_t *copy;
	uint64_t n = 0;

	if (!sym->size || k->size != sym->size || !bytes || !data)
		return k->size == sym->size;
	copy = arena_calloc(o->arena, 2 * k->size, 1);
	memcpy(copy, data + sym->value, k->size);
	memcpy(copy + k->size, bytes, k->size);
	image_operands(&o->orig, sym->sec, sym->value, sym->value + sym->size, &ops);
	mask_operands(copy, sym->value, k->size, &ops);
	mask_operands(copy + k->size, sym->value, k->size, &ops);
	for (uint64_t i = 0; i < k->size; i++)
		n += copy[i] == copy[k->size + i];
	arena_give_back(o->arena, copy, 2 * k->size, 1);
	arena_give_back(o->arena, ops.list, ops.cap, sizeof(*ops.list));
	return n + 1;
}

/* Is another one of that name much more like the original's? */
static bool is_unlike(const struct oracle *o, uint32_t orig, const char *name,
		      const struct kernel_sym *chosen)
{
	size_t nr;
	const struct kernel_sym *all = kernel_file_find(o->kernel, name, &nr);
	uint64_t have = likeness(o, orig, chosen);

	for (size_t i = 0; i < nr; i++)
		if (could_be(o, orig, &all[i]) &&
		    likeness(o, orig, &all[i]) > have + o->orig.elf->syms[orig].size / 8)
			return true;
	return false;
}

/* The kernel's symbol at that position of the name; NULL: there is none, which is reported. */
static const struct kernel_sym *chosen_by(struct oracle *o, const struct kernel_file *kernel,
					  uint32_t osec, uint64_t at, uint64_t pos,
					  const char *name, size_t *nr)
{
	const struct kernel_sym *all = kernel_file_find(kernel, name, nr);

	if (pos ? pos <= *nr && *nr > 1 : *nr == 1)
		return &all[pos ? pos - 1 : 0];
	finding(o, osec, at, "position", "position %llu of %s, of which the kernel has %zu",
		(unsigned long long)pos, name, *nr);
	return NULL;
}

/* Of several, one is global at most. */
static bool is_hidden(const struct kernel_file *kernel, const struct kernel_sym *chosen)
{
	size_t nr;
	const struct kernel_sym *all = kernel_file_find(kernel, chosen->name, &nr);

	for (size_t i = 0; i < nr && !chosen->global; i++)
		if (all[i].global)
			return true;
	return false;
}

void check_outside(struct oracle *o, uint32_t osec, const struct operand *oo)
{
	const struct kernel_sym *chosen;
	struct klp_sym_name name;
	size_t nr;

	if (klp_name_parse(o->out.elf->syms[oo->to.sym].name, &name))
		return;
	for (size_t i = 0; i < o->nr_kernels; i++) {
		const struct kernel_file *kernel = kernel_file_module(o->kernels[i], name.object);

		if (!kernel)
			continue;
		chosen = chosen_by(o, kernel, osec, oo->at, oo->to.pos, oo->to.name, &nr);
		if (chosen && is_hidden(kernel, chosen))
			finding(o, osec, oo->at, "position",
				"the kernel's %s at that position is local to a source file",
				oo->to.name);
		return;
	}
}

void check_weak(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig)
{
	const struct elf_sym *sym = &o->orig.elf->syms[orig];
	size_t nr = 0;
	const struct kernel_sym *s = o->kernel ? kernel_file_find(o->kernel, sym->name, &nr) : NULL;

	for (size_t i = 0; i < nr && sym->bind == STB_WEAK; i++)
		if (s[i].global && !s[i].weak)
			finding(o, osec, at, "position",
				"%s is weak, and the kernel has another file's definition", sym->name);
}

void check_position(struct oracle *o, uint32_t osec, uint64_t at, uint64_t pos, const char *name,
		    uint32_t orig)
{
	const struct kernel_sym *chosen;
	size_t nr, n = 0;

	for (const struct map_entry *e = map_find_str(&o->orig.names, name); e;
	     e = map_next(&o->orig.names, e))
		n += elf_sym_in_sec(&o->orig.elf->syms[e->value]);
	if (!pos && n > 1)
		finding(o, osec, at, "position", "%s is ambiguous: there are %zu", name, n);
	if (pos > POSITION_MAX)
		finding(o, osec, at, "position", "position %llu of %s: no kernel has as many",
			(unsigned long long)pos, name);
	if (!o->kernel)
		return;
	chosen = chosen_by(o, o->kernel, osec, at, pos, name, &nr);
	if (!chosen)
		return;
	if (!could_be(o, orig, chosen) || (nr > 1 && is_unlike(o, orig, name, chosen)) ||
	    (o->orig.elf->syms[orig].bind != STB_LOCAL && is_hidden(o->kernel, chosen)))
		finding(o, osec, at, "position", "the kernel's %s is not that of %s", name,
			o->orig.elf->path);
}
