// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check on a module: do the code and tables at a place agree with the reference there?  For
 * example, a call of ppc64 that leaves the module needs a nop behind it, for the module loader.
 */
#include <string.h>

#include <klp/special.h>
#include <klp/text.h>

#include "internal.h"

static uint64_t place_key(uint32_t sec, uint64_t off)
{
	return (uint64_t)sec << 40 ^ off;
}

/* ---- references that leave the module ---- */

static void check_livepatch_places(struct check *c)
{
	struct klp_places *places = klp_places_new(c->elf, c->arch, c->arena);

	for (size_t i = 0; i < c->nr_refs; i++) {
		const struct livepatch_ref *ref = &c->refs[i];

		klp_place_check(places, ref->rela, ref->reloc, ref->to.object, ref->patched,
				c->diag);
	}
}

/* Calls of exported functions: ppc64's have to restore r2, too. */
static void check_import(struct check *c, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct elf_sym *sym = &c->elf->syms[r->sym];
	const struct arch_reloc *row = arch_reloc(c->arch, r->type);
	const struct arch_refusal *why;
	const char *advice;

	if (sym->sec != ELF_SEC_UNDEF || !row || !(row->flags & RELOC_BRANCH) ||
	    row->size > sec->size - r->offset || arch_is_trace_symbol(c->arch, sym->name) ||
	    arch_is_own_symbol(c->arch, sym->name))
		return;
	why = arch_refuse_outside(c->arch, sec->data, sec->size, r->offset, r->type, r->addend);
	advice = why ? strstr(why->text, ": ") : NULL;
	if (why)
		check_finding(c, sec, r->offset, sym->name, why->code, "%.*s",
			      (int)(advice ? (size_t)(advice - why->text) : strlen(why->text)),
			      why->text);
}

/* ---- ftrace ---- */

/* What the loader writes a call over has to be one of ftrace, or a nop. */
static void check_trace_entry(struct check *c, const struct elf_sec *table,
			      const struct elf_reloc *entry)
{
	const struct elf_sym *sym = &c->elf->syms[entry->sym];
	const struct elf_sec *sec = elf_sym_in_sec(sym) ? c->elf->secs[sym->sec] : NULL;
	uint64_t at = sym->value + (uint64_t)entry->addend;
	struct insn insn;

	if (!sec || !sec->data || sec->dropped)
		return;
	if (at < sec->size && !c->arch->decode(sec->data + at, sec->size - at, &insn)) {
		if (insn.flags & INSN_NOP)
			return;
		for (size_t i = elf_first_reloc(sec->rela, at);
		     sec->rela && i < sec->rela->nr_relocs &&
		     sec->rela->relocs[i].offset < at + insn.len;
		     i++)
			if (arch_is_trace_symbol(c->arch,
						 c->elf->syms[sec->rela->relocs[i].sym].name))
				return;
	}
	check_finding(c, table, entry->offset, NULL, "trace-entry",
		      "leads to %s+%#llx, where neither a call of ftrace nor a nop stands", sec->name,
		      (unsigned long long)at);
}

/* The places that the module's trace tables name; false: it has none. */
static bool traced_places(struct check *c, struct map *places)
{
	bool found = false;

	map_init(places, c->arena);
	for_each_sec (c->elf, sec) {
		const struct special_rule *rule = special_rule(c->arch, sec);

		if (sec->dropped || !rule || !(rule->flags & SPECIAL_TRACE) || !sec->rela)
			continue;
		found = true;
		for_each_reloc (sec->rela, r) {
			const struct elf_sym *sym = &c->elf->syms[r->sym];

			check_trace_entry(c, sec, r);
			if (elf_sym_in_sec(sym))
				map_add_u64(places,
					    place_key(sym->sec, sym->value + (uint64_t)r->addend),
					    1);
		}
	}
	return found;
}

/* A call that no entry names is never made a nop. */
static void check_traced(struct check *c, const struct map *places, const struct elf_sec *sec,
			 const struct elf_reloc *r)
{
	uint64_t before = r->offset ? r->offset - 1 : 0; /* x86: behind the opcode */

	if (arch_is_trace_symbol(c->arch, c->elf->syms[r->sym].name) &&
	    !map_find_u64(places, place_key(sec->index, r->offset)) &&
	    !map_find_u64(places, place_key(sec->index, before)))
		check_finding(c, sec, r->offset, NULL, "untraced-call",
			      "no trace table names this call of %s", c->elf->syms[r->sym].name);
}

