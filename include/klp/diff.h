/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data of `klp diff`: what the passes of klp-diff.c hand on to each other.
 *
 * A section that matters is cut into pieces: a function with its prefix and
 * what belongs to it, a data object, a string, a constant, a nameless range, an
 * entry of a special section.  Every relocation becomes a ref: from a place to
 * a piece and an offset in it.  All later passes speak of pieces and refs.
 */
#ifndef KLP_DIFF_H
#define KLP_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/hash.h>
#include <klp/special.h>
#include <klp/symbols.h>

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
	PIECE_LEFT_OUT	= 1 << 16,	/* table entry that is left out on purpose, and said so */
	PIECE_REFERRED	= 1 << 17,	/* something refers to it */
	PIECE_CALLS_CARRIED = 1 << 19,	/* nameless code that calls such a function */
	PIECE_LABELS	= 1 << 18,	/* an object of the kernel that holds addresses inside functions */
	PIECE_CARRIED	= 1 << 15,	/* changed, out of ftrace's reach: goes with its callers */
	PIECE_ALONE	= 1 << 20,	/* --no-pair */
	PIECE_FORCED	= 1 << 21,	/* --force */
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
	uint32_t first_line, nr_lines;	/* object->lines of a function */
	uint32_t first_alias, nr_aliases; /* object->by_place: all symbols inside */
	enum piece_kind kind;
	uint32_t flags;		/* enum piece_flags */
	uint64_t bad;		/* PIECE_OPAQUE: offset in sec of the first byte not understood */

	/* PIECE_ENTRY: its table and form; owner as below */
	const struct special_rule *rule;
	const struct special_layout *layout;

	uint32_t owner;		/* entry: whose it is; .cold or .part: its parent; else NO_PIECE */
	uint32_t first_owned, last_owned, next_owned;	/* the entries of an owner, in order */
	uint32_t cold;		/* function: its .cold part, or NO_PIECE */

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
	REF_END		= 1 << 5,	/* to the end of what stands before that place */
	REF_SLOT	= 1 << 4,	/* … through a slot that holds the address (klp-slots.c) */
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
	uint32_t moved;		/* data: an object that section anchors would miss, or NO_PIECE */
};

/* What is said of a place in code. */
struct mark {
	uint32_t sec;
	uint32_t sym;		/* the mapping symbol that says it, or 0 */
	uint64_t off;
	enum mapping what;	/* begins here; MAPPING_NONE: a function's nops for ftrace */
	uint32_t mapping;	/* the last one of the section up to here that is not; NO_MARK: none */
};

/* A line number in an instruction (klp-lines.c). */
struct line_imm {
	uint64_t place;		/* of four bytes, in the function's section */
	uint32_t mask;		/* the bits of them that hold it */
};

/* One of the two inputs. */
struct object {
	struct elf *elf;
	const struct arch *arch;
	struct arena *arena;
	struct diag *diag;
	const struct options *opts;

	struct sec_info *secs;		/* elf->nr_secs */
	uint32_t *by_place;		/* symbols by section, then value, larger size first */
	uint32_t *file_of;		/* per symbol: its STT_FILE symbol, 0 if none */
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
	bool any_traced;		/* some function has a trace entry */
	struct map names;		/* every symbol's name → symbol */
	uint32_t *file_id;		/* per STT_FILE symbol: the same in both objects */
	bool *file_by_order;		/* … of patched: where only order or names said so */
	struct map hash_id;		/* hashes of ThinLTO's files: the same in both objects */
	uint32_t *open;			/* pieces that diff_correlate() may still find a twin for */
	uint32_t nr_open;
	uint32_t *paired;		/* pieces with a twin, in the order in which it was found */
	uint32_t nr_paired;
	uint32_t *users, *users_end;	/* klp-users.c; NULL: not asked for yet */
	uint8_t *scratch;		/* where piece_masked() works */
	size_t scratch_size;
};

/* What the user asked for. */
struct options {
	const char *object_name;	/* --object, or NULL */
	const char **symvers;		/* --symvers … */
	size_t nr_symvers;
	const char **kernels;		/* --kernel …; "none": look for none */
	size_t nr_kernels;
	const char **force;		/* --force FUNCTION … */
	size_t nr_force;
	const char **ignore_sections;	/* --ignore-section … */
	size_t nr_ignore_sections;
	const char **entry_sizes;	/* --entry-size SECTION=BYTES … */
	size_t nr_entry_sizes;
	const char **pairs;		/* --pair OLD=NEW … */
	size_t nr_pairs;
	const char **no_pairs;		/* --no-pair NAME … */
	size_t nr_no_pairs;
	bool keep_line_changes;		/* --no-ignore-line-changes */
	bool entry_symbols;		/* --entry-symbols */
	void (*stage)(void *arg, const char *what);	/* told what a run does next; or NULL */
	void *stage_arg;
	bool debug;
};

