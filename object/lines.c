// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Line numbers that code hands to functions which report them.
 *
 * A constant in an instruction is one only if nothing else can become of it: the
 * instruction writes the whole register of the argument that is the line in the
 * callee's prototype, and from there control goes straight to the call, over
 * instructions that do not touch the register, and no other way leads in between.
 * After the call the register is lost: all of these functions print, and what
 * they call may use any of the registers for arguments.  In what is not proved
 * like that, a changed number is a change.
 *
 * A number that is printed (__warn_printk(), include/asm-generic/bug.h; printk()) may be
 * anything.  It is the line if it is the one that the entry of the trap behind the call
 * states: the source of both is __LINE__, as in ASSERT_RTNL() and J_ASSERT().
 */
#include <string.h>

#include "internal.h"
#include <klp/special.h>

#include "internal.h"

/* As far as compilers move an argument's instruction away from the call. */
#define MAX_BETWEEN 32

/* A constant has up to two halves. */
#define MAX_PARTS 2

/* What they get in registers: the format is the first one. */
#define FIRST_PRINTED 2
#define LAST_PRINTED  8

static const struct line_reporter printers[] = {
	{ .name = "__warn_printk" }, { .name = "_printk" }, { .name = "printk" },
};

/* From the instruction that writes the register up to the call. */
struct span {
	uint32_t piece;
	uint32_t sec;
	uint64_t from, to;
	struct line_imm imms[MAX_PARTS];
	uint8_t nr_imms;
	uint32_t known, value;	/* bits that are known of what the register holds in the end */
	bool entered;		/* some other way leads in between */
};

/* The search through one object. */
struct search {
	struct object *obj;
	const struct line_reporter **of_sym, **of_piece;	/* NULL: they are none */
	struct span *spans;			/* by section, then place */
	size_t nr_spans, cap_spans;

	/* numbers that the last call prints, if a trap may still come behind it */
	struct line_bugs bugs;
	struct span printed[LAST_PRINTED];
	uint32_t nr_printed;

	/* the last instructions, and their flow */
	struct {
		uint64_t pc;
		struct insn insn;
		bool has_ref;
	} recent[MAX_BETWEEN];
	uint32_t nr_recent;
};

/* Not some driver's own. */
static bool is_reporter(const struct object *obj, uint32_t sym, const struct line_reporter *r)
{
	if (obj->elf->syms[sym].bind != STB_LOCAL)
		return !r->file;
	return r->file && !strcmp(object_file_name(obj, sym), r->file);
}

static void add_reporter(struct search *s, const struct line_reporter *r)
{
	struct object *obj = s->obj;

	for_each_str (&obj->names, r->name, e) {
		const struct elf_sym *sym = &obj->elf->syms[e->value];

		if (!is_reporter(obj, e->value, r))
			continue;
		if (!elf_sym_in_sec(sym))
			s->of_sym[e->value] = r;
		else if (obj->piece_of[e->value] != NO_PIECE)
			s->of_piece[obj->piece_of[e->value]] = r;
	}
}

static void find_reporters(struct search *s)
{
	struct object *obj = s->obj;

	s->of_sym = arena_calloc(obj->arena, obj->elf->nr_syms, sizeof(*s->of_sym));
	s->of_piece = arena_calloc(obj->arena, obj->nr_pieces + 1, sizeof(*s->of_piece));
	for (size_t i = 0; i < special_nr_line_reporters; i++)
		add_reporter(s, &special_line_reporters[i]);
	for (size_t i = 0; i < sizeof(printers) / sizeof(*printers); i++)
		add_reporter(s, &printers[i]);
}

/* The function that r calls, if it reports a line. */
static const struct line_reporter *called(const struct search *s, const struct ref *r)
{
	if (!(r->flags & REF_BRANCH) || r->off)
		return NULL;
	return r->piece == NO_PIECE ? s->of_sym[r->sym] : s->of_piece[r->piece];
}

/* ---- the way from the constant to the call ---- */

/* imms, the last one first, are what makes the value. */
static void evaluate(const struct arg_imm *imms, struct span *span)
{
	span->known = UINT32_MAX;
	span->value = 0;
	for (uint32_t i = span->nr_imms; i-- > 0;) {
		span->known &= imms[i].known;
		span->value = (span->value & imms[i].keep) | imms[i].value;
	}
}

/*
 * True once the register's whole value is known to be constants.  Of what goes somewhere
 * else, or comes from there, arg_insn() says ARG_USED.
 */
static bool trace_back(const struct search *s, const uint8_t *code, unsigned int arg,
		       struct span *span)
{
	struct arg_imm imms[MAX_PARTS];

