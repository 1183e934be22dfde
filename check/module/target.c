// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check on a module: does the kernel have the symbols that the module expects, at their
 * positions, and is the code there that it was made for?
 */
#include <string.h>

#include <klp/text.h>

#include "internal.h"

/* How much of a function has to be like the original's; -fdata-sections may change registers later. */
#define FIRST_BYTES 16
#define NOPS	    16	/* for ftrace, before the symbol in one build and behind it in another */

/* ---- symbols and positions ---- */

static bool is_ref_sec(const struct elf_sec *sec)
{
	return starts_with(sec->name, ".ref.");
}

static bool is_slot_sec(const struct check *c, const struct elf_sec *sec)
{
	return c->arch->slots && !strcmp(sec->name, c->arch->slots);
}

/* The slots that code outside of .ref.text loads from, once. */
static void note_used_slots(struct check *c)
{
	if (c->used_slots.nr)
		return;
	map_add_u64(&c->used_slots, UINT64_MAX, 1);
	for (uint32_t s = 1; s < c->elf->nr_secs; s++) {
		const struct elf_sec *user = c->elf->secs[s];

		if (!user->rela || !(user->flags & SHF_EXECINSTR) || is_ref_sec(user))
			continue;
		for (size_t k = 0; k < user->rela->nr_relocs; k++) {
			const struct elf_reloc *r = &user->rela->relocs[k];
			const struct elf_sym *sym = &c->elf->syms[r->sym];

			if (elf_sym_in_sec(sym) && is_slot_sec(c, c->elf->secs[sym->sec]))
				map_add_u64(&c->used_slots, sym->value + (uint64_t)r->addend, 1);
		}
	}
}

/*
 * Does the kernel's author vouch for what stands there?  Code that is __ref, and data that is
 * __refdata, may lead to init memory: it does not use it once it is freed (modpost takes it from
 * them as well; include/linux/init.h of the kernel).  E.g. devtmpfsd() completes setup_done.
 * On ppc64 the address is in a slot that such code alone loads from.
 */
static bool is_guarded(struct check *c, const struct elf_sec *sec, uint64_t off)
{
	if (is_ref_sec(sec))
		return true;
	if (!is_slot_sec(c, sec))
		return false;
	note_used_slots(c);
	return !map_find_u64(&c->used_slots, off);
}

/* The symbol of that name and position, as klp_find_object_symbol() would take it; NULL: none. */
static const struct kernel_sym *find_sym(struct check *c, const struct kernel_file *k,
					 const char *name, uint64_t pos, const struct elf_sec *sec,
					 uint64_t off)
{
	const char *object = kernel_file_object(k);
	const struct kernel_sym *s;
	size_t nr;
	int64_t right;

	s = kernel_file_find(k, name, &nr);
	if (!s) {
		check_finding(c, sec, off, NULL, "not-in-kernel", "%s has no symbol %s", object,
			      name);
		return NULL;
	}
	if (pos > nr || (!pos && nr > 1)) {
		check_finding(c, sec, off, NULL, "position",
			      "position %llu of %s, of which %s has %zu", (unsigned long long)pos,
			      name, object, nr);
		return NULL;
	}
	s += pos ? pos - 1 : 0;
	right = kernel_sym_pos(s);
	if (right == KERNEL_POS_GONE || (s->freed && !is_guarded(c, sec, off)))
		check_finding(c, sec, off, NULL, "freed", "%s is in init memory of %s", name,
			      object);
	else if (right != (int64_t)pos)
		check_finding(c, sec, off, NULL, "position", "%s,%llu in %s %s", name,
			      (unsigned long long)pos, object,
			      right == KERNEL_POS_DIFFERS ?
				      "is another one once the module is live" :
				      "is unique: its position is 0");
	return s;
}

/* ---- kinds ---- */

static bool knows_kinds(const struct kernel_file *k)
{
	return kernel_file_elf(k) != NULL;
}

