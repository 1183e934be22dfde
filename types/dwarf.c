// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Read the records of .debug_info (DWARF 2 to 5, section 7), with their relocations applied.
 *
 * In an object, most strings and addresses are 0 until they are relocated: R_X86_64_32 against
 * .debug_str with the string's place as addend.  Each field is asked for its relocation when it is
 * read, so that no section is copied.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum {
	FORM_ADDR = 0x01, FORM_BLOCK2 = 0x03, FORM_BLOCK4, FORM_DATA2, FORM_DATA4, FORM_DATA8,
	FORM_STRING, FORM_BLOCK, FORM_BLOCK1, FORM_DATA1, FORM_FLAG, FORM_SDATA, FORM_STRP,
	FORM_UDATA, FORM_REF_ADDR, FORM_REF1, FORM_REF2, FORM_REF4, FORM_REF8, FORM_REF_UDATA,
	FORM_INDIRECT, FORM_SEC_OFFSET, FORM_EXPRLOC, FORM_FLAG_PRESENT, FORM_STRX, FORM_ADDRX,
	FORM_REF_SUP4, FORM_STRP_SUP, FORM_DATA16, FORM_LINE_STRP, FORM_REF_SIG8,
	FORM_IMPLICIT_CONST, FORM_LOCLISTX, FORM_RNGLISTX, FORM_REF_SUP8, FORM_STRX1, FORM_STRX2,
	FORM_STRX3, FORM_STRX4, FORM_ADDRX1, FORM_ADDRX2, FORM_ADDRX3, FORM_ADDRX4,
	FORM_GNU_ADDR_INDEX = 0x1f01, FORM_GNU_STR_INDEX = 0x1f02,
};

enum { UT_COMPILE = 1, UT_TYPE = 2, UT_PARTIAL = 3, UT_SKELETON = 4 };

enum { AT_STR_OFFSETS_BASE = 0x72, AT_ADDR_BASE = 0x73 };

/* How a kind of record looks: its attributes are in dwarf.attrs. */
struct abbrev {
	uint64_t code;
	uint16_t tag;
	bool children;
	uint32_t first_attr, nr_attrs;
};

struct attr {
	uint16_t name, form;
	uint64_t constant; /* FORM_IMPLICIT_CONST: its value */
};

/* Those that units name by one place in .debug_abbrev: ascending by code. */
struct abbrevs {
	uint32_t first, nr;
};

/* A section being read. */
struct cursor {
	const struct elf_sec *sec;
	uint64_t at, end;
};

struct unit {
	uint64_t begin, end;
	uint16_t version;
	uint8_t offset_size, addr_size;
	struct abbrevs abbrevs;
	uint64_t str_offsets, addr; /* bases */
};

struct dwarf {
	struct elf *elf;
	const struct arch *arch;
	struct arena *arena;
	const struct elf_sec *info, *abbrev, *str, *line_str, *str_offsets, *addr;
	struct cursor at;
	struct unit unit;
	const char *why;

	struct abbrev *v;
	size_t nr, cap;
	struct attr *attrs;
	size_t nr_attrs, cap_attrs;
	struct map tables; /* of a place in .debug_abbrev: in lists */
	struct abbrevs *lists;
	size_t nr_lists, cap_lists;
};

static const char damaged[] = "is damaged";

int dwarf_stop(struct dwarf *d, const char *why)
{
	if (!d->why)
		d->why = why;
	return -1;
}

const char *dwarf_why(const struct dwarf *d)
{
	return d->why;
}

static uint64_t number(struct dwarf *d, struct cursor *c, unsigned int size)
{
	uint64_t v = 0;

	if (!c->sec || c->at > c->end || c->end - c->at < size) {
		dwarf_stop(d, damaged);
		return 0;
	}
	for (unsigned int i = 0; i < size && i < sizeof(v); i++)
		v |= (uint64_t)c->sec->data[c->at + i] << 8 * i;
	c->at += size;
	return v;
}

