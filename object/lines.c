// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Line numbers that code hands to functions which report them.
 *
 * A constant in an instruction is one only if nothing else can become of it: wherever control
 * may go from there, the number is only moved to other registers, or to the arguments on the
 * stack, until it is the argument that is the line in the prototype of a function that is
 * called, or until something else is written there.  After such a call the register is lost:
 * all of these functions print, and what they call may use any of the registers for arguments.
 * From where else control comes to the call does not matter: compilers merge calls that are
 * alike but for the number.  In what is not proved like that, a changed number is a change.
 *
 * A number that is printed (__warn_printk(), include/asm-generic/bug.h; printk()) may be
 * anything.  It is the line if it is the one that the entry of the trap behind the call
 * states: the source of both is __LINE__, as in ASSERT_RTNL() and J_ASSERT().
 *
 * The address of a text is followed in the same way: one that ends in file and line of that entry
 * ("field \"perm_addr\" at net/core/dev.c:10273", include/linux/fortify-string.h).
 */
#include <string.h>

#include <klp/special.h>

#include "flow.h"
#include "internal.h"

/* Half of a number is moved, and made whole by the other one: no further. */
#define MAX_HALVES 3

/* The arguments on the stack that are followed, of 8 bytes each; where a number is, is a bit. */
#define NR_SLOTS  32
#define SLOT(nr)  (UINT64_C(1) << (32 + (nr)))
#define REGISTERS ((uint64_t)UINT32_MAX)
#define MOVED	  UINT64_C(1) /* in struct number.kept: a slot has another name now */

/* Instructions that may be looked at for those of a function, for each of them. */
#define MAX_WORK 256

/* A number on its way. */
struct number {
	uint32_t value;
	bool known;
	const struct ref *text; /* it is the address of one, and no number */
	bool reported;		/* it has reached a report */
	uint64_t kept, loaded;	/* slots in which it was during a call; from which it was loaded */
};

/* The nodes to which it comes, and where it is then. */
struct way {
	uint64_t *seen; /* of each node */
	struct step {
		uint32_t node;
		uint64_t at;
	} * steps; /* all of them; done of them are done */
	size_t nr, cap, done;
};

/* The search through one object. */
struct search {
	struct object *obj;
	const struct line_reporter **of_sym, **of_piece; /* NULL: they are none */
	struct line_bugs bugs;
	struct debug_lines debug;
	struct flow_places places;
	struct flow flow;
	struct way ways[MAX_HALVES + 1]; /* the last one: back from a node */
	uint32_t cap_seen;
	uint64_t work; /* instructions that may still be looked at */
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
}

/* The function that r calls, if it reports a line. */
static const struct line_reporter *called(const struct search *s, const struct ref *r)
{
	if (!r || !(r->flags & REF_BRANCH) || r->off)
		return NULL;
	return r->piece == NO_PIECE ? s->of_sym[r->sym] : s->of_piece[r->piece];
}

/* Code that is called in place of an instruction, and reads what that would read. */
static bool is_thunk(const struct search *s, const struct ref *r)
{
	const char *name = r && r->piece == NO_PIECE ? s->obj->elf->syms[r->sym].name : "";

	return !strncmp(name, "__x86_indirect_", strlen("__x86_indirect_"));
}

/* ---- where a number may be ---- */

/* The place of an argument at a call; 0: one that is not followed. */
static uint64_t argument(const struct search *s, unsigned int nr)
{
	const struct arch_abi *abi = &s->obj->arch->abi;

	if (nr <= abi->nr_args)
		return UINT64_C(1) << abi->args[nr - 1];
	return nr - abi->nr_args <= NR_SLOTS ? SLOT(nr - abi->nr_args - 1) : 0;
}

/* The argument that is there at a call, or 0. */
static unsigned int argument_at(const struct search *s, uint64_t at)
{
	for (unsigned int nr = 1; nr <= s->obj->arch->abi.nr_args + 0u + NR_SLOTS; nr++)
		if (argument(s, nr) == at)
			return nr;
	return 0;
}

/* The slots of which [off, off + len) from the stack pointer has some bytes. */
static uint64_t slots(const struct search *s, int64_t off, uint32_t len)
{
	uint64_t mask = 0;

	off -= s->obj->arch->abi.stack_args;
	for (unsigned int nr = 0; nr < NR_SLOTS; nr++)
		if (off < 8 * (int64_t)nr + 8 && (len == STACK_ALL || off + len > 8 * (int64_t)nr))
			mask |= SLOT(nr);
	return mask;
}

