// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compare a function or object of the original with the bytes of a symbol in the kernel's file:
 * is it the same, and where does a reference of it lead in the kernel?
 *
 * The kernel was built and linked with other flags than the objects of a pair.  So code counts
 * as the same if its instructions are, apart from everything that depends on addresses: fields
 * that the linker fills, the length of x86's jumps (in a section of its own a function needs
 * rel32 where rel8 did), nops (alignment, and those of scripts/ppc64-as), and instructions that
 * linkers rewrite (GOT, TOC and halves of addresses).  The texts to which it refers count, where
 * their addresses can be read (x86, arm64, modules).  For example, "jne .+5" in the kernel and
 * "jne f.cold" with a relocation are the same if both lead to the same instruction.
 */
#include <string.h>

#include "../internal.h"

/* How many instructions that are the same make it sure, and how deep such questions may go. */
#define AHEAD_SURE 4
#define AHEAD_MAX  3

/* What became of an instruction that linkers may rewrite. */
enum fate { FATE_NONE, FATE_KEPT, FATE_LEFT_OUT };

struct side {
	const uint8_t *bytes;
	uint64_t size, at;
	struct insn insn;
	uint8_t len;
};

/* A function's instructions there and here, in step. */
struct kernel_walk {
	struct diff *d;
	const struct object *obj;
	const struct arch *arch;
	const struct piece *p;
	const struct elf *kelf;
	const struct elf_sec *ksec;
	uint64_t koff;	  /* of the symbol in ksec */
	struct side a, b; /* orig's, the kernel's */
	uint32_t ref;	  /* the first at or behind a.at, among the piece's */
	bool in_table;
	bool open;	/* where the kernel's ends is not known: b goes on to its section's end */
	bool unknown;	/* they part in what cannot be compared */
	uint8_t *fates; /* per reference of the piece: enum fate */
	unsigned int ahead; /* it is a try of what follows, in one of so many others */
};

/* Linkers rewrite such instructions, not only a field of them. */
static inline bool is_rewritten(const struct arch *arch, const struct arch_reloc *row)
{
	return row->flags & (RELOC_GOT | RELOC_TOC) ||
	       (arch->rewrites_pairs && row->flags & RELOC_PAIR);
}

/* One number for a place: the address, or for a module that is not placed yet section and value. */
static uint64_t place_number(const struct elf *elf, uint32_t sec, uint64_t value)
{
	return elf->type == ET_REL ? ((uint64_t)sec << 40) + value : value;
}

static uint64_t sym_place(const struct kernel_file *k, const struct kernel_sym *s)
{
	const struct elf *elf = kernel_file_elf(k);

	return elf ? place_number(elf, elf->syms[s->index].sec, s->addr) : s->addr;
}

const struct elf_sec *diff_kernel_contents(const struct kernel_file *k, const struct kernel_sym *s,
					   uint64_t *off)
{
	const struct elf *elf = kernel_file_elf(k);
	const struct elf_sym *sym = elf ? &elf->syms[s->index] : NULL;
	const struct elf_sec *sec = sym && elf_sym_in_sec(sym) ? elf->secs[sym->sec] : NULL;

	if (!sec)
		return NULL;
	*off = elf->type == ET_REL ? sym->value : sym->value - sec->addr;
	return *off <= sec->size && s->size <= sec->size - *off ? sec : NULL;
}

/* A module's relocation there, or NULL. */
static const struct elf_reloc *kernel_reloc(const struct kernel_walk *w, uint64_t off)
{
	const struct elf_sec *rela = w->ksec->rela;
	size_t i = elf_first_reloc(rela, off);

	return rela && i < rela->nr_relocs && rela->relocs[i].offset == off ? &rela->relocs[i]
									    : NULL;
}