/* What the summary tells. */
struct diff_stats {
	const char *object_name, *object_name_from;
	const char *out;		/* the file written; NULL if nothing changed */
	const char *symvers;		/* found by itself, or NULL */
	uint32_t strings, constants, anon, statics, data;	/* pieces copied */
	uint32_t livepatch_refs, livepatch_syms;
	uint32_t line_changes;		/* functions whose only difference is a line number */
	size_t nr_changed, nr_carried, nr_new;	/* functions */
	bool compared, included;	/* how far the run came: these passes are done */
};

/* A symbol of the output that something else defines, and why it is the one it is. */
struct decision {
	uint32_t sym;			/* of out */
	bool livepatch;			/* or ordinary */
	const char *why;
	uint32_t refs;			/* how often it is referred to */
	uint32_t from;			/* first by this piece of patched */
	uint64_t place;			/* … at this offset in its section */
	uint32_t piece;			/* of patched whose twin it is; NO_PIECE: undefined there */
};

/* Code behind a copy that does what one of its instructions cannot (klp-reach.c). */
struct detour_at {
	uint32_t piece;
	uint64_t place;			/* of the instruction, in the input's section */
	uint64_t out_off;		/* in the section of the copy */
	uint8_t size;
};

/* One run of klp diff. */
struct diff {
	struct arena *arena;
	struct diag *diag;
	const struct options *opts;
	const struct arch *arch;
	struct object orig, patched;
	struct elf *out;

	const char *object;		/* name of the kernel object: "vmlinux" or a module */
	struct exports *exports;
	const struct kernel_file *kernel;	/* its symbols of this object; NULL if unknown */
	const struct kernel_file **kernels;	/* all that were given or found */
	const char **kernel_paths;
	size_t nr_kernels, cap_kernels;
	bool kernels_found;		/* by themselves */
	const struct kernel_sym **kernel_sym_of;	/* per symbol of orig: known already; or NULL */
	bool warned_symvers;
	struct map klp_syms;		/* name → symbol of out */
	struct map undef_syms;		/* name → symbol of out */
	struct map tombstones;		/* name → symbol of out */
	struct map no_position;		/* symbols of orig whose position cannot be told */
	struct map unsure;		/* … is 0 if the kernel has no other of that name */
	uint32_t nr_unsure;
	struct map equal_memo;		/* pair of content pieces → equal_state */
	uint8_t *equal_state;
	size_t nr_equal, cap_equal;
	struct elf_sec **out_secs;	/* section of patched → section of out */
	struct elf_sec *klp_relocs[2];	/* __klp_relocs.<object> of out: vmlinux, the module */
	struct map slots;		/* what a slot holds → its number in slot_sec */
	struct elf_sec *slot_sec;	/* … of out; NULL if it has none yet */
	struct detour_at *detours;
	size_t nr_detours, cap_detours;
	struct decision *decisions;	/* of each symbol that leads out of the output */
	size_t nr_decisions, cap_decisions;
	struct map decision_of;		/* symbol of out → its decision */
	struct diff_stats stats;
};

/* ---- klp-object.c: load one input: sections' roles, symbols' files ---- */
int object_load(struct object *obj, const char *path, const struct options *opts,
		struct arena *arena, struct diag *diag);
struct diag_where object_where(const struct object *obj, const struct elf_sec *sec, uint64_t offset);
struct diag_where piece_where(const struct object *obj, const struct piece *p);
const char *piece_label(const struct object *obj, const struct piece *p);
/* Writable, and not only so that a loader can relocate it (.data.rel.ro). */
bool sec_is_written(const struct elf_sec *sec);
/* Records that Clang makes and does not name, each in a section of its own. */
bool sec_is_unnamed_record(const struct elf_sec *sec);
const char *ref_label(const struct object *obj, const struct ref *r);
const char *object_file_name(const struct object *obj, uint32_t sym);

/* ---- klp-pieces.c: cut sections into pieces ---- */
int object_cut(struct object *obj);
void object_index_aliases(struct object *obj);
/* The piece of sec that holds offset (its end counts if nothing begins there), or NO_PIECE. */
uint32_t object_piece_at(const struct object *obj, const struct elf_sec *sec, int64_t offset);

/* ---- klp-refs.c: relocations → refs ---- */
void object_collect_refs(struct object *obj);	/* places and raw targets */
void object_decode(struct object *obj);		/* addends judged by instructions */
void object_resolve_refs(struct object *obj);	/* targets → pieces */
void object_assign_refs(struct object *obj);	/* each piece's share */

