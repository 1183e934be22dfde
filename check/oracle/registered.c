// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: new objects that the kernel would find only between the ends of a section, where a
 * livepatch cannot put them.
 *
 * For example, the entry of a new IRQCHIP_DECLARE() stands in __irqchip_of_table, which the kernel
 * goes through when it boots; no code or data has the entry's address.  In a module, it is in
 * another place, or in none, and nobody calls what it names.
 */
#include <klp/facts.h>

#include "internal.h"

/* Sections into which compilers put objects by themselves, and those of which nothing is asked. */
static bool is_of_no_table(const struct oracle *o, const struct elf_sec *sec)
{
	static const char *const starts[] = { ".data", ".rodata", ".bss", ".note", ".kpatch." };
	/* Modules bring theirs to the loader, tools read them, or they only name what others have.
	 */
	static const char *const names[] = { "__modver", "_ftrace_eval_map", "__tracepoint_check",
					     ".BTF_ids", "___srcu_struct_ptrs" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (starts_with(sec->name, starts[i]))
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(sec->name, names[i]))
			return true;
	return !(sec->flags & SHF_ALLOC) || oracle_is_code(sec) || special_rule(o->arch, sec) ||
	       oracle_is_ignored(o, sec) || oracle_is_own_table(o, sec);
}

/* Has the original none that is called so, but for the compiler's numbers? */
static bool is_new(struct oracle *o, uint32_t psym)
{
	return !o->said[psym] && !image_first_of_stem(&o->orig, o->patched.elf->syms[psym].name);
}

void check_registered(struct oracle *o)
{
	const struct elf *elf = o->patched.elf;

	for (uint32_t i = 1; i < elf->nr_syms && !o->same_inputs; i++) {
		const struct elf_sym *sym = &elf->syms[i];
		const struct elf_sec *sec = elf_sym_in_sec(sym) ? elf->secs[sym->sec] : NULL;
		const char *object;

		if (!sec || sym->type != STT_OBJECT || is_of_no_table(o, sec) ||
		    klp_callback_kind(sym->name, &object) >= 0 || !is_new(o, i) ||
		    image_is_target(&o->patched, sym->sec, sym->value))
			continue;
		oracle_finding(o, 0, 0, "not-registered",
			       "%s is new in %s, and nothing refers to it: the kernel may look for "
			       "it there",
			       sym->name, sec->name);
	}
}