/* Where the kernel's instruction at w->b, or word of data, leads by what is r at w->a. */
static bool kernel_dest(const struct kernel_walk *w, const struct ref *r, uint64_t *dest)
{
	const struct arch_reloc *row = arch_reloc(w->arch, r->type);
	/* x86 may have a distance and an address: movq $text, variable(%rip) */
	bool pcrel = w->b.insn.flags & INSN_PCREL && row && row->flags & RELOC_PCREL;
	uint64_t off = w->b.at + (pcrel && w->arch->imm_at_end ? w->b.insn.rel_off
							       : r->place - w->p->base - w->a.at);
	const struct elf_reloc *there = kernel_reloc(w, w->koff + off);

	if (!row || is_rewritten(w->arch, row) || row->flags & (RELOC_ADD | RELOC_SUB))
		return false;
	if (there) {
		const struct elf_sym *sym = &w->kelf->syms[there->sym];

		*dest = place_number(w->kelf, sym->sec, sym->value) +
			(uint64_t)(there->addend + r->bias);
		return elf_sym_in_sec(sym) && there->type == r->type;
	}
	if (pcrel) {
		*dest = place_number(w->kelf, w->ksec->index,
				     (w->kelf->type == ET_REL ? 0 : w->ksec->addr) + w->koff +
					     w->b.at) +
			(uint64_t)w->b.insn.rel;
		return true;
	}
	if (row->mask || row->flags & RELOC_PCREL || off + row->size > w->b.size ||
	    w->kelf->type == ET_REL)
		return false;
	if (row->size == 8)
		*dest = get_le64(w->b.bytes + off);
	else if (row->size == 4)
		*dest = (uint64_t)(int64_t)(int32_t)get_le32(w->b.bytes + off);
	return row->size == 8 || row->size == 4;
}

/* An image tells no local entry: that of the original's symbol. */
static uint64_t local_entry(const struct diff *d, const struct kernel_sym *s, uint32_t orig)
{
	return arch_local_entry(d->arch, kernel_file_from_tables(d->ctx.kernel)
						 ? &d->orig->elf->syms[orig]
						 : &kernel_file_elf(d->ctx.kernel)->syms[s->index]);
}

bool diff_kernel_leads_to(const struct diff *d, const struct kernel_sym *s, const struct ref *r,
			  uint64_t dest)
{
	uint64_t place = sym_place(d->ctx.kernel, s) + (uint64_t)r->off;
	uint32_t sym = r->piece == NO_PIECE ? r->sym : d->orig->pieces[r->piece].sym;

	return dest == place || (r->flags & REF_BRANCH && dest == place + local_entry(d, s, sym));
}

static bool begin(struct kernel_walk *w, struct diff *d, const struct piece *p,
		  const struct kernel_sym *s)
{
	uint64_t size = d->orig->elf->syms[p->sym].size;

	*w = (struct kernel_walk){ .d = d, .obj = d->orig, .arch = d->orig->arch, .p = p };
	w->kelf = kernel_file_elf(d->ctx.kernel);
	w->ksec = diff_kernel_contents(d->ctx.kernel, s, &w->koff);
	w->open = kernel_file_from_tables(d->ctx.kernel);
	if (!w->ksec || !w->ksec->data || !p->sec->data || !size || (!s->size && !w->open) ||
	    w->kelf->machine != d->orig->elf->machine || size > p->end - p->base)
		return false;
	w->a = (struct side){ .bytes = p->sec->data + p->base, .size = size };
	w->b = (struct side){ .bytes = w->ksec->data + w->koff, .size = s->size };
	if (w->open)
		w->b.size = w->ksec->size - w->koff;
	/* Up to the local entry stands how r2 is found, which linkers rewrite. */
	w->a.at = arch_local_entry(w->arch, &d->orig->elf->syms[p->sym]);
	w->b.at = local_entry(d, s, p->sym);
	if (w->a.at > w->a.size || w->b.at > w->b.size)
		return false;
	while (w->ref < p->nr_refs && w->obj->refs[p->first_ref + w->ref].place < p->base + w->a.at)
		w->ref++;
	w->fates = arena_calloc(d->arena, p->nr_refs + 1, sizeof(*w->fates));
	return true;
}

