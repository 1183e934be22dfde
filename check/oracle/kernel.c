// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: is what the output expects of the kernel what the original object has, at the
 * position that the kernel counts; and is everything that differs between the two inputs in the
 * output?
 *
 * The kernel may be built with other flags (a section for each function).  So the size and the
 * bytes of a function tell only which of several symbols it is most like.
 */
#include <string.h>

#include "internal.h"

#define POSITION_MAX 9999 /* of one name; the most in a kernel of 2024 are some hundreds */

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

	if (k->func != oracle_is_code(o->orig.elf->secs[sym->sec]) || !same_file(o, orig, k) ||
	    (sym->bind == STB_LOCAL && k->global && !k->no_scope))
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
	/* An image tells no sizes: as many bytes as the original has. */
	uint64_t size = kernel_file_from_tables(o->kernel) ? sym->size : k->size;
	const uint8_t *bytes = kernel_bytes(kernel_file_elf(o->kernel), k->addr, size);
	struct operands ops = { .nr = 0 };
	uint8_t *copy;
	uint64_t n = 0;

	if (!sym->size || size != sym->size || !bytes || !data)
		return size == sym->size;
	copy = arena_calloc(o->arena, 2 * size, 1);
	memcpy(copy, data + sym->value, size);
	memcpy(copy + size, bytes, size);
	image_operands(&o->orig, sym->sec, sym->value, sym->value + sym->size, &ops);
	oracle_mask_operands(copy, sym->value, size, &ops);
	oracle_mask_operands(copy + size, sym->value, size, &ops);
	for (uint64_t i = 0; i < size; i++)
		n += copy[i] == copy[size + i];
	arena_give_back(o->arena, copy, 2 * size, 1);
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
	oracle_finding(o, osec, at, "position", "position %llu of %s, of which the kernel has %zu",
		       (unsigned long long)pos, name, *nr);
	return NULL;
}