static uint64_t leb(struct dwarf *d, struct cursor *c, bool is_signed)
{
	uint64_t v = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = (uint8_t)number(d, c, 1);
		if (shift < 64)
			v |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80 && shift < 140 && !d->why);
	if (byte & 0x80)
		dwarf_stop(d, damaged);
	if (is_signed && byte & 0x40 && shift < 64)
		v |= ~UINT64_C(0) << shift;
	return v;
}

/*
 * A field of size bytes, as relocations make it: a place in section *sec, or a number (0).  A
 * place that is not in the object, as of a weak symbol, is 0.
 */
static uint64_t field(struct dwarf *d, struct cursor *c, unsigned int size, uint32_t *sec)
{
	const struct elf_sec *rela = c->sec ? c->sec->rela : NULL;
	uint64_t off = c->at, v = number(d, c, size);

	*sec = 0;
	for (size_t k = elf_first_reloc(rela, off);
	     rela && k < rela->nr_relocs && rela->relocs[k].offset == off; k++) {
		const struct elf_reloc *rel = &rela->relocs[k];
		const struct elf_sym *sym = &d->elf->syms[rel->sym];
		const struct arch_reloc *row = arch_reloc(d->arch, rel->type);
		uint64_t to = sym->value + (uint64_t)rel->addend;

		if (!row || row->size > size) {
			dwarf_stop(d, "has relocations of unknown types");
		} else if (row->flags & RELOC_SUB) {
			v -= to;
		} else if (row->flags & RELOC_ADD) {
			v += to;
		} else if (!(row->flags & RELOC_MARKER)) {
			v = to;
			*sec = elf_sym_in_sec(sym) ? sym->sec : 0;
		}
	}
	return v;
}

/* ---- .debug_abbrev ---- */

static int by_code(const void *pa, const void *pb)
{
	const struct abbrev *a = pa, *b = pb;

	return (a->code > b->code) - (a->code < b->code);
}

static void read_attrs(struct dwarf *d, struct cursor *c, struct abbrev *a)
{
	a->first_attr = (uint32_t)d->nr_attrs;
	for (;;) {
		uint64_t name = leb(d, c, false), form = leb(d, c, false), constant = 0;

		if (form == FORM_IMPLICIT_CONST)
			constant = leb(d, c, true);
		if (d->why || (!name && !form))
			return;
		if (form > UINT16_MAX || name > UINT16_MAX) {
			dwarf_stop(d, damaged);
			return;
		}
		d->attrs = arena_grow(d->arena, d->attrs, d->nr_attrs, &d->cap_attrs,
				      sizeof(*d->attrs));
		d->attrs[d->nr_attrs++] = (struct attr){ (uint16_t)name, (uint16_t)form, constant };
		a->nr_attrs++;
	}
}

/* Tables may overlap in a damaged file: what is read of them ends at twice what there is. */
static bool is_too_much(const struct dwarf *d)
{
	return d->nr_attrs + d->nr > 2 * d->abbrev->size;
}

static struct abbrevs read_abbrevs(struct dwarf *d, uint64_t off)
{
	struct cursor c = { d->abbrev, off, d->abbrev->size };
	const struct map_entry *known = map_find_u64(&d->tables, off);
	struct abbrevs list = { (uint32_t)d->nr, 0 };

	if (known)
		return d->lists[known->value];
	while (!d->why) {
		struct abbrev a = { .code = leb(d, &c, false) };

		if (!a.code || d->why)
			break;
		a.tag = (uint16_t)leb(d, &c, false);
		a.children = number(d, &c, 1);
		read_attrs(d, &c, &a);
		d->v = arena_grow(d->arena, d->v, d->nr, &d->cap, sizeof(*d->v));
		d->v[d->nr++] = a;
		list.nr++;
		if (is_too_much(d))
			dwarf_stop(d, damaged);
	}
	if (list.nr)
		qsort(d->v + list.first, list.nr, sizeof(*d->v), by_code);
	d->lists = arena_grow(d->arena, d->lists, d->nr_lists, &d->cap_lists, sizeof(*d->lists));
	d->lists[d->nr_lists] = list;
	map_add_u64(&d->tables, off, (uint32_t)d->nr_lists++);
	return list;
}