/* ---- klp-users.c: who refers to a piece ---- */
struct users {
	const uint32_t *v;	/* pieces, ascending; one stands there once for each reference */
	uint32_t nr;
};
/* Those of a piece, valid as long as the object, whose refs do not change any more. */
struct users object_users(struct object *obj, uint32_t piece);

/* ---- klp-marks.c: data in code, and what stands before a function's symbol ---- */
void object_find_marks(struct object *obj);
/* If off is data in code, where that ends; otherwise off. */
uint64_t object_data_end(const struct object *obj, const struct elf_sec *sec, uint64_t off);
/* Where the function begins whose symbol stands at value, at from at the earliest. */
uint64_t object_entry(const struct object *obj, const struct elf_sec *sec, uint64_t from,
		      uint64_t value);
/* Mapping symbols for the copies, where the input has them. */
void diff_clone_marks(struct diff *d);

/* ---- klp-slots.c: slots with addresses ---- */
/* References to slots become references to what the slots name. */
void object_follow_slots(struct object *obj);
/* A relocation of that type, at place in the copy of piece from, to a slot for what r means. */
void diff_write_slot_ref(struct diff *d, uint32_t from, const struct ref *r, uint64_t place,
			 uint32_t type);

/* ---- klp-nameless.c: cut what has no symbols, where that is certain ---- */
void object_cut_nameless(struct object *obj);
/*
 * Whether that place (an offset in its section) of a function is code that an alternative
 * replaces, or such a replacement: the kernel copies one over the other.
 */
bool object_in_alternative(const struct object *obj, const struct piece *p, uint64_t place);

/* ---- klp-owners.c: entries, cold parts and code tables belong to functions ---- */
void object_assign_owners(struct object *obj);

/* ---- klp-lines.c: line numbers that code hands to those who report them (L1) ---- */
void object_find_lines(struct object *obj);
/* Zero them in bytes, which are those of [p->start, p->end). */
void object_mask_lines(const struct object *obj, const struct piece *p, uint8_t *bytes);
/* Twins have them in the same places; *differ: one differs. */
bool diff_lines_match(const struct diff *d, const struct piece *a, const struct piece *b,
		      bool *differ);

/* ---- klp-names.c ---- */
const char *name_stem(const char *name, struct arena *arena);
bool name_is_special_static(const char *name, const char *stem, bool writable);
bool name_is_cold(const char *name, const char **parent, size_t *len);
bool name_is_part(const char *name, const char **parent, size_t *len);

/* ---- klp-context.c: object name, symvers, kernel file ---- */
int diff_find_context(struct diff *d);

/* ---- klp-kernel-find.c: kernel_paths, as the user says or found beside the objects ---- */
void diff_find_kernel_files(struct diff *d);

/* ---- klp-checksum.c ---- */
void object_checksums(struct object *obj);
/*
 * The bytes of a piece with every relocated field zeroed (and line numbers, where these do not
 * count); NULL: no bytes (SHT_NOBITS).  Valid until the object's next call.
 */
const uint8_t *piece_masked(struct object *obj, const struct piece *p);
/* Zero what a relocation will fill at field. */
void mask_field(const struct arch_reloc *row, uint8_t *field);
/* The piece has no identity: it is what it contains (strings, constants, special statics, …). */
bool piece_is_content(const struct piece *p);

/* ---- klp-correlate.c ---- */
/* Which piece of orig is which of patched; 0, or a negative code after errors. */
int diff_correlate(struct diff *d);
/* klp-doubt.c: a piece of patched has candidates for its twin, and is to be copied: an error. */
int diff_refuse_ambiguous(struct diff *d, uint32_t piece);

/* ---- klp-compare.c: are twins equal? ---- */
void diff_compare(struct diff *d);
/* Do two pieces without identity hold the same? */
bool diff_content_equal(struct diff *d, uint32_t orig, uint32_t patched);
/* Does ra, in a, lead to the same as rb, in b, which is compared with a? */
bool diff_ref_equal(struct diff *d, const struct piece *a, const struct ref *ra,
		    const struct piece *b, const struct ref *rb);

/* ---- klp-keys.c: static keys and static calls of a module ---- */
void diff_judge_keys(struct diff *d);

/* ---- klp-carry.c: changed functions that only their callers can bring ---- */
void diff_carry(struct diff *d);

/* ---- klp-include.c: what goes into the output, and whether it may ---- */
int diff_include(struct diff *d);
void diff_check_patchable(struct diff *d);
struct diag_where ref_where(const struct diff *d, const struct piece *p, const struct ref *r);
/* The function that a piece is part of: itself, a cold part's parent, an entry's owner. */
uint32_t piece_root(const struct object *obj, uint32_t piece);
/* A function that the livepatch redirects to its copy. */
bool piece_is_patched(const struct piece *p);
/* Whether a reference from an included piece leads to a copy, not to the running kernel. */
bool ref_wants_copy(const struct diff *d, uint32_t from, const struct ref *r);

