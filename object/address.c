// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does a function keep the address of an object to which it refers?
 *
 * It does not if, wherever control may go from where the address is made, it is only in registers,
 * where it is added to, compared, or says where something is loaded from, until it is written
 * over; if what is called with it is a function of the same object that does the same, or one
 * of which it is known that it only reads (special/readers.c); and if it is not returned.  All
 * else may leave it where it is found later: in a struct, in a list of the kernel's.
 *
 * Of two registers for a result, the second one is none where the address in it has served to load
 * something: no function of the kernel returns a struct of two words of which that is one.
 *
 * For example, "static const u16 rates[]" of which rate_of() loads rates[i] is not kept, while
 * "dev->ops = &ops" is.
 */
#include <string.h>

#include <klp/special.h>

#include "flow.h"
#include "internal.h"

/* Functions that one search may look at, and instructions for each of theirs. */
#define MAX_TASKS 64
#define MAX_WORK  64

/* A function, and what registers hold the address when it is entered; the first one makes it. */
struct task {
	uint32_t function, at;
};

/*
 * Registers that hold the address, each a bit, and again from IDLE on, those of them with which
 * nothing has been loaded or computed yet.
 */
#define IDLE		32
#define HOLD(registers) ((uint64_t)(registers) << IDLE | (registers))
#define IS_IDLE(at)	((uint32_t)((at) >> IDLE))

struct address_search {
	const struct object *obj;
	unsigned int (*nr_args)(void *data, const char *name, unsigned int nr);
	void *data;
	struct flow_places places;
	struct flow flow;
	uint32_t of;
	bool deep;
	struct address_leak *leak;
	struct task tasks[MAX_TASKS];
	uint32_t nr_tasks;
	uint64_t *seen; /* of each node, the registers that are known to hold it */
	size_t cap_seen;
	uint32_t *queue;
	size_t nr, cap;
};

struct address_search *
object_new_address_search(const struct object *obj,
			  unsigned int (*nr_args)(void *data, const char *name, unsigned int nr),
			  void *data)
{
	struct address_search *s = arena_calloc(obj->arena, 1, sizeof(*s));

	s->obj = s->flow.obj = obj;
	s->nr_args = nr_args;
	s->data = data;
	object_flow_places(obj, &s->places);
	return s;
}

/* True: it is not followed any further. */
static bool lost(struct address_search *s, uint32_t i, const char *how)
{
	*s->leak = (struct address_leak){
		.piece = s->flow.nodes[i].piece,
		.place = s->flow.nodes[i].place,
		.how = how,
	};
	return true;
}

/* Before node i, registers of at hold it. */
static void add(struct address_search *s, uint32_t i, uint64_t at)
{
	if (i == NO_NODE || !(at & ~s->seen[i]))
		return;
	s->seen[i] |= at;
	s->queue = arena_grow(s->obj->arena, s->queue, s->nr, &s->cap, sizeof(*s->queue));
	s->queue[s->nr++] = i;
}

/* ---- what is called with it ---- */

static bool add_task(struct address_search *s, uint32_t i, uint32_t function, uint32_t at)
{
	for (uint32_t k = 0; k < s->nr_tasks; k++)
		if (s->tasks[k].function == function && !(at & ~s->tasks[k].at))
			return false;
	if (s->nr_tasks == MAX_TASKS)
		return lost(s, i, "is handed on too often to be followed");
	s->tasks[s->nr_tasks++] = (struct task){ function, at };
	return false;
}

/* The registers of those of a reader's arguments that are only read, or else of the others. */
static uint32_t args_of(const struct arch_abi *abi, const struct special_reader *reader, bool read)
{
	uint32_t at = 0;

	for (unsigned int nr = 0; nr < abi->nr_args && nr < reader->nr; nr++)
		if ((reader->args >> nr & 1) == read)
			at |= 1u << abi->args[nr];
	return at;
}

/*
 * The registers that pass arguments to it.  Others may still hold the address when it is called:
 * it does not read them.
 */
