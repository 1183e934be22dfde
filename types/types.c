// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Make the types, functions and variables of an object from its records.
 *
 * A record's parent tells what it is of: a member's is its structure, a variable's a function, or
 * a block in one.  References go to any record, before or behind: they are places at first, and
 * become numbers when all records are read.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define MAX_DEPTH 256
#define OP_ADDR 0x03	    /* DW_OP_addr */
#define OP_PLUS_UCONST 0x23 /* DW_OP_plus_uconst */
#define OP_ADDRX 0xa1	    /* DW_OP_addrx */
#define OP_GNU_ADDR_INDEX 0xfb
#define INL_DECLARED 2 /* DW_INL_declared_not_inlined, _inlined: the source says inline */

/* What the records below one belong to. */
struct parent {
	uint32_t type, func; /* NO_TYPE: none */
};

struct maker {
	struct types *t;
	struct arena *arena;
	struct dwarf *dwarf;
	struct parent parents[MAX_DEPTH];
	unsigned int depth;
};

/* ---- what one record is ---- */

static uint64_t number_of(const struct record *rec, enum wanted w)
{
	return rec->v[w].kind == VALUE_NUMBER ? rec->v[w].u : 0;
}

static const char *name_of(const struct record *rec)
{
	return rec->v[W_NAME].kind == VALUE_STRING ? rec->v[W_NAME].str : NULL;
}

static uint32_t ref_of(const struct record *rec, enum wanted w)
{
	return rec->v[w].kind == VALUE_REF && rec->v[w].u < NO_TYPE ? (uint32_t)rec->v[w].u : NO_TYPE;
}

static int kind_of(uint16_t tag)
{
	switch (tag) {
	case TAG_BASE: return TYPE_NUMBER;
	case TAG_POINTER: return TYPE_POINTER;
	case TAG_STRUCT: return TYPE_STRUCT;
	case TAG_UNION: return TYPE_UNION;
	case TAG_ENUM: return TYPE_ENUM;
	case TAG_ARRAY: return TYPE_ARRAY;
	case TAG_SUBROUTINE_TYPE: return TYPE_FUNCTION;
	case TAG_TYPEDEF:
	case TAG_CONST:
	case TAG_VOLATILE:
	case TAG_RESTRICT:
	case TAG_ATOMIC: return TYPE_ALIAS;
	default: return -1;
	}
}

static uint32_t add_type(struct maker *m, const struct record *rec, enum type_kind kind)
{
	struct types *t = m->t;

	t->v = arena_grow(m->arena, t->v, t->nr, &t->cap, sizeof(*t->v));
	t->v[t->nr] = (struct type){
		.at = rec->at,
		.kind = kind,
		.name = name_of(rec),
		.declared = rec->v[W_DECLARATION].kind == VALUE_NUMBER,
		/* Clang does not say it of pointers; the machines here have 64 bits. */
		.size = kind == TYPE_POINTER ? 8 : number_of(rec, W_BYTE_SIZE),
		.count = 1,
		.to = ref_of(rec, W_TYPE),
		.first = NO_TYPE,
		.last = NO_TYPE,
		.unit = t->nr_units ? t->nr_units - 1 : 0,
	};
	return t->nr++;
}

/* DWARF 2 and 3 may have a computation: "add that to the structure's address". */
static uint64_t member_offset(struct maker *m, const struct value *v)
{
	if (v->kind == VALUE_BLOCK && dwarf_block_byte(m->dwarf, v, 0) == OP_PLUS_UCONST)
		return dwarf_block_number(m->dwarf, v, 1);
	return v->kind == VALUE_NUMBER ? v->u : 0;
}

/* DW_AT_bit_offset of DWARF 2 to 4 counts from the most significant bit of byte_size bytes. */
static uint64_t member_bit(struct maker *m, const struct record *rec)
{
	uint64_t bit = member_offset(m, &rec->v[W_MEMBER_LOCATION]) * 8;

	if (rec->v[W_DATA_BIT_OFFSET].kind == VALUE_NUMBER)
		return rec->v[W_DATA_BIT_OFFSET].u;
	if (rec->v[W_BIT_OFFSET].kind == VALUE_NUMBER)
		bit += number_of(rec, W_BYTE_SIZE) * 8 - rec->v[W_BIT_OFFSET].u -
		       number_of(rec, W_BIT_SIZE);
	return bit;
}