static const struct abbrev *find_abbrev(const struct dwarf *d, uint64_t code)
{
	const struct abbrevs *list = &d->unit.abbrevs;
	struct abbrev key = { .code = code };

	if (code - 1 < list->nr && d->v[list->first + code - 1].code == code)
		return &d->v[list->first + code - 1];
	return list->nr ? bsearch(&key, d->v + list->first, list->nr, sizeof(key), by_code) : NULL;
}

/* ---- values ---- */

static const char *string_at(struct dwarf *d, const struct elf_sec *sec, uint64_t off)
{
	uint64_t rest = sec && off < sec->size ? sec->size - off : 0;

	if (!rest || !memchr(sec->data + off, 0, rest < ELF_MAX_NAME ? rest : ELF_MAX_NAME)) {
		dwarf_stop(d, damaged);
		return NULL;
	}
	return (const char *)sec->data + off;
}

static void inline_string(struct dwarf *d, struct cursor *c, struct value *v)
{
	v->kind = VALUE_STRING;
	v->str = string_at(d, c->sec, c->at);
	if (v->str)
		c->at += strlen(v->str) + 1;
	if (c->at > c->end)
		dwarf_stop(d, damaged);
}

static void string_index(struct dwarf *d, uint64_t nr, struct value *v)
{
	struct cursor c = { d->str_offsets, 0, d->str_offsets ? d->str_offsets->size : 0 };
	uint32_t sec;

	v->kind = VALUE_STRING;
	if (nr > c.end || d->unit.str_offsets > c.end) {
		dwarf_stop(d, damaged);
		return;
	}
	c.at = d->unit.str_offsets + nr * d->unit.offset_size;
	v->str = string_at(d, d->str, field(d, &c, d->unit.offset_size, &sec));
}

static void address_index(struct dwarf *d, uint64_t nr, struct value *v)
{
	struct cursor c = { d->addr, 0, d->addr ? d->addr->size : 0 };

	v->kind = VALUE_ADDRESS;
	if (nr > c.end || d->unit.addr > c.end) {
		dwarf_stop(d, damaged);
		return;
	}
	c.at = d->unit.addr + nr * d->unit.addr_size;
	v->u = field(d, &c, d->unit.addr_size, &v->sec);
}

static void block(struct dwarf *d, struct cursor *c, struct value *v, uint64_t len)
{
	v->kind = VALUE_BLOCK;
	v->u = c->at;
	v->len = len;
	if (c->at > c->end || len > c->end - c->at)
		dwarf_stop(d, damaged);
	else
		c->at += len;
}

static void reference(struct dwarf *d, uint64_t off, struct value *v)
{
	v->kind = VALUE_REF;
	v->u = d->unit.begin + off;
	if (off >= d->unit.end - d->unit.begin)
		dwarf_stop(d, damaged);
}

static void constant(struct value *v, uint64_t u)
{
	v->kind = VALUE_NUMBER;
	v->u = u;
}

/* What an index of a string or an address is, for each of its forms; false: it is none. */
static bool read_index(struct dwarf *d, struct cursor *c, uint16_t form, struct value *v)
{
	switch (form) {
	case FORM_STRX:
	case FORM_GNU_STR_INDEX:
		string_index(d, leb(d, c, false), v);
		return true;
	case FORM_STRX1:
	case FORM_STRX2:
	case FORM_STRX3:
	case FORM_STRX4:
		string_index(d, number(d, c, form - FORM_STRX1 + 1u), v);
		return true;
	case FORM_ADDRX:
	case FORM_GNU_ADDR_INDEX:
		address_index(d, leb(d, c, false), v);
		return true;
	case FORM_ADDRX1:
	case FORM_ADDRX2:
	case FORM_ADDRX3:
	case FORM_ADDRX4:
		address_index(d, number(d, c, form - FORM_ADDRX1 + 1u), v);
		return true;
	default:
		return false;
	}
}

