// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Line numbers in records that code refers to (L1): where in the source a debug message
 * stands (struct _ddebug), an allocation (struct alloc_tag), or what a sanitizer checks
 * (struct source_location; GCC's and Clang's libubsan have it, too).
 *
 * So do those that Rust's compiler makes for its panics (core::panic::Location).
 *
 * Compilers write a sanitizer's file as they were told it, whatever -fmacro-prefix-map says:
 * where two trees are compiled, or a copy of one (scripts/klp-build with an O= of its own), the
 * name is another one in each record, and no more a change than the line.
 *
 * A record is known by its section and by what it points to.  A sanitizer's is one if
 * the compiler's label says so, or if it names a type as only the sanitizer does.
 */
#include <ctype.h>
#include <string.h>

#include "internal.h"

/* include/linux/dynamic_debug.h, include/linux/alloc_tag.h and codetag.h */
static const struct {
	const char *sec;
	uint8_t first_ptr, nr_ptrs;	/* pointers to strings, one behind the other */
	uint8_t line;
	uint32_t mask;
} kernel_records[] = {
	{ "__dyndbg", 0, 4, 32, 0x3ffff },
	{ "__verbose", 0, 4, 32, 0x3ffff },	/* its name before 5.9 */
	{ "alloc_tags", 16, 2, 4, 0xffffffff },	/* the module's name is NULL in what is built in */
};

/* struct source_location: the file's name, line and column; behind it, the type's descriptor. */
enum { LOCATION_FILE = 0, LOCATION_LINE = 8, LOCATION_COLUMN = 12, LOCATION_END = 16 };

static const struct ref *ref_at(const struct object *obj, const struct piece *p, uint64_t off)
{
	for_each_ref (obj, p, r) {
		if (r->place == p->base + off)
			return r->flags & REF_DROP ? NULL : r;
	}
	return NULL;
}

static bool has_size(const struct piece *p, uint64_t size)
{
	return p->sec->data && p->end - p->base >= size;
}

/* ---- the kernel's ---- */

bool object_sec_has_records(const struct elf_sec *sec)
{
	for (size_t i = 0; i < sizeof(kernel_records) / sizeof(*kernel_records); i++)
		if (!strcmp(sec->name, kernel_records[i].sec))
			return true;
	return false;
}

static void find_kernel_record(struct object *obj, uint32_t piece)
{
	const struct piece *p = &obj->pieces[piece];

	for (size_t i = 0; i < sizeof(kernel_records) / sizeof(*kernel_records); i++) {
		bool found = !strcmp(p->sec->name, kernel_records[i].sec) &&
			     has_size(p, kernel_records[i].line + 4u);

		for (uint64_t k = 0; found && k < kernel_records[i].nr_ptrs; k++)
			found = ref_at(obj, p, kernel_records[i].first_ptr + 8 * k);
		if (found)
			object_add_line(obj, piece, p->base + kernel_records[i].line,
					kernel_records[i].mask);
	}
}

/* ---- sanitizers' ---- */

/* struct type_descriptor: u16 kind, u16 info, and the type's name in quotes */
static bool is_type(const struct object *obj, const struct ref *r)
{
	const struct piece *p = ref_piece(obj, r);
	const char *name;
	size_t len;

	if (!p || r->off || !has_size(p, 4))
		return false;
	name = (const char *)p->sec->data + p->base + 4;
	len = strnlen(name, p->end - p->base - 4);
	if (len < 3 || len == p->end - p->base - 4 || name[0] != '\'' || name[len - 1] != '\'')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isprint((unsigned char)name[i]))
			return false;
	return true;
}

static void find_location(struct object *obj, uint32_t piece)
{
	const struct piece *p = &obj->pieces[piece];
	const struct ref *file, *type;

	if (p->name || !object_sec_is_unnamed_record(p->sec) || !has_size(p, LOCATION_END))
		return;
	file = ref_at(obj, p, LOCATION_FILE);
	type = ref_at(obj, p, LOCATION_END);
	if (!file || file->piece == NO_PIECE || obj->pieces[file->piece].kind != PIECE_STRING ||
	    !(strstr(p->sec->name, "..Lubsan_data") || (type && is_type(obj, type))))
		return;
	obj->refs[file - obj->refs].flags |= REF_FILE;
	object_add_line(obj, piece, p->base + LOCATION_LINE, 0xffffffff);
	object_add_line(obj, piece, p->base + LOCATION_COLUMN, 0xffffffff);
}

/* ---- Rust's ---- */

/*
 * struct Location { file: &str, line: u32, col: u32 }, as rustc lays it out: the name's address
 * and length, then the numbers.
 */
enum { RUST_FILE = 0, RUST_LEN = 8, RUST_LINE = 16, RUST_COLUMN = 20, RUST_END = 24 };

/* Rust's strings have a length; only since 1.87 has this one a zero at its end, too. */
static bool is_rust_source(const struct object *obj, const struct ref *r, uint64_t len)
{
	const struct piece *p = ref_piece(obj, r);
	uint64_t size = p ? p->end - p->base : 0;

	if (!p || !p->sec->data || object_sec_is_written(p->sec) || r->off < 0 ||
	    (uint64_t)r->off > size || len > size - (uint64_t)r->off || len <= strlen(".rs"))
		return false;
	return !memcmp(p->sec->data + p->base + (uint64_t)r->off + len - strlen(".rs"), ".rs",
		       strlen(".rs"));
}

/* A constant to which the source gave no name, in a section of its own (.rodata..Lanon.*). */
static void find_rust_location(struct object *obj, uint32_t piece)
{
	const struct piece *p = &obj->pieces[piece];
	const struct ref *file;
	const uint8_t *bytes;

	if (p->name || !strstr(p->sec->name, ".Lanon.") || object_sec_is_written(p->sec) ||
	    !has_size(p, RUST_END) || p->end - p->base != RUST_END || p->nr_refs != 1)
		return;
	bytes = p->sec->data + p->base;
	file = ref_at(obj, p, RUST_FILE);
	if (!file || !is_rust_source(obj, file, get_le64(bytes + RUST_LEN)) ||
	    !get_le32(bytes + RUST_LINE) || !get_le32(bytes + RUST_COLUMN))
		return;
	object_add_line(obj, piece, p->base + RUST_LINE, 0xffffffff);
	object_add_line(obj, piece, p->base + RUST_COLUMN, 0xffffffff);
}

void object_find_line_records(struct object *obj)
{
	for (uint32_t i = 0; i < obj->nr_pieces; i++)
		if ((obj->pieces[i].kind == PIECE_OBJECT || obj->pieces[i].kind == PIECE_ANON) &&
		    !piece_is_frozen(obj, &obj->pieces[i])) {
			find_kernel_record(obj, i);
			find_location(obj, i);
			find_rust_location(obj, i);
		}
}