/* DWARF writes a constant in the fewest bytes: without a sign only where its form has none. */
static int64_t constant_of(const struct record *rec)
{
	return (int64_t)number_of(rec, W_CONST_VALUE);
}

static void add_member(struct maker *m, const struct record *rec, uint32_t of)
{
	struct types *t = m->t;
	uint32_t nr = t->nr_members++;

	t->members = arena_grow(m->arena, t->members, nr, &t->cap_members, sizeof(*t->members));
	t->members[nr] = (struct type_member){
		.name = name_of(rec),
		.type = ref_of(rec, W_TYPE),
		.bit = member_bit(m, rec),
		.bits = number_of(rec, W_BIT_SIZE),
		.value = constant_of(rec),
		.next = NO_TYPE,
	};
	if (t->v[of].first == NO_TYPE)
		t->v[of].first = nr;
	else
		t->members[t->v[of].last].next = nr;
	t->v[of].last = nr;
}

/* An array of several dimensions is one of their product. */
static void add_dimension(struct maker *m, const struct record *rec, uint32_t of)
{
	struct type *type = &m->t->v[of];
	uint64_t count = number_of(rec, W_COUNT);

	/* int x[0] has the upper bound -1, or none. */
	if (rec->v[W_UPPER_BOUND].kind == VALUE_NUMBER)
		count = rec->v[W_UPPER_BOUND].u + 1;
	if (count > UINT32_MAX || __builtin_mul_overflow(type->count, count, &type->count))
		type->count = 0;
}

/* ---- functions and variables ---- */

static uint32_t add_func(struct maker *m, const struct record *rec)
{
	struct types *t = m->t;
	const struct value *pc = &rec->v[W_LOW_PC];

	t->funcs = arena_grow(m->arena, t->funcs, t->nr_funcs, &t->cap_funcs, sizeof(*t->funcs));
	t->funcs[t->nr_funcs] = (struct type_func){
		.at = rec->at,
		.name = name_of(rec),
		.external = rec->v[W_EXTERNAL].kind == VALUE_NUMBER,
		.declared = rec->v[W_DECLARATION].kind == VALUE_NUMBER,
		.is_inline = number_of(rec, W_INLINE) >= INL_DECLARED,
		.unit = t->nr_units ? t->nr_units - 1 : 0,
		.has_code = pc->kind != VALUE_NONE || rec->v[W_RANGES].kind != VALUE_NONE,
		.sec = pc->kind == VALUE_ADDRESS ? pc->sec : 0,
		.place = pc->kind == VALUE_ADDRESS ? pc->u : 0,
		.variadic = rec->v[W_PROTOTYPED].kind != VALUE_NUMBER,
		.origin = ref_of(rec, W_ORIGIN),
		.first = NO_TYPE,
		.last = NO_TYPE,
		.first_edge = NO_TYPE,
	};
	return t->nr_funcs++;
}

static bool is_static(const struct maker *m, const struct record *rec)
{
	uint8_t op = dwarf_block_byte(m->dwarf, &rec->v[W_LOCATION], 0);

	return op == OP_ADDR || op == OP_ADDRX || op == OP_GNU_ADDR_INDEX ||
	       rec->v[W_EXTERNAL].kind == VALUE_NUMBER;
}

static void add_var(struct maker *m, const struct record *rec, uint32_t func,
		    enum type_var_kind kind)
{
	struct types *t = m->t;
	uint32_t nr = t->nr_vars++;

	t->vars = arena_grow(m->arena, t->vars, nr, &t->cap_vars, sizeof(*t->vars));
	t->vars[nr] = (struct type_var){
		.at = rec->at,
		.name = kind == VAR_RETURNED ? NULL : name_of(rec),
		.kind = kind,
		.type = ref_of(rec, W_TYPE),
		.origin = kind == VAR_RETURNED ? NO_TYPE : ref_of(rec, W_ORIGIN),
		.func = func,
		.next = NO_TYPE,
	};
	if (func == NO_TYPE)
		return;
	if (t->funcs[func].first == NO_TYPE)
		t->funcs[func].first = nr;
	else
		t->vars[t->funcs[func].last].next = nr;
	t->funcs[func].last = nr;
}

static void add_edge(struct maker *m, const struct record *rec, uint32_t func, bool called)
{
	struct types *t = m->t;
	uint32_t to = ref_of(rec, W_ORIGIN);

	if (to == NO_TYPE || func == NO_TYPE)
		return;
	t->edges = arena_grow(m->arena, t->edges, t->nr_edges, &t->cap_edges, sizeof(*t->edges));
	t->edges[t->nr_edges] = (struct type_edge){ to, called, t->funcs[func].first_edge };
	t->funcs[func].first_edge = t->nr_edges++;
}