/* ---- instructions ---- */

static void look(const struct arch *arch, struct side *s)
{
	uint64_t left = s->size - s->at;

	s->insn = (struct insn){ 0 };
	if (!left || arch->decode(s->bytes + s->at, left, &s->insn)) {
		s->insn = (struct insn){ 0 };
		s->len = left < arch->insn_align ? (uint8_t)left : arch->insn_align;
	} else {
		s->len = s->insn.len;
	}
}

/* The k-th reference of the instruction at a.at, or NULL. */
static const struct ref *insn_ref(const struct kernel_walk *w, uint32_t k)
{
	uint64_t begin = w->p->base + w->a.at;

	for (uint32_t i = w->ref; i < w->p->nr_refs; i++) {
		const struct ref *r = &w->obj->refs[w->p->first_ref + i];

		if (r->place >= begin + w->a.len)
			break;
		if (r->place >= begin && !(r->flags & REF_DROP) && !k--)
			return r;
	}
	return NULL;
}

static void next_insn(struct kernel_walk *w)
{
	w->a.at += w->a.len;
	while (w->ref < w->p->nr_refs &&
	       w->obj->refs[w->p->first_ref + w->ref].place < w->p->base + w->a.at)
		w->ref++;
}

/* The instruction without what says where it stands, and where its targets do. */
static bool without_places(const struct kernel_walk *w, const struct side *s,
			   uint8_t buf[static 16])
{
	const struct ref *r;

	memset(buf, 0, 16);
	memcpy(buf, s->bytes + s->at, s->len);
	if (s->insn.flags & INSN_PCREL && w->arch->imm_at_end)
		memset(buf + s->insn.rel_off, 0, s->insn.rel_size);
	else if (s->insn.flags & INSN_PCREL && arch_reloc(w->arch, w->arch->pcrel_type(&s->insn)))
		object_mask_field(arch_reloc(w->arch, w->arch->pcrel_type(&s->insn)), buf);
	for (uint32_t k = 0; (r = insn_ref(w, k)); k++) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);
		uint64_t at = r->place - w->p->base - w->a.at;

		if (!row)
			continue;
		if (is_rewritten(w->arch, row) || row->flags & (RELOC_ADD | RELOC_SUB) ||
		    at + row->size > s->len)
			return false;
		object_mask_field(row, buf + at);
	}
	return true;
}

/* The name of something global that r leads to, or NULL. */
static const char *global_name(const struct object *obj, const struct ref *r)
{
	uint32_t sym = r->piece == NO_PIECE ? r->sym : obj->pieces[r->piece].sym;

	return sym && obj->elf->syms[sym].bind != STB_LOCAL ? obj->elf->syms[sym].name : NULL;
}

/*
 * Branches of the same instruction lead to the same global?  (ppc64: linkers put
 * stubs in between.)
 */
static bool same_branches(const struct kernel_walk *w)
{
	const struct ref *r;
	uint64_t dest;
	size_t nr;

	for (uint32_t k = 0; (r = insn_ref(w, k)); k++) {
		const char *name = r->flags & REF_BRANCH ? global_name(w->obj, r) : NULL;
		const struct kernel_sym *s =
			name ? kernel_file_find(w->d->ctx.kernel, name, &nr) : NULL;

		if (!s || nr != 1 || w->arch->nops_added || !kernel_dest(w, r, &dest))
			continue;
		if (!diff_kernel_leads_to(w->d, s, r, dest))
			return false;
	}
	return true;
}

/*
 * Where an address leads of which w->b adds the second half, for example "add x0, x0, #0x320"
 * behind "adrp x0, 400000" (arm64).  A linker may have put one instruction in the place of both.
 */