/* The slot at off, or 0. */
static uint64_t slot_at(const struct search *s, int64_t off)
{
	off -= s->obj->arch->abi.stack_args;
	return off < 0 || off % 8 || off / 8 >= NR_SLOTS ? 0 : SLOT(off / 8);
}

/* The stack pointer moves: what is in a slot is in another one then.  False: not followed. */
static bool move_stack(const struct effect *e, uint64_t *at, struct number *number)
{
	uint64_t in_slots = *at >> 32;
	uint32_t nr = (uint32_t)(e->sp < 0 ? -(int64_t)e->sp : e->sp) / 8;

	if (!in_slots || (!e->sp && !e->sp_lost))
		return true;
	if (e->sp_lost || e->sp % 8 || (e->sp < 0 && nr >= NR_SLOTS))
		return false;
	if (e->sp < 0)
		in_slots <<= nr;
	else
		in_slots = nr < NR_SLOTS ? in_slots >> nr : 0; /* below it now, and no argument */
	*at = (*at & REGISTERS) | in_slots << 32;
	number->kept |= number->kept && in_slots ? MOVED : 0;
	return !(in_slots >> 32);
}

/* ---- steps ---- */

static void begin(struct way *way)
{
	for (size_t k = 0; k < way->nr; k++)
		way->seen[way->steps[k].node] = 0;
	way->nr = way->done = 0;
}

/* Before node i the number is, or has to be, at the places at. */
static void add_step(struct search *s, struct way *way, uint32_t i, uint64_t at)
{
	if (i == NO_NODE || !(at & ~way->seen[i]))
		return;
	way->seen[i] |= at;
	way->steps = arena_grow(s->obj->arena, way->steps, way->nr, &way->cap, sizeof(*way->steps));
	way->steps[way->nr++] = (struct step){ i, at };
}

static const struct step *next_step(struct search *s, struct way *way)
{
	if (way->done == way->nr || !s->work)
		return NULL;
	s->work--;
	return &way->steps[way->done++];
}

/* ---- what a number was ---- */

/* The stack pointer moved: where a slot was before.  False: it was not followed, or is none. */
static bool unmove_stack(const struct effect *e, uint64_t *at)
{
	int slot = __builtin_ctzll(*at) - 32;

	if (slot < 0 || (!e->sp && !e->sp_lost))
		return true;
	if (e->sp_lost || e->sp % 8)
		return false;
	if (slot + e->sp / 8 < 0 || slot + e->sp / 8 >= NR_SLOTS)
		return false;
	*at = SLOT(slot + e->sp / 8);
	return true;
}

/*
 * Behind node i the number is at the place *at: where it was before, or 0 with the constant
 * that it is from there on.  False: something else.
 */
static bool step_back(const struct search *s, uint32_t i, uint64_t *at, uint32_t *value)
{
	const struct flow_node *n = &s->flow.nodes[i];
	const struct effect *e = &n->e;
	bool written = *at & e->writes || (e->stack > STACK_READ && *at & slots(s, e->off, e->len));

	if (!n->known || n->fixed)
		return false;
	if (!written)
		return !(n->insn.flags & INSN_CALL && *at & ~(uint64_t)s->obj->arch->abi.saved) &&
		       unmove_stack(e, at);
	if ((e->kind == EFFECT_STORE || e->kind == EFFECT_STORE_CONST) && slot_at(s, e->off) != *at)
		return false;
	if (e->kind == EFFECT_MOVE || e->kind == EFFECT_STORE) {
		*at = UINT64_C(1) << e->src;
		return true;
	}
	*at = 0;
	*value = e->value;
	return !n->ref && (e->kind == EFFECT_CONST || e->kind == EFFECT_STORE_CONST);
}

