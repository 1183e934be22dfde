/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One input of `klp diff`, as all of its passes see it.
 *
 * A section that matters is cut into pieces: a function with its prefix and
 * what belongs to it, a data object, a string, a constant, a nameless range, an
 * entry of a special section.  Every relocation becomes a ref: from a place to
 * a piece and an offset in it.  All later passes speak of pieces and refs.
 *
 * Everything that an object has lives in its arena.  Numbers of sections and symbols
 * are those of its ELF file, of pieces and refs indices of its arrays; offsets and
 * sizes are bytes.
 */
#ifndef KLP_OBJECT_H
#define KLP_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/hash.h>
#include <klp/special.h>


#define NO_PIECE UINT32_MAX
#define NO_MARK UINT32_MAX

enum piece_kind {
	PIECE_FUNC,		/* code with a name */
	PIECE_CODE,		/* code without: replacements, fixups, aux snippets */
	PIECE_OBJECT,		/* data with a name */
	PIECE_STRING,		/* one string of a string section */
	PIECE_CONST,		/* one element of a constant pool */
	PIECE_ANON,		/* data without a name: jump tables, UBSAN records */
	PIECE_ENTRY,		/* entry of a special section */
};

enum piece_flags {
	PIECE_STATIC	= 1 << 0,	/* special static: never paired, copied with its user */
	PIECE_OPAQUE	= 1 << 1,	/* code that could not be decoded (at `bad`) */
	PIECE_SHARED	= 1 << 2,	/* its text section holds other functions too */
	PIECE_FREED	= 1 << 3,	/* in a section that is gone once the kernel is up */
	PIECE_TRACED	= 1 << 4,	/* ftrace can reach it */
	PIECE_FALLS	= 1 << 5,	/* control runs over its end into what follows */
	PIECE_CHANGED	= 1 << 6,	/* differs from its twin */
	PIECE_NEW	= 1 << 7,	/* has no twin */
	PIECE_INCLUDED	= 1 << 8,	/* copied into the output */
	PIECE_EQUAL	= 1 << 9,	/* compared, and equal to its twin */
	PIECE_CALLBACK	= 1 << 10,	/* a livepatch callback pointer (klp_object_ext) */
	PIECE_REMOVED	= 1 << 11,	/* of orig: no twin in patched */
	PIECE_AMBIGUOUS	= 1 << 12,	/* candidates for its twin exist, none is certain */
	PIECE_LINE_ONLY	= 1 << 13,	/* equal but for a line number */
	PIECE_POINTED	= 1 << 14,	/* something holds its address */
	PIECE_LEFT_OUT	= 1 << 15,	/* table entry that is left out on purpose, and said so */
	PIECE_REFERRED	= 1 << 16,	/* something refers to it */
	PIECE_CALLS_CARRIED = 1 << 17,	/* nameless code that calls such a function */
	PIECE_LABELS	= 1 << 18,	/* an object of the kernel that holds addresses inside functions */
	PIECE_CARRIED	= 1 << 19,	/* changed, out of ftrace's reach: goes with its callers */
	PIECE_ALONE	= 1 << 20,	/* --no-pair */
	PIECE_FORCED	= 1 << 21,	/* --force, or a callback names it */
	PIECE_POINT_COPY = 1 << 22,	/* replaced: pointers have to lead to the copy */
	PIECE_REFUSED	= 1 << 23,	/* it is an error itself: what leads to it is not judged, too */
	PIECE_COUNTED	= 1 << 24,	/* what its name says may be said of several */
	PIECE_KNOWN	= 1 << 25,	/* in a frozen section, it is not frozen */
};

/* Why two pieces are twins. */
enum evidence {
	EVIDENCE_NONE,
	EVIDENCE_NAME,		/* same name, file and scope */
	EVIDENCE_SCOPE,		/* same unique name, local in one and global in the other */
	EVIDENCE_STEM,		/* same unique name once compiler suffixes are taken off */
	EVIDENCE_HASH,		/* same stem, and ThinLTO's hashes stand for one file */
	EVIDENCE_CHECKSUM,	/* one of several of that name with the same checksum */
	EVIDENCE_PARENT,	/* the .cold part of twins */
	EVIDENCE_REFS,		/* twins refer to them at corresponding places */
	EVIDENCE_POSITION,	/* only their order speaks for it: reported */
	EVIDENCE_USER,		/* --pair */
};