static bool kernel_pair_dest(const struct kernel_walk *w, uint64_t *dest)
{
	const uint8_t *insn = w->b.bytes + w->b.at;
	uint64_t addr = w->ksec->addr + w->koff, page, low;

	if (!w->arch->makes_page || w->kelf->type == ET_REL)
		return false;
	if (w->b.insn.flags & INSN_PCREL && !w->arch->makes_page(insn, addr + w->b.at, &page)) {
		*dest = addr + w->b.at + (uint64_t)w->b.insn.rel;
		return true;
	}
	for (uint64_t at = w->b.at; at >= w->arch->insn_size;) {
		at -= w->arch->insn_size;
		if (!w->arch->makes_page(w->b.bytes + at, addr + at, &page) ||
		    !w->arch->adds_to_page(w->b.bytes + at, insn, &low))
			continue;
		*dest = page + low;
		return true;
	}
	return false;
}

/* The text at that place of the kernel, NULL: it cannot be read. */
static const char *kernel_text(const struct elf *elf, uint64_t place)
{
	for_each_sec (elf, sec) {
		uint64_t begin = place_number(elf, sec->index, elf->type == ET_REL ? 0 : sec->addr);

		if (sec->flags & SHF_ALLOC && sec->data && place >= begin &&
		    place - begin < sec->size &&
		    memchr(sec->data + (place - begin), 0, sec->size - (place - begin)))
			return (const char *)sec->data + (place - begin);
	}
	return NULL;
}

/*
 * The texts to which an instruction refers are the same?  A path may be another one where the same
 * source was compiled elsewhere, and so is no evidence.
 */
static bool same_texts(const struct kernel_walk *w)
{
	const struct ref *r;

	for (uint32_t k = 0; (r = insn_ref(w, k)); k++) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);
		const char *text = ref_string(w->obj, r), *there;
		bool half = row && row->flags & RELOC_PAIR && w->kelf->type != ET_REL;
		uint64_t dest;

		if (!text || strchr(text, '/') ||
		    !(half ? kernel_pair_dest(w, &dest) : kernel_dest(w, r, &dest)))
			continue;
		there = kernel_text(w->kelf, dest);
		if (there && !strchr(there, '/') && strcmp(text, there) != 0)
			return false;
	}
	return true;
}

static bool same_insn(const struct kernel_walk *w)
{
	uint8_t x[16], y[16];

	if (w->a.len != w->b.len)
		return arch_same_jump(w->arch, w->a.bytes + w->a.at, w->a.len, w->b.bytes + w->b.at,
				      w->b.len);
	if (!same_texts(w))
		return false;
	if (!without_places(w, &w->a, x) || !without_places(w, &w->b, y))
		return true;
	return !memcmp(x, y, sizeof(x)) && same_branches(w);
}

/* objtool makes nops of the calls by which ftrace reaches functions. */
static bool is_trace_call(const struct kernel_walk *w)
{
	const struct ref *r = insn_ref(w, 0);

	return r && r->sym && arch_is_trace_symbol(w->arch, w->obj->elf->syms[r->sym].name);
}

static bool is_jump(const struct insn *insn)
{
	return insn->flags & INSN_BRANCH && !(insn->flags & INSN_CALL);
}

/* A jump label: objtool makes a nop of its jump in the kernel that is linked, or a jump of its nop.
 */
static bool is_jump_label(const struct kernel_walk *w)
{
	const struct object *obj = w->obj;

	if (!(is_jump(&w->a.insn) && w->b.insn.flags & INSN_NOP) &&
	    !(is_jump(&w->b.insn) && w->a.insn.flags & INSN_NOP))
		return false;

	for_each_owned (obj, w->p, e) {
		const struct piece *entry = &obj->pieces[e];

		for_each_ref (obj, entry, r) {
			if (r->piece != NO_PIECE && &obj->pieces[r->piece] == w->p &&
			    r->off == (int64_t)w->a.at)
				return true;
		}
	}
	return false;
}

