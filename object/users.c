// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who refers to a piece.  A ref leads from a piece to another one; this index is the
 * other direction, for all pieces at once, and is made when somebody first asks.
 */
#include "internal.h"

/* The piece that p's k-th reference leads to, or NO_PIECE. */
static uint32_t target(const struct object *obj, uint32_t p, uint32_t k)
{
	return obj->refs[obj->pieces[p].first_ref + k].piece;
}

/*
 * A counting sort of the references by what they lead to: end[t] counts those to t,
 * then is the begin of its share of users and, with each that is written, the end.
 */
static void make_index(const struct object *obj)
{
	uint32_t *end = arena_calloc(obj->arena, obj->nr_pieces, sizeof(*end)), nr = 0, to;

	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		for (uint32_t k = 0; k < obj->pieces[i].nr_refs; k++)
			if ((to = target(obj, i, k)) != NO_PIECE)
				end[to]++;
	for (uint32_t i = 0; i < obj->nr_pieces; i++) {
		nr += end[i];
		end[i] = nr - end[i];
	}
	obj->memo->users = arena_calloc(obj->arena, nr, sizeof(*obj->memo->users));
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		for (uint32_t k = 0; k < obj->pieces[i].nr_refs; k++)
			if ((to = target(obj, i, k)) != NO_PIECE)
				obj->memo->users[end[to]++] = i;
	obj->memo->users_end = end;
}

struct users object_users(const struct object *obj, uint32_t piece)
{
	uint32_t begin;

	if (!obj->memo->users_end)
		make_index(obj);
	begin = piece ? obj->memo->users_end[piece - 1] : 0;
	return (struct users){ obj->memo->users + begin, obj->memo->users_end[piece] - begin };
}
