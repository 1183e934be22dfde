/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of object/: a function's instructions and where control goes from each, for those
 * that follow a number through it.
 */
#ifndef KLP_OBJECT_FLOW_H
#define KLP_OBJECT_FLOW_H

#include <klp/object.h>

#define NO_NODE UINT32_MAX

/* One instruction. */
struct flow_node {
	uint64_t place; /* in its piece's section */
	uint32_t piece;
	struct insn insn;
	struct effect e;
	bool known;    /* e is valid */
	bool fixed;    /* an entry of a table speaks of it: it may be or do something else */
	bool emptied;  /* nops may be in its place */
	bool entered;  /* control may come from somewhere that is not known */
	bool falls;    /* the next node is the next instruction */
	uint32_t from; /* flow->sources from there on: a third of it is a node before it */
	uint32_t to;   /* a branch's destination in the function, or NO_NODE */
	uint32_t also; /* where a table lets control go on, too, or NO_NODE */
	const struct ref *ref; /* its only reference, or NULL */
};

/* A place in code that something refers to, but for branches of its own function. */
struct flow_place {
	uint32_t sec;
	uint64_t place;
	bool fixed;
	bool emptied;		/* … by an alternative of nops */
	const struct ref *also; /* … it is where control may go on otherwise, or NULL */
};

/* Those of an object, by section, then place. */
struct flow_places {
	struct flow_place *v;
	size_t nr, cap;
};

/* A function and its parts: nodes piece by piece, by place. */
struct flow {
	const struct object *obj;
	struct flow_node *nodes;
	uint32_t nr;
	size_t cap;
	uint32_t *sources; /* the next one of the same list, or NO_NODE */
	uint32_t cap_sources;
};

/* All of the object's; they live in its arena. */
void object_flow_places(const struct object *obj, struct flow_places *places);
/* Fill in what flow->obj has of the function; false: not all of it is understood. */
bool object_flow_build(struct flow *flow, const struct flow_places *places, uint32_t function);
/* The node at that place, or NO_NODE. */
uint32_t object_flow_node_at(const struct flow *flow, uint32_t sec, uint64_t place);

#endif