/* At the place at there is the same constant before node i, wherever control comes from. */
static bool value_before(struct search *s, uint32_t i, uint64_t at, uint32_t *value)
{
	struct way *way = &s->ways[MAX_HALVES];
	const struct step *step;
	unsigned int found = 0;

	if (!at)
		return false;
	begin(way);
	add_step(s, way, i, at);
	while ((step = next_step(s, way))) {
		const struct flow_node *n = &s->flow.nodes[step->node];
		uint32_t k = n->from;

		if (k == NO_NODE && n->insn.flags & INSN_NOP && !n->entered)
			continue; /* padding behind what does not go on */
		if (n->entered || k == NO_NODE)
			return false;
		for (at = step->at; k != NO_NODE; k = s->flow.sources[k]) {
			uint64_t before = at;
			uint32_t v = 0;

			if (k % 3 == 2) /* … which may not have done what it does */
				add_step(s, way, k / 3, at);
			if (!step_back(s, k / 3, &before, &v) ||
			    (!before && found++ && v != *value))
				return false;
			if (!before)
				*value = v;
			else
				add_step(s, way, k / 3, before);
		}
	}
	return found && way->done == way->nr;
}

/* ---- what may become of it ---- */

static bool follow(struct search *s, uint32_t from, uint64_t at, struct number *number,
		   unsigned int halves);

/* Both lead to the same place. */
static bool lead_together(const struct ref *a, const struct ref *b)
{
	return a->piece == b->piece && a->off == b->off;
}

/*
 * The instruction makes an address, or a part of one, from the reference in it and nothing else;
 * or loads it from its slot.  Where all are of one size, the register that it reads has another
 * part of that address.
 */
static bool makes_address(const struct search *s, const struct flow_node *n)
{
	const struct effect *e = &n->e;

	return n->known && !n->fixed && n->ref &&
	       (!e->address_end || (n->ref->flags & REF_SLOT && !e->stores)) &&
	       (!e->reads || (s->obj->arch->insn_size && !(e->reads & (e->reads - 1)))) &&
	       (e->kind == EFFECT_STORE_CONST || (e->writes && !(e->writes & (e->writes - 1))));
}

/* Node n makes the rest of the text's address: it is in another register then. */
static bool completes_text(const struct search *s, const struct flow_node *n, uint64_t *at,
			   const struct number *number)
{
	if (!number->text || !n->ref || !lead_together(n->ref, number->text) ||
	    !makes_address(s, n) || !(*at & n->e.reads))
		return false;
	*at |= n->e.writes;
	return true;
}

/* Node n does with *at what its effect says.  False: something that is not followed. */
static bool carry_on(struct search *s, uint32_t i, uint64_t *at, struct number *number,
		     unsigned int halves)
{
	const struct flow_node *n = &s->flow.nodes[i];
	const struct effect *e = &n->e;
	bool taken =
		(e->kind == EFFECT_MOVE || e->kind == EFFECT_PART || e->kind == EFFECT_STORE) &&
		*at >> e->src & 1;
	uint64_t touched, slot;

	if (completes_text(s, n, at, number))
		return true;
	if (!n->known || *at & e->reads || !move_stack(e, at, number))
		return false;
	touched = e->stack == STACK_NONE ? 0 : slots(s, e->off, e->len);
	slot = e->stack == STACK_WRITE || e->kind == EFFECT_LOAD ? slot_at(s, e->off) : 0;
	if (*at & touched & ~slot)
		return false;
	if (e->kind == EFFECT_LOAD && *at & slot) {
		number->loaded |= slot;
		*at |= UINT64_C(1) << e->dst;
		return true;
	}
	*at &= ~((uint64_t)e->writes | (e->kind == EFFECT_LOAD ? 0 : slot));
	if (!taken)
		return true;
	if (e->kind == EFFECT_PART && number->text)
		return false;
	if (e->kind == EFFECT_PART) {
		struct number whole = { .value = (number->value & e->keep) | e->value,
					.known = number->known };

		if (!n->falls || !follow(s, i + 1, UINT64_C(1) << e->dst, &whole, halves + 1))
			return false;
		number->reported |= whole.reported;
		return true;
	}
	*at |= e->kind == EFFECT_STORE ? slot : UINT64_C(1) << e->dst;
	return e->kind != EFFECT_STORE || slot;
}

/* The node behind i, over one jump: compilers merge what is alike.  NO_NODE: that is not certain.
 */
static uint32_t node_behind(const struct search *s, uint32_t i, unsigned int *jumps)
{
	const struct flow_node *n = &s->flow.nodes[i];

	if (n->insn.flags & INSN_BRANCH && n->insn.flags & INSN_END)
		return (*jumps)++ ? NO_NODE : n->to;
	return n->falls && !(n->insn.flags & (INSN_BRANCH | INSN_CALL | INSN_END)) ? i + 1
										   : NO_NODE;
}