static bool read_block(struct dwarf *d, struct cursor *c, uint16_t form, struct value *v)
{
	switch (form) {
	case FORM_BLOCK1:
		block(d, c, v, number(d, c, 1));
		return true;
	case FORM_BLOCK2:
		block(d, c, v, number(d, c, 2));
		return true;
	case FORM_BLOCK4:
		block(d, c, v, number(d, c, 4));
		return true;
	case FORM_BLOCK:
	case FORM_EXPRLOC:
		block(d, c, v, leb(d, c, false));
		return true;
	case FORM_DATA16:
		block(d, c, v, 16);
		return true;
	default:
		return false;
	}
}

static bool read_number(struct dwarf *d, struct cursor *c, uint16_t form, struct value *v)
{
	uint32_t sec;

	switch (form) {
	case FORM_DATA1:
	case FORM_FLAG:
		constant(v, number(d, c, 1));
		return true;
	case FORM_DATA2:
		constant(v, number(d, c, 2));
		return true;
	case FORM_DATA4:
		constant(v, field(d, c, 4, &sec));
		return true;
	case FORM_DATA8:
		constant(v, field(d, c, 8, &sec));
		return true;
	case FORM_SDATA:
		constant(v, leb(d, c, true));
		return true;
	case FORM_UDATA:
	case FORM_LOCLISTX:
	case FORM_RNGLISTX:
		constant(v, leb(d, c, false));
		return true;
	case FORM_SEC_OFFSET:
		constant(v, field(d, c, d->unit.offset_size, &sec));
		return true;
	case FORM_FLAG_PRESENT:
		constant(v, 1);
		return true;
	default:
		return false;
	}
}

static bool read_reference(struct dwarf *d, struct cursor *c, uint16_t form, struct value *v)
{
	uint32_t sec;

	switch (form) {
	case FORM_REF1:
		reference(d, number(d, c, 1), v);
		return true;
	case FORM_REF2:
		reference(d, number(d, c, 2), v);
		return true;
	case FORM_REF4:
		reference(d, number(d, c, 4), v);
		return true;
	case FORM_REF8:
		reference(d, number(d, c, 8), v);
		return true;
	case FORM_REF_UDATA:
		reference(d, leb(d, c, false), v);
		return true;
	case FORM_REF_ADDR: /* of the size of an address in DWARF 2 */
		v->kind = VALUE_REF;
		v->u = field(d, c, d->unit.version < 3 ? d->unit.addr_size : d->unit.offset_size,
			     &sec);
		return true;
	default:
		return false;
	}
}

static void read_value(struct dwarf *d, struct cursor *c, uint16_t form, struct value *v)
{
	uint32_t sec;

	v->form = form;
	if (read_number(d, c, form, v) || read_reference(d, c, form, v) ||
	    read_block(d, c, form, v) || read_index(d, c, form, v))
		return;
	if (form == FORM_ADDR) {
		v->kind = VALUE_ADDRESS;
		v->u = field(d, c, d->unit.addr_size, &v->sec);
	} else if (form == FORM_STRING) {
		inline_string(d, c, v);
	} else if (form == FORM_STRP) {
		v->kind = VALUE_STRING;
		v->str = string_at(d, d->str, field(d, c, d->unit.offset_size, &sec));
	} else if (form == FORM_LINE_STRP) {
		v->kind = VALUE_STRING;
		v->str = string_at(d, d->line_str, field(d, c, d->unit.offset_size, &sec));
	} else if (form == FORM_REF_SIG8) {
		dwarf_stop(d, "has types in units of their own (-fdebug-types-section)");
	} else {
		dwarf_stop(d, "has forms of attributes that are not known");
	}
}

