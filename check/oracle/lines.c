// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: code that differs in nothing but the line numbers that it reports.
 *
 * Both builds of a function run in lockstep, without values but for constants: of each
 * register, and of each argument on the stack, it is known at every instruction whether both
 * have the same there, and if it is a constant, which one each has.  Where an instruction may
 * use what is not the same in both, they differ; but for the argument of a call that is the line
 * there, or a number that is printed and is the line of its place in both.
 */
#include <string.h>

#include <klp/special.h>
#include <klp/text.h>

#include "line-state.h"

/* ---- what tables say of a place ---- */

#define BUGFLAG_WARNING 1 /* of the flags behind the line (include/asm-generic/bug.h) */

/* Bytes of code that the entry is for: what is replaced, or where it may go on otherwise. */
static uint64_t spoken_of(const struct entry *e)
{
	const struct special_layout *l = e->table->layout;
	struct operands ops = { .nr = 0 };
	uint64_t len = 1;

	if (e->doubtful || !l || l->repl == SPECIAL_NONE)
		return 1;
	if (!(e->table->rule->flags & SPECIAL_REPL_END))
		return e->table->sec->data[e->at + (uint64_t)l->repl_len - 1];
	oracle_entry_operands(e, &ops);
	for (size_t i = 0; i < ops.nr; i++)
		if (ops.list[i].at == e->at + (uint64_t)l->owner + 8 && ops.list[i].to.sec)
			len = (uint64_t)(ops.list[i].to.off - e->owner.off);
	arena_give_back(e->table->img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return len;
}

#define LONGEST_REPLACED 256

/*
 * The entry lets control go on somewhere else in the function, and says no more: a jump that is
 * switched on, what handles a fault.
 */
static bool goes_elsewhere(struct run *run, const struct entry *e, const struct state *s)
{
	struct operands ops = { .nr = 0 };
	bool known = false;

	if (e->doubtful || !e->table->layout || e->table->layout->repl != SPECIAL_NONE)
		return false;
	oracle_entry_operands(e, &ops);
	for (size_t i = 0; i < ops.nr; i++) {
		const struct place *to = &ops.list[i].to;

		if (ops.list[i].at == e->at + (uint64_t)e->table->layout->owner)
			continue;
		for (size_t half = 0; half < run->nr; half++) {
			const struct code_pair *c = &run->halves[half].code;

			if (to->sec != c->bsec || (uint64_t)to->off - c->bstart >= c->size)
				continue;
			oracle_line_arrive(run, half, (uint64_t)to->off - c->bstart, s);
			known = true;
		}
	}
	arena_give_back(e->table->img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return known;
}

/* The kernel puts nothing but nops there. */
static bool goes_on(struct run *run, const struct pair *p, const struct entry *e,
		    const struct state *s)
{
	if (!oracle_puts_nops(e))
		return false;
	oracle_line_arrive(run, (size_t)(p->half - run->halves), p->off + p->insn.len, s);
	return true;
}

/* May the instruction there be another one, or go on where neither code nor table says? */
static bool is_special(struct run *run, const struct pair *p, const struct state *s)
{
	struct oracle *o = run->o;
	uint32_t sec = p->half->code.bsec;
	uint64_t place = p->half->code.bstart + p->off;
	uint64_t from = place < LONGEST_REPLACED ? 0 : place - LONGEST_REPLACED;
	struct entry_walk w = oracle_entries_of(o, &o->pentries, sec, from, place + p->insn.len);
	const struct entry *e;

	while ((e = oracle_next_entry(&w)))
		if (e->table->rule->flags & SPECIAL_MEANING &&
		    strcmp(e->table->rule->name, "__bug_table") &&
		    ((uint64_t)e->owner.off >= place ||
		     (uint64_t)e->owner.off + spoken_of(e) > place) &&
		    !((uint64_t)e->owner.off == place && goes_elsewhere(run, e, s)) &&
		    !goes_on(run, p, e, s))
			return true;
	return false;
}

/* ---- calls ---- */

static const struct line_reporter *reporter_of(const struct run *run, const struct operand *op)
{
	const struct image *img = &run->o->patched;
	uint32_t sym = op->to.sec ? image_sym_at(img, op->to.sec, op->to.off) : op->to.sym;
	const struct elf_sym *s = &img->elf->syms[sym];

	for (size_t i = 0; i < special_nr_line_reporters; i++) {
		const struct line_reporter *r = &special_line_reporters[i];

		if (!strcmp(r->name, s->name) &&
		    (s->bind == STB_LOCAL ? r->file && !strcmp(img->files[sym], r->file)
					  : !r->file))
			return r;
	}
	return NULL;
}

static struct value *argument(const struct run *run, struct state *s, unsigned int nr)
{
	const struct arch_abi *abi = &run->o->arch->abi;

	return nr <= abi->nr_args ? &s->reg[abi->args[nr - 1]] : &s->slot[nr - abi->nr_args - 1];
}

/* What the traps at off state, in orig and in patched. */
static bool traps_state(const struct run *run, const struct code_pair *c, uint64_t off,
			struct statement *a, struct statement *b)
{
	return off < c->size &&
	       oracle_trap_states(run->o, &run->o->rentries, c->asec, c->astart + off, a) &&
	       oracle_trap_states(run->o, &run->o->pentries, c->bsec, c->bstart + off, b);
}

/* What the traps behind the call state; false: there are none. */
static bool traps_behind(const struct run *run, const struct pair *p, struct statement *a,
			 struct statement *b)
{
	const struct code_pair *c = &p->half->code;
	uint64_t at = p->off + p->insn.len;
	unsigned int jumps = 0;

	while (at < c->size) {
		struct insn insn;

		if (run->o->arch->decode(c->b + at, c->size - at, &insn))
			return false;
		if (insn.flags & INSN_TRAP && traps_state(run, c, at, a, b))
			return true;
		if (insn.flags & INSN_BRANCH && insn.flags & INSN_END && !jumps++)
			at += (uint64_t)insn.rel;
		else if (insn.flags & (INSN_BRANCH | INSN_CALL | INSN_END))
			return false;
		else
			at += insn.len;
	}
	return false;
}

/* What the entries of __bug_table state that the call gets; false: it gets none. */
static bool handed_bugs(const struct run *run, const struct pair *p, const struct value *bug,
			struct statement *a, struct statement *b)
{
	const struct code_pair *c = &p->half->code;
	const struct entry *e =
		bug->is == SAME && bug->sec
			? oracle_entry_at(&run->o->pentries, bug->sec, (uint64_t)bug->off)
			: NULL;

	return e && e->owner.sec == c->bsec &&
	       traps_state(run, c, (uint64_t)e->owner.off - c->bstart, a, b);
}

/* Is the number, or the text, that both hand on what their traps state? */
static bool is_stated(const struct run *run, const struct pair *p, struct state *s,
		      const struct line_reporter *r, const struct value *v)
{
	struct statement a, b;

	if (!(r->of_bug ? handed_bugs(run, p, argument(run, s, r->format), &a, &b)
			: traps_behind(run, p, &a, &b)))
		return false;
	if (v->is == NUMBER)
		return v->a == a.line && v->b == b.line;
	return v->is == TEXT && a.file && b.file &&
	       special_ends_in_line(v->atext, a.file, a.line) &&
	       special_ends_in_line(v->btext, b.file, b.line);
}

/* Is it the line of the call, as both compilers say, and as the format says, too? */
static bool is_own_line(const struct run *run, const struct pair *p, struct state *s,
			const struct line_reporter *r, unsigned int arg)
{
	struct image *orig = &run->o->orig, *patched = &run->o->patched;
	const struct value *v = argument(run, s, arg), *fmt = argument(run, s, r->format);
	const struct elf_sec *sec = patched->elf->secs[fmt->sec];
	const struct code_pair *c = &p->half->code;

	if (!orig->debug.known)
		special_debug_lines(orig->elf, orig->arch, orig->arena, &orig->debug);
	if (!patched->debug.known)
		special_debug_lines(patched->elf, patched->arch, patched->arena, &patched->debug);
	return fmt->is == SAME && fmt->sec && sec->data && sec->flags & SHF_STRINGS &&
	       fmt->off >= 0 && (uint64_t)fmt->off < sec->size &&
	       memchr(sec->data + fmt->off, 0, sec->size - (uint64_t)fmt->off) && v->a &&
	       v->a == special_debug_line_at(&orig->debug, c->asec, c->astart + p->off) &&
	       v->b == special_debug_line_at(&patched->debug, c->bsec, c->bstart + p->off) &&
	       special_prints_line((const char *)sec->data + fmt->off, arg - r->format);
}

/* Both hand on a number there: is it the line? */
static bool is_line(const struct run *run, const struct pair *p, struct state *s,
		    const struct line_reporter *r, unsigned int arg)
{
	const struct value *v = argument(run, s, arg), *before;

	if (!r->arg)
		return arg > r->format && (is_stated(run, p, s, r, v) ||
					   (!r->of_bug && v->is == NUMBER &&
					    is_own_line(run, p, s, r, arg)));
	if (v->is == TEXT)
		return false;
	if (r->min && (v->is != NUMBER || v->a < r->min || v->b < r->min) && !r->inserted)
		return false;
	if (!r->inserted || arg == r->inserted)
		return arg == (r->inserted ? r->inserted : r->arg) &&
		       (!r->min || (v->is == NUMBER && v->a >= r->min && v->b >= r->min));
	before = argument(run, s, r->inserted);
	return arg == r->arg && before->is == NUMBER && before->a < r->min && before->b < r->min;
}

static void call(struct run *run, const struct pair *p, struct state *s)
{
	const struct arch_abi *abi = &run->o->arch->abi;
	const struct line_reporter *r = p->op && p->op->branch ? reporter_of(run, p->op) : NULL;
	struct state checked = *s;
	uint32_t read = r ? abi->passed : ~abi->saved;

	/* A copy in a register that is no argument was made to be stored, or for something else. */
	if (r && any_different(s, abi->passed, false))
		read = ~abi->saved;
	if (r)
		for (unsigned int arg = 1; arg <= abi->nr_args + 0u + NR_SLOTS; arg++)
			if (is_different(argument(run, s, arg)) && is_line(run, p, s, r, arg)) {
				argument(run, &checked, arg)->is = SAME;
				run->origins[oracle_line_origin(run, argument(run, s, arg)->from)]
					.reported = true;
			}
	/* A value that is loaded from the stack behind the call was no argument of the call. */
	for (unsigned int i = 0; i < NR_SLOTS; i++)
		run->kept |= is_different(&checked.slot[i]) ? 1u << i : 0;
	run->differ |= any_different(&checked, read, false);
	/* A thunk reads whatever register it is for (x86). */
	if (p->op && p->op->to.name && starts_with(p->op->to.name, "__x86_indirect_"))
		run->differ |= any_different(s, UINT32_MAX, true);
	oracle_line_forget(s, ~abi->saved, false);
	for (unsigned int i = 0; i < NR_SLOTS; i++)
		if (!is_different(&checked.slot[i]))
			s->slot[i] = (struct value){ .is = SAME };
}

/* ---- where control goes ---- */

/* The half in which the operand's destination is, and where. */
static bool destination(const struct run *run, const struct pair *p, size_t *half, uint64_t *off)
{
	const struct code_pair *c = &p->half->code;
	uint32_t sec = p->op ? p->op->to.sec : c->bsec;
	uint64_t place =
		p->op ? (uint64_t)p->op->to.off : c->bstart + p->off + (uint64_t)p->insn.rel;

	for (*half = 0; *half < run->nr; ++*half) {
		c = &run->halves[*half].code;
		*off = place - c->bstart;
		if (sec && c->bsec == sec && *off < c->size)
			return true;
	}
	return false;
}

/* The end, or zeros up to there: no instruction where all are of one size. */
static bool is_end(const struct run *run, const struct code_pair *c, uint64_t off)
{
	while (off < c->size && run->o->arch->insn_size && !c->a[off] && !c->b[off])
		off++;
	return off == c->size;
}

/* A call at the end does not return, nor to the nop behind it (ppc64). */
static bool is_behind_last_call(const struct run *run, const struct pair *p)
{
	const struct code_pair *c = &p->half->code;
	struct insn last;

	if (!is_end(run, c, p->off + p->insn.len))
		return false;
	if (p->insn.flags & INSN_CALL)
		return true;
	return p->insn.flags & INSN_NOP && p->off >= p->insn.len &&
	       !run->o->arch->decode(c->b + p->off - p->insn.len, p->insn.len, &last) &&
	       last.len == p->insn.len && last.flags & INSN_CALL;
}

static void go_on(struct run *run, const struct pair *p, struct state *s)
{
	const struct arch_abi *abi = &run->o->arch->abi;
	const struct code_pair *c = &p->half->code;
	uint8_t flags = p->insn.flags;
	size_t half;
	uint64_t off;
	struct statement said = { .flags = BUGFLAG_WARNING };

	if (flags & INSN_TRAP) {
		if (!oracle_trap_states(run->o, &run->o->pentries, c->bsec, c->bstart + p->off,
					&said))
			run->differ |= any_different(s, UINT32_MAX, true);
		if (!(said.flags & BUGFLAG_WARNING))
			return;
		flags = 0; /* a warning goes on */
	} else if (flags & INSN_CALL) {
		call(run, p, s);
	} else if (flags & INSN_BRANCH && destination(run, p, &half, &off)) {
		oracle_line_arrive(run, half, off, s);
	} else if (flags & INSN_BRANCH) {
		struct state there = *s;

		call(run, p, &there);
		run->differ |= any_different(&there, UINT32_MAX, true);
	} else if (flags & INSN_END || p->b.returns) {
		run->differ |= any_different(
			s, p->b.returns ? abi->returned | abi->saved : UINT32_MAX, !p->b.returns);
		run->jumps |= !p->b.returns;
	}
	if (!(flags & INSN_END) && !is_behind_last_call(run, p))
		oracle_line_arrive(run, (size_t)(p->half - run->halves), p->off + p->insn.len, s);
}

static const struct operand *operand_in(const struct operands *ops, uint64_t from, uint64_t to)
{
	size_t lo = 0, hi = ops->nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (ops->list[mid].at < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < ops->nr && ops->list[lo].at < to ? &ops->list[lo] : NULL;
}

/* The first texts to which both refer in these bytes and that differ in nothing but their number. */
static bool find_texts(const struct run *run, const struct half *half, uint64_t off, uint64_t len,
		       struct pair *p)
{
	const struct code_pair *c = &half->code;
	const struct operand *a = operand_in(&half->aops, c->astart + off, c->astart + off + len);
	const struct operand *b = operand_in(&half->ops, c->bstart + off, c->bstart + off + len);
	const struct operand *a_end = half->aops.list + half->aops.nr;
	const struct operand *b_end = half->ops.list + half->ops.nr;

	for (; a && b && a < a_end && b < b_end && b->at < c->bstart + off + len; a++, b++) {
		p->atext = oracle_text_at(&run->o->orig, a);
		p->btext = oracle_text_at(&run->o->patched, b);
		if (oracle_texts_alike(p->atext, p->btext) && strcmp(p->atext, p->btext) != 0)
			return true;
	}
	p->atext = p->btext = NULL;
	return false;
}

static bool decode_pair(const struct run *run, struct half *half, uint64_t off, struct pair *p,
			bool *known)
{
	const struct code_pair *c = &half->code;
	struct insn ainsn;

	*p = (struct pair){ .half = half, .off = off };
	if (run->o->arch->decode(c->b + off, c->size - off, &p->insn) ||
	    run->o->arch->decode(c->a + off, c->size - off, &ainsn) || ainsn.len != p->insn.len)
		return false;
	*known = run->o->arch->effect(c->b + off, &p->insn, &p->b) &&
		 run->o->arch->effect(c->a + off, &ainsn, &p->a);
	p->op = operand_in(&half->ops, c->bstart + off, c->bstart + off + p->insn.len);
	find_texts(run, half, off, p->insn.len, p);
	return *known ? oracle_line_is_alike(p) : !memcmp(c->a + off, c->b + off, p->insn.len);
}

static void step(struct run *run, size_t half, uint64_t off)
{
	struct half *h = &run->halves[half];
	struct state s = *h->at[off];
	const struct code_pair *c = &h->code;
	struct pair p;
	bool known, differs;

	if (run->o->patched.data_map[c->bsec] &&
	    run->o->patched.data_map[c->bsec][c->bstart + off]) {
		run->differ |= any_different(&s, UINT32_MAX, true); /* nothing runs over data */
		return;
	}
	if (!decode_pair(run, h, off, &p, &known)) {
		run->differ = true;
		return;
	}
	differs = p.atext || memcmp(c->a + off, c->b + off, p.insn.len);
	if (differs && !h->origin[off])
		h->origin[off] = oracle_line_new_origin(run);
	/* A number in what is special is there only at first. */
	if (is_special(run, &p, &s) &&
	    !(p.insn.flags & INSN_CALL && p.op && reporter_of(run, p.op)))
		run->differ |= any_different(&s, UINT32_MAX, true) || differs;
	if (known) {
		oracle_line_execute(run, &p, &s);
	} else {
		run->differ |= any_different(&s, UINT32_MAX, true) || differs;
		oracle_line_forget(&s, UINT32_MAX, true);
	}
	is_special(run, &p, &s); /* or when the instruction has had its effect */
	go_on(run, &p, &s);
}

/* ---- the whole ---- */

/* Where control comes from elsewhere, nothing is known but that it is the same. */
static void begin_at_ways(struct run *run, size_t function)
{
	struct state s = { 0 };

	oracle_line_forget(&s, UINT32_MAX, true);
	for (size_t k = 0; k < run->nr; k++) {
		const struct code_pair *c = &run->halves[k].code;

		if (k == function)
			oracle_line_arrive(run, k, 0, &s);
		for (uint64_t off = 0;
		     image_next_way(&run->o->patched, c->bsec, c->bstart, c->size, &off); off++)
			oracle_line_arrive(run, k, off, &s);
	}
}

/*
 * A table of a switch may have no relocations: nothing tells where such a jump leads to, but that
 * nothing differs there, as nothing did at the jump.  Is there code to which control has not come?
 */
static bool arrive_by_jump(struct run *run)
{
	struct state s = { 0 };
	struct insn insn;

	oracle_line_forget(&s, UINT32_MAX, true);
	for (; run->jumps && run->left_half < run->nr; run->left_half++, run->left = 0) {
		const struct half *h = &run->halves[run->left_half];
		const struct code_pair *c = &h->code;

		for (; run->left < c->size; run->left += insn.len) {
			if (run->o->arch->decode(c->b + run->left, c->size - run->left, &insn))
				insn.len = run->o->arch->insn_align;
			else if (!h->at[run->left]) {
				oracle_line_arrive(run, run->left_half, run->left, &s);
				return true;
			}
		}
	}
	return false;
}

/* What differs where control never comes is no line, nor is what never comes to a report. */
static bool rest_differs(const struct run *run)
{
	const struct code_pair *c = &run->halves[0].code;
	struct insn insn;

	for (uint64_t at = 0; at < c->size; at += insn.len) {
		struct pair p = { 0 };

		if (run->o->arch->decode(c->b + at, c->size - at, &insn))
			return memcmp(c->a + at, c->b + at, c->size - at) != 0 ||
			       find_texts(run, &run->halves[0], at, c->size - at, &p);
		if ((memcmp(c->a + at, c->b + at, insn.len) ||
		     find_texts(run, &run->halves[0], at, insn.len, &p)) &&
		    !(run->halves[0].at[at] && run->halves[0].origin[at] &&
		      run->origins[oracle_line_origin(run, run->halves[0].origin[at])].reported))
			return true;
	}
	return false;
}

static void add_half(struct run *run, const struct code_pair *c)
{
	struct half *h = &run->halves[run->nr++];

	h->code = *c;
	h->at = arena_calloc(run->o->arena, c->size, sizeof(*h->at));
	h->origin = arena_calloc(run->o->arena, c->size, sizeof(*h->origin));
	image_operands(&run->o->patched, c->bsec, c->bstart, c->bstart + c->size, &h->ops);
	image_operands(&run->o->orig, c->asec, c->astart, c->astart + c->size, &h->aops);
}

/* The bytes of an image's symbol, without what operands fill. */
static uint8_t *masked(const struct image *img, const struct elf_sym *s)
{
	struct operands ops = { .nr = 0 };
	uint8_t *bytes = arena_calloc(img->arena, s->size + 1, 1);

	memcpy(bytes, img->elf->secs[s->sec]->data + s->value, s->size);
	image_operands(img, s->sec, s->value, s->value + s->size, &ops);
	oracle_mask_operands(bytes, s->value, s->size, &ops);
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return bytes;
}

static bool has_bytes(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	const struct elf_sec *sec = elf_sym_in_sec(s) ? img->elf->secs[s->sec] : NULL;

	return sym && sec && oracle_is_code(sec) && sec->data && s->value <= sec->size &&
	       s->size <= sec->size - s->value && s->size;
}

/* The other half: f.cold of f, and f of f.cold.  Which is the function? */
static size_t add_other_half(struct run *run)
{
	const struct code_pair *c = &run->halves[0].code;
	struct image *orig = &run->o->orig, *patched = &run->o->patched;
	uint32_t sym = image_sym_at(patched, c->bsec, (int64_t)c->bstart), a, b;
	const char *name = patched->elf->syms[sym].name, *cold = strstr(name, ".cold");
	const char *other = cold ? arena_strndup(run->o->arena, name, (size_t)(cold - name))
				 : arena_printf(run->o->arena, "%s.cold", name);
	struct code_pair half;

	a = image_find(orig, other, patched->files[sym]);
	b = image_find(patched, other, patched->files[sym]);
	if (!has_bytes(orig, a) || !has_bytes(patched, b) ||
	    orig->elf->syms[a].size != patched->elf->syms[b].size)
		return 0;
	half = (struct code_pair){
		.a = masked(orig, &orig->elf->syms[a]),
		.b = masked(patched, &patched->elf->syms[b]),
		.asec = orig->elf->syms[a].sec,
		.astart = orig->elf->syms[a].value,
		.bsec = patched->elf->syms[b].sec,
		.bstart = patched->elf->syms[b].value,
		.size = patched->elf->syms[b].size,
	};
	add_half(run, &half);
	return cold ? 1 : 0;
}

bool oracle_only_lines_differ(struct oracle *o, const struct code_pair *c)
{
	struct run run = { .o = o };

	oracle_line_new_origin(&run); /* 0 is none */
	add_half(&run, c);
	begin_at_ways(&run, add_other_half(&run));
	do {
		while (run.nr_todo && !run.differ) {
			struct todo next = run.todo[--run.nr_todo];

			step(&run, next.half, next.off);
		}
	} while (!run.differ && arrive_by_jump(&run));
	return !run.differ && !(run.kept & ~run.loaded) && !(run.kept && run.moved) &&
	       !rest_differs(&run);
}