/* A nop, or (assemblers pad so where many would stand) a jump over nothing but nops. */
static bool does_nothing(const struct arch *arch, const struct side *s)
{
	struct side over = *s;
	uint64_t dest = s->at + (uint64_t)s->insn.rel;

	if (s->insn.flags & INSN_NOP)
		return true;
	if (!(s->insn.flags & INSN_BRANCH) || !(s->insn.flags & INSN_END) || s->insn.rel <= 0 ||
	    dest > s->size)
		return false;
	for (over.at += over.len; over.at < dest; over.at += over.len) {
		look(arch, &over);
		if (!(over.insn.flags & INSN_NOP))
			return false;
	}
	return over.at == dest;
}

/*
 * Tables between the instructions (behind a jump to one of their entries) hold distances
 * in the function, which added nops make others.
 */
static void note_table(struct kernel_walk *w)
{
	bool small = w->a.size - w->a.at >= 4 && get_le32(w->a.bytes + w->a.at) < w->a.size;

	w->in_table = w->arch->data_in_text && small &&
		      (w->in_table || (w->a.insn.flags & INSN_END && !is_jump(&w->a.insn)));
}

/* An entry of __bug_table tells of a trap that is shorter than what it would be decoded to. */
static void look_at_both(struct kernel_walk *w)
{
	const struct side *a = &w->a, *b = &w->b;
	uint64_t place = w->p->base + a->at;
	unsigned int trap = arch_short_trap(w->arch, a->bytes + a->at, a->size - a->at);

	look(w->arch, &w->a);
	look(w->arch, &w->b);
	if (!trap || object_data_end(w->obj, w->p->sec, place) == place)
		return;
	w->a.insn = (struct insn){ .len = (uint8_t)trap };
	w->a.len = w->a.insn.len;
	if (arch_short_trap(w->arch, b->bytes + b->at, b->size - b->at)) {
		w->b.insn = w->a.insn;
		w->b.len = w->a.len;
	}
}

/* The reference by which linkers may make something else of the instruction at a.at, or NULL. */
static const struct ref *rewritten_ref(const struct kernel_walk *w)
{
	const struct ref *r;

	for (uint32_t k = 0; (r = insn_ref(w, k)); k++) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);

		if (row && is_rewritten(w->arch, row))
			return r;
	}
	return NULL;
}

static void note_fate(struct kernel_walk *w, enum fate fate)
{
	const struct ref *r = w->ahead ? NULL : rewritten_ref(w);

	if (r)
		w->fates[r - &w->obj->refs[w->p->first_ref]] = fate;
}

/* Are both the same but for what references fill? */
static bool is_as_it_was(const struct kernel_walk *w)
{
	uint8_t x[16] = { 0 }, y[16] = { 0 };
	const struct ref *r;

	if (w->a.len != w->b.len)
		return false;
	memcpy(x, w->a.bytes + w->a.at, w->a.len);
	memcpy(y, w->b.bytes + w->b.at, w->b.len);
	for (uint32_t k = 0; (r = insn_ref(w, k)); k++) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);
		uint64_t at = r->place - w->p->base - w->a.at;

		if (!row || at + row->size > w->a.len)
			return false;
		object_mask_field(row, x + at);
		object_mask_field(row, y + at);
	}
	return !memcmp(x, y, sizeof(x));
}

static bool step(struct kernel_walk *w, uint64_t stop, bool *differs);

/* Do the next instructions differ, if that at b is what became of the one at a, or nothing did? */
static bool differs_ahead(const struct kernel_walk *w, enum fate fate)
{
	struct kernel_walk next = *w;
	bool differs = false;
	int sure = 0;

	next.ahead++;
	next_insn(&next);
	next.b.at += fate == FATE_KEPT ? next.b.len : 0;
	while (sure < AHEAD_SURE) {
		struct kernel_walk was = next;

		if (!step(&next, UINT64_MAX, &differs))
			break;
		sure += next.a.at > was.a.at && next.b.at > was.b.at && !rewritten_ref(&was);
	}
	return differs;
}