/* ---- records ---- */

static int wanted_of(uint16_t name)
{
	static const struct {
		uint16_t name;
		uint8_t wanted;
	} rows[] = {
		{ 0x02, W_LOCATION },	  { 0x03, W_NAME },	   { 0x0b, W_BYTE_SIZE },
		{ 0x0c, W_BIT_OFFSET },	  { 0x0d, W_BIT_SIZE },	   { 0x11, W_LOW_PC },
		{ 0x1c, W_CONST_VALUE },  { 0x2f, W_UPPER_BOUND }, { 0x31, W_ORIGIN },
		{ 0x20, W_INLINE },
		{ 0x37, W_COUNT },	  { 0x38, W_MEMBER_LOCATION }, { 0x3c, W_DECLARATION },
		{ 0x27, W_PROTOTYPED },	  { 0x3f, W_EXTERNAL },	   { 0x55, W_RANGES },
		{ 0x47, W_ORIGIN },	  { 0x49, W_TYPE },
		{ 0x6b, W_DATA_BIT_OFFSET }, { 0x76, W_DWO_NAME }, { 0x7f, W_ORIGIN },
		{ 0x2130, W_DWO_NAME },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].name == name)
			return rows[i].wanted;
	return -1;
}

static void read_attributes(struct dwarf *d, struct cursor *c, const struct abbrev *a,
			    struct record *rec)
{
	for (uint32_t i = 0; i < a->nr_attrs && !d->why; i++) {
		const struct attr *attr = &d->attrs[a->first_attr + i];
		struct value v = { .kind = VALUE_NONE };
		uint16_t form = attr->form;
		int w = wanted_of(attr->name);

		if (form == FORM_INDIRECT)
			form = (uint16_t)leb(d, c, false);
		if (form == FORM_IMPLICIT_CONST)
			constant(&v, attr->constant);
		else
			read_value(d, c, form, &v);
		if (w >= 0)
			rec->v[w] = v;
		/* They come first: other attributes of the unit need them. */
		else if (attr->name == AT_STR_OFFSETS_BASE)
			d->unit.str_offsets = v.u;
		else if (attr->name == AT_ADDR_BASE)
			d->unit.addr = v.u;
	}
}

/* The bases of a unit may be behind attributes that need them: its record is read twice. */
static void read_bases(struct dwarf *d)
{
	struct cursor c = d->at;
	const struct abbrev *a = find_abbrev(d, leb(d, &c, false));

	for (uint32_t i = 0; a && i < a->nr_attrs && !d->why; i++) {
		const struct attr *attr = &d->attrs[a->first_attr + i];
		struct value v = { .kind = VALUE_NONE };

		if (attr->form >= FORM_STRX1 && attr->form <= FORM_ADDRX4)
			number(d, &c, (attr->form - FORM_STRX1) % 4 + 1u);
		else if (attr->form == FORM_STRX || attr->form == FORM_ADDRX)
			leb(d, &c, false);
		else if (attr->form != FORM_IMPLICIT_CONST)
			read_value(d, &c, attr->form, &v);
		if (attr->name == AT_STR_OFFSETS_BASE)
			d->unit.str_offsets = v.u;
		else if (attr->name == AT_ADDR_BASE)
			d->unit.addr = v.u;
	}
}

