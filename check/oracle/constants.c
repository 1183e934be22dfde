// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: a constant of the kernel of which the output has another one, since it changed.
 *
 * That is right if nobody can tell the two apart: in both inputs only functions lead to it, or
 * constants of which the same is true; the output has all of these; and no function leaves an
 * address of it where it is found when it has returned.  For that each function is run over
 * with the set of registers that hold one.
 */
#include <klp/types.h>

#include "internal.h"

#define DEPTH_MAX  16
#define MAX_STARTS 64

/* Where control comes with addresses of it in registers. */
struct start {
	uint32_t sec;
	uint64_t off;
	uint32_t regs;
};

struct walk {
	struct oracle *o;
	const struct image *img;
	const struct elf_sym *of;
	bool deep; /* what is loaded from it is an address, too */
	struct start starts[MAX_STARTS];
	size_t nr_starts;

	/* the function that is run over */
	uint32_t sec;
	uint64_t begin, end;
	struct operands ops;
	uint32_t *regs, *fresh; /* of each byte; fresh: nothing was made of it yet */
	uint64_t *queue;
	size_t nr, cap;
	bool keeps;
};

/* ---- one function ---- */

static bool leads_to(const struct elf_sym *of, const struct place *to)
{
	return to->sec == of->sec && to->off >= (int64_t)of->value &&
	       (uint64_t)to->off - of->value < (of->size ? of->size : 1);
}

static void come(struct walk *w, uint64_t off, uint32_t regs, uint32_t fresh)
{
	uint64_t i = off - w->begin;

	if (off < w->begin || off >= w->end) {
		w->keeps |= regs != 0;
		return;
	}
	if (!(regs & ~w->regs[i]) && !(fresh & ~w->fresh[i]))
		return;
	w->regs[i] |= regs;
	w->fresh[i] |= fresh & regs;
	w->queue = arena_grow(w->o->arena, w->queue, w->nr, &w->cap, sizeof(*w->queue));
	w->queue[w->nr++] = off;
}

static void start(struct walk *w, uint32_t sec, uint64_t off, uint32_t regs)
{
	for (size_t i = 0; i < w->nr_starts; i++)
		if (w->starts[i].sec == sec && w->starts[i].off == off &&
		    !(regs & ~w->starts[i].regs))
			return;
	if (w->nr_starts == MAX_STARTS)
		w->keeps = true;
	else
		w->starts[w->nr_starts++] = (struct start){ sec, off, regs };
}

static const struct operand *operand_in(const struct walk *w, uint64_t off, unsigned int len)
{
	size_t low = 0, high = w->ops.nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (w->ops.list[mid].at < off)
			low = mid + 1;
		else
			high = mid;
	}
	return low < w->ops.nr && w->ops.list[low].at < off + len ? &w->ops.list[low] : NULL;
}

/* Registers for arguments of which the function has none: its declaration has fewer parameters. */
static uint32_t args_left(struct walk *w, const char *name)
{
	const struct arch_abi *abi = &w->o->arch->abi;
	const struct types *t = oracle_types(w->o, w->img == &w->o->patched);
	unsigned int nr = t ? types_arg_registers(t, name, abi->nr_args) : abi->nr_args;
	uint32_t regs = 0;

	for (; nr < abi->nr_args; nr++)
		regs |= 1u << abi->args[nr];
	return regs;
}

/* Arguments that may be kept: all, of one that copies addresses from where they lead. */
static uint32_t args_kept(const struct walk *w, const struct special_reader *reader)
{
	const struct arch_abi *abi = &w->o->arch->abi;
	uint32_t regs = 0;

	for (unsigned int i = 0; i < abi->nr_args && i < reader->nr; i++)
		if (!(reader->args & 1u << i) || (w->deep && reader->copies))
			regs |= 1u << abi->args[i];
	return regs;
}

/* Control goes to what the operand leads to (NULL: that is not known), and may come back. */
static void enter(struct walk *w, const struct operand *op, uint32_t regs, bool call)
{
	const struct arch_abi *abi = &w->o->arch->abi;
	const struct special_reader *reader;

	if (call || !op || !op->to.sec)
		regs &= abi->passed;
	if (!regs)
		return;
	if (op && op->branch && op->to.sec) {
		start(w, op->to.sec, (uint64_t)op->to.off, regs);
		return;
	}
	reader = op && op->branch && op->to.name ? special_reader(op->to.name) : NULL;
	if (reader && !(regs & args_kept(w, reader)))
		return;
	w->keeps |= !op || !op->branch || !op->to.name || regs & ~args_left(w, op->to.name);
}

static bool is_named(const struct operand *op, const char *name)
{
	return op && op->branch && !op->to.sec && op->to.name && !strcmp(op->to.name, name);
}

