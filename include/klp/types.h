/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The types of an object, and which functions have to do with them, as its debugging information
 * says (DWARF 2 to 5).
 *
 * Everything is in arrays and named by numbers: a type by its index in types->v, a function by
 * that in types->funcs.  What the numbers of a read object are is checked: they are in range, or
 * NO_TYPE.  That no structure holds itself, and no typedef leads to itself, is not: whoever follows
 * numbers has to end.  All of it is in the arena and valid as long as the object.
 */
#ifndef KLP_TYPES_H
#define KLP_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <klp/hash.h>

struct arch;
struct arena;
struct elf;

#define NO_TYPE UINT32_MAX

enum type_kind {
	TYPE_NUMBER,		/* an integer, a character, a truth value */
	TYPE_POINTER,
	TYPE_STRUCT,
	TYPE_UNION,
	TYPE_ENUM,
	TYPE_ARRAY,
	TYPE_FUNCTION,
	TYPE_ALIAS,		/* a typedef, const, volatile: see types_strip() */
	TYPE_OTHER,		/* nothing is known of it */
};

struct type {
	uint32_t at;		/* of its record, ascending */
	enum type_kind kind;
	const char *name;	/* its tag; NULL: it has none */
	bool declared;		/* only that: its size and members are not known here */
	uint64_t size;		/* bytes; of arrays see types_size() */
	uint64_t count;		/* array: elements; 0: flexible, or not constant */
	uint32_t to;		/* what it is an alias, a pointer, an array of, or returns; NO_TYPE: void */
	uint32_t first, last;	/* its members, constants, parameters; NO_TYPE: none */
	uint32_t unit;		/* of types->units: the source file that was compiled */
};

/* A member of a structure, a constant of an enum, a parameter of a function's type. */
struct type_member {
	const char *name;	/* NULL: anonymous */
	uint32_t type;
	uint64_t bit;		/* where it begins */
	uint64_t bits;		/* of a bitfield; 0: it is none */
	int64_t value;		/* of a constant */
	uint32_t next;		/* of the same type, or NO_TYPE */
};

enum type_var_kind {
	VAR_PARAM,
	VAR_LOCAL,		/* on the stack, or in registers */
	VAR_STATIC,		/* in the object's data, or elsewhere in the kernel */
	VAR_RETURNED,		/* what a function returns; it has no name */
};

struct type_var {
	uint32_t at;		/* of its record, ascending */
	const char *name;
	enum type_var_kind kind;
	uint32_t type;
	uint32_t origin;	/* a variable that has its name and type (inlined functions), or NO_TYPE */
	uint32_t func;		/* whose it is; NO_TYPE: it is global */
	uint32_t next;		/* of the same function, or NO_TYPE */
};

/*
 * A function: code of its own, an abstract one that is inlined somewhere, or a declaration.  The
 * variables of its origin, and of what is inlined, are its own, too.
 */
struct type_func {
	uint32_t at;		/* of its record, ascending */
	const char *name;	/* as the source has it; NULL: that of its origin */
	bool external;
	bool declared;		/* only that */
	bool is_inline;		/* the source says so; of an abstract one */
	bool has_code;		/* not an abstract one */
	bool called;		/* by compiled code of the object */
	bool variadic;		/* more than its parameters may be passed, also by f() */
	uint32_t unit;		/* of types->units */
	uint32_t sec;		/* where its code begins, in that section; 0: it is not known */
	uint64_t place;
	uint32_t origin;	/* the function that it is code of, or NO_TYPE */
	uint32_t first, last;	/* its variables, or NO_TYPE */
	uint32_t first_edge;	/* the functions that it is made of, or NO_TYPE */
};

/* func is made of it: its origin, something inlined; called: only the result is of interest. */
struct type_edge {
	uint32_t func;
	bool called;
	uint32_t next;
};

struct types {
	struct type *v;
	struct type_member *members;
	struct type_var *vars;
	struct type_func *funcs;
	struct type_edge *edges;
	uint32_t nr, nr_members, nr_vars, nr_funcs, nr_edges;
	size_t cap, cap_members, cap_vars, cap_funcs, cap_edges;
	const char **units;	/* names without folders */
	uint32_t nr_units;
	size_t cap_units;
	struct map by_name;	/* types that are not only declared, but for aliases */
	struct map func_by_name, func_by_place, var_by_name; /* variables: VAR_STATIC */
};

/*
 * Read those of an object.  NULL: there are none, and *why says the reason if there is debugging
 * information that is not to be used (damaged, or in another file), and is NULL otherwise.
 */
const struct types *types_read(struct elf *elf, const struct arch *arch, struct arena *arena,
			       const char **why);

/* What is behind typedefs and qualifiers; NO_TYPE: void, or they lead in a circle. */
uint32_t types_strip(const struct types *t, uint32_t type);
/* The bytes that an object of the type has, as far as they are known. */
uint64_t types_size(const struct types *t, uint32_t type);
/* As people write it: "struct sock *", "int [4]". */
const char *types_text(const struct types *t, uint32_t type, struct arena *arena);
/* For func_by_place: the key of a place. */
uint64_t types_place_key(uint32_t sec, uint64_t place);
/* Name and type of a variable, its origin's where it has none of its own. */
const char *types_var_name(const struct types *t, const struct type_var *var);
uint32_t types_var_type(const struct types *t, const struct type_var *var);

/*
 * How many of the first registers for arguments may hold one for the function of that name, which
 * is somewhere else, as its declarations say: nr if they do not, and nr at most.
 */
unsigned int types_arg_registers(const struct types *t, const char *name, unsigned int nr);

#define for_each_member(t, type, m)                                                               \
	for (const struct type_member *m = (type)->first == NO_TYPE ? NULL :                      \
						   &(t)->members[(type)->first];                  \
	     m; m = m->next == NO_TYPE ? NULL : &(t)->members[m->next])

#endif