static void begin_unit(struct dwarf *d)
{
	struct unit *u = &d->unit;
	uint64_t len, abbrevs;
	uint8_t type = UT_COMPILE;
	uint32_t sec;

	*u = (struct unit){ .begin = d->at.at, .offset_size = 4, .addr_size = 8 };
	d->at.end = d->info->size;
	len = field(d, &d->at, 4, &sec);
	if (len == UINT32_MAX) {
		u->offset_size = 8;
		len = field(d, &d->at, 8, &sec);
	}
	if (len > d->at.end - d->at.at)
		dwarf_stop(d, damaged);
	u->end = d->at.at + (d->why ? 0 : len);
	d->at.end = u->end;
	u->version = (uint16_t)number(d, &d->at, 2);
	if (u->version >= 5) {
		type = (uint8_t)number(d, &d->at, 1);
		u->addr_size = (uint8_t)number(d, &d->at, 1);
	}
	abbrevs = field(d, &d->at, u->offset_size, &sec);
	if (u->version < 5)
		u->addr_size = (uint8_t)number(d, &d->at, 1);
	if (u->version < 2 || u->version > 5 || (u->addr_size != 4 && u->addr_size != 8))
		dwarf_stop(d, "is of an unknown version");
	if (type == UT_SKELETON)
		dwarf_stop(d, "is in another file (-gsplit-dwarf)");
	if (type != UT_COMPILE && type != UT_PARTIAL)
		dwarf_stop(d, "has units of an unknown kind");
	if (d->why)
		return;
	u->abbrevs = read_abbrevs(d, abbrevs);
	read_bases(d);
}

int dwarf_next(struct dwarf *d, struct record *rec)
{
	const struct abbrev *a;
	uint64_t code;

	while (!d->why && d->at.at >= d->unit.end && d->at.at < d->info->size)
		begin_unit(d);
	if (d->why || d->at.at >= d->unit.end)
		return -1;
	*rec = (struct record){ .at = (uint32_t)d->at.at };
	code = leb(d, &d->at, false);
	if (!code)
		return d->why ? -1 : 0;
	a = find_abbrev(d, code);
	if (!a)
		return dwarf_stop(d, damaged);
	rec->tag = a->tag;
	rec->children = a->children;
	read_attributes(d, &d->at, a, rec);
	if (rec->v[W_DWO_NAME].kind == VALUE_STRING)
		dwarf_stop(d, "is in another file (-gsplit-dwarf)");
	return d->why ? -1 : 1;
}

uint8_t dwarf_block_byte(const struct dwarf *d, const struct value *v, uint64_t at)
{
	return v->kind == VALUE_BLOCK && at < v->len ? d->info->data[v->u + at] : 0;
}

uint64_t dwarf_block_number(struct dwarf *d, const struct value *v, uint64_t at)
{
	struct cursor c = { d->info, v->u + at, v->u + v->len };

	return leb(d, &c, false);
}

/* ---- sections ---- */

static const struct elf_sec *section(struct dwarf *d, const char *name)
{
	struct elf_sec *sec = elf_find_sec(d->elf, name);

	if (!sec || !sec->size)
		return NULL;
	if (!elf_unpack(d->elf, sec) || !sec->data) {
		dwarf_stop(d, "is compressed in a way that klp cannot read (only zlib, and to no less "
			      "than an eighth)");
		return NULL;
	}
	return sec;
}

struct dwarf *dwarf_open(struct elf *elf, const struct arch *arch, struct arena *arena,
			 const char **why)
{
	struct dwarf *d = arena_alloc(arena, sizeof(*d));

	*d = (struct dwarf){ .elf = elf, .arch = arch, .arena = arena };
	map_init(&d->tables, arena);
	d->info = section(d, ".debug_info");
	d->abbrev = section(d, ".debug_abbrev");
	d->str = section(d, ".debug_str");
	d->line_str = section(d, ".debug_line_str");
	d->str_offsets = section(d, ".debug_str_offsets");
	d->addr = section(d, ".debug_addr");
	if (!d->why && elf_find_sec(elf, ".zdebug_info"))
		dwarf_stop(d, "is compressed in an old way (.zdebug_info): compile with -gz=zlib "
			      "or -gz=none");
	if (!d->why && d->info && (!d->abbrev || d->info->size >= NO_TYPE))
		dwarf_stop(d, damaged);
	*why = d->why;
	d->at = (struct cursor){ d->info, 0, 0 };
	return d->why || !d->info ? NULL : d;
}