	for (uint32_t k = s->nr_recent; k-- > 0;) {
		uint64_t pc = s->recent[k].pc;
		struct arg_imm imm = { 0 };
		enum arg_use use = s->obj->arch->arg_insn(code + pc, &s->recent[k].insn, arg, &imm);

		if (use == ARG_UNTOUCHED)
			continue;
		if (use == ARG_USED || s->recent[k].has_ref || span->nr_imms == MAX_PARTS)
			return false;
		imms[span->nr_imms] = imm;
		span->imms[span->nr_imms++] = (struct line_imm){ pc + imm.at, imm.mask };
		if (use == ARG_SET) {
			span->from = pc;
			evaluate(imms, span);
			return true;
		}
	}
	return false;
}

static void add_span(struct search *s, const struct span *span)
{
	s->spans = arena_grow(s->obj->arena, s->spans, s->nr_spans, &s->cap_spans,
			      sizeof(*s->spans));
	s->spans[s->nr_spans++] = *span;
}

/* The instruction at pc calls what r refers to. */
static void look_at_call(struct search *s, uint32_t piece, uint64_t pc, const struct ref *r)
{
	const struct piece *p = &s->obj->pieces[piece];
	const struct line_reporter *to = called(s, r);
	const struct span none = { .piece = piece, .sec = p->sec->index, .to = pc };
	struct span span = none;

	if (!to)
		return;
	if (to->arg) {
		if (trace_back(s, p->sec->data, to->arg, &span) &&
		    (!to->min || (span.known == UINT32_MAX && span.value >= to->min)))
			add_span(s, &span);
		return;
	}
	for (unsigned int arg = FIRST_PRINTED; arg <= LAST_PRINTED; arg++, span = none)
		if (trace_back(s, p->sec->data, arg, &span))
			s->printed[s->nr_printed++] = span;
}

/*
 * Is the number that line?  Where the compiler keeps the upper half of several lines in one
 * register (LoongArch), the lower one tells; if the upper one changes, too, that is a change.
 */
static bool states(const struct span *printed, uint16_t line)
{
	if (printed->known != UINT32_MAX && line <= printed->known)
		return false;	/* a line without an upper half is not made like that */
	return printed->known && !((printed->value ^ line) & printed->known);
}

/* Behind a call that prints: if a trap is at pc, its entry tells the line. */
static void look_at_trap(struct search *s, uint32_t sec, uint64_t pc, const struct insn *insn)
{
	const struct line_bug *bug = s->nr_printed ? object_line_bug_at(&s->bugs, sec, pc) : NULL;

	for (uint32_t i = 0; bug && i < s->nr_printed; i++)
		if (states(&s->printed[i], bug->line))
			add_span(s, &s->printed[i]);
	if (bug || insn->flags & (INSN_BRANCH | INSN_CALL | INSN_END))
		s->nr_printed = 0;
}

static void remember(struct search *s, uint64_t pc, const struct insn *insn, bool has_ref)
{
	if (s->nr_recent == MAX_BETWEEN)
		memmove(&s->recent[0], &s->recent[1], --s->nr_recent * sizeof(s->recent[0]));
	s->recent[s->nr_recent].pc = pc;
	s->recent[s->nr_recent].insn = *insn;
	s->recent[s->nr_recent++].has_ref = has_ref;
}

/* Another way leads to that place. */
static void enter(struct search *s, uint32_t sec, int64_t place)
{
	size_t lo = 0, hi = s->nr_spans;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct span *x = &s->spans[mid];

		if (x->sec < sec || (x->sec == sec && (int64_t)x->to < place))
			lo = mid + 1;
		else
			hi = mid;
	}
	/* Of one call there are few. */
	for (hi = lo; hi < s->nr_spans && s->spans[hi].sec == sec &&
		      s->spans[hi].to == s->spans[lo].to; hi++)
		if ((int64_t)s->spans[hi].from < place)
			s->spans[hi].entered = true;
}

/*
 * One sweep finds the calls, a second one the branches that the assembler resolved.
 * False: not all of the function is understood.
 */
static bool sweep(struct search *s, uint32_t piece, bool branches)
{
	struct object *obj = s->obj;
	const struct piece *p = &obj->pieces[piece];
	const struct ref *r = &obj->refs[p->first_ref], *end = r + p->nr_refs;
	struct insn insn = { 0 };

	s->nr_recent = s->nr_printed = 0;
	for (uint64_t pc = p->start; pc < p->end; pc += insn.len) {
		uint64_t code = object_data_end(obj, p->sec, pc);
		const struct ref *first = NULL;
		unsigned int nr = 0;

		for (; r < end && (r->place < code || r->flags & REF_DROP); r++)
			;
		insn = (struct insn){ .len = 0 };
		if (code == pc && r < end && r->place == pc &&
		    arch_reloc(obj->arch, r->type)->flags & RELOC_DATA)
			insn.len = arch_reloc(obj->arch, r->type)->size;
		if (code != pc || insn.len) {	/* data: control goes somewhere else */
			s->nr_recent = s->nr_printed = 0;
			pc = code;
			continue;
		}
		if (obj->arch->decode(p->sec->data + pc, p->end - pc, &insn))
			return false;
		for (; r < end && r->place < pc + insn.len; r++) {
			if (r->place + arch_reloc(obj->arch, r->type)->size > pc + insn.len)
				return false;
			if (!(r->flags & REF_DROP) && !nr++)
				first = r;
		}
		if (branches && insn.flags & INSN_PCREL && !nr)
			enter(s, p->sec->index, (int64_t)pc + insn.rel);
		if (!branches)
			look_at_trap(s, p->sec->index, pc, &insn);
		if (!branches && insn.flags & (INSN_CALL | INSN_END) && nr == 1)
			look_at_call(s, piece, pc, first);
		remember(s, pc, &insn, nr);
	}
	return true;
}