/*
 * Of two instructions that make an address, linkers leave one where that reaches, and a nop, or
 * nothing at all, in the place of the other: "adr x0, foo" for adrp and add.  Which one it was,
 * what follows tells: nops for alignment look the same.
 */
static bool is_left_out(const struct kernel_walk *w)
{
	if (w->ahead == AHEAD_MAX || !rewritten_ref(w) || is_as_it_was(w))
		return false;
	return !w->b.len || (differs_ahead(w, FATE_KEPT) && !differs_ahead(w, FATE_LEFT_OUT));
}

/* What both of two halves lead to; several of them may have one number. */
static uint64_t target_number(const struct ref *r)
{
	uint64_t of = r->piece == NO_PIECE ? r->sym : (uint64_t)r->piece << 32;

	return of ^ (uint64_t)r->off << 16;
}

/* Is something left of each address?  Without any of it, it is other code. */
static bool has_all_addresses(const struct kernel_walk *w)
{
	const struct ref *refs = &w->obj->refs[w->p->first_ref];
	struct arena *arena = w->d->arena;
	int32_t *balance = arena_calloc(arena, w->p->nr_refs + 1, sizeof(*balance));
	struct map targets; /* the first reference to each */
	bool all = true;

	map_init(&targets, arena);
	for (uint32_t i = 0; i < w->p->nr_refs; i++) {
		uint64_t to = target_number(&refs[i]);

		if (w->fates[i] == FATE_NONE)
			continue;
		if (!map_find_u64(&targets, to))
			map_add_u64(&targets, to, i);
		balance[map_find_u64(&targets, to)->value] += w->fates[i] == FATE_KEPT ? 1 : -1;
	}
	for (uint32_t i = 0; i < w->p->nr_refs; i++)
		all &= balance[i] >= 0;
	arena_give_back(arena, balance, w->p->nr_refs + 1, sizeof(*balance));
	return all;
}

/* One step.  False at the end of both, at `stop` in orig's, or where they differ (*differs). */
static bool step(struct kernel_walk *w, uint64_t stop, bool *differs)
{
	note_table(w);
	look_at_both(w);
	if (!w->a.len && w->open)
		return false;
	if (w->a.len && w->b.len && rewritten_ref(w) && does_nothing(w->arch, &w->b)) {
		w->b.at += w->b.len;
	} else if (w->a.len && is_left_out(w)) {
		note_fate(w, FATE_LEFT_OUT);
		next_insn(w);
	} else if (w->a.len && w->b.len && same_insn(w)) {
		if (stop < w->a.at + w->a.len)
			return false;
		note_fate(w, FATE_KEPT);
		next_insn(w);
		w->b.at += w->b.len;
	} else if (w->a.len && w->a.len == w->b.len && is_jump_label(w)) {
		next_insn(w);
		w->b.at += w->b.len;
	} else if (w->a.len && (does_nothing(w->arch, &w->a) || is_trace_call(w))) {
		next_insn(w);
	} else if (w->b.len && does_nothing(w->arch, &w->b)) {
		w->b.at += w->b.len;
	} else {
		w->unknown = w->in_table;
		*differs = w->a.len || w->b.len;
		return false;
	}
	return true;
}

/* ---- what other flags do ---- */

/*
 * -fdata-sections takes section anchors out of use (struct arch: section_anchors): access to
 * objects of the file is other code.
 */
static bool has_own_data(const struct kernel_walk *w)
{
	for (uint32_t i = 0; w->arch->section_anchors && i < w->p->nr_refs; i++) {
		const struct ref *r = &w->obj->refs[w->p->first_ref + i];

		if (r->piece != NO_PIECE && (w->obj->pieces[r->piece].kind == PIECE_OBJECT ||
					     w->obj->pieces[r->piece].kind == PIECE_ANON))
			return true;
	}
	return false;
}