static void leave(struct walk *w, uint64_t off, const struct insn *insn, const struct effect *e,
		  const struct operand *op, uint32_t regs, uint32_t fresh)
{
	const struct arch_abi *abi = &w->o->arch->abi;
	uint32_t first = abi->returned & -abi->returned;
	uint64_t behind = off + insn->len;
	bool goes_on = !(insn->flags & INSN_END) || insn->flags & INSN_TRAP;

	if (!regs)
		return;
	if (e->returns || is_named(op, "__x86_return_thunk")) {
		w->keeps |= regs & first || fresh & abi->returned;
	} else if (insn->flags & INSN_CALL) {
		if (!op || op->to.sec || !op->to.name ||
		    !arch_is_trace_symbol(w->o->arch, op->to.name)) {
			enter(w, op, regs, true);
			regs &= abi->saved;
			fresh &= abi->saved;
		}
	} else if (insn->flags & INSN_BRANCH) {
		if (op && (op->to.sec != w->sec || op->to.off < (int64_t)w->begin ||
			   op->to.off >= (int64_t)w->end))
			enter(w, op, regs, false);
		else
			come(w, op ? (uint64_t)op->to.off : off + (uint64_t)insn->rel, regs, fresh);
	} else if (!goes_on) {
		w->keeps = true;
	}
	if (goes_on)
		come(w, behind, regs, fresh);
}

/* The instruction at off, before which registers hold it. */
static void run(struct walk *w, uint64_t off, bool own)
{
	const struct elf_sec *sec = w->img->elf->secs[w->sec];
	uint32_t regs = own ? 0 : w->regs[off - w->begin],
		 fresh = own ? 0 : w->fresh[off - w->begin];
	const struct operand *op;
	struct insn insn;
	struct effect e;
	struct place to;
	bool source, made, loads;

	if (w->o->arch->decode(sec->data + off, sec->size - off, &insn) || !insn.len ||
	    !w->o->arch->effect(sec->data + off, &insn, &e)) {
		w->keeps = true;
		return;
	}
	op = operand_in(w, off, insn.len);
	to = op ? image_follow(w->img, op) : (struct place){ .sec = 0 };
	own &= op && leads_to(w->of, &to);
	made = own && (op->at - off >= e.address_end || to.sec != op->to.sec ||
		       arch_reloc(w->o->arch, op->type)->flags & RELOC_GOT);
	source = (e.kind == EFFECT_MOVE || e.kind == EFFECT_PART || e.kind == EFFECT_STORE) &&
		 regs >> e.src & 1;
	made |= regs & e.reads & ~e.address;
	loads = w->deep && e.address_end && !e.stores && (regs & e.address || (own && !made));
	w->keeps |= (made && (e.stores || e.kind == EFFECT_STORE_CONST)) ||
		    (source && e.kind == EFFECT_STORE) || (loads && effect_pushes_memory(&e));
	regs &= ~e.writes;
	if (source && !(fresh >> e.src & 1)) {
		regs |= e.writes;
		fresh &= ~(e.writes | e.reads);
	} else {
		fresh &= ~(e.writes | e.reads);
		regs |= source || made || loads ? e.writes : 0;
		fresh |= source || made || loads ? e.writes : 0;
	}
	leave(w, off, &insn, &e, op, regs, fresh);
}

/* The instructions that lead to it; where that is among data in the code, nobody knows. */
static void find_own(struct walk *w)
{
	const struct elf_sec *sec = w->img->elf->secs[w->sec];
	struct insn insn;

	for (uint64_t off = w->begin; off < w->end && !w->keeps; off += insn.len) {
		const struct operand *op;
		struct place to;

		if (w->o->arch->decode(sec->data + off, sec->size - off, &insn) || !insn.len)
			return;
		op = operand_in(w, off, insn.len);
		to = op ? image_follow(w->img, op) : (struct place){ .sec = 0 };
		if (op && leads_to(w->of, &to))
			run(w, off, true);
	}
}

static void run_function(struct walk *w, const struct start *from, bool first)
{
	uint32_t sym = image_sym_at(w->img, from->sec, (int64_t)from->off);
	const struct elf_sym *f = &w->img->elf->syms[sym];
	const struct elf_sec *sec = w->img->elf->secs[from->sec];
	size_t room;

	if (!sym || !sec->data || f->value > sec->size || f->size > sec->size - f->value) {
		w->keeps = true;
		return;
	}
	w->sec = from->sec;
	w->begin = f->value;
	w->end = f->value + f->size;
	room = (size_t)f->size + 1;
	w->regs = arena_calloc(w->o->arena, room, sizeof(*w->regs));
	w->fresh = arena_calloc(w->o->arena, room, sizeof(*w->fresh));
	w->nr = 0;
	image_operands(w->img, w->sec, w->begin, w->end, &w->ops);
	if (first)
		find_own(w);
	else
		come(w, from->off, from->regs, from->regs);
	for (size_t i = 0; i < w->nr && !w->keeps; i++)
		run(w, w->queue[i], false);
	arena_give_back(w->o->arena, w->fresh, room, sizeof(*w->fresh));
	arena_give_back(w->o->arena, w->regs, room, sizeof(*w->regs));
}

