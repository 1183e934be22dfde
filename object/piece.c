// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a piece is called, and where it is: in its section, in diagnostics, in its tree.
 */
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/object.h>

struct diag_where object_where(const struct object *obj, const struct elf_sec *sec, uint64_t offset)
{
	return (struct diag_where){
		.object = obj->elf->path,
		.section = sec->name,
		.offset = offset,
		.has_offset = true,
	};
}

struct diag_where piece_where(const struct object *obj, const struct piece *p)
{
	struct diag_where where = object_where(obj, p->sec, p->base);

	where.symbol = p->name;
	where.has_offset = !p->name;
	return where;
}

const char *ref_string(const struct object *obj, const struct ref *r)
{
	const struct piece *p = ref_piece(obj, r);
	const uint8_t *at;

	if (!p || p->kind != PIECE_STRING || p->sec->entsize > 1 || r->off < 0 ||
	    (uint64_t)r->off >= p->end - p->start)
		return NULL;
	at = p->sec->data + p->start + (uint64_t)r->off;
	return memchr(at, 0, p->end - p->start - (uint64_t)r->off) ? (const char *)at : NULL;
}

bool object_sec_is_written(const struct elf_sec *sec)
{
	return sec->flags & SHF_WRITE && strncmp(sec->name, ".data.rel.ro", 12);
}

bool object_sec_is_unnamed_record(const struct elf_sec *sec)
{
	return strstr(sec->name, "..Lubsan") || strstr(sec->name, "..L__unnamed");
}

/* What to call a piece in a message. */
const char *piece_label(const struct object *obj, const struct piece *p)
{
	if (p->name)
		return p->name;
	return arena_printf(obj->arena, "%s+0x%llx", p->sec->name, (unsigned long long)p->start);
}

/* What to call the destination of a reference in a message. */
const char *ref_label(const struct object *obj, const struct ref *r)
{
	const char *name = "nothing";

	if (r->piece != NO_PIECE)
		name = piece_label(obj, &obj->pieces[r->piece]);
	else if (r->sym)
		name = obj->elf->syms[r->sym].name;
	if (!r->off)
		return name;
	return arena_printf(obj->arena, "%s%s0x%llx", name, r->off < 0 ? "-" : "+",
			    (unsigned long long)llabs(r->off));
}

const char *object_file_name(const struct object *obj, uint32_t sym)
{
	uint32_t file = sym ? obj->file_of[sym] : 0;

	return file ? obj->elf->syms[file].name : "";
}

struct piece *object_add_piece(struct object *obj, struct elf_sec *sec, uint64_t start,
			       uint64_t end, enum piece_kind kind)
{
	struct sec_info *info = &obj->secs[sec->index];
	struct piece *p;

	obj->pieces = arena_grow(obj->arena, obj->pieces, obj->nr_pieces, &obj->cap_pieces,
				 sizeof(*obj->pieces));
	if (!info->nr_pieces++)
		info->first_piece = obj->nr_pieces;
	p = &obj->pieces[obj->nr_pieces++];
	*p = (struct piece){
		.sec = sec,
		.start = start,
		.end = end,
		.base = start,
		.kind = kind,
		.flags = info->rule && info->rule->flags & SPECIAL_FREED ? PIECE_FREED : 0,
		.owner = NO_PIECE,
		.first_owned = NO_PIECE,
		.last_owned = NO_PIECE,
		.next_owned = NO_PIECE,
		.twin = NO_PIECE,
	};
	return p;
}

uint32_t object_piece_at(const struct object *obj, const struct elf_sec *sec, int64_t offset)
{
	const struct sec_info *info = &obj->secs[sec->index];
	uint32_t lo = 0, hi = info->nr_pieces;

	if (!hi)
		return NO_PIECE;
	/* The last piece that begins at or before offset; the first one if none does. */
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if ((int64_t)obj->pieces[info->first_piece + mid].start <= offset)
			lo = mid;
		else
			hi = mid;
	}
	return info->first_piece + lo;
}

uint32_t piece_root(const struct object *obj, uint32_t piece)
{
	for (int depth = 0; depth < 4 && obj->pieces[piece].owner != NO_PIECE; depth++)
		piece = obj->pieces[piece].owner;
	return piece;
}