static void check_kind(struct check *c, const struct livepatch_ref *ref,
		       const struct kernel_file *k, const struct kernel_sym *s)
{
	uint8_t type = c->elf->syms[ref->reloc->sym].type;
	bool branch = check_is_branch(c, ref->sec, ref->reloc);

	if (!knows_kinds(k))
		return;
	if ((branch || type == STT_FUNC) && !s->func)
		check_finding(c, ref->sec, ref->reloc->offset, NULL, "kind",
			      "%s %s, which is data in %s", branch ? "a branch to" : "the function",
			      s->name, kernel_file_object(k));
	else if (type == STT_OBJECT && s->func)
		check_finding(c, ref->sec, ref->reloc->offset, NULL, "kind",
			      "the object %s, which is code in %s", s->name,
			      kernel_file_object(k));
}

static const struct elf_sec *sec_of_addr(const struct elf *elf, uint64_t addr)
{
	for_each_sec (elf, sec)
		if (sec->flags & SHF_ALLOC && sec->data && addr >= sec->addr &&
		    addr - sec->addr < sec->size)
			return sec;
	return NULL;
}

/* ---- the original object ---- */

/* Mask the fields that the relocations in [from, to) fill, so that only the other bytes count. */
enum filled {
	FILLED_NOT,
	FILLED,			/* the linker, or the kernel's build after it, does */
	FILLED_OTHERWISE,	/* the linker may write other instructions there */
};

static enum filled is_filled(const struct check *c, const struct elf_sec *sec, uint64_t from,
			     uint64_t to)
{
	enum filled filled = FILLED_NOT;

	for_each_reloc (sec->rela, r) {
		const struct arch_reloc *row = arch_reloc(c->arch, r->type);

		if (r->offset < from || r->offset >= to)
			continue;
		if (!row || row->flags & RELOC_MARKER)
			return FILLED_OTHERWISE;
		filled = FILLED;
	}
	return filled;
}

/* Nops are for alignment, or for ftrace: before the symbol in one build, behind it in another. */
static uint64_t skip_nops(const struct check *c, const uint8_t *code, uint64_t at, uint64_t size)
{
	struct insn insn;

	while (at < size && !c->arch->decode(code + at, size - at, &insn) && insn.flags & INSN_NOP)
		at += insn.len;
	return at;
}

static bool is_call(const struct check *c, const uint8_t *code, uint64_t avail)
{
	struct insn insn;

	return !c->arch->decode(code, avail, &insn) && insn.flags & INSN_CALL;
}

/* False if instructions differ that are the same wherever the function stands. */
static bool begins_like(const struct check *c, const struct elf_sym *sym, const uint8_t *kernel,
			uint64_t avail)
{
	const struct elf_sec *sec = c->orig->secs[sym->sec];
	const uint8_t *orig = sec->data + sym->value;
	uint64_t a = 0, b = 0;

	while (a < FIRST_BYTES) {
		enum filled filled;
		struct insn insn;

		a = skip_nops(c, orig, a, sym->size);
		b = skip_nops(c, kernel, b, avail);
		if (a >= sym->size || c->arch->decode(orig + a, sym->size - a, &insn))
			return true;
		filled = is_filled(c, sec, sym->value + a, sym->value + a + insn.len);
		/* A jump may be shorter where its destination is near. */
		if (filled == FILLED_OTHERWISE ||
		    (insn.flags & INSN_BRANCH && !(insn.flags & INSN_CALL)))
			return true;
		/* A call for tracing may be nops there, which were passed over. */
		if (!(filled && insn.flags & INSN_CALL) || is_call(c, kernel + b, avail - b)) {
			if (b + insn.len > avail ||
			    (!filled && memcmp(orig + a, kernel + b, insn.len) != 0))
				return false;
			b += insn.len;
		}
		a += insn.len;
	}
	return true;
}