/* ---- klp-layout.c: references that mean something only beside their target's neighbours ---- */
void diff_find_moved(struct diff *d);	/* before the other one */
void diff_check_layout(struct diff *d, const struct piece *p, const struct ref *r);

/* ---- klp-target.c: what a reference that leaves the output becomes ---- */
struct target {
	uint32_t sym;		/* symbol of out */
	int64_t addend;		/* to which a ref's bias is still to be applied */
	const char *klp_object;	/* livepatch reference: section's object; NULL: ordinary */
	const char *why;	/* it is that; NULL: a copy, or nothing to tell */
	bool outside;		/* not in the livepatch's own module */
};
int diff_target(struct diff *d, uint32_t from, const struct ref *r, struct target *t);
/*
 * The global of that name in one of the kernel files, the object's own first, and the object
 * that it is of; or NULL, and *object stays as it is.
 */
const struct kernel_sym *diff_find_global(const struct diff *d, const char *name,
					  const char **object);
/* The weak symbol of orig by which r, at a twin, refers to whatever the kernel has; or 0. */
uint32_t diff_weak_original(const struct diff *d, const struct ref *r);
/* The kernel's variable of that name. */
int diff_target_name(struct diff *d, const char *name, struct target *t);

/* ---- klp-position.c ---- */
/* The position of a symbol of orig among those of its name in the running kernel. */
int diff_position(struct diff *d, uint32_t sym, unsigned long *sympos);
/* Warn of positions that only the kernel's file could confirm. */
void diff_warn_unsure(struct diff *d);
/* Warn of functions to be replaced that the kernel's file has with other contents. */
void diff_check_stale(struct diff *d);

/* ---- klp-kernel-code.c: pieces of orig beside the bytes of the kernel's file ---- */
enum kernel_match {
	KERNEL_UNKNOWN,		/* no bytes, or the kernel's compiler flags may make the difference */
	KERNEL_SAME,
	KERNEL_DIFFERS,
};
/* Is p what the kernel has at s?  *off: up to where in p, from its symbol. */
enum kernel_match diff_kernel_match(struct diff *d, const struct piece *p,
				    const struct kernel_sym *s, uint64_t *off);
/* Where r of p leads in the kernel, where s is p: a number for kernel_leads_to(). */
bool diff_kernel_dest(struct diff *d, const struct piece *p, const struct kernel_sym *s,
		      const struct ref *r, uint64_t *dest);
/* Whether that is what r says, if r leads to s. */
bool kernel_leads_to(const struct diff *d, const struct kernel_sym *s, const struct ref *r,
		     uint64_t dest);

/* ---- klp-explain.c ---- */
/* Piece from refers by r to what t says: remembered for those who ask why. */
void diff_note_target(struct diff *d, uint32_t from, const struct ref *r, const struct target *t);

/* ---- klp-clone.c: copy what is included ---- */
int diff_clone(struct diff *d);
/* Write a relocation of a copy, as a livepatch one if its target is. */
void diff_write_ref(struct diff *d, struct elf_sec *sec, uint64_t place, uint32_t type,
		    struct target t, int64_t addend);
/* ---- klp-entries.c: entries of special sections in the output ---- */
/* Entries of the input that copied code owns = entries in the output, or an internal error (F9). */
void diff_count_entries(struct diff *d);
/* With --entry-symbols: a symbol for each of them … */
void diff_name_entries(struct diff *d);
/* … and for the nr-th one of sec, which has size bytes at off. */
void diff_name_entry(struct diff *d, const struct elf_sec *sec, uint64_t off, uint64_t size,
		     uint64_t nr);
/* ---- klp-left.c: entries that are not copied ---- */
void diff_note_left_out(struct diff *d);
/* ---- klp-reach.c: references that the loader's relocations do not express ---- */
/* How many refs from the piece's k-th on it did away with; 0: that one is an ordinary one. */
uint32_t diff_reach(struct diff *d, uint32_t piece, uint32_t k);
/* ---- klp-orc.c: unwind tables ---- */
int diff_clone_ranges(struct diff *d);
/* ---- klp-emit.c: .init.klp_objects, .init.klp_funcs, .modinfo ---- */
int diff_emit(struct diff *d);

/* ---- klp-diff.c: the pipeline ---- */
int klp_diff(const char *orig, const char *patched, const char *out, const struct options *opts,
	     struct arena *arena, struct diag *diag, struct diff **result);

#endif