struct piece {
	struct elf_sec *sec;
	uint64_t start, end;	/* in sec */
	uint64_t base;		/* where its symbol stands; offsets of refs count from here */
	const char *name;	/* of its symbol; NULL if it has none */
	const char *stem;	/* name without what compilers append or number; NULL likewise */
	uint32_t sym;		/* its principal symbol, 0 if none */
	uint32_t file;		/* its symbol's STT_FILE group, 0: none (globals) */
	uint32_t first_ref, nr_refs;	/* object->refs of [start, end) */
	uint32_t first_line, nr_lines;	/* object->lines */
	uint32_t first_alias, nr_aliases; /* object->by_place: all symbols inside */
	enum piece_kind kind;
	uint32_t flags;		/* enum piece_flags */
	uint64_t bad;		/* PIECE_OPAQUE: offset in sec of the first byte not understood */

	/* PIECE_ENTRY: its table and form; owner as below */
	const struct special_rule *rule;
	const struct special_layout *layout;

	uint32_t owner;		/* entry: whose it is; .cold or .part: its parent; else NO_PIECE */
	uint32_t first_owned, last_owned, next_owned;	/* the entries of an owner, in order */

	uint32_t twin;		/* the same in the other object, or NO_PIECE */
	enum evidence evidence;
	uint64_t checksum;	/* of what it means, without unstable names; 0: not computed */

	/* included: the piece that needs it, and by which ref (an index); or NO_PIECE */
	uint32_t why_piece, why_ref;
	struct elf_sec *out_sec;	/* included: where its copy stands */
	uint64_t out_off;
	uint32_t out_sym;	/* symbol of the copy, 0 if it has none */
};

enum ref_flags {
	REF_BRANCH	= 1 << 0,	/* the destination of a direct jump or call */
	REF_CODE	= 1 << 1,	/* stands in an instruction */
	REF_RESOLVED	= 1 << 2,	/* the assembler had resolved it: no relocation in the input */
	REF_DROP	= 1 << 3,	/* a marker, or refers to nothing */
	REF_END		= 1 << 4,	/* to the end of what stands before that place */
	REF_SLOT	= 1 << 5,	/* … through a slot that holds the address */
	REF_FILE	= 1 << 6,	/* the name of a source file beside a line: none of the meaning */
	REF_LINE	= 1 << 7,	/* a text that is reported: the number at its end is its line */
};

struct ref {
	uint64_t place;		/* offset in its section */
	uint32_t type;		/* relocation type */
	uint32_t sym;		/* symbol as in the relocation (0 if REF_RESOLVED) */
	uint32_t sec;		/* section it leads into, 0: none */
	uint32_t piece;		/* piece it leads to, or NO_PIECE (undefined, absolute, none) */
	int64_t off;		/* from the piece's base, or from the symbol */
	int16_t bias;		/* off - bias is the addend to write */
	uint16_t flags;		/* enum ref_flags */
};

/* What is known of each section. */
enum sec_role {
	ROLE_NONE,		/* not looked at */
	ROLE_TEXT,
	ROLE_DATA,
	ROLE_STRINGS,
	ROLE_CONSTS,
	ROLE_TABLE,		/* a special section with entries */
	ROLE_SLOTS,		/* addresses that code loads (arch->slots) */
};

struct sec_info {
	enum sec_role role;
	const struct special_rule *rule;
	uint32_t first_piece, nr_pieces;	/* ascending by start */
	uint32_t first_ref, nr_refs;		/* ascending by place */
	uint32_t first_sym, nr_syms;		/* object->by_place: symbols of the section */
	uint32_t first_mark, nr_marks;		/* object->marks, ascending by place */
	uint32_t moved;		/* data: a piece that section anchors would miss, or NO_PIECE */
	bool anchored;		/* data: an anchor may lead from one piece to another one */
	const struct special_split *split; /* ROLE_TABLE: all its entries, cut or not */
	bool frozen; /* the same in both: cut, but not what it refers to (diff/freeze.c) */
	const struct sec_ranges *known; /* frozen, but not these; NULL: none */
};

/* Parts of a section, ascending, at the ends of which no piece is cut through. */
struct sec_ranges {
	uint32_t nr;
	struct sec_range {
		uint64_t start, end;
	} *v;
};

/* What is said of a place in code. */
struct mark {
	uint32_t sec;
	uint32_t sym;		/* the mapping symbol that says it, or 0 */
	uint64_t off;
	enum mapping what;	/* begins here; MAPPING_NONE: a function's nops for ftrace */
	uint32_t mapping;	/* the last one of the section up to here that is not; NO_MARK: none */
};