static void add_variable(struct maker *m, const struct record *rec, uint32_t func)
{
	bool global = func == NO_TYPE || is_static(m, rec);

	add_var(m, rec, func, global ? VAR_STATIC : VAR_LOCAL);
}

/* A function begins: what it returns is the first of its variables. */
static uint32_t begin_func(struct maker *m, const struct record *rec)
{
	uint32_t func = add_func(m, rec);

	if (rec->v[W_TYPE].kind == VALUE_REF)
		add_var(m, rec, func, VAR_RETURNED);
	add_edge(m, rec, func, false);
	return func;
}

/* ---- all records ---- */

static void begin_unit(struct maker *m, const struct record *rec)
{
	struct types *t = m->t;
	const char *name = name_of(rec) ?: "", *slash = strrchr(name, '/');

	t->units = arena_grow(m->arena, t->units, t->nr_units, &t->cap_units, sizeof(*t->units));
	t->units[t->nr_units++] = slash ? slash + 1 : name;
	m->depth = 0;
}

static void add_record(struct maker *m, const struct record *rec, const struct parent *in,
		       struct parent *below)
{
	int kind = kind_of(rec->tag);

	*below = (struct parent){ NO_TYPE, in->func };
	if (kind >= 0) {
		below->type = add_type(m, rec, (enum type_kind)kind);
	} else if (rec->tag == TAG_SUBPROGRAM) {
		below->func = begin_func(m, rec);
	} else if (rec->tag == TAG_INLINED) {
		add_edge(m, rec, in->func, false);
	} else if (rec->tag == TAG_CALL_SITE || rec->tag == TAG_GNU_CALL_SITE) {
		add_edge(m, rec, in->func, true);
	} else if (rec->tag == TAG_VARIABLE) {
		add_variable(m, rec, in->func);
	} else if (in->type == NO_TYPE) {
		if (rec->tag == TAG_PARAM && in->func != NO_TYPE)
			add_var(m, rec, in->func, VAR_PARAM);
		else if (rec->tag == TAG_VARIADIC && in->func != NO_TYPE)
			m->t->funcs[in->func].variadic = true;
	} else if (rec->tag == TAG_SUBRANGE) {
		add_dimension(m, rec, in->type);
	} else if (rec->tag == TAG_MEMBER || rec->tag == TAG_ENUMERATOR ||
		   rec->tag == TAG_PARAM || rec->tag == TAG_VARIADIC) {
		add_member(m, rec, in->type);
	}
}

static void read_records(struct maker *m)
{
	struct record rec;
	struct parent below;
	int what;

	m->parents[0] = (struct parent){ NO_TYPE, NO_TYPE };
	while ((what = dwarf_next(m->dwarf, &rec)) >= 0) {
		if (what == 0) { /* padding between units has such ends, too */
			m->depth -= m->depth > 0;
			continue;
		}
		if (rec.tag == TAG_UNIT || rec.tag == TAG_PARTIAL_UNIT)
			begin_unit(m, &rec);
		add_record(m, &rec, &m->parents[m->depth], &below);
		if (!rec.children)
			continue;
		if (m->depth + 1 == MAX_DEPTH) {
			dwarf_stop(m->dwarf, "is damaged");
			return;
		}
		m->parents[++m->depth] = below;
	}
}

/* ---- places become numbers ---- */