/* ---- other ways ---- */

/* Control may come to where r leads: not from a list of calls, or of where the stack changes. */
static bool may_enter(const struct piece *from, const struct ref *r)
{
	if (r->piece == NO_PIECE || r->flags & REF_DROP)
		return false;
	return from->kind != PIECE_ENTRY || from->rule->flags & SPECIAL_MEANING;
}

static void enter_by_refs(struct search *s)
{
	const struct object *obj = s->obj;

	for_each_piece (obj, p) {
		for_each_ref (obj, p, r) {
			const struct piece *to;
			int64_t place;

			if (!may_enter(p, r))
				continue;
			to = &obj->pieces[r->piece];
			place = (int64_t)to->base + r->off;
			if (r->flags & REF_BRANCH && to->sym)
				place += (int64_t)arch_local_entry(obj->arch, &obj->elf->syms[to->sym]);
			enter(s, to->sec->index, place);
			if (p->kind == PIECE_ENTRY && p->layout && p->layout->repl != SPECIAL_NONE)
				enter(s, to->sec->index, place + 1);	/* replaces what begins there */
		}
	}
}

/* ---- what is left ---- */

void object_add_line(struct object *obj, uint32_t piece, uint64_t place, uint32_t mask)
{
	struct piece *p = &obj->pieces[piece];

	obj->lines = arena_grow(obj->arena, obj->lines, obj->nr_lines, &obj->cap_lines,
				sizeof(*obj->lines));
	if (!p->nr_lines++)
		p->first_line = (uint32_t)obj->nr_lines;
	obj->lines[obj->nr_lines++] = (struct line_imm){ place, mask };
}

static bool calls_reporter(const struct search *s, const struct piece *p)
{
	for (uint32_t k = 0; k < p->nr_refs; k++)
		if (called(s, &s->obj->refs[p->first_ref + k]))
			return true;
	return false;
}

/*
 * Section by section: the order that enter() needs.  A function that cannot be
 * copied (PIECE_OPAQUE) may be understood, and branch where no reference shows it.
 */
static void each_caller(struct search *s, bool branches)
{
	struct object *obj = s->obj;

	for (uint32_t i = 1; i < obj->elf->nr_secs; i++) {
		const struct sec_info *info = &obj->secs[i];

		for (uint32_t n = 0; n < info->nr_pieces; n++) {
			const struct piece *p = &obj->pieces[info->first_piece + n];
			size_t nr_spans = s->nr_spans;

			if (p->kind == PIECE_FUNC && p->sec->data &&
			    (calls_reporter(s, p) || (branches && p->flags & PIECE_OPAQUE)) &&
			    !sweep(s, info->first_piece + n, branches))
				s->nr_spans = nr_spans;
		}
	}
}

void object_find_lines(struct object *obj)
{
	struct search *s = arena_alloc(obj->arena, sizeof(*s));

	s->obj = obj;
	find_reporters(s);
	object_line_bugs_find(obj, &s->bugs);
	each_caller(s, false);
	if (!s->nr_spans)
		return;
	each_caller(s, true);
	enter_by_refs(s);
	for (size_t i = 0; i < s->nr_spans; i++)
		for (uint32_t k = 0; !s->spans[i].entered && k < s->spans[i].nr_imms; k++)
			object_add_line(obj, s->spans[i].piece, s->spans[i].imms[k].place,
					s->spans[i].imms[k].mask);
}

void object_mask_lines(const struct object *obj, const struct piece *p, uint8_t *bytes)
{
	for (uint32_t i = 0; i < p->nr_lines; i++) {
		const struct line_imm *imm = &obj->lines[p->first_line + i];
		uint8_t *field = bytes + (imm->place - p->start);

		put_le32(field, get_le32(field) & ~imm->mask);
	}
}

bool object_lines_match(const struct object *orig, const struct piece *a,
			const struct object *patched, const struct piece *b, bool *differ)
{
	if (a->nr_lines != b->nr_lines)
		return false;
	for (uint32_t i = 0; i < a->nr_lines; i++) {
		const struct line_imm *x = &orig->lines[a->first_line + i];
		const struct line_imm *y = &patched->lines[b->first_line + i];

		if (x->place - a->start != y->place - b->start || x->mask != y->mask)
			return false;
		if ((get_le32(a->sec->data + x->place) ^ get_le32(b->sec->data + y->place)) &
		    x->mask)
			*differ = true;
	}
	return true;
}