/* May an address of it be found when the function has returned that refers to it at off? */
static bool keeps_address(struct oracle *o, const struct image *img, const struct elf_sym *of,
			  bool deep, uint32_t sec, uint64_t off)
{
	struct walk *w = arena_calloc(o->arena, 1, sizeof(*w));

	w->o = o;
	w->img = img;
	w->of = of;
	w->deep = deep;
	w->starts[w->nr_starts++] = (struct start){ sec, off, 0 };
	for (size_t i = 0; i < w->nr_starts && !w->keeps; i++) {
		struct start from = w->starts[i];

		run_function(w, &from, !i);
	}
	return w->keeps;
}

/* ---- who refers to it ---- */

static bool is_constant(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	const struct elf_sec *sec = elf_sym_in_sec(s) ? img->elf->secs[s->sec] : NULL;

	return sec && s->bind == STB_LOCAL && s->type == STT_OBJECT && sec->data &&
	       special_storage_of(img->arch, sec) == STORAGE_READ_ONLY;
}

/* Does it hold addresses of other data than strings? */
static bool is_deep(const struct image *img, const struct elf_sym *s)
{
	struct operands ops = { .nr = 0 };
	bool deep = false;

	image_operands(img, s->sec, s->value, s->value + s->size, &ops);
	for (size_t i = 0; i < ops.nr; i++) {
		const struct elf_sec *to =
			ops.list[i].to.sec ? img->elf->secs[ops.list[i].to.sec] : NULL;

		deep |= to && !oracle_is_code(to) && !(to->flags & SHF_STRINGS);
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return deep;
}

static bool goes_away(const struct image *img, const struct elf_sec *sec)
{
	const struct special_rule *rule = special_rule(img->arch, sec);

	return rule && rule->flags & SPECIAL_FREED;
}

static bool is_apart(struct oracle *o, struct image *img, uint32_t sym, int depth);

/* What holds a reference to it at off of the section. */
static bool user_is_right(struct oracle *o, struct image *img, uint32_t sym, bool deep,
			  uint32_t sec, uint64_t off, int depth)
{
	uint32_t user = image_sym_at(img, sec, (int64_t)off);
	const struct special_rule *rule = special_rule(img->arch, img->elf->secs[sec]);

	if (rule && rule->flags & (SPECIAL_LEAVE | SPECIAL_TOOL))
		return true;
	if (user && oracle_same_symbol_place(img, user, sym))
		return true;
	if (!user || goes_away(img, img->elf->secs[sec]) ||
	    (img == &o->patched && !o->copy_of[user]))
		return false;
	if (oracle_is_code(img->elf->secs[sec]))
		return !keeps_address(o, img, &img->elf->syms[sym], deep, sec, off);
	return is_apart(o, img, user, depth + 1);
}

/* Does nobody have an address of it, when no function runs that refers to it? */
static bool is_apart(struct oracle *o, struct image *img, uint32_t sym, int depth)
{
	struct operands ops = { .nr = 0 };
	bool right = depth < DEPTH_MAX && is_constant(img, sym);
	bool deep = right && is_deep(img, &img->elf->syms[sym]);
	uint32_t s;

	for (struct leading l = image_leading(img, img->elf->syms[sym].sec);
	     right && image_next_leading(img, &l, &s);) {
		if (!(img->elf->secs[s]->flags & SHF_ALLOC) ||
		    oracle_in_slots(img, &(struct place){ .sec = s }))
			continue;
		image_operands(img, s, 0, img->elf->secs[s]->size, &ops);
		for (size_t i = 0; i < ops.nr && right; i++) {
			struct place to = image_follow(img, &ops.list[i]);

			if (leads_to(&img->elf->syms[sym], &to))
				right = user_is_right(o, img, sym, deep, s, ops.list[i].at, depth);
		}
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return right;
}

/* Does it, or what it points to, differ? */
static bool is_changed(struct oracle *o, uint32_t orig, uint32_t psym, int depth)
{
	const struct elf_sym *s = &o->patched.elf->syms[psym];
	struct operands ops = { .nr = 0 };
	bool changed = oracle_symbols_differ(o, orig, psym);

	image_operands(&o->patched, s->sec, s->value, s->value + s->size, &ops);
	for (size_t i = 0; i < ops.nr && !changed && depth < DEPTH_MAX; i++) {
		const struct place *to = &ops.list[i].to;
		uint32_t next = to->sec ? image_sym_at(&o->patched, to->sec, to->off) : 0;
		uint32_t was =
			next && next != psym && is_constant(&o->patched, next)
				? oracle_orig_called(o, o->patched.elf->syms[next].name, next)
				: 0;

		changed = was && is_changed(o, was, next, depth + 1);
	}
	arena_give_back(o->patched.arena, ops.list, ops.cap, sizeof(*ops.list));
	return changed;
}

bool oracle_is_constant_apart(struct oracle *o, uint32_t psym)
{
	uint32_t orig = is_constant(&o->patched, psym) && !o->said[psym]
				? oracle_orig_called(o, o->patched.elf->syms[psym].name, psym)
				: 0;

	return orig && is_changed(o, orig, psym, 0) && is_apart(o, &o->patched, psym, 0) &&
	       is_apart(o, &o->orig, orig, 0);
}