/* What the trap behind the call at node i states; NULL: there is none. */
static const struct line_bug *trap_bug(const struct search *s, uint32_t i)
{
	unsigned int jumps = 0;

	for (i = s->flow.nodes[i].falls ? i + 1 : NO_NODE; i != NO_NODE;
	     i = node_behind(s, i, &jumps)) {
		const struct flow_node *n = &s->flow.nodes[i];
		const struct line_bug *bug =
			object_line_bug_at(&s->bugs, s->obj->pieces[n->piece].sec->index, n->place);

		if (bug && n->insn.flags & INSN_TRAP)
			return bug;
	}
	return NULL;
}

/* The line of the call at node i, as the compiler says; 0: that is not known. */
static uint32_t debug_line(struct search *s, uint32_t i)
{
	const struct flow_node *n = &s->flow.nodes[i];

	if (!s->debug.known)
		special_debug_lines(s->obj->elf, s->obj->arch, s->obj->arena, &s->debug);
	return special_debug_line_at(&s->debug, s->obj->pieces[n->piece].sec->index, n->place);
}

/* Control comes to node i from the one before it, and from nowhere else. */
static bool only_falls_to(const struct search *s, uint32_t i)
{
	const struct flow_node *n = &s->flow.nodes[i];

	return i && !n->entered && n->from == 3 * (i - 1) && s->flow.sources[n->from] == NO_NODE;
}

/* What makes the address that is the argument of the call at node i, just before it; or NULL. */
static const struct ref *address_made(const struct search *s, uint32_t i, unsigned int arg)
{
	uint64_t at = argument(s, arg);

	while (only_falls_to(s, i)) {
		const struct flow_node *n = &s->flow.nodes[--i];

		if (n->insn.flags & (INSN_BRANCH | INSN_CALL | INSN_END) || !n->known)
			return NULL;
		if (!(n->e.writes & at))
			continue;
		if (n->e.kind != EFFECT_MOVE)
			return n->ref && n->ref->piece != NO_PIECE ? n->ref : NULL;
		at = UINT64_C(1) << n->e.src;
	}
	return NULL;
}

/* Does the format of the call at node i say that its argument is a line? */
static bool says_line(const struct search *s, uint32_t i, const struct line_reporter *to,
		      unsigned int arg)
{
	const struct ref *r = address_made(s, i, to->format);
	const char *format = r ? ref_string(s->obj, r) : NULL;

	return format && special_prints_line(format, arg - to->format);
}

/* What the entry states of which the call at node i gets the address; false: it gets none. */
static bool handed_bug(const struct search *s, uint32_t i, const struct line_reporter *to,
		       struct line_bug *bug)
{
	const struct ref *r = address_made(s, i, to->format);
	const struct piece *p = r ? &s->obj->pieces[r->piece] : NULL;

	if (!p || r->off || !object_has_line(p))
		return false;
	*bug = (struct line_bug){ .line = object_line_of(p), .file = object_line_file(s->obj, p) };
	return true;
}

/* Is what is handed on in that argument of the call at node i the line, and nothing else? */
static bool is_reported(struct search *s, uint32_t i, const struct line_reporter *to,
			unsigned int arg, const struct number *number)
{
	struct line_bug handed = { 0 };
	const struct line_bug *bug = &handed;
	uint32_t type;

	if (number->text && to->arg)
		return false;
	/* A newer prototype has one argument more, which is small; what is behind it may be
	 * anything. */
	if (to->arg && to->inserted && arg == to->arg)
		return value_before(s, i, argument(s, to->inserted), &type) && type < to->min;
	if (to->arg && to->inserted)
		return arg == to->inserted && number->known && number->value >= to->min;
	if (to->arg)
		return arg == to->arg && (!to->min || (number->known && number->value >= to->min));
	if (arg <= to->format || (!number->known && !number->text))
		return false;
	if (to->of_bug ? !handed_bug(s, i, to, &handed) : !(bug = trap_bug(s, i)))
		bug = NULL;
	if (number->text)
		return bug && bug->file &&
		       special_ends_in_line(ref_string(s->obj, number->text), bug->file, bug->line);
	return (bug && bug->line == number->value) ||
	       (!to->of_bug && debug_line(s, i) == number->value && says_line(s, i, to, arg));
}