static int by_at(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

/* The element of v, whose members begin with their places, that is at that place. */
static uint32_t find_at(uint32_t at, const void *v, uint32_t nr, size_t size)
{
	const char *found = at == NO_TYPE || !nr ? NULL : bsearch(&at, v, nr, size, by_at);

	return found ? (uint32_t)((size_t)(found - (const char *)v) / size) : NO_TYPE;
}

/* There is something that is no known type: a reference to it has to lead to something. */
static uint32_t other_type(struct maker *m)
{
	struct record rec = { .at = NO_TYPE };

	return add_type(m, &rec, TYPE_OTHER);
}

static void resolve(struct maker *m)
{
	struct types *t = m->t;
	uint32_t nr = t->nr, other = other_type(m);

#define TYPE_AT(ref)                                                                   \
	do {                                                                           \
		if ((ref) != NO_TYPE) {                                                \
			(ref) = find_at(ref, t->v, nr, sizeof(*t->v));                 \
			(ref) = (ref) == NO_TYPE ? other : (ref);                      \
		}                                                                      \
	} while (0)
	for (uint32_t i = 0; i < nr; i++)
		TYPE_AT(t->v[i].to);
	for (uint32_t i = 0; i < t->nr_members; i++)
		TYPE_AT(t->members[i].type);
	for (uint32_t i = 0; i < t->nr_vars; i++) {
		TYPE_AT(t->vars[i].type);
		t->vars[i].origin = find_at(t->vars[i].origin, t->vars, t->nr_vars, sizeof(*t->vars));
	}
#undef TYPE_AT
	for (uint32_t i = 0; i < t->nr_funcs; i++)
		t->funcs[i].origin =
			find_at(t->funcs[i].origin, t->funcs, t->nr_funcs, sizeof(*t->funcs));
	for (uint32_t i = 0; i < t->nr_edges; i++) {
		struct type_edge *edge = &t->edges[i];

		edge->func = find_at(edge->func, t->funcs, t->nr_funcs, sizeof(*t->funcs));
		if (edge->called && edge->func != NO_TYPE)
			t->funcs[edge->func].called = true;
	}
}

/* A structure without a tag is known by its typedef's name, as in typedef struct { … } kuid_t. */
static void name_by_typedef(struct types *t)
{
	for (uint32_t i = 0; i < t->nr; i++) {
		const struct type *alias = &t->v[i];
		struct type *to = alias->kind == TYPE_ALIAS && alias->to != NO_TYPE ? &t->v[alias->to] : NULL;

		if (to && alias->name && !to->name &&
		    (to->kind == TYPE_STRUCT || to->kind == TYPE_UNION || to->kind == TYPE_ENUM))
			to->name = alias->name;
	}
}

/* The origin of a function has its name, and may have an origin itself. */
static const char *func_name(const struct types *t, uint32_t func)
{
	for (int depth = 0; depth < 4 && func != NO_TYPE; depth++) {
		if (t->funcs[func].name)
			return t->funcs[func].name;
		func = t->funcs[func].origin;
	}
	return NULL;
}

static void index_names(struct types *t)
{
	for (uint32_t i = 0; i < t->nr; i++)
		if (t->v[i].name && !t->v[i].declared && t->v[i].kind != TYPE_ALIAS)
			map_add_str(&t->by_name, t->v[i].name, i);
	for (uint32_t i = 0; i < t->nr_funcs; i++) {
		struct type_func *f = &t->funcs[i];

		f->name = func_name(t, i);
		if (f->sec)
			map_add_u64(&t->func_by_place, types_place_key(f->sec, f->place), i);
		if (f->name)
			map_add_str(&t->func_by_name, f->name, i);
	}
	for (uint32_t i = 0; i < t->nr_vars; i++)
		if (t->vars[i].kind == VAR_STATIC && t->vars[i].name)
			map_add_str(&t->var_by_name, t->vars[i].name, i);
}

const struct types *types_read(struct elf *elf, const struct arch *arch, struct arena *arena,
			       const char **why)
{
	struct maker *m = arena_alloc(arena, sizeof(*m));

	m->arena = arena;
	m->dwarf = dwarf_open(elf, arch, arena, why);
	if (!m->dwarf)
		return NULL;
	m->t = arena_alloc(arena, sizeof(*m->t));
	map_init(&m->t->by_name, arena);
	map_init(&m->t->func_by_name, arena);
	map_init(&m->t->func_by_place, arena);
	map_init(&m->t->var_by_name, arena);
	read_records(m);
	*why = dwarf_why(m->dwarf);
	if (*why)
		return NULL;
	resolve(m);
	name_by_typedef(m->t);
	index_names(m->t);
	return m->t;
}

/* ---- what is asked of types ---- */

uint64_t types_place_key(uint32_t sec, uint64_t place)
{
	return (uint64_t)sec << 40 ^ place;
}

/* Typedefs of typedefs are few; a damaged file's may lead in a circle. */
#define MAX_ALIASES 64

uint32_t types_strip(const struct types *t, uint32_t type)
{
	for (int i = 0; i < MAX_ALIASES; i++) {
		if (type == NO_TYPE || t->v[type].kind != TYPE_ALIAS)
			return type;
		type = t->v[type].to;
	}
	return NO_TYPE;
}

uint64_t types_size(const struct types *t, uint32_t type)
{
	uint64_t count = 1, size;

	for (int i = 0; i < MAX_ALIASES; i++) {
		type = types_strip(t, type);
		if (type == NO_TYPE)
			return 0;
		if (t->v[type].kind != TYPE_ARRAY || t->v[type].size)
			break;
		if (__builtin_mul_overflow(count, t->v[type].count, &count))
			return 0;
		type = t->v[type].to;
	}
	return __builtin_mul_overflow(count, t->v[type].size, &size) ? 0 : size;
}

static const char *tag_word(enum type_kind kind)
{
	return kind == TYPE_STRUCT ? "struct " :
	       kind == TYPE_UNION  ? "union " :
	       kind == TYPE_ENUM   ? "enum " :
				     "";
}

static const char *text(const struct types *t, uint32_t type, struct arena *arena, int depth)
{
	const struct type *ty = type == NO_TYPE ? NULL : &t->v[type];
	const char *to;

	if (!ty)
		return "void";
	if (depth > 8)
		return "...";
	if (ty->kind == TYPE_ALIAS)
		return ty->name ?: text(t, ty->to, arena, depth + 1);
	if (ty->kind == TYPE_POINTER) {
		to = text(t, ty->to, arena, depth + 1);
		return arena_printf(arena, "%s%s*", to, to[strlen(to) - 1] == '*' ? "" : " ");
	}
	if (ty->kind == TYPE_ARRAY) {
		to = text(t, ty->to, arena, depth + 1);
		return arena_printf(arena, "%s[%llu]", to, (unsigned long long)ty->count);
	}
	if (ty->kind == TYPE_FUNCTION)
		return "a function";
	return arena_printf(arena, "%s%s", tag_word(ty->kind), ty->name ?: "without a name");
}

const char *types_text(const struct types *t, uint32_t type, struct arena *arena)
{
	return text(t, type, arena, 0);
}

/* A variable of an inlined function is one of the function as the source has it. */
static const struct type_var *source_var(const struct types *t, const struct type_var *var)
{
	for (int i = 0; i < 4 && !var->name && var->origin != NO_TYPE; i++)
		var = &t->vars[var->origin];
	return var;
}

const char *types_var_name(const struct types *t, const struct type_var *var)
{
	return source_var(t, var)->name;
}

uint32_t types_var_type(const struct types *t, const struct type_var *var)
{
	return source_var(t, var)->type;
}

/* ---- prototypes ---- */

/*
 * Registers that a value of the type takes at most, as an argument: one for eight bytes, and one
 * that is left out before one of sixteen (psABIs of arm64, ppc64, LoongArch).  0: it is not known.
 */
static unsigned int value_registers(const struct types *t, uint32_t type)
{
	uint64_t size = types_size(t, type);

	return !size || size > 16 ? 0 : size > 8 ? 3 : 1;
}

/* What a structure is returned in may be the first argument. */
static unsigned int result_registers(const struct types *t, uint32_t type)
{
	uint32_t to = types_strip(t, type);
	enum type_kind kind = to == NO_TYPE ? TYPE_NUMBER : t->v[to].kind;

	return kind != TYPE_NUMBER && kind != TYPE_POINTER && kind != TYPE_ENUM;
}

static unsigned int registers_of(const struct types *t, const struct type_func *f, unsigned int nr)
{
	unsigned int all = 0, more;

	if (f->variadic)
		return nr;
	for (uint32_t i = f->first; i != NO_TYPE; i = t->vars[i].next) {
		const struct type_var *var = &t->vars[i];

		if (var->kind == VAR_RETURNED) {
			all += result_registers(t, var->type);
		} else if (var->kind == VAR_PARAM) {
			more = value_registers(t, var->type);
			if (!more)
				return nr;
			all += more;
		}
	}
	return all < nr ? all : nr;
}

/*
 * Only of what the compiler itself calls it is known what it passes: assembly may hand more than
 * the declaration has to __put_user_4(), say, of which there is no call in the records.
 */
unsigned int types_arg_registers(const struct types *t, const char *name, unsigned int nr)
{
	unsigned int most = 0;
	bool known = false;

	for_each_str (&t->func_by_name, name, e) {
		const struct type_func *f = &t->funcs[e->value];
		unsigned int registers;

		if (!f->declared || !f->external || !f->called)
			return nr;
		registers = registers_of(t, f, nr);
		most = registers > most ? registers : most;
		known = true;
	}
	return known ? most : nr;
}