/* Of several, one is global at most. */
static bool is_hidden(const struct kernel_file *kernel, const struct kernel_sym *chosen)
{
	size_t nr;
	const struct kernel_sym *all = kernel_file_find(kernel, chosen->name, &nr);

	for (size_t i = 0; i < nr && !chosen->global; i++)
		if (all[i].global && !all[i].no_scope)
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
			oracle_finding(o, osec, oo->at, "position",
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
			oracle_finding(o, osec, at, "position",
				       "%s is weak, and the kernel has another file's definition",
				       sym->name);
}

/* The original is all of a module: which of that name is its orig? */
static void check_position_in_whole(struct oracle *o, uint32_t osec, uint64_t at, uint64_t pos,
				    const char *name, uint32_t orig)
{
	size_t nr;
	const struct kernel_sym *k = kernel_file_find(o->whole, name, &nr);

	for (size_t i = 0; i < nr; i++) {
		int64_t right = kernel_sym_pos(&k[i]);
		const char *where = right < 0 ? "whose position does not last" :
						arena_printf(o->arena, "which is at %lld",
							     (long long)right);

		if (k[i].index == orig && right != (int64_t)pos)
			oracle_finding(o, osec, at, "position",
				       "%s,%llu in the module is not that of %s, %s", name,
				       (unsigned long long)pos, o->orig.elf->path, where);
	}
}

void check_position(struct oracle *o, uint32_t osec, uint64_t at, uint64_t pos, const char *name,
		    uint32_t orig)
{
	const struct kernel_sym *chosen;
	size_t nr, n = 0;

	for_each_str (&o->orig.names, name, e)
		n += elf_sym_in_sec(&o->orig.elf->syms[e->value]);
	if (!pos && n > 1)
		oracle_finding(o, osec, at, "position", "%s is ambiguous: there are %zu", name, n);
	if (pos > POSITION_MAX)
		oracle_finding(o, osec, at, "position",
			       "position %llu of %s: no kernel has as many",
			       (unsigned long long)pos, name);
	if (!o->kernel && o->whole)
		check_position_in_whole(o, osec, at, pos, name, orig);
	if (!o->kernel)
		return;
	chosen = chosen_by(o, o->kernel, osec, at, pos, name, &nr);
	if (!chosen)
		return;
	if (!could_be(o, orig, chosen) || (nr > 1 && is_unlike(o, orig, name, chosen)) ||
	    (o->orig.elf->syms[orig].bind != STB_LOCAL && is_hidden(o->kernel, chosen)))
		oracle_finding(o, osec, at, "position", "the kernel's %s is not that of %s", name,
			       o->orig.elf->path);
}

/* ---- references to the kernel ---- */

/* Source files may have one name: of several, the one that the same functions use, or of that size.
 */
uint32_t oracle_find_in_orig(struct oracle *o, const char *name, uint32_t psym)
{
	uint32_t found = 0, nr = 0;

	if (o->said[psym])
		return oracle_is_said_called(o, psym, name) ? o->said[psym] : 0;
	found = oracle_orig_called(o, name, psym);
	for (const struct map_entry *e = found ? NULL : map_find_str(&o->orig.names, name); e;
	     e = map_next(&o->orig.names, e)) {
		if (!oracle_could_be_in_orig(o, e->value, psym))
			continue;
		if (!nr++ || o->orig.elf->syms[e->value].size == o->patched.elf->syms[psym].size)
			found = e->value;
	}
	return found;
}

/* A local of that name is none that another file could refer to. */
static bool has_global(const struct kernel_file *kernel, const char *name)
{
	size_t nr = 0;
	const struct kernel_sym *s = kernel_file_find(kernel, name, &nr);

	for (size_t i = 0; i < nr; i++)
		if (s[i].global && kernel_sym_pos(&s[i]) >= 0)
			return true;
	return false;
}

bool oracle_is_of_others(const struct oracle *o, const struct place *to)
{
	return !to->sec && to->name && !to->klp && o->exports && o->kernel &&
	       !arch_is_trace_symbol(o->arch, to->name) && !arch_is_own_symbol(o->arch, to->name) &&
	       !exports_find(o->exports, to->name) && !has_global(o->kernel, to->name);
}

static void check_ordinary(struct oracle *o, uint32_t osec, const struct operand *oo, uint32_t psym)
{
	if (!o->exports || arch_is_trace_symbol(o->arch, oo->to.name) ||
	    arch_is_own_symbol(o->arch, oo->to.name))
		return;
	if (!psym && oracle_is_of_others(o, &oo->to))
		return;
	if (!exports_find(o->exports, oo->to.name))
		oracle_finding(o, osec, oo->at, "not-exported", "the kernel does not export %s",
			       oo->to.name);
}

void check_kernel_ref(struct oracle *o, uint32_t osec, const struct operand *oo, uint32_t psym)
{
	uint32_t orig;

	if (!oo->to.klp)
		check_ordinary(o, osec, oo, psym);
	if (!psym && oo->to.klp)
		check_outside(o, osec, oo);
	if (!psym)
		return;
	orig = oracle_find_in_orig(o, oo->to.name, psym);
	if (!orig) {
		oracle_finding(o, osec, oo->at, "not-in-kernel",
			       "%s has no %s: it is not in the kernel", o->orig.elf->path,
			       oo->to.name);
		return;
	}
	o->taken_by[orig] = psym;
	if (!oo->to.klp && o->orig.elf->syms[orig].bind == STB_LOCAL)
		oracle_finding(o, osec, oo->at, "local-as-export",
			       "%s is local in %s: an export of that name is another one",
			       oo->to.name, o->orig.elf->path);
	if (oracle_used_by_another(o, osec, oo->at, orig, psym))
		oracle_finding(o, osec, oo->at, "target-other",
			       "in %s it is another one of that name", o->orig.elf->path);
	else if (oracle_is_out_of_order(o, osec, oo->at, orig, psym))
		oracle_finding(o, osec, oo->at, "target-other",
			       "by the order of the symbols of that name, it is another one in %s",
			       o->orig.elf->path);
	if (oo->to.klp)
		check_position(o, osec, oo->at, oo->to.pos, oo->to.name, orig);
	check_kept(o, osec, oo->at, orig, psym);
	if ((!oracle_is_function(&o->orig.elf->syms[orig]) || (oo->to.off && !oo->branch)) &&
	    oracle_symbols_differ(o, orig, psym) && !oracle_is_written(o, orig, psym))
		oracle_finding(o, osec, oo->at, "changed-in-kernel",
			       "%s differs in %s: the kernel has the old one", oo->to.name,
			       o->patched.elf->path);
}

/* ---- completeness ---- */

static bool goes_away(const struct image *img, uint32_t sec)
{
	const struct special_rule *rule = special_rule(img->arch, img->elf->secs[sec]);

	return rule && rule->flags & (SPECIAL_FREED | SPECIAL_REGISTER);
}

void check_complete(struct oracle *o)
{
	const struct elf *elf = o->patched.elf;

	for (uint32_t i = 1; i < elf->nr_syms && !o->same_inputs; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		uint32_t orig;

		if (!elf_sym_in_sec(sym) || !oracle_is_function(sym) || o->copy_of[i] ||
		    oracle_same_as(o, sym->sec) || goes_away(&o->patched, sym->sec))
			continue;
		orig = oracle_orig_called(o, sym->name, i);
		/* By another name of its place: check_names(). */
		if (!orig || oracle_redirect_of(o, orig) || !oracle_symbols_differ(o, orig, i) ||
		    oracle_has_equal(o, i) || oracle_is_folded(o, orig, i) ||
		    !oracle_can_run(o, i, 0))
			continue;
		oracle_finding(o, 0, 0, "change-missing",
			       "%s differs between the inputs, but the output has no copy", sym->name);
	}
}