static uint32_t taken(const struct address_search *s, const char *name)
{
	const struct arch_abi *abi = &s->obj->arch->abi;
	uint32_t at = abi->passed;

	for (unsigned int nr = s->nr_args(s->data, name, abi->nr_args); nr < abi->nr_args; nr++)
		at &= ~(1u << abi->args[nr]);
	return at;
}

/* What is called, or jumped to, at node i gets the registers of at that pass arguments. */
static bool hand_on(struct address_search *s, uint32_t i, uint32_t at)
{
	const struct object *obj = s->obj;
	const struct ref *r = s->flow.nodes[i].ref;
	const struct special_reader *reader;
	const char *name;

	at &= obj->arch->abi.passed;
	if (!at)
		return false;
	if (!r || !(r->flags & REF_BRANCH) || r->off)
		return lost(s, i, "may be an argument of a function that a pointer leads to");
	if (r->piece != NO_PIECE && obj->pieces[r->piece].kind == PIECE_FUNC)
		return add_task(s, i, r->piece, at);
	name = r->piece == NO_PIECE ? obj->elf->syms[r->sym].name : "";
	reader = special_reader(name);
	if (reader && s->deep && reader->copies && at & args_of(&obj->arch->abi, reader, true))
		return lost(s, i,
			    arena_printf(obj->arena, "may be an argument of %s, which copies the "
						     "addresses that it holds", name));
	if (reader && !(at & args_of(&obj->arch->abi, reader, false)))
		return false;
	if (!(at & taken(s, name)))
		return false;
	return lost(s, i,
		    arena_printf(obj->arena, "may be an argument of %s, which may keep it",
				 *name ? name : "other code"));
}

/* ---- steps ---- */

static bool is_return(const struct object *obj, const struct flow_node *n)
{
	return n->e.returns ||
	       (n->ref && n->ref->piece == NO_PIECE && n->insn.flags & INSN_BRANCH &&
		!strcmp(obj->elf->syms[n->ref->sym].name, "__x86_return_thunk"));
}

static bool is_trace_call(const struct object *obj, const struct flow_node *n)
{
	return n->ref && n->ref->piece == NO_PIECE &&
	       arch_is_trace_symbol(obj->arch, obj->elf->syms[n->ref->sym].name);
}

static bool is_result(const struct arch_abi *abi, uint64_t at)
{
	uint32_t first = abi->returned & -abi->returned;

	return at & first || IS_IDLE(at) & abi->returned;
}

/* Behind node i, registers of at hold it: where does control go with it? */
static bool go_on(struct address_search *s, uint32_t i, uint64_t at)
{
	const struct flow_node *n = &s->flow.nodes[i];
	const struct arch_abi *abi = &s->obj->arch->abi;
	uint8_t flags = n->insn.flags;

	if (!at)
		return false;
	add(s, n->also, at);
	if (is_return(s->obj, n)) {
		if (is_result(abi, at))
			return lost(s, i, "is returned");
	} else if (flags & INSN_CALL && !is_trace_call(s->obj, n)) {
		if (hand_on(s, i, (uint32_t)at))
			return true;
		at &= HOLD(abi->saved);
	} else if (flags & INSN_BRANCH && !(flags & INSN_CALL)) {
		if (n->to == NO_NODE && hand_on(s, i, (uint32_t)at))
			return true;
		add(s, n->to, at);
	} else if (flags & INSN_END && !(flags & INSN_TRAP)) {
		return lost(s, i, "is in a register where a jump leads elsewhere");
	}
	if (n->falls && (!(flags & INSN_END) || flags & INSN_TRAP))
		add(s, i + 1, at);
	return !n->falls && !(flags & (INSN_END | INSN_CALL)) &&
	       lost(s, i, "goes beyond the function");
}

/*
 * What node i makes of the registers of at.  own: of its reference to the object it makes the
 * address itself.
 */