/* A line number in an instruction or a record. */
struct line_imm {
	uint64_t place;		/* of four bytes, in the piece's section */
	uint32_t mask;		/* the bits of them that hold it */
};

/* A function that is a part of another one (f.cold of f). */
struct part {
	uint32_t function, piece;	/* whose, also through other parts; the part itself */
};

/* What the user says of the inputs. */
struct load_options {
	const char **ignore_sections;	/* --ignore-section … */
	size_t nr_ignore_sections;
	const char **entry_sizes;	/* --entry-size SECTION=BYTES … */
	size_t nr_entry_sizes;
	bool keep_line_changes;		/* --no-ignore-line-changes */
};

/* One of the two inputs. */
struct object {
	struct elf *elf;
	const struct arch *arch;
	struct arena *arena;
	struct diag *diag;
	const struct load_options *opts;

	struct sec_info *secs;		/* elf->nr_secs */
	uint32_t *by_place;		/* symbols by section, then value, larger size first */
	uint32_t *file_of;		/* per symbol: its STT_FILE symbol, 0 if none */
	bool *is_label;			/* per symbol: it only marks a place in a replacement */
	struct map replacements;	/* of code that replacements begin at: object_place_key() */
	uint32_t *piece_of;		/* per symbol: the piece it stands in, or NO_PIECE */
	struct piece *pieces;
	uint32_t nr_pieces;
	size_t cap_pieces;
	struct ref *refs;
	uint32_t nr_refs;
	size_t cap_refs;
	struct mark *marks;
	uint32_t nr_marks;
	size_t cap_marks;
	struct line_imm *lines;		/* by piece, then place */
	size_t nr_lines, cap_lines;
	struct part *parts;		/* by function, then piece */
	uint32_t nr_parts;
	bool any_traced;		/* some function has a trace entry, or none can have one */
	bool any_frozen;		/* some section is frozen */
	struct map names;		/* every symbol's name → symbol */
	struct object_memo *memo;	/* what is found out when somebody asks */
	struct matching *matching;	/* of diff/correlate/, NULL before */
};