/* What is called gets the number where *at says. */
static bool hand_on(struct search *s, uint32_t i, uint64_t *at, struct number *number)
{
	const struct arch_abi *abi = &s->obj->arch->abi;
	const struct line_reporter *to = called(s, s->flow.nodes[i].ref);
	uint64_t args = *at & ~(uint64_t)abi->saved;

	/*
	 * What is kept on the stack during a call, and loaded later, is none of its arguments:
	 * these are the called function's (psABIs, "Parameter passing").
	 */
	if (!to) {
		number->kept |= args & ~REGISTERS;
		return !(args & REGISTERS) && !(*at && is_thunk(s, s->flow.nodes[i].ref));
	}
	/* In another register, too, and not to be stored from there: who knows what for. */
	if (args & abi->passed && args & REGISTERS & ~(uint64_t)abi->passed)
		return false;
	for (uint64_t left = args & (abi->passed | ~REGISTERS); left; left &= left - 1) {
		uint64_t one = left & -left;
		unsigned int arg = argument_at(s, one);

		if (arg && is_reported(s, i, to, arg, number)) {
			number->reported = true;
			*at &= ~one;
		} else if (one & REGISTERS) {
			return false;
		}
	}
	number->kept |= *at & ~REGISTERS;
	*at &= abi->saved | ~REGISTERS;
	return true;
}

/* Where control goes from node i, to[0] and to[1] or NO_NODE.  False: somewhere else. */
static bool go_on(struct search *s, uint32_t i, uint64_t *at, struct number *number, uint32_t to[2])
{
	const struct flow_node *n = &s->flow.nodes[i];
	const struct arch_abi *abi = &s->obj->arch->abi;
	uint8_t flags = n->insn.flags;

	to[0] = n->falls ? i + 1 : NO_NODE;
	to[1] = NO_NODE;
	if (flags & INSN_TRAP) { /* a warning goes on, with all registers as they were */
		const struct line_bug *bug =
			object_line_bug_at(&s->bugs, s->obj->pieces[n->piece].sec->index, n->place);

		if (!bug)
			return false;
		to[0] = bug->goes_on ? to[0] : NO_NODE;
		return true;
	} else if (flags & INSN_CALL) {
		if (!hand_on(s, i, at, number))
			return false;
	} else if (flags & INSN_BRANCH && n->to != NO_NODE) {
		to[1] = n->to;
	} else if (flags & INSN_BRANCH) { /* another function, which returns to the caller */
		if (!hand_on(s, i, at, number) || *at)
			return false;
	} else if (flags & INSN_END || n->e.returns) {
		if (!n->e.returns || *at & (abi->returned | abi->saved))
			return false;
	}
	if (flags & INSN_END)
		to[0] = NO_NODE;
	/* A call at the end does not return, nor to the nop behind it (ppc64). */
	return n->falls || flags & (INSN_END | INSN_CALL) ||
	       (flags & INSN_NOP && i && n[-1].falls && n[-1].insn.flags & INSN_CALL);
}

/* Is all that may become of a number, which is at the places at before node i, a line? */
static bool follow(struct search *s, uint32_t i, uint64_t at, struct number *number,
		   unsigned int halves)
{
	struct way *way = &s->ways[halves];
	const struct step *step;
	uint32_t to[2];

	if (halves == MAX_HALVES)
		return false;
	begin(way);
	add_step(s, way, i, at);
	while ((step = next_step(s, way))) {
		const struct flow_node *n = &s->flow.nodes[step->node];

		i = step->node;
		at = step->at;
		if (n->fixed && !called(s, n->ref))
			return false;
		add_step(s, way, n->also, at); /* before it has done what it does */
		if (!carry_on(s, i, &at, number, halves))
			return false;
		if (!at)
			continue;
		if (!go_on(s, i, &at, number, to))
			return false;
		add_step(s, way, to[0], at);
		add_step(s, way, to[1], at);
		add_step(s, way, n->also, at);
	}
	/* What was not loaded again may have been an argument of the call. */
	return way->done == way->nr && !(number->kept & ~number->loaded);
}

/* Does node i make a number that is a line, and nothing else? */
static bool makes_line(struct search *s, uint32_t i)
{
	const struct flow_node *n = &s->flow.nodes[i];
	struct number number = { .value = n->e.value, .known = true };
	uint64_t at =
		n->e.kind == EFFECT_STORE_CONST ? slot_at(s, n->e.off) : UINT64_C(1) << n->e.dst;
	uint32_t half;

	if (!n->known || n->fixed || n->ref || !n->e.imm.mask || !n->falls || !at)
		return false;
	if (n->e.kind == EFFECT_PART) {
		number.known = value_before(s, i, UINT64_C(1) << n->e.src, &half);
		number.value |= number.known ? half & n->e.keep : 0;
	}
	return follow(s, i + 1, at, &number, 0) && number.reported;
}