static bool step(struct address_search *s, uint32_t i, uint64_t at, bool own)
{
	const struct flow_node *n = &s->flow.nodes[i];
	const struct effect *e = &n->e;
	bool moved =
		(e->kind == EFFECT_MOVE || e->kind == EFFECT_PART || e->kind == EFFECT_STORE) &&
		at >> e->src & 1;
	bool loads = e->address_end && !e->stores && s->deep &&
		     (at & e->address || (n->ref && n->ref->piece == s->of));
	bool value = at & e->reads & ~e->address || own, idle;

	if (!n->known || n->fixed)
		return lost(s, i, "goes through an instruction that is not followed");
	if ((value && (e->stores || e->kind == EFFECT_STORE_CONST)) ||
	    (moved && e->kind == EFFECT_STORE) || (loads && effect_pushes_memory(e)))
		return lost(s, i, "is stored");
	idle = moved ? IS_IDLE(at) >> e->src & 1 : true;
	at &= ~HOLD(e->writes) & ~((uint64_t)e->reads << IDLE);
	if (value || moved || loads)
		at |= idle ? HOLD(e->writes) : e->writes;
	return go_on(s, i, at);
}

/* ---- one function ---- */

/* Does the reference in the instruction make an address of the object, and nothing else? */
static bool makes_address(const struct object *obj, const struct flow_node *n, const struct ref *r)
{
	return r->flags & REF_SLOT || arch_reloc(obj->arch, r->type)->flags & RELOC_GOT ||
	       r->place - n->place >= n->e.address_end;
}

/* The references to the object of the piece that node *i is in; *i: the next piece's first node. */
static bool begin_in_piece(struct address_search *s, uint32_t *i)
{
	const struct piece *p = &s->obj->pieces[s->flow.nodes[*i].piece];
	uint32_t first = *i;

	while (*i < s->flow.nr && &s->obj->pieces[s->flow.nodes[*i].piece] == p)
		++*i;
	for_each_ref (s->obj, p, r) {
		if (r->piece != s->of || r->flags & REF_DROP)
			continue;
		while (first < *i &&
		       s->flow.nodes[first].place + s->flow.nodes[first].insn.len <= r->place)
			first++;
		if (first == *i || r->place < s->flow.nodes[first].place)
			return lost(s, *i - 1, "is in data among the code");
		if (step(s, first, 0, makes_address(s->obj, &s->flow.nodes[first], r)))
			return true;
	}
	return false;
}

static bool begin(struct address_search *s, const struct task *task, bool first)
{
	const struct piece *p = &s->obj->pieces[task->function];

	if (!first)
		add(s, object_flow_node_at(&s->flow, p->sec->index, p->base), HOLD(task->at));
	for (uint32_t i = 0; first && i < s->flow.nr;)
		if (begin_in_piece(s, &i))
			return true;
	return false;
}

static bool leaves_function(struct address_search *s, const struct task *task, bool first)
{
	uint64_t work;

	if (!object_flow_build(&s->flow, &s->places, task->function)) {
		*s->leak = (struct address_leak){
			.piece = task->function,
			.place = s->obj->pieces[task->function].base,
			.how = "goes through code that is not understood",
		};
		return true;
	}
	if (s->cap_seen < s->flow.nr) {
		arena_give_back(s->obj->arena, s->seen, s->cap_seen, sizeof(*s->seen));
		s->cap_seen = 2 * (size_t)s->flow.nr;
		s->seen = arena_calloc(s->obj->arena, s->cap_seen, sizeof(*s->seen));
	}
	memset(s->seen, 0, s->flow.nr * sizeof(*s->seen));
	s->nr = 0;
	if (begin(s, task, first))
		return true;
	work = (uint64_t)MAX_WORK * s->flow.nr;
	for (size_t next = 0; next < s->nr; next++) {
		uint32_t i = s->queue[next];

		if (!work--)
			return lost(s, i, "goes too many ways to be followed");
		if (step(s, i, s->seen[i], false))
			return true;
	}
	return false;
}

bool object_address_leaves(struct address_search *s, uint32_t function, uint32_t of, bool deep,
			   struct address_leak *leak)
{
	s->of = of;
	s->deep = deep;
	s->leak = leak;
	s->tasks[0] = (struct task){ function, 0 };
	s->nr_tasks = 1;
	for (uint32_t k = 0; k < s->nr_tasks; k++) {
		struct task task = s->tasks[k];

		if (leaves_function(s, &task, !k))
			return true;
	}
	return false;
}