#define for_each_piece(obj, p)                                                             \
	for (const struct piece *p = (obj)->pieces, *const p##_end = p + (obj)->nr_pieces; \
	     p < p##_end; p++)

/* The references of a piece. */
#define for_each_ref(obj, p, r)                                                                 \
	for (const struct ref *r = (obj)->refs + (p)->first_ref, *const r##_end = r + (p)->nr_refs; \
	     r < r##_end; r++)

/* The parts of a function: struct part x. */
#define for_each_part(obj, fn, x)                                                     \
	for (const struct part *x = object_parts(obj, fn);                            \
	     x && x < (obj)->parts + (obj)->nr_parts && x->function == (fn); x++)

/* The indices of the entries that a piece owns. */
#define for_each_owned(obj, p, e) \
	for (uint32_t e = (p)->first_owned; e != NO_PIECE; e = (obj)->pieces[e].next_owned)

/* The piece that a reference leads to, or NULL. */
static inline struct piece *ref_piece(const struct object *obj, const struct ref *r)
{
	return r->piece == NO_PIECE ? NULL : &obj->pieces[r->piece];
}

/* What p is in the other object, or NULL. */
static inline struct piece *piece_twin(const struct object *other, const struct piece *p)
{
	return p->twin == NO_PIECE ? NULL : &other->pieces[p->twin];
}

/* The same in both objects, which was seen at once: its references are none of obj->refs. */
static inline bool piece_is_frozen(const struct object *obj, const struct piece *p)
{
	return obj->secs[p->sec->index].frozen && !(p->flags & PIECE_KNOWN);
}

/* Is some of [from, to] of the section not frozen? */
static inline bool object_is_looked_at(const struct object *obj, uint32_t sec, uint64_t from,
				       uint64_t to)
{
	const struct sec_info *info = &obj->secs[sec];
	uint32_t lo = 0, hi = info->frozen && info->known ? info->known->nr : 0;

	/* The last range that begins there or before. */
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (info->known->v[mid].start <= to)
			lo = mid;
		else
			hi = mid;
	}
	return !info->frozen ||
	       (hi && info->known->v[lo].start <= to && info->known->v[lo].end > from);
}

/*
 * Has its name only in its source file?  Which file that is, p->file, need not be known:
 * objcopy -g drops STT_FILE symbols together with the debugging sections.
 */
static inline bool piece_is_local(const struct object *obj, const struct piece *p)
{
	return p->sym && obj->elf->syms[p->sym].bind == STB_LOCAL;
}

/* ---- the whole of an input ---- */
/*
 * Read the object at path and analyse it: then every relocation is a ref to a piece, and
 * every entry of a table has its owner.  opts must live as long as the object.  0, or a
 * negative code with errors in diag.
 */
int object_load(struct object *obj, const char *path, const struct load_options *opts,
		struct arena *arena, struct diag *diag);
/* The same in two steps, between which sections may be frozen. */
int object_open(struct object *obj, const char *path, const struct load_options *opts,
		struct arena *arena, struct diag *diag);
int object_analyse(struct object *obj);
/* As it was when it had been opened; nothing is frozen. */
void object_reset(struct object *obj);
/*
 * The relocation that leads into the section of which the i-th entry of a table says something,
 * NULL: it is none.  The entry's are those from first up to end.  For who asks before tables are cut.
 */
const struct elf_reloc *object_raw_owner(const struct object *obj, const struct special_split *split,
			  const struct elf_sec *sec, uint32_t i, size_t first, size_t end);
/* For diagnostics: a place in a section, and a piece. */
struct diag_where object_where(const struct object *obj, const struct elf_sec *sec, uint64_t offset);
struct diag_where piece_where(const struct object *obj, const struct piece *p);
/* What people may call it: its name, or "section+0x1c". */
const char *piece_label(const struct object *obj, const struct piece *p);
/* … and where r leads: that, or a symbol's name, with the offset. */
const char *ref_label(const struct object *obj, const struct ref *r);
/* The name of the STT_FILE group of a symbol; "" for globals, for 0, and where there is none. */
const char *object_file_name(const struct object *obj, uint32_t sym);
/* The text to which r leads, NULL if it leads to none. */
const char *ref_string(const struct object *obj, const struct ref *r);
/* Writable, and not only so that a loader can relocate it (.data.rel.ro). */
bool object_sec_is_written(const struct elf_sec *sec);
/* Records of which code refers to each by itself: of debug messages, of allocations. */
bool object_sec_has_records(const struct elf_sec *sec);
/* Records that Clang makes and does not name, each in a section of its own. */
bool object_sec_is_unnamed_record(const struct elf_sec *sec);

/* The function that a piece is part of: itself, a cold part's parent, an entry's owner. */
uint32_t piece_root(const struct object *obj, uint32_t piece);

/* ---- places ---- */
/* The piece of sec that holds offset (its end counts if nothing begins there), or NO_PIECE. */
uint32_t object_piece_at(const struct object *obj, const struct elf_sec *sec, int64_t offset);

/* Nothing but instructions that pad, or zeroes. */
bool object_is_padding(const struct object *obj, const struct elf_sec *sec, uint64_t from,
		       uint64_t to);

/* ---- alternatives ---- */
/*
 * Of each byte of a function, whether (how often) it is code that an alternative replaces,
 * or such a replacement: the kernel copies one over the other.  p->end - p->start + 1 of
 * them, for arena_give_back().
 */
int32_t *object_alternatives(const struct object *obj, const struct piece *p);
/* Is it an entry of an alternative that puts nops there, and nothing else? */
bool object_replaced_by_nops(const struct object *obj, const struct piece *entry);
/* … whether (how often) it is code in the place of which the kernel may put nops. */
int32_t *object_emptied(const struct object *obj, const struct piece *p);

/* ---- who refers to a piece ---- */
struct users {
	const uint32_t *v;	/* pieces, ascending; one stands there once for each reference */
	uint32_t nr;
};
/* Those of a piece, valid as long as the object, whose refs do not change any more. */
struct users object_users(const struct object *obj, uint32_t piece);

/* ---- where the address of a constant goes ---- */
struct address_leak {
	uint32_t piece;		/* the code where it is lost sight of */
	uint64_t place;		/* … in its section */
	const char *how;	/* "is stored there": what becomes of it */
};
struct address_search;

/*
 * nr_args: how many of the nr first registers for arguments may hold one for the function of that
 * name, which is not in the object.
 */
struct address_search *
object_new_address_search(const struct object *obj,
			  unsigned int (*nr_args)(void *data, const char *name, unsigned int nr),
			  void *data);
/*
 * The function refers to an object.  May something still have an address of it, or (deep) one that
 * it holds, when the function has returned?  *leak: how.
 */
bool object_address_leaves(struct address_search *s, uint32_t function, uint32_t of, bool deep,
			   struct address_leak *leak);

/* ---- data in code, and what stands before a function's symbol ---- */
/* The mapping symbol that says what the byte at off of a section is, or NULL. */
const struct mark *object_mapping_at(const struct object *obj, const struct sec_info *info,
				     uint64_t off);
/* The index of the section's first mark behind off; first_mark + nr_marks: there is none. */
uint32_t object_mark_behind(const struct object *obj, const struct sec_info *info, uint64_t off);

/* If off is data in code, where that ends; otherwise off. */
uint64_t object_data_end(const struct object *obj, const struct elf_sec *sec, uint64_t off);
/* Where the function begins whose symbol stands at value, at from at the earliest. */
uint64_t object_entry(const struct object *obj, const struct elf_sec *sec, uint64_t from,
		      uint64_t value);

/* ---- parts of functions ---- */
/* The function's first part; the others follow, as long as they are its own.  NULL: none. */
const struct part *object_parts(const struct object *obj, uint32_t function);

/* ---- line numbers ---- */
/* A line number at a place of the piece's section; all those of a piece one after the other. */
void object_add_line(struct object *obj, uint32_t piece, uint64_t place, uint32_t mask);
/* Twins, whose references are equal, have line numbers in the same places; *differ: one differs. */
bool object_lines_match(const struct object *orig, const struct piece *a,
			const struct object *patched, const struct piece *b, bool *differ);
/* Zero the line numbers in bytes, which are those of [p->start, p->end). */
void object_mask_lines(const struct object *obj, const struct piece *p, uint8_t *bytes);

/* ---- what compilers make of names ---- */
/* name without what they append or number; in the arena, or name itself. */
const char *name_stem(const char *name, struct arena *arena);
/* A number, which compilers give, may be all that tells it from another one of that stem. */
bool name_is_counted(const char *name, const char *stem);
/* It is one whose contents count, not its identity (__func__); stem is that of name. */
bool name_is_special_static(const char *name, const char *stem, bool writable);
/* "f.cold", "f.part.3": the parent's name is the first *len bytes of *parent. */
bool name_is_cold(const char *name, const char **parent, size_t *len);
bool name_is_part(const char *name, const char **parent, size_t *len);

/* ---- checksums ---- */
/* Fill in the checksum of every piece; once, after object_load(). */
void object_checksums(const struct object *obj);
/*
 * The bytes of a piece with every relocated field zeroed (and line numbers, where these do not
 * count); NULL: no bytes (SHT_NOBITS).  Valid until the object's next call.
 */
const uint8_t *piece_masked(const struct object *obj, const struct piece *p);
/* Zero what a relocation will fill at field. */
void object_mask_field(const struct arch_reloc *row, uint8_t *field);
/* The piece has no identity: it is what it contains (strings, constants, special statics, …). */
bool piece_is_content(const struct piece *p);

/* ---- checksums of what pieces mean, and who else wants to know what they are made of ---- */

/* What a reference contributes: names and contents, never places in the file. */
struct ref_meaning {
	uint32_t type;		/* relocation type; of those that mean the same, always the same */
	const char *name;	/* of what it leads to, without what compilers number; "": none */
	const char *string;	/* a string: what it holds from there on, instead of a name */
	uint64_t string_len;
	int64_t off;		/* from the name */
	uint64_t content;	/* checksum of what has no identity but its contents, else 0 */
};

/*
 * Who is told what a piece means: its bytes, its references by place, and the
 * same of the table entries that it owns.  object_checksums() hashes it.
 */
struct checksum_sink {
	/* bytes: all of p's, without relocated fields; NULL if it has none (SHT_NOBITS). */
	void (*bytes)(struct checksum_sink *s, const struct piece *p, const uint8_t *bytes);
	void (*ref)(struct checksum_sink *s, const struct piece *p, const struct ref *r,
		    const struct ref_meaning *m);
};

void piece_tell(const struct object *obj, const struct piece *p, struct checksum_sink *sink);

/* Something with a name and a checksum: a function, an object. */
bool piece_has_checksum(const struct piece *p);

/*
 * Write the checksums of obj's functions and objects into its section
 * .discard.sym_checksum, in the file that it was read from.
 */
int builtin_checksum_write(struct object *obj);

#endif