static void check_orig(struct check *c, const struct patched_func *f, const struct kernel_file *k,
		       const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);
	const struct elf_sec *sec;
	bool found = false;
	uint64_t off;

	/* ppc64: objects of a pair are compiled without sibling calls, the kernel with. */
	if (!c->orig || !elf || c->arch->nops_added)
		return;
	sec = elf->type == ET_REL ? elf->secs[elf->syms[s->index].sec] : sec_of_addr(elf, s->addr);
	if (!sec || !sec->data)
		return;
	off = elf->type == ET_REL ? s->addr : s->addr - sec->addr;
	for_each_sym (c->orig, sym) {
		if (!elf_sym_in_sec(sym) || sym->type != STT_FUNC || strcmp(sym->name, f->name) ||
		    !c->orig->secs[sym->sec]->data || off > sec->size)
			continue;
		found = true;
		/* Branches out of it may be shorter in the kernel, and only nops be more. */
		if (s->size <= sym->size + NOPS &&
		    begins_like(c, sym, sec->data + off, sec->size - off))
			return;
	}
	if (found)
		check_finding(c, f->sec, f->at, NULL, "original-differs",
			      "%s of %s is not like the one in %s: %llu bytes that begin otherwise, "
			      "or too many",
			      f->name, kernel_file_object(k), c->orig->path,
			      (unsigned long long)s->room);
}

static void check_func(struct check *c, const struct patched_func *f)
{
	const struct kernel_file *k = symlist_find(c->kernels, f->object);
	const struct kernel_sym *s;

	if (!k)
		return;
	s = find_sym(c, k, f->name, f->pos, f->sec, f->at);
	if (!s)
		return;
	if (knows_kinds(k) && !s->func) {
		check_finding(c, f->sec, f->at, NULL, "kind", "%s is data in %s", f->name,
			      f->object);
		return;
	}
	if (!kernel_may_trace(k, s))
		check_finding(c, f->sec, f->at, NULL, "not-traceable",
			      "ftrace cannot redirect %s of %s: %s has no ftrace location in it", f->name,
			      f->object, kernel_file_path(k));
	check_orig(c, f, k, s);
}

static bool says_depends(const struct check *c, const char *module)
{
	size_t len = strlen(module);
	const char *s;

	for (uint64_t i = 0; (s = elf_modinfo(c->elf, "depends=", &i));)
		for (const char *at = s; (at = strstr(at, module)); at++)
			if ((at == s || at[-1] == ',') && (!at[len] || at[len] == ','))
				return true;
	return false;
}

/* A module's relocations are applied when it is loaded: what they lead to has to be there. */
static void check_dependency(struct check *c, const struct livepatch_ref *ref)
{
	const struct kernel_file *k = symlist_find(c->kernels, ref->patched);

	if (!strcmp(ref->patched, "vmlinux") || !strcmp(ref->to.object, "vmlinux") ||
	    !strcmp(ref->to.object, ref->patched) || !k || !kernel_file_elf(k) ||
	    kernel_file_depends(k, ref->to.object) || says_depends(c, ref->to.object))
		return;
	check_finding(c, ref->sec, ref->reloc->offset, NULL, "undeclared-dependency",
		      "a symbol of module %s, on which %s does not depend", ref->to.object,
		      ref->patched);
}

void check_target(struct check *c)
{
	for (size_t i = 0; i < c->nr_refs; i++) {
		const struct livepatch_ref *ref = &c->refs[i];
		const struct kernel_file *k = symlist_find(c->kernels, ref->to.object);
		const struct kernel_sym *s;

		check_dependency(c, ref);
		s = k ? find_sym(c, k,
				 arena_strndup(c->arena, ref->to.name, ref->to.name_len),
				 ref->to.pos, ref->sec, ref->reloc->offset) : NULL;
		if (!s)
			continue;
		check_kind(c, ref, k, s);
		check_pads(c, ref->sec, ref->reloc, k, s);
	}
	check_imported_pads(c);
	for (size_t i = 0; i < c->nr_funcs; i++)
		check_func(c, &c->funcs[i]);
}