/* -fno-optimize-sibling-calls, which ppc64's objects are built with: does the kernel's leave so? */
static bool has_sibling_call(struct kernel_walk *w)
{
	if (w->open)
		w->b.size = w->a.size < w->b.size ? w->a.size : w->b.size;
	for (w->b.at = 0; w->arch->nops_added && w->b.at < w->b.size; w->b.at += w->b.len) {
		uint64_t dest;

		look(w->arch, &w->b);
		dest = w->b.at + (uint64_t)w->b.insn.rel;
		if (w->b.insn.flags & INSN_BRANCH && !(w->b.insn.flags & INSN_CALL) &&
		    dest >= w->b.size)
			return true;
	}
	return false;
}

/* ---- questions ---- */

static enum kernel_match data_match(struct kernel_walk *w)
{
	const uint8_t *masked = piece_masked(w->d->orig, w->p);
	uint8_t *x = arena_alloc(w->d->arena, w->a.size), *y = arena_alloc(w->d->arena, w->a.size);
	uint64_t filled = 0;

	if (!masked || w->b.size < w->a.size)
		return KERNEL_UNKNOWN;
	memcpy(x, masked + (w->p->base - w->p->start), w->a.size);
	memcpy(y, w->b.bytes, w->a.size);
	for_each_ref (w->obj, w->p, r) {
		const struct arch_reloc *row = arch_reloc(w->arch, r->type);
		uint64_t at = r->place - w->p->base;

		if (!row || r->place < w->p->base || at + row->size > w->a.size)
			continue;
		memset(x + at, 0, row->size);
		memset(y + at, 0, row->size);
		filled += row->size;
	}
	if (filled >= w->a.size)
		return KERNEL_UNKNOWN;
	return memcmp(x, y, w->a.size) ? KERNEL_DIFFERS : KERNEL_SAME;
}

enum kernel_match diff_kernel_match(struct diff *d, const struct piece *p,
				    const struct kernel_sym *s, uint64_t *off)
{
	bool differs = false;
	struct kernel_walk w;

	*off = 0;
	if (p->kind == PIECE_OBJECT && s->size && s->size != d->orig->elf->syms[p->sym].size)
		return KERNEL_DIFFERS;
	if (!begin(&w, d, p, s))
		return KERNEL_UNKNOWN;
	if (p->kind == PIECE_OBJECT)
		return data_match(&w);
	if (p->kind != PIECE_FUNC || p->flags & PIECE_OPAQUE)
		return KERNEL_UNKNOWN;
	while (step(&w, UINT64_MAX, &differs))
		;
	*off = w.a.at;
	if (!differs && has_all_addresses(&w))
		return KERNEL_SAME;
	return w.unknown || has_own_data(&w) || has_sibling_call(&w) ? KERNEL_UNKNOWN
								     : KERNEL_DIFFERS;
}

bool diff_kernel_dest(struct diff *d, const struct piece *p, const struct kernel_sym *s,
		      const struct ref *r, uint64_t *dest)
{
	bool differs = false;
	struct kernel_walk w;

	if (r->place < p->base || !begin(&w, d, p, s))
		return false;
	if (p->kind == PIECE_OBJECT) {
		if (w.open ? w.a.size > w.b.size : w.a.size != w.b.size)
			return false;
		return kernel_dest(&w, r, dest);
	}
	if (p->kind != PIECE_FUNC || p->flags & PIECE_OPAQUE || r->place >= p->base + w.a.size)
		return false;
	while (step(&w, r->place - p->base, &differs))
		;
	return !differs && w.a.at <= r->place - p->base && r->place - p->base < w.a.at + w.a.len &&
	       kernel_dest(&w, r, dest);
}