/* ---- functions of the module ---- */

/*
 * ppc64: who sets up r2 at its begin has a local entry behind that.  In the large model the
 * distance to the TOC stands before the function (ELFv2 ABI 2.3.2.1).
 */
static void check_local_entry(struct check *c, const struct elf_sec *sec,
			      const struct elf_reloc *r)
{
	const struct arch_reloc *row = arch_reloc(c->arch, r->type);
	const struct elf_sym *sym;
	uint64_t begin = r->offset;

	if (!row || strcmp(c->elf->syms[r->sym].name, ".TOC.") != 0)
		return;
	if (row->size == 8 && row->flags & RELOC_PCREL)
		begin += 8;
	sym = check_sym_at(c, sec->index, begin, false);
	if (sym && sym->type == STT_FUNC && !arch_local_entry(c->arch, sym))
		check_finding(c, sec, r->offset, NULL, "local-entry",
			      "the function sets up r2 at its begin, but its st_other (%#x) has no "
			      "local entry",
			      sym->other);
}

static bool has_prefix_symbol(const struct check *c, const char *prefix, const char *name)
{
	const char *wanted = arena_printf(c->arena, "%s%s", prefix, name);

	for_each_sym (c->elf, sym)
		if (elf_sym_in_sec(sym) && !strcmp(sym->name, wanted))
			return true;
	return false;
}

/* kCFI (x86): code whose indirect calls are checked calls only what has a hash before it. */
static void check_kcfi(struct check *c, const struct elf_sec *sec, const struct elf_reloc *r)
{
	const struct elf_sym *to = &c->elf->syms[r->sym], *sym;
	uint64_t off = to->value + (uint64_t)r->addend;

	if (r->type != c->arch->abs64 || !elf_sym_in_sec(to) || special_rule(c->arch, sec) ||
	    starts_with(sec->name, ".init.klp_") ||
	    !strcmp(sec->name, ".gnu.linkonce.this_module") ||
	    !(c->elf->secs[to->sec]->flags & SHF_EXECINSTR))
		return;
	sym = check_sym_at(c, to->sec, off, false);
	if (sym && sym->type == STT_FUNC && !has_prefix_symbol(c, "__cfi_", sym->name))
		check_finding(c, sec, r->offset, NULL, "kcfi",
			      "a pointer to %s, which has no type hash (__cfi_%s)", sym->name,
			      sym->name);
}

static bool uses_kcfi(const struct check *c)
{
	const struct elf_sec *sec = elf_find_sec(c->elf, ".kcfi_traps");

	return sec && sec->size;
}

/* Sections that the linker script of modules makes, and that the loader does not do without. */
static void check_module_sections(struct check *c)
{
	if (!elf_find_sec(c->elf, ".gnu.linkonce.this_module"))
		return;
	for (const char *const *s = c->arch->module_sections; s && *s; s++)
		if (!elf_find_sec(c->elf, *s))
			check_finding(c, NULL, 0, NULL, "module-section",
				      "there is no section %s: link with the kernel's module.lds",
				      *s);
}

void check_places(struct check *c)
{
	const struct kernel_file *k = symlist_find(c->kernels, "vmlinux");
	struct map places;
	bool traces = traced_places(c, &places) || (k && kernel_traces(k)), kcfi = uses_kcfi(c);

	check_livepatch_places(c);
	check_module_sections(c);
	for_each_sec (c->elf, sec) {
		bool code = sec->flags & SHF_EXECINSTR && sec->data;

		if (sec->dropped || !(sec->flags & SHF_ALLOC))
			continue;
		for_each_reloc (sec->rela, r) {
			if (code && traces)
				check_traced(c, &places, sec, r);
			if (code) {
				check_import(c, sec, r);
				check_local_entry(c, sec, r);
			} else if (kcfi) {
				check_kcfi(c, sec, r);
			}
		}
	}
}