/* Does node i make the address of a text of which the last number is a line, and nothing else? */
static bool makes_text(struct search *s, uint32_t i)
{
	const struct flow_node *n = &s->flow.nodes[i];
	const char *text = n->ref ? ref_string(s->obj, n->ref) : NULL;
	struct number number = { .text = n->ref };

	if (!text || special_before_number(text) == strlen(text) || !makes_address(s, n) ||
	    !n->falls)
		return false;
	return follow(s, i + 1,
		      n->e.kind == EFFECT_STORE_CONST ? slot_at(s, n->e.off) : n->e.writes, &number,
		      0) &&
	       number.reported;
}

static void find_in_function(struct search *s)
{
	struct object *obj = s->obj;

	if (s->cap_seen < s->flow.nr)
		for (unsigned int k = 0; k <= MAX_HALVES; k++) {
			arena_give_back(obj->arena, s->ways[k].seen, s->cap_seen, sizeof(uint64_t));
			s->ways[k].seen =
				arena_calloc(obj->arena, 2 * s->flow.nr, sizeof(uint64_t));
			s->ways[k].nr = 0;
		}
	s->cap_seen = s->cap_seen < s->flow.nr ? 2 * s->flow.nr : s->cap_seen;
	s->work = (uint64_t)MAX_WORK * s->flow.nr;
	for (uint32_t i = 0; i < s->flow.nr; i++) {
		const struct flow_node *n = &s->flow.nodes[i];

		if (makes_line(s, i))
			object_add_line(obj, n->piece, n->place + n->e.imm.at, n->e.imm.mask);
		else if (makes_text(s, i))
			obj->refs[n->ref - obj->refs].flags |= REF_LINE;
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

/* … the function or one of its parts */
static bool any_calls_reporter(const struct search *s, uint32_t function)
{
	const struct object *obj = s->obj;
	const struct part *part = object_parts(obj, function);

	if (calls_reporter(s, &obj->pieces[function]))
		return true;
	for (; part && part < obj->parts + obj->nr_parts && part->function == function; part++)
		if (calls_reporter(s, &obj->pieces[part->piece]))
			return true;
	return false;
}

void object_find_lines(struct object *obj)
{
	struct search *s = arena_calloc(obj->arena, 1, sizeof(*s));

	s->obj = obj;
	s->flow.obj = obj;
	find_reporters(s);
	object_line_bugs_find(obj, &s->bugs);
	object_flow_places(obj, &s->places);
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		const struct piece *p = &obj->pieces[i];

		if (p->kind == PIECE_FUNC && p->owner == NO_PIECE && any_calls_reporter(s, i) &&
		    object_flow_build(&s->flow, &s->places, i))
			find_in_function(s);
	}
}

void object_mask_lines(const struct object *obj, const struct piece *p, uint8_t *bytes)
{
	for (uint32_t i = 0; i < p->nr_lines; i++) {
		const struct line_imm *imm = &obj->lines[p->first_line + i];
		uint8_t *field = bytes + (imm->place - p->start);

		put_le32(field, get_le32(field) & ~imm->mask);
	}
}

/* The piece's next reference to a text that states a line, from *r on; or NULL. */
static const struct ref *next_text(const struct ref **r, const struct ref *end)
{
	while (*r < end && (!((*r)->flags & REF_LINE) || (*r)->flags & REF_DROP))
		++*r;
	return *r < end ? (*r)++ : NULL;
}

static bool texts_differ(const struct object *orig, const struct piece *a,
			 const struct object *patched, const struct piece *b)
{
	const struct ref *r = &orig->refs[a->first_ref], *r_end = r + a->nr_refs, *x;
	const struct ref *q = &patched->refs[b->first_ref], *q_end = q + b->nr_refs, *y;

	while ((x = next_text(&r, r_end)) && (y = next_text(&q, q_end)))
		if (strcmp(ref_string(orig, x), ref_string(patched, y)) != 0)
			return true;
	return false;
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
	*differ |= texts_differ(orig, a, patched, b);
	return true;
}
